"""The first administrator of a new centre: made by the set-up wizard, when nobody can yet be asked for permission."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.centre.models import Centre
from db.errors import NotAllowed, Unavailable
from db.ids import new_id
from db.journal.write import Author, Note, append
from db.keys import key_check
from db.staff.models import Staff, StaffRole
from db.staff.passwords import HashedPassword
from db.staff.permissions import Role
from db.staff.queries import count
from db.staff.rules import check_login, check_roles, tidy_staff_name
from db.vault import Vault

FIRST_ROLES = frozenset({Role.MANAGER, Role.SYSADMIN, Role.SECADMIN})
"""Everything but the audit, so that one person can begin; the auditor has to be somebody else."""


def create_first_administrator(
    session: Session,
    vault: Vault,
    *,
    centre_id: UUID,
    name: str,
    password: HashedPassword,
    now: datetime,
    op: UUID,
    roles: frozenset[Role] = FIRST_ROLES,
) -> UUID:
    """Make the first account of a centre, inside the transaction that founds the centre (`hall.transaction()`).

    Args:
        session: that transaction, the centre's row already in it.
        vault: the hall's vault, for the journal.
        centre_id: the centre.
        name: the administrator's name.
        password: from `hash_password(password, login, name)`; carries the login.
        now: the time.
        op: the click.
        roles: what the account may do.

    Raises:
        NotAllowed: the centre has an account already.
        RuleBroken: the login, the name or the roles break a rule.
        Unavailable: the database holds a centre that was founded with another data key.
    """
    check_login(password.login)
    name = tidy_staff_name(name)
    check_roles(roles)
    session.flush()
    if set(session.scalars(select(Centre.key_check))) != {key_check(vault)}:
        raise Unavailable("数据库里的中心用的是另一把数据密钥，请先恢复密钥：python -m db key restore。")
    if count(session, centre_id):
        raise NotAllowed("这个中心已有账号，请用现有账号登录。")
    staff_id = new_id()
    session.add(
        Staff(
            id=staff_id,
            centre_id=centre_id,
            login=password.login,
            name=name,
            password_hash=password.hash,
            password_changed_at=now,
            created_at=now,
        )
    )
    session.flush()
    session.add_all(StaffRole(staff_id=staff_id, role=role, centre_id=centre_id) for role in sorted(roles))
    note = Note("staff.bootstrap", "staff", staff_id, {"login": password.login, "roles": ",".join(sorted(roles))})
    append(session, vault, Author(centre_id, staff_id, name, None, now, op), [note])
    return staff_id
