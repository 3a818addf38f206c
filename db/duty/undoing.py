"""Taking a change of a published plan back, as long as nothing has built on it: another numbered change (撤销调整)."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from db.action import Act, action
from db.duty.changes import Changed, SlotThen, Then, begin, finish, then_of
from db.duty.finding import PUBLISHED, duties_in, plan_of, seats_of, told
from db.duty.models import Duty, DutyChange, DutySlot, DutyStand
from db.duty.moving import house_again
from db.duty.stands import lift_stand
from db.duty.states import DUTY_NAMES, ChangeKind, DutyState
from db.errors import RuleBroken
from db.rooms import occupancy
from db.staff.permissions import Permission
from db.text import line

SIGNED = frozenset({DutyState.ARRIVED, DutyState.LEFT, DutyState.ABSENT})


@action("duty.undo_change", Permission.DUTY_PLAN, "撤销轮值调整")
def undo_change(act: Act, *, change_id: UUID, reason: str = "") -> Changed:
    """Bring the sessions of a change back to what they were before it, their rooms too. Leave it came from is lifted.

    Raises:
        RuleBroken: something has built on it (a later change, somebody who came), or the room is gone by now.
    """
    change = _change_of(act, change_id)
    plan = plan_of(act, change.plan_id, PUBLISHED, "撤销调整")
    act.session.refresh(change)
    if change.undone_by is not None:
        raise RuleBroken(f"{change.number} 号调整已经撤销过了。")
    before, after = then_of(change.before), then_of(change.after)
    slots = _slots(act, [each.id for each in after.slots])
    duties = {duty.id: duty for duty in duties_in(act, slots.keys())}
    _untouched(act, change, after, slots, duties)
    work = begin(act, plan, slots.values())
    for then in before.slots:
        _back(act, slots[then.id], then, change.number)
    _people_back(before, duties, change.number)
    if after.stand is not None:
        _lift(act, after.stand)
    why = line(reason, "撤销的原因") or "撤销"
    done = finish(act, work, ChangeKind.UNDO, f"{why}（{change.number} 号）")
    act.session.flush()
    change.undone_by = done.change_id
    return done


def _change_of(act: Act, change_id: UUID) -> DutyChange:
    change = act.session.get(DutyChange, change_id)
    if change is None or change.centre_id != act.centre_id:
        raise RuleBroken("没有找到这次调整，请刷新后重试。")
    if change.kind == ChangeKind.UNDO:
        raise RuleBroken("撤销不能再撤销，请重新办理调整。")
    return change


def _slots(act: Act, slot_ids: Collection[UUID]) -> dict[UUID, DutySlot]:
    rows = act.session.scalars(
        select(DutySlot)
        .where(DutySlot.centre_id == act.centre_id, DutySlot.id.in_(slot_ids))
        .order_by(DutySlot.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}


def _untouched(
    act: Act, change: DutyChange, after: Then, slots: dict[UUID, DutySlot], duties: dict[UUID, Duty]
) -> None:
    """Everything is as the change left it."""
    left = {then.id: then.version for then in after.duties}
    for duty in duties.values():
        if left.get(duty.id) != duty.version and duty.state in SIGNED:
            name = seats_of(act, [duty.seat_id])[duty.seat_id].name
            raise RuleBroken(f"{name}{DUTY_NAMES[DutyState(duty.state)]}，{change.number} 号调整不能再撤销。")
    same_slots = all(slots[then.id].version == then.version for then in after.slots)
    same_duties = {duty.id: duty.version for duty in duties.values()} == left
    if same_slots and same_duties:
        return
    later = _later(act, change, set(slots))
    which = f" {later} 号调整，请先撤销它" if later else "别的改动，不能直接撤销"
    raise RuleBroken(f"{change.number} 号调整之后，这些班次又有了{which}。")


def _later(act: Act, change: DutyChange, slot_ids: set[UUID]) -> str:
    """The newest change of the same sessions that stands."""
    rows = act.session.scalars(
        select(DutyChange)
        .where(DutyChange.centre_id == act.centre_id, DutyChange.plan_id == change.plan_id)
        .where(DutyChange.at >= change.at, DutyChange.id != change.id, DutyChange.undone_by.is_(None))
        .where(DutyChange.kind != ChangeKind.UNDO)
        .order_by(DutyChange.at.desc(), DutyChange.number.desc())
    )
    return next((row.number for row in rows if slot_ids & {each.id for each in then_of(row.after).slots}), "")


def _back(act: Act, slot: DutySlot, then: SlotThen, number: str) -> None:
    """A session as it was; its room is given back or taken again where that differs."""
    lives = (slot.day, slot.starts, slot.ends, slot.room_id, bool(slot.cancelled))
    slot.day, slot.starts, slot.ends, slot.room_id = then.day, then.starts, then.ends, then.room_id
    slot.cancelled, slot.note, slot.vacant = then.cancelled, then.note, then.vacant
    slot.version += 1
    if lives == (slot.day, slot.starts, slot.ends, slot.room_id, bool(slot.cancelled)):
        return
    if slot.cancelled:
        occupancy.give_back(act.session, act.centre_id, slot.id)
    else:
        house_again(act, slot, f"{told(slot)}原来的房间已不能用，{number} 号调整不能撤销")


def _people_back(before: Then, duties: dict[UUID, Duty], number: str) -> None:
    """Duties as they were; those the change made stay, as what was taken back."""
    old = {then.id: then for then in before.duties}
    for duty in duties.values():
        duty.version += 1
        then = old.get(duty.id)
        if then is None:
            duty.state, duty.reason = DutyState.REPLACED, f"撤销 {number}"
        else:
            duty.state, duty.need, duty.locked = then.state, then.need, then.locked
            duty.covers, duty.reason = then.covers, then.reason


def _lift(act: Act, stand_id: UUID) -> None:
    stand = act.session.get(DutyStand, stand_id)
    if stand is not None and stand.lifted_at is None:
        lift_stand(act, stand_id=stand_id)
