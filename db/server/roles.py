"""Names of the database's roles: they are shared by all databases of a server, so each begins with the database's name.

What an account's role is called follows from its centre and login alone: a counter's computer knows, before anybody has
reached the server, as whom to knock. `linli_role_name` in the database makes the same names; a test holds them together.
"""

import hashlib
import re

from db.staff.permissions import Role

LONGEST = 63
"""PostgreSQL cuts longer names."""
MARK = 12
"""Letters of the digest that keeps a name apart whose own letters cannot all be used."""


def owner(database: str) -> str:
    """Who owns the tables; nobody logs in as it."""
    return _fit(f"{database}_owner")


def group(database: str, role: Role) -> str:
    """The group role of everybody with a role."""
    return _fit(f"{database}_{role}")


def account(database: str, centre_code: str, login: str) -> str:
    """The login role of one account; letters that no role name should have are left out, a digest keeps it unique then."""
    code = centre_code.lower()
    name = f"{database}_{code}_{login}"
    if len(name) <= LONGEST and re.fullmatch(r"[a-z0-9]+", code) and re.fullmatch(r"[a-z0-9.]+", login):
        return name
    plain = f"{database}_{re.sub(r'[^a-z0-9]+', '', code)}_{re.sub(r'[^a-z0-9.]+', '', login)}"
    digest = hashlib.sha256(f"{code}/{login}".encode()).hexdigest()
    return f"{plain[: LONGEST - MARK - 1]}_{digest[:MARK]}"


def _fit(name: str) -> str:
    return name[:LONGEST]
