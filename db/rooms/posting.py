"""What hangs on a wall: the sign at a door and the week in the foyer. Nothing private reaches either.

A poster names organisations, never a resident; a phone number that somebody typed into a purpose is masked; a booking that
still waits for approval is only “待定” (shared/DOMAIN.md, Privacy: no ID number and no private phone on a wall).
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.clock import start_of
from db.people.rules import mask_phone
from db.receipts.queries import centre_facts
from db.rooms.duties import duties_between
from db.rooms.models import Borrower
from db.rooms.queries import BookingRow, RoomRow, bookings_between, closures_between, rooms
from db.rooms.rules import BorrowerKind
from db.rooms.states import BookingState

_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)")
_RESIDENT = "居民"
_UNDECIDED = "待定"
_KEPT_UNDER = 100  # borrowers asked for in one statement


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a poster: aware UTC times; `room_id` is the room that was booked, which may be the whole hall."""

    room_id: UUID
    starts_at: datetime
    ends_at: datetime
    what: str
    who: str
    use: str = ""
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Poster:
    """Everything that is printed, for `days` days from `first` on; `phone` is the centre's office phone."""

    centre: str
    phone: str
    first: date
    days: int
    rooms: tuple[RoomRow, ...]
    entries: tuple[Entry, ...]

    def in_room(self, room: RoomRow) -> tuple[Entry, ...]:
        """What takes the room, in order, also when the whole hall or a part of it was booked."""
        parts = {other.id: set(other.parts) for other in self.rooms}
        mine = set(room.parts)
        return tuple(
            entry
            for entry in self.entries
            if entry.room_id == room.id or not mine.isdisjoint(parts.get(entry.room_id, set()))
        )


def poster(session: Session, centre_id: UUID, first: date, days: int) -> Poster:
    """The centre's own rooms and what takes place in them in `days` days from `first`, Chinese calendar days."""
    begins, ends = start_of(first), start_of(first + timedelta(days=days))
    own = rooms(session, centre_id)
    rows = bookings_between(session, centre_id, begins, ends)
    residents = _residents(session, centre_id, {row.borrower_id for row in rows})
    entries = [_entry(row, row.borrower_id in residents) for row in rows]
    entries += [
        Entry(
            row.room_id,
            max(row.starts_at, begins),
            min(row.ends_at, ends),
            "停用",
            without_phones(row.reason),
            "",
            True,
        )
        for row in closures_between(session, centre_id, begins, ends)
    ]
    entries += [
        Entry(row.room_id, row.starts_at, row.ends_at, without_phones(row.reason), "")
        for row in duties_between(session, centre_id, begins, ends)
    ]
    entries.sort(key=lambda entry: (entry.starts_at, entry.ends_at, entry.what))
    facts = centre_facts(session, centre_id)
    return Poster(facts.name, facts.phone, first, days, own, tuple(entries))


def without_phones(text: str) -> str:
    """The text with every mobile number in it masked."""
    return _MOBILE.sub(lambda found: mask_phone(re.sub(r"[\s-]", "", found[0])), text)


def _entry(row: BookingRow, resident: bool) -> Entry:
    if row.state is BookingState.ASKED:
        return Entry(row.room_id, row.starts_at, row.ends_at, _UNDECIDED, "", row.use)
    who = _RESIDENT if resident else without_phones(row.borrower)
    return Entry(
        row.room_id, row.starts_at, row.ends_at, without_phones(row.purpose) or row.use or "预约使用", who, row.use
    )


def _residents(session: Session, centre_id: UUID, ids: set[UUID]) -> set[UUID]:
    """Which of the borrowers are residents, or unknown to this centre (a neighbour's): their names stay off the wall."""
    named: set[UUID] = set()
    wanted = sorted(ids)
    for start in range(0, len(wanted), _KEPT_UNDER):
        named.update(
            session.scalars(
                select(Borrower.id).where(
                    Borrower.centre_id == centre_id,
                    Borrower.id.in_(wanted[start : start + _KEPT_UNDER]),
                    Borrower.kind != BorrowerKind.RESIDENT,
                )
            )
        )
    return ids - named
