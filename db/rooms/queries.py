"""What can be asked about rooms and bookings: frozen rows, bounded by time and centre."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from db.base import table_of
from db.clock import business_date, start_of
from db.prepared import Prepared
from db.rooms.booking_rows import LONGEST
from db.rooms.booking_rows import BookingRow as BookingRow
from db.rooms.booking_rows import asked_by_name as asked_by_name
from db.rooms.booking_rows import booking as booking
from db.rooms.booking_rows import booking_by_number as booking_by_number
from db.rooms.booking_rows import bookings_between as bookings_between
from db.rooms.booking_rows import series_of as series_of
from db.rooms.history import Snapshot, read_snapshot
from db.rooms.looking import plain_rules
from db.rooms.models import BookingEvent, Borrower, Closure, Room, RoomHours, RoomTakes, Waiting
from db.rooms.occupancy import Stretch, clashes
from db.rooms.rules import Hours, RoomRules, Taken, with_buffers
from db.rooms.seeking import sounding
from db.rooms.states import BookingState, Step


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
    lent: bool = False  # 阵地共享: a neighbouring centre's, as whoever asked sees it

    @property
    def approval(self) -> str:
        """What a booking of it waits for; a neighbour's room always for its owner."""
        return "共享，对方审批" if self.lent else "需审批" if self.needs_approval else ""


@dataclass(frozen=True, slots=True)
class ClosureRow:
    """A closure that has not been lifted; on the board and on posters also a duty (`kind`), whose reason names the body."""

    id: UUID
    room_id: UUID
    starts_at: datetime
    ends_at: datetime
    reason: str
    kind: Taken = Taken.CLOSURE

    @property
    def label(self) -> str:
        """What is written on it: “停用：空调检修”, or whose duty it is."""
        return self.reason if self.kind is Taken.DUTY else f"停用：{self.reason}"


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of a booking's history, with the booking as it was before and after it."""

    position: int
    at: datetime
    staff: str
    step: Step
    reason: str
    before: Snapshot | None = None
    after: Snapshot | None = None


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
    offered_at: datetime | None = None  # when they were told last


_R, _H, _T, _C = table_of(Room), table_of(RoomHours), table_of(RoomTakes), table_of(Closure)
_E = table_of(BookingEvent)
_OFFERED = or_(_R.c.centre_id == bindparam("of_centre"), and_(_R.c.shared, bindparam("neighbours", type_=Boolean())))
_ROOMS = Prepared(
    select(*(column for column in _R.c if column.name != "photo"), _R.c.photo.is_not(None).label("has_photo")).where(
        _OFFERED
    )
)
_HOURS = Prepared(
    select(_H.c.room_id, _H.c.weekday, _H.c.opens, _H.c.closes, _H.c.season_from, _H.c.season_to)
    .join(_R, _R.c.id == _H.c.room_id)
    .where(_OFFERED, _H.c.centre_id == _R.c.centre_id)
)
_PARTS = Prepared(select(_T.c.room_id, _T.c.part_id).join(_R, _R.c.id == _T.c.room_id).where(_OFFERED))
_CLOSURES = Prepared(
    select(_C.c.id, _C.c.room_id, _C.c.starts_at, _C.c.ends_at, _C.c.reason).where(
        _C.c.centre_id == bindparam("of_centre"),
        _C.c.starts_at < bindparam("last"),
        _C.c.ends_at > bindparam("first"),
        _C.c.lifted_at.is_(None),
    )
)


def rooms(session: Session, centre_id: UUID, *, neighbours: bool = False, idle: bool = False) -> tuple[RoomRow, ...]:
    """The centre's rooms in their order; with `neighbours` also what other centres offer, with `idle` those out of use."""
    asked = {"of_centre": centre_id, "neighbours": neighbours}
    hours: dict[UUID, list[Hours]] = {}
    for room_id, *span in _HOURS.rows(session, asked):
        hours.setdefault(room_id, []).append(Hours(*span))
    parts: dict[UUID, list[UUID]] = {}
    for room_id, part in _PARTS.rows(session, asked):
        parts.setdefault(room_id, []).append(part)
    found = [row for row in _ROOMS.rows(session, asked) if idle or row.active]
    found.sort(key=lambda room: (room.centre_id != centre_id, room.position, room.number))
    return tuple(
        _room_row(room, tuple(hours.get(room.id, ())), sorted(parts.get(room.id, ())), room.centre_id != centre_id)
        for room in found
    )


def closures_between(session: Session, centre_id: UUID, first: datetime, last: datetime) -> tuple[ClosureRow, ...]:
    """Closures that touch [first, last) and have not been lifted."""
    rows = _CLOSURES.rows(session, {"of_centre": centre_id, "first": first, "last": last})
    return tuple(ClosureRow(*row) for row in rows)


def history_of(session: Session, centre_id: UUID, booking_id: UUID) -> tuple[StepRow, ...]:
    """Every step of a booking, the oldest first."""
    rows = session.scalars(
        select(BookingEvent)
        .where(BookingEvent.centre_id == centre_id, BookingEvent.booking_id == booking_id)
        .order_by(BookingEvent.position)
    )
    return tuple(
        StepRow(
            row.position, row.at, row.staff_name, Step(row.step), row.reason, read_snapshot(row.before),
            read_snapshot(row.after),
        )
        for row in rows
    )  # fmt: skip


