"""Making a draft by hand: put somebody in, take somebody out, lock. Each is a step that can be taken back."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from db.action import Act, action
from db.base import table_of
from db.duty.building import problem_of
from db.duty.drafting import DraftDuty, add_all, keep_step, unproved
from db.duty.finding import DRAFT, KnownSeat, duties_in, duty_of, plan_of, seat_of, slot_of, slots_of, told
from db.duty.kept import needs_of
from db.duty.models import Duty, DutyPlan, DutySlot
from db.duty.overriding import settle
from db.duty.solve.problem import Problem, Sitting
from db.duty.solve.why import why_not
from db.duty.states import COMING
from db.errors import RuleBroken
from db.ids import new_id
from db.staff.permissions import Permission

_DUTY, _SLOT = table_of(Duty), table_of(DutySlot)
_DOING = "改排班（已公示的请用调班、替班）"


@dataclass(frozen=True, slots=True)
class Placed:
    """What a place has become; `duty_id` None: nobody sits there."""

    duty_id: UUID | None
    slot_id: UUID
    slot_version: int
    plan_version: int


@action("duty.place", Permission.DUTY_PLAN, "手动排班")
def place(
    act: Act,
    *,
    slot_id: UUID,
    version: int,
    seat_id: UUID,
    need: int = 0,
    instead_of: UUID | None = None,
    override: str = "",
    locked: bool = True,
) -> Placed:
    """Put somebody into a session of a draft, at that position of its needs; `instead_of` is the duty that gives way.

    Raises:
        Objection: rules would be broken; with a reason in `override` it is done all the same, and the reason is kept.
        RuleBroken: the place is taken, or they sit there already.
    """
    plan, slot = slot_of(act, slot_id, version, DRAFT, _DOING)
    seat = seat_of(act, seat_id, slot)
    here = duties_in(act, [slot.id])
    _check_place(slot, here, seat_id, need, instead_of, seat.name)
    reason = _judged(act, plan, slot, seat, here, need, instead_of, None, override)
    keep_step(act, plan, [slot.id], f"把{seat.name}排到{told(slot)}")
    return _placed(act, plan, slot, _seated(act, slot, seat, here, need, instead_of, locked, reason))


@action("duty.carry", Permission.DUTY_PLAN, "移动排班位置")
def carry(
    act: Act,
    *,
    duty_id: UUID,
    version: int,
    slot_id: UUID,
    slot_version: int,
    need: int = 0,
    instead_of: UUID | None = None,
    override: str = "",
) -> Placed:
    """Carry somebody from one place of a draft to another, where they are locked: one step, taken back as one.

    Raises:
        Objection: rules would be broken there; with a reason in `override` it is done all the same.
        RuleBroken: the place is taken, the two sessions are of different plans, or they sit there already.
    """
    plan, source, duty = duty_of(act, duty_id, version, DRAFT, _DOING)
    act.session.flush()  # finding the duty counted its session up: where it is the same one, the caller saw the one before
    seen = slot_version + 1 if slot_id == source.id else slot_version
    there, slot = slot_of(act, slot_id, seen, DRAFT, _DOING)
    if there.id != plan.id:
        raise RuleBroken(f"{told(slot)}在另一份轮值表里，不能移过去。")
    seat = seat_of(act, duty.seat_id, slot)
    here = [each for each in duties_in(act, [slot.id]) if each.id != duty.id]
    _check_place(slot, here, seat.id, need, instead_of, seat.name)
    reason = _judged(act, plan, slot, seat, here, need, instead_of, (source.id, seat.id), override)
    keep_step(act, plan, {source.id, slot.id}, f"把{seat.name}从{told(source)}移到{told(slot)}")
    act.session.delete(duty)
    act.touch("duty_slot", source.id)
    return _placed(act, plan, slot, _seated(act, slot, seat, here, need, instead_of, True, reason))


@action("duty.take_out", Permission.DUTY_PLAN, "取消手动排班")
def take_out(act: Act, *, duty_id: UUID, version: int) -> Placed:
    """Take somebody out of a session of a draft: the place is free."""
    plan, slot, duty = duty_of(act, duty_id, version, DRAFT, _DOING)
    name = seat_of(act, duty.seat_id, slot).name
    keep_step(act, plan, [slot.id], f"从{told(slot)}取下{name}")
    act.session.delete(duty)
    return _placed(act, plan, slot, None)


@action("duty.lock", Permission.DUTY_PLAN, "锁定排班位置")
def lock(act: Act, *, duty_id: UUID, version: int, locked: bool) -> Placed:
    """Lock somebody where they sit, so that solving goes around them; or let go. What is proved stays proved."""
    plan, slot, duty = duty_of(act, duty_id, version, DRAFT, _DOING)
    name = seat_of(act, duty.seat_id, slot).name
    keep_step(act, plan, [slot.id], f"{'锁定' if locked else '解锁'}{told(slot)}{name}")
    duty.locked = locked
    proof = plan.proof
    said = _placed(act, plan, slot, duty.id)
    plan.proof = proof
    return said


@action("duty.lock_all", Permission.DUTY_PLAN, "锁定全部排班位置")
def lock_all(act: Act, *, plan_id: UUID, version: int, locked: bool) -> int:
    """Lock or let go every place that is filled; returns how many changed."""
    plan = plan_of(act, plan_id, DRAFT, _DOING, version)
    slots = slots_of(act, plan.id)
    keep_step(act, plan, slots.keys(), "锁定全部" if locked else "全部解锁")
    changed = 0
    for duty in duties_in(act, slots.keys()):
        if duty.locked != locked:
            duty.locked, duty.version = locked, duty.version + 1
            changed += 1
    act.on("duty_plan", plan.id)
    act.note(locked=locked, places=changed)
    return changed


def sittings_in(act: Act, plan: DutyPlan) -> list[Sitting]:
    """Who sits where in a plan, as it stands in this transaction."""
    act.session.flush()
    rows = act.session.connection().execute(
        select(_DUTY.c.slot_id, _DUTY.c.seat_id, _DUTY.c.need)
        .select_from(_SLOT)
        .join(_DUTY, (_DUTY.c.centre_id == _SLOT.c.centre_id) & (_DUTY.c.slot_id == _SLOT.c.id))
        .where(_SLOT.c.centre_id == act.centre_id, _SLOT.c.plan_id == plan.id, _SLOT.c.cancelled == "")
        .where(_DUTY.c.state.in_(COMING))
        .order_by(_SLOT.c.day, _SLOT.c.starts, _DUTY.c.slot_id, _DUTY.c.need, _DUTY.c.id)
    )
    return [Sitting(*row) for row in rows]


def _judged(
    act: Act,
    plan: DutyPlan,
    slot: DutySlot,
    seat: KnownSeat,
    here: Collection[Duty],
    need: int,
    instead_of: UUID | None,
    leaving: tuple[UUID, UUID] | None,
    override: str,
) -> str:
    """What speaks against somebody in a place, without who gives way and without where they come from; the reason kept."""
    problem = problem_of(act.session, act.centre_id, plan.id)
    gone = {_left(here, instead_of), leaving}
    others = [each for each in sittings_in(act, plan) if (each.slot_id, each.seat_id) not in gone]
    beside = [*others, *_partners(problem, slot, seat, here, instead_of)]
    said = [f"{seat.name}：{reason.sentence}" for reason in why_not(problem, beside, slot.id, seat.id) if reason.hard]
    return settle(act, [*said, *_wrong_kind(slot, need, seat)], override)


def _seated(
    act: Act,
    slot: DutySlot,
    seat: KnownSeat,
    here: Iterable[Duty],
    need: int,
    instead_of: UUID | None,
    locked: bool,
    reason: str,
) -> UUID:
    """Write the duty; who gives way goes."""
    for duty in here:
        if duty.id == instead_of:
            act.session.delete(duty)
    act.session.flush()
    made = DraftDuty(new_id(), slot.id, seat.id, need, locked, reason)
    add_all(act, [made])
    return made.id


def _left(here: Iterable[Duty], instead_of: UUID | None) -> tuple[UUID, UUID] | None:
    return next(((duty.slot_id, duty.seat_id) for duty in here if duty.id == instead_of), None)


def _check_place(
    slot: DutySlot, here: Iterable[Duty], seat_id: UUID, need: int, instead_of: UUID | None, name: str
) -> None:
    if slot.cancelled:
        raise RuleBroken(f"{told(slot)}这一班不举行（{slot.cancelled}），不能排人。")
    needs = needs_of(slot.needs)
    if not 0 <= need < len(needs):
        raise RuleBroken(f"{told(slot)}没有这个位置，请刷新后重试。")
    staying = [duty for duty in here if duty.id != instead_of]
    if any(duty.seat_id == seat_id for duty in staying):
        raise RuleBroken(f"{name}已经在{told(slot)}这一班了。")
    if sum(duty.need == need for duty in staying) >= needs[need].count:
        raise RuleBroken(f"{told(slot)}的位置已满，请先取下一位，或拖到那一位上替换。")


def _partners(
    problem: Problem, slot: DutySlot, seat: KnownSeat, here: Iterable[Duty], instead_of: UUID | None
) -> list[Sitting]:
    """Those who must sit together with somebody, as if they sat there already: while there is a place left for them, the
    one who is put first is not told that the other is missing.
    """
    there = {duty.seat_id for duty in here if duty.id != instead_of}
    left = sum(need.count for need in needs_of(slot.needs)) - len(there) - 1
    wanted = {
        pair.other if pair.one == seat.member_id else pair.one
        for pair in problem.pairs
        if pair.together and pair.body_id == slot.body_id and seat.member_id in (pair.one, pair.other)
    }
    missing = [
        each
        for each in problem.seats
        if each.body_id == slot.body_id and each.person_id in wanted and each.id not in there
    ]
    return [Sitting(slot.id, each.id) for each in missing] if len(missing) <= left else []


def _wrong_kind(slot: DutySlot, need: int, seat: KnownSeat) -> Iterable[str]:
    """Where the session has a place for their kind, but this one is for another."""
    needs = needs_of(slot.needs)
    wanted = needs[need].kinds
    if wanted and seat.kind not in wanted and any(not other.kinds or seat.kind in other.kinds for other in needs):
        yield f"{seat.name}：身份是{seat.kind or '（未登记）'}，这个位置需要{'、'.join(sorted(wanted))}"


def _placed(act: Act, plan: DutyPlan, slot: DutySlot, duty_id: UUID | None) -> Placed:
    unproved(plan)
    act.on("duty_slot", slot.id)
    act.touch("duty_plan", plan.id)
    act.note(day=slot.day.isoformat())
    return Placed(duty_id, slot.id, slot.version, plan.version)
