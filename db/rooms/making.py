"""New bookings: written in bulk, without the ORM, with the first step of their history."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from db.action import Act
from db.base import table_of
from db.centre.models import Centre
from db.clock import business_date
from db.ids import new_id
from db.numbers.actions import taking
from db.prepared import Inserts, Question
from db.records import values
from db.rooms import history, occupancy
from db.rooms.looking import KnownBorrower, KnownRoom
from db.rooms.models import Booking, BookingEvent, Occupancy
from db.rooms.occupancy import Want
from db.rooms.states import BookingState
from db.staff.permissions import Permission

_WRITE = Inserts(table_of(Booking), table_of(BookingEvent), table_of(Occupancy))


@dataclass(slots=True)
class Fresh:
    """A booking that is not written yet; the fields are those of `Booking`."""

    centre_id: UUID
    asked_by: UUID | None
    asked_by_name: str
    room_id: UUID
    starts_at: datetime
    ends_at: datetime
    state: BookingState
    borrower_id: UUID
    borrower_name: str
    use: str
    purpose: str
    responsible: str
    people: int
    created_at: datetime
    created_by: UUID
    number: str = ""
    reason: str = ""
    series_id: UUID | None = None
    series_day: date | None = None
    arrived_at: datetime | None = None
    left_at: datetime | None = None
    people_came: int | None = None
    equipment_after: str = ""
    problems: str = ""
    version: int = 1
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class About:
    """What a booking is for."""

    use: str = ""
    purpose: str = ""
    responsible: str = ""
    people: int = 0


def fresh(
    act: Act, room: KnownRoom, borrower: KnownBorrower, starts_at: datetime, ends_at: datetime, about: About
) -> Fresh:
    """A booking of the room as it would begin; 待审批 where the room needs approval."""
    own = room.centre_id == act.centre_id
    return Fresh(
        centre_id=room.centre_id,
        asked_by=None if own else act.centre_id,
        asked_by_name="" if own else act.session.get_one(Centre, act.centre_id).name,
        room_id=room.id,
        starts_at=starts_at,
        ends_at=ends_at,
        state=first_state(act, room),
        borrower_id=borrower.id,
        borrower_name=borrower.name,
        use=about.use,
        purpose=about.purpose,
        responsible=about.responsible,
        people=about.people,
        created_at=act.now,
        created_by=act.actor.staff_id,
    )


def first_state(act: Act, room: KnownRoom) -> BookingState:
    """待审批 where the room, or its being another centre's, needs approval by somebody else."""
    needed = room.needs_approval or room.centre_id != act.centre_id
    allowed = Permission.ROOM_APPROVE in act.permissions and room.centre_id == act.centre_id
    return BookingState.ASKED if needed and not allowed else BookingState.BOOKED


def write_all(
    act: Act, room: KnownRoom, bookings: Sequence[Fresh], wanted: Sequence[Want], last: int | None = None
) -> None:
    """Give the bookings their numbers, and write them with the first step of their history and what they take.

    The caller has locked and checked the parts: numbers come after that, one order of locks, no deadlock. `last` is the
    last of the numbers when they were taken ahead (`numbering`).
    """
    number_all(act, room, bookings, last)
    rows = [values(booking) for booking in bookings]
    steps = [history.first(act, booking) for booking in bookings]
    _WRITE.run(act.connection, rows, steps, occupancy.rows_of(wanted))


def number_all(act: Act, room: KnownRoom, bookings: Sequence[Fresh], last: int | None) -> None:
    """Numbers without gaps, per centre and year: “2026-000123”. No lock is waited for afterwards."""
    if last is None:
        [[taken]] = act.ask(numbering(act, room.centre_id, len(bookings)))
        last = taken.last
    year = business_date(act.now).year
    for number, booking in enumerate(bookings, last - len(bookings) + 1):
        booking.number = f"{year}-{number:06d}"


def numbering(act: Act, centre_id: UUID, count: int = 1) -> Question:
    """Takes the next numbers of a centre's bookings; behind the lock of the parts."""
    return taking(act.connection, centre_id, f"booking/{business_date(act.now).year}", count)


def numbered(answers: Sequence[list[Any]]) -> tuple[Sequence[list[Any]], int | None]:
    """Answers without the one to `numbering`, and the number, where it stands last among them."""
    rows = answers[-1]
    if rows and hasattr(rows[0], "last"):
        return answers[:-1], rows[0].last
    return answers, None
