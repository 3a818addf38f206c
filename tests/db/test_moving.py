"""A hall moves from its embedded database to a server and back: every row, or none."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text

from db import registry as registry
from db.base import table_of
from db.check import run_checks
from db.engine import embedded_url, make_engine
from db.errors import RuleBroken, Unavailable
from db.journal.models import JournalEntry
from db.migrations.upgrade import upgrade
from db.moving import move
from db.receipts.models import Receipt
from db.registry import METADATA
from db.session import Hall
from db.vault import Vault
from db.verbs import load
from tests.conftest import copied_database


def silent(_done: int, _total: int, _words: str) -> None:
    """Nobody looks."""


@pytest.fixture
def server(postgres_server: str) -> Iterator[Engine]:
    """An empty PostgreSQL database, without a table."""
    with copied_database(postgres_server) as url:
        engine = make_engine(url)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        yield engine
        engine.dispose()


@pytest.fixture
def embedded(played: tuple[Path, Vault]) -> Iterator[Engine]:
    engine = make_engine(embedded_url(played[0]))
    yield engine
    engine.dispose()


def contents(engine: Engine) -> dict[str, set[str]]:
    with engine.connect() as connection:
        return {
            table.name: {repr(tuple(row)) for row in connection.execute(select(table))}
            for table in METADATA.sorted_tables
        }


def test_the_server_knows_at_once_how_much_has_moved_in(embedded: Engine, server: Engine) -> None:
    move(embedded, server, silent)
    with server.connect() as connection:
        known = connection.scalar(text("SELECT reltuples FROM pg_class WHERE relname = 'journal_entry'"))
        assert known == connection.scalar(select(func.count()).select_from(table_of(JournalEntry)))


def test_a_hall_goes_to_a_server_and_back_and_is_the_same_hall(
    embedded: Engine, server: Engine, played: tuple[Path, Vault], tmp_path: Path
) -> None:
    moved = move(embedded, server, silent)
    before = contents(embedded)
    assert contents(server) == before
    assert moved.rows == sum(len(rows) for rows in before.values()) > 1_000
    load()
    assert run_checks(Hall(server, played[1]), silent) == []
    with embedded.connect() as old, server.connect() as new:
        papers = select(Receipt.number, Receipt.content, Receipt.payload).order_by(Receipt.id)
        assert [tuple(row) for row in old.execute(papers)] == [tuple(row) for row in new.execute(papers)]
    back = make_engine(embedded_url(tmp_path / "back.sqlite"))
    assert move(server, back, silent) == moved
    assert contents(back) == before
    assert run_checks(Hall(back, played[1]), silent) == []
    back.dispose()


def test_a_database_that_has_a_centre_is_never_written_over(embedded: Engine, server: Engine) -> None:
    move(embedded, server, silent)
    with pytest.raises(RuleBroken, match="已经有中心"):
        move(embedded, server, silent)


def test_who_stops_a_move_leaves_the_target_empty(embedded: Engine, server: Engine) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, total: int, _words: str) -> None:
        if done == total - 1:
            raise Stopped

    with pytest.raises(Stopped):
        move(embedded, server, stop)
    with server.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(table_of(JournalEntry))) == 0


def test_a_copy_that_differs_is_told_and_taken_back(embedded: Engine, server: Engine) -> None:
    upgrade(server)
    with server.begin() as connection:  # a server that loses what it was given
        connection.execute(
            text("CREATE RULE lossy AS ON INSERT TO staff_role DO INSTEAD NOTHING"),
        )
    with pytest.raises(Unavailable, match=re.escape("表 staff_role 核对不一致")):
        move(embedded, server, silent)
    with server.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(table_of(JournalEntry))) == 0
