"""Utilisation (使用率): hours booked or used by duties of hours open, per room, use and weekday × hour; no-shows; 办公/服务面积比."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from db.clock import local, start_of
from db.rooms.duties import duties_between
from db.rooms.queries import BookingRow, ClosureRow, RoomRow, bookings_between, rooms
from db.rooms.rules import open_hours
from db.rooms.states import TAKES_ROOM, BookingState

DUTIES = "轮值"
"""The use under which duties of published rosters are counted."""


@dataclass(frozen=True, slots=True)
class RoomUse:
    """One room over the days asked for; hours are fractions."""

    room_id: UUID
    number: str
    name: str
    open_hours: float
    booked_hours: float
    bookings: int
    no_shows: int
    people: int

    @property
    def share(self) -> float:
        """Booked of open hours, 0 to 1 (and above where bookings were let in outside the hours)."""
        return self.booked_hours / self.open_hours if self.open_hours else 0.0


@dataclass(frozen=True, slots=True)
class Utilisation:
    """How a centre's rooms were used in [first, last]; `heat[weekday][hour]` are booked hours, Monday first.

    Areas and the hours of the whole house count no place twice: a hall that other rooms divide is counted as these.
    """

    first: date
    last: date
    rooms: tuple[RoomUse, ...]
    by_use: tuple[tuple[str, float], ...]
    heat: tuple[tuple[float, ...], ...]
    service_area: float
    office_area: float
    open_hours: float
    booked_hours: float

    @property
    def no_show_rate(self) -> float:
        """Bookings to which nobody came, of those that were to take place."""
        total = sum(room.bookings for room in self.rooms)
        return sum(room.no_shows for room in self.rooms) / total if total else 0.0


def utilisation(session: Session, centre_id: UUID, first: date, last: date) -> Utilisation:
    """Count the days from `first` to `last`, both included."""
    own = [room for room in rooms(session, centre_id, idle=True) if room.centre_id == centre_id]
    counted = (*TAKES_ROOM, BookingState.NO_SHOW)
    end = start_of(last + timedelta(days=1))
    rows = bookings_between(session, centre_id, start_of(first), end, counted)
    heat = [[0.0] * 24 for _ in range(7)]
    by_use: dict[str, float] = {}
    for row in rows:
        if row.state is BookingState.NO_SHOW:
            continue
        by_use[row.use or "未填"] = by_use.get(row.use or "未填", 0.0) + _hours(row)
        _spread(heat, row)
    duties = duties_between(session, centre_id, start_of(first), end)
    places = _undivided(own)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    for duty in duties:
        by_use[DUTIES] = by_use.get(DUTIES, 0.0) + _hours(duty)
        _spread(heat, duty)
    return Utilisation(
        first,
        last,
        tuple(_room_use(room, rows, duties, first, last) for room in own),
        tuple(sorted(by_use.items(), key=lambda pair: -pair[1])),
        tuple(tuple(day) for day in heat),
        sum(room.area for room in places if room.service_area),
        sum(room.area for room in places if not room.service_area),
        sum(_open(room, day) for room in places for day in days),
        sum(_taken(room, own, rows, duties) for room in places),
    )


def _undivided(own: Sequence[RoomRow]) -> list[RoomRow]:
    """Every place once: without the halls all of whose parts are rooms too."""
    found = []
    for room in own:
        inner = [set(other.parts) for other in own if set(other.parts) < set(room.parts)]
        if not inner or set().union(*inner) != set(room.parts):
            found.append(room)
    return found


def _taken(
    room: RoomRow, own: Sequence[RoomRow], bookings: Sequence[BookingRow], duties: Sequence[ClosureRow]
) -> float:
    """Hours in which a place was taken, by its own name or as a part of a hall."""
    names = {other.id for other in own if set(room.parts) <= set(other.parts)}
    held = [row for row in bookings if row.room_id in names and row.state is not BookingState.NO_SHOW]
    return sum(_hours(row) for row in held) + sum(_hours(row) for row in duties if row.room_id in names)


def _room_use(
    room: RoomRow, bookings: Sequence[BookingRow], duties: Sequence[ClosureRow], first: date, last: date
) -> RoomUse:
    rows = [row for row in bookings if row.room_id == room.id]
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    held = [row for row in rows if row.state is not BookingState.NO_SHOW]
    return RoomUse(
        room.id,
        room.number,
        room.name,
        sum(_open(room, day) for day in days),
        sum(_hours(row) for row in held) + sum(_hours(row) for row in duties if row.room_id == room.id),
        len(rows),
        len(rows) - len(held),
        sum(row.people for row in held),
    )


def _open(room: RoomRow, day: date) -> float:
    if not room.rules.hours:
        return 24.0
    return sum((_of_day(closes) - _of_day(opens)) for opens, closes in open_hours(room.rules.hours, day))


def _of_day(clock: time) -> float:
    return clock.hour + clock.minute / 60


def _hours(row: BookingRow | ClosureRow) -> float:
    return (row.ends_at - row.starts_at).total_seconds() / 3600


def _spread(heat: list[list[float]], row: BookingRow | ClosureRow) -> None:
    """Add a booking to the hours of the day that it touches."""
    at: datetime = local(row.starts_at)
    end = local(row.ends_at)
    while at < end:
        step = min(at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1), end)
        heat[at.weekday()][at.hour] += (step - at).total_seconds() / 3600
        at = step
