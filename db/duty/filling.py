"""Putting sittings into a draft: what is locked stays, what stays the same keeps its row, the rest is written anew."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from db.action import Act
from db.duty.drafting import DraftDuty, add_all, drop_all, keep_step
from db.duty.finding import KnownSeat, duties_in, seats_of, slots_of, told
from db.duty.kept import needs_of
from db.duty.models import Duty, DutyPlan, DutySlot
from db.duty.solve.problem import Sitting
from db.errors import RuleBroken
from db.ids import new_id


def filled(act: Act, plan: DutyPlan, sittings: Sequence[Sitting]) -> int:
    """Write the sittings into the draft, as a step that can be taken back; returns how many places are filled.

    Raises:
        RuleBroken: a sitting is of another plan or body, twice in a session, or of more people than it needs.
    """
    slots = slots_of(act, plan.id)
    keep_step(act, plan, slots.keys(), "填入排班结果")
    duties = duties_in(act, slots.keys())
    locked = {(duty.slot_id, duty.seat_id): duty for duty in duties if duty.locked}
    free = [each for each in sittings if (each.slot_id, each.seat_id) not in locked]
    _check(act, slots, free, list(locked.values()))
    wanted = {(each.slot_id, each.seat_id, each.need) for each in free}
    there = {(duty.slot_id, duty.seat_id, duty.need): duty.id for duty in duties if not duty.locked}
    drop_all(act, [duty_id for key, duty_id in there.items() if key not in wanted])
    add_all(act, [DraftDuty(new_id(), *key, False, "") for key in sorted(wanted - there.keys())])
    return len(wanted) + len(locked)


def _check(act: Act, slots: dict[UUID, DutySlot], sittings: Sequence[Sitting], locked: Sequence[Duty]) -> None:
    seats = seats_of(act, {each.seat_id for each in sittings})
    taken: Counter[tuple[UUID, int]] = Counter((duty.slot_id, duty.need) for duty in locked)
    here: set[tuple[UUID, UUID]] = {(duty.slot_id, duty.seat_id) for duty in locked}
    for each in sittings:
        slot = slots.get(each.slot_id)
        if slot is None or slot.cancelled:
            raise RuleBroken("排班结果里有不属于这份轮值表的班次，请重新排班。")
        _check_one(slot, seats[each.seat_id], each)
        if (each.slot_id, each.seat_id) in here:
            raise RuleBroken(f"{told(slot)}里{seats[each.seat_id].name}排了两次，请重新排班。")
        here.add((each.slot_id, each.seat_id))
        taken[each.slot_id, each.need] += 1
        if taken[each.slot_id, each.need] > needs_of(slot.needs)[each.need].count:
            raise RuleBroken(f"{told(slot)}排的人比需要的多，可能有人刚锁定了位置，请重新排班。")


def _check_one(slot: DutySlot, seat: KnownSeat, sitting: Sitting) -> None:
    if seat.body_id != slot.body_id:
        raise RuleBroken(f"{seat.name}不是{told(slot)}这一班的单位人员，请重新排班。")
    if not 0 <= sitting.need < len(needs_of(slot.needs)):
        raise RuleBroken(f"{told(slot)}没有这个位置，规则可能刚改过，请重新排班。")
