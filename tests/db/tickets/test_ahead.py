"""What the verbs of the queue ask ahead is checked, not believed; and most clicks go to the server twice."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.action import Request
from db.engine import make_engine
from db.errors import NotAllowed, RuleBroken
from db.ids import new_id
from db.journal.check import journal_faults
from db.numbers.queries import counters
from db.session import Hall
from db.staff.permissions import Role
from db.tickets.actions import bind_counter, call_next, finish, recall, set_letters, skip, start_serving, take_ticket
from db.tickets.models import TicketDay
from db.vault import Vault
from db.wire import Wire
from tests.conftest import NOW, TEST_KEY
from tests.db.tickets.conftest import Floor, lay_floor
from tests.factories.staff import make_staff


def taken(floor: Floor) -> dict[str, int]:
    """Where the number series of the day stand, by letter."""
    found = floor.hall.read(counters, floor.centre_id, "ticket/")
    return {name.rsplit("/", 1)[1]: last for name, last in found.items()}


def arrivals(session: Session) -> list[int]:
    return list(session.scalars(select(TicketDay.taken)))


def number(floor: Floor, **kwargs: Any) -> str:
    return floor.row(floor.take(**kwargs)).number


def test_letters_that_changed_since_the_last_number_leave_no_gap(floor: Floor) -> None:
    assert [number(floor), number(floor)] == ["A001", "A002"]
    floor.run(floor.manager, set_letters, letters=[("B", "综合", "")])
    assert [number(floor), number(floor)] == ["B001", "B002"]
    floor.run(floor.manager, set_letters, letters=[("A", "综合", ""), ("B", "民政", "民政")])
    assert number(floor) == "A003"
    assert taken(floor) == {"A": 3, "B": 2}
    assert floor.hall.read(arrivals) == [5]


def test_the_same_click_again_takes_nothing(floor: Floor) -> None:
    floor.take()
    request = Request(floor.one, NOW, new_id())
    first = floor.hall.run(request, take_ticket)
    assert floor.hall.run(request, take_ticket) == first
    assert taken(floor) == {"A": 2}
    assert floor.hall.read(arrivals) == [2]


def test_who_may_not_takes_nothing(floor: Floor) -> None:
    floor.take()
    auditor = make_staff(floor.hall, floor.centre_id, Role.AUDITOR, now=NOW)
    with pytest.raises(NotAllowed):
        floor.run(auditor, take_ticket)
    assert taken(floor) == {"A": 1}
    assert floor.hall.read(arrivals) == [1]


def test_a_counter_calls_by_what_it_serves_now(floor: Floor) -> None:
    floor.run(floor.manager, set_letters, letters=[("A", "综合", ""), ("B", "民政", "民政")])
    for letter in "AAB":
        floor.take(letter=letter)
    assert floor.row(floor.serve(floor.one)).number == "A001"
    floor.run(floor.one, finish, ticket_id=floor.panel(floor.one).current.id)  # type: ignore[union-attr]
    assert floor.one.counter_id is not None
    floor.run(floor.manager, bind_counter, counter_id=floor.one.counter_id, version=1, letters=["B"])
    called = floor.call(floor.one)
    assert floor.row(called).number == "B001"
    floor.run(floor.one, skip, ticket_id=called)
    with pytest.raises(RuleBroken, match="没有本窗口可办"):
        floor.call(floor.one)
    floor.run(floor.manager, bind_counter, counter_id=floor.one.counter_id, version=2)
    assert floor.row(floor.call(floor.one)).number == "A002"


def test_the_first_number_of_the_next_day_is_the_first(floor: Floor) -> None:
    assert [number(floor), number(floor)] == ["A001", "A002"]
    floor.call(floor.one)
    floor.later(days=1)
    assert [number(floor), number(floor)] == ["A001", "A002"]
    assert floor.row(floor.call(floor.one)).number == "A001"
    assert floor.hall.read(journal_faults, floor.hall.vault, floor.centre_id, lambda *_: None) == []


@pytest.fixture
def counted(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Floor, list[int]]]:
    """A floor on a server, and how many statements went in each journey."""
    engine = make_engine(postgres_url)
    floor, journeys = lay_floor(Hall(engine, Vault(TEST_KEY))), list[int]()
    travel = Wire._there_and_back

    def count(wire: Wire, calls: Sequence[Any]) -> Any:
        journeys.append(len(calls))
        return travel(wire, calls)

    monkeypatch.setattr(Wire, "_there_and_back", count)
    yield floor, journeys
    engine.dispose()


def test_a_click_goes_to_the_server_twice(counted: tuple[Floor, list[int]]) -> None:
    floor, journeys = counted
    floor.run(floor.one, finish, ticket_id=(floor.take(), floor.serve(floor.one))[1])
    floor.take()
    for _ in range(2):
        floor.take()
        called = floor.call(floor.one)
        for action in (recall, start_serving, finish):
            before = len(journeys)
            floor.run(floor.one, action, ticket_id=called)
            assert len(journeys) - before == 2, action.tag
    clicks: tuple[Any, ...] = (take_ticket, call_next)
    for click in clicks:
        before = len(journeys)
        floor.run(floor.one, click)
        assert len(journeys) - before == 2, click.tag
