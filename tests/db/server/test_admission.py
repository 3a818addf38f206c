"""Login roles of accounts, managed from the accounts page by a 系统管理员 with the least grants."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import NullPool, create_engine, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from db.action import Actor, Request
from db.errors import NotAllowed, RuleBroken, Unavailable
from db.ids import new_id
from db.journal.check import verify_chain
from db.journal.models import JournalEntry
from db.server import actions, roles
from db.server.accounts import own_account, server_accounts
from db.server.scram import server_secret
from db.session import Hall
from db.staff import queries
from db.staff.actions import create_staff, deactivate, lock_screen, reactivate, set_roles
from db.staff.models import Staff
from db.staff.permissions import Role
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.db.server.conftest import SECRET, Server, Town, refused
from tests.factories.accounts import FIRST, hashed
from tests.factories.staff import make_staff

Click = Callable[..., Any]


@pytest.fixture
def click(town: Town) -> Click:
    """`click(role, action, …)`: one click of that role's account, over its own connection to the server."""

    def do(role: Role, action: Any, **kwargs: Any) -> Any:
        hall = Hall(town.doors[role], Vault(TEST_KEY))
        return hall.run(Request(town.accounts[role], NOW, new_id()), action, **kwargs)

    return do


@pytest.fixture
def clerk(server: Server, town: Town) -> Actor:
    return make_staff(server.hall, town.here, Role.CLERK, now=NOW, password_hash=hashed(FIRST, "x").hash)


def enter(server: Server, role_name: str) -> None:
    """Log in to the server, once."""
    with create_engine(server.url.set(username=role_name), poolclass=NullPool).connect() as connection:
        connection.execute(text("SELECT 1"))


def test_the_administrator_gives_an_account_its_role_and_takes_it_away(
    server: Server, click: Click, clerk: Actor, town: Town
) -> None:
    name = click(Role.SYSADMIN, actions.admit, staff_id=clerk.staff_id, secret=SECRET)
    assert name == roles.account(str(server.url.database), "JM01", clerk.name)
    enter(server, name)
    click(Role.SYSADMIN, actions.dismiss, staff_id=clerk.staff_id)
    with pytest.raises(OperationalError, match="does not exist"):
        enter(server, name)
    tags = server.hall.read(
        lambda session: session.scalars(
            select(JournalEntry.tag).where(JournalEntry.subject_id == clerk.staff_id).order_by(JournalEntry.seq)
        ).all()
    )
    assert tags == ["server.admit", "server.dismiss"]
    assert server.hall.read(verify_chain, server.hall.vault, town.here, lambda *_: None) == []


def test_an_account_made_by_the_administrator_gets_its_role_the_same_way(server: Server, click: Click) -> None:
    made = click(Role.SYSADMIN, create_staff, login="wu.shan-1", name="吴山", password=hashed(FIRST, "wu.shan-1"))
    name = click(Role.SYSADMIN, actions.admit, staff_id=made, secret=SECRET)
    assert name == roles.account(str(server.url.database), "JM01", "wu.shan-1")
    with pytest.raises(OperationalError, match="permission denied for database"):
        enter(server, name)  # it has no role in the hall yet
    click(Role.SECADMIN, set_roles, staff_id=made, roles=frozenset({Role.CLERK}), version=1)
    enter(server, name)


def test_the_same_click_sent_twice_is_done_once(server: Server, town: Town, clerk: Actor) -> None:
    hall = Hall(town.doors[Role.SYSADMIN], Vault(TEST_KEY))
    request = Request(town.accounts[Role.SYSADMIN], NOW, new_id())
    first = hall.run(request, actions.admit, staff_id=clerk.staff_id, secret=SECRET)
    assert hall.run(request, actions.admit, staff_id=clerk.staff_id, secret=SECRET) == first


@pytest.mark.parametrize("role", [Role.CLERK, Role.MANAGER, Role.SECADMIN, Role.AUDITOR])
def test_nobody_else_may_by_the_window_or_by_psql(town: Town, click: Click, clerk: Actor, role: Role) -> None:
    with pytest.raises(NotAllowed):
        click(role, actions.admit, staff_id=clerk.staff_id, secret=SECRET)
    with pytest.raises(NotAllowed):
        click(role, actions.dismiss, staff_id=clerk.staff_id)
    with town.doors[role].connect() as connection:
        assert refused(connection, f"SELECT linli_admit('{clerk.staff_id}', 'SCRAM-SHA-256$x')")
        assert refused(connection, f"SELECT linli_dismiss('{clerk.staff_id}')")


