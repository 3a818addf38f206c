"""What could be given up so that a plan can be made: each choice is data that turns the problem into one that can be done."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from db.duty.solve.problem import BodyLimits, Fixed, Problem, Slot


class Give(StrEnum):
    """What is given up."""

    COME = "come"  # somebody comes in spite of a rule that speaks against just this slot (leave, rest, term, ban, pair)
    REST = "rest"  # the body's rest goes down to `number`
    MONTH = "month"  # the body's most a month goes up to `number`
    YEAR = "year"  # the body's least a year goes down to `number`
    KINDS = "kinds"  # the need at position `need` of the slot takes anybody of the body
    FEWER = "fewer"  # the need at position `need` of the slot asks for one person less


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is given up; which fields are meant depends on `give`."""

    give: Give
    body_id: UUID
    slot_id: UUID | None = None
    seat_id: UUID | None = None
    need: int = 0
    number: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A choice for the manager: in a sentence, what it costs (only for the order), and its steps."""

    sentence: str
    cost: int
    steps: tuple[Step, ...]


def apply(problem: Problem, relaxation: Relaxation) -> Problem:
    """The problem with the choice made. Somebody who comes in spite of a rule is fixed in that slot."""
    changes: dict[UUID, list[Step]] = defaultdict(list)
    for step in relaxation.steps:
        if step.give in (Give.KINDS, Give.FEWER) and step.slot_id is not None:
            changes[step.slot_id].append(step)
        else:
            problem = _apply(problem, step)
    if changes:
        problem = replace(problem, slots=tuple(_slot(slot, changes.get(slot.id, ())) for slot in problem.slots))
    return problem


def _apply(problem: Problem, step: Step) -> Problem:
    if step.give is Give.COME:
        assert step.slot_id is not None
        assert step.seat_id is not None
        banned = tuple(each for each in problem.banned if (each.slot_id, each.seat_id) != (step.slot_id, step.seat_id))
        fixed = (*problem.fixed, Fixed(step.slot_id, step.seat_id, step.why))
        return replace(problem, fixed=fixed, banned=banned)
    bodies = tuple(_body(body, step) if body.body_id == step.body_id else body for body in problem.bodies)
    return replace(problem, bodies=bodies)


def _body(body: BodyLimits, step: Step) -> BodyLimits:
    if step.give is Give.REST:
        return replace(body, rest=step.number)
    if step.give is Give.MONTH:
        return replace(body, most_a_month=step.number)
    return replace(body, least_a_year=step.number)


def _slot(slot: Slot, steps: Iterable[Step]) -> Slot:
    """The slot with its needs changed. A need that asks for nobody stays, so that positions keep their meaning."""
    for step in steps:
        need = slot.needs[step.need]
        if step.give is Give.KINDS:
            need = replace(need, kinds=frozenset())
        else:
            need = replace(need, count=need.count - 1)
        slot = replace(slot, needs=(*slot.needs[: step.need], need, *slot.needs[step.need + 1 :]))
    return slot
