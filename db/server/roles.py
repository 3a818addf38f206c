"""Names of the database's roles: they are shared by all databases of a server, so each begins with the database's name."""

import re
from uuid import UUID

from db.staff.permissions import Role

LONGEST = 63
"""PostgreSQL cuts longer names."""


def owner(database: str) -> str:
    """Who owns the tables; nobody logs in as it."""
    return _fit(f"{database}_owner")


def group(database: str, role: Role) -> str:
    """The group role of everybody with a role."""
    return _fit(f"{database}_{role}")


def account(database: str, centre_code: str, login: str, staff_id: UUID) -> str:
    """The login role of one account; letters that no role name should have are left out, the id keeps it unique then."""
    plain = re.sub(r"[^a-z0-9]+", "", centre_code.lower()), re.sub(r"[^a-z0-9.]+", "", login.lower())
    name = f"{database}_{plain[0]}_{plain[1]}"
    if len(name) <= LONGEST and plain[1] == login.lower() and plain[0] == centre_code.lower():
        return name
    return f"{_fit(name)[: LONGEST - 13]}_{staff_id.hex[-12:]}"


def _fit(name: str) -> str:
    return name[:LONGEST]
