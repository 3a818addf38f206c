"""The board, what a series' undo takes back, and looking before saving; on both databases."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from db.action import Actor
from db.calendar.recurrence import Every, Pattern
from db.errors import RuleBroken
from db.rooms import bookings
from db.rooms.board import ELSEWHERE, board, trouble
from db.rooms.offers import check_slot
from db.rooms.queries import series_of
from db.rooms.series import SeriesFields, book_series, cancel_following, change_following, undo_together
from db.rooms.states import BookingState
from db.session import Hall
from tests.conftest import NOW
from tests.factories.centre import make_centre
from tests.factories.rooms import make_borrower, make_room, slot
from tests.factories.staff import make_staff

Run = Callable[..., Any]
DAYS = (NOW - timedelta(days=1), NOW + timedelta(days=30))


@pytest.fixture
def choir(hall: Hall, manager: Actor) -> UUID:
    return make_borrower(hall, manager, NOW)


@pytest.fixture
def room(hall: Hall, manager: Actor) -> UUID:
    return make_room(hall, manager, NOW)


def weekly(run: Run, actor: Actor, room: UUID, choir: UUID) -> Any:
    pattern = Pattern(Every.WEEK, date(2026, 11, 18), count=4)
    return run(actor, book_series, pattern=pattern, fields=SeriesFields(room, time(15), time(16), choir))


def test_a_series_that_was_moved_with_one_click_goes_back_with_one(
    hall: Hall, run: Run, clerk: Actor, room: UUID, choir: UUID
) -> None:
    made = weekly(run, clerk, room, choir)
    rows = hall.read(series_of, clerk.centre_id, made.series_id)
    later = timedelta(hours=2)
    second = rows[1]
    run(
        clerk, change_following, booking_id=second.id, version=second.version, room_id=room,
        starts_at=second.starts_at + later, ends_at=second.ends_at + later,
    )  # fmt: skip
    assert run(clerk, undo_together, booking_id=second.id, version=second.version + 1) == 3
    after = hall.read(series_of, clerk.centre_id, made.series_id)
    assert [row.starts_at for row in after] == [row.starts_at for row in rows]


def test_undoing_the_making_of_a_series_frees_every_day(
    hall: Hall, run: Run, clerk: Actor, room: UUID, choir: UUID
) -> None:
    made = weekly(run, clerk, room, choir)
    rows = hall.read(series_of, clerk.centre_id, made.series_id)
    assert run(clerk, undo_together, booking_id=rows[0].id, version=rows[0].version) == 4
    states = {row.state for row in hall.read(series_of, clerk.centre_id, made.series_id)}
    assert states == {BookingState.CANCELLED}
    weekly(run, clerk, room, choir)


def test_a_cancelled_series_comes_back_only_where_its_slots_are_free(
    hall: Hall, run: Run, clerk: Actor, room: UUID, choir: UUID
) -> None:
    made = weekly(run, clerk, room, choir)
    first, second, *_ = hall.read(series_of, clerk.centre_id, made.series_id)
    run(clerk, cancel_following, booking_id=first.id, version=first.version, reason="停办")
    run(
        clerk, bookings.book, room_id=room, borrower_id=choir, starts_at=second.starts_at, ends_at=second.ends_at,
        purpose="别的活动",
    )  # fmt: skip
    with pytest.raises(RuleBroken, match="别的活动"):
        run(clerk, undo_together, booking_id=first.id, version=first.version + 1)
    states = [row.state for row in hall.read(series_of, clerk.centre_id, made.series_id)]
    assert states == [BookingState.CANCELLED] * 4


def test_the_board_judges_like_the_action(hall: Hall, run: Run, clerk: Actor, room: UUID, choir: UUID) -> None:
    run(clerk, bookings.book, room_id=room, borrower_id=choir, **slot(NOW, hour=2))
    found = hall.read(board, clerk.centre_id, *DAYS, NOW)
    shown = found.room(room)
    assert shown is not None
    for hour, free in ((1, True), (1.5, False), (2, False), (3, True)):
        wish = slot(NOW, hour=hour)  # type: ignore[arg-type]
        assert (trouble(found, shown, wish["starts_at"], wish["ends_at"], NOW) == "") is free
        checked = hall.read(check_slot, clerk.centre_id, room, wish["starts_at"], wish["ends_at"], now=NOW)
        assert (checked.trouble == "") is free


def test_a_booking_is_not_in_its_own_way(hall: Hall, run: Run, clerk: Actor, room: UUID, choir: UUID) -> None:
    made = run(clerk, bookings.book, room_id=room, borrower_id=choir, **slot(NOW, hour=2))
    wish = slot(NOW, hour=2, hours=2)
    checked = hall.read(check_slot, clerk.centre_id, room, *wish.values(), now=NOW, booking_id=made.booking_id)
    assert checked.trouble == ""


def test_of_a_neighbours_bookings_only_the_time_is_told(hall: Hall, run: Run, clerk: Actor, choir: UUID) -> None:
    from db.staff.permissions import Role

    other = make_centre(hall, now=NOW, code="QH02")
    neighbour = make_staff(hall, other, Role.MANAGER, now=NOW)
    theirs = make_room(hall, neighbour, NOW, "501", shared=True)
    guest = make_borrower(hall, neighbour, NOW, name="清和合唱团")
    run(neighbour, bookings.book, room_id=theirs, borrower_id=guest, purpose="秘密", **slot(NOW, hour=2))
    found = hall.read(board, clerk.centre_id, *DAYS, NOW)
    assert [(row.borrower, row.purpose) for row in found.bookings] == [(ELSEWHERE, "")]
    assert found.foreign == {row.id for row in found.bookings}
