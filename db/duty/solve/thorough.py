"""Repair a published plan, whatever it takes: the pure search first, and where that proves nothing the solver in its child.

One person ill is repaired and proved by the search in some hundredths of a second. When many fall ill at once, places can often
be filled only by long chains; the solver finds them and proves that nothing less does.
"""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from db.duty.solve.broken import broken
from db.duty.solve.mending import STEPS
from db.duty.solve.problem import Problem, Sitting
from db.duty.solve.repair import Repair, mended, repair, soon_repaired, standing, without
from db.duty.solve.run import solver
from db.errors import Unavailable

FIRST_STEPS = STEPS // 10
"""How long the pure search may look before the solver is asked."""


def thorough_repair(
    problem: Problem, published: Iterable[Sitting], since: date, gone: Collection[tuple[UUID, UUID]] = ()
) -> Repair:
    """As `repair`; blocks, at most a few seconds, and most often a few hundredths of one.

    Where the published plan breaks a rule with open eyes, or there is no solver, the pure search has the last word.
    """
    published = tuple(published)
    quick = soon_repaired(problem, published, since, gone, FIRST_STEPS)
    if quick is not None and not quick.proved and not quick.open:
        quick = repair(problem, published, since, gone)
    if quick is not None and quick.proved:
        return quick
    facts = without(problem, gone)
    stands = standing(facts, published, since)
    best = None if broken(facts, stands) else _solved(facts, published, since, quick.sittings if quick else stands)
    if best is not None and best.proved:
        return best
    if quick is None or quick.open:
        quick = repair(problem, published, since, gone)
    return best if best is not None and _worth(best) < _worth(quick) else quick


def _solved(problem: Problem, published: tuple[Sitting, ...], since: date, begin: tuple[Sitting, ...]) -> Repair | None:
    days = {slot.id: slot.day for slot in problem.slots}
    hint = tuple(each for each in begin if days[each.slot_id] >= since)
    try:
        with solver() as child:
            answer = child.mend(problem, published, since, hint)
    except Unavailable:
        return None  # the search without a solver still tells what it can
    if answer is None or answer.sittings is None:
        return None
    return mended(problem, published, since, answer.sittings, answer.proved)


def _worth(its: Repair) -> tuple[int, int]:
    return len(its.open), len(its.changes)
