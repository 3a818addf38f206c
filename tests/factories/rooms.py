"""Rooms, borrowers and bookings to test with."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from db.action import Actor, Request
from db.calendar.recurrence import Every, Pattern
from db.ids import new_id
from db.rooms.admin import BorrowerFields, RoomFields, add_room, bar_borrower, close_room, save_borrower
from db.rooms.bookings import Booked, arrive, book, skip
from db.rooms.queries import booking, series_of
from db.rooms.reading import Draft
from db.rooms.rules import BorrowerKind
from db.rooms.series import SeriesFields, book_series
from db.rooms.waiting import drop, wait_for
from db.session import Hall
from db.staff.permissions import Role
from tests.factories.staff import make_staff
from tests.factories.stage import Example, Stage


def make_room(
    hall: Hall, actor: Actor, now: datetime, number: str = "201", *, whole_of: tuple[UUID, ...] = (), **fields: Any
) -> UUID:
    """A room; returns its id."""
    given = RoomFields(number=number, **{"name": f"多功能室{number}", "capacity": 50, **fields})
    return hall.run(Request(actor, now, new_id()), add_room, fields=given, whole_of=whole_of)


def make_borrower(hall: Hall, actor: Actor, now: datetime, name: str = "军门合唱队", **fields: Any) -> UUID:
    """A borrower; returns its id."""
    given = BorrowerFields(**{"kind": BorrowerKind.GROUP, "name": name, "phone": "13800138000", **fields})
    return hall.run(Request(actor, now, new_id()), save_borrower, fields=given)


def slot(now: datetime, days: int = 1, hour: int = 0, hours: float = 1) -> dict[str, datetime]:
    """`starts_at` and `ends_at` some days after today's midnight UTC (8:00 in Fujian) and `hour` later."""
    start = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=days, hours=hour)
    return {"starts_at": start, "ends_at": start + timedelta(hours=hours)}


WEEKLY = Pattern(Every.WEEK, date(2026, 11, 18), count=4)
"""Four Wednesdays, the first on the day after the tests' now."""


def _room(stage: Stage, **fields: Any) -> UUID:
    return make_room(stage.hall, stage.actor, stage.now, **fields)


def _borrower(stage: Stage) -> UUID:
    return make_borrower(stage.hall, stage.actor, stage.now, phone="")


def _wish(stage: Stage, **where: Any) -> dict[str, Any]:
    return {"room_id": _room(stage), "borrower_id": _borrower(stage), "purpose": "排练", **slot(stage.now, **where)}


def _booked(stage: Stage, **more: object) -> dict[str, object]:
    made: Booked = stage.run(book, **_wish(stage))
    return {"booking_id": made.booking_id, "version": made.version, **more}


def _asked(stage: Stage, **more: object) -> dict[str, object]:
    """A booking by a clerk of a room that a manager has to approve."""
    clerk = make_staff(stage.hall, stage.centre_id, Role.CLERK, now=stage.now)
    wish = {"room_id": _room(stage, needs_approval=True), "borrower_id": _borrower(stage), **slot(stage.now)}
    made: Booked = stage.run_as(clerk, book, **wish)
    return {"booking_id": made.booking_id, "version": made.version, **more}


def _begun(stage: Stage, **more: object) -> dict[str, object]:
    """A booking of today whose borrowers have come."""
    made: Booked = stage.run(book, **_wish(stage, days=0, hour=2))
    came: Booked = stage.run(arrive, booking_id=made.booking_id, version=made.version)
    return {"booking_id": came.booking_id, "version": came.version, **more}


def _today(stage: Stage) -> dict[str, object]:
    made: Booked = stage.run(book, **_wish(stage, days=0, hour=2))
    return {"booking_id": made.booking_id, "version": made.version}


def _skipped(stage: Stage) -> dict[str, object]:
    made: Booked = stage.run(skip, **_booked(stage, reason="社区停电"))
    return {"booking_id": made.booking_id, "version": made.version}


def _moved(stage: Stage, **more: object) -> dict[str, object]:
    given = _booked(stage)
    row = stage.read(booking, stage.centre_id, given["booking_id"])
    return {**given, "room_id": row.room_id, **slot(stage.now, hour=3), **more}


def series_fields(room_id: UUID, borrower_id: UUID) -> SeriesFields:
    """A rehearsal from 15:00 to 16:00."""
    return SeriesFields(room_id, time(15), time(16), borrower_id, "居有所乐", "排练")


