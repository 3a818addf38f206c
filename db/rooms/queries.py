"""What can be asked about rooms and bookings: frozen rows, bounded by time and centre."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select, type_coerce
from sqlalchemy.orm import Session, defer
from sqlalchemy.types import NullType

from db.base import table_of
from db.clock import business_date, start_of
from db.rooms.looking import plain_rules
from db.rooms.models import Booking, BookingEvent, Borrower, Closure, Room, RoomHours, RoomTakes, Waiting
from db.rooms.occupancy import Stretch, clashes
from db.rooms.rules import Hours, RoomRules, with_buffers
from db.rooms.states import TAKES_ROOM, BookingState, Step


@dataclass(frozen=True, slots=True)
class RoomRow:
    """A room with its rules; `parts` are the atomic parts it takes, sorted."""

    id: UUID
    centre_id: UUID
    version: int
    number: str
    name: str
    floor: str
    area: float
    service_area: bool
    capacity: int
    uses: tuple[str, ...]
    equipment: tuple[str, ...]
    fee: str
    needs_approval: bool
    release_minutes: int
    shared: bool
    note: str
    position: int
    active: bool
    has_photo: bool
    rules: RoomRules
    parts: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class BookingRow:
    """A booking as the grid draws it; times are aware UTC, without buffers."""

    id: UUID
    number: str
    version: int
    room_id: UUID
    series_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    state: BookingState
    borrower_id: UUID
    borrower: str
    use: str
    purpose: str
    responsible: str
    people: int
    reason: str
    arrived_at: datetime | None
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClosureRow:
    """A closure that has not been lifted."""

    id: UUID
    room_id: UUID
    starts_at: datetime
    ends_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of a booking's history."""

    position: int
    at: datetime
    staff: str
    step: Step
    reason: str


@dataclass(frozen=True, slots=True)
class BorrowerRow:
    """A borrower; the phone is masked."""

    id: UUID
    version: int
    kind: str
    name: str
    contact: str
    phone: str
    barred_until: date | None
    barred_reason: str


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """Somebody on the waiting list."""

    id: UUID
    room_id: UUID
    starts_at: datetime
    ends_at: datetime
    borrower: str
    phone: str
    purpose: str
    state: str
    free: bool


_B = table_of(Booking)
_COLUMNS = (
    _B.c.id, _B.c.number, _B.c.version, _B.c.room_id, _B.c.series_id, _B.c.starts_at, _B.c.ends_at, _B.c.state,
    _B.c.borrower_id, _B.c.borrower_name, _B.c.use, _B.c.purpose, _B.c.responsible, _B.c.people, _B.c.reason,
    _B.c.arrived_at, _B.c.left_at,
)  # fmt: skip
_RAW = tuple(type_coerce(c, NullType()) if c.name in ("room_id", "series_id", "borrower_id") else c for c in _COLUMNS)
"""As `_COLUMNS`, but ids that come again and again as the driver gives them: each is made a UUID once, not in every row."""
_BETWEEN = (
    select(*_RAW)
    .where(
        _B.c.centre_id == bindparam("of_centre"),
        _B.c.starts_at >= bindparam("first"),
        _B.c.starts_at < bindparam("last"),
        _B.c.state.in_(bindparam("states", expanding=True)),
    )
    .order_by(_B.c.starts_at, _B.c.id)
)
_STATES = {state.value: state for state in BookingState}
LONGEST = timedelta(days=1)


