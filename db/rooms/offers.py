"""What can be offered when a slot is taken: other rooms of equal use and size, half an hour earlier or later, shorter."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from db.calendar.queries import calendar_of
from db.calendar.recurrence import Pattern, occurrences
from db.clock import local
from db.rooms import occupancy
from db.rooms.looking import beside, counted
from db.rooms.models import Room
from db.rooms.occupancy import Stretch
from db.rooms.queries import RoomRow, rooms
from db.rooms.rules import BorrowerKind, Wish, objections, with_buffers
from db.rooms.saying import clash_sentence
from db.rooms.series import instants

HALF_HOUR = timedelta(minutes=30)
MOST_CUTS = 6
"""A booking is offered shorter by up to three hours."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to settle a clash: a room and a stretch of aware UTC times, and what the clerk reads."""

    label: str
    room_id: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """One day of a series before it is saved; `trouble` is empty when it can be booked as planned."""

    planned: date
    starts_at: datetime
    ends_at: datetime
    skipped: str
    trouble: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a slot can be booked: `trouble` is empty when it can; otherwise what can be offered instead."""

    trouble: str
    offers: tuple[Offer, ...] = ()


def check_slot(
    session: Session,
    centre_id: UUID,
    room_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    *,
    now: datetime,
    people: int = 0,
    borrower: BorrowerKind = BorrowerKind.RESIDENT,
    borrower_id: UUID | None = None,
    booking_id: UUID | None = None,
) -> Checked:
    """Look before saving; `booking_id` is the booking that would take the slot, so it is not in its own way.

    `borrower_id` is who would borrow, when that is known: quotas are counted then.
    """
    room = next((room for room in rooms(session, centre_id, neighbours=True) if room.id == room_id), None)
    if room is None:
        return Checked("没有找到这个房间，请刷新后重试。")
    [counts] = counted(session, room.id, room.rules, borrower_id, [starts_at], booking_id)
    found = _trouble(session, room, Wish(starts_at, ends_at, people, borrower, *counts), now, booking_id)
    if not found:
        return Checked("")
    return Checked(
        found, offers(session, centre_id, room_id, starts_at, ends_at, now=now, people=people, borrower=borrower)
    )


def free_rooms(
    session: Session,
    centre_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    *,
    now: datetime,
    people: int = 0,
    equipment: tuple[str, ...] = (),
    use: str = "",
    borrower: BorrowerKind = BorrowerKind.RESIDENT,
) -> tuple[RoomRow, ...]:
    """Rooms that are free then and fit, the smallest that is large enough first (“30 人、投影、周六下午”)."""
    wish = Wish(starts_at, ends_at, people, borrower)
    fitting = [
        room
        for room in rooms(session, centre_id, neighbours=True)
        if set(equipment) <= set(room.equipment) and (not use or not room.uses or use in room.uses)
    ]
    fitting.sort(key=lambda room: (room.centre_id != centre_id, room.capacity or 10_000, room.position))
    return tuple(room for room in fitting if not objections(room.rules, wish, now) and _is_free(session, room, wish))


def free_starts(
    session: Session, centre_id: UUID, room: RoomRow, day: date, minutes: int, *, now: datetime
) -> tuple[datetime, ...]:
    """Every half hour of a day at which the room could be booked for so many minutes."""
    first, _ = instants(day, time(6, 0), time(7, 0))
    starts = [first + HALF_HOUR * step for step in range(34)]
    wishes = [Wish(start, start + timedelta(minutes=minutes)) for start in starts]
    return tuple(
        wish.starts_at for wish in wishes if not objections(room.rules, wish, now) and _is_free(session, room, wish)
    )


def offers(
    session: Session,
    centre_id: UUID,
    room_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    *,
    now: datetime,
    people: int = 0,
    borrower: BorrowerKind = BorrowerKind.RESIDENT,
) -> tuple[Offer, ...]:
    """What to offer instead of a slot that is taken; every offer could be booked at this moment."""
    all_rooms = {room.id: room for room in rooms(session, centre_id, neighbours=True)}
    room = all_rooms.get(room_id)
    if room is None:
        return ()

    def good(offer: Offer) -> bool:
        candidate = all_rooms[offer.room_id]
        wish = Wish(offer.starts_at, offer.ends_at, people, borrower)
        return not objections(candidate.rules, wish, now) and _is_free(session, candidate, wish)

    others = _other_rooms(room, list(all_rooms.values()), starts_at, ends_at)
    longest = [next(filter(good, one_end), None) for one_end in _shorter(room, starts_at, ends_at)]
    return (
        *filter(good, _other_times(room, starts_at, ends_at)),
        *(offer for offer in longest if offer is not None),
        *filter(good, others),
    )


def series_preview(
    session: Session,
    centre_id: UUID,
    room_id: UUID,
    pattern: Pattern,
    opens: time,
    closes: time,
    *,
    now: datetime,
    people: int = 0,
    borrower: BorrowerKind = BorrowerKind.RESIDENT,
    borrower_id: UUID | None = None,
) -> tuple[PlannedDay, ...]:
    """Every day of a series before it is saved, each clash with its offers; its own earlier days count for quotas.

    Raises:
        RuleBroken: the pattern itself is impossible.
    """
    known = {room.id: room for room in rooms(session, centre_id, neighbours=True)}
    room = known[room_id]
    days = []
    before: list[datetime] = []
    for day in occurrences(pattern, calendar_of(session, centre_id)):
        starts_at, ends_at = instants(day.day, opens, closes)
        [(week, month)] = counted(session, room.id, room.rules, borrower_id, [starts_at])
        of_week, of_month = beside(starts_at, before) if borrower_id is not None else (0, 0)
        wish = Wish(starts_at, ends_at, people, borrower, week + of_week, month + of_month)
        trouble = "" if day.skipped else _trouble(session, room, wish, now)
        if not day.skipped and not trouble:
            before.append(starts_at)
        found: tuple[Offer, ...] = ()
        if trouble:
            found = offers(session, centre_id, room_id, starts_at, ends_at, now=now, people=people, borrower=borrower)
        days.append(PlannedDay(day.planned, starts_at, ends_at, day.skipped, trouble, found))
    return tuple(days)


def _trouble(session: Session, room: RoomRow, wish: Wish, now: datetime, booking_id: UUID | None = None) -> str:
    broken = objections(room.rules, wish, now)
    if broken:
        return broken[0]
    stretch = Stretch(*with_buffers(room.rules, wish.starts_at, wish.ends_at))
    found = occupancy.clashes(session, room.parts, stretch, except_for=booking_id)
    if not found:
        return ""
    row = session.get_one(Room, room.id)
    return clash_sentence(session, row, found[0])


def _is_free(session: Session, room: RoomRow, wish: Wish) -> bool:
    stretch = Stretch(*with_buffers(room.rules, wish.starts_at, wish.ends_at))
    return not occupancy.clashes(session, room.parts, stretch)


def _other_times(room: RoomRow, starts_at: datetime, ends_at: datetime) -> list[Offer]:
    moves = (HALF_HOUR, -HALF_HOUR, 2 * HALF_HOUR, -2 * HALF_HOUR)
    return [
        Offer(
            f"{'推后' if by > timedelta() else '提前'} {int(abs(by).total_seconds()) // 60} 分钟"
            f"（{_clock(starts_at + by, ends_at + by)}）",
            room.id,
            starts_at + by,
            ends_at + by,
        )
        for by in moves
    ]


def _shorter(room: RoomRow, starts_at: datetime, ends_at: datetime) -> tuple[list[Offer], list[Offer]]:
    """Half an hour less and less, down to half of it: of the end, and of the beginning; the longest of each first."""
    least = max(timedelta(minutes=max(room.rules.shortest_minutes, 30)), (ends_at - starts_at) / 2)
    cuts = [
        HALF_HOUR * number for number in range(1, MOST_CUTS + 1) if ends_at - starts_at - HALF_HOUR * number >= least
    ]
    earlier = [(starts_at, ends_at - cut) for cut in cuts]
    later = [(starts_at + cut, ends_at) for cut in cuts]
    return (
        [Offer(f"缩短为 {_clock(*stretch)}", room.id, *stretch) for stretch in earlier],
        [Offer(f"缩短为 {_clock(*stretch)}", room.id, *stretch) for stretch in later],
    )


def _other_rooms(room: RoomRow, others: list[RoomRow], starts_at: datetime, ends_at: datetime) -> list[Offer]:
    """Rooms that serve one of the same uses and hold as many people, the most similar in size first."""
    equal = [
        other
        for other in others
        if other.id != room.id
        and other.capacity >= room.capacity
        and (not room.uses or not other.uses or set(room.uses) & set(other.uses))
    ]
    equal.sort(key=lambda other: (other.centre_id != room.centre_id, other.capacity - room.capacity, other.position))
    return [Offer(f"改到{other.name}（{other.capacity} 人）", other.id, starts_at, ends_at) for other in equal]


def _clock(starts_at: datetime, ends_at: datetime) -> str:
    return f"{local(starts_at):%H:%M}–{local(ends_at):%H:%M}"
