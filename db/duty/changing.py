"""Changing who sits in a published plan: 替班, 调班, 请假, 重排. What was on the wall stays, with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from db.action import Act, action
from db.clock import business_date
from db.duty.changes import Changed, begin, finish, new_duty
from db.duty.finding import PUBLISHED, duties_in, duty_of, plan_of, seat_of, seats_of, told
from db.duty.judging import breaks, newly, problem_now
from db.duty.models import Duty, DutyPlan, DutySeat, DutySlot
from db.duty.overriding import settle
from db.duty.placing import sittings_in
from db.duty.solve.problem import Half, Sitting, Want
from db.duty.solve.swap import swap_check
from db.duty.solve.why import why_not
from db.duty.stands import StandFields, enter_stand
from db.duty.states import COMING, EXPECTED, ChangeKind, DutyState, PlanState, must_be
from db.errors import RuleBroken, Stale
from db.staff.permissions import Permission

AWAY = frozenset({DutyState.ON_LEAVE, DutyState.ABSENT})
_DOING = "调班"


@dataclass(frozen=True, slots=True)
class LeaveEntered:
    """Leave that was entered: the changes it made, the published duties it hits, and how many places of drafts."""

    stand_id: UUID
    changes: tuple[UUID, ...]
    hit: tuple[UUID, ...]
    drafts: int


@action("duty.substitute", Permission.DUTY_PLAN, "替班")
def substitute(act: Act, *, duty_id: UUID, version: int, seat_id: UUID, reason: str, override: str = "") -> Changed:
    """Somebody covers for somebody who does not come: the duty counts for whoever covers.

    Raises:
        Stale: the duty was changed meanwhile. Objection: rules would be broken; a reason in `override` does it.
        RuleBroken: they came already, somebody covers already, or the other sits there already.
    """
    plan, slot, duty = duty_of(act, duty_id, version, PUBLISHED, _DOING)
    must_be(DutyState(duty.state), EXPECTED | AWAY, "安排替班")
    is_held(slot)
    seat = seat_of(act, seat_id, slot)
    here = duties_in(act, [slot.id])
    _is_open(act, here, duty)
    if any(other.seat_id == seat_id and other.state in COMING for other in here):
        raise RuleBroken(f"{seat.name}已经在{told(slot)}这一班了。")
    problem = problem_now(act, plan)
    others = [each for each in sittings_in(act, plan) if (each.slot_id, each.seat_id) != (slot.id, duty.seat_id)]
    said = [f"{seat.name}：{each.sentence}" for each in why_not(problem, others, slot.id, seat_id) if each.hard]
    over = settle(act, said, override)
    work = begin(act, plan, [slot])
    goes(duty, reason)
    cover = new_duty(act, slot.id, seat_id, duty.need, DutyState.COVERING, over)
    cover.covers = duty.id
    return finish(act, work, ChangeKind.LEAVE, reason)


@action("duty.swap", Permission.DUTY_PLAN, "调班")
def swap(
    act: Act, *, duty_id: UUID, version: int, other_id: UUID, other_version: int, reason: str, override: str = ""
) -> Changed:
    """Two people of a plan change places, each in the session of the other.

    Raises:
        Stale: one of the duties was changed meanwhile. Objection: rules would be broken.
        RuleBroken: they sit in different plans, in one session, or one has come already; or one is not of that body.
    """
    plan, slot, duty = duty_of(act, duty_id, version, PUBLISHED, _DOING)
    other, other_slot = _partner(act, plan, other_id, other_version)
    if other_slot.id == slot.id:
        raise RuleBroken("两个人在同一班，不用调班。")
    for each, at in ((duty, slot), (other, other_slot)):
        must_be(DutyState(each.state), EXPECTED, "调班")
        is_held(at)
    comes, leaves = _seat_in(act, other.seat_id, slot), _seat_in(act, duty.seat_id, other_slot)
    over = settle(act, _swap_breaks(act, plan, duty, other, comes, leaves), override)
    work = begin(act, plan, [slot, other_slot])
    for each in (duty, other):
        each.state, each.reason = DutyState.REPLACED, reason.strip()
    new_duty(act, slot.id, comes, duty.need, DutyState.SWAPPED, over)
    new_duty(act, other_slot.id, leaves, other.need, DutyState.SWAPPED, over)
    return finish(act, work, ChangeKind.SWAP, reason)


@action("duty.leave", Permission.DUTY_ATTEND, "轮值请假")
def leave(
    act: Act,
    *,
    member_id: UUID,
    first: date,
    last: date,
    why: str,
    weekday: int | None = None,
    half: Half | None = None,
    body_id: UUID | None = None,
) -> LeaveEntered:
    """Enter leave from day to day, both included; published duties that it hits are open from now on.

    One numbered change for each plan. Who covers is found by `substitute` or a repair.
    """
    fields = StandFields(Want.CANNOT, first, last, weekday, half, why, body_id)
    stand = enter_stand(act, member_id=member_id, fields=fields)
    found, _ = _hit(act, member_id, fields)
    plans = [plan_of(act, plan_id, PUBLISHED, "请假") for plan_id in sorted({slot.plan_id for slot, _ in found})]
    hit, drafts = _hit(act, member_id, fields)  # once more: nobody changes these plans any more
    changes = []
    for plan in plans:
        slots = {slot.id: slot for slot, _ in hit if slot.plan_id == plan.id}
        for slot in slots.values():
            slot.version += 1
        work = begin(act, plan, slots.values())
        for slot, duty in hit:
            if slot.plan_id == plan.id:
                duty.version += 1
                goes(duty, why)
        changes.append(finish(act, work, ChangeKind.LEAVE, why.strip() or "请假", stand=stand.stand_id).change_id)
    act.on("duty_stand", stand.stand_id)
    act.note(duties=len(hit), drafts=drafts)
    return LeaveEntered(stand.stand_id, tuple(changes), tuple(duty.id for _, duty in hit), drafts)


def _swap_breaks(act: Act, plan: DutyPlan, duty: Duty, other: Duty, comes: UUID, leaves: UUID) -> Sequence[str]:
    """What it breaks that `comes` sits where `duty` was and `leaves` where `other` was; through seats of other bodies too."""
    problem, now = problem_now(act, plan), sittings_in(act, plan)
    one, two = (Sitting(each.slot_id, each.seat_id, each.need) for each in (duty, other))
    if (comes, leaves) == (two.seat_id, one.seat_id):
        return [each.sentence for each in swap_check(problem, now, one, two)]
    after = [each for each in now if each not in (one, two)]
    after += [Sitting(one.slot_id, comes, one.need), Sitting(two.slot_id, leaves, two.need)]
    return newly(breaks(problem, now), breaks(problem, after))


def goes(duty: Duty, reason: str) -> None:
    """Whoever was expected is on leave now; who is on leave or was absent stays so."""
    if duty.state in EXPECTED:
        duty.state, duty.reason = DutyState.ON_LEAVE, reason.strip()


def is_held(slot: DutySlot) -> None:
    if slot.cancelled:
        raise RuleBroken(f"{told(slot)}这一班已停（{slot.cancelled}）。")


def _is_open(act: Act, here: Sequence[Duty], duty: Duty) -> None:
    """Nobody covers for this duty yet."""
    cover = next((other for other in here if other.covers == duty.id and other.state in COMING), None)
    if cover is not None:
        raise RuleBroken(
            f"这一班已由{seats_of(act, [cover.seat_id])[cover.seat_id].name}替班，要换人请在替班人上操作。"
        )


def _partner(act: Act, plan: DutyPlan, duty_id: UUID, version: int) -> tuple[Duty, DutySlot]:
    """The other duty of a swap, in the plan that is locked already."""
    duty = act.session.get(Duty, duty_id, with_for_update=True, populate_existing=True)
    if duty is None or duty.centre_id != act.centre_id:
        raise RuleBroken("没有找到要对调的那一位，请刷新后重试。")
    if duty.version != version:
        raise Stale("要对调的那一位刚有变动，请看过最新内容后再操作。")
    slot = act.session.get_one(DutySlot, duty.slot_id, with_for_update=True, populate_existing=True)
    if slot.plan_id != plan.id:
        raise RuleBroken("只能在同一份轮值表里调班。")
    duty.version += 1
    slot.version += 1
    return duty, slot


def _seat_in(act: Act, seat_id: UUID, slot: DutySlot) -> UUID:
    """The seat through which the person of a seat sits in the body of a session."""
    seat = seats_of(act, [seat_id])[seat_id]
    if seat.body_id == slot.body_id:
        return seat_id
    own = act.session.scalar(
        select(DutySeat.id).where(
            DutySeat.centre_id == act.centre_id,
            DutySeat.body_id == slot.body_id,
            DutySeat.member_id == seat.member_id,
            DutySeat.active,
        )
    )
    if own is None:
        raise RuleBroken(f"{seat.name}不是{told(slot)}这一班的单位人员，不能对调。")
    return own


def _hit(act: Act, member_id: UUID, fields: StandFields) -> tuple[list[tuple[DutySlot, Duty]], int]:
    """Expected duties of published plans, from today on, that lie in a leave; and how many places of drafts do."""
    today = business_date(act.now)
    wanted = (
        select(DutySlot, Duty, DutyPlan.state)
        .join(Duty, (Duty.centre_id == DutySlot.centre_id) & (Duty.slot_id == DutySlot.id))
        .join(DutySeat, DutySeat.id == Duty.seat_id)
        .join(DutyPlan, DutyPlan.id == DutySlot.plan_id)
        .where(DutySlot.centre_id == act.centre_id, DutySlot.day >= max(today, fields.first or today))
        .where(DutySeat.member_id == member_id, DutySlot.cancelled == "")
        .where(Duty.state.in_(EXPECTED | {DutyState.DRAFT}))
        .order_by(DutySlot.day, DutySlot.starts, DutySlot.id)
        .execution_options(populate_existing=True)
    )
    if fields.last is not None:
        wanted = wanted.where(DutySlot.day <= fields.last)
    if fields.body_id is not None:
        wanted = wanted.where(DutySlot.body_id == fields.body_id)
    hit, drafts = [], 0
    for slot, duty, state in act.session.execute(wanted):
        if fields.weekday not in (None, slot.day.weekday()) or fields.half not in (None, Half.of(slot.starts)):
            continue
        if state == PlanState.PUBLISHED and duty.state in EXPECTED:
            hit.append((slot, duty))
        elif state == PlanState.DRAFT:
            drafts += 1
    return hit, drafts
