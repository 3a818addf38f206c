"""The server is killed and comes back, or a standby takes over: nothing acknowledged is lost, nothing is done twice."""

import queue
import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, text

from db import session as hall_session
from db.action import Request
from db.engine import make_engine
from db.errors import Unavailable
from db.ids import new_id
from db.registry import METADATA
from db.session import Hall
from db.staff.permissions import Role
from db.tickets.actions import TicketTaken, take_ticket
from db.tickets.models import Ticket
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.centre import make_centre, make_counter
from tests.factories.staff import make_staff
from tests.faults.cluster import Cluster

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kills processes by /proc")
PATIENCE = 60


@pytest.fixture
def cluster(postgres_server: str) -> Iterator[Cluster]:
    made = Cluster().make()
    yield made
    made.remove()


class Desk:
    """A counter, and what its listener heard."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        METADATA.create_all(self.engine)
        self.hall = Hall(self.engine, Vault(TEST_KEY))
        centre_id = make_centre(self.hall, now=NOW)
        counter_id = make_counter(self.hall, centre_id)
        self.clerk = make_staff(self.hall, centre_id, Role.CLERK, now=NOW, counter_id=counter_id)
        self.links: queue.Queue[bool] = queue.Queue()
        self.renewed: queue.Queue[None] = queue.Queue()
        self.live = self.hall.listen(self.links.put, lambda: self.renewed.put(None))
        assert self.live is not None
        self.live.follow(centre_id)
        self.renewed.get(timeout=PATIENCE)

    def take(self, op: object = None) -> TicketTaken:
        return self.hall.run(Request(self.clerk, NOW, op or new_id()), take_ticket, item_id=None)  # type: ignore[arg-type]

    def tickets(self) -> int:
        return int(self.hall.read(lambda session: session.scalar(select(func.count(Ticket.id))) or 0))

    def close(self) -> None:
        assert self.live is not None
        self.live.close()
        self.engine.dispose()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hall_session, "AGAIN_AFTER", (0.0, 0.1, 0.1))


def test_a_server_killed_and_started_again_has_every_ticket_it_said_it_had(cluster: Cluster) -> None:
    desk = Desk(cluster.url())
    taken = [desk.take() for _ in range(5)]
    cluster.kill()
    assert desk.links.get(timeout=PATIENCE) is False
    op = new_id()
    with pytest.raises(Unavailable, match="连接中断"):
        desk.take(op)
    cluster.start()
    assert desk.links.get(timeout=PATIENCE) is True
    desk.renewed.get(timeout=PATIENCE)
    assert desk.tickets() == len(taken)
    assert desk.take(op) == desk.take(op)
    assert desk.tickets() == len(taken) + 1
    desk.close()


def test_when_a_standby_takes_over_the_same_address_goes_on(cluster: Cluster) -> None:
    standby = cluster.follow()
    both = (
        f"postgresql+psycopg://postgres@/postgres?host=127.0.0.1:{cluster.port}&host=127.0.0.1:{standby.port}"
        "&target_session_attrs=read-write"
    )
    desk = Desk(both)
    taken = [desk.take() for _ in range(5)]
    _wait_for_replay(desk)
    cluster.kill()
    op = new_id()
    standby.promote()
    assert desk.take(op).number == desk.take(op).number != taken[-1].number
    assert desk.tickets() == len(taken) + 1
    assert desk.links.get(timeout=PATIENCE) is False
    assert desk.links.get(timeout=PATIENCE) is True
    desk.close()
    standby.remove()


def _wait_for_replay(desk: Desk) -> None:
    """Until the standby has everything: a copy that lags behind is what a synchronous standby is for."""
    behind = "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()"
    for _ in range(10_000):
        with desk.engine.connect() as connection:
            if connection.scalar(text(behind)):
                return
    pytest.fail("the standby does not follow")
