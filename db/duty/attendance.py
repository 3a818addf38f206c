"""On the day: who has come, who has left, who did not come, and how many people they received."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import select

from db.action import Act, action
from db.clock import CHINA, business_date, local
from db.duty.cards import check_card
from db.duty.finding import told
from db.duty.models import Duty, DutyMember, DutyPlan, DutySeat, DutySlot
from db.duty.states import DUTY_NAMES, EXPECTED, DutyState, PlanState, SignMethod, must_be
from db.errors import RuleBroken, Stale
from db.staff.permissions import Permission
from db.text import line

PUNCTUAL_MINUTES = 10
"""Up to so many minutes after the session began is not late (default of the field)."""
MOST_RECEIVED = 999
_HERE = frozenset({DutyState.ARRIVED, DutyState.LEFT})


@dataclass(frozen=True, slots=True)
class Signed:
    """What a duty has become; `late_minutes` 0 for whoever came in time. `before` is how many people were entered before
    they left: what `sign_undo` gives back.
    """

    duty_id: UUID
    version: int
    state: str
    late_minutes: int
    before: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    """A duty with what is asked of it."""

    duty: Duty
    slot: DutySlot
    name: str


@action("duty.arrive", Permission.DUTY_ATTEND, "轮值签到")
def arrive(act: Act, *, duty_id: UUID, version: int, method: SignMethod = SignMethod.HAND, reason: str = "") -> Signed:
    """Somebody has come; by phone with the reason why they are not seen. Who was down as absent and comes late has come.

    Raises:
        Stale: the duty was changed meanwhile.
        RuleBroken: it is not today, they have signed in already, or somebody covers for them.
    """
    known = _held(act, duty_id, version)
    if method is SignMethod.PHONE:
        known.duty.reason = line(reason, "电话签到的原因", 100, required=True)
    return _arrive(act, known, method)


@action("duty.card", Permission.DUTY_ATTEND, "扫轮值证签到")
def arrive_by_card(act: Act, *, payload: str, leaving: bool = False) -> Signed:
    """Sign in, or with `leaving` out, by the code of a duty card: the member's duty of today that is nearest in time.

    Raises:
        RuleBroken: the card is forged, void or somebody else's kind of code; nothing is on today; or it is done already.
    """
    found = check_card(act.session, act.centre_id, payload)
    if found.member_id is None:
        raise RuleBroken(found.sentence)
    known = _today_of(act, found.member_id, leaving)
    known.duty.version += 1
    return _depart(act, known, None) if leaving else _arrive(act, known, SignMethod.CARD)


@action("duty.depart", Permission.DUTY_ATTEND, "轮值签退")
def depart(act: Act, *, duty_id: UUID, version: int, received: int | None = None) -> Signed:
    """Somebody leaves; `received` are people they received who were not entered in the reception book one by one."""
    return _depart(act, _held(act, duty_id, version), received)


@action("duty.absent", Permission.DUTY_ATTEND, "登记轮值缺席")
def absent(act: Act, *, duty_id: UUID, version: int, reason: str) -> Signed:
    """Somebody did not come, and why; a cover or a repair follows.

    Raises:
        RuleBroken: the day has not come, they have signed in, or no reason is given.
    """
    known = _held(act, duty_id, version)
    must_be(DutyState(known.duty.state), EXPECTED, "登记缺席")
    if known.slot.day > business_date(act.now):
        raise RuleBroken(f"{told(known.slot)}这一班还没到日子，提前知道不能来请登记请假。")
    known.duty.state = DutyState.ABSENT
    known.duty.reason = line(reason, "缺席原因", 100, required=True)
    return _signed(act, known)


@action("duty.sign_undo", Permission.DUTY_ATTEND, "撤销轮值签到")
def sign_undo(act: Act, *, duty_id: UUID, version: int, received: int | None = None) -> Signed:
    """Take the newest of leaving, arriving or being absent back, as it was entered by mistake.

    The number of people goes with the leaving it was entered with: to what it had been (`received`, as `depart` told it);
    where nobody knows that any more (None), it stays.

    Raises:
        RuleBroken: nothing was entered, or somebody covers for whoever was absent.
    """
    known = _held(act, duty_id, version)
    duty = known.duty
    if duty.state == DutyState.LEFT:
        duty.state, duty.left_at = DutyState.ARRIVED, None
        duty.received = duty.received if received is None else _people(received)
    elif duty.state in (DutyState.ARRIVED, DutyState.ABSENT):
        _nobody_covers(act, known)
        duty.state, duty.arrived_at, duty.method, duty.reason = _expected_as(act, duty), None, "", ""
    else:
        raise RuleBroken(f"{known.name}{told(known.slot)}还没有签到，没有可以撤销的。")
    return _signed(act, known)


@action("duty.set_received", Permission.DUTY_ATTEND, "登记轮值接待人数")
def set_received(act: Act, *, duty_id: UUID, version: int, received: int) -> Signed:
    """How many people were received who are not in the reception book one by one."""
    known = _held(act, duty_id, version)
    must_be(DutyState(known.duty.state), _HERE, "登记接待人数")
    known.duty.received = _people(received)
    return _signed(act, known)


@action("duty.card_new", Permission.DUTY_PLAN, "换发轮值证")
def card_new(act: Act, *, member_id: UUID) -> int:
    """Make every older duty card of a member void (lost, damaged); returns the serial of the new one."""
    member = act.session.get(DutyMember, member_id, with_for_update=True, populate_existing=True)
    if member is None or member.centre_id != act.centre_id or not member.active:
        raise RuleBroken("没有找到这名轮值人员，或已停用。")
    member.card_serial += 1
    member.version += 1
    act.on("duty_member", member.id)
    act.note(serial=member.card_serial)
    return member.card_serial


def late_minutes(day: date, starts: time, arrived_at: datetime | None) -> int:
    """Whole minutes after the beginning of a session at which somebody came, 0 up to the minutes that are not late."""
    if arrived_at is None:
        return 0
    late = int((arrived_at - datetime.combine(day, starts, CHINA)).total_seconds()) // 60
    return late if late > PUNCTUAL_MINUTES else 0


def _arrive(act: Act, known: _Known, method: SignMethod) -> Signed:
    duty, slot = known.duty, known.slot
    if duty.state in _HERE and duty.arrived_at is not None:
        raise RuleBroken(f"{known.name} {local(duty.arrived_at):%H:%M} 已经签到，不用再签。")
    must_be(DutyState(duty.state), EXPECTED | {DutyState.ABSENT}, "签到")
    if slot.day != business_date(act.now):
        raise RuleBroken(f"这一班是{told(slot)}的，今天不能签到。")
    if slot.cancelled:
        raise RuleBroken(f"{told(slot)}这一班已停（{slot.cancelled}），不用签到。")
    if duty.state == DutyState.ABSENT:
        _nobody_covers(act, known)
    duty.state, duty.arrived_at, duty.method = DutyState.ARRIVED, act.now, method
    return _signed(act, known)


def _depart(act: Act, known: _Known, received: int | None) -> Signed:
    duty = known.duty
    if duty.state == DutyState.LEFT and duty.left_at is not None:
        raise RuleBroken(f"{known.name} {local(duty.left_at):%H:%M} 已经签退。")
    if duty.state in EXPECTED:
        raise RuleBroken(f"{known.name}还没有签到，请先签到。")
    must_be(DutyState(duty.state), frozenset({DutyState.ARRIVED}), "签退")
    before = duty.received
    duty.state, duty.left_at = DutyState.LEFT, act.now
    if received is not None:
        duty.received = _people(received)
    return replace(_signed(act, known), before=before)


def _held(act: Act, duty_id: UUID, version: int) -> _Known:
    """A duty of a published plan, locked, as the caller saw it. The plan is not locked: signing in holds nobody up."""
    duty = act.session.get(Duty, duty_id, with_for_update=True, populate_existing=True)
    if duty is None or duty.centre_id != act.centre_id:
        raise RuleBroken("没有找到这个轮值位置，请刷新后重试。")
    if duty.version != version:
        raise Stale("这个轮值位置刚被别人改过，请看过最新内容后再操作。")
    slot = act.session.get_one(DutySlot, duty.slot_id)
    plan = act.session.get_one(DutyPlan, slot.plan_id)
    if plan.state == PlanState.DRAFT:
        raise RuleBroken("这份轮值表还没有公示，不能签到。")
    if plan.state == PlanState.ARCHIVED:
        raise RuleBroken("这份轮值表已经归档，不能再改签到。")
    name = act.session.scalar(
        select(DutyMember.name).join(DutySeat, DutySeat.member_id == DutyMember.id).where(DutySeat.id == duty.seat_id)
    )
    duty.version += 1
    return _Known(duty, slot, name or "")


def _today_of(act: Act, member_id: UUID, leaving: bool) -> _Known:
    """The duty of today that a card is meant for: of those still to be signed the nearest in time, else the last one."""
    now = local(act.now)
    rows = act.session.execute(
        select(Duty, DutySlot, DutyMember.name)
        .select_from(DutySlot)
        .join(Duty, (Duty.centre_id == DutySlot.centre_id) & (Duty.slot_id == DutySlot.id))
        .join(DutyPlan, DutyPlan.id == DutySlot.plan_id)
        .join(DutySeat, DutySeat.id == Duty.seat_id)
        .join(DutyMember, DutyMember.id == DutySeat.member_id)
        .where(DutySlot.centre_id == act.centre_id, DutySlot.day == now.date(), DutySlot.cancelled == "")
        .where(DutyPlan.state == PlanState.PUBLISHED, DutySeat.member_id == member_id)
        .where(Duty.state.in_(EXPECTED | _HERE | {DutyState.ABSENT, DutyState.ON_LEAVE}))
        .order_by(DutySlot.starts, Duty.id)
        .with_for_update(of=Duty)
    ).all()
    found = [_Known(*row) for row in rows]
    if not found:
        name = act.session.scalar(
            select(DutyMember.name).where(DutyMember.centre_id == act.centre_id, DutyMember.id == member_id)
        )
        raise RuleBroken(f"{name}今天没有轮值，请核对轮值表；如是临时替班，请先在排班里登记替班。")
    wanted = {DutyState.ARRIVED} if leaving else EXPECTED | {DutyState.ABSENT}
    open_duties = [each for each in found if each.duty.state in wanted]
    if not open_duties:
        return max(found, key=lambda each: each.duty.state in _HERE)
    minute = now.hour * 60 + now.minute
    return min(open_duties, key=lambda each: abs(each.slot.starts.hour * 60 + each.slot.starts.minute - minute))


def _nobody_covers(act: Act, known: _Known) -> None:
    if known.duty.state != DutyState.ABSENT:
        return
    covers = act.session.scalar(
        select(Duty.id)
        .where(Duty.centre_id == act.centre_id, Duty.slot_id == known.slot.id, Duty.covers == known.duty.id)
        .where(Duty.state != DutyState.REPLACED)
        .limit(1)
    )
    if covers is not None:
        raise RuleBroken(f"{known.name}这一班已经安排了替班，请先撤销替班。")


def _expected_as(act: Act, duty: Duty) -> DutyState:
    """What somebody was before they signed in: covering, changed places with whoever is left behind, or as published."""
    if duty.covers is not None:
        return DutyState.COVERING
    replaced = act.session.scalar(
        select(Duty.id)
        .where(Duty.centre_id == act.centre_id, Duty.slot_id == duty.slot_id, Duty.need == duty.need)
        .where(Duty.state == DutyState.REPLACED, Duty.id < duty.id)
        .limit(1)
    )
    return DutyState.SWAPPED if replaced is not None else DutyState.PUBLISHED


def _people(received: int) -> int:
    if not 0 <= received <= MOST_RECEIVED:
        raise RuleBroken(f"接待人数应在 0 到 {MOST_RECEIVED} 之间。")
    return received


def _signed(act: Act, known: _Known) -> Signed:
    duty = known.duty
    late = late_minutes(known.slot.day, known.slot.starts, duty.arrived_at)
    act.on("duty", duty.id)
    act.touch("duty_slot", known.slot.id)
    act.note(state=DUTY_NAMES[DutyState(duty.state)], day=known.slot.day.isoformat(), late=late or None)
    return Signed(duty.id, duty.version, duty.state, late)
