"""A hall costs the same alone and among hundreds: every statement of every action and of every window finds its rows by an
index that begins with the centre (or by an id), as PostgreSQL itself plans it. No statement reads a table from end to end."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import Connection, Engine, text

from db.action import REGISTRY
from db.engine import make_engine
from db.registry import METADATA
from db.session import Hall
from db.vault import Vault
from tests.benchmarks.hot_queries import Seat, hot_queries
from tests.conftest import TEST_KEY, copied_database
from tests.db.test_registry import EXAMPLES, TAGS
from tests.factories.people import made_up_id
from tests.factories.stage import set_stage
from tests.plans import Planned, index_columns, objections, watched

LEADING = {
    # table → columns, besides the centre and the id, with which an index may begin: each is an id of something of one centre
    "occupancy": frozenset({"id", "part_id"}),  # a room that is shared is looked at by other centres too
    "staff_role": frozenset({"staff_id"}),
    "room_takes": frozenset({"room_id"}),
    "intake_draft": frozenset({"staff_id"}),
}


@pytest.fixture(scope="module")
def untouched(postgres_server: str) -> Iterator[Engine]:
    """A database that autovacuum leaves alone.

    It comes when it likes. After tests that took everything back it finds tables of some pages without a row, and from
    then on the shortest index is planned to be read from end to end, since nothing is expected in it.
    """
    with copied_database(postgres_server) as url:
        engine = make_engine(url)
        with engine.begin() as connection:
            for table in METADATA.tables:
                connection.execute(text(f"ALTER TABLE {table} SET (autovacuum_enabled = off)"))
        yield engine
        engine.dispose()


@pytest.fixture
def connection(untouched: Engine) -> Iterator[Connection]:
    """A connection whose changes are taken back."""
    with untouched.connect() as connection:
        outer = connection.begin()
        yield connection
        outer.rollback()


def judged(connection: Connection, seen: list[Planned]) -> dict[str, list[str]]:
    """Statement → what is wrong with its plan; only those with something wrong."""
    indexes = index_columns(connection)
    return {planned.sql: wrong for planned in seen if (wrong := objections(planned, indexes, LEADING))}


@pytest.mark.parametrize("tag", TAGS)
def test_every_statement_of_an_action_finds_its_rows_by_the_centre(
    connection: Connection, tag: str, now: datetime
) -> None:
    stage = set_stage(Hall(connection, Vault(TEST_KEY)), now, code="JM88")
    arguments = EXAMPLES[tag](stage)
    with watched(connection) as seen:
        stage.run(REGISTRY[tag], **arguments)
    assert len(seen) >= 2  # who may, and what every click leaves behind
    assert judged(connection, seen) == {}


def test_the_planner_is_told_which_columns_say_of_which_centre_a_row_is(connection: Connection) -> None:
    told = connection.scalars(text("SELECT stxrelid::regclass::text FROM pg_statistic_ext ORDER BY 1")).all()
    assert told == ["case_file", "journal_entry"]


def test_a_statement_without_the_centre_is_found_out(connection: Connection, now: datetime) -> None:
    stage = set_stage(Hall(connection, Vault(TEST_KEY)), now, code="JM88")
    with watched(connection) as seen:
        stage.read(lambda session: session.execute(text("SELECT * FROM case_file WHERE applicant = 'x'")).all())
        stage.read(lambda session: session.execute(text("SELECT * FROM person ORDER BY id LIMIT 5")).all())
    assert [len(wrong) for wrong in judged(connection, seen).values()] == [1, 1]


def test_every_question_of_the_windows_finds_its_rows_by_the_centre(connection: Connection, now: datetime) -> None:
    hall = Hall(connection, Vault(TEST_KEY))
    stage = set_stage(hall, now, code="JM88")
    for tag in ("ticket.take", "case.accept", "room.book"):  # something of everything
        stage.run(REGISTRY[tag], **EXAMPLES[tag](stage))
    seat = Seat(stage.centre_id, stage.actor.staff_id, stage.counter(), now, made_up_id())
    questions = hot_queries(hall, seat)
    with watched(connection) as seen:
        for ask in questions.values():
            ask()
    assert len(seen) > len(questions)
    assert judged(connection, seen) == {}