def borrowers(session: Session, centre_id: UUID, text: str = "", most: int = 50) -> tuple[BorrowerRow, ...]:
    """Borrowers whose name or contact holds the text, by name; then those who sound like it (pinyin or its initials)."""
    own = select(Borrower).where(Borrower.centre_id == centre_id)
    found = own.order_by(Borrower.name).limit(most)
    if text:
        found = found.where(
            or_(Borrower.name.contains(text, autoescape=True), Borrower.contact.contains(text, autoescape=True))
        )
    written = {row.id: row for row in session.scalars(found)}
    heard = [each for each in sounding(session, centre_id, text, most) if each not in written][: most - len(written)]
    if heard:
        rows = {row.id: row for row in session.scalars(own.where(Borrower.id.in_(heard)))}
        written |= {each: rows[each] for each in heard if each in rows}
    return tuple(map(_borrower_row, written.values()))


def borrower(session: Session, centre_id: UUID, borrower_id: UUID) -> BorrowerRow | None:
    """One borrower."""
    row = session.scalar(select(Borrower).where(Borrower.centre_id == centre_id, Borrower.id == borrower_id))
    return None if row is None else _borrower_row(row)


def _borrower_row(row: Borrower) -> BorrowerRow:
    return BorrowerRow(
        row.id, row.version, row.kind, row.name, row.contact, row.phone_masked, row.barred_until, row.barred_reason
    )


def photo_of(session: Session, centre_id: UUID, room_id: UUID) -> bytes | None:
    """A room's photo (PNG or JPEG bytes), if there is one."""
    return session.scalar(select(Room.photo).where(Room.centre_id == centre_id, Room.id == room_id))


def today(session: Session, centre_id: UUID, now: datetime) -> tuple[BookingRow, ...]:
    """What takes place today, in order: the board in the foyer."""
    day = business_date(now)
    return bookings_between(session, centre_id, start_of(day), start_of(day + LONGEST))


def overdue_arrivals(
    session: Session, centre_id: UUID, now: datetime, known: Sequence[RoomRow] | None = None
) -> tuple[BookingRow, ...]:
    """Bookings whose room would be released by now because nobody came (未到), by each room's own minutes.

    `known` are the centre's rooms, when the caller has just read them.
    """
    waits = {row.id: row.release_minutes for row in (rooms(session, centre_id) if known is None else known)}
    if not any(waits.values()):
        return ()
    rows = bookings_between(session, centre_id, now - LONGEST, now, (BookingState.BOOKED,))
    return tuple(
        row for row in rows if waits.get(row.room_id) and row.starts_at + timedelta(minutes=waits[row.room_id]) <= now
    )


def unused(session: Session, centre_id: UUID, now: datetime) -> tuple[BookingRow, ...]:
    """Of those overdue, the ones that nobody has put back since they began: who does that knows that somebody comes."""
    late = overdue_arrivals(session, centre_id, now)
    if not late:
        return ()
    by_hand = session.execute(
        select(_E.c.booking_id, _E.c.at).where(
            _E.c.centre_id == centre_id,
            _E.c.booking_id.in_([row.id for row in late]),
            _E.c.step.in_((Step.PUT_BACK, Step.UNDO)),
        )
    ).all()
    return tuple(row for row in late if not any(of == row.id and at >= row.starts_at for of, at in by_hand))


def waiting_for(session: Session, centre_id: UUID, now: datetime) -> tuple[WaitingRow, ...]:
    """Who waits for a slot that has not passed, the longest first; `free` says whose slot has become free."""
    return _waiting(session, centre_id, Waiting.ends_at > now, Waiting.state.in_(("waiting", "offered")))


def waiting(session: Session, centre_id: UUID, waiting_id: UUID) -> WaitingRow | None:
    """One of the waiting list, those who wait no longer too."""
    return next(iter(_waiting(session, centre_id, Waiting.id == waiting_id)), None)


def _waiting(session: Session, centre_id: UUID, *which: ColumnElement[bool]) -> tuple[WaitingRow, ...]:
    rows = session.execute(
        select(Waiting, Borrower.name, Borrower.phone_masked)
        .join(Borrower, Borrower.id == Waiting.borrower_id)
        .where(Waiting.centre_id == centre_id, *which)
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
        found.append(
            WaitingRow(
                row.id, room.id, row.starts_at, row.ends_at, name, phone, row.purpose, row.state, free, row.offered_at
            )
        )  # fmt: skip
    return tuple(found)


def _room_row(room: Any, hours: tuple[Hours, ...], parts: list[UUID], lent: bool) -> RoomRow:
    return RoomRow(
        id=room.id,
        centre_id=room.centre_id,
        lent=lent,
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
        has_photo=bool(room.has_photo),
        rules=plain_rules(room, hours),
        parts=tuple(parts),
    )


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("、") if part)