def rooms(session: Session, centre_id: UUID, *, neighbours: bool = False, idle: bool = False) -> tuple[RoomRow, ...]:
    """The centre's rooms in their order; with `neighbours` also what other centres offer, with `idle` those out of use."""
    own = Room.centre_id == centre_id
    wanted = select(Room, Room.photo.is_not(None)).options(defer(Room.photo))
    asked = session.execute(wanted.where(or_(own, Room.shared) if neighbours else own)).all()
    with_photo = {row.id for row, has_photo in asked if has_photo}
    found = [row for row, _ in asked if idle or row.active]
    ids = [row.id for row in found]
    hours: dict[UUID, list[Hours]] = {}
    for span in session.scalars(select(RoomHours).where(RoomHours.room_id.in_(ids))):
        hours.setdefault(span.room_id, []).append(
            Hours(span.weekday, span.opens, span.closes, span.season_from, span.season_to)
        )
    parts: dict[UUID, list[UUID]] = {}
    for takes in session.scalars(select(RoomTakes).where(RoomTakes.room_id.in_(ids))):
        parts.setdefault(takes.room_id, []).append(takes.part_id)
    found.sort(key=lambda room: (room.centre_id != centre_id, room.position, room.number))
    return tuple(
        _room_row(room, tuple(hours.get(room.id, ())), sorted(parts.get(room.id, ())), room.id in with_photo)
        for room in found
    )


def bookings_between(
    session: Session,
    centre_id: UUID,
    first: datetime,
    last: datetime,
    states: Iterable[BookingState] = TAKES_ROOM,
) -> tuple[BookingRow, ...]:
    """Bookings that take place in [first, last), aware UTC; at most a day long, so the range read is bounded."""
    rows = session.connection().execute(
        _BETWEEN, {"of_centre": centre_id, "first": first - LONGEST, "last": last, "states": [*states]}
    )
    ids: dict[object, UUID | None] = {None: None}
    found = []
    for row in rows.all():
        if row[6] <= first:  # ends_at
            continue
        values: list[Any] = list(row)
        for at in (3, 4, 8):  # room_id, series_id, borrower_id
            raw = values[at]
            known = ids.get(raw)
            if known is None and raw is not None:
                known = ids[raw] = raw if isinstance(raw, UUID) else UUID(raw)
            values[at] = known
        values[7] = _STATES[values[7]]
        found.append(BookingRow(*values))
    return tuple(found)


def closures_between(session: Session, centre_id: UUID, first: datetime, last: datetime) -> tuple[ClosureRow, ...]:
    """Closures that touch [first, last) and have not been lifted."""
    rows = session.scalars(
        select(Closure).where(
            Closure.centre_id == centre_id,
            Closure.starts_at < last,
            Closure.ends_at > first,
            Closure.lifted_at.is_(None),
        )
    )
    return tuple(ClosureRow(row.id, row.room_id, row.starts_at, row.ends_at, row.reason) for row in rows)


def booking(session: Session, centre_id: UUID, booking_id: UUID) -> BookingRow | None:
    """One booking of the centre's rooms, or one that it asked a neighbour for."""
    mine = or_(_B.c.centre_id == centre_id, _B.c.asked_by == centre_id)
    row = session.execute(select(*_COLUMNS).where(_B.c.id == booking_id, mine)).one_or_none()
    return None if row is None else _booking_row(row)


def booking_by_number(session: Session, centre_id: UUID, number: str) -> BookingRow | None:
    """The booking of a number, as read off a slip."""
    row = session.execute(select(*_COLUMNS).where(_B.c.centre_id == centre_id, _B.c.number == number)).one_or_none()
    return None if row is None else _booking_row(row)


def series_of(session: Session, centre_id: UUID, series_id: UUID) -> tuple[BookingRow, ...]:
    """Every occurrence of a series in order, those left out too."""
    rows = session.execute(
        select(*_COLUMNS).where(_B.c.centre_id == centre_id, _B.c.series_id == series_id).order_by(_B.c.starts_at)
    )
    return tuple(_booking_row(row) for row in rows)


def history_of(session: Session, centre_id: UUID, booking_id: UUID) -> tuple[StepRow, ...]:
    """Every step of a booking, the oldest first."""
    rows = session.scalars(
        select(BookingEvent)
        .where(BookingEvent.centre_id == centre_id, BookingEvent.booking_id == booking_id)
        .order_by(BookingEvent.position)
    )
    return tuple(StepRow(row.position, row.at, row.staff_name, Step(row.step), row.reason) for row in rows)


