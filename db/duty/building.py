"""From the database to the plain problem that solver, checker and explanations work on. Ten statements, whatever the size.

A duty counts where it stands: one that covers for somebody counts for whoever covers. What is fixed are duties locked by
hand and, in a published plan, those whose day has come; a repair starts from `Problem.fixed` and the plan's sittings.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from db.calendar.queries import calendar_of
from db.clock import local
from db.duty.busy import busy
from db.duty.kept import ids_of, needs_of
from db.duty.levels import Level, levels
from db.duty.models import Duty, DutyBody, DutyMember, DutyPair, DutyPlan, DutySeat, DutySlot, DutyStand
from db.duty.solve.canonical import credits, moved
from db.duty.solve.problem import (
    BodyLimits,
    Done,
    Fixed,
    Half,
    Pair,
    Problem,
    Seat,
    Slot,
    Stand,
    Time,
    Want,
)
from db.duty.states import COMING, COUNTS, DutyState, PlanState
from db.duty.workdays import Workdays
from db.errors import RuleBroken

REST_SEEN = 80
"""Working days before and after a plan in which duties of other plans are looked at, even where no rest is asked."""
CAME = (DutyState.ARRIVED.value, DutyState.LEFT.value)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the parts of a problem are made from."""

    session: Session
    centre_id: UUID
    plan: DutyPlan
    body_ids: tuple[UUID, ...]
    workdays: Workdays


def problem_of(session: Session, centre_id: UUID, plan_id: UUID, now: datetime | None = None) -> Problem:
    """The problem of a plan as the database stands.

    With `now` (aware) the duties of a published plan that have begun by then are fixed; without it only those that were
    locked by hand, or in which somebody came or was absent.

    Raises:
        RuleBroken: there is no such plan in the centre.
    """
    plan = session.scalar(select(DutyPlan).where(DutyPlan.centre_id == centre_id, DutyPlan.id == plan_id))
    if plan is None:
        raise RuleBroken("没有找到这份轮值表，请刷新后重试。")
    facts = _Facts(session, centre_id, plan, ids_of(plan.body_ids), Workdays(calendar_of(session, centre_id)))
    slots = _slots(facts)
    sitting = _sitting(facts)
    accounts = levels(session, centre_id, facts.body_ids, before=plan.first, without=plan.id)
    own = _own_seats(facts, accounts, {row.seat_id for row in sitting}, now)
    people = {seat.person_id for seat in own}
    limits = _limits(facts)
    done = (*_undated(facts, accounts, own, limits), *_done(facts, slots, people, limits))
    elsewhere = _seats_elsewhere(facts, {each.seat_id for each in done} - {seat.id for seat in own})
    seats = (*own, *elsewhere)
    wanted = {*facts.body_ids, *(seat.body_id for seat in elsewhere)}
    problem = Problem(
        slots=slots,
        seats=seats,
        bodies=tuple(each for each in limits if each.body_id in wanted),
        names=_names(facts, people),
        stands=_stands(facts, slots, people),
        pairs=_pairs(facts, people),
        fixed=_fixed(plan, sitting, slots, now),
        banned=busy(session, centre_id, plan_id, slots, own),
        done=done,
    )
    return problem if plan.edition == 0 else _without_own_credits(plan, problem)


def _without_own_credits(plan: DutyPlan, problem: Problem) -> Problem:
    """A published plan put what it credits to joiners on their account (`levels.keep_credits`): here that is not yet so."""
    given = credits(problem)
    return moved(
        problem,
        {
            seat.id: max(0, seat.before - given[seat.id]) if seat.first and seat.first > plan.first else seat.before
            for seat in problem.seats
        },
    )


def _slots(facts: _Facts) -> tuple[Slot, ...]:
    rows = facts.session.execute(
        select(DutySlot.id, DutySlot.body_id, DutySlot.day, DutySlot.starts, DutySlot.ends, DutySlot.needs)
        .where(DutySlot.centre_id == facts.centre_id, DutySlot.plan_id == facts.plan.id, DutySlot.cancelled == "")
        .order_by(DutySlot.day, DutySlot.starts, DutySlot.id)
    ).all()
    needs = {text: needs_of(text) for text in {row.needs for row in rows}}
    return tuple(
        Slot(row.id, row.body_id, row.day, row.starts, row.ends, facts.workdays.of(row.day), needs[row.needs])
        for row in rows
    )