def _series(stage: Stage) -> dict[str, object]:
    return {"pattern": WEEKLY, "fields": series_fields(_room(stage), _borrower(stage))}


def _occurrence(stage: Stage, **more: object) -> dict[str, object]:
    """The second day of a series."""
    made = stage.run(book_series, **_series(stage))
    row = stage.read(series_of, stage.centre_id, made.series_id)[1]
    return {"booking_id": row.id, "version": row.version, **more}


def _series_moved(stage: Stage) -> dict[str, object]:
    given = _occurrence(stage)
    row = stage.read(booking, stage.centre_id, given["booking_id"])
    later = timedelta(hours=1)
    return {**given, "room_id": row.room_id, "starts_at": row.starts_at + later, "ends_at": row.ends_at + later}


def _closed(stage: Stage) -> dict[str, object]:
    closure = stage.run(close_room, room_id=_room(stage), reason="空调检修", **slot(stage.now))
    return {"closure_id": closure}


def _waiting(stage: Stage) -> dict[str, object]:
    return {"waiting_id": stage.run(wait_for, **_wish(stage)), "seen": "waiting"}


def _late(stage: Stage) -> dict[str, object]:
    """A room that should have been in use for half an hour, and nobody came."""
    room = _room(stage, release_minutes=15)
    starts = stage.now - timedelta(minutes=30)
    stage.run(book, room_id=room, borrower_id=_borrower(stage), starts_at=starts, ends_at=starts + timedelta(hours=2))
    return {}


def _barred(stage: Stage) -> dict[str, object]:
    borrower = _borrower(stage)
    stage.run(bar_borrower, borrower_id=borrower, until=date(2026, 12, 31), reason="三次未到")
    return {"borrower_id": borrower}


def _slip(stage: Stage) -> dict[str, object]:
    return {"booking_id": _booked(stage)["booking_id"]}


def _drafts(stage: Stage) -> dict[str, object]:
    """One row of a file, for a room that is there."""
    _room(stage)
    return {"drafts": (Draft("第 2 行", "201", **slot(stage.now)),), "borrower_id": _borrower(stage)}


def _divided(stage: Stage) -> dict[str, object]:
    """A room that becomes the whole of another one."""
    return {"room_id": _room(stage), "version": 1, "whole_of": (_room(stage, number="202"),)}


def _dropped(stage: Stage) -> dict[str, object]:
    """Somebody who gave up their place on the waiting list."""
    given = _waiting(stage)
    stage.run(drop, **given)
    return {**given, "seen": "declined"}


EXAMPLES: dict[str, Example] = {
    "room.add": lambda _stage: {"fields": RoomFields(number="201", name="多功能室")},
    "room.edit": lambda stage: {"room_id": _room(stage), "version": 1, "fields": RoomFields("201", "书画室")},
    "room.divide": _divided,
    "room.close": lambda stage: {"room_id": _room(stage), "reason": "空调检修", **slot(stage.now)},
    "room.reopen": _closed,
    "room.book": _wish,
    "room.change": _moved,
    "room.approve": _asked,
    "room.reject": lambda stage: _asked(stage, reason="当天有选举"),
    "room.cancel": lambda stage: _booked(stage, reason="对方来电取消"),
    "room.skip": lambda stage: _booked(stage, reason="社区停电"),
    "room.put_back": _skipped,
    "room.arrive": _today,
    "room.leave": lambda stage: _begun(stage, people_came=18),
    "room.no_show": _booked,
    "room.undo": _booked,
    "room.book_series": _series,
    "room.change_following": _series_moved,
    "room.cancel_following": lambda stage: _occurrence(stage, reason="活动结束"),
    "room.detach": _occurrence,
    "room.extend_to_series": lambda stage: _booked(stage, pattern=WEEKLY),
    "room.undo_together": _occurrence,
    "room.wait": _wish,
    "room.offer": _waiting,
    "room.take_offer": _waiting,
    "room.drop_offer": _waiting,
    "room.wait_again": _dropped,
    "room.slip": _slip,
    "room.release": _late,
    "room.import": _drafts,
    "borrower.save": lambda _stage: {"fields": BorrowerFields(BorrowerKind.GROUP, "军门合唱队", "领队", "13800138000")},
    "borrower.bar": lambda stage: {"borrower_id": _borrower(stage), "until": date(2026, 12, 31), "reason": "三次未到"},
    "borrower.unbar": _barred,
}
