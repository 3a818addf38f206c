"""What can be asked about accounts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.staff.models import Staff, StaffRole
from db.staff.permissions import Role


@dataclass(frozen=True, slots=True)
class StaffRow:
    """An account as the accounts page shows it; no hash leaves the database."""

    id: UUID
    login: str
    name: str
    post: str
    roles: frozenset[Role]
    active: bool
    must_change: bool
    failures: int
    locked_until: datetime | None
    last_login_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class StaffName:
    """An account in a list to choose from."""

    id: UUID
    name: str
    login: str


@dataclass(frozen=True, slots=True)
class PasswordState:
    """When a password was last changed, and whether somebody else has set it (a one-time password)."""

    changed_at: datetime
    one_time: bool


def password_state(session: Session, centre_id: UUID, staff_id: UUID) -> PasswordState | None:
    """Of an account; None when the centre has no such one."""
    wanted = select(Staff.password_changed_at, Staff.must_change).where(
        Staff.centre_id == centre_id, Staff.id == staff_id
    )
    found = session.execute(wanted).one_or_none()
    return None if found is None else PasswordState(*found)


def accounts(session: Session, centre_id: UUID, *, with_inactive: bool = True) -> list[StaffRow]:
    """All accounts of a centre (10–30 people), those in use first, by login."""
    roles: dict[UUID, set[Role]] = {}
    for staff_id, role in session.execute(
        select(StaffRole.staff_id, StaffRole.role).where(StaffRole.centre_id == centre_id)
    ):
        roles.setdefault(staff_id, set()).add(role)
    query = select(Staff).where(Staff.centre_id == centre_id).order_by(Staff.active.desc(), Staff.login)
    if not with_inactive:
        query = query.where(Staff.active)
    return [_row(account, frozenset(roles.get(account.id, ()))) for account in session.scalars(query)]


def account(session: Session, centre_id: UUID, staff_id: UUID) -> StaffRow | None:
    """One account, None when the centre has no such one."""
    found = session.scalar(select(Staff).where(Staff.centre_id == centre_id, Staff.id == staff_id))
    if found is None:
        return None
    held = session.scalars(
        select(StaffRole.role).where(StaffRole.centre_id == centre_id, StaffRole.staff_id == staff_id)
    )
    return _row(found, frozenset(held))


def names(session: Session, centre_id: UUID) -> list[StaffName]:
    """Everybody who has, or had, an account: for filters and for “who”."""
    rows = session.execute(
        select(Staff.id, Staff.name, Staff.login).where(Staff.centre_id == centre_id).order_by(Staff.login)
    )
    return [StaffName(row.id, row.name, row.login) for row in rows]


def count(session: Session, centre_id: UUID) -> int:
    """How many accounts there are; 0 means that the first administrator has yet to be made."""
    return session.scalar(select(func.count()).select_from(Staff).where(Staff.centre_id == centre_id)) or 0


def _row(account: Staff, roles: frozenset[Role]) -> StaffRow:
    return StaffRow(
        id=account.id,
        login=account.login,
        name=account.name,
        post=account.post,
        roles=roles,
        active=account.active,
        must_change=account.must_change,
        failures=account.failures,
        locked_until=account.locked_until,
        last_login_at=account.last_login_at,
        version=account.version,
    )
