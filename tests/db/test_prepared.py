"""Prepared statements give what SQLAlchemy would give, on both databases, and several of them travel together."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from sqlalchemy import Connection, LargeBinary, Text, bindparam, cast, func, insert, literal, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.types import UserDefinedType

from db.base import table_of
from db.engine import make_engine
from db.ids import new_id
from db.journal.models import Operation
from db.prepared import Inserts, Prepared, ask
from db.session import Hall
from db.tickets.models import Ticket, TicketDay
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.centre import make_centre


class _Place(UserDefinedType[str]):
    """A place in the server's log."""

    def get_col_spec(self, **_: object) -> str:
        return "pg_lsn"


_DAY, _OPERATION = table_of(TicketDay), table_of(Operation)
_KEEP, _OPEN = Prepared(insert(_OPERATION)), Prepared(insert(_DAY))
_COUNT = Prepared(
    select(func.count().label("rows")).select_from(_OPERATION).where(_OPERATION.c.centre_id == bindparam("centre"))
)
_KEPT = Prepared(select(_OPERATION).where(_OPERATION.c.centre_id == bindparam("centre")))
_WRITTEN = Prepared(select(cast(func.pg_current_wal_insert_lsn(), Text()).label("place")))
"""Where in the server's log the next thing is written: what is committed afterwards lies behind it."""
_FLUSHED = Prepared(
    select((func.pg_current_wal_flush_lsn() > cast(bindparam("place", type_=Text()), _Place())).label("is_on_disk"))
)
TODAY = date(2026, 11, 17)


@pytest.fixture
def connection(hall: Hall) -> Iterator[Connection]:
    """A transaction of the hall's own."""
    with hall._writing() as connection:
        yield connection


@pytest.fixture
def centre(hall: Hall) -> UUID:
    return make_centre(hall, now=NOW)


def operation(centre: UUID, at: datetime = NOW, result: bytes = b"\x00\xff") -> dict[str, object]:
    return {"centre_id": centre, "op": new_id(), "tag": "百分之 100% :)", "staff_id": None, "at": at, "result": result}


def test_values_come_back_as_they_were_given(centre: UUID, connection: Connection) -> None:
    eastern = datetime(2026, 11, 17, 9, 30, 1, 7, tzinfo=timezone(timedelta(hours=8)))
    given = operation(centre, at=eastern)
    assert _KEEP.run(connection, given) == 1
    row = _KEPT.row(connection, {"centre": centre})
    assert row is not None
    assert row._asdict() == given
    assert row.at.tzinfo is UTC
    assert connection.execute(_KEPT.statement, {"centre": centre}).one() == tuple(row)


def test_questions_are_answered_together_in_their_order(centre: UUID, connection: Connection) -> None:
    [first], written, [second] = ask(
        connection,
        (_COUNT, {"centre": centre}),
        (_KEEP, operation(centre)),
        (_COUNT, {"centre": centre}),
    )
    assert (first.rows, written, second.rows) == (0, [], 1)


def test_what_is_written_later_is_there_for_whoever_asks_next(centre: UUID, connection: Connection) -> None:
    _KEEP.later(connection, [operation(centre), operation(centre)])
    assert _COUNT.row(connection, {"centre": centre}).rows == 2  # type: ignore[union-attr]
    _KEEP.later(connection, operation(centre))
    assert connection.scalar(_COUNT.statement, {"centre": centre}) == 3


def test_what_is_written_later_is_there_after_the_commit(hall: Hall, centre: UUID) -> None:
    with hall._writing() as connection:
        Inserts(_DAY, _OPERATION).run(
            connection,
            [{"centre_id": centre, "business_date": TODAY, "taken": 1, "closed": True}],
            [operation(centre), operation(centre)],
        )
    counted = hall.read(lambda session: _COUNT.row(session, {"centre": centre}))
    assert counted is not None
    assert counted.rows == 2


def test_a_refusal_comes_no_later_than_the_next_question(hall: Hall, centre: UUID) -> None:
    day = {"centre_id": centre, "business_date": TODAY, "taken": 0, "closed": False}

    def write_twice_and_ask() -> None:
        with hall._writing() as connection:
            _OPEN.later(connection, [day, day])
            _COUNT.rows(connection, {"centre": centre})

    with pytest.raises(IntegrityError):
        write_twice_and_ask()
    assert hall.read(lambda session: session.scalar(select(func.count()).select_from(_DAY))) == 0


def test_what_was_to_be_written_later_goes_with_its_savepoint(hall: Hall, centre: UUID) -> None:
    with hall._writing() as connection:
        _KEEP.later(connection, operation(centre))
        inner = connection.begin_nested()
        _KEEP.later(connection, operation(centre))
        inner.rollback()
        assert _COUNT.row(connection, {"centre": centre}).rows == 1  # type: ignore[union-attr]


