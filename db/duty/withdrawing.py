"""Taking a publication back (撤回公示) before anybody has come: the plan is a draft again, what was on the wall stays readable."""

from uuid import UUID

from sqlalchemy import delete, select, update

from db.action import Act, action
from db.duty.drafting import forget_steps
from db.duty.finding import PUBLISHED, has_begun, plan_of, slots_of, told
from db.duty.models import Duty, DutySlot, Reception
from db.duty.plans import PlanSaved
from db.duty.states import DutyState, PlanState
from db.errors import RuleBroken
from db.rooms import occupancy
from db.staff.permissions import Permission
from db.text import line


@action("duty.plan_withdraw", Permission.DUTY_PLAN, "撤回轮值表公示")
def plan_withdraw(act: Act, *, plan_id: UUID, version: int, reason: str) -> PlanSaved:
    """Make a published plan a draft again: its rooms are free, its sheets are to be taken off the wall.

    Whoever covers or has changed places stays in their place; who was replaced or on leave is left out: the changes and
    editions tell of them.

    Raises:
        Stale: the plan was changed meanwhile.
        RuleBroken: a session has begun, somebody was received in one, or no reason is given.
    """
    plan = plan_of(act, plan_id, PUBLISHED, "撤回公示", version)
    why = line(reason, "撤回公示的原因", 100, required=True)
    slots = slots_of(act, plan.id)
    begun = next((slot for slot in slots.values() if not slot.cancelled and has_begun(act, slot)), None)
    if begun is not None:
        raise RuleBroken(f"{told(begun)}这一班已经开始，不能撤回公示，可以逐班调整。")
    if act.session.scalar(
        select(Reception.id).where(Reception.centre_id == act.centre_id, Reception.slot_id.in_(slots.keys())).limit(1)
    ):
        raise RuleBroken("这份轮值表已经有接待登记，不能撤回公示。")
    for slot in slots.values():
        slot.version += 1
    occupancy.give_back_all(act.session, act.centre_id, slots.keys())
    _as_draft(act, slots)
    plan.state, plan.published_at = PlanState.DRAFT, None
    forget_steps(act, plan.id)
    for room_id in {slot.room_id for slot in slots.values() if slot.room_id is not None}:
        act.touch("room", room_id)
    act.on("duty_plan", plan.id)
    act.note(title=plan.title, reason=why, edition=plan.edition)
    return PlanSaved(plan.id, plan.version)


def _as_draft(act: Act, slots: dict[UUID, DutySlot]) -> None:
    """Those who sit are planned once more; the others leave the draft."""
    act.session.flush()
    ours = (Duty.centre_id == act.centre_id, Duty.slot_id.in_(slots.keys()))
    sitting = [DutyState.PUBLISHED, DutyState.SWAPPED, DutyState.COVERING]
    act.session.execute(
        update(Duty)
        .where(*ours)
        .values(covers=None, version=Duty.version + 1)
        .execution_options(synchronize_session=False)
    )
    act.session.execute(
        delete(Duty).where(*ours, Duty.state.not_in(sitting)).execution_options(synchronize_session=False)
    )
    act.session.execute(
        update(Duty).where(*ours).values(state=DutyState.DRAFT.value).execution_options(synchronize_session=False)
    )
