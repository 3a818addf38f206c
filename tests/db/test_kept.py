"""The connection of a click is the next one's, as long as it is good."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, inspect, text

from db import kept
from db.engine import make_engine
from db.kept import writing


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    made = make_engine(postgres_url)
    yield made
    made.dispose()


@pytest.fixture
def embedded_engine(tmp_path: Any) -> Iterator[Engine]:
    made = make_engine(f"sqlite:///{tmp_path / 'hall.sqlite'}")
    yield made
    made.dispose()


def driver_of(connection: Connection) -> Any:
    return connection.connection.driver_connection


def click(engine: Engine) -> Any:
    """The driver's connection that a click got."""
    with writing(engine) as connection:
        assert connection.scalar(text("SELECT 1")) == 1
        connection.rollback()
        return driver_of(connection)


def test_the_next_click_has_the_connection_of_the_last(engine: Engine) -> None:
    assert click(engine) is click(engine)


def test_of_two_at_once_one_takes_another_and_one_is_kept(engine: Engine) -> None:
    with writing(engine) as first, writing(engine) as second:
        assert driver_of(first) is not driver_of(second)
        held = {driver_of(first), driver_of(second)}
    assert engine.pool.checkedout() == 1  # type: ignore[attr-defined]
    assert click(engine) in held


def test_a_click_that_fails_leaves_nothing_behind(engine: Engine) -> None:
    def fail() -> None:
        with writing(engine) as connection:
            connection.execute(text("CREATE TABLE scrap (n int)"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert not inspect(engine).has_table("scrap")


def test_one_that_died_at_rest_is_replaced(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "REST_SECONDS", 0)
    old = click(engine)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": old.info.backend_pid})
    assert click(engine) is not old
    assert old.closed


def test_it_ends_with_the_pool(engine: Engine) -> None:
    old = click(engine)
    engine.dispose()
    assert old.closed
    assert not click(engine).closed


def test_one_that_comes_back_after_the_pool_has_ended_ends_too(engine: Engine) -> None:
    with writing(engine) as connection:
        old = driver_of(connection)
        engine.dispose()
    assert old.closed
    assert click(engine) is not old


def test_the_embedded_database_commits_at_the_end_and_keeps_its_connection_too(embedded_engine: Engine) -> None:
    for number in (1, 2):
        with writing(embedded_engine) as connection:
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS scrap (n int)")
            connection.exec_driver_sql(f"INSERT INTO scrap VALUES ({number})")
    assert embedded_engine.pool.checkedout() == 1  # type: ignore[attr-defined]
    with embedded_engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM scrap").scalar() == 2
