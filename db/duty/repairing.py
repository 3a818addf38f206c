"""Carrying a repair (重排) of a published plan out: all its changes at once, under one number."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from db.action import Act, action
from db.duty.changes import Changed, begin, finish, new_duty
from db.duty.changing import AWAY, goes, is_held
from db.duty.finding import PUBLISHED, duties_in, has_begun, plan_of, seats_of, told
from db.duty.judging import breaks, newly, problem_now
from db.duty.kept import needs_of
from db.duty.models import Duty, DutyPlan, DutySlot
from db.duty.overriding import settle
from db.duty.placing import sittings_in
from db.duty.solve.problem import Sitting
from db.duty.states import COMING, EXPECTED, ChangeKind, DutyState
from db.errors import RuleBroken, Stale
from db.staff.permissions import Permission


@dataclass(frozen=True, slots=True)
class RepairStep:
    """One place that changes: who leaves it (None: it was empty), who takes it (None: it stays empty)."""

    slot_id: UUID
    need: int
    before: UUID | None
    after: UUID | None


@action("duty.apply_repair", Permission.DUTY_PLAN, "按修补方案调整")
def apply_repair(
    act: Act,
    *,
    plan_id: UUID,
    version: int,
    steps: tuple[RepairStep, ...],
    reason: str,
    proof: str = "",
    override: str = "",
) -> Changed:
    """Change a published plan as a repair says, in one numbered change.

    Who only moves to another session of the repair has changed places (调班); who is in none any more is on leave, and
    whoever takes their place covers for them.

    Raises:
        Stale: the plan, or a place in it, is not as the repair found it. Objection: rules would be broken.
    """
    if not steps:
        raise RuleBroken("修补方案里没有改动。")
    plan = plan_of(act, plan_id, PUBLISHED, "调整", version)
    slots = _locked(act, plan, {step.slot_id for step in steps})
    leaving = _leaving(slots, duties_in(act, slots.keys()), steps)
    problem, now = problem_now(act, plan), sittings_in(act, plan)
    gone = {(step.slot_id, step.before) for step in steps}
    after = [each for each in now if (each.slot_id, each.seat_id) not in gone]
    after += [Sitting(step.slot_id, step.after, step.need) for step in steps if step.after is not None]
    moving = {step.after for step in steps if step.after is not None}
    seats_of(act, moving)
    over = settle(act, newly(breaks(problem, now), breaks(problem, after)), override)
    work = begin(act, plan, slots.values())
    for step, duty in zip(steps, leaving, strict=True):
        state = DutyState.PUBLISHED if duty is None else _left(duty, moving, reason)
        if step.after is not None:
            made = new_duty(act, step.slot_id, step.after, step.need, state, over)
            made.covers = duty.id if duty is not None and state is DutyState.COVERING else None
    return finish(act, work, ChangeKind.REPAIR, reason, proof=proof)


def _leaving(slots: dict[UUID, DutySlot], duties: Sequence[Duty], steps: Sequence[RepairStep]) -> list[Duty | None]:
    """For each step the duty it takes over: whoever leaves, or is away already and not covered for; None: a free place.

    Raises:
        Stale: the place is not as the repair found it.
    """
    covered = {duty.covers for duty in duties if duty.state in COMING}
    found: list[Duty | None] = []
    for step in steps:
        slot = slots[step.slot_id]
        is_held(slot)
        needs = needs_of(slot.needs)
        here = [duty for duty in duties if (duty.slot_id, duty.need) == (slot.id, step.need)]
        open_duties = [duty for duty in here if duty.id not in covered and duty not in found]
        if step.before is not None:
            fitting = [duty for duty in open_duties if duty.seat_id == step.before and duty.state in EXPECTED | AWAY]
        else:
            fitting = [duty for duty in open_duties if duty.state in AWAY]
        filled = sum(duty.state in COMING for duty in here)
        if not 0 <= step.need < len(needs) or (not fitting and (step.before or filled >= needs[step.need].count)):
            raise Stale(f"{told(slot)}的人员刚有变动，请重新修补。")
        found.append(fitting[0] if fitting else None)
    return found


def _left(duty: Duty, moving: Collection[UUID], reason: str) -> DutyState:
    """Mark whoever leaves: moved to another session of the repair, or away; returns what whoever takes over is."""
    duty.version += 1
    if duty.state in EXPECTED and duty.seat_id in moving:
        duty.state, duty.reason = DutyState.REPLACED, reason.strip()
        return DutyState.SWAPPED
    goes(duty, reason)
    return DutyState.COVERING


def _locked(act: Act, plan: DutyPlan, slot_ids: Collection[UUID]) -> dict[UUID, DutySlot]:
    """Sessions of the locked plan that a repair touches; none may have begun."""
    rows = act.session.scalars(
        select(DutySlot)
        .where(DutySlot.centre_id == act.centre_id, DutySlot.plan_id == plan.id, DutySlot.id.in_(slot_ids))
        .order_by(DutySlot.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    slots = {row.id: row for row in rows}
    if len(slots) != len(set(slot_ids)):
        raise Stale("修补方案里有不属于这份轮值表的班次，请重新修补。")
    for slot in slots.values():
        if has_begun(act, slot):
            raise RuleBroken(f"{told(slot)}这一班已经开始，不能重排，请用替班。")
        slot.version += 1
    return slots
