"""Somebody logs in with psql instead of the window: what a role may not do, the server refuses."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from db.action import Actor, Request
from db.ids import new_id
from db.people.actions import keep_person
from db.receipts.actions import issue
from db.receipts.content import PaperKind
from db.server.secure import dismiss
from db.staff.actions import deactivate
from db.staff.permissions import Role
from tests.conftest import NOW
from tests.db.server.conftest import Server
from tests.factories.centre import make_centre, make_counter
from tests.factories.people import details
from tests.factories.receipts import case_facts
from tests.factories.staff import make_staff


@dataclass
class Town:
    """Two halls in one database; accounts of every role in the first, a person and a receipt in each."""

    here: UUID
    there: UUID
    accounts: dict[Role, Actor]
    doors: dict[Role, Engine]


@pytest.fixture(scope="module")
def town(server: Server) -> Town:
    here, there = (make_centre(server.hall, now=NOW, code=code) for code in ("JM01", "GS02"))
    for centre_id in (here, there):
        clerk = make_staff(server.hall, centre_id, Role.CLERK, now=NOW, counter_id=make_counter(server.hall, centre_id))
        server.hall.run(Request(clerk, NOW, new_id()), keep_person, details=details())
        server.hall.run(Request(clerk, NOW, new_id()), issue, kind=PaperKind.RECEIVED, case=case_facts(), case_id=None)
    accounts = {role: make_staff(server.hall, here, role, now=NOW) for role in Role}
    return Town(here, there, accounts, {role: server.let_in(actor.staff_id) for role, actor in accounts.items()})


NO_RIGHT = ("42501", "23000")
"""SQLSTATE of “insufficient privilege”, and of the trigger that keeps the journal append-only."""


def refused(connection: Connection, statement: str) -> bool:
    """Whether the server refuses a statement for want of a right, or lets it touch no row."""
    with connection.begin_nested() as attempt:
        try:
            return connection.execute(text(statement)).rowcount == 0
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") not in NO_RIGHT:
                raise
            return True
        finally:
            attempt.rollback()


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
)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("statement", FOR_NOBODY)
def test_no_account_can_change_what_is_kept_or_the_walls_themselves(town: Town, role: Role, statement: str) -> None:
    with town.doors[role].connect() as connection:
        assert refused(connection, statement)


@pytest.mark.parametrize("role", list(Role))
def test_nobody_becomes_the_owner_or_somebody_else(server: Server, town: Town, role: Role) -> None:
    other = next(actor for kind, actor in town.accounts.items() if kind is not role)
    with town.doors[role].connect() as connection:
        names = connection.scalars(text("SELECT rolname FROM pg_roles WHERE NOT rolname = session_user")).all()
        for name in names:
            if name.startswith(str(server.url.database)) and not name.endswith(f"_{role}"):
                assert refused(connection, f'SET ROLE "{name}"'), name
        if role is not Role.SYSADMIN:
            call = f"SELECT linli_admit('{other.staff_id}', '{server.url.database}_x', 'mine now')"
            assert refused(connection, call)
            assert refused(connection, f"SELECT linli_dismiss('{other.staff_id}')")


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


def test_the_groups_of_a_role_follow_the_roles_of_the_account(server: Server, town: Town) -> None:
    clerk = make_staff(server.hall, town.here, Role.CLERK, now=NOW)
    door = server.let_in(clerk.staff_id)
    with door.connect() as connection:
        assert not refused(connection, "SELECT count(*) FROM person")
    become = "UPDATE staff_role SET role = 'auditor' WHERE staff_id = :who"
    remove = "DELETE FROM staff_role WHERE staff_id = :who"
    with server.hall.transaction() as session:
        session.execute(text(become), {"who": clerk.staff_id})
    with door.connect() as connection:
        assert refused(connection, "SELECT count(*) FROM person")
        assert not refused(connection, "SELECT count(*) FROM journal_entry")
    with server.hall.transaction() as session:
        session.execute(text(remove), {"who": clerk.staff_id})
    with pytest.raises(OperationalError, match="permission denied for database"):
        door.connect()


def test_a_deactivated_account_and_a_dismissed_one_cannot_log_in(server: Server, town: Town) -> None:
    clerk = make_staff(server.hall, town.here, Role.CLERK, now=NOW)
    door = server.let_in(clerk.staff_id)
    server.hall.run(
        Request(town.accounts[Role.SYSADMIN], NOW, new_id()), deactivate, staff_id=clerk.staff_id, version=1
    )
    with pytest.raises(OperationalError, match="not permitted to log in"):
        door.connect()
    with server.hall.transaction() as session:
        dismiss(session, clerk.staff_id)
    with pytest.raises(OperationalError, match="does not exist"):
        door.connect()
