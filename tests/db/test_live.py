"""What one counter does is told to the others; the link mends itself."""

import queue
from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from db.centre.models import Centre, CentreChannel, channel_name
from db.changes import Change, Changes
from db.engine import listening_url, make_engine
from db.ids import new_id
from db.live import MANY, MOST_BYTES, Live, announcement, heard, notify
from db.wire import Wire
from tests.conftest import NOW
from tests.faults.proxy import Proxy

PATIENCE = 20
CENTRE, ANOTHER, NAMELESS = UUID(int=7), UUID(int=8), UUID(int=9)


class Ear:
    """What a listener was told, in order."""

    def __init__(self, url: str, origin: UUID | None = None) -> None:
        self.engine = make_engine(url)
        self.changes: queue.Queue[Changes] = queue.Queue()
        self.links: queue.Queue[bool] = queue.Queue()
        self.renewals: queue.Queue[None] = queue.Queue()
        self.live = Live(
            self.engine,
            origin or new_id(),
            self.changes.put,
            self.links.put,
            lambda: self.renewals.put(None),
        )
        self.live.start()

    def follow(self, centre_id: UUID) -> None:
        self.live.follow(centre_id)
        self.renewals.get(timeout=PATIENCE)

    def close(self) -> None:
        self.live.close()
        self.engine.dispose()


@pytest.fixture(autouse=True)
def _halls(request: pytest.FixtureRequest) -> None:
    """Two centres with a channel, and one that nobody gave any."""
    if "postgres_url" not in request.fixturenames:
        return
    engine = make_engine(request.getfixturevalue("postgres_url"))
    with Session(engine) as session, session.begin():
        for centre_id in (CENTRE, ANOTHER, NAMELESS):
            session.add(Centre(id=centre_id, code=centre_id.hex, name="", key_check=b"", created_at=NOW))
        session.flush()
        session.add_all(CentreChannel(centre_id=centre_id) for centre_id in (CENTRE, ANOTHER))
    engine.dispose()


@pytest.fixture
def ears() -> Iterator[list[Ear]]:
    made: list[Ear] = []
    yield made
    for ear in made:
        ear.close()


def tell(url: str, changes: Changes, *, centre: UUID = CENTRE, origin: UUID | None = None, commit: bool = True) -> None:
    engine = make_engine(url)
    with engine.connect() as connection:
        notify(connection, centre, origin or new_id(), changes)
        if commit:
            connection.commit()
    engine.dispose()


def test_a_change_is_told_to_those_who_follow_the_centre(postgres_url: str, ears: list[Ear]) -> None:
    ears += [Ear(postgres_url), Ear(postgres_url)]
    for ear in ears:
        ear.follow(CENTRE)
    change = Change("ticket", new_id())
    tell(postgres_url, frozenset({Change("ticket", new_id())}), centre=ANOTHER)  # another hall's business
    tell(postgres_url, frozenset({Change("ticket", new_id())}), commit=False)  # never happened
    tell(postgres_url, frozenset({change}))
    for ear in ears:
        assert ear.changes.get(timeout=PATIENCE) == {change}
        assert ear.changes.empty()


def test_without_a_channel_it_reads_anew_by_itself(
    postgres_url: str, ears: list[Ear], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.live.POLL", 0.1)
    ears.append(Ear(postgres_url))
    ears[0].follow(NAMELESS)
    tell(postgres_url, frozenset({Change("ticket", new_id())}), centre=NAMELESS)  # nobody can be told, nothing breaks
    for _ in range(2):
        ears[0].renewals.get(timeout=PATIENCE)


def test_the_name_of_a_channel_is_read_once(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A click travels to the server as often as if the name were known from the start."""
    asked: list[object] = []
    ask = Wire.travel
    monkeypatch.setattr(Wire, "travel", lambda wire, *given, **more: asked.append(wire) or ask(wire, *given, **more))
    engine, counts = make_engine(postgres_url), []
    for _ in range(3):
        asked.clear()
        with engine.begin() as connection:
            notify(connection, CENTRE, new_id(), frozenset({Change("ticket", new_id())}))
        counts.append(len(asked))
    engine.dispose()
    assert counts == [2, 1, 1]


def test_a_client_ignores_its_own_echo(postgres_url: str, ears: list[Ear]) -> None:
    me = new_id()
    ears.append(Ear(postgres_url, me))
    ears[0].follow(CENTRE)
    theirs = Change("case_file", new_id())
    tell(postgres_url, frozenset({Change("ticket", new_id())}), origin=me)
    tell(postgres_url, frozenset({theirs}))
    assert ears[0].changes.get(timeout=PATIENCE) == {theirs}


def test_after_the_connection_was_killed_it_listens_again_and_asks_to_read_anew(
    postgres_url: str, ears: list[Ear]
) -> None:
    ears.append(Ear(postgres_url))
    ears[0].follow(CENTRE)
    engine = make_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'linli-live'")
        )
    engine.dispose()
    assert ears[0].links.get(timeout=PATIENCE) is False
    assert ears[0].links.get(timeout=PATIENCE) is True
    ears[0].renewals.get(timeout=PATIENCE)
    change = Change("booking", new_id())
    tell(postgres_url, frozenset({change}))
    assert ears[0].changes.get(timeout=PATIENCE) == {change}


def test_a_link_that_is_silent_both_ways_is_found_dead(
    postgres_url: str, ears: list[Ear], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.live.HEARTBEAT", 0.4)
    with Proxy(postgres_url) as proxy:
        ears.append(Ear(proxy.url))
        ears[0].follow(CENTRE)
        proxy.swallow.set()
        assert ears[0].links.get(timeout=PATIENCE) is False
        proxy.swallow.clear()
        assert ears[0].links.get(timeout=PATIENCE) is True


def test_too_many_changes_for_a_notification_are_told_by_kind() -> None:
    changes = frozenset(Change(kind, new_id()) for kind in ("item", "item_version") for _ in range(400))
    payload = announcement(CENTRE, changes)
    assert len(payload.encode()) <= MOST_BYTES
    assert heard(payload) == (CENTRE, {Change("item", MANY), Change("item_version", MANY)})


def test_a_notification_says_who_and_what() -> None:
    changes = frozenset({Change("ticket", new_id()), Change("case_file", new_id())})
    assert heard(announcement(CENTRE, changes)) == (CENTRE, changes)


def test_no_two_channels_are_called_the_same_and_none_is_cut() -> None:
    assert len({channel_name() for _ in range(100)}) == 100
    assert len(channel_name()) < 63  # PostgreSQL cuts longer names


@pytest.mark.parametrize(
    ("address", "hosts", "ports"),
    [
        ("u@pooler:6432/linli?listen=one:5433", "one", "5433"),
        ("u@pooler:6432/linli?listen=one", "one", "5432"),
        ("u@/linli?host=a:6432&host=b:6432&listen=one:5433,two", "one,two", "5433,5432"),
    ],
)
def test_behind_poolers_it_is_the_servers_that_are_listened_to(address: str, hosts: str, ports: str) -> None:
    engine = make_engine(f"postgresql://{address}")
    _, given = engine.dialect.create_connect_args(listening_url(engine))
    assert (given["host"], given["port"], given["dbname"]) == (hosts, ports, "linli")
