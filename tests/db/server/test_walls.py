"""Somebody logs in with psql instead of the window: what a role may not do, the server refuses."""

import pytest
from sqlalchemy import text

from db.staff.permissions import Role
from tests.db.server.conftest import Town, refused

FOR_NOBODY = (
    "UPDATE journal_entry SET tag = 'x.y'",
    "DELETE FROM journal_entry",
    "TRUNCATE journal_entry",
    "UPDATE receipt SET content = 'x'",
    "UPDATE receipt SET payload = 'x'",
    "UPDATE receipt SET number = 'x'",
    "DELETE FROM receipt",
    "TRUNCATE receipt CASCADE",
    "DELETE FROM operation",
    "DROP TRIGGER journal_entry_no_change ON journal_entry",
    "ALTER TABLE person DISABLE ROW LEVEL SECURITY",
    "DROP POLICY linli_mine ON person",
    "CREATE TABLE mine (a int)",
    "DELETE FROM linli_login",
    "UPDATE linli_login SET centre_id = '00000000-0000-0000-0000-000000000000'",
    "UPDATE staff SET centre_id = '00000000-0000-0000-0000-000000000000'",
    "DELETE FROM staff",
    "UPDATE staff SET login = 'x'",
    "UPDATE centre SET key_check = 'x'",
    "UPDATE centre SET code = 'x'",
    "UPDATE signing_key SET private_sealed = 'x'",
)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("statement", FOR_NOBODY)
def test_no_account_can_change_what_is_kept_or_the_walls_themselves(town: Town, role: Role, statement: str) -> None:
    with town.doors[role].connect() as connection:
        assert refused(connection, statement)


@pytest.mark.parametrize("role", list(Role))
def test_nobody_becomes_the_owner_or_somebody_else(town: Town, role: Role) -> None:
    with town.doors[role].connect() as connection:
        names = connection.scalars(text("SELECT rolname FROM pg_roles WHERE NOT rolname = session_user")).all()
        assert len(names) > 15
        for name in names:
            if not name.endswith(f"_{role}"):
                assert refused(connection, f'SET ROLE "{name}"'), name
                assert refused(connection, f'SET SESSION AUTHORIZATION "{name}"'), name


def test_a_clerk_sees_the_people_of_the_own_hall_and_nobody_elses(town: Town) -> None:
    with town.doors[Role.CLERK].connect() as connection:
        for table in ("person", "receipt", "journal_entry", "staff", "counter"):
            assert set(connection.scalars(text(f"SELECT DISTINCT centre_id FROM {table}"))) == {town.here}, table
        assert connection.scalars(text("SELECT id FROM centre")).all() == [town.here]
        assert refused(connection, f"UPDATE person SET name = '某某' WHERE centre_id = '{town.there}'")
        foreign = (
            "INSERT INTO person (id, centre_id, kind, name, id_type, id_masked, phone_masked, note, created_at, version)"
            f" VALUES (gen_random_uuid(), '{town.there}', 'resident', '某某', 'none', '', '', '', now(), 1)"
        )
        assert refused(connection, foreign)


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR])
@pytest.mark.parametrize("table", ["person", "case_file", "receipt", "ticket", "duty_reception"])
def test_who_administers_or_audits_reads_no_cases_and_no_people(town: Town, role: Role, table: str) -> None:
    with town.doors[role].connect() as connection:
        assert refused(connection, f"SELECT * FROM {table}")


@pytest.mark.parametrize("role", [Role.CLERK, Role.MANAGER, Role.AUDITOR])
def test_nobody_makes_themselves_more_than_they_are(town: Town, role: Role) -> None:
    me = town.accounts[role].staff_id
    with town.doors[role].connect() as connection:
        assert refused(connection, f"INSERT INTO staff_role VALUES ('{me}', 'sysadmin', '{town.here}')")
        assert refused(connection, f"UPDATE staff SET password_hash = 'x' WHERE id <> '{me}'")
        assert refused(connection, "DELETE FROM staff_role")


def test_a_clerk_voids_no_receipt(town: Town) -> None:
    voiding = "UPDATE receipt SET voided_at = now(), void_reason = 'x'"
    with town.doors[Role.CLERK].connect() as connection:
        assert refused(connection, voiding)
        assert not refused(connection, "UPDATE receipt SET prints = prints + 1")
    with town.doors[Role.MANAGER].connect() as connection:
        assert not refused(connection, voiding)


def test_not_even_who_gives_roles_gives_them_to_themselves(town: Town) -> None:
    me = town.accounts[Role.SECADMIN].staff_id
    with town.doors[Role.SECADMIN].connect() as connection:
        assert refused(connection, f"INSERT INTO staff_role VALUES ('{me}', 'sysadmin', '{town.here}')")
        assert refused(connection, f"DELETE FROM staff_role WHERE staff_id = '{me}'")
        assert refused(connection, f"UPDATE staff SET password_hash = 'x' WHERE id <> '{me}'")
    with town.doors[Role.SYSADMIN].connect() as connection:
        assert refused(connection, "DELETE FROM staff_role")
        clerk = town.accounts[Role.CLERK].staff_id
        assert refused(connection, f"INSERT INTO staff_role VALUES ('{clerk}', 'manager', '{town.here}')")


@pytest.mark.parametrize(
    "column", ["active = true", "name = '某某'", "post = 'x'", "login = 'x'", "created_at = now()"]
)
def test_of_the_own_account_only_what_logging_in_needs_is_changed(town: Town, column: str) -> None:
    me = town.accounts[Role.CLERK].staff_id
    with town.doors[Role.CLERK].connect() as connection:
        assert refused(connection, f"UPDATE staff SET {column} WHERE id = '{me}'")
        assert not refused(connection, f"UPDATE staff SET failures = 1 WHERE id = '{me}'")
