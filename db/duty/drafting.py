"""The steps in making a draft, each of which can be taken back: what the touched sessions held before is kept."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, insert, select, update

from db.action import Act, action
from db.base import table_of
from db.duty.finding import DRAFT, plan_of
from db.duty.models import Duty, DutyDraftStep, DutyPlan, DutySlot
from db.duty.packing import packed
from db.duty.solve.problem import Proof
from db.duty.solve.why import Broken
from db.duty.states import DutyState
from db.errors import RuleBroken
from db.ids import new_id
from db.staff.permissions import Permission

MOST_STEPS = 50
"""Steps that can be taken back, one after another."""
_DUTY = table_of(Duty)


class DraftDuty(msgspec.Struct, frozen=True):
    """A duty of a draft, as a step keeps it."""

    id: UUID
    slot_id: UUID
    seat_id: UUID
    need: int
    locked: bool
    reason: str


class DraftSlot(msgspec.Struct, frozen=True):
    """When and where a session of a draft is, what it needs and why it is off, as a step keeps it."""

    id: UUID
    day: date
    starts: time
    ends: time
    room_id: UUID | None
    needs: str
    cancelled: str
    note: str


class Before(msgspec.Struct, frozen=True):
    """What the touched sessions held, and what was proved of the plan; `sessions` where they were themselves changed."""

    slots: tuple[UUID, ...]
    duties: tuple[DraftDuty, ...]
    proof: str
    sessions: tuple[DraftSlot, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftUndone:
    """What was taken back."""

    plan_id: UUID
    version: int
    label: str


def keep_step(
    act: Act, plan: DutyPlan, slot_ids: Collection[UUID], label: str, sessions: Iterable[DutySlot] = ()
) -> None:
    """Keep what these sessions hold now, before a step changes it, and what `sessions` are themselves; the oldest step
    beyond the limit is forgotten.
    """
    ours = (DutyDraftStep.centre_id == act.centre_id, DutyDraftStep.plan_id == plan.id)
    last = act.session.scalar(select(func.max(DutyDraftStep.position)).where(*ours)) or 0
    before = Before(tuple(sorted(slot_ids)), _held(act, slot_ids), plan.proof, tuple(map(_kept, sessions)))
    act.session.add(
        DutyDraftStep(
            id=new_id(),
            centre_id=act.centre_id,
            plan_id=plan.id,
            position=last + 1,
            label=label,
            before=packed(before),
            at=act.now,
            staff_name=act.actor.name,
        )
    )
    if last >= MOST_STEPS:
        act.session.execute(delete(DutyDraftStep).where(*ours, DutyDraftStep.position <= last + 1 - MOST_STEPS))


def forget_steps(act: Act, plan_id: UUID) -> None:
    """Nothing of the plan can be taken back this way any more."""
    ours = (DutyDraftStep.centre_id == act.centre_id, DutyDraftStep.plan_id == plan_id)
    act.session.execute(delete(DutyDraftStep).where(*ours))


@action("duty.draft_undo", Permission.DUTY_PLAN, "撤销排班操作")
def draft_undo(act: Act, *, plan_id: UUID, version: int) -> DraftUndone:
    """Take the newest step in making a draft back: its sessions hold what they held before.

    Raises:
        Stale: the plan was changed meanwhile. RuleBroken: there is nothing to take back.
    """
    plan = plan_of(act, plan_id, DRAFT, "撤销排班操作", version)
    step = act.session.scalar(
        select(DutyDraftStep)
        .where(DutyDraftStep.centre_id == act.centre_id, DutyDraftStep.plan_id == plan.id)
        .order_by(DutyDraftStep.position.desc())
        .limit(1)
    )
    if step is None:
        raise RuleBroken("没有可以撤销的操作。")
    before = msgspec.json.decode(step.before, type=Before)
    _put_back(act, before)
    plan.proof = before.proof
    act.session.delete(step)
    act.on("duty_plan", plan.id)
    act.note(step=step.position)
    return DraftUndone(plan.id, plan.version, step.label)


def add_all(act: Act, duties: Collection[DraftDuty]) -> None:
    """Write duties of a draft, in one statement however many they are."""
    rows = [
        {
            "id": duty.id,
            "centre_id": act.centre_id,
            "slot_id": duty.slot_id,
            "seat_id": duty.seat_id,
            "need": duty.need,
            "state": DutyState.DRAFT.value,
            "locked": duty.locked,
            "covers": None,
            "reason": duty.reason,
            "arrived_at": None,
            "left_at": None,
            "method": "",
            "received": 0,
            "version": 1,
        }
        for duty in duties
    ]
    if rows:
        act.session.connection().execute(insert(_DUTY), rows)


def drop_all(act: Act, duty_ids: Collection[UUID]) -> None:
    """Take duties of a draft out."""
    if duty_ids:
        act.session.execute(delete(Duty).where(Duty.centre_id == act.centre_id, Duty.id.in_(duty_ids)))


def keep_overrides(act: Act, found: Iterable[Broken], reason: str) -> None:
    """Lock whoever sits somewhere against a rule, with the reason: it is the manager's will from now on."""
    act.session.flush()
    for slot_id, seat_id in sorted({(each.slot_id, each.seat_id) for each in found if each.slot_id and each.seat_id}):
        act.session.execute(
            update(Duty)
            .where(Duty.centre_id == act.centre_id, Duty.slot_id == slot_id, Duty.seat_id == seat_id)
            .values(locked=True, reason=reason, version=Duty.version + 1)
            .execution_options(synchronize_session=False)
        )


def unproved(plan: DutyPlan) -> None:
    """What was proved holds no more: somebody changed the plan by hand."""
    plan.proof = ""


def proved(plan: DutyPlan, proof: Proof) -> None:
    """Keep what is proved."""
    plan.proof = packed(proof)


def _kept(slot: DutySlot) -> DraftSlot:
    return DraftSlot(
        slot.id, slot.day, slot.starts, slot.ends, slot.room_id, slot.needs, slot.cancelled, slot.note
    )  # fmt: skip


def _held(act: Act, slot_ids: Collection[UUID]) -> tuple[DraftDuty, ...]:
    act.session.flush()
    rows = act.session.connection().execute(
        select(_DUTY.c.id, _DUTY.c.slot_id, _DUTY.c.seat_id, _DUTY.c.need, _DUTY.c.locked, _DUTY.c.reason)
        .where(_DUTY.c.centre_id == act.centre_id, _DUTY.c.slot_id.in_(slot_ids))
        .order_by(_DUTY.c.id)
    )
    return tuple(DraftDuty(*row) for row in rows)


def _put_back(act: Act, before: Before) -> None:
    """Sessions that are gone since are passed over."""
    act.session.flush()
    there = set(
        act.session.scalars(
            select(DutySlot.id).where(DutySlot.centre_id == act.centre_id, DutySlot.id.in_(before.slots))
        )
    )
    act.session.execute(delete(Duty).where(Duty.centre_id == act.centre_id, Duty.slot_id.in_(there)))
    add_all(act, [duty for duty in before.duties if duty.slot_id in there])
    for kept in before.sessions:
        slot = act.session.get(DutySlot, kept.id, with_for_update=True, populate_existing=True)
        if slot is not None:
            slot.day, slot.starts, slot.ends, slot.room_id = kept.day, kept.starts, kept.ends, kept.room_id
            slot.needs, slot.cancelled, slot.note = kept.needs, kept.cancelled, kept.note
            slot.version += 1