def borrowers(session: Session, centre_id: UUID, text: str = "", most: int = 50) -> tuple[BorrowerRow, ...]:
    """Borrowers whose name or contact holds the text, by name."""
    found = select(Borrower).where(Borrower.centre_id == centre_id)
    if text:
        found = found.where(
            or_(Borrower.name.contains(text, autoescape=True), Borrower.contact.contains(text, autoescape=True))
        )
    return tuple(
        BorrowerRow(
            row.id, row.version, row.kind, row.name, row.contact, row.phone_masked, row.barred_until, row.barred_reason
        )
        for row in session.scalars(found.order_by(Borrower.name).limit(most))
    )


def photo_of(session: Session, centre_id: UUID, room_id: UUID) -> bytes | None:
    """A room's photo (PNG or JPEG bytes), if there is one."""
    return session.scalar(select(Room.photo).where(Room.centre_id == centre_id, Room.id == room_id))


def today(session: Session, centre_id: UUID, now: datetime) -> tuple[BookingRow, ...]:
    """What takes place today, in order: the board in the foyer."""
    day = business_date(now)
    return bookings_between(session, centre_id, start_of(day), start_of(day + LONGEST))


def overdue_arrivals(session: Session, centre_id: UUID, now: datetime) -> tuple[BookingRow, ...]:
    """Bookings whose room would be released by now because nobody came (未到), by each room's own minutes."""
    waits = {row.id: row.release_minutes for row in rooms(session, centre_id)}
    rows = bookings_between(session, centre_id, now - LONGEST, now, (BookingState.BOOKED,))
    return tuple(
        row for row in rows if waits.get(row.room_id) and row.starts_at + timedelta(minutes=waits[row.room_id]) <= now
    )


def waiting_for(session: Session, centre_id: UUID, now: datetime) -> tuple[WaitingRow, ...]:
    """Who waits for a slot that has not passed, the longest first; `free` says whose slot has become free."""
    rows = session.execute(
        select(Waiting, Borrower.name, Borrower.phone_masked)
        .join(Borrower, Borrower.id == Waiting.borrower_id)
        .where(Waiting.centre_id == centre_id, Waiting.ends_at > now, Waiting.state.in_(("waiting", "offered")))
        .order_by(Waiting.created_at)
    ).all()
    known = {room.id: room for room in rooms(session, centre_id)}
    found = []
    for row, name, phone in rows:
        room = known.get(row.room_id)
        if room is None:
            continue
        stretch = Stretch(*with_buffers(room.rules, row.starts_at, row.ends_at))
        free = not clashes(session, room.parts, stretch)
        found.append(WaitingRow(row.id, room.id, row.starts_at, row.ends_at, name, phone, row.purpose, row.state, free))
    return tuple(found)


def _booking_row(row: Sequence[Any]) -> BookingRow:
    values: list[Any] = list(row)
    values[7] = BookingState(values[7])
    return BookingRow(*values)


def _room_row(room: Room, hours: tuple[Hours, ...], parts: list[UUID], has_photo: bool) -> RoomRow:
    return RoomRow(
        id=room.id,
        centre_id=room.centre_id,
        version=room.version,
        number=room.number,
        name=room.name,
        floor=room.floor,
        area=room.area,
        service_area=room.service_area,
        capacity=room.capacity,
        uses=_split(room.uses),
        equipment=_split(room.equipment),
        fee=room.fee,
        needs_approval=room.needs_approval,
        release_minutes=room.release_minutes,
        shared=room.shared,
        note=room.note,
        position=room.position,
        active=room.active,
        has_photo=has_photo,
        rules=plain_rules(room, hours),
        parts=tuple(parts),
    )


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("、") if part)
