"""Who is logged in is written into the server's plans: a plan that is kept never shows one clerk what is another's."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, text

from db.server.secure import secure
from db.staff.permissions import Role
from tests.db.server.conftest import Server, Town, refused

PREPARED = (
    "SET LOCAL plan_cache_mode = force_generic_plan",
    "PREPARE halls AS SELECT DISTINCT centre_id FROM person",
    "PREPARE mine AS SELECT id FROM centre",
    "PREPARE drafts AS SELECT DISTINCT staff_id FROM intake_draft",
    "PREPARE count AS SELECT count(*) FROM person",
)


@pytest.fixture
def connection(server: Server, town: Town) -> Iterator[Connection]:
    """A superuser's connection, which can become anybody, and keeps its plans meanwhile."""
    server.let_in(town.neighbour.staff_id)
    with server.superuser.connect() as connection:
        outer = connection.begin()
        for statement in PREPARED:
            connection.execute(text(statement))
        yield connection
        outer.rollback()
        connection.exec_driver_sql("DEALLOCATE ALL")


def become(connection: Connection, staff_id: UUID) -> None:
    connection.exec_driver_sql("RESET SESSION AUTHORIZATION")
    name = connection.scalar(text("SELECT role_name FROM linli_login WHERE staff_id = :who"), {"who": staff_id})
    connection.exec_driver_sql(f'SET LOCAL SESSION AUTHORIZATION "{name}"')


def test_a_kept_plan_is_made_anew_for_whoever_comes_next(connection: Connection, town: Town) -> None:
    for _ in range(3):
        for staff_id, centre_id in (
            (town.accounts[Role.CLERK].staff_id, town.here),
            (town.neighbour.staff_id, town.there),
        ):
            become(connection, staff_id)
            for prepared in ("halls", "mine"):
                assert connection.exec_driver_sql(f"EXECUTE {prepared}").scalars().all() == [centre_id]
            assert set(connection.exec_driver_sql("EXECUTE drafts").scalars()) <= {staff_id}


def test_whoever_is_no_account_sees_nothing_through_a_kept_plan(connection: Connection, town: Town) -> None:
    become(connection, town.neighbour.staff_id)
    assert connection.exec_driver_sql("EXECUTE count").scalar() == 1
    connection.exec_driver_sql("RESET SESSION AUTHORIZATION")
    database = connection.scalar(text("SELECT current_database()"))
    connection.exec_driver_sql("CREATE ROLE linli_stranger LOGIN")
    connection.exec_driver_sql(f'GRANT "{database}_clerk" TO linli_stranger')
    connection.exec_driver_sql("SET LOCAL SESSION AUTHORIZATION linli_stranger")
    assert connection.exec_driver_sql("EXECUTE count").scalar() == 0


def test_the_guard_of_accounts_asks_each_time_who_it_is(connection: Connection, town: Town) -> None:
    """A function's plans are kept whoever calls it, and so nothing may be written into them."""
    touch = "UPDATE staff SET last_login_at = now() WHERE id = '{}'"
    first, second = (town.accounts[role].staff_id for role in (Role.CLERK, Role.MANAGER))
    for own, other in ((first, second), (second, first), (first, second)):
        become(connection, own)
        connection.execute(text(touch.format(own)))
        assert refused(connection, touch.format(other))


def test_the_answer_stands_in_the_plan(connection: Connection, town: Town) -> None:
    become(connection, town.neighbour.staff_id)
    plan = "\n".join(connection.exec_driver_sql("EXPLAIN EXECUTE halls").scalars())
    assert str(town.there) in plan
    assert "linli" not in plan


OF_AN_OLDER_VERSION = (
    "CREATE OR REPLACE FUNCTION linli_centre() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER"
    " AS $$SELECT centre_id FROM linli_login WHERE role_name = session_user$$",
    "CREATE POLICY linli_wider_0 ON person FOR SELECT USING (true)",
    "CREATE FUNCTION linli_admit(who uuid, grantee name, secret text) RETURNS void LANGUAGE sql SECURITY DEFINER AS ''",
)


def test_what_an_older_version_declared_is_gone_also_for_who_is_logged_in_meanwhile(server: Server, town: Town) -> None:
    assert isinstance(server.hall.bind, Engine)
    door = town.doors[Role.CLERK].execution_options(isolation_level="AUTOCOMMIT")
    with server.hall.bind.connect() as owner, door.connect() as clerk:
        for statement in OF_AN_OLDER_VERSION:
            owner.exec_driver_sql(statement)
        owner.commit()
        for statement in PREPARED[0].replace("LOCAL ", ""), PREPARED[1]:
            clerk.exec_driver_sql(statement)
        assert set(clerk.exec_driver_sql("EXECUTE halls").scalars()) == {town.here, town.there}
        secure(owner)
        owner.commit()
        assert clerk.exec_driver_sql("EXECUTE halls").scalars().all() == [town.here]
        assert str(town.here) in "\n".join(clerk.exec_driver_sql("EXPLAIN EXECUTE halls").scalars())
        assert clerk.exec_driver_sql("SELECT to_regprocedure('linli_admit(uuid, name, text)')").scalar() is None