def _sitting(facts: _Facts) -> Sequence[Row[UUID, UUID, str, bool]]:
    """Who sits in the plan now, in whatever state."""
    return facts.session.execute(
        select(Duty.slot_id, Duty.seat_id, Duty.state, Duty.locked)
        .join(DutySlot, DutySlot.id == Duty.slot_id)
        .where(DutySlot.centre_id == facts.centre_id, DutySlot.plan_id == facts.plan.id, DutySlot.cancelled == "")
        .where(Duty.centre_id == facts.centre_id, Duty.state.in_([state.value for state in COMING]))
        .order_by(DutySlot.day, DutySlot.starts, Duty.slot_id, Duty.need, Duty.id)
    ).all()


def _own_seats(
    facts: _Facts, accounts: tuple[Level, ...], sitting: set[UUID], now: datetime | None
) -> tuple[Seat, ...]:
    """The seats of the plan's bodies: those in use, and those ended or retired that sit in the plan all the same.

    The latter may not be given anything more: not in a draft, and with `now` nothing from that day on.
    """
    before = {each.seat_id: each.total for each in accounts}
    wanted = or_(and_(DutySeat.active, DutyMember.active), DutySeat.id.in_(list(sitting)))
    gone = facts.plan.first if facts.plan.state == PlanState.DRAFT else local(now).date() if now is not None else None
    found = []
    for row in facts.session.execute(_seat_rows(facts).where(DutySeat.body_id.in_(facts.body_ids), wanted)):
        last = row.last
        if not row.in_use and gone is not None:
            last = min(last or date.max, gone - _DAY)
        found.append(Seat(row.id, row.body_id, row.member_id, row.kind, before[row.id], row.first, last))
    return tuple(found)


def _seats_elsewhere(facts: _Facts, seat_ids: set[UUID]) -> tuple[Seat, ...]:
    """Seats in other bodies through which somebody of the plan did duties that the rest looks at."""
    if not seat_ids:
        return ()
    rows = facts.session.execute(_seat_rows(facts).where(DutySeat.id.in_(list(seat_ids))))
    return tuple(Seat(row.id, row.body_id, row.member_id, row.kind, 0, row.first, row.last) for row in rows)


def _seat_rows(facts: _Facts) -> Select[UUID, UUID, UUID, str, date | None, date | None, bool]:
    in_use = and_(DutySeat.active, DutyMember.active).label("in_use")
    return (
        select(DutySeat.id, DutySeat.body_id, DutySeat.member_id, DutySeat.kind, DutySeat.first, DutySeat.last, in_use)
        .join(DutyMember, DutyMember.id == DutySeat.member_id)
        .where(DutySeat.centre_id == facts.centre_id)
        .order_by(DutySeat.id)
    )


def _limits(facts: _Facts) -> tuple[BodyLimits, ...]:
    rows = facts.session.execute(
        select(DutyBody.id, DutyBody.name, DutyBody.rest, DutyBody.most_a_month, DutyBody.least_a_year)
        .where(DutyBody.centre_id == facts.centre_id)
        .order_by(DutyBody.id)
    )
    return tuple(BodyLimits(*row) for row in rows)


def _done(
    facts: _Facts, slots: tuple[Slot, ...], people: set[UUID], limits: tuple[BodyLimits, ...]
) -> tuple[Done, ...]:
    """Duties of other plans around this one: as far as any rest reaches, and in the months and years that are counted."""
    days = [slot.day for slot in slots] or [facts.plan.first, facts.plan.last]
    reach = timedelta(days=2 * max(REST_SEEN, *(each.rest for each in limits)) + 30)
    first, last = _month(min(days) - reach)[0], _month(max(days) + reach)[1]
    if any(each.least_a_year for each in limits if each.body_id in facts.body_ids):
        first, last = min(first, date(min(days).year, 1, 1)), max(last, date(max(days).year, 12, 31))
    rows = facts.session.execute(
        select(Duty.seat_id, DutySlot.day, DutySeat.member_id)
        .join(DutySlot, DutySlot.id == Duty.slot_id)
        .join(DutySeat, DutySeat.id == Duty.seat_id)
        .where(DutySlot.centre_id == facts.centre_id, DutySlot.day >= first, DutySlot.day <= last)
        .where(DutySlot.plan_id != facts.plan.id, DutySlot.cancelled == "")
        .where(Duty.centre_id == facts.centre_id, Duty.state.in_([state.value for state in COUNTS]))
        .order_by(DutySlot.day, DutySlot.starts, Duty.seat_id)
    )
    return tuple(Done(row.seat_id, row.day, facts.workdays.of(row.day)) for row in rows if row.member_id in people)


