"""A repair before it is made: leave is supposed, the fewest changes are found, nothing is written yet."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from db.duty.building import problem_of
from db.duty.plan_queries import plan, plan_slots, sittings_of
from db.duty.repairing import RepairStep
from db.duty.rows import DutyRow, PlanRow, SeatRow, SlotRow
from db.duty.solve.problem import Half, Problem, Sitting, Stand, Time, Want
from db.duty.solve.repair import Repair, repair
from db.duty.states import EXPECTED
from desktop.duty.board_words import HALVES, day_text
from desktop.duty.session_pane import left_behind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Leave:
    """Who does not come, when, and why; `half` None the whole day, `body_id` None in every body."""

    member_id: UUID
    first: date
    last: date
    half: Half | None = None
    body_id: UUID | None = None
    why: str = ""

    def holds(self, slot: SlotRow) -> bool:
        """Whether a session lies in it."""
        return (
            self.first <= slot.day <= self.last
            and self.half in (None, Half.of(slot.starts))
            and self.body_id in (None, slot.body_id)
        )


@dataclass(frozen=True)
class Ground:
    """What a repair starts from: the problem as it is now, the sessions, and who sits where, absentees included."""

    plan: PlanRow
    problem: Problem
    slots: tuple[SlotRow, ...]
    published: tuple[Sitting, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One place that would change, in words."""

    when: str
    body: str
    before: str
    after: str
    why: str


@dataclass(frozen=True)
class Preview:
    """What a repair would change."""

    repair: Repair
    steps: tuple[RepairStep, ...]
    lines: tuple[Line, ...]


def ground(session: "Session", centre_id: UUID, plan_id: UUID, now: datetime) -> Ground | None:
    """Read what a repair starts from; None when the plan is gone."""
    row = plan(session, centre_id, plan_id)
    if row is None:
        return None
    slots = plan_slots(session, centre_id, plan_id)
    away = tuple(
        Sitting(slot.id, gone.seat_id, need)
        for slot in slots
        if not slot.cancelled
        for need in range(len(slot.needs))
        if (gone := left_behind(slot, need)) is not None
    )
    return Ground(row, problem_of(session, centre_id, plan_id, now), slots, (*sittings_of(slots), *away))


def hit(slots: tuple[SlotRow, ...], leave: Leave, today: date) -> tuple[tuple[SlotRow, DutyRow], ...]:
    """The expected duties that a leave makes open."""
    return tuple(
        (slot, duty)
        for slot in slots
        if leave.holds(slot) and slot.day >= today and not slot.cancelled
        for duty in slot.duties
        if duty.member_id == leave.member_id and duty.state in EXPECTED
    )


def holes(slots: tuple[SlotRow, ...], today: date) -> tuple[tuple[SlotRow, DutyRow], ...]:
    """Places whose people do not come and whom nobody covers yet."""
    return tuple(
        (slot, gone)
        for slot in slots
        if slot.day >= today and not slot.cancelled
        for need in range(len(slot.needs))
        if (gone := left_behind(slot, need)) is not None
    )


def preview(base: Ground, leave: Leave | None, since: date, seats: dict[UUID, SeatRow]) -> Preview:
    """Find the fewest changes under a supposed leave (None: for what is open already)."""
    problem = base.problem
    if leave is not None:
        time = Time(leave.first, leave.last, None, leave.half)
        stand = Stand(leave.member_id, Want.CANNOT, time, leave.why, leave.body_id)
        problem = replace(problem, stands=(*problem.stands, stand))
    missing = [*holes(base.slots, since), *(hit(base.slots, leave, since) if leave is not None else ())]
    found = repair(problem, base.published, since, {(slot.id, duty.seat_id) for slot, duty in missing})
    slots = {slot.id: slot for slot in base.slots}
    steps = tuple(RepairStep(each.slot_id, each.need, each.before, each.after) for each in found.changes)
    lines = []
    for each in found.changes:
        slot = slots[each.slot_id]
        when = f"{day_text(slot.day)} {HALVES[Half.of(slot.starts)]}"
        lines.append(Line(when, slot.body_name, _name(each.before, seats), _name(each.after, seats), each.why))
    return Preview(found, steps, tuple(lines))


def _name(seat_id: UUID | None, seats: dict[UUID, SeatRow]) -> str:
    seat = seats.get(seat_id) if seat_id is not None else None
    return seat.member_name if seat is not None else "（空缺）"
