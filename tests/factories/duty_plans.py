"""Plans of duties to test with: made from a crew's rules, filled without a solver, published."""

from collections import Counter
from datetime import date, datetime
from typing import Any
from uuid import UUID

from db.action import Action, Actor, Request
from db.calendar.queries import published_years
from db.duty.building import problem_of
from db.duty.plan_queries import plan, plan_slots
from db.duty.plans import PlanMade, PlanSaved, plan_fill, plan_new
from db.duty.publishing import Published, publish
from db.duty.rows import DutyRow, PlanRow, SlotRow
from db.duty.solve.problem import Method, Proof, Sitting
from db.duty.solve.why import why_not
from db.duty.states import COMING
from db.ids import new_id
from db.session import Hall
from tests.factories.calendar import make_calendar
from tests.factories.duty import make_crew
from tests.factories.stage import Example, Stage

FIRST, LAST = date(2026, 11, 25), date(2026, 12, 31)
"""Six Wednesdays after the tests' now."""
PROOF = Proof(Method.SOLVER, True, True, 1, 1)


def make_plan(
    hall: Hall, actor: Actor, now: datetime, body_ids: tuple[UUID, ...], first: date = FIRST, last: date = LAST
) -> UUID:
    """An empty draft; the years 2025 and 2026 are published if no year is yet. Returns its id."""
    if not hall.read(published_years, actor.centre_id):
        make_calendar(hall, actor.centre_id)
    made: PlanMade = _click(hall, actor, now, plan_new, body_ids=body_ids, first=first, last=last)
    return made.plan_id


def fill_plan(hall: Hall, actor: Actor, now: datetime, plan_id: UUID) -> tuple[Sitting, ...]:
    """Put the least loaded whom no rule forbids into every place; returns who sits where."""
    problem = hall.read(problem_of, actor.centre_id, plan_id)
    found: list[Sitting] = [Sitting(each.slot_id, each.seat_id) for each in problem.fixed]
    load: Counter[UUID] = Counter(each.seat_id for each in found)
    for slot in problem.slots:
        for at, need in enumerate(slot.needs):
            there = sum(each.slot_id == slot.id and each.need == at for each in found)
            for _ in range(need.count - there):
                fitting = [
                    seat
                    for seat in problem.seats
                    if (not need.kinds or seat.kind in need.kinds)
                    and not any(reason.hard for reason in why_not(problem, found, slot.id, seat.id))
                ]
                best = min(fitting, key=lambda seat: (load[seat.id], problem.names[seat.person_id]))
                found.append(Sitting(slot.id, best.id, at))
                load[best.id] += 1
    sittings = tuple(sorted(found))
    saved: PlanSaved = _click(
        hall, actor, now, plan_fill, plan_id=plan_id, version=version_of(hall, actor, plan_id), sittings=sittings,
        proof=PROOF,
    )  # fmt: skip
    assert saved.plan_id == plan_id
    return sittings


def make_published(hall: Hall, actor: Actor, now: datetime, body_ids: tuple[UUID, ...], **days: date) -> UUID:
    """A plan that hangs on the wall; returns its id."""
    plan_id = make_plan(hall, actor, now, body_ids, **days)
    fill_plan(hall, actor, now, plan_id)
    done: Published = _click(
        hall, actor, now, publish, plan_id=plan_id, version=version_of(hall, actor, plan_id), vacant=()
    )
    return done.plan_id


def row_of(hall: Hall, actor: Actor, plan_id: UUID) -> PlanRow:
    """The plan as it is listed."""
    found = hall.read(plan, actor.centre_id, plan_id)
    assert found is not None
    return found


def version_of(hall: Hall, actor: Actor, plan_id: UUID) -> int:
    """The plan's version now."""
    return row_of(hall, actor, plan_id).version


def slots_in(hall: Hall, actor: Actor, plan_id: UUID) -> tuple[SlotRow, ...]:
    """The sessions of a plan."""
    return hall.read(plan_slots, actor.centre_id, plan_id)


def who(slot: SlotRow) -> list[str]:
    """The names of those who sit in a session."""
    return [duty.member_name for duty in slot.duties if duty.state in COMING]


def sitter(slot: SlotRow, at: int = 0) -> DutyRow:
    """One of those who sit in a session."""
    return [duty for duty in slot.duties if duty.state in COMING][at]


def _click(hall: Hall, actor: Actor, now: datetime, action: Action[..., Any], /, **given: Any) -> Any:
    return hall.run(Request(actor, now, new_id()), action, **given)


def _crew(stage: Stage, count: int = 6) -> tuple[UUID, tuple[UUID, ...]]:
    return make_crew(stage.hall, stage.actor, stage.now, count)


def _new(stage: Stage) -> dict[str, object]:
    make_calendar(stage.hall, stage.centre_id)
    return {"body_ids": (_crew(stage)[0],), "first": FIRST, "last": LAST}


def _draft(stage: Stage, *, filled: bool = False) -> UUID:
    plan_id = make_plan(stage.hall, stage.actor, stage.now, (_crew(stage)[0],))
    if filled:
        fill_plan(stage.hall, stage.actor, stage.now, plan_id)
    return plan_id


def _of_draft(stage: Stage, *, filled: bool = False, **more: object) -> dict[str, object]:
    plan_id = _draft(stage, filled=filled)
    return {"plan_id": plan_id, "version": version_of(stage.hall, stage.actor, plan_id), **more}


def _slot(stage: Stage, plan_id: UUID, at: int = 0) -> SlotRow:
    return slots_in(stage.hall, stage.actor, plan_id)[at]


def _sitting(stage: Stage, **more: object) -> dict[str, object]:
    """Somebody who sits in a draft."""
    duty = sitter(_slot(stage, _draft(stage, filled=True)))
    return {"duty_id": duty.id, "version": duty.version, **more}


def _place(stage: Stage) -> dict[str, object]:
    body, seats = _crew(stage)
    slot = _slot(stage, make_plan(stage.hall, stage.actor, stage.now, (body,)))
    return {"slot_id": slot.id, "version": slot.version, "seat_id": seats[0]}


EXAMPLES: dict[str, Example] = {
    "duty.plan_new": _new,
    "duty.plan_edit": lambda stage: _of_draft(stage, title="十二月轮值表"),
    "duty.plan_fill": lambda stage: _of_draft(stage, sittings=(), proof=PROOF),
    "duty.plan_expand": lambda stage: _of_draft(stage, filled=True),
    "duty.plan_drop": lambda stage: _of_draft(stage, filled=True),
    "duty.place": _place,
    "duty.take_out": _sitting,
    "duty.lock": lambda stage: _sitting(stage, locked=True),
    "duty.lock_all": lambda stage: _of_draft(stage, filled=True, locked=True),
    "duty.draft_undo": lambda stage: _of_draft(stage, filled=True),
    "duty.publish": lambda stage: _of_draft(stage, filled=True),
}
