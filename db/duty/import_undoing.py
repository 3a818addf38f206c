"""Taking an imported history back, when it was the wrong file or the wrong body."""

from uuid import UUID

from sqlalchemy import delete, func, select

from db.action import Act, action
from db.duty.models import Duty, DutyPlan, DutySlot, Reception
from db.duty.states import PlanState
from db.errors import RuleBroken, Stale
from db.staff.permissions import Permission


@action("duty.import_drop", Permission.DUTY_PLAN, "撤回导入的历史轮值")
def drop_import(act: Act, *, plan_id: UUID, version: int) -> int:
    """Take the sessions of an imported history out of the books; people and seats stay. Returns how many duties went.

    Raises:
        RuleBroken: the plan was made here and not imported, or receptions were entered for its sessions.
        Stale: something was imported into it meanwhile.
    """
    plan = act.session.scalar(
        select(DutyPlan).where(DutyPlan.centre_id == act.centre_id, DutyPlan.id == plan_id).with_for_update()
    )
    if plan is None:
        raise RuleBroken("没有找到这份历史轮值，可能已经撤回。")
    if plan.state != PlanState.ARCHIVED or plan.edition:
        raise RuleBroken(f"“{plan.title}”不是从表格导入的历史轮值，不能这样撤回。")
    if plan.version != version:
        raise Stale("这份历史轮值刚又导入过，请看过最新内容后再撤回。")
    ours = select(DutySlot.id).where(DutySlot.centre_id == act.centre_id, DutySlot.plan_id == plan.id)
    received = select(func.count()).where(Reception.centre_id == act.centre_id, Reception.slot_id.in_(ours))
    if act.session.scalar(received):
        raise RuleBroken(f"“{plan.title}”的班次里已有接待登记，不能撤回。")
    duties = Duty.centre_id == act.centre_id, Duty.slot_id.in_(ours)
    count = act.session.scalar(select(func.count()).select_from(Duty).where(*duties)) or 0
    act.session.execute(delete(Duty).where(*duties))
    act.session.execute(delete(DutySlot).where(DutySlot.centre_id == act.centre_id, DutySlot.plan_id == plan.id))
    act.session.delete(plan)
    act.on("duty_plan", plan.id)
    act.note(title=plan.title, duties=count)
    return count
