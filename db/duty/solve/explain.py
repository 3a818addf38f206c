"""Why a plan cannot be made: the counting a manager can check by hand, and what could be given up."""

from collections import Counter
from uuid import UUID

from db.duty.solve.broken import broken
from db.duty.solve.canonical import canonical
from db.duty.solve.choices import choices
from db.duty.solve.counting import Counting, Shortage, find
from db.duty.solve.cover import fill, lacking
from db.duty.solve.exact import Found, exhaust
from db.duty.solve.facts import Facts
from db.duty.solve.ground import Ground
from db.duty.solve.outcome import Impossibility
from db.duty.solve.problem import Problem
from db.duty.solve.stuck import core_words, stuck_words
from db.duty.solve.telling import MANY, told_words
from db.duty.solve.total import total_words
from db.duty.solve.years import year_words


def explain(problem: Problem) -> Impossibility:
    """See Impossibility. Pure and repeatable; at most a second for a year of six bodies."""
    ground = Ground(Facts(canonical(problem)))
    counting = Counting(ground)
    holes = fill(ground)
    missing = lacking(ground)
    if not holes and not missing:
        return Impossibility(())
    shortages, unclear = conflicts(counting, holes)
    told = told_words(counting, shortages)
    told += filter(None, [total_words(counting, shortages, holes)])
    told += year_words(counting, missing)
    if told:
        return Impossibility(tuple(told), choices(ground))
    if exhaust(ground) is Found.PLAN:
        return Impossibility(())
    told = core_words(ground, unclear)
    if told:
        return Impossibility(tuple(told), choices(ground))
    return Impossibility(tuple(_stuck(ground, unclear)), choices(ground), proved=False)


def _stuck(ground: Ground, holes: list[int]) -> list[str]:
    return stuck_words(ground, holes) or [each.sentence for each in broken(ground.facts.problem, ground.sittings())]


def conflicts(counting: Counting, holes: list[int]) -> tuple[list[Shortage], list[int]]:
    """The shortages behind the empty places, and the places that no counting explains."""
    found: list[Shortage] = []
    unclear: list[int] = []
    owed: dict[int, int] = {}  # how many more empty places each shortage explains
    ground, of_body = counting.ground, Counter[UUID]()
    for hole in holes:
        body = ground.slots[ground.place_slot[hole]].body_id
        if of_body[body] > MANY:
            continue
        at = next((at for at, each in enumerate(found) if owed[at] and hole in each.places), None)
        if at is None:
            shortage = find(counting, counting.ground.held, hole)
            if shortage is None:
                unclear.append(hole)
                continue
            if shortage in found:
                continue
            owed[len(found)] = shortage.required - shortage.possible
            at = len(found)
            found.append(shortage)
            of_body[body] += 1
        owed[at] -= 1
    return sorted(found, key=lambda each: each.places), unclear


__all__ = ["Impossibility", "conflicts", "explain"]
