"""Makes a hall's database on a PostgreSQL server safe against its own users: group roles, grants, policies.

Run by whoever may become the owner role (`python -m db setup-postgres`, and again after every schema upgrade). Idempotent.
"""

import re

from sqlalchemy import Connection, Table, text

from db.registry import METADATA
from db.server import roles
from db.server.admission import FOR_MANAGERS, FOR_NOBODY, LOGIN_TABLE, admitting
from db.server.functions import guarding, knowing
from db.server.grants import FEW, FROZEN, HIDDEN, LOCKABLE, needs_of
from db.server.policies import login_policies, table_policies
from db.staff.permissions import Role

_VERBS = {"S": "SELECT", "I": "INSERT", "D": "DELETE"}
_FORGET_STRANGERS = """
DELETE FROM linli_login WHERE NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = role_name
    AND shobj_description(oid, 'pg_authid') = format('linli %s %s', current_database(), staff_id))"""
"""After a restore: roles that are not on this server, or belong to another database of it."""
_DROP_ORPHANS = """
DO $$ DECLARE orphan name; BEGIN
    FOR orphan IN SELECT rolname FROM pg_roles
        WHERE starts_with(shobj_description(oid, 'pg_authid'), format('linli %s ', current_database()))
        AND NOT EXISTS (SELECT 1 FROM linli_login WHERE role_name = rolname)
    LOOP EXECUTE format('DROP ROLE %I', orphan); END LOOP;
END $$"""
"""After a restore: roles of accounts that the restored hall does not have."""

_DROP_RETIRED = """
DO $$ DECLARE retired regprocedure; BEGIN
    FOR retired IN SELECT oid FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND starts_with(proname, 'linli_')
        AND proowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
        AND proname || '(' || pg_get_function_identity_arguments(oid) || ')' <> ALL (ARRAY[{declared}])
    LOOP EXECUTE format('DROP FUNCTION %s', retired); END LOOP;
END $$"""
"""Functions of an older version, which run with the owner's rights and would be granted with today's."""
_HEAD = re.compile(r"CREATE OR REPLACE FUNCTION (linli_\w+\([^)]*\))")


def secure(connection: Connection) -> None:
    """Bring functions, grants and policies of the connected database to what this client declares.

    Args:
        connection: as the owner of the tables, inside a transaction.
    """
    database = database_of(connection)
    functions = [*knowing(database), *guarding(database), *admitting(database)]
    statements = [LOGIN_TABLE, *functions]
    for table in METADATA.sorted_tables:
        statements += table_policies(table)
    statements += login_policies(database)
    statements += [
        _DROP_RETIRED.format(declared=", ".join(f"'{head}'" for each in functions for head in _HEAD.findall(each))),
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC",
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC",
    ]
    for role in Role:
        statements += _group_grants(roles.group(database, role), role)
    statements += [_FORGET_STRANGERS, _DROP_ORPHANS, "SELECT linli_refit(staff_id) FROM linli_login"]
    for statement in statements:
        connection.exec_driver_sql(statement.replace("%", "%%"))  # the driver reads % as a placeholder


def owner_of(connection: Connection) -> str:
    """The owner role of the connected database, if there is one and one may act as it; else ""."""
    owner = roles.owner(database_of(connection))
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


def database_of(connection: Connection) -> str:
    """The name of the connected database."""
    return str(connection.scalar(text("SELECT current_database()")))


def _group_grants(name: str, role: Role) -> list[str]:
    made = [
        f'REVOKE ALL ON ALL TABLES IN SCHEMA public FROM "{name}"',
        f'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO "{name}"',
        f'REVOKE EXECUTE ON FUNCTION {", ".join((*FOR_NOBODY, *FOR_MANAGERS))} FROM "{name}"',
    ]
    if role is Role.SYSADMIN:
        made.append(f'GRANT EXECUTE ON FUNCTION {", ".join(FOR_MANAGERS)} TO "{name}"')
    for table, verbs in needs_of(role).items():
        made += [f'GRANT {right} ON {table} TO "{name}"' for right in _rights(METADATA.tables.get(table), verbs)]
    return made


def _rights(table: Table | None, verbs: str) -> list[str]:
    """The rights on one table, as GRANT spells them. A table of the database's own (no model) is only ever read."""
    made = [_VERBS[verb] for verb in verbs if verb in _VERBS]
    if table is None:
        return made
    if "s" in verbs and "S" not in verbs:
        seen = [column.name for column in table.columns if column.name not in HIDDEN[table.name]]
        made.append(f"SELECT ({', '.join(seen)})")
    if columns := _updatable(table, verbs):
        made.append(f"UPDATE ({', '.join(columns)})")
    return made


def _updatable(table: Table, verbs: str) -> list[str]:
    frozen = FROZEN.get(table.name, frozenset({"id", "centre_id"}))
    may = [] if "*" in frozen else [column.name for column in table.columns if column.name not in frozen]
    if "U" in verbs:
        return may
    few = FEW.get(table.name, frozenset()) if "u" in verbs else frozenset()
    return [name for name in may if name in few or (name == LOCKABLE and "L" in verbs)]
