"""The board of the day (今日轮值): who, which room, what for, from when to when, here or not."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.clock import local
from db.duty.attendance import late_minutes
from db.duty.models import Reception
from db.duty.plan_queries import slots_between
from db.duty.rows import DutyRow, SlotRow
from db.duty.states import COMING, EXPECTED, DutyState


@dataclass(frozen=True, slots=True)
class Totals:
    """A day in figures. `missing` are places nobody fills, `late` those expected whose session has begun."""

    sessions: int
    expected: int
    here: int
    late: int
    missing: int
    received: int


def today(session: Session, centre_id: UUID, day: date) -> tuple[SlotRow, ...]:
    """The sessions of published plans on a day, in the order of time, with everybody in them; those called off too."""
    return tuple(slot for slot in slots_between(session, centre_id, day, day) if _shown(slot))


def received_in(session: Session, centre_id: UUID, day: date) -> dict[UUID, int]:
    """People in the reception book by session of a day; what a duty was given besides stands in `DutyRow.received`."""
    slots = [slot.id for slot in slots_between(session, centre_id, day, day)]
    rows = session.execute(
        select(Reception.slot_id, func.sum(Reception.people))
        .where(Reception.centre_id == centre_id, Reception.slot_id.in_(slots))
        .group_by(Reception.slot_id)
    )
    return {row[0]: int(row[1]) for row in rows if row[0] is not None}


def received_by(session: Session, centre_id: UUID, day: date) -> dict[tuple[UUID, UUID], int]:
    """The same by session and whoever received them (the member's id): entries that name somebody."""
    slots = [slot.id for slot in slots_between(session, centre_id, day, day)]
    rows = session.execute(
        select(Reception.slot_id, Reception.receiver_id, func.sum(Reception.people))
        .where(Reception.centre_id == centre_id, Reception.slot_id.in_(slots), Reception.receiver_id.is_not(None))
        .group_by(Reception.slot_id, Reception.receiver_id)
    )
    return {(row[0], row[1]): int(row[2]) for row in rows if row[0] is not None and row[1] is not None}


def totals(slots: tuple[SlotRow, ...], received: dict[UUID, int], now: datetime) -> Totals:
    """A board in figures at a moment."""
    held = [slot for slot in slots if not slot.cancelled]
    duties = [(slot, duty) for slot in held for duty in slot.duties if duty.state in COMING]
    needed = sum(need.count for slot in held for need in slot.needs)
    return Totals(
        sessions=len(held),
        expected=len(duties),
        here=sum(duty.state in (DutyState.ARRIVED, DutyState.LEFT) for _, duty in duties),
        late=sum(is_late(slot, duty, now) for slot, duty in duties if duty.state in EXPECTED),
        missing=max(0, needed - len(duties)),
        received=sum(received.values()) + sum(duty.received for _, duty in duties),
    )


def is_late(slot: SlotRow, duty: DutyRow, now: datetime) -> bool:
    """Whether somebody came late, or is expected still though the session has begun."""
    if duty.state in EXPECTED:
        moment = local(now)
        return (slot.day, slot.starts) < (moment.date(), moment.time())
    return late_minutes(slot.day, slot.starts, duty.arrived_at) > 0


def _shown(slot: SlotRow) -> bool:
    """Sessions that a rule skipped are no news on the day; those somebody called off are."""
    return not slot.cancelled or bool(slot.duties)
