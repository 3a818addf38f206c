"""How often a click on rooms travels to a server: each journey costs more than most statements do."""

from collections.abc import Callable, Iterator
from datetime import date, time
from typing import Any

import pytest

from db.action import Request
from db.calendar.recurrence import Every, Pattern
from db.engine import make_engine
from db.errors import RuleBroken
from db.ids import new_id
from db.rooms.admin import RoomFields, add_room
from db.rooms.bookings import book
from db.rooms.series import SeriesFields, book_series
from db.session import Hall
from db.staff.permissions import Role
from db.vault import Vault
from db.wire import Wire
from tests.conftest import NOW, TEST_KEY
from tests.factories.centre import make_centre
from tests.factories.rooms import make_borrower, make_room, slot
from tests.factories.staff import make_staff

Count = Callable[[Callable[[], object]], int]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Count:
    """How many journeys something makes. SQLAlchemy's own statements do not travel this way; there are none here."""
    made: list[object] = []
    travel = Wire.travel

    def noted(wire: Wire, *given: Any, **more: Any) -> Any:
        made.append(wire)
        return travel(wire, *given, **more)

    def count(what: Callable[[], object]) -> int:
        made.clear()
        what()
        return len(made)

    monkeypatch.setattr(Wire, "travel", noted)
    return count


@pytest.fixture
def clerk_at_work(postgres_url: str) -> Iterator[tuple[Callable[..., Any], dict[str, Any]]]:
    """Runs an action on a server of its own; and what a booking is made of."""
    engine = make_engine(postgres_url)
    hall = Hall(engine, Vault(TEST_KEY))
    actor = make_staff(hall, make_centre(hall, now=NOW), Role.MANAGER, now=NOW)
    room = {"room_id": make_room(hall, actor, NOW), "borrower_id": make_borrower(hall, actor, NOW)}
    yield lambda action, **given: hall.run(Request(actor, NOW, new_id()), action, **given), room
    engine.dispose()


def test_a_booking_takes_two_journeys_and_a_refusal_two(
    clerk_at_work: tuple[Callable[..., Any], dict[str, Any]], counted: Count
) -> None:
    """Permission, lock, rules, what is there, number and the journal's head; what is written, entry and commit.

    Whose room it is is not foreseen before it was first booked: its number is a journey of its own then.
    """
    run, wish = clerk_at_work
    assert counted(lambda: run(book, **wish, **slot(NOW, days=1))) == 3
    assert counted(lambda: run(book, **wish, **slot(NOW, days=2))) == 2

    def refused() -> None:
        with pytest.raises(RuleBroken, match="已有“军门合唱队”的预约"):
            run(book, **wish, **slot(NOW, days=1))

    assert counted(refused) == 2  # what is there; whose it is


def test_a_room_with_a_quota_is_counted_in_the_same_journey(
    clerk_at_work: tuple[Callable[..., Any], dict[str, Any]], counted: Count
) -> None:
    run, wish = clerk_at_work
    wish["room_id"] = run(add_room, fields=RoomFields("203", "小会客厅", week_quota=9))
    assert counted(lambda: run(book, **wish, **slot(NOW, days=1))) == 4  # neither owner nor quota is foreseen
    assert counted(lambda: run(book, **wish, **slot(NOW, days=2))) == 2


def test_a_series_takes_as_many_journeys_however_long_it_is(
    clerk_at_work: tuple[Callable[..., Any], dict[str, Any]], counted: Count
) -> None:
    run, wish = clerk_at_work
    fields = SeriesFields(wish["room_id"], time(15), time(16), wish["borrower_id"])
    few, many = (Pattern(Every.WEEK, date(2026, 11, day), count=count) for day, count in ((18, 2), (19, 10)))
    short = counted(lambda: run(book_series, pattern=few, fields=fields))
    assert counted(lambda: run(book_series, pattern=many, fields=fields)) == short <= 8
