"""Publishing a plan (公示): every place filled or said to stay empty, every session in its room, and the sheets on the wall."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, update

from db.action import Act, action
from db.clock import business_date
from db.duty.building import problem_of
from db.duty.drafting import forget_steps
from db.duty.editions import hang, months_of
from db.duty.finding import DRAFT, duties_in, plan_of, slots_of, told
from db.duty.housing import House, Wanted
from db.duty.kept import needs_of
from db.duty.levels import keep_credits
from db.duty.models import Duty, DutyPattern, DutySlot
from db.duty.overriding import settle
from db.duty.placing import sittings_in
from db.duty.solve.broken import broken
from db.duty.solve.canonical import credits
from db.duty.states import COMING, DutyState, PlanState
from db.errors import RuleBroken
from db.rooms import occupancy
from db.rooms.rules import Taken
from db.staff.permissions import Permission
from db.text import line

NOTICE_DAYS = 3
"""A 公示表 hangs so many days before the first duty (DOMAIN.md); later is told, not forbidden."""


@dataclass(frozen=True, slots=True)
class Vacant:
    """A session whose empty places are meant to be, and why."""

    slot_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Published:
    """What a plan has become; `warning` is told beside it, empty where all is well."""

    plan_id: UUID
    version: int
    edition: int
    warning: str


@action("duty.publish", Permission.DUTY_PLAN, "公示轮值表")
def publish(
    act: Act, *, plan_id: UUID, version: int, vacant: tuple[Vacant, ...] = (), reason: str = "", override: str = ""
) -> Published:
    """Publish a draft: its sessions take their rooms, its people are bound, its sheets hang as an edition of their own.

    Raises:
        Stale: the plan was changed meanwhile.
        Objection: rules would be broken (leave that came in since); a reason in `override` does it all the same.
        RuleBroken: a place is empty and nobody said why, or a room is taken: by what, and how many more.
    """
    plan = plan_of(act, plan_id, DRAFT, "公示", version)
    slots = slots_of(act, plan.id)
    duties = duties_in(act, slots.keys())
    held = [slot for slot in slots.values() if not slot.cancelled]
    if not held:
        raise RuleBroken(f"“{plan.title}”里没有要举行的班次，不能公示。")
    _confirm_vacant(slots, duties, vacant)
    sittings = sittings_in(act, plan)
    problem = problem_of(act.session, act.centre_id, plan.id)
    settle(act, (each.sentence for each in broken(problem, sittings)), override)
    if not plan.edition:  # once: a plan that was taken back has put them on the accounts already
        keep_credits(act.session, act.centre_id, plan.first, credits(problem))
    _house(act, held)
    for slot in slots.values():
        slot.version += 1
    ours = [slot.id for slot in slots.values()]
    act.session.execute(
        update(Duty)
        .where(Duty.centre_id == act.centre_id, Duty.slot_id.in_(ours), Duty.state == DutyState.DRAFT)
        .values(state=DutyState.PUBLISHED.value, version=Duty.version + 1)
        .execution_options(synchronize_session=False)
    )
    plan.state, plan.published_at = PlanState.PUBLISHED, act.now
    edition = hang(act, plan, months_of([slot.day for slot in slots.values()]), line(reason, "公示说明") or "首次公示")
    forget_steps(act, plan.id)
    act.on("duty_plan", plan.id)
    for room_id in {slot.room_id for slot in held if slot.room_id is not None}:
        act.touch("room", room_id)
    act.note(title=plan.title, edition=edition, sessions=len(held), vacant=len(vacant))
    return Published(
        plan.id, plan.version, edition, notice_warning([slot.day for slot in held], business_date(act.now))
    )


def notice_warning(days: Sequence[date], today: date) -> str:
    """What is told when the wall gets to know of a duty less than three days ahead; empty where there is time."""
    coming = [day for day in days if day >= today]
    if not coming or (min(coming) - today).days >= NOTICE_DAYS:
        return ""
    first = min(coming)
    ahead = (first - today).days
    when = "就是今天" if ahead == 0 else f"只有 {ahead} 天"
    return f"首班 {first.month}月{first.day}日，距今{when}，不足提前 {NOTICE_DAYS} 天公示的要求，请电话通知到人。"


def wanted_of(slot: DutySlot, use: str) -> Wanted:
    """What a session needs of a room."""
    people = sum(need.count for need in needs_of(slot.needs))
    return Wanted(slot.id, slot.day, slot.starts, slot.ends, slot.room_id, use, people)


def uses_of(act: Act, slots: Sequence[DutySlot]) -> dict[UUID, str]:
    """Which use a session's rule asks of its room, by session."""
    wanted = {slot.pattern_id for slot in slots if slot.pattern_id is not None}
    rows = act.session.execute(
        select(DutyPattern.id, DutyPattern.room_use).where(
            DutyPattern.centre_id == act.centre_id, DutyPattern.id.in_(wanted)
        )
    )
    uses: dict[UUID, str] = {row[0]: row[1] for row in rows}
    return {slot.id: uses.get(slot.pattern_id, "") if slot.pattern_id else "" for slot in slots}


