"""How often everybody sits: for a plan beside their share, and for a year as it is written down (履职记录)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.clock import CHINA, start_of
from db.duty.building import problem_of
from db.duty.models import Duty, DutyBody, DutyMember, DutyPlan, DutySeat, DutySlot, Reception
from db.duty.queries import seats
from db.duty.rows import CountRow, RecordRow
from db.duty.solve.canonical import credits, fits
from db.duty.solve.problem import Problem, Seat
from db.duty.states import COMING, DutyState, PlanState


def counts(session: Session, centre_id: UUID, plan_id: UUID) -> tuple[CountRow, ...]:
    """Of every seat of the plan's bodies what it brings, what the plan gives it, and its share, by body and name.

    The share is what history and term together come to when the plan's places go to whoever has the fewest, exact;
    history and term are its floor or its ceiling in a plan that is proved fair.
    """
    problem = problem_of(session, centre_id, plan_id)
    term, covering = _term(session, centre_id, plan_id)
    target = shares(problem)
    before = {seat.id: seat.before for seat in problem.seats}
    with_slots = {slot.body_id for slot in problem.slots}
    return tuple(
        CountRow(
            seat_id=row.id,
            body_id=row.body_id,
            body_name=row.body_name,
            member_name=row.member_name,
            kind=row.kind,
            history=before[row.id],
            term=term.get(row.id, 0),
            covering=covering.get(row.id, 0),
            share=round(float(target[row.id]), 1),
        )
        for row in seats(session, centre_id, idle=True)
        if row.id in before and row.body_id in with_slots
    )


def shares(problem: Problem) -> dict[UUID, Fraction]:
    """What each seat comes to, history included, when every place goes to whoever has the fewest of those it is open to.

    Within a body, kinds that some place may take instead of each other share their places; others are apart.
    """
    extra = credits(problem)
    found: dict[UUID, Fraction] = {}
    for body_id in sorted({seat.body_id for seat in problem.seats}):
        there = [seat for seat in problem.seats if seat.body_id == body_id]
        needs = [need for slot in problem.slots if slot.body_id == body_id for need in slot.needs]
        for group in _groups(there, problem):
            kinds = {seat.kind for seat in group}
            places = sum(need.count for need in needs if not need.kinds or need.kinds & kinds)
            level = _level([seat.before + extra[seat.id] for seat in group], places)
            for seat in group:
                found[seat.id] = max(level, Fraction(seat.before + extra[seat.id])) - extra[seat.id]
    return found


def records(session: Session, centre_id: UUID, year: int) -> tuple[RecordRow, ...]:
    """What everybody did in a calendar year, by body and name: who covered counts, who was covered does not."""
    rows = _duties_of(session, centre_id, year)
    receptions = _received(session, centre_id, year)
    planned: Counter[UUID] = Counter()
    done: Counter[UUID] = Counter()
    covered: Counter[UUID] = Counter()
    absent: Counter[UUID] = Counter()
    received: Counter[UUID] = Counter()
    hours: dict[UUID, float] = defaultdict(float)
    for row in rows:
        here = row.state in (DutyState.ARRIVED, DutyState.LEFT)
        planned[row.seat_id] += row.covers is None
        done[row.seat_id] += here
        covered[row.seat_id] += here and row.covers is not None
        absent[row.seat_id] += row.state == DutyState.ABSENT
        received[row.seat_id] += row.received
        hours[row.seat_id] += _hours(row) if here else 0.0
    found = []
    booked: set[UUID] = set()
    for seat in _seats(session, centre_id):
        body_of_members = receptions.get((seat.member_id, seat.body_id), 0)
        if seat.member_id not in booked:  # who received outside of a session is told once
            body_of_members += receptions.get((seat.member_id, None), 0)
            booked.add(seat.member_id)
        if not (planned[seat.id] or done[seat.id] or body_of_members):
            continue
        found.append(
            RecordRow(
                member_id=seat.member_id,
                member_name=seat.name,
                body_name=seat.body_name,
                kind=seat.kind,
                unit_post=seat.unit_post,
                planned=planned[seat.id],
                done=done[seat.id],
                covered=covered[seat.id],
                absent=absent[seat.id],
                hours=round(hours[seat.id], 1),
                received=received[seat.id] + body_of_members,
            )
        )
    return tuple(found)


def _term(session: Session, centre_id: UUID, plan_id: UUID) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """By seat: duties in the plan, and those of them that were taken over from others."""
    rows = session.execute(
        select(Duty.seat_id, func.count(), func.count(Duty.covers))
        .select_from(DutySlot)
        .join(Duty, (Duty.centre_id == DutySlot.centre_id) & (Duty.slot_id == DutySlot.id))
        .where(DutySlot.centre_id == centre_id, DutySlot.plan_id == plan_id, DutySlot.cancelled == "")
        .where(Duty.state.in_(COMING))
        .group_by(Duty.seat_id)
    ).all()
    return {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}


def _groups(there: Sequence[Seat], problem: Problem) -> Iterable[list[Seat]]:
    """Seats of a body that share places, directly or through others; those no place is open to are left alone."""
    needs = {need for slot in problem.slots for need in slot.needs if slot.body_id == there[0].body_id}
    left = list(there)
    while left:
        group, waiting = [left[0]], left[1:]
        grown = True
        while grown:
            open_to = [need for need in needs if any(fits(need, seat) for seat in group)]
            joining = [seat for seat in waiting if any(fits(need, seat) for need in open_to)]
            group += joining
            waiting = [seat for seat in waiting if seat not in joining]
            grown = bool(joining)
        yield group
        left = waiting


def _level(before: Sequence[int], places: int) -> Fraction:
    """How high so many places lift everybody who is lower: what is poured in stands level."""
    heights = sorted(before)
    for count in range(1, len(heights) + 1):
        level = Fraction(sum(heights[:count]) + places, count)
        if count == len(heights) or level <= heights[count]:
            return level
    return Fraction(0)


def _duties_of(session: Session, centre_id: UUID, year: int) -> Sequence[Any]:
    """Duties that were somebody's in sessions of the year that took place, in published plans."""
    return session.execute(
        select(
            Duty.seat_id, Duty.state, Duty.covers, Duty.received, Duty.arrived_at, Duty.left_at,
            DutySlot.day, DutySlot.starts, DutySlot.ends,
        )
        .select_from(DutySlot)
        .join(Duty, (Duty.centre_id == DutySlot.centre_id) & (Duty.slot_id == DutySlot.id))
        .join(DutyPlan, DutyPlan.id == DutySlot.plan_id)
        .where(DutySlot.centre_id == centre_id, DutySlot.day.between(date(year, 1, 1), date(year, 12, 31)))
        .where(DutySlot.cancelled == "", DutyPlan.state != PlanState.DRAFT)
        .where(Duty.state.not_in([DutyState.DRAFT, DutyState.REPLACED]))
    ).all()  # fmt: skip


