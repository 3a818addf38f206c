"""Series as a whole: all that has not begun moves or ends together; quotas count the series itself."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from db.action import Actor
from db.calendar.recurrence import Every, Pattern
from db.clock import local
from db.errors import RuleBroken
from db.rooms import series
from db.rooms.bookings import book, skip
from db.rooms.offers import check_slot, series_preview
from db.rooms.queries import BookingRow, series_of
from db.rooms.rules import BorrowerKind
from db.rooms.series import SeriesFields
from db.rooms.states import BookingState
from db.session import Hall
from tests.conftest import NOW
from tests.factories.rooms import make_borrower, make_room, slot

Run = Callable[..., Any]
WEDNESDAY = date(2026, 11, 18)
LATER = NOW + timedelta(days=9)  # two of the Wednesdays are over
B = BookingState


@pytest.fixture
def choir(hall: Hall, manager: Actor) -> UUID:
    return make_borrower(hall, manager, NOW)


def booked(hall: Hall, run: Run, actor: Actor, room: UUID, choir: UUID, pattern: Pattern) -> tuple[BookingRow, ...]:
    """A series in the afternoon, as rows."""
    fields = SeriesFields(room, time(14, 30), time(16), choir, purpose="合唱排练")
    made = run(actor, series.book_series, pattern=pattern, fields=fields)
    return hall.read(series_of, actor.centre_id, made.series_id)


def weekly(count: int) -> Pattern:
    return Pattern(Every.WEEK, WEDNESDAY, weekdays=(2,), count=count)


def test_the_whole_series_moves_and_what_is_over_stays(
    hall: Hall, run: Run, clerk: Actor, manager: Actor, choir: UUID
) -> None:
    room = make_room(hall, manager, NOW)
    rows = booked(hall, run, clerk, room, choir, weekly(5))
    fourth, hour = rows[3], timedelta(hours=1)
    moved = run(
        clerk, series.change_following, at=LATER, booking_id=fourth.id, version=1, room_id=room, whole=True,
        starts_at=fourth.starts_at + hour, ends_at=fourth.ends_at + hour,
    )  # fmt: skip
    after = hall.read(series_of, clerk.centre_id, fourth.series_id)
    assert moved == 3
    assert [local(row.starts_at).hour for row in after] == [14, 14, 15, 15, 15]
    fourth = after[3]
    assert run(clerk, series.undo_together, at=LATER, booking_id=fourth.id, version=fourth.version) == 3
    again = hall.read(series_of, clerk.centre_id, fourth.series_id)
    assert [row.starts_at for row in again] == [row.starts_at for row in rows]


def test_the_whole_series_is_cancelled_from_any_of_its_days(
    hall: Hall, run: Run, clerk: Actor, manager: Actor, choir: UUID
) -> None:
    rows = booked(hall, run, clerk, make_room(hall, manager, NOW), choir, weekly(4))
    last = rows[3]
    assert run(clerk, series.cancel_following, at=LATER, booking_id=last.id, version=1, reason="停办", whole=True) == 2
    states = [row.state for row in hall.read(series_of, clerk.centre_id, last.series_id)]
    assert states == [B.BOOKED, B.BOOKED, B.CANCELLED, B.CANCELLED]


def test_a_series_of_which_nothing_is_to_come_says_so(
    hall: Hall, run: Run, clerk: Actor, manager: Actor, choir: UUID
) -> None:
    first = booked(hall, run, clerk, make_room(hall, manager, NOW), choir, weekly(2))[0]
    with pytest.raises(RuleBroken, match="已经没有尚未开始的预约"):
        run(clerk, series.cancel_following, at=LATER, booking_id=first.id, version=1, reason="停办", whole=True)


def test_a_series_counts_itself_against_the_quota(
    hall: Hall, run: Run, clerk: Actor, manager: Actor, choir: UUID
) -> None:
    room = make_room(hall, manager, NOW, week_quota=2)
    daily = Pattern(Every.DAY, WEDNESDAY, count=3)
    with pytest.raises(RuleBroken, match="11月20日这一场不能预约：同一借用方每周最多预约多功能室201 2 次"):
        booked(hall, run, clerk, room, choir, daily)
    assert len(booked(hall, run, clerk, room, choir, weekly(4))) == 4


def test_the_preview_of_a_series_shows_the_days_that_the_quota_refuses(
    hall: Hall, run: Run, clerk: Actor, manager: Actor, choir: UUID
) -> None:
    room = make_room(hall, manager, NOW, month_quota=2)
    run(clerk, book, room_id=room, borrower_id=choir, **slot(NOW, days=2, hour=1))
    days = hall.read(
        series_preview, clerk.centre_id, room, weekly(3), time(14), time(15), now=NOW, borrower=BorrowerKind.GROUP,
        borrower_id=choir,
    )  # fmt: skip
    assert ["本月已满" in day.trouble for day in days] == [False, True, False]


def test_a_slot_looked_at_before_saving_counts_the_quota(
    hall: Hall, run: Run, clerk: Actor, manager: Actor, choir: UUID
) -> None:
    room = make_room(hall, manager, NOW, week_quota=1)
    made = run(clerk, book, room_id=room, borrower_id=choir, **slot(NOW, days=1))
    wanted = slot(NOW, days=2)
    given = {"now": NOW, "borrower": BorrowerKind.GROUP, "borrower_id": choir}
    assert "本周已满" in hall.read(check_slot, clerk.centre_id, room, *wanted.values(), **given).trouble
    itself = hall.read(check_slot, clerk.centre_id, room, *wanted.values(), booking_id=made.booking_id, **given)
    assert itself.trouble == ""


def test_a_skipped_day_gives_its_quota_to_another(
    hall: Hall, run: Run, clerk: Actor, manager: Actor, choir: UUID
) -> None:
    room = make_room(hall, manager, NOW, week_quota=1)
    rows = booked(hall, run, clerk, room, choir, weekly(2))
    run(clerk, skip, booking_id=rows[0].id, version=1, reason="停电")
    run(clerk, book, room_id=room, borrower_id=choir, **slot(NOW, days=2))