def take_rooms(act: Act, slots: Sequence[DutySlot], uses: dict[UUID, str], *, first: bool = False) -> dict[UUID, str]:
    """Take a room for each session, under the locks of every part of the building; returns why some could not have one.

    What the sessions had before is given back (`first`: they had nothing yet). Sessions that are over take none. Nothing is written where one cannot.
    """
    wanted = [wanted_of(slot, uses.get(slot.id, "")) for slot in slots]
    house = House(act.session, act.centre_id, act.now, ())
    occupancy.lock(act.session, house.parts)
    house = House(act.session, act.centre_id, act.now, wanted)
    housed = house.settle(wanted)
    if housed.troubles:
        return housed.troubles
    act.session.flush()
    for slot in () if first else slots:
        occupancy.give_back(act.session, act.centre_id, slot.id)
    rows: list[occupancy.Want] = []
    for slot, each in zip(slots, wanted, strict=True):
        room_id = housed.rooms.get(slot.id)
        if room_id is not None:
            slot.room_id = room_id
            rows.append((act.centre_id, house.rooms[room_id].parts, house.stretch(each, room_id), Taken.DUTY, slot.id))
    occupancy.take_all(act.session, rows)
    return {}


def _house(act: Act, held: Sequence[DutySlot]) -> None:
    troubles = take_rooms(act, held, uses_of(act, held), first=True)
    if troubles:
        slot = next(slot for slot in held if slot.id in troubles)
        more = f"另有 {len(troubles) - 1} 班也有冲突。" if len(troubles) > 1 else ""
        raise RuleBroken(f"{told(slot)}这一班的房间不能用：{troubles[slot.id]}{more}")


def _confirm_vacant(slots: dict[UUID, DutySlot], duties: Sequence[Duty], vacant: Sequence[Vacant]) -> None:
    reasons = {each.slot_id: line(each.reason, "空缺原因", 100, required=True) for each in vacant}
    sitting: dict[tuple[UUID, int], int] = {}
    for duty in duties:
        if duty.state in COMING:
            sitting[duty.slot_id, duty.need] = sitting.get((duty.slot_id, duty.need), 0) + 1
    open_slots = []
    for slot in slots.values():
        missing = 0
        if not slot.cancelled:
            needs = enumerate(needs_of(slot.needs))
            missing = sum(max(0, need.count - sitting.get((slot.id, at), 0)) for at, need in needs)
        slot.vacant = reasons.get(slot.id, "") if missing else ""
        if missing and not slot.vacant:
            open_slots.append(slot)
    if open_slots:
        more = f"等 {len(open_slots)} 班" if len(open_slots) > 1 else ""
        raise RuleBroken(f"{told(open_slots[0])}{more}还有空位，请补上人员，或逐班写明空缺原因后再公示。")
