"""Upgrading the schema: killed between two steps nothing is half done, and of several at once one does it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, make_url, text

from db.centre.models import Centre
from db.engine import embedded_url, make_engine
from db.errors import Unavailable
from db.migrations.upgrade import prepare, upgrade
from db.migrations.version import SchemaState, schema_state
from db.server.accounts import admit
from db.server.scram import server_secret
from db.server.setup import as_owner, set_up
from db.session import Hall
from db.staff.permissions import Role
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY, copied_database
from tests.factories.centre import make_centre
from tests.factories.staff import make_staff
from tests.faults.upgrading import SCRIPTS

PATIENCE = 90


@pytest.fixture(params=["embedded", "postgres", "server"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A hall at today's schema: embedded, on PostgreSQL, and on PostgreSQL with roles and walls."""
    if request.param == "embedded":
        yield embedded_url(tmp_path / "hall.sqlite").render_as_string()
        return
    with copied_database(request.getfixturevalue("postgres_server")) as address:
        engine = make_engine(address)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
        if request.param == "server":
            set_up(address, lambda *_: None)
        yield make_url(address).render_as_string(hide_password=False)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = make_engine(url)
    prepare(made)
    make_centre(Hall(made, Vault(TEST_KEY)), now=NOW)
    made.dispose()
    yield made
    made.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the revisions of the future are."""
    made = tmp_path / "future"
    made.mkdir()
    for name, script in SCRIPTS.items():
        (made / name).write_text(script)
    return made


def begin(url: str, folder: Path, *how: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.upgrading", url, str(folder), *how], stdout=subprocess.PIPE, text=True
    )


def until_between(folder: Path, told: str = "between") -> None:
    until = time.monotonic() + PATIENCE
    while not (folder / told).exists():
        assert time.monotonic() < until, "the upgrade does not begin"
        time.sleep(0.02)


def begin_behind(url: str, folder: Path) -> "subprocess.Popen[str]":
    """A second one: it has begun, and does not come to an end."""
    second = begin(url, folder, "tell")
    until_between(folder, "begun")
    with pytest.raises(subprocess.TimeoutExpired):
        second.wait(0.5)
    return second


def said(process: "subprocess.Popen[str]") -> str:
    told, _ = process.communicate(timeout=PATIENCE)
    return told.strip()


def columns(engine: Engine) -> set[str]:
    return {column["name"] for column in inspect(engine).get_columns(Centre.__tablename__)}


def finished(engine: Engine) -> bool:
    """Whether everything of both revisions is there, once."""
    with engine.connect() as connection:
        names = connection.execute(text("SELECT slogan, name FROM centre")).all()
        rows = connection.scalar(text("SELECT count(*) FROM future"))
    return rows == 1 and all(slogan == name for slogan, name in names)


def test_killed_between_two_steps_it_is_as_before_and_the_next_start_finishes(
    url: str, engine: Engine, folder: Path
) -> None:
    process = begin(url, folder, "wait")
    until_between(folder)
    process.kill()  # SIGKILL: nobody tidies up
    process.wait(PATIENCE)
    assert schema_state(engine) is SchemaState.CURRENT  # by this program, which is the older one
    assert "slogan" not in columns(engine)
    prepare(engine)  # the window of today goes on working
    assert said(begin(url, folder)) == "upgraded"
    assert finished(engine)
    with pytest.raises(Unavailable, match=r"更新版本.*更新到同一版本"):
        prepare(engine)  # and the older program is told to update
    with pytest.raises(Unavailable, match="更新版本"):
        upgrade(engine)
    assert said(begin(url, folder)) == "nothing to do"


def test_of_two_at_once_one_does_it_and_the_other_waits(url: str, engine: Engine, folder: Path) -> None:
    first = begin(url, folder, "wait")
    until_between(folder)
    second = begin_behind(url, folder)
    (folder / "go").touch()
    assert sorted((said(first), said(second))) == ["nothing to do", "upgraded"]
    assert finished(engine)


def test_who_waits_takes_over_when_the_first_dies(url: str, engine: Engine, folder: Path) -> None:
    first = begin(url, folder, "wait")
    until_between(folder)
    second = begin_behind(url, folder)
    first.kill()
    assert said(second) == "upgraded"
    first.wait(PATIENCE)
    assert finished(engine)


def clerk_of(hall: Hall, address: str) -> str:
    """The address of an account with the rights of a clerk."""
    clerk = make_staff(hall, make_centre(hall, now=NOW), Role.CLERK, now=NOW)
    with hall.transaction() as session:
        name = admit(session, clerk.staff_id, server_secret("Kulangsu-4471-deng", "x", "某某"))
    return make_url(address).set(username=name).render_as_string(hide_password=False)


def test_the_walls_stand_after_an_upgrade(postgres_server: str, folder: Path) -> None:
    with copied_database(postgres_server) as address:
        engine = make_engine(address)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
        set_up(address, lambda *_: None)
        owner = as_owner(address)
        assert "由服务器管理员来做" in said(begin(clerk_of(Hall(owner, Vault(TEST_KEY)), address), folder))
        assert schema_state(owner) is SchemaState.CURRENT
        assert said(begin(address, folder)) == "upgraded"
        with owner.connect() as connection:
            owners = set(connection.scalars(text("SELECT tableowner FROM pg_tables WHERE schemaname = 'public'")))
            public = text(
                "SELECT count(*) FROM information_schema.role_table_grants WHERE grantee = 'PUBLIC'"
                " AND table_schema = 'public'"
            )
            assert owners == {f"{owner.url.database}_owner"}
            assert connection.scalar(public) == 0
        owner.dispose()
