"""The client through PgBouncer: the whole walk-in cycle in either mode, and what each mode cannot carry."""

import queue
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from db.action import Request
from db.cases import actions as cases
from db.cases.queries import CaseFilter, Listing, Sort, page
from db.changes import Changes
from db.clock import business_date
from db.engine import make_engine
from db.ids import new_id
from db.journal.check import journal_faults
from db.people.actions import keep_person
from db.registry import METADATA
from db.rooms.bookings import book
from db.session import Hall
from db.staff.permissions import Role
from db.tickets.actions import call_next, finish, start_serving, take_ticket
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.cases import make_counter_for_cases
from tests.factories.centre import make_centre, make_counter
from tests.factories.people import details
from tests.factories.rooms import make_borrower, make_room
from tests.factories.staff import make_staff
from tests.faults.cluster import Cluster
from tests.faults.pooler import Pooler, program, version

PATIENCE = 30
CYCLES = 12
"""The driver prepares a statement at its sixth run: twelve cycles use prepared ones on every click."""

pytestmark = [
    pytest.mark.skipif(not program(), reason="PgBouncer is not installed"),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="starts servers of its own"),
]
keeps_prepared = pytest.mark.skipif(
    bool(program()) and version() < (1, 21),
    reason="PgBouncer before 1.21 loses prepared statements between transactions",
)


@pytest.fixture(scope="module")
def cluster(postgres_server: str) -> Iterator[Cluster]:
    made = Cluster().make()
    engine = make_engine(made.url())
    METADATA.create_all(engine)
    engine.dispose()
    yield made
    made.remove()


