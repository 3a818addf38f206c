"""Finding and locking the rows that the duty actions work on: first the plan, then its sessions, then their duties."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from db.action import Act
from db.clock import local
from db.duty.models import Duty, DutyMember, DutyPlan, DutySeat, DutySlot
from db.duty.states import PLAN_NAMES, PlanState
from db.errors import RuleBroken, Stale

DRAFT = frozenset({PlanState.DRAFT})
PUBLISHED = frozenset({PlanState.PUBLISHED})


@dataclass(frozen=True, slots=True)
class KnownSeat:
    """A membership with the name that sentences use."""

    id: UUID
    body_id: UUID
    member_id: UUID
    kind: str
    name: str


def plan_of(act: Act, plan_id: UUID, states: frozenset[PlanState], doing: str, version: int | None = None) -> DutyPlan:
    """The plan, locked until the transaction ends; its version is counted up.

    Raises:
        Stale: somebody changed it since `version`.
        RuleBroken: there is none, or its state does not allow what is being done.
    """
    plan = act.session.get(DutyPlan, plan_id, with_for_update=True, populate_existing=True)
    if plan is None or plan.centre_id != act.centre_id:
        raise RuleBroken("没有找到这份轮值表，请刷新后重试。")
    if plan.state not in states:
        raise RuleBroken(f"“{plan.title}”现在是“{PLAN_NAMES[PlanState(plan.state)]}”，不能{doing}。")
    if version is not None and plan.version != version:
        raise Stale("这份轮值表刚被别人改过，请看过最新内容后再操作。")
    plan.version += 1
    return plan


def slot_of(
    act: Act, slot_id: UUID, version: int, states: frozenset[PlanState], doing: str
) -> tuple[DutyPlan, DutySlot]:
    """A session as the caller saw it, with its plan, both locked and their versions counted up.

    Raises:
        Stale, RuleBroken: as `plan_of`.
    """
    plan_id = act.session.scalar(
        select(DutySlot.plan_id).where(DutySlot.centre_id == act.centre_id, DutySlot.id == slot_id)
    )
    if plan_id is None:
        raise Stale("这一班刚被别人删除，请看过最新内容后再操作。")
    plan = plan_of(act, plan_id, states, doing)
    slot = act.session.get(DutySlot, slot_id, with_for_update=True, populate_existing=True)
    if slot is None or slot.version != version:
        raise Stale("这一班刚被别人改过，请看过最新内容后再操作。")
    slot.version += 1
    return plan, slot


def duty_of(
    act: Act, duty_id: UUID, version: int, states: frozenset[PlanState], doing: str
) -> tuple[DutyPlan, DutySlot, Duty]:
    """Somebody's duty as the caller saw it, with its session and plan, all locked and their versions counted up.

    Raises:
        Stale, RuleBroken: as `plan_of`.
    """
    found = act.session.execute(
        select(DutySlot.id, DutySlot.plan_id)
        .join(Duty, Duty.slot_id == DutySlot.id)
        .where(Duty.centre_id == act.centre_id, Duty.id == duty_id)
    ).one_or_none()
    if found is None:
        raise Stale("这个轮值位置刚被别人改过，请看过最新内容后再操作。")
    plan = plan_of(act, found.plan_id, states, doing)
    slot = act.session.get_one(DutySlot, found.id, with_for_update=True, populate_existing=True)
    duty = act.session.get(Duty, duty_id, with_for_update=True, populate_existing=True)
    if duty is None or duty.version != version:
        raise Stale("这个轮值位置刚被别人改过，请看过最新内容后再操作。")
    slot.version += 1
    duty.version += 1
    return plan, slot, duty


def slots_of(act: Act, plan_id: UUID) -> dict[UUID, DutySlot]:
    """Every session of a plan that the caller has locked, by id, in the order of time."""
    rows = act.session.scalars(
        select(DutySlot)
        .where(DutySlot.centre_id == act.centre_id, DutySlot.plan_id == plan_id)
        .order_by(DutySlot.day, DutySlot.starts, DutySlot.id)
    )
    return {row.id: row for row in rows}


def duties_in(act: Act, slot_ids: Collection[UUID]) -> list[Duty]:
    """Every duty in these sessions, those that were replaced too, in a fixed order."""
    if not slot_ids:
        return []
    return list(
        act.session.scalars(
            select(Duty).where(Duty.centre_id == act.centre_id, Duty.slot_id.in_(slot_ids)).order_by(Duty.need, Duty.id)
        )
    )


def seats_of(act: Act, seat_ids: Collection[UUID]) -> dict[UUID, KnownSeat]:
    """Memberships by id.

    Raises:
        RuleBroken: one of them is unknown here.
    """
    rows = act.session.execute(
        select(DutySeat.id, DutySeat.body_id, DutySeat.member_id, DutySeat.kind, DutyMember.name)
        .join(DutyMember, DutyMember.id == DutySeat.member_id)
        .where(DutySeat.centre_id == act.centre_id, DutySeat.id.in_(set(seat_ids)))
    )
    found = {row.id: KnownSeat(*row) for row in rows}
    if len(found) != len(set(seat_ids)):
        raise RuleBroken("没有找到这名轮值人员，请刷新后重试。")
    return found


def seat_of(act: Act, seat_id: UUID, slot: DutySlot) -> KnownSeat:
    """A membership of the body that the session is of.

    Raises:
        RuleBroken: unknown, or of another body.
    """
    seat = seats_of(act, [seat_id])[seat_id]
    if seat.body_id != slot.body_id:
        raise RuleBroken(f"{seat.name}不是这个轮值单位的人员，不能排在这一班。")
    return seat


def told(slot: DutySlot) -> str:
    """A session as a sentence names it: “11月18日（周三）09:00–11:00”."""
    weekday = "一二三四五六日"[slot.day.weekday()]
    return f"{slot.day.month}月{slot.day.day}日（周{weekday}）{slot.starts:%H:%M}–{slot.ends:%H:%M}"


def has_begun(act: Act, slot: DutySlot) -> bool:
    """Whether a session's time has come."""
    now = local(act.now)
    return (slot.day, slot.starts) <= (now.date(), now.time())
