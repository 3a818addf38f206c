"""What can be asked of plans: the list, and the sessions with whoever sits in them."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from db.base import table_of
from db.duty.kept import ids_of
from db.duty.kept import needs_of as read_needs
from db.duty.models import Duty, DutyBody, DutyDraftStep, DutyMember, DutyPlan, DutySeat, DutySlot
from db.duty.packing import proof_of
from db.duty.rows import DutyRow, PlanRow, SlotRow
from db.duty.solve.problem import Need, Sitting
from db.duty.states import COMING, DutyState, PlanState, SignMethod
from db.rooms.models import Room

_SLOT, _BODY, _ROOM, _PLAN = table_of(DutySlot), table_of(DutyBody), table_of(Room), table_of(DutyPlan)
_DUTY, _SEAT, _MEMBER = table_of(Duty), table_of(DutySeat), table_of(DutyMember)
_SLOTS = (
    select(
        _SLOT,
        _BODY.c.name.label("body_name"),
        _BODY.c.colour,
        _BODY.c.scope,
        _ROOM.c.name.label("room_name"),
        _ROOM.c.number.label("room_number"),
    )
    .join(_BODY, _BODY.c.id == _SLOT.c.body_id)
    .outerjoin(_ROOM, _ROOM.c.id == _SLOT.c.room_id)
    .order_by(_SLOT.c.day, _SLOT.c.starts, _BODY.c.position, _BODY.c.name, _SLOT.c.id)
)
_COVERED = _DUTY.alias("covered")
_COVERED_SEAT = _SEAT.alias("covered_seat")
_COVERED_MEMBER = _MEMBER.alias("covered_member")
_DUTIES = (
    select(
        _DUTY, _SEAT.c.member_id, _SEAT.c.kind, _SEAT.c.session, _SEAT.c.level, _MEMBER.c.name, _MEMBER.c.unit_post,
        _MEMBER.c.specialty, _COVERED_MEMBER.c.name.label("covers_name"),
    )
    .select_from(_SLOT)
    .join(_DUTY, (_DUTY.c.centre_id == _SLOT.c.centre_id) & (_DUTY.c.slot_id == _SLOT.c.id))
    .join(_SEAT, _SEAT.c.id == _DUTY.c.seat_id)
    .join(_MEMBER, _MEMBER.c.id == _SEAT.c.member_id)
    .outerjoin(_COVERED, _COVERED.c.id == _DUTY.c.covers)
    .outerjoin(_COVERED_SEAT, _COVERED_SEAT.c.id == _COVERED.c.seat_id)
    .outerjoin(_COVERED_MEMBER, _COVERED_MEMBER.c.id == _COVERED_SEAT.c.member_id)
    .order_by(_DUTY.c.need, _MEMBER.c.name, _DUTY.c.id)
)  # fmt: skip


def room_title(number: str, name: str) -> str:
    """A room as boards and papers name it, “203 调解室”: people find it by the number on its door. "" for none."""
    return name if name.startswith(number) or name.endswith(number) else f"{number} {name}"


@lru_cache(256)
def needs_of(kept: str) -> tuple[Need, ...]:
    """The needs of a session; sessions of a rule share theirs."""
    return read_needs(kept)


def plans(session: Session, centre_id: UUID, *, archived: bool = False) -> tuple[PlanRow, ...]:
    """Plans, the latest first; those put away only with `archived`."""
    wanted = select(DutyPlan).where(DutyPlan.centre_id == centre_id)
    if not archived:
        wanted = wanted.where(DutyPlan.state != PlanState.ARCHIVED)
    found = session.scalars(wanted.order_by(DutyPlan.first.desc(), DutyPlan.created_at.desc())).all()
    return _plan_rows(session, centre_id, found)


def plan(session: Session, centre_id: UUID, plan_id: UUID) -> PlanRow | None:
    """One plan."""
    found = session.scalars(select(DutyPlan).where(DutyPlan.centre_id == centre_id, DutyPlan.id == plan_id)).all()
    rows = _plan_rows(session, centre_id, found)
    return rows[0] if rows else None


def plan_slots(session: Session, centre_id: UUID, plan_id: UUID) -> tuple[SlotRow, ...]:
    """Every session of a plan in the order of time, those that do not take place too."""
    return slots_where(session, _SLOT.c.centre_id == centre_id, _SLOT.c.plan_id == plan_id)


def slot(session: Session, centre_id: UUID, slot_id: UUID) -> SlotRow | None:
    """One session."""
    found = slots_where(session, _SLOT.c.centre_id == centre_id, _SLOT.c.id == slot_id)
    return found[0] if found else None


def slots_between(
    session: Session, centre_id: UUID, first: date, last: date, *, drafts: bool = False
) -> tuple[SlotRow, ...]:
    """Sessions of published plans (with `drafts` of all) from day to day, both included."""
    held = select(_PLAN.c.id).where(_PLAN.c.centre_id == centre_id, _PLAN.c.state != PlanState.DRAFT)
    also = () if drafts else (_SLOT.c.plan_id.in_(held),)
    return slots_where(session, _SLOT.c.centre_id == centre_id, _SLOT.c.day.between(first, last), *also)


def slots_where(session: Session, *conditions: Any) -> tuple[SlotRow, ...]:
    """Sessions by conditions on their own columns (the centre first), with their duties: two statements."""
    connection = session.connection()
    found = connection.execute(_SLOTS.where(*conditions)).all()
    duties: dict[UUID, list[DutyRow]] = {row.id: [] for row in found}
    asked: Select[Any] = _DUTIES.where(*conditions)
    for each in connection.execute(asked):
        duties[each.slot_id].append(_duty_row(each))
    return tuple(_slot_row(row, duties[row.id]) for row in found)


def sittings_of(slots: Iterable[SlotRow]) -> tuple[Sitting, ...]:
    """Who sits where: the places that are filled in sessions that take place."""
    return tuple(
        Sitting(slot.id, duty.seat_id, duty.need)
        for slot in slots
        if not slot.cancelled
        for duty in slot.duties
        if duty.state in COMING
    )


def undoable(session: Session, centre_id: UUID, plan_id: UUID) -> str:
    """What the newest step in making a draft was; empty where nothing can be taken back."""
    return last_step(session, centre_id, plan_id)[0]


def last_step(session: Session, centre_id: UUID, plan_id: UUID) -> tuple[str, str]:
    """The newest step in making a draft and who has made it; both empty where nothing can be taken back."""
    found = session.execute(
        select(DutyDraftStep.label, DutyDraftStep.staff_name)
        .where(DutyDraftStep.centre_id == centre_id, DutyDraftStep.plan_id == plan_id)
        .order_by(DutyDraftStep.position.desc())
        .limit(1)
    ).first()
    return ("", "") if found is None else (found.label, found.staff_name)


def _plan_rows(session: Session, centre_id: UUID, found: Sequence[DutyPlan]) -> tuple[PlanRow, ...]:
    ids = [row.id for row in found]
    sessions, places = _places(session, centre_id, ids)
    sitting = session.execute(
        select(DutySlot.plan_id, func.count())
        .join(Duty, (Duty.centre_id == DutySlot.centre_id) & (Duty.slot_id == DutySlot.id))
        .where(DutySlot.centre_id == centre_id, DutySlot.plan_id.in_(ids), DutySlot.cancelled == "")
        .where(Duty.centre_id == centre_id, Duty.state.in_(COMING))
        .group_by(DutySlot.plan_id)
    )
    filled: dict[UUID, int] = {row[0]: row[1] for row in sitting}
    return tuple(
        PlanRow(
            id=row.id,
            title=row.title,
            first=row.first,
            last=row.last,
            body_ids=ids_of(row.body_ids),
            state=PlanState(row.state),
            edition=row.edition,
            proof=proof_of(row.proof),
            published_at=row.published_at,
            version=row.version,
            sessions=sessions.get(row.id, 0),
            places=places.get(row.id, 0),
            filled=filled.get(row.id, 0),
        )
        for row in found
    )


def _places(session: Session, centre_id: UUID, plan_ids: list[UUID]) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """Of each plan: sessions that take place, and the people they need. Equal needs are counted together."""
    sessions: dict[UUID, int] = {}
    places: dict[UUID, int] = {}
    rows = session.execute(
        select(DutySlot.plan_id, DutySlot.needs, func.count())
        .where(DutySlot.centre_id == centre_id, DutySlot.plan_id.in_(plan_ids), DutySlot.cancelled == "")
        .group_by(DutySlot.plan_id, DutySlot.needs)
    )
    for plan_id, needs, count in rows:
        sessions[plan_id] = sessions.get(plan_id, 0) + count
        people = sum(need.count for need in needs_of(needs))
        places[plan_id] = places.get(plan_id, 0) + count * people
    return sessions, places


def _slot_row(row: Any, duties: list[DutyRow]) -> SlotRow:
    return SlotRow(
        id=row.id,
        plan_id=row.plan_id,
        body_id=row.body_id,
        body_name=row.body_name,
        colour=row.colour,
        scope=row.scope,
        planned=row.planned,
        day=row.day,
        starts=row.starts,
        ends=row.ends,
        needs=needs_of(row.needs),
        room_id=row.room_id,
        room_name=room_title(row.room_number or "", row.room_name or ""),
        cancelled=row.cancelled,
        note=row.note,
        sequence=row.sequence,
        version=row.version,
        duties=tuple(sorted(duties, key=lambda duty: duty.state not in COMING)),
        vacant=row.vacant,
    )


def _duty_row(row: Any) -> DutyRow:
    return DutyRow(
        id=row.id,
        slot_id=row.slot_id,
        seat_id=row.seat_id,
        member_id=row.member_id,
        member_name=row.name,
        kind=row.kind,
        session=row.session,
        level=row.level,
        unit_post=row.unit_post,
        specialty=row.specialty,
        need=row.need,
        state=DutyState(row.state),
        locked=row.locked,
        covers_name=row.covers_name or "",
        reason=row.reason,
        arrived_at=row.arrived_at,
        left_at=row.left_at,
        method=SignMethod(row.method) if row.method else None,
        received=row.received,
        version=row.version,
    )
