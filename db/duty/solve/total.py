"""How many sittings are missing in the whole time, beside the single conflicts: what to look for people for.

Two numbers that hold for every plan: no plan leaves fewer places empty than disjoint shortages ask too much, and the plan
that was tried leaves no more empty than it does. Where they meet, that is the number; else it is told as “at least”.
"""

from collections.abc import Collection, Sequence

from db.duty.solve.counting import Counting, Shortage, reached
from db.duty.solve.words import span_words

MOST_CUTS = 40
"""Empty places around which the whole of what is short is looked for; with more the total is told as “at least”."""


def total_words(counting: Counting, shortages: Sequence[Shortage], holes: Sequence[int]) -> str:
    """“全月合计：要排 40 人次，还差 6 人次”; empty where no shortage is known.

    `holes`: the places that a plan which obeys every rule leaves empty.
    """
    least = least_missing(counting, shortages, holes)
    ground, needed = counting.ground, len(counting.wanted)
    if not least or any(each.required == needed for each in shortages):
        return ""  # the conflict told is the whole already
    days = [ground.slots[ground.place_slot[place]].day for place in counting.wanted]
    first, last = min(days), max(days)
    span = "全月" if (first.year, first.month) == (last.year, last.month) else span_words(first, last)
    said = f"{span}合计：要排 {needed} 人次，"
    if least == len(holes):
        return f"{said}还差 {least} 人次"
    return f"{said}至少还差 {least} 人次（试排时空着 {len(holes)} 个位置）"


def least_missing(counting: Counting, shortages: Sequence[Shortage], holes: Sequence[int]) -> int:
    """How many places every plan leaves empty, at least: the most that sets without a common place ask too much.

    Of each body either its shortages are counted, or all of its places, or what could be empty instead of the `holes`;
    sets across bodies where they say more. The ground holds the plan that leaves the holes.
    """
    ground, apart, cut = counting.ground, _disjoint(shortages), _reached(counting, holes)
    bodies = 0
    for body, places in counting.of_body.items():
        its = {place for place in cut if ground.slot_body[ground.place_slot[place]] == body}
        own = [each for each in apart if all(ground.slot_body[ground.place_slot[it]] == body for it in each.places)]
        bodies += max(_missing(own), *(_excess(counting, each) for each in (places, its)))
    return max(bodies, _missing(apart), _excess(counting, cut))


def _reached(counting: Counting, holes: Sequence[int]) -> set[int]:
    """The places that could be empty instead of the holes, without those holes for which somebody could come."""
    found: set[int] = set()
    tried = 0
    for hole in holes:
        if hole not in found and tried < MOST_CUTS:
            tried += 1
            found.update(reached(counting, counting.ground.held, hole))
    return found


def _excess(counting: Counting, places: Collection[int]) -> int:
    """How many of the places stay empty at least, as far as counting sees."""
    found = counting.shortage(sorted(places)) if places else None
    return found.required - found.possible if found else 0


def _missing(shortages: Sequence[Shortage]) -> int:
    return sum(each.required - each.possible for each in shortages)


def _disjoint(shortages: Sequence[Shortage]) -> list[Shortage]:
    """The smallest first, none that shares places with one before."""
    taken: set[int] = set()
    found = []
    for each in sorted(shortages, key=lambda each: (each.required, each.places)):
        if taken.isdisjoint(each.places):
            taken.update(each.places)
            found.append(each)
    return found
