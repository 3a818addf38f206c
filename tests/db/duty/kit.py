"""Plans written straight into the tables, for tests of what reads them."""

from collections.abc import Sequence
from datetime import date, time
from uuid import UUID

from db.action import Actor
from db.duty.kept import pack
from db.duty.models import Duty, DutyPlan, DutySlot
from db.duty.solve.problem import Need
from db.duty.states import DutyState, PlanState
from db.ids import new_id
from db.session import Hall
from tests.conftest import NOW


def put_plan(
    hall: Hall,
    actor: Actor,
    bodies: Sequence[UUID],
    first: date,
    last: date,
    state: PlanState = PlanState.DRAFT,
) -> UUID:
    """A plan without sessions; returns its id."""
    plan = DutyPlan(
        id=new_id(), centre_id=actor.centre_id, title="测试", first=first, last=last, body_ids=pack(tuple(bodies)),
        state=state, edition=int(state != PlanState.DRAFT), created_at=NOW, created_by=actor.staff_id,
    )  # fmt: skip
    with hall.transaction() as session:
        session.add(plan)
    return plan.id


def put_slot(
    hall: Hall,
    actor: Actor,
    plan_id: UUID,
    body_id: UUID,
    day: date,
    *,
    starts: time = time(9),
    needs: tuple[Need, ...] = (Need(),),
    rule_id: UUID | None = None,
    planned: date | None = None,
    cancelled: str = "",
) -> UUID:
    """A session of two hours; returns its id."""
    slot = DutySlot(
        id=new_id(), centre_id=actor.centre_id, plan_id=plan_id, body_id=body_id, pattern_id=rule_id,
        planned=planned or day, day=day, starts=starts, ends=time(starts.hour + 2), needs=pack(needs),
        cancelled=cancelled,
    )  # fmt: skip
    with hall.transaction() as session:
        session.add(slot)
    return slot.id


def put_duty(
    hall: Hall,
    actor: Actor,
    slot_id: UUID,
    seat_id: UUID,
    state: DutyState = DutyState.DRAFT,
    *,
    locked: bool = False,
    need: int = 0,
) -> UUID:
    """Somebody in a session; returns the duty's id."""
    duty = Duty(
        id=new_id(), centre_id=actor.centre_id, slot_id=slot_id, seat_id=seat_id, need=need, state=state, locked=locked
    )
    with hall.transaction() as session:
        session.add(duty)
    return duty.id
