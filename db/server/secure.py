"""Makes a hall's database on a PostgreSQL server safe against its own users: group roles, grants, policies.

Run by whoever may become the owner role (`python -m db setup-postgres`, and again after every schema upgrade). Idempotent.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Table, select, text
from sqlalchemy.orm import Session

from db.centre.models import Centre
from db.errors import RuleBroken
from db.registry import METADATA
from db.server import roles
from db.server.grants import FROZEN, LOCKABLE, needs_of
from db.server.policies import functions, table_policies
from db.staff.models import Staff
from db.staff.permissions import Role

_VERBS = {"S": "SELECT", "I": "INSERT", "D": "DELETE"}


@dataclass(frozen=True, slots=True)
class Admitted:
    """A login role of an account."""

    role_name: str
    staff_name: str


def secure(connection: Connection) -> None:
    """Bring functions, grants and policies of the connected database to what this client declares.

    Args:
        connection: as the owner of the tables, inside a transaction.
    """
    database = _database(connection)
    for statement in functions(database):
        connection.exec_driver_sql(statement.replace("%", "%%"))  # the driver reads % as a placeholder
    connection.exec_driver_sql("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC")
    connection.exec_driver_sql("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC")
    for table in METADATA.sorted_tables:
        for statement in table_policies(table):
            connection.exec_driver_sql(statement)
    for role in Role:
        name = roles.group(database, role)
        connection.exec_driver_sql(f'REVOKE ALL ON ALL TABLES IN SCHEMA public FROM "{name}"')
        for statement in _grants(name, role):
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO "{name}"')


def owner_of(connection: Connection) -> str:
    """The owner role of the connected database, if there is one and one may act as it; else ""."""
    owner = roles.owner(_database(connection))
    may = "SELECT pg_has_role(current_user, oid, 'member') FROM pg_roles WHERE rolname = :owner"
    return owner if connection.scalar(text(may), {"owner": owner}) else ""


def become_owner(connection: Connection) -> None:
    """Act as the owner of the tables until the transaction ends, where there is one and one may."""
    if owner := owner_of(connection):
        connection.exec_driver_sql(f'SET LOCAL ROLE "{owner}"')


def is_secured(connection: Connection) -> bool:
    """Whether `secure` has ever been run on the connected database."""
    return connection.dialect.name == "postgresql" and bool(
        connection.scalar(text("SELECT to_regclass('linli_login') IS NOT NULL"))
    )


def admit(session: Session, staff_id: UUID, secret: str) -> Admitted:
    """Give an account its login role, or a new password for it.

    Args:
        session: as the owner, or as a 系统管理员 of the same centre.
        staff_id: the account.
        secret: the password; the server is sent its SCRAM-SHA-256 verifier, so that no log of it holds the password.

    Raises:
        RuleBroken: no such account.
    """
    found = session.execute(
        select(Staff.login, Staff.name, Centre.code)
        .join(Centre, Centre.id == Staff.centre_id)
        .where(Staff.id == staff_id)
    ).one_or_none()
    if found is None:
        raise RuleBroken("没有找到这个账号，请刷新后重试。")
    name = roles.account(_database(session.connection()), found.code, found.login, staff_id)
    session.execute(
        text("SELECT linli_admit(:who, :login, :secret)"), {"who": staff_id, "login": name, "secret": secret}
    )
    return Admitted(name, found.name)


def dismiss(session: Session, staff_id: UUID) -> None:
    """Take an account's login role away; the account and what it did stay."""
    session.execute(text("SELECT linli_dismiss(:who)"), {"who": staff_id})


def _verifier(connection: Connection, role_name: str, secret: str) -> str:
    driver = connection.connection.driver_connection
    assert driver is not None
    made: bytes = driver.pgconn.encrypt_password(secret.encode(), role_name.encode(), b"scram-sha-256")
    return made.decode()


def _grants(name: str, role: Role) -> list[str]:
    made = []
    for table, verbs in needs_of(role).items():
        plain = ", ".join(_VERBS[verb] for verb in verbs if verb in _VERBS)
        if plain:
            made.append(f'GRANT {plain} ON {table} TO "{name}"')
        columns = _updatable(METADATA.tables.get(table), verbs)
        if columns:
            made.append(f'GRANT UPDATE ({", ".join(columns)}) ON {table} TO "{name}"')
    return made


def _updatable(table: Table | None, verbs: str) -> list[str]:
    if table is None or not set(verbs) & {"U", "L"}:
        return []
    frozen = FROZEN.get(table.name, frozenset({"id", "centre_id"}))
    if "*" in frozen:
        return []
    names = [column.name for column in table.columns if column.name not in frozen]
    return names if "U" in verbs else [name for name in names if name == LOCKABLE]


def _database(connection: Connection) -> str:
    return str(connection.scalar(text("SELECT current_database()")))
