"""Reading the hash of a password: of one's own account only, where the database knows who is asking.

On a PostgreSQL server no account's role may read the column: each gets its own hash from `linli_own_hash()`, by the role it
is logged in as. On the embedded database, and for the owner of the tables, the column is read.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.orm import Session

from db.staff.models import Staff

_MAY_READ = text("SELECT has_column_privilege('staff', 'password_hash', 'SELECT')")
_OWN = text("SELECT linli_staff(), linli_own_hash()")


def hash_of_login(session: Session, centre_id: UUID, login: str) -> str | None:
    """The hash of the account of that name; None when there is none, or when it is not for whoever is asking."""
    return _kept(session, Staff.centre_id == centre_id, Staff.login == login)


def hash_of(session: Session, staff_id: UUID) -> str | None:
    """The hash of an account; None as above."""
    return _kept(session, Staff.id == staff_id)


def _kept(session: Session, *which: ColumnElement[bool]) -> str | None:
    if session.connection().dialect.name != "postgresql" or session.scalar(_MAY_READ):
        return session.scalar(select(Staff.password_hash).where(*which))
    me, kept = session.execute(_OWN).one()
    return kept if session.scalar(select(Staff.id).where(*which)) == me else None
