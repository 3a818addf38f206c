"""`python -m db move`: a hall goes to a server and back; interrupted, it has moved nothing and is moved again."""

import io
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, func, make_url, select, text

from db.base import table_of
from db.centre.models import Centre
from db.check import run_checks
from db.console.main import main
from db.engine import embedded_url, make_engine
from db.ids import new_id
from db.journal.check import verify_chain
from db.journal.models import JournalEntry
from db.keys import KeyStore
from db.migrations.upgrade import upgrade
from db.places import keys_folder
from db.receipts.models import Receipt
from db.registry import METADATA
from db.server.setup import set_up
from db.session import Hall
from db.vault import Vault
from db.verbs import load

PATIENCE = 90
Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, played: tuple[Path, Vault]) -> Path:
    """A user's folder with the played hall in it, and its key."""
    monkeypatch.setenv("LINLI_DATA_DIR", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    (tmp_path / "home").mkdir()
    shutil.copy(played[0], tmp_path / "home" / "hall.sqlite")
    KeyStore.at(keys_folder(), use_keyring=False).keep(played[1])
    return tmp_path / "home"


@pytest.fixture
def cli(home: Path, now: datetime, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    assert home.is_dir()

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        capsys.readouterr()
        code = main([str(argument) for argument in arguments], lambda: now)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


@pytest.fixture
def server(postgres_server: str) -> Iterator[URL]:
    """The address of a server set up for a hall that is to come: `setup-postgres --empty`."""
    name = f"hall_{new_id().hex[-12:]}"
    url = make_url(postgres_server.replace("/template_hall?", f"/{name}?")).set(drivername="postgresql+psycopg")
    set_up(url, lambda *_: None)
    yield url
    admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def spelled(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def counts(connection: Connection) -> dict[str, int]:
    tables = METADATA.sorted_tables
    return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def papers(connection: Connection) -> list[tuple[object, ...]]:
    """What was printed, byte for byte."""
    columns = (Receipt.number, Receipt.content, Receipt.sha256, Receipt.salt, Receipt.payload)
    return [tuple(row) for row in connection.execute(select(*columns).order_by(Receipt.number))]


def test_there_and_back_it_is_the_same_hall(cli: Cli, home: Path, server: URL, played: tuple[Path, Vault]) -> None:
    code, told, error = cli("move", "--to", spelled(server))
    assert (code, error) == (0, "")
    assert "逐行核对一致" in told
    assert "server-account" in told  # nobody can log in to the server yet: what to do next
    back = home / "back" / "hall.sqlite"
    code, told, error = cli("--database", spelled(server), "move", "--to", spelled(embedded_url(back)))
    assert (code, error) == (0, "")
    assert "server-account" not in told
    load()
    engines = [make_engine(embedded_url(played[0])), make_engine(server), make_engine(embedded_url(back))]
    seen = []
    for engine in engines:
        hall = Hall(engine, played[1])
        with engine.connect() as connection:
            [centre_id] = connection.scalars(select(table_of(Centre).c.id)).all()
            seen.append((counts(connection), papers(connection)))
        assert hall.read(verify_chain, hall.vault, centre_id, lambda *_: None) == []
        assert run_checks(hall, lambda *_: None) == []
        engine.dispose()
    assert seen[0] == seen[1] == seen[2]
    assert sum(seen[0][0].values()) > 1_000
    assert len(seen[0][1]) > 20
    assert cli("--database", spelled(embedded_url(back)), "check")[0] == 0


def test_the_walls_of_the_server_stand_around_a_hall_that_was_moved_in(cli: Cli, server: URL) -> None:
    assert cli("move", "--to", spelled(server))[0] == 0
    code, told, _ = cli("--database", spelled(server), "server-account", "chenxin", "--generate")
    assert code == 0
    name = told.split("服务器用户：")[1].splitlines()[0]
    engine = create_engine(server.set(username=name), poolclass=NullPool)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(table_of(Receipt))) or 0 > 0
        assert connection.scalar(text("SELECT has_column_privilege('staff', 'password_hash', 'SELECT')")) is False
    engine.dispose()


def test_a_target_that_has_a_hall_is_refused_and_left_alone(cli: Cli, server: URL) -> None:
    assert cli("move", "--to", spelled(server))[0] == 0
    code, _, error = cli("move", "--to", spelled(server))
    assert code == 3
    assert "已经有中心" in error
    assert cli("--database", spelled(server), "check")[0] == 0


def test_a_target_of_another_program_and_the_source_itself_are_refused(cli: Cli, home: Path, server: URL) -> None:
    engine = make_engine(embedded_url(home / "other.sqlite"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE somebody_elses (id integer)"))
    engine.dispose()
    code, _, error = cli("move", "--to", spelled(embedded_url(home / "other.sqlite")))
    assert (code, "别的程序" in error) == (3, True)
    code, _, error = cli("move", "--to", spelled(embedded_url(home / "hall.sqlite")))
    assert (code, "同一个数据库" in error) == (3, True)
    code, _, error = cli("move", "--to", spelled(server.set(database="not_there")))
    assert code == 3
    assert "Traceback" not in error


def seen(engine: Engine, asked: str) -> int:
    """A look at what goes on: in a transaction of its own, for within one the server shows the same picture again."""
    with engine.connect() as connection:
        return int(connection.scalar(text(asked)) or 0)


def killed_in_the_middle(home: Path, arguments: list[str], busy: Engine, held: str) -> None:
    """Run a move until it waits for a table that somebody holds, then SIGKILL it."""
    environment = {**os.environ, "LINLI_DATA_DIR": str(home)}
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with busy.connect() as connection, connection.begin():
        connection.execute(text(f"LOCK TABLE {held} IN ACCESS EXCLUSIVE MODE"))
        process = subprocess.Popen([sys.executable, "-m", "db", *arguments], env=environment, stderr=subprocess.PIPE)
        try:
            until = time.monotonic() + PATIENCE
            while not seen(busy, waiting):
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < until, "the move never came as far"
                time.sleep(0.05)
        finally:
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=PATIENCE)


def test_killed_in_the_middle_the_server_has_no_hall_and_the_move_is_made_again(
    cli: Cli, home: Path, server: URL
) -> None:
    engine = make_engine(server)
    killed_in_the_middle(home, ["move", "--to", spelled(server)], engine, "receipt")
    until = time.monotonic() + PATIENCE
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend' AND query LIKE 'INSERT%'"
    )
    while seen(engine, others) and time.monotonic() < until:
        time.sleep(0.05)
    with engine.connect() as connection:
        assert sum(counts(connection).values()) == 0
    engine.dispose()
    code, _, error = cli("--database", spelled(server), "check")
    assert (code, "还没有中心" in error) == (3, True), error
    assert cli("move", "--to", spelled(server))[0] == 0
    assert cli("--database", spelled(server), "check")[0] == 0


def test_killed_on_the_way_back_the_file_has_no_hall_and_the_move_is_made_again(
    cli: Cli, home: Path, server: URL
) -> None:
    assert cli("move", "--to", spelled(server))[0] == 0
    back = embedded_url(home / "back.sqlite")
    engine = make_engine(server)
    killed_in_the_middle(home, ["--database", spelled(server), "move", "--to", spelled(back)], engine, "receipt")
    engine.dispose()
    half = make_engine(back)
    with half.connect() as connection:
        assert sum(counts(connection).values()) == 0
    half.dispose()
    assert cli("--database", spelled(back), "check")[0] == 3
    assert cli("--database", spelled(server), "move", "--to", spelled(back))[0] == 0
    assert cli("--database", spelled(back), "check")[0] == 0


def test_an_empty_hall_moves_nothing_and_says_so(cli: Cli, home: Path, server: URL) -> None:
    empty = make_engine(embedded_url(home / "empty.sqlite"))
    upgrade(empty)
    with empty.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(table_of(JournalEntry))) == 0
    empty.dispose()
    code, _, error = cli("--database", spelled(embedded_url(home / "empty.sqlite")), "move", "--to", spelled(server))
    assert (code, "还没有中心" in error) == (3, True), error
