"""Moving sessions: another room, another time, or not at all. In a draft at once; in a published plan as a numbered change."""

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from sqlalchemy import select

from db.action import Act, action
from db.clock import local
from db.duty.changes import Changed, begin, finish
from db.duty.drafting import keep_step, unproved
from db.duty.finding import DRAFT, PUBLISHED, duties_in, slot_of, told
from db.duty.judging import breaks, newly, problem_now
from db.duty.models import DutyPlan, DutySlot
from db.duty.overriding import settle
from db.duty.placing import sittings_in
from db.duty.publishing import take_rooms, uses_of
from db.duty.states import CHANGE_NAMES, COMING, DUTY_NAMES, EXPECTED, ChangeKind, DutyState
from db.errors import RuleBroken
from db.rooms import occupancy
from db.rooms.models import Room
from db.staff.permissions import Permission
from db.text import line

MOVED, ELSEWHERE = "改时间", "改地点"
"""What the note of a moved session says; one whose time was moved by hand stays there when a draft follows its rules."""


@dataclass(frozen=True, slots=True)
class SlotMoved:
    """What a session of a draft has become."""

    slot_id: UUID
    version: int
    plan_version: int


@action("duty.slot_room", Permission.DUTY_PLAN, "指定班次房间")
def slot_room(act: Act, *, slot_id: UUID, version: int, room_id: UUID | None) -> SlotMoved:
    """Give a session of a draft a room; None: whichever of its rule's use is free when it is published."""
    plan, slot = slot_of(act, slot_id, version, DRAFT, "改房间（已公示的请用改时间地点）")
    _own_room(act, room_id)
    keep_step(act, plan, (), f"改{told(slot)}的房间", [slot])
    slot.room_id = room_id
    return _moved(act, plan, slot)


@action("duty.slot_time", Permission.DUTY_PLAN, "改班次时间")
def slot_time(
    act: Act,
    *,
    slot_id: UUID,
    version: int,
    day: date,
    starts: time,
    ends: time,
    room_id: UUID | None,
    override: str = "",
) -> SlotMoved:
    """Put a session of a draft at another time and into that room (None: whichever is free when it is published). Whoever
    sits in it stays.

    Raises:
        Objection: somebody who sits in it cannot then. RuleBroken: the body sits then already.
    """
    plan, slot = slot_of(act, slot_id, version, DRAFT, "改时间（已公示的请用改时间地点）")
    _own_room(act, room_id)
    at = (slot.day, slot.starts, slot.ends)
    if (day, starts, ends, room_id) == (*at, slot.room_id):
        raise RuleBroken("时间和房间都没有改。")
    keep_step(act, plan, (), f"改{told(slot)}的时间地点", [slot])
    slot.room_id = room_id
    if (day, starts, ends) != at:
        before = breaks(problem_now(act, plan), sittings_in(act, plan))
        _place(act, plan, slot, day, starts, ends)
        settle(act, newly(before, breaks(problem_now(act, plan), sittings_in(act, plan))), override)
        unproved(plan)
    return _moved(act, plan, slot)


@action("duty.slot_skip", Permission.DUTY_PLAN, "停开草稿班次")
def slot_skip(act: Act, *, slot_id: UUID, version: int, reason: str) -> SlotMoved:
    """Do not hold a session of a draft, with the reason; without a reason it is held again. Nobody may sit in it."""
    plan, slot = slot_of(act, slot_id, version, DRAFT, "停开（已公示的请用取消班次）")
    off = line(reason, "停开的原因", 100)
    if off and duties_in(act, [slot.id]):
        raise RuleBroken(f"{told(slot)}这一班还有人，请先取下再停开。")
    keep_step(act, plan, (), f"{'停开' if off else '恢复'}{told(slot)}这一班", [slot])
    slot.cancelled = off
    unproved(plan)
    return _moved(act, plan, slot)


