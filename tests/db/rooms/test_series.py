"""Series: every day checked, left-out days kept, clashes offered before saving, changes from one day on."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from db.action import Actor
from db.calendar.recurrence import Every, OnHoliday, Pattern, occurrences
from db.calendar.rules import Calendar
from db.clock import local
from db.errors import RuleBroken
from db.rooms import bookings, series
from db.rooms.models import Booking, Occupancy
from db.rooms.offers import free_rooms, series_preview
from db.rooms.queries import series_of
from db.rooms.series import Choice, SeriesFields
from db.rooms.states import BookingState
from db.session import Hall
from tests.conftest import NOW
from tests.factories.rooms import make_borrower, make_room, slot

Run = Callable[..., Any]
OPEN, CLOSE = time(14, 30), time(16, 0)
WEDNESDAY = date(2026, 11, 18)
NATIONAL_DAY = Calendar(
    frozenset({2026}), {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True}
)


def wednesdays(count: int = 26, **fields: Any) -> Pattern:
    return Pattern(Every.WEEK, WEDNESDAY, weekdays=(2,), count=count, **fields)


@pytest.fixture
def choir(hall: Hall, manager: Actor) -> UUID:
    return make_borrower(hall, manager, NOW)


@pytest.fixture
def room(hall: Hall, manager: Actor) -> UUID:
    return make_room(hall, manager, NOW, days_ahead=400)


def fields(room: UUID, choir: UUID) -> SeriesFields:
    return SeriesFields(room, OPEN, CLOSE, choir, purpose="合唱排练", people=30)


def test_half_a_year_of_wednesdays_is_booked_at_once(
    hall: Hall, run: Run, clerk: Actor, room: UUID, choir: UUID
) -> None:
    made = run(clerk, series.book_series, pattern=wednesdays(), fields=fields(room, choir))
    rows = hall.read(series_of, clerk.centre_id, made.series_id)
    assert [local(row.starts_at).date() for row in rows] == [WEDNESDAY + timedelta(weeks=n) for n in range(26)]
    assert {(local(row.starts_at).time(), local(row.ends_at).time()) for row in rows} == {(OPEN, CLOSE)}
    assert len({row.number for row in rows}) == 26


def test_a_clash_refuses_the_whole_series_and_names_the_day(
    hall: Hall, run: Run, clerk: Actor, room: UUID, choir: UUID
) -> None:
    run(clerk, bookings.book, room_id=room, borrower_id=choir, **slot(NOW, days=15, hour=7))
    with pytest.raises(RuleBroken, match="12月2日这一场不能预约"):
        run(clerk, series.book_series, pattern=wednesdays(4), fields=fields(room, choir))
    assert len(hall.read(lambda s: list(s.scalars(select(Booking.id))))) == 1


def test_a_clash_is_shown_before_saving_with_offers_that_can_be_booked(
    hall: Hall, run: Run, clerk: Actor, manager: Actor, room: UUID, choir: UUID
) -> None:
    other = make_room(hall, manager, NOW, "202", days_ahead=400)
    run(clerk, bookings.book, room_id=room, borrower_id=choir, **slot(NOW, days=15, hour=7))  # 15:00-16:00
    days = hall.read(series_preview, clerk.centre_id, room, wednesdays(4), OPEN, CLOSE, now=NOW)
    assert [bool(day.trouble) for day in days] == [False, False, True, False]
    labels = [offer.label for offer in days[2].offers]
    assert labels == [
        "提前 60 分钟（13:30–15:00）",
        "改到多功能室202（50 人）",
    ]
    moved = days[2].offers[-1]
    assert moved.room_id == other
    made = run(
        clerk,
        series.book_series,
        pattern=wednesdays(4),
        fields=fields(room, choir),
        choices=(Choice(days[2].planned, room_id=moved.room_id, starts_at=moved.starts_at, ends_at=moved.ends_at),),
    )
    assert (made.booked, made.skipped) == (4, 0)


def test_a_skipped_day_is_kept_with_its_reason_and_can_be_put_back(
    hall: Hall, run: Run, clerk: Actor, room: UUID, choir: UUID
) -> None:
    skipped = WEDNESDAY + timedelta(weeks=1)
    made = run(
        clerk,
        series.book_series,
        pattern=wednesdays(3),
        fields=fields(room, choir),
        choices=(Choice(skipped, skip="指挥请假"),),
    )
    row = hall.read(series_of, clerk.centre_id, made.series_id)[1]
    assert (row.state, row.reason) == (BookingState.SKIPPED, "指挥请假")
    back = run(clerk, bookings.put_back, booking_id=row.id, version=row.version)
    assert back.state == BookingState.BOOKED
    with pytest.raises(RuleBroken):
        run(clerk, bookings.book, room_id=room, borrower_id=choir, starts_at=row.starts_at, ends_at=row.ends_at)


def test_this_and_following_move_together_even_onto_their_own_old_slots(
    hall: Hall, run: Run, clerk: Actor, room: UUID, choir: UUID
) -> None:
    made = run(clerk, series.book_series, pattern=wednesdays(4), fields=fields(room, choir))
    second = hall.read(series_of, clerk.centre_id, made.series_id)[1]
    week = timedelta(weeks=1)
    moved = run(
        clerk,
        series.change_following,
        booking_id=second.id,
        version=1,
        room_id=room,
        starts_at=second.starts_at + week,
        ends_at=second.ends_at + week,
    )
    rows = hall.read(series_of, clerk.centre_id, made.series_id)
    days = [local(row.starts_at).date() for row in rows]
    assert moved == 3
    assert days == [WEDNESDAY + timedelta(weeks=n) for n in (0, 2, 3, 4)]


def test_this_and_following_are_cancelled_and_the_earlier_ones_stay(
    hall: Hall, run: Run, clerk: Actor, room: UUID, choir: UUID
) -> None:
    made = run(clerk, series.book_series, pattern=wednesdays(4), fields=fields(room, choir))
    third = hall.read(series_of, clerk.centre_id, made.series_id)[2]
    assert run(clerk, series.cancel_following, booking_id=third.id, version=1, reason="停办") == 2
    states = [row.state for row in hall.read(series_of, clerk.centre_id, made.series_id)]
    assert states == [BookingState.BOOKED] * 2 + [BookingState.CANCELLED] * 2
    assert len(hall.read(lambda s: list(s.scalars(select(Occupancy.id))))) == 2


def test_a_detached_day_is_passed_by_when_the_series_is_cancelled(
    hall: Hall, run: Run, clerk: Actor, room: UUID, choir: UUID
) -> None:
    made = run(clerk, series.book_series, pattern=wednesdays(3), fields=fields(room, choir))
    first, second, _ = hall.read(series_of, clerk.centre_id, made.series_id)
    run(clerk, series.detach, booking_id=second.id, version=1)
    assert run(clerk, series.cancel_following, booking_id=first.id, version=1, reason="停办") == 2
    alone = hall.read(lambda s: s.get(Booking, second.id))
    assert alone is not None
    assert (alone.state, alone.series_id) == (BookingState.BOOKED, None)


def test_a_single_booking_becomes_the_first_of_a_series(
    hall: Hall, run: Run, clerk: Actor, room: UUID, choir: UUID
) -> None:
    single = run(clerk, bookings.book, room_id=room, borrower_id=choir, **slot(NOW, days=1, hour=7))
    made = run(clerk, series.extend_to_series, booking_id=single.booking_id, version=1, pattern=wednesdays(3))
    rows = hall.read(series_of, clerk.centre_id, made.series_id)
    assert rows[0].id == single.booking_id
    assert [row.state for row in rows] == [BookingState.BOOKED] * 3
    assert (made.booked, made.skipped) == (3, 0)


def test_the_smallest_free_room_that_fits_comes_first(
    hall: Hall, run: Run, clerk: Actor, manager: Actor, choir: UUID
) -> None:
    make_room(hall, manager, NOW, "大", capacity=200, equipment=("投影",))
    small = make_room(hall, manager, NOW, "小", capacity=40, equipment=("投影", "音响"))
    make_room(hall, manager, NOW, "无", capacity=40)
    wanted = slot(NOW, days=4, hour=6, hours=2)
    found = hall.read(free_rooms, clerk.centre_id, *wanted.values(), now=NOW, people=30, equipment=("投影",))
    assert [room.number for room in found] == ["小", "大"]
    run(clerk, bookings.book, room_id=small, borrower_id=choir, **wanted)
    found = hall.read(free_rooms, clerk.centre_id, *wanted.values(), now=NOW, people=30, equipment=("投影",))
    assert [room.number for room in found] == ["大"]


def test_a_holiday_moves_to_the_next_working_day_or_is_skipped() -> None:
    pattern = Pattern(Every.MONTH_DAY, date(2026, 9, 1), month_days=(1,), count=3)
    moved = occurrences(Pattern(**{**_plain(pattern), "on_holiday": OnHoliday.POSTPONE}), NATIONAL_DAY)
    assert [day.day for day in moved] == [date(2026, 9, 1), date(2026, 10, 8), date(2026, 11, 2)]
    skipped = occurrences(Pattern(**{**_plain(pattern), "on_holiday": OnHoliday.SKIP}), NATIONAL_DAY)
    assert [day.skipped for day in skipped] == ["", "节假日跳过", "节假日跳过"]


def test_a_year_that_is_not_published_gives_no_guessed_date() -> None:
    pattern = Pattern(Every.WEEK, date(2026, 12, 30), weekdays=(2,), count=3, on_holiday=OnHoliday.SKIP)
    with pytest.raises(RuleBroken, match="2027 年历未发布"):
        occurrences(pattern, NATIONAL_DAY)


@given(
    every=st.sampled_from(list(Every)),
    interval=st.integers(1, 4),
    count=st.integers(1, 60),
    start=st.dates(date(2026, 1, 1), date(2026, 6, 30)),
    on_holiday=st.sampled_from([OnHoliday.KEEP]),
    weekdays=st.sets(st.integers(0, 6), max_size=3),
)
def test_no_two_occurrences_share_a_day_and_all_follow_the_first(
    every: Every, interval: int, count: int, start: date, on_holiday: OnHoliday, weekdays: set[int]
) -> None:
    pattern = Pattern(
        every, start, interval, tuple(weekdays), month_days=(start.day,), count=count, on_holiday=on_holiday
    )
    days = [day.day for day in occurrences(pattern, NATIONAL_DAY)]
    assert len(days) == count
    assert days == sorted(set(days))
    assert days[0] >= start


def _plain(pattern: Pattern) -> dict[str, Any]:
    return {name: getattr(pattern, name) for name in Pattern.__slots__}
