"""The link to the server fails at every moment a click has: one click is one ticket, and the clerk sees none of it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from db import session as hall_session
from db.action import Actor, Request
from db.engine import make_engine
from db.errors import Unavailable
from db.ids import new_id
from db.journal.models import JournalEntry, Operation
from db.session import Hall
from db.staff.permissions import Role
from db.tickets.actions import TicketTaken, take_ticket
from db.tickets.models import Ticket
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.centre import make_centre, make_counter
from tests.factories.staff import make_staff
from tests.faults.proxy import Proxy

MOST_MESSAGES = 400


@dataclass
class Counter:
    """A counter behind a proxy, and the server as it really is."""

    proxy: Proxy
    hall: Hall
    truth: Hall
    clerk: Actor

    def take(self, op: object = None) -> TicketTaken:
        request = Request(self.clerk, NOW, op or new_id())  # type: ignore[arg-type]
        return self.hall.run(request, take_ticket, item_id=None)

    def count(self, column: object) -> int:
        return int(self.truth.read(lambda session: session.scalar(select(func.count(column)))))  # type: ignore[call-overload,arg-type]


@pytest.fixture
def counter(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter]:
    monkeypatch.setattr(hall_session, "AGAIN_AFTER", (0.0, 0.0, 0.0))
    truth = Hall(make_engine(postgres_url), Vault(TEST_KEY))
    centre_id = make_centre(truth, now=NOW)
    clerk = make_staff(truth, centre_id, Role.CLERK, now=NOW, counter_id=make_counter(truth, centre_id))
    with Proxy(postgres_url) as proxy:
        hall = Hall(make_engine(proxy.url), Vault(TEST_KEY))
        yield Counter(proxy, hall, truth, clerk)
        for one in (hall, truth):
            one.bind.dispose()  # type: ignore[union-attr]


@pytest.mark.parametrize("replied", [False, True], ids=["before the server has it", "before the client hears of it"])
def test_a_cut_at_any_message_of_a_click_leaves_one_ticket(counter: Counter, replied: bool) -> None:
    taken = [counter.take()]
    for message in range(1, MOST_MESSAGES):
        cut = counter.proxy.cut_at(message, replied=replied)
        taken.append(counter.take())
        if not cut.done.is_set():
            break  # the click has fewer messages than that
    else:
        pytest.fail("a click never had fewer messages")
    assert len(taken) > 5
    numbers = [int(one.number[1:]) for one in taken]
    assert numbers == list(range(1, len(taken) + 1))
    assert counter.count(Ticket.id) == len(taken)
    assert counter.count(Operation.op) == len(taken)
    assert counter.count(JournalEntry.seq) >= len(taken)


def test_a_server_that_stays_away_is_a_sentence_and_the_same_click_later_is_the_same_ticket(counter: Counter) -> None:
    counter.take()
    counter.proxy.refuse.set()
    counter.proxy.cut_all()
    op = new_id()
    with pytest.raises(Unavailable, match="连接中断"):
        counter.take(op)
    counter.proxy.refuse.clear()
    first, again = counter.take(op), counter.take(op)
    assert first == again
    assert counter.count(Ticket.id) == 2


def test_reading_goes_on_over_a_connection_that_died_while_idle(counter: Counter) -> None:
    def tickets() -> int:
        return int(counter.hall.read(lambda session: session.scalar(select(func.count(Ticket.id))) or 0))

    counter.take()
    assert tickets() == 1
    counter.proxy.cut_all()
    assert tickets() == 1
