"""Rooms, borrowers and bookings to test with."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from db.action import Actor, Request
from db.ids import new_id
from db.rooms.admin import BorrowerFields, RoomFields, add_room, save_borrower
from db.rooms.rules import BorrowerKind
from db.session import Hall


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
