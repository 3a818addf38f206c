"""What a booking asks ahead is checked, not believed, and leaves nothing behind when nothing is booked."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from db.action import Actor, Request
from db.errors import NotAllowed, RuleBroken
from db.ids import new_id
from db.journal.check import journal_faults
from db.numbers.queries import counters
from db.rooms import looking
from db.rooms.admin import RoomFields, edit_room
from db.rooms.bookings import Booked, book
from db.rooms.importing import import_bookings
from db.rooms.reading import Draft
from db.session import Hall
from db.staff.permissions import Role
from tests.conftest import NOW
from tests.factories.centre import make_centre
from tests.factories.rooms import make_borrower, make_room, slot
from tests.factories.staff import make_staff

Run = Callable[..., Any]


@pytest.fixture
def wish(hall: Hall, manager: Actor) -> dict[str, Any]:
    """A room that was booked before, so that everything of it is foreseen, and somebody who borrows it."""
    given = {"room_id": make_room(hall, manager, NOW), "borrower_id": make_borrower(hall, manager, NOW)}
    hall.run(Request(manager, NOW, new_id()), book, **given, **slot(NOW, days=1))
    return given


def taken(hall: Hall, centre_id: UUID) -> int:
    """Where the numbers of the centre's bookings stand."""
    return hall.read(counters, centre_id, "booking/").get("booking/2026", 0)


def test_a_refusal_between_two_bookings_leaves_no_gap(
    hall: Hall, run: Run, manager: Actor, wish: dict[str, Any]
) -> None:
    with pytest.raises(RuleBroken, match="已有“军门合唱队”的预约"):
        run(manager, book, **wish, **slot(NOW, days=1))
    assert run(manager, book, **wish, **slot(NOW, days=2)).number == "2026-000002"
    assert hall.read(journal_faults, hall.vault, manager.centre_id, lambda *_: None) == []


def test_the_same_click_again_takes_no_number(hall: Hall, manager: Actor, wish: dict[str, Any]) -> None:
    request = Request(manager, NOW, new_id())
    first = hall.run(request, book, **wish, **slot(NOW, days=2))
    assert hall.run(request, book, **wish, **slot(NOW, days=2)) == first
    assert taken(hall, manager.centre_id) == 2


def test_who_may_not_takes_no_number(hall: Hall, run: Run, manager: Actor, wish: dict[str, Any]) -> None:
    auditor = make_staff(hall, manager.centre_id, Role.AUDITOR, now=NOW)
    with pytest.raises(NotAllowed):
        run(auditor, book, **wish, **slot(NOW, days=2))
    assert taken(hall, manager.centre_id) == 1


def test_a_quota_set_after_the_last_booking_counts_at_once_and_one_taken_away_no_more(
    run: Run, manager: Actor, wish: dict[str, Any]
) -> None:
    fields: dict[str, Any] = {"number": "201", "name": "多功能室201", "capacity": 50}
    version = run(manager, edit_room, room_id=wish["room_id"], version=1, fields=RoomFields(**fields, week_quota=1))
    for hour in (2, 4):  # not foreseen the first time, foreseen the second
        with pytest.raises(RuleBroken, match="每周最多预约多功能室201 1 次"):
            run(manager, book, **wish, **slot(NOW, days=1, hour=hour))
    run(manager, edit_room, room_id=wish["room_id"], version=version, fields=RoomFields(**fields))
    assert run(manager, book, **wish, **slot(NOW, days=1, hour=2)).number == "2026-000002"


def test_a_neighbours_room_taken_for_our_own_gets_its_owners_number(
    hall: Hall, run: Run, manager: Actor, wish: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = make_staff(hall, make_centre(hall, now=NOW, code="QG02"), Role.MANAGER, now=NOW)
    room = make_room(hall, owner, NOW, shared=True)
    monkeypatch.setitem(looking._foreseen, room, (manager.centre_id, False))
    made: Booked = run(manager, book, room_id=room, borrower_id=wish["borrower_id"], **slot(NOW))
    assert made.number == "2026-000001"
    assert (taken(hall, manager.centre_id), taken(hall, owner.centre_id)) == (1, 1)


def test_a_file_with_a_row_that_is_refused_takes_no_numbers(
    hall: Hall, run: Run, manager: Actor, wish: dict[str, Any]
) -> None:
    slots = [slot(NOW, days=day) for day in (2, 1, 3)]
    rows = [Draft(f"第 {at} 行", "201", of["starts_at"], of["ends_at"]) for at, of in enumerate(slots, 2)]
    with pytest.raises(RuleBroken, match="有 1 场不能预约"):
        run(manager, import_bookings, drafts=tuple(rows), borrower_id=wish["borrower_id"])
    assert taken(hall, manager.centre_id) == 1
