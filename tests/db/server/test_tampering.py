"""Somebody who knows PostgreSQL well tries to get around the walls: settings, names, triggers, copies, functions."""

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from db.ids import new_id
from db.staff.permissions import Role
from tests.db.server.conftest import Town, refused


def seen(connection: Connection) -> set[object]:
    return set(connection.scalars(text("SELECT DISTINCT centre_id FROM journal_entry")))


SETTINGS = (
    "SET linli.centre = '{there}'",
    "SET linli.centre_id = '{there}'",
    "SET app.centre_id = '{there}'",
    "SELECT set_config('linli.centre', '{there}', false)",
    "SET ROLE NONE",
    "SET search_path = pg_temp, public",
    "SET row_security = off",
    "SET application_name = '{there}'",
)


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("role", list(Role))
def test_no_setting_that_somebody_may_change_moves_the_wall(town: Town, role: Role, setting: str) -> None:
    with town.doors[role].connect() as connection:
        connection.execute(text(setting.format(there=town.there)))
        if "row_security" in setting:
            assert refused(connection, "SELECT * FROM journal_entry")
        else:
            assert seen(connection) <= {town.here}


@pytest.mark.parametrize("role", list(Role))
def test_becoming_the_group_leaves_one_where_one_was(town: Town, role: Role) -> None:
    with town.doors[role].connect() as connection:
        database = connection.scalar(text("SELECT current_database()"))
        connection.execute(text(f'SET ROLE "{database}_{role}"'))
        assert seen(connection) <= {town.here}


FORBIDDEN = (
    "SET session_replication_role = replica",  # would silence the triggers
    "CREATE TEMP TABLE staff (id uuid)",  # would stand before the real one
    "CREATE TABLE public.mine (id int)",
    "CREATE SCHEMA mine",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION linli_centre() RETURNS uuid LANGUAGE sql AS 'SELECT null::uuid'",
    "ALTER FUNCTION linli_centre() OWNER TO CURRENT_USER",
    "CREATE TRIGGER mine BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION linli_follow_role()",
    "ALTER TABLE journal_entry DISABLE TRIGGER ALL",
    "ALTER TABLE receipt ADD COLUMN mine int",
    "CREATE RULE mine AS ON INSERT TO journal_entry DO INSTEAD NOTHING",
    "CREATE POLICY mine ON person USING (true)",
    "ALTER POLICY linli_mine ON person USING (true)",
    "CREATE INDEX ON person (name)",
    "CREATE ROLE mine",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "ALTER ROLE CURRENT_USER CREATEROLE",
    "CREATE DATABASE mine",
    "CREATE EXTENSION plpgsql",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "COPY (SELECT 1) TO '/tmp/linli-x'",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT pg_ls_dir('.')",
    "COPY journal_entry FROM STDIN",
    "DO $$ BEGIN LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE; END $$",
    "SELECT linli_refit(gen_random_uuid())",
    "SELECT linli_role_for(gen_random_uuid())",
    "SELECT linli_must_manage(gen_random_uuid())",
    "UPDATE alembic_version SET version_num = '9999'",
    "INSERT INTO linli_login VALUES ('postgres', gen_random_uuid(), gen_random_uuid())",
    "TRUNCATE staff CASCADE",
)


REFUSALS = {"42501", "42939", "0A000", "42710"}
"""Insufficient privilege; reserved name; COPY into a table with walls; an extension that every database has."""


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("statement", FORBIDDEN)
def test_nothing_is_put_in_the_way_of_the_walls(town: Town, role: Role, statement: str) -> None:
    with town.doors[role].connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        with pytest.raises(DBAPIError) as denied:
            connection.execute(text(statement))
        assert getattr(denied.value.orig, "sqlstate", "") in REFUSALS, denied.value


@pytest.mark.parametrize("role", [Role.CLERK, Role.MANAGER])
def test_nobody_writes_into_the_journal_in_somebody_elses_name(town: Town, role: Role) -> None:
    other = town.accounts[Role.AUDITOR].staff_id
    forged = (
        "INSERT INTO journal_entry SELECT (jsonb_populate_record(entry, jsonb_build_object("
        f"'seq', entry.seq + 1000000, 'staff_id', '{{who}}', 'op', '{new_id()}'))).*"
        " FROM journal_entry AS entry LIMIT 1"
    )
    with town.doors[role].connect() as connection:
        assert refused(connection, forged.format(who=other))
        assert not refused(connection, forged.format(who=town.accounts[role].staff_id))


@pytest.mark.parametrize("role", list(Role))
def test_there_are_no_sequences_to_be_moved_on(town: Town, role: Role) -> None:
    with town.doors[role].connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_class WHERE relkind = 'S'")) == 0