def test_an_administrator_reaches_nobody_of_another_hall(town: Town) -> None:
    with town.doors[Role.SYSADMIN].connect() as connection:
        assert refused(connection, f"SELECT linli_admit('{town.neighbour.staff_id}', 'SCRAM-SHA-256$x')")
        assert refused(connection, f"SELECT linli_dismiss('{town.neighbour.staff_id}')")


@pytest.mark.parametrize("prey", ["owner", "sysadmin"])
def test_no_account_is_named_so_that_it_gets_the_owners_role_or_a_group(
    server: Server, click: Click, prey: str
) -> None:
    """A login like the tail of another role's name, in a hall whose code makes the rest: the role is left alone."""
    named = f"{server.url.database}_jm01_{prey}"
    with server.superuser.begin() as connection:
        connection.execute(text(f'CREATE ROLE "{named}" NOLOGIN'))
    try:
        made = click(Role.SYSADMIN, create_staff, login=prey, name="某某", password=hashed("Gulou-3317-cha", prey))
        with pytest.raises(RuleBroken, match="同名的用户"):
            click(Role.SYSADMIN, actions.admit, staff_id=made, secret=SECRET)
        with server.superuser.connect() as connection:
            row = "SELECT rolcanlogin FROM pg_roles WHERE rolname = :name"
            assert connection.scalar(text(row), {"name": named}) is False
    finally:
        with server.superuser.begin() as connection:
            connection.execute(text(f'DROP ROLE "{named}"'))


def test_an_owner_who_may_not_make_roles_is_a_sentence(server: Server, click: Click, clerk: Actor) -> None:
    owner = roles.owner(str(server.url.database))
    with server.superuser.begin() as connection:
        connection.execute(text(f'ALTER ROLE "{owner}" NOCREATEROLE'))
    try:
        with pytest.raises(Unavailable, match=r"CREATEROLE.*setup-postgres"):
            click(Role.SYSADMIN, actions.admit, staff_id=clerk.staff_id, secret=SECRET)
    finally:
        with server.superuser.begin() as connection:
            connection.execute(text(f'ALTER ROLE "{owner}" CREATEROLE'))


def test_a_hall_without_a_server_says_so(run: Click, sysadmin: Actor, clerk: Actor, hall: Hall) -> None:
    mate = make_staff(hall, sysadmin.centre_id, Role.CLERK, now=NOW)
    with pytest.raises(RuleBroken, match="不需要服务器用户"):
        run(sysadmin, actions.admit, staff_id=mate.staff_id, secret=SECRET)
    with pytest.raises(RuleBroken, match="不是用您自己的"):
        run(sysadmin, actions.change_secret, secret=SECRET)
    assert hall.read(server_accounts, sysadmin.centre_id) is None
    assert hall.read(own_account) is None


def test_nobody_admits_or_dismisses_themselves(town: Town, click: Click) -> None:
    me = town.accounts[Role.SYSADMIN].staff_id
    for action, more in ((actions.admit, {"secret": SECRET}), (actions.dismiss, {})):
        with pytest.raises(RuleBroken, match="自己的服务器密码"):
            click(Role.SYSADMIN, action, staff_id=me, **more)


def test_whoever_changes_roles_changes_grants_in_the_same_transaction(
    server: Server, town: Town, click: Click, clerk: Actor
) -> None:
    door = server.let_in(clerk.staff_id)
    with door.connect() as connection:
        assert not refused(connection, "SELECT count(*) FROM person")
        click(Role.SECADMIN, set_roles, staff_id=clerk.staff_id, roles=frozenset({Role.AUDITOR}), version=1)
        assert refused(connection, "SELECT count(*) FROM person")  # on the connection that was open all the time
        assert not refused(connection, "SELECT count(*) FROM journal_entry")
    with pytest.raises(RuleBroken, match="不能兼任"):
        click(Role.SECADMIN, set_roles, staff_id=clerk.staff_id, roles=frozenset({Role.AUDITOR, Role.CLERK}), version=2)
    click(Role.SECADMIN, set_roles, staff_id=clerk.staff_id, roles=frozenset(), version=2)
    with pytest.raises(OperationalError, match="permission denied for database"):
        door.connect()