def _hours(row: Any) -> float:
    """From arriving to leaving; where one of them is not known (taken in from an older roster), the session's own time."""
    begins = row.arrived_at or datetime.combine(row.day, row.starts, CHINA)
    ends = row.left_at or datetime.combine(row.day, row.ends, CHINA)
    lasted: float = (ends - begins).total_seconds() / 3600
    return max(0.0, lasted)


def _received(session: Session, centre_id: UUID, year: int) -> dict[tuple[UUID, UUID | None], int]:
    """People in the reception book of the year by who received them and in which body's session."""
    rows = session.execute(
        select(Reception.receiver_id, DutySlot.body_id, func.sum(Reception.people))
        .outerjoin(DutySlot, DutySlot.id == Reception.slot_id)
        .where(Reception.centre_id == centre_id, Reception.receiver_id.is_not(None))
        .where(Reception.at >= start_of(date(year, 1, 1)), Reception.at < start_of(date(year + 1, 1, 1)))
        .group_by(Reception.receiver_id, DutySlot.body_id)
    )
    return {(row[0], row[1]): int(row[2]) for row in rows if row[0] is not None}


def _seats(session: Session, centre_id: UUID) -> Sequence[Any]:
    return session.execute(
        select(
            DutySeat.id, DutySeat.member_id, DutySeat.body_id, DutySeat.kind, DutyMember.name, DutyMember.unit_post,
            DutyBody.name.label("body_name"),
        )
        .join(DutyMember, DutyMember.id == DutySeat.member_id)
        .join(DutyBody, DutyBody.id == DutySeat.body_id)
        .where(DutySeat.centre_id == centre_id)
        .order_by(DutyBody.position, DutyBody.name, DutyMember.name, DutySeat.id)
    ).all()  # fmt: skip
