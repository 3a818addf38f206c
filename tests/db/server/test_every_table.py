"""No table, column or function is forgotten: what the server says of each is held against what is declared."""

import pytest
from sqlalchemy import Connection, text

from db.base import OF
from db.registry import METADATA
from db.server.admission import FOR_MANAGERS, FOR_NOBODY
from db.server.grants import FROZEN, HIDDEN, needs_of
from db.staff.permissions import Role
from tests.db.server.conftest import Server, Town

TABLES = sorted(METADATA.tables)
RIGHTS = {"SELECT": "Ss", "INSERT": "I", "UPDATE": "UuL", "DELETE": "D"}
NEVER = ("TRUNCATE", "REFERENCES", "TRIGGER")
EVERYBODYS = {
    "linli_centre()", "linli_staff()", "linli_may_manage()", "linli_own_hash()", "linli_own_secret(text)",
    "linli_room_shared(uuid)", "linli_part_shared(uuid)", "linli_sharing(uuid)", "linli_role_name(text,text)",
}  # fmt: skip
"""What anybody may call. Whoever adds a function to the database decides here whether everybody may."""


def group(connection: Connection, role: Role) -> str:
    return f"{connection.scalar(text('SELECT current_database()'))}_{role}"


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("table", TABLES)
def test_a_role_has_of_a_table_what_is_declared_and_nothing_else(server: Server, role: Role, table: str) -> None:
    verbs = needs_of(role).get(table, "")
    with server.superuser.connect() as connection:
        asked = {"who": group(connection, role), "table": table}
        for right, letters in RIGHTS.items():
            has = "has_any_column_privilege" if right in ("SELECT", "UPDATE") else "has_table_privilege"
            found = connection.scalar(text(f"SELECT {has}(:who, :table, '{right}')"), asked)
            wanted = bool(set(verbs) & set(letters)) and not (right == "UPDATE" and "*" in FROZEN.get(table, ()))
            assert found is wanted, right
        for right in NEVER:
            assert not connection.scalar(text(f"SELECT has_table_privilege(:who, :table, '{right}')"), asked), right
        for column in FROZEN.get(table, frozenset()) - {"*"}:
            may = text("SELECT has_column_privilege(:who, :table, :column, 'UPDATE')")
            assert not connection.scalar(may, {**asked, "column": column}), column
        for column in HIDDEN.get(table, frozenset()):
            may = text("SELECT has_column_privilege(:who, :table, :column, 'SELECT')")
            assert connection.scalar(may, {**asked, "column": column}) is ("S" in verbs), column


def test_what_is_named_without_a_foreign_key_may_be_deleted_by_nobody() -> None:
    named = {column.info[OF] for table in METADATA.tables.values() for column in table.columns if OF in column.info}
    assert named == {"centre", "staff", "counter", "item", "item_version"}
    assert not [(role, table) for role in Role for table in named if "D" in needs_of(role).get(table, "")]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("table", [name for name in TABLES if "centre_id" in METADATA.tables[name].columns])
def test_whatever_is_seen_of_a_table_is_of_the_own_hall(town: Town, role: Role, table: str) -> None:
    with town.doors[role].connect() as connection:
        if connection.scalar(text("SELECT has_any_column_privilege(:table, 'SELECT')"), {"table": table}):
            seen = set(connection.scalars(text(f"SELECT DISTINCT centre_id FROM {table}")))
            assert seen <= {town.here}


def test_every_table_is_walled_and_none_is_forced_open(server: Server) -> None:
    open_tables = (
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        " AND NOT relrowsecurity"
    )
    bare = (
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity AND relnamespace = 'public'::regnamespace"
        " AND NOT EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid)"
    )
    with server.superuser.connect() as connection:
        assert set(connection.scalars(text(open_tables))) == {"alembic_version"}
        assert set(connection.scalars(text(bare))) == set()


def test_nobody_at_all_gets_anything_by_being_anybody(server: Server) -> None:
    with server.superuser.connect() as connection:
        relations = (
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relacl::text LIKE '%{=%'"
        )
        functions = (
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            " AND proname NOT LIKE 'uuid%range%'"  # of a type: PostgreSQL's own, and they read nothing
            " AND (proacl IS NULL OR proacl::text LIKE '%{=%' OR proacl::text LIKE '%,=%')"
        )
        assert set(connection.scalars(text(relations))) == set()
        assert set(connection.scalars(text(functions))) == set()
        for right in ("CONNECT", "TEMP", "CREATE"):
            asked = text(f"SELECT has_database_privilege('public', current_database(), '{right}')")
            assert connection.scalar(asked) is False, right
        assert connection.scalar(text("SELECT has_schema_privilege('public', 'public', 'CREATE')")) is False


def test_what_runs_with_the_owners_rights_cannot_be_misled_by_names(server: Server) -> None:
    loose = (
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        " AND NOT coalesce(proconfig::text LIKE '%search_path=public, pg_temp%', false)"
    )
    with server.superuser.connect() as connection:
        assert set(connection.scalars(text(loose))) == set()


@pytest.mark.parametrize("role", list(Role))
def test_the_functions_that_somebody_may_call_are_known(server: Server, role: Role) -> None:
    asked = (
        "SELECT replace(oid::regprocedure::text, ', ', ',') FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND has_function_privilege(:who, oid, 'EXECUTE') AND proname NOT LIKE 'uuid%range%'"
        " AND prorettype <> 'trigger'::regtype"
    )
    with server.superuser.connect() as connection:
        found = set(connection.scalars(text(asked), {"who": group(connection, role)}))
    managers = {one.replace(", ", ",") for one in FOR_MANAGERS}
    assert found - managers == EVERYBODYS
    assert (found & managers == managers) is (role is Role.SYSADMIN)
    assert not found & {one.replace(", ", ",") for one in FOR_NOBODY}