def test_the_transaction_can_end_with_the_last_question(postgres_server: str) -> None:
    engine = make_engine(postgres_server)
    with engine.begin() as connection:
        ask(connection, (Prepared(select(literal(1))), {}), commit=True)
        assert not in_transaction(connection)
    engine.dispose()


def test_what_was_committed_with_the_last_question_is_on_the_servers_disk(postgres_url: str) -> None:
    engine = make_engine(postgres_url)
    centre = make_centre(Hall(engine, Vault(TEST_KEY)), now=NOW)
    with engine.begin() as connection:
        _KEEP.later(connection, operation(centre))
        [[(before,)]] = ask(connection, (_WRITTEN, {}), commit=True)
    with engine.begin() as connection:
        [[(flushed,)]] = ask(connection, (_FLUSHED, {"place": before}))
        assert flushed
    engine.dispose()


def test_nothing_is_committed_behind_a_statement_that_was_refused(postgres_url: str) -> None:
    engine = make_engine(postgres_url)
    centre = make_centre(Hall(engine, Vault(TEST_KEY)), now=NOW)
    given = operation(centre)
    with pytest.raises(IntegrityError), engine.begin() as connection:
        ask(connection, (_KEEP, given), (_KEEP, given), commit=True)
    with engine.begin() as connection:
        assert _COUNT.row(connection, {"centre": centre}).rows == 0  # type: ignore[union-attr]
    engine.dispose()


@pytest.mark.parametrize("option", ["", "&prepare=off"], ids=["by name", "nameless"])
def test_the_server_remembers_statements_unless_the_address_says_no(postgres_server: str, option: str) -> None:
    engine = make_engine(postgres_server + option)
    names = "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'linli%'"
    with engine.begin() as connection:
        for _ in range(2):
            assert Prepared(select(literal("甲"), literal(7))).rows(connection, {}) == [("甲", 7)]
        assert connection.scalar(text(names)) == (0 if option else 3)  # BEGIN is one of them
    engine.dispose()


def test_a_statement_that_the_server_forgot_is_made_known_again(postgres_server: str) -> None:
    engine = make_engine(postgres_server)
    asked = Prepared(select(literal(1)))
    with engine.begin() as connection:
        asked.rows(connection, {})
        connection.execute(text("DEALLOCATE ALL"))
    with pytest.raises(DBAPIError, match="does not exist"), engine.begin() as connection:
        asked.rows(connection, {})
    with engine.begin() as connection:
        assert asked.rows(connection, {}) == [(1,)]
    engine.dispose()


def test_rollback_leaves_the_connection_usable(postgres_server: str) -> None:
    engine = make_engine(postgres_server)
    with pytest.raises(DBAPIError, match="division"), engine.begin() as connection:
        Prepared(select(literal(1) / literal(0))).rows(connection, {})
    with engine.begin() as connection:
        assert Prepared(select(literal(1))).rows(connection, {}) == [(1,)]
    engine.dispose()


def test_a_text_with_a_nul_and_a_time_without_a_zone_never_reach_the_server(
    centre: UUID, connection: Connection
) -> None:
    with pytest.raises(ValueError, match="naive"):
        _KEEP.run(connection, operation(centre, at=NOW.replace(tzinfo=None)))
    if connection.dialect.name == "postgresql":
        with pytest.raises(ValueError, match="NUL"):
            _KEEP.run(connection, {**operation(centre), "tag": "a\0b"})


def test_lists_behind_in_cannot_be_prepared(connection: Connection) -> None:
    asked = Prepared(select(_OPERATION.c.op).where(_OPERATION.c.op.in_(bindparam("ops", expanding=True))))
    with pytest.raises(ValueError, match="cannot be prepared"):
        asked.rows(connection, {"ops": [new_id()]})


def test_how_many_rows_were_touched(centre: UUID, connection: Connection) -> None:
    assert _KEEP.run(connection, [operation(centre), operation(centre), operation(centre)]) == 3
    touch = Prepared(
        update(_OPERATION)
        .where(_OPERATION.c.centre_id == bindparam("centre"))
        .values(result=bindparam("result", type_=LargeBinary()))
    )
    assert touch.run(connection, {"centre": centre, "result": b"-"}) == 3
    assert touch.run(connection, {"centre": new_id(), "result": b"-"}) == 0


def in_transaction(connection: Connection) -> bool:
    driver = connection.connection.driver_connection
    return bool(driver.pgconn.transaction_status)  # type: ignore[union-attr]


def test_codes_are_read_as_members(centre: UUID, connection: Connection) -> None:
    statement = Prepared(select(table_of(Ticket).c.state).where(table_of(Ticket).c.centre_id == bindparam("centre")))
    assert statement.rows(connection, {"centre": centre}) == []
