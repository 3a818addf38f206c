"""The cheapest things that could be given up, found on a plan that fills all it can: each one leaves a whole plan behind.

Every choice is found by making it on the ground and filling what was empty, so that it is known to be enough: somebody who
comes in spite of a rule is put in the place (or in one that the empty place can be moved to, by somebody moving over); a
rest, a month or a year that goes down or up is tried step by step, and the first that is enough is offered.
"""

from collections import Counter
from dataclasses import replace
from uuid import UUID

from db.duty.solve.broken import broken
from db.duty.solve.cover import in_year, lacking
from db.duty.solve.exceptions import exceptions, fewer
from db.duty.solve.ground import NEVER, Ground
from db.duty.solve.loosening import months, rests
from db.duty.solve.relax import Give, Relaxation, Step, apply

MOST = 6
"""How many choices are offered."""
YEAR_DOWN = 30
"""What a duty a year less costs."""


def choices(ground: Ground) -> tuple[Relaxation, ...]:
    """The cheapest choices for the plan on the ground, each of them enough for everything that is missing."""
    before, locked = list(ground.held), list(ground.locked)
    found: list[Relaxation] = []
    if ground.holes():
        for offers in (exceptions, rests, months, fewer):
            for offer in offers(ground):
                found += _sound(ground, _with_year(ground, offer))
                ground.locked = list(locked)
                ground.restore(before)
            ground.restore(before)
    elif lacking(ground):
        found += _sound(ground, _with_year(ground, Relaxation("", 0, ())))
    return _best(found)


def _sound(ground: Ground, choice: Relaxation) -> list[Relaxation]:
    """The choice, if the plan on the ground is whole and breaks nothing once it is made; looked at where it changed."""
    problem = ground.facts.problem
    near = {step.body_id for step in choice.steps}
    for seats in ground.facts.person_seats.values():
        if any(seat.body_id in near for seat in seats):
            near |= {seat.body_id for seat in seats}
    part = replace(
        problem,
        slots=tuple(slot for slot in problem.slots if slot.body_id in near),
        seats=tuple(seat for seat in problem.seats if seat.body_id in near),
    )
    return [] if broken(apply(part, choice), ground.sitting(), complete=True) else [choice]


def _best(found: list[Relaxation]) -> tuple[Relaxation, ...]:
    """The cheapest of each sort first, then whatever else is cheap, at most MOST; sorted by cost."""
    once = {frozenset(Counter(each.steps).items()): each for each in reversed(found)}
    order = sorted(once.values(), key=lambda each: (each.cost, each.sentence))
    sorts: dict[tuple[Give, ...], Relaxation] = {}
    for each in order:
        sorts.setdefault(tuple(sorted({step.give for step in each.steps})), each)
    kept = list(sorts.values())[:MOST]
    kept += [each for each in order if each not in kept][: max(0, MOST - len(kept))]
    return tuple(sorted(kept, key=lambda each: (each.cost, each.sentence)))


def _with_year(ground: Ground, offer: Relaxation) -> Relaxation:
    """The choice; where somebody misses duties in the year on the plan it leads to, their body's least goes down too."""
    steps, said, cost = list(offer.steps), [offer.sentence] if offer.sentence else [], offer.cost
    reached: dict[UUID, int] = {}
    for seat, year, _ in lacking(ground):
        body = ground.seats[seat].body_id
        reached[body] = min(reached.get(body, NEVER), in_year(ground, seat, year))
    for body, least in sorted(reached.items()):
        limits = ground.facts.body(body)
        to = f"降为 {least} 次" if least else "不作要求"
        said.append(f"“{ground.facts.body_name(body)}”每人每年不少于 {limits.least_a_year} 次{to}")
        steps.append(Step(Give.YEAR, body, number=least))
        cost += YEAR_DOWN * (limits.least_a_year - least)
    return Relaxation("；".join(said), cost, tuple(steps))
