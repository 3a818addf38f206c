"""Before a plan is published: which places are empty, which rooms are taken and what can be offered instead."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.calendar.queries import calendar_of
from db.calendar.rules import Calendar
from db.clock import business_date
from db.duty.housing import House, Wanted
from db.duty.models import DutyPattern, DutySlot
from db.duty.plan_queries import plan_slots, room_title
from db.duty.publishing import notice_warning
from db.duty.rows import SlotRow
from db.duty.solve.problem import Half
from db.duty.states import COMING

MOST_ROOMS = 3
_NOON, _AFTERNOON, _MORNING = time(12), time(14, 30), time(9)
_HALVES = {Half.MORNING: "上午", Half.AFTERNOON: "下午", Half.EVENING: "晚上"}


@dataclass(frozen=True, slots=True)
class SlotOffer:
    """One way to settle a clash, free at this moment: a room, and a day and time that may be others than planned."""

    label: str
    room_id: UUID
    day: date
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class RoomClash:
    """A session that cannot have its room, why, and what can be offered."""

    slot_id: UUID
    version: int
    body_name: str
    day: date
    starts: time
    ends: time
    room_id: UUID | None
    room_name: str
    trouble: str
    offers: tuple[SlotOffer, ...]


@dataclass(frozen=True, slots=True)
class EmptyPlace:
    """A session that lacks people: how many of which kinds (empty: anybody)."""

    slot_id: UUID
    body_name: str
    day: date
    starts: time
    ends: time
    missing: int
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublishCheck:
    """What stands between a draft and the wall; `notice` is told, not forbidden."""

    empty: tuple[EmptyPlace, ...]
    clashes: tuple[RoomClash, ...]
    notice: str


def room_clashes(session: Session, centre_id: UUID, plan_id: UUID, now: datetime) -> tuple[RoomClash, ...]:
    """Sessions of a plan that could not have their room now, in the order of time, each with offers."""
    return _clashes(session, centre_id, plan_slots(session, centre_id, plan_id), now)


def publish_check(session: Session, centre_id: UUID, plan_id: UUID, now: datetime) -> PublishCheck:
    """All that publishing would ask."""
    slots = plan_slots(session, centre_id, plan_id)
    return PublishCheck(
        empty=tuple(place for slot in slots for place in _empty(slot)),
        clashes=_clashes(session, centre_id, slots, now),
        notice=notice_warning([slot.day for slot in slots if not slot.cancelled], business_date(now)),
    )


def slot_offers(session: Session, centre_id: UUID, slot: SlotRow, now: datetime) -> tuple[SlotOffer, ...]:
    """Where else, and when else, one session could take place: for moving it, published or not."""
    wanted = _wanted(session, centre_id, [slot])
    house = House(session, centre_id, now, [*wanted, *_around(slot)], own=[slot.id])
    return tuple(_offers(house, wanted[0], calendar_of(session, centre_id)))


def _clashes(session: Session, centre_id: UUID, slots: Sequence[SlotRow], now: datetime) -> tuple[RoomClash, ...]:
    held = [slot for slot in slots if not slot.cancelled]
    if not held:
        return ()
    wanted = _wanted(session, centre_id, held)
    days = [slot.day for slot in held]
    margin = [replace(wanted[0], day=min(days) - _WEEK), replace(wanted[0], day=max(days) + _WEEK)]
    house = House(session, centre_id, now, [*wanted, *margin])
    troubles = house.settle(wanted).troubles
    if not troubles:
        return ()
    calendar = calendar_of(session, centre_id)
    return tuple(
        RoomClash(
            slot_id=slot.id,
            version=slot.version,
            body_name=slot.body_name,
            day=slot.day,
            starts=slot.starts,
            ends=slot.ends,
            room_id=slot.room_id,
            room_name=slot.room_name,
            trouble=troubles[slot.id],
            offers=tuple(_offers(house, each, calendar)),
        )
        for slot, each in zip(held, wanted, strict=True)
        if slot.id in troubles
    )


_WEEK = timedelta(days=14)


def _wanted(session: Session, centre_id: UUID, slots: Sequence[SlotRow]) -> list[Wanted]:
    """What the sessions need of their rooms, the use by their rule."""
    uses: dict[UUID, str] = {
        row[0]: row[1]
        for row in session.execute(
            select(DutySlot.id, DutyPattern.room_use)
            .join(DutyPattern, DutyPattern.id == DutySlot.pattern_id)
            .where(DutySlot.centre_id == centre_id, DutySlot.id.in_([slot.id for slot in slots]))
        )
    }
    return [
        Wanted(
            slot.id, slot.day, slot.starts, slot.ends, slot.room_id, uses.get(slot.id, ""),
            sum(need.count for need in slot.needs),
        )
        for slot in slots
    ]  # fmt: skip


def _around(slot: SlotRow) -> Iterator[Wanted]:
    """The days on which another time is looked for, so that the house knows them."""
    for day in (slot.day - _WEEK, slot.day + _WEEK):
        yield Wanted(slot.id, day, slot.starts, slot.ends, None, "", 0)


def _offers(house: House, wanted: Wanted, calendar: Calendar) -> Iterator[SlotOffer]:
    """Other rooms at the same time, then the same room (or another) at another time."""
    others = [
        room for room in house.fitting(wanted) if room.id != wanted.room_id and not house.trouble(wanted, room.id)
    ]
    for room in others[:MOST_ROOMS]:
        size = f"（{room.capacity} 人）" if room.capacity else ""
        yield SlotOffer(
            f"改到 {room_title(room.number, room.name)}{size}", room.id, wanted.day, wanted.starts, wanted.ends
        )
    for moved in _other_times(wanted, calendar):
        if house.over(moved):
            continue
        same = moved.room_id if moved.room_id and not house.trouble(moved, moved.room_id) else None
        free = house.rooms[same] if same else house.free(moved)
        if free is not None:
            half = _HALVES[Half.of(moved.starts)]
            when = f"{moved.day.month}月{moved.day.day}日{half} {moved.starts:%H:%M}–{moved.ends:%H:%M}"
            where = "" if free.id == wanted.room_id else f"，{room_title(free.number, free.name)}"
            yield SlotOffer(f"改到 {when}{where}", free.id, moved.day, moved.starts, moved.ends)


def _other_times(wanted: Wanted, calendar: Calendar) -> Iterator[Wanted]:
    """The other half of the same day, then the working day before and after at the same time."""
    half = Half.of(wanted.starts)
    if half is not Half.EVENING:
        starts = _AFTERNOON if half is Half.MORNING else _MORNING
        ends = (datetime.combine(wanted.day, starts) + (wanted.instants[1] - wanted.instants[0])).time()
        if starts < ends and (starts is not _MORNING or ends <= _NOON):
            yield replace(wanted, starts=starts, ends=ends)
    for step in (1, -1):
        day = wanted.day + timedelta(days=step)
        while abs((day - wanted.day).days) < _WEEK.days and calendar.works(day) is False:
            day += timedelta(days=step)
        if calendar.works(day):
            yield replace(wanted, day=day)


def _empty(slot: SlotRow) -> Iterator[EmptyPlace]:
    if slot.cancelled:
        return
    for at, need in enumerate(slot.needs):
        missing = need.count - sum(duty.need == at for duty in slot.duties if duty.state in COMING)
        if missing > 0:
            yield EmptyPlace(
                slot.id, slot.body_name, slot.day, slot.starts, slot.ends, missing, tuple(sorted(need.kinds))
            )
