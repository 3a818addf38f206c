"""Duties as a calendar that ordinary programs open (RFC 5545): of a member, of a room, of everybody.

An event keeps its UID for ever and its SEQUENCE only grows, so that a changed duty moves in the calendar and one that was
taken over is crossed out there, instead of standing twice. No phone and no document number is in it.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import icalendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.clock import CHINA
from db.duty.changes import then_of
from db.duty.models import DutyChange, DutyPlan
from db.duty.posting import coming, kind_text, note_text, public
from db.duty.rows import DutyRow, SlotRow
from db.duty.states import COMING, DutyState

_PUT_OFF = timedelta(days=31)  # so long after the end of its plan a session that was put off may lie
_MANY = 1000  # more often than this no slot moves while a duty in it keeps its version


def member_ics(slots: Iterable[SlotRow], member_id: UUID, name: str, place: str, now: datetime) -> bytes:
    """The duties of a member: one event each, cancelled where somebody else took over or the session does not take place.

    `place` is the centre's name, `name` the calendar's.
    """
    calendar = _calendar(name)
    for slot in slots:
        for duty in slot.duties:
            if duty.member_id == member_id:
                others = [each.member_name for each in coming(slot) if each.member_id != member_id]
                said = f"同班：{'、'.join(others)}" if others else ""
                calendar.add_component(_event(slot, f"duty-{duty.id}", _sequence(slot, duty), place, now, said, duty))
    return bytes(calendar.to_ical())


def room_ics(
    slots: Iterable[SlotRow],
    room_id: UUID | None,
    name: str,
    place: str,
    now: datetime,
    left: Collection[UUID] = (),
) -> bytes:
    """The sessions in a room (None: in all of them): one event each, cancelled where it does not take place.

    `left` are sessions that were in the room before they were moved to another one (`left_room`): crossed out here.
    """
    calendar = _calendar(name)
    for slot in slots:
        here = room_id is None or slot.room_id == room_id
        if not here and slot.id not in left:
            continue
        sequence = slot.sequence + slot.version + sum(duty.version for duty in slot.duties)
        who = "；".join(f"{duty.member_name} {kind_text(duty)}".strip() for duty in coming(slot))
        key = f"slot-{slot.id}" if room_id is None else f"slot-{slot.id}-{room_id}"
        event = _event(slot, key, sequence, place, now, who if here else f"已改到 {slot.room_name}", None)
        if not here:
            event["status"] = "CANCELLED"
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def left_room(session: Session, centre_id: UUID, room_id: UUID, first: date, last: date) -> frozenset[UUID]:
    """Sessions of plans about these days that a change took out of the room, or out of it and back."""
    befores = session.scalars(
        select(DutyChange.before)
        .join(DutyPlan, DutyPlan.id == DutyChange.plan_id)
        .where(DutyChange.centre_id == centre_id, DutyPlan.centre_id == centre_id)
        .where(DutyPlan.first <= last, DutyPlan.last >= first - _PUT_OFF)
    )
    return frozenset(slot.id for before in befores for slot in then_of(before).slots if slot.room_id == room_id)


def _calendar(name: str) -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Linli Desk//Duty//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    return calendar


def _event(
    slot: SlotRow, key: str, sequence: int, place: str, now: datetime, who: str, duty: DutyRow | None
) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{key}@linli-desk")
    event.add("dtstamp", now.astimezone(UTC))
    starts, ends = _instant(slot.day, slot.starts), _instant(slot.day, slot.ends)
    event.add("dtstart", starts)
    event.add("dtend", ends if ends > starts else ends + timedelta(days=1))
    event.add("sequence", sequence)
    event.add("summary", f"{slot.body_name} 轮值" if duty else public(f"{slot.body_name} {_names(slot)}".strip()))
    event.add("location", public(" ".join(part for part in (place, slot.room_name) if part)))
    told = (who, f"接待范围：{slot.scope}" if slot.scope else "", note_text(slot))
    event.add("description", public("\n".join(part for part in told if part)))
    event.add("categories", [slot.body_name])
    event.add("status", _status(slot, duty))
    return event


def _names(slot: SlotRow) -> str:
    return "、".join(duty.member_name for duty in coming(slot))


def _status(slot: SlotRow, duty: DutyRow | None) -> str:
    if slot.cancelled or (duty is not None and duty.state not in COMING):
        return "CANCELLED"
    states = {duty.state} if duty is not None else {each.state for each in coming(slot)}
    return "TENTATIVE" if DutyState.DRAFT in states else "CONFIRMED"


def _sequence(slot: SlotRow, duty: DutyRow) -> int:
    """Grows with every change of the duty and of its session, also where the duty changed to another session."""
    return duty.version * _MANY + slot.sequence


def _instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, CHINA).astimezone(UTC)
