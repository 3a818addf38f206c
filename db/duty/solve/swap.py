"""Two sittings change people: what that breaks."""

from collections.abc import Iterable

from db.duty.solve.broken import broken
from db.duty.solve.problem import Problem, Sitting
from db.duty.solve.why import Broken


def swapped(sittings: Iterable[Sitting], a: Sitting, b: Sitting) -> tuple[Sitting, ...]:
    """The sittings after the people of two of them have changed places, sorted. Raises KeyError for one that is not there."""
    found = set(sittings)
    found.remove(a)
    found.remove(b)
    found |= {Sitting(a.slot_id, b.seat_id, a.need), Sitting(b.slot_id, a.seat_id, b.need)}
    return tuple(sorted(found))


def swap_check(problem: Problem, sittings: Iterable[Sitting], a: Sitting, b: Sitting) -> tuple[Broken, ...]:
    """The rules that would be broken after the swap and are not broken before it; none: they may change places.

    The two may be of different bodies only if both people sit in both: a seat belongs to one body, so that is told too.
    """
    before = tuple(sittings)
    known = {(each.rule, each.sentence) for each in broken(problem, before, complete=True)}
    after = broken(problem, swapped(before, a, b), complete=True)
    return tuple(each for each in after if (each.rule, each.sentence) not in known)
