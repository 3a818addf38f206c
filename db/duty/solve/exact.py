"""Every way to fill a small problem, one after the other: finds a plan if there is one, or shows that there is none.

For what counting does not see: rest and leave and pairs together. Counts its steps and gives up, never by the clock.
"""

from enum import Enum

from db.duty.solve.cover import lacking
from db.duty.solve.ground import EMPTY, Ground

LARGEST = 60
"""Places; a larger problem is not tried."""
STEPS = 150_000
"""How often somebody is looked at for a place."""


class Found(Enum):
    """What a complete search came to."""

    PLAN = "plan"  # it stands on the ground
    NONE = "none"  # proved
    UNKNOWN = "unknown"  # given up


class _GaveUp(Exception):
    """The steps are used up."""


def exhaust(ground: Ground, *, steps: int = STEPS) -> Found:
    """Look for a plan that fills every place, from the one on the ground with all free sittings taken out.

    Puts the plan there if there is one; else the ground is as it was.
    """
    before = list(ground.held)
    if len(before) - sum(ground.locked) > LARGEST:
        return Found.UNKNOWN
    ground.clear()
    try:
        if _search(ground, [steps]):
            return Found.PLAN
    except _GaveUp:
        ground.restore(before)
        return Found.UNKNOWN
    ground.restore(before)
    return Found.NONE


def _search(ground: Ground, left: list[int]) -> bool:
    """Fill the place with the fewest people who can take it, by each of them in turn."""
    best: tuple[int, int] | None = None
    people: list[int] = []
    for place, seat in enumerate(ground.held):
        if seat != EMPTY:
            continue
        left[0] -= len(ground.allowed[place]) + 1
        if left[0] <= 0:
            raise _GaveUp
        free = [each for each in ground.allowed[place] if ground.free(place, each)]
        if best is None or len(free) < best[0]:
            best, people = (len(free), place), free
            if not free:
                return False
    if best is None:
        return _whole(ground)
    for seat in sorted(people, key=lambda each: (ground.load[each], each)):
        ground.put(best[1], seat)
        if _search(ground, left):
            return True
        ground.drop(best[1])
    return False


def _whole(ground: Ground) -> bool:
    """Whether nobody misses who must sit with somebody, and everybody has the least of the year."""
    if lacking(ground):
        return False
    if not ground.paired:
        return True
    facts = ground.facts
    for place, seat in enumerate(ground.held):
        if seat == EMPTY or ground.locked[place]:
            continue
        slot, member = ground.place_slot[place], ground.seats[seat]
        for other in facts.together.get((member.body_id, member.person_id), ()):
            number = ground.people.get(other)
            if number is None or slot not in ground.at[number]:
                return False
    return True
