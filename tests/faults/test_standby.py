"""A standby serves who only reads: the same questions, the checks, a window that looks; who would write is told where to go."""

import queue
import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from db.action import Request
from db.cases import actions as cases
from db.cases.queries import CaseFilter, Listing, Sort, page
from db.clock import business_date
from db.engine import make_engine
from db.errors import Unavailable
from db.ids import new_id
from db.journal.check import journal_faults
from db.migrations.version import SchemaState, schema_state
from db.registry import METADATA
from db.session import Hall
from db.staff.permissions import Role
from db.tickets.actions import take_ticket
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.cases import Counter, make_counter_for_cases
from tests.factories.centre import make_centre, make_counter
from tests.factories.staff import make_staff
from tests.faults.cluster import Cluster

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="starts servers of its own")
PATIENCE = 60


class Pair:
    """A server with one case, and its standby."""

    def __init__(self) -> None:
        self.cluster = Cluster().make()
        self.main = Hall(make_engine(self.cluster.url()), Vault(TEST_KEY))
        METADATA.create_all(self.main.bind)
        centre_id = make_centre(self.main, now=NOW)
        counter_id = make_counter(self.main, centre_id)
        clerk = make_staff(self.main, centre_id, Role.CLERK, now=NOW, counter_id=counter_id)
        self.counter: Counter = make_counter_for_cases(self.main, clerk, NOW)
        self.counter.make()
        self.behind = self.cluster.follow()
        self.standby = Hall(make_engine(self.behind.url()), Vault(TEST_KEY))

    def cases(self, hall: Hall) -> int:
        listing = Listing(CaseFilter(), Sort.NEWEST, business_date(NOW))
        return len(hall.read(page, self.counter.actor.centre_id, listing))

    def replayed(self) -> None:
        """Wait until the standby has everything."""
        behind = "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()"
        for _ in range(10_000):
            with self.main.bind.connect() as connection:  # type: ignore[union-attr]
                if connection.scalar(text(behind)):
                    return
        pytest.fail("the standby does not follow")


@pytest.fixture(scope="module")
def pair(postgres_server: str) -> Iterator[Pair]:
    made = Pair()
    yield made
    made.standby.bind.dispose()  # type: ignore[union-attr]
    made.main.bind.dispose()  # type: ignore[union-attr]
    made.behind.remove()
    made.cluster.remove()


def test_what_is_read_is_what_the_server_has(pair: Pair) -> None:
    pair.counter.make(cases.receive)
    pair.replayed()
    assert pair.cases(pair.standby) == pair.cases(pair.main) > 1
    assert pair.standby.read(journal_faults, pair.standby.vault, pair.counter.actor.centre_id, lambda *_: None) == []


def test_its_schema_is_looked_at_without_writing(pair: Pair) -> None:
    assert schema_state(pair.standby.bind) == schema_state(pair.main.bind) != SchemaState.EMPTY  # type: ignore[arg-type]


def test_who_would_write_is_told_where_to_go_and_nothing_is_done(pair: Pair) -> None:
    with pytest.raises(Unavailable, match=r"只读的备用服务器.*主服务器"):
        pair.standby.run(Request(pair.counter.actor, NOW, new_id()), take_ticket, item_id=None)
    with pytest.raises(Unavailable, match="只读的备用服务器"), pair.standby.transaction() as session:
        session.execute(text("UPDATE staff SET failures = 1"))


def test_a_window_that_looks_at_a_standby_is_linked_and_reads_anew(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.live.POLL", 0.1)
    links: queue.Queue[bool] = queue.Queue()
    renewed: queue.Queue[None] = queue.Queue()
    live = pair.standby.listen(links.put, lambda: renewed.put(None))
    assert live is not None
    live.follow(pair.counter.actor.centre_id)
    for _ in range(3):
        renewed.get(timeout=PATIENCE)
    assert links.empty()
    live.close()


@pytest.mark.parametrize("feedback", ["on", "off"])
def test_a_long_report_lives_through_a_cleaning_of_the_server_with_feedback(pair: Pair, feedback: str) -> None:
    """`hot_standby_feedback = on`: what an administrator is told to set for reports that take minutes."""
    engine = make_engine(pair.behind.url()).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"ALTER SYSTEM SET hot_standby_feedback = {feedback}"))
        connection.execute(text("ALTER SYSTEM SET max_standby_streaming_delay = '50ms'"))
        connection.execute(text("ALTER SYSTEM SET wal_receiver_status_interval = '1s'"))
        connection.execute(text("SELECT pg_reload_conf()"))
    main = make_engine(pair.cluster.url()).execution_options(isolation_level="AUTOCOMMIT")
    reader = make_engine(pair.behind.url()).execution_options(isolation_level="REPEATABLE READ")
    with reader.connect() as report, main.connect() as work:
        report.execute(text("SELECT count(*) FROM centre")).scalar()
        asked = "SELECT backend_xmin IS NOT NULL FROM pg_stat_replication"
        while work.scalar(text(asked)) is not (
            feedback == "on"
        ):  # the main server hears of the setting within a second
            pass
        work.execute(text("UPDATE centre SET version = version + 1"))
        work.execute(text("VACUUM centre"))
        work.execute(text("UPDATE centre SET version = version + 1"))  # its commit sends the cleaning's log along
        pair.replayed()
        if feedback == "on":
            assert report.execute(text("SELECT count(*) FROM centre")).scalar() == 1
        else:
            with pytest.raises(OperationalError, match="conflict with recovery"):
                report.execute(text("SELECT count(*) FROM centre")).scalar()
    for each in (engine, main, reader):
        each.dispose()