@action("duty.move_slot", Permission.DUTY_PLAN, "改班次时间地点")
def move_slot(
    act: Act,
    *,
    slot_id: UUID,
    version: int,
    day: date,
    starts: time,
    ends: time,
    room_id: UUID | None,
    reason: str,
    override: str = "",
) -> Changed:
    """Move a session of a published plan to another time or room (None: any that is free): it gives its room back and
    takes the other, or stays where it was.

    Raises:
        Objection: somebody who sits in it cannot then; a reason in `override` does it.
        RuleBroken: the room is taken, the time has passed, or somebody has come already.
    """
    plan, slot = slot_of(act, slot_id, version, PUBLISHED, "改时间地点")
    _still_to_come(act, slot)
    _own_room(act, room_id)
    work = begin(act, plan, [slot])
    at = (slot.day, slot.starts, slot.ends, slot.room_id)
    if (day, starts, ends, room_id) == at:
        raise RuleBroken("时间和房间都没有改。")
    moved = (day, starts, ends) != at[:3]
    if moved:
        before = breaks(problem_now(act, plan), sittings_in(act, plan))
        _place(act, plan, slot, day, starts, ends)
        settle(act, newly(before, breaks(problem_now(act, plan), sittings_in(act, plan))), override)
    slot.room_id = room_id
    house_again(act, slot, "不能改到那里")
    if not moved:
        slot.note = _noted(slot.note, ELSEWHERE)
    return finish(act, work, ChangeKind.MOVE, reason)


@action("duty.cancel_slot", Permission.DUTY_PLAN, "取消班次")
def cancel_slot(act: Act, *, slot_id: UUID, version: int, reason: str) -> Changed:
    """A session of a published plan does not take place: its room is free, its people are.

    Raises:
        RuleBroken: somebody has come already, or no reason is given.
    """
    plan, slot = slot_of(act, slot_id, version, PUBLISHED, "取消班次")
    _still_to_come(act, slot)
    work = begin(act, plan, [slot])
    slot.cancelled = line(reason, f"{CHANGE_NAMES[ChangeKind.CANCEL]}的原因", 100, required=True)
    for duty in duties_in(act, [slot.id]):
        if duty.state in EXPECTED:
            duty.state, duty.reason, duty.version = DutyState.REPLACED, slot.cancelled, duty.version + 1
    occupancy.give_back(act.session, act.centre_id, slot.id)
    return finish(act, work, ChangeKind.CANCEL, reason)


def house_again(act: Act, slot: DutySlot, refused: str) -> None:
    """Take the room of a session anew; what it had is free.

    Raises:
        RuleBroken: the room is taken, by what.
    """
    troubles = take_rooms(act, [slot], uses_of(act, [slot]))
    if troubles:
        raise RuleBroken(f"{refused}：{troubles[slot.id]}")


def _place(act: Act, plan: DutyPlan, slot: DutySlot, day: date, starts: time, ends: time) -> None:
    if ends <= starts:
        raise RuleBroken("结束时间要晚于开始时间。")
    now = local(act.now)
    if (day, ends) <= (now.date(), now.time()):
        raise RuleBroken("这个时段已经过去，请选以后的时间。")
    same = act.session.scalar(
        select(DutySlot)
        .where(DutySlot.centre_id == act.centre_id, DutySlot.body_id == slot.body_id, DutySlot.day == day)
        .where(DutySlot.starts < ends, DutySlot.ends > starts, DutySlot.cancelled == "", DutySlot.id != slot.id)
        .limit(1)
    )
    if same is not None:
        raise RuleBroken(f"这个单位在{told(same)}已经有一班了，请换一个时段。")
    slot.day, slot.starts, slot.ends = day, starts, ends
    slot.note = _noted(slot.note, MOVED)


def _noted(note: str, word: str) -> str:
    words = [each for each in note.split("、") if each]
    return "、".join(words if word in words else [*words, word])


def _still_to_come(act: Act, slot: DutySlot) -> None:
    if slot.cancelled:
        raise RuleBroken(f"{told(slot)}这一班已停（{slot.cancelled}）。")
    for duty in duties_in(act, [slot.id]):
        if duty.state in COMING - EXPECTED or duty.state == DutyState.ABSENT:
            raise RuleBroken(f"{told(slot)}这一班有人{DUTY_NAMES[DutyState(duty.state)]}，不能再改。")


def _own_room(act: Act, room_id: UUID | None) -> None:
    if room_id is None:
        return
    room = act.session.get(Room, room_id)
    if room is None or room.centre_id != act.centre_id or not room.active:
        raise RuleBroken("没有找到这个房间，或已停用，请重新选择。")


def _moved(act: Act, plan: DutyPlan, slot: DutySlot) -> SlotMoved:
    act.on("duty_slot", slot.id)
    act.touch("duty_plan", plan.id)
    act.note(day=slot.day.isoformat())
    return SlotMoved(slot.id, slot.version, plan.version)
