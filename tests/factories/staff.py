"""Accounts to test with."""

from datetime import datetime
from uuid import UUID

from db.action import Actor
from db.ids import new_id
from db.session import Hall
from db.staff.models import Staff, StaffRole
from db.staff.permissions import Role, permissions_of


def make_staff(
    hall: Hall, centre_id: UUID, *roles: Role, now: datetime, counter_id: UUID | None = None, password_hash: str = "!"
) -> Actor:
    """An account with these roles, as somebody who is logged in."""
    staff_id = new_id()
    login = f"{'_'.join(roles)}_{staff_id.hex[-6:]}"
    with hall.transaction() as session:
        session.add(
            Staff(
                id=staff_id,
                centre_id=centre_id,
                login=login,
                name=f"测试{login[:6]}",
                password_hash=password_hash,
                password_changed_at=now,
                created_at=now,
            )
        )
        session.flush()
        session.add_all(StaffRole(staff_id=staff_id, role=role, centre_id=centre_id) for role in roles)
    return Actor(staff_id, centre_id, login, permissions_of(frozenset(roles)), counter_id)