def _undated(
    facts: _Facts, accounts: tuple[Level, ...], own: tuple[Seat, ...], limits: tuple[BodyLimits, ...]
) -> list[Done]:
    """Duties of the history, whose days nobody knows, for the year's least (每年不少于 2 次) in the year a body begins here.

    A hall that begins in July with “5 次” for somebody must not be told in December that they never came. They stand on the
    first of January, too far off for any rest, and only where the plan does not begin in that month.
    """
    least = {each.body_id: each.least_a_year for each in limits if each.least_a_year and each.body_id in facts.body_ids}
    if not least or facts.plan.first.month == 1:
        return []
    began = facts.session.execute(
        select(DutySlot.body_id, func.min(DutySlot.planned))
        .where(DutySlot.centre_id == facts.centre_id, DutySlot.body_id.in_(list(least)))
        .group_by(DutySlot.body_id)
    )
    first_year = {body_id: day.year for body_id, day in began}
    history = {each.seat_id: each.history for each in accounts}
    new_year = date(facts.plan.first.year, 1, 1)
    return [
        Done(seat.id, new_year, facts.workdays.of(new_year))
        for seat in own
        if first_year.get(seat.body_id) == new_year.year
        for _ in range(min(history[seat.id], least[seat.body_id]))
    ]


def _month(day: date) -> tuple[date, date]:
    """The first and the last day of a day's month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - _DAY


def _names(facts: _Facts, people: set[UUID]) -> dict[UUID, str]:
    """Names for sentences; two of one name are told apart by their 单位职务."""
    rows = facts.session.execute(
        select(DutyMember.id, DutyMember.name, DutyMember.unit_post)
        .where(DutyMember.centre_id == facts.centre_id)
        .order_by(DutyMember.id)
    ).all()
    known = [row for row in rows if row.id in people]
    twice = {name for name, count in Counter(row.name for row in known).items() if count > 1}
    return {
        row.id: f"{row.name}（{row.unit_post}）" if row.name in twice and row.unit_post else row.name for row in known
    }


def _stands(facts: _Facts, slots: tuple[Slot, ...], people: set[UUID]) -> tuple[Stand, ...]:
    """Leave and wishes that touch the months of the plan."""
    days = [slot.day for slot in slots] or [facts.plan.first]
    first, last = _month(min(days))[0], _month(max(days))[1]
    rows = facts.session.scalars(
        select(DutyStand)
        .where(DutyStand.centre_id == facts.centre_id, DutyStand.lifted_at.is_(None))
        .where(or_(DutyStand.last.is_(None), DutyStand.last >= first))
        .where(or_(DutyStand.first.is_(None), DutyStand.first <= last))
        .where(or_(DutyStand.body_id.is_(None), DutyStand.body_id.in_(facts.body_ids)))
        .order_by(DutyStand.id)
    )
    return tuple(
        Stand(
            row.member_id,
            Want(row.want),
            Time(row.first, row.last, row.weekday, Half(row.half) if row.half else None),
            row.why,
            row.body_id,
        )
        for row in rows
        if row.member_id in people
    )


def _pairs(facts: _Facts, people: set[UUID]) -> tuple[Pair, ...]:
    rows = facts.session.scalars(
        select(DutyPair)
        .where(DutyPair.centre_id == facts.centre_id, DutyPair.body_id.in_(facts.body_ids))
        .order_by(DutyPair.id)
    )
    return tuple(
        Pair(row.body_id, row.one_id, row.other_id, row.together)
        for row in rows
        if {row.one_id, row.other_id} <= people
    )


def _fixed(
    plan: DutyPlan, sitting: Sequence[Row[UUID, UUID, str, bool]], slots: tuple[Slot, ...], now: datetime | None
) -> tuple[Fixed, ...]:
    begins = {slot.id: (slot.day, slot.starts) for slot in slots}
    moment = None if now is None or plan.state == PlanState.DRAFT else (local(now).date(), local(now).time())
    found = []
    for row in sitting:
        if row.state in CAME:
            found.append(Fixed(row.slot_id, row.seat_id, "已到岗"))
        elif moment is not None and begins[row.slot_id] <= moment:
            found.append(Fixed(row.slot_id, row.seat_id, "这一班已过"))
        elif row.locked:
            found.append(Fixed(row.slot_id, row.seat_id, "已锁定"))
    return tuple(found)
