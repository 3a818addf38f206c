"""What the grid of rooms is drawn from, asked in one go; and whether a slot would stand, judged on what is drawn."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from msgspec import structs
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.clock import business_date, local, start_of
from db.rooms.duties import duties_between
from db.rooms.models import Booking
from db.rooms.queries import (
    BookingRow,
    ClosureRow,
    RoomRow,
    StepRow,
    WaitingRow,
    asked_by_name,
    booking,
    bookings_between,
    closures_between,
    history_of,
    overdue_arrivals,
    rooms,
    series_of,
    today,
    waiting_for,
)
from db.rooms.rules import Taken, Wish, objections, with_buffers
from db.rooms.states import TAKES_ROOM, BookingState

ELSEWHERE = "（其他中心的预约）"


@dataclass(frozen=True, slots=True)
class Board:
    """Rooms in their order and what takes place in them in [first, last); `late` are rooms nobody came to in time.

    `closures` hold duties of published rosters too, told apart by their kind.
    """

    first: datetime
    last: datetime
    rooms: tuple[RoomRow, ...] = ()
    bookings: tuple[BookingRow, ...] = ()
    closures: tuple[ClosureRow, ...] = ()
    late: tuple[UUID, ...] = ()
    foreign: frozenset[UUID] = frozenset()

    def room(self, room_id: UUID) -> RoomRow | None:
        """The room of an id, if it is on the board."""
        return next((room for room in self.rooms if room.id == room_id), None)

    def owner(self, room_id: UUID) -> UUID | None:
        """The centre whose room it is: a neighbour keeps the bookings of what it was asked for."""
        room = self.room(room_id)
        return room.centre_id if room is not None else None

    def reach(self, room: RoomRow) -> tuple[RoomRow, ...]:
        """The rooms that are taken when this one is: itself, and those that share a part with it (整厅、分厅)."""
        parts = set(room.parts)
        others = (each for each in self.rooms if each.id != room.id and not parts.isdisjoint(each.parts))
        return (room, *others)


def board(session: Session, centre_id: UUID, first: datetime, last: datetime, now: datetime) -> Board:
    """Own rooms and those that neighbours offer. Of other centres' bookings only the time is told."""
    shown = rooms(session, centre_id, neighbours=True)
    bookings = list(bookings_between(session, centre_id, first, last))
    closures = [*closures_between(session, centre_id, first, last), *duties_between(session, centre_id, first, last)]
    foreign: set[UUID] = set()
    for owner in sorted({room.centre_id for room in shown} - {centre_id}):
        offered = {room.id for room in shown if room.centre_id == owner}
        theirs = [row for row in bookings_between(session, owner, first, last) if row.room_id in offered]
        asked = _asked_by(session, centre_id, [row.id for row in theirs])
        foreign |= {row.id for row in theirs} - asked
        bookings += [row if row.id in asked else _hidden(row) for row in theirs]
        theirs_taken = (*closures_between(session, owner, first, last), *duties_between(session, owner, first, last))
        closures += [row for row in theirs_taken if row.room_id in offered]
    late = tuple(row.id for row in overdue_arrivals(session, centre_id, now, shown))
    return Board(first, last, shown, tuple(bookings), tuple(closures), late, frozenset(foreign))


@dataclass(frozen=True, slots=True)
class Seen:
    """All that the page shows: the board, what did not take place, who waits, today (bookings; closures and duties), and
    the chosen booking's story."""

    board: Board
    left_out: tuple[BookingRow, ...]
    waiting: tuple[WaitingRow, ...]
    today: tuple[BookingRow, ...]
    closed_today: tuple[ClosureRow, ...] = ()
    chosen: BookingRow | None = None
    history: tuple[StepRow, ...] = ()
    series: tuple[BookingRow, ...] = ()
    asked_by: str = ""  # the neighbouring centre that asked for the chosen booking


def look(
    session: Session, centre_id: UUID, first: datetime, last: datetime, now: datetime, chosen: UUID | None
) -> Seen:
    """Everything for the page in one reading; `chosen` is the booking whose story is told."""
    row = booking(session, centre_id, chosen) if chosen is not None else None
    midnight = start_of(business_date(now))
    tomorrow = midnight + timedelta(days=1)
    gone = [state for state in BookingState if state not in TAKES_ROOM]
    shown = board(session, centre_id, first, last, now)
    owner = (shown.owner(row.room_id) if row else None) or centre_id
    return Seen(
        shown,
        bookings_between(session, centre_id, first, last, gone),
        waiting_for(session, centre_id, now),
        today(session, centre_id, now),
        (
            *closures_between(session, centre_id, midnight, tomorrow),
            *duties_between(session, centre_id, midnight, tomorrow),
        ),
        row,
        history_of(session, owner, row.id) if row else (),
        series_of(session, owner, row.series_id) if row and row.series_id else (),
        asked_by_name(session, owner, row.id) if row and owner == centre_id else "",
    )


def trouble(
    board: Board,
    room: RoomRow,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    moving: BookingRow | None = None,
) -> str:
    """Why a slot could not be booked as far as the board knows, "" when it could; the action decides in the end.

    `moving` is the one that would move there: it does not stand in its own way.
    """
    people = moving.people if moving else 0
    kinds = room.rules.borrowers  # who borrows is not known yet: not judged here
    wish = Wish(starts_at, ends_at, people, kinds[0]) if kinds else Wish(starts_at, ends_at, people)
    broken = objections(room.rules, wish, now)
    if broken:
        return broken[0]
    first, last = (at.astimezone(UTC) for at in with_buffers(room.rules, starts_at, ends_at))
    reach = {each.id: each.rules for each in board.reach(room)}
    before = last + timedelta(minutes=max(rules.setup_minutes for rules in reach.values()))
    behind = first - timedelta(minutes=max(rules.clearing_minutes for rules in reach.values()))
    for row in board.bookings:  # hundreds, at every step of a drag: the times first
        if row.starts_at >= before or row.ends_at <= behind or row.room_id not in reach:
            continue
        began, ended = with_buffers(reach[row.room_id], row.starts_at, row.ends_at)
        if began < last and first < ended and not (moving is not None and row.id == moving.id):
            return f"{local(row.starts_at):%H:%M}–{local(row.ends_at):%H:%M} 已有“{row.borrower}”的预约"
    for closed in board.closures:
        if closed.room_id not in reach:
            continue
        began, ended = closed.starts_at, closed.ends_at
        if closed.kind is Taken.DUTY:
            began, ended = with_buffers(reach[closed.room_id], began, ended)
        if began < last and first < ended:
            return closed.label
    return ""


def _asked_by(session: Session, centre_id: UUID, ids: list[UUID]) -> set[UUID]:
    return set(session.scalars(select(Booking.id).where(Booking.asked_by == centre_id, Booking.id.in_(ids))))


def _hidden(row: BookingRow) -> BookingRow:
    return structs.replace(row, borrower=ELSEWHERE, purpose="", responsible="", reason="")
