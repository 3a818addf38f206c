"""A draft after its bodies' rules, or the calendar, were changed: sessions are made anew, and what can be kept is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete

from db.action import Act, action
from db.duty.drafting import drop_all, forget_steps, unproved
from db.duty.finding import DRAFT, duties_in, plan_of, seats_of, slots_of
from db.duty.kept import needs_of
from db.duty.models import Duty, DutySlot
from db.duty.moving import MOVED
from db.duty.packing import packed
from db.duty.plans import add_slots, bodies_of, sessions_for
from db.duty.rules import Session
from db.duty.sessions import MERGED, SKIPPED
from db.staff.permissions import Permission

_BY_RULE = (SKIPPED, MERGED)
_Key = tuple[UUID, date]


@dataclass(frozen=True, slots=True)
class Expanded:
    """What became of a draft: sessions that are new, gone, and still there; `lost` counts people who had to leave."""

    plan_id: UUID
    version: int
    added: int
    removed: int
    kept: int
    lost: int


@action("duty.plan_expand", Permission.DUTY_PLAN, "按规则更新轮值表草稿")
def plan_expand(act: Act, *, plan_id: UUID, version: int) -> Expanded:
    """Make the sessions of a draft anew by the rules as they are now.

    A session of the same rule and planned day stays the same session; whoever sits in it stays as long as there is a
    place for their kind. What a person moved by hand stays where it was put. Steps before this cannot be taken back.

    Raises:
        Stale: the plan was changed meanwhile. RuleBroken: it is published, or a year's calendar is not.
    """
    plan = plan_of(act, plan_id, DRAFT, "按规则更新", version)
    chosen = bodies_of(act, plan)
    rooms = {rule.id: rule.room_id for body in chosen for rule in body.rules}
    sessions = {(each.rule_id, each.planned): each for each in sessions_for(act, chosen, plan.first, plan.last)}
    slots = slots_of(act, plan.id)
    there: dict[_Key, DutySlot] = {(slot.pattern_id, slot.planned): slot for slot in slots.values() if slot.pattern_id}
    duties = duties_in(act, slots.keys())
    staying = [key for key in there if key in sessions]
    gone = {slot.id for key, slot in there.items() if key not in sessions}
    lost = [duty.id for duty in duties if duty.slot_id in gone]
    sitting: dict[UUID, list[Duty]] = {}
    for duty in duties:
        sitting.setdefault(duty.slot_id, []).append(duty)
    kinds = {seat.id: seat.kind for seat in seats_of(act, {duty.seat_id for duty in duties}).values()}
    for key in staying:
        slot = there[key]
        _renew(slot, sessions[key], rooms[key[0]])
        lost += _without_place(slot, sitting.get(slot.id, ()), kinds)
    drop_all(act, lost)
    act.session.flush()
    act.session.execute(delete(DutySlot).where(DutySlot.centre_id == act.centre_id, DutySlot.id.in_(gone)))
    new = [each for key, each in sessions.items() if key not in there]
    add_slots(act, plan, chosen, new)
    if new or gone or lost:
        unproved(plan)
    forget_steps(act, plan.id)
    act.on("duty_plan", plan.id)
    act.note(added=len(new), removed=len(gone), lost=len(lost))
    return Expanded(plan.id, plan.version, len(new), len(gone), len(staying), len(lost))


def _renew(slot: DutySlot, session: Session, room_id: UUID | None) -> None:
    """Give a session what the rule says now."""
    before = (slot.day, slot.starts, slot.ends, slot.room_id, slot.needs, slot.cancelled)
    if MOVED not in slot.note:
        slot.day, slot.starts, slot.ends, slot.note = session.day, session.starts, session.ends, session.note
        slot.room_id = room_id or slot.room_id
        if slot.cancelled in ("", *_BY_RULE):  # what a person called off stays so
            slot.cancelled = session.cancelled
    slot.needs = packed(session.needs)
    if before != (slot.day, slot.starts, slot.ends, slot.room_id, slot.needs, slot.cancelled):
        slot.version += 1


def _without_place(slot: DutySlot, duties: Sequence[Duty], kinds: dict[UUID, str]) -> Iterable[UUID]:
    """Whoever has no place in a session any more: it is skipped now, or needs fewer people or other kinds."""
    if slot.cancelled:
        return [duty.id for duty in duties]
    needs = needs_of(slot.needs)
    left = [need.count for need in needs]
    gone = []
    for duty in sorted(duties, key=lambda duty: not duty.locked):
        fitting = [
            at
            for at in (duty.need, *range(len(needs)))
            if at < len(needs) and left[at] and (not needs[at].kinds or kinds[duty.seat_id] in needs[at].kinds)
        ]
        if not fitting:
            gone.append(duty.id)
            continue
        duty.need = fitting[0]
        left[fitting[0]] -= 1
    return gone