@pytest.fixture(params=["session", pytest.param("transaction", marks=keeps_prepared)])
def pooler(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[Pooler]:
    """Six connections to the server for everybody."""
    keeps = {"max_prepared_statements": 200} if request.param == "transaction" else {}
    with Pooler(cluster, request.param, default_pool_size=6, **keeps) as made:
        yield made


class Desk:
    """A counter whose clicks go through the pooler."""

    def __init__(self, url: str) -> None:
        self.hall = Hall(make_engine(url), Vault(TEST_KEY))
        self.centre_id = make_centre(self.hall, now=NOW, code=new_id().hex[-8:].upper())
        counter_id = make_counter(self.hall, self.centre_id)
        self.clerk = make_staff(self.hall, self.centre_id, Role.CLERK, Role.MANAGER, now=NOW, counter_id=counter_id)
        self.counter = make_counter_for_cases(self.hall, self.clerk, NOW)

    def do(self, action: Any, **given: Any) -> Any:
        return self.hall.run(Request(self.clerk, NOW, new_id()), action, **given)

    def cycle(self) -> None:
        self.do(take_ticket, item_id=None)
        called = self.do(call_next)
        self.do(start_serving, ticket_id=called.ticket_id)
        self.do(cases.accept, intake=self.counter.intake())
        self.do(finish, ticket_id=called.ticket_id)


def in_turns(*desks: Desk) -> None:
    """In transaction mode each gets what another has just left."""
    for _ in range(CYCLES):
        for desk in desks:
            desk.cycle()


def test_the_walk_in_cycle_goes_through(pooler: Pooler) -> None:
    one, other = Desk(pooler.url()), Desk(pooler.url())
    in_turns(one, other)
    for desk in (one, other):
        listing = Listing(CaseFilter(), Sort.NEWEST, business_date(NOW))
        for _ in range(CYCLES):
            assert len(desk.hall.read(page, desk.centre_id, listing)) == CYCLES
        assert desk.hall.read(journal_faults, desk.hall.vault, desk.centre_id, lambda *_: None) == []


def test_what_takes_advisory_locks_goes_through(pooler: Pooler) -> None:
    desk = Desk(pooler.url())
    for _ in range(CYCLES):
        desk.do(keep_person, details=details())
    room, borrower = make_room(desk.hall, desk.clerk, NOW), make_borrower(desk.hall, desk.clerk, NOW)
    for hour in range(1, 7):
        starts = NOW + timedelta(days=1, hours=hour)
        given = {"starts_at": starts, "ends_at": starts + timedelta(hours=1), "borrower_id": borrower}
        assert desk.do(book, room_id=room, use="居有所乐", purpose="活动", responsible="联系人", people=5, **given)


def test_the_pooler_says_the_timeouts_that_the_client_would_have(pooler: Pooler) -> None:
    engine = make_engine(pooler.url())
    with engine.connect() as connection:
        for name, value in (("lock_timeout", "10s"), ("statement_timeout", "1min"), ("TimeZone", "UTC")):
            assert connection.scalar(text(f"SHOW {name}")) == value
    engine.dispose()


class Ear:
    """A listener, what it heard, and how often it was told to read everything anew."""

    def __init__(self, desk: Desk, url: str) -> None:
        self.heard: queue.Queue[Changes] = queue.Queue()
        self.renewed: queue.Queue[None] = queue.Queue()
        hall = Hall(make_engine(url), Vault(TEST_KEY))
        hall.announcer.listen(self.heard.put)
        live = hall.listen(lambda _there: None, lambda: self.renewed.put(None))
        assert live is not None
        self.live = live
        live.follow(desk.centre_id)
        self.renewed.get(timeout=PATIENCE)


def listening(url: str, server: Cluster) -> str:
    return f"{url}?listen=127.0.0.1:{server.port}"


def test_a_click_is_heard_beside_the_pooler(pooler: Pooler) -> None:
    desk = Desk(pooler.url())
    ear = Ear(desk, listening(pooler.url(), pooler.cluster))
    taken = desk.do(take_ticket, item_id=None)
    assert taken.ticket_id in {change.id for change in ear.heard.get(timeout=PATIENCE)}
    ear.live.close()


def test_behind_a_pooler_and_told_of_no_way_beside_it_the_window_reads_anew(
    pooler: Pooler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.live.POLL", 0.2)
    ear = Ear(Desk(pooler.url()), pooler.url())
    for _ in range(3):
        ear.renewed.get(timeout=PATIENCE)
    ear.live.close()


def test_without_a_pooler_nothing_is_read_anew_by_itself(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.live.POLL", 0.0)
    desk = Desk(cluster.url())
    ear = Ear(desk, cluster.url())
    taken = desk.do(take_ticket, item_id=None)
    assert taken.ticket_id in {change.id for change in ear.heard.get(timeout=PATIENCE)}
    assert ear.renewed.empty()
    ear.live.close()


@keeps_prepared
def test_in_transaction_mode_the_pooler_itself_carries_no_notification(cluster: Cluster) -> None:
    """What the manual tells: there `listen` is needed. When this fails, PgBouncer has learnt it."""
    with Pooler(cluster, "transaction", max_prepared_statements=200) as pooler:
        desk = Desk(pooler.url())
        ear = Ear(desk, pooler.url())
        desk.do(take_ticket, item_id=None)
        with pytest.raises(queue.Empty):
            ear.heard.get(timeout=1)
        ear.live.close()


@keeps_prepared
def test_in_transaction_mode_prepared_statements_have_to_be_kept_by_the_pooler(cluster: Cluster) -> None:
    """What the manual tells: `max_prepared_statements` must not be 0."""
    with Pooler(cluster, "transaction", max_prepared_statements=0, default_pool_size=2) as pooler:
        one, other = Desk(cluster.url()), Desk(cluster.url())
        for desk in (one, other):
            desk.hall = Hall(make_engine(pooler.url()), Vault(TEST_KEY))
        with pytest.raises(DBAPIError, match="prepared statement"):
            in_turns(one, other)


def test_without_names_for_statements_every_pooler_will_do(cluster: Cluster) -> None:
    """`?prepare=off`: for a pooler before 1.21, or one that keeps none."""
    none = {} if version() < (1, 21) else {"max_prepared_statements": 0}
    with Pooler(cluster, "transaction", default_pool_size=2, **none) as pooler:
        desks = [Desk(f"{pooler.url()}?prepare=off") for _ in range(2)]
        in_turns(*desks)
        for desk in desks:
            assert desk.hall.read(journal_faults, desk.hall.vault, desk.centre_id, lambda *_: None) == []


def test_a_pooler_that_does_not_leave_the_options_out_refuses_the_client(cluster: Cluster) -> None:
    """What the manual tells: `ignore_startup_parameters = options`."""
    with Pooler(cluster, "session", ignore_startup_parameters="extra_float_digits") as pooler:
        engine = make_engine(pooler.url())
        with pytest.raises(OperationalError, match="unsupported startup parameter"):
            engine.connect()


def test_more_clients_than_connections_to_the_server(cluster: Cluster) -> None:
    """Forty windows stand idle with two connections each; the server has six."""
    if version() < (1, 21):
        pytest.skip("needs transaction mode")
    with Pooler(
        cluster, "transaction", max_prepared_statements=200, default_pool_size=6, max_client_conn=200
    ) as pooler:
        desk = Desk(pooler.url())
        engines = [make_engine(pooler.url()) for _ in range(40)]
        kept = [engine.connect() for engine in engines]
        for connection in kept:
            assert connection.scalar(text("SELECT 1")) == 1
            connection.rollback()
        desk.cycle()
        count = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
        direct = make_engine(cluster.url())
        with direct.connect() as connection:
            assert (connection.scalar(text(count)) or 0) <= 6 + 1
        for connection in kept:
            connection.close()
        for engine in (*engines, direct):
            engine.dispose()