def test_grants_go_back_when_the_transaction_does(server: Server, town: Town, clerk: Actor) -> None:
    door = server.let_in(clerk.staff_id)
    with server.hall.transaction() as session, session.begin_nested() as begun:
        session.execute(text("DELETE FROM staff_role WHERE staff_id = :who"), {"who": clerk.staff_id})
        begun.rollback()
    with door.connect() as connection:
        assert not refused(connection, "SELECT count(*) FROM person")


def test_a_deactivated_account_is_out_at_once_and_back_when_it_is_in_use_again(
    server: Server, town: Town, click: Click, clerk: Actor
) -> None:
    door = server.let_in(clerk.staff_id)
    with door.connect() as connection:
        click(Role.SYSADMIN, deactivate, staff_id=clerk.staff_id, version=1)
        for statement in (
            "SELECT count(*) FROM staff",
            f"UPDATE staff SET active = true WHERE id = '{clerk.staff_id}'",
        ):
            assert refused(connection, statement)  # on the connection that was open all the time
        hall = Hall(connection, Vault(TEST_KEY))
        with pytest.raises(NotAllowed, match="可能刚被停用"):  # what the window says, that still stands open
            hall.run(Request(clerk, NOW, new_id()), lock_screen, idle=False)
    with pytest.raises(OperationalError, match="not permitted to log in"):
        door.connect()
    with pytest.raises(RuleBroken, match="已停用"):
        click(Role.SYSADMIN, actions.admit, staff_id=clerk.staff_id, secret=SECRET)
    click(Role.SYSADMIN, reactivate, staff_id=clerk.staff_id, password=_again(server, town.here, clerk), version=2)
    with door.connect() as connection:
        assert not refused(connection, "SELECT count(*) FROM person")


def _again(server: Server, centre_id: UUID, who: Actor) -> Any:
    found = server.hall.read(queries.account, centre_id, who.staff_id)
    assert found is not None
    return hashed(FIRST, found.login)


def test_the_first_password_is_marked_until_its_owner_changes_it(
    server: Server, town: Town, click: Click, clerk: Actor
) -> None:
    door = server.let_in(clerk.staff_id)
    mine = Hall(door, Vault(TEST_KEY))
    own = mine.read(own_account)
    assert own is not None
    assert (own.staff_id, own.one_time) == (clerk.staff_id, True)
    mine.run(Request(clerk, NOW, new_id()), actions.change_secret, secret=server_secret("Shangri-6620-mu", "x", "某某"))
    assert mine.read(own_account) != own
    rows = Hall(town.doors[Role.SYSADMIN], Vault(TEST_KEY)).read(server_accounts, town.here) or ()
    assert {row.staff_id: row.one_time for row in rows}[clerk.staff_id] is False
    click(Role.SYSADMIN, actions.admit, staff_id=clerk.staff_id, secret=SECRET)
    assert mine.read(own_account) == own


def test_a_password_in_plain_is_not_taken(town: Town, clerk: Actor) -> None:
    with town.doors[Role.SYSADMIN].connect() as connection, pytest.raises(DBAPIError) as denied:
        connection.execute(text(f"SELECT linli_admit('{clerk.staff_id}', 'in plain')"))
    assert getattr(denied.value.orig, "sqlstate", "") == "LN005"


@pytest.mark.parametrize(
    ("code", "login"),
    [("JM01", "zheng"), ("JM01", "wu.shan"), ("JM01", "wu_shan"), ("JM01", "wu-shan"), ("JM01", "a" * 32),
     ("JM-01", "zheng"), ("X" * 30, "b" * 32)],
)  # fmt: skip
def test_the_client_and_the_server_call_a_role_the_same(server: Server, code: str, login: str) -> None:
    with server.superuser.connect() as connection:
        there = connection.scalar(text("SELECT linli_role_name(:code, :login)"), {"code": code, "login": login})
    here = roles.account(str(server.url.database), code, login)
    assert (there, len(here) <= roles.LONGEST) == (here, True)


def test_names_that_lose_letters_stay_apart() -> None:
    logins = ("wu_shan", "wu-shan", "wushan", "wu.shan")
    assert len({roles.account("linli", "JM01", login) for login in logins}) == len(logins)


def test_the_owner_of_a_role_is_found_in_the_right_hall(server: Server, town: Town) -> None:
    rows = server.hall.read(server_accounts, town.here) or ()
    with server.hall.transaction() as session:
        for row in rows:
            account = session.get(Staff, row.staff_id)
            assert account is not None
            assert row.role_name == roles.account(str(server.url.database), "JM01", account.login)
