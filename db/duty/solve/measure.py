"""What a plan is worth: counts, rest, wishes. The solver's own reckoning; `checker` recounts independently."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping

from db.duty.solve.flow import Fair
from db.duty.solve.grid import Grid
from db.duty.solve.problem import Sitting


def counts_of(grid: Grid, sittings: Iterable[Sitting]) -> list[int]:
    """What each seat brings and gets."""
    counts = list(grid.base)
    for sitting in sittings:
        counts[grid.seat_at[sitting.seat_id]] += 1
    return counts


def spread_of(grid: Grid, sittings: Iterable[Sitting]) -> int:
    """The widest range of counts among seats of one body and kind."""
    return spread(grid, counts_of(grid, sittings))


def spread(grid: Grid, counts: list[int]) -> int:
    """The widest range of these counts among seats of one body and kind."""
    return max((max(group) - min(group) for group in groups(grid, counts)), default=0)


def spread_bound(grid: Grid, counts: list[int], unfilled: int, alone: Callable[[int], Fair]) -> int:
    """The least spread any plan that leaves no more places empty can have; `counts` and `unfilled` are those of such a plan.

    Among seats that compete for the same places the total is given, and they are even where it can be divided among them;
    where the plan itself has a wider range, the flow of the body `alone` has the least there is. Where seats of several kinds
    share places, a kind's own range could be less at the expense of the others, and nothing is claimed of the body.
    """
    return max(
        (_body_bound(grid, body, None if unfilled else counts, alone) for body in sorted(set(grid.slot_body))),
        default=0,
    )


def _body_bound(grid: Grid, body: int, counts: list[int] | None, alone: Callable[[int], Fair]) -> int:
    seats = [seat for seat in grid.body_seats[body] if grid.seen[seat]]
    kinds = {grid.seats[seat].kind for seat in seats}
    needs = [need for slot, its_body in enumerate(grid.slot_body) if its_body == body for need in grid.needs[slot]]
    if len(kinds) != 1 and not all(len(need.kinds) == 1 for need in needs if need.count):
        return 0
    crews = [[seat for seat in seats if grid.seats[seat].kind == kind] for kind in sorted(kinds)]
    if counts is not None and all(_range(counts, crew) <= 1 for crew in crews):
        return max((_range(counts, crew) for crew in crews), default=0)
    fair = alone(body)
    if fair.missing or not fair.certified:
        return 0
    return max(_range(fair.counts, crew) for crew in crews)


def _range(counts: Mapping[int, int] | list[int], seats: list[int]) -> int:
    its = [counts[seat] for seat in seats]
    return max(its) - min(its)


def groups(grid: Grid, values: list[int]) -> list[list[int]]:
    """Values of seats, by body and kind; only seats that have a day in term."""
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    for seat, value in enumerate(values):
        if grid.seen[seat]:
            found[grid.seat_body[seat], grid.seats[seat].kind].append(value)
    return [found[key] for key in sorted(found)]


def empty_places(grid: Grid, sittings: Iterable[Sitting]) -> int:
    """How many people are missing, slot by slot."""
    there = Counter(sitting.slot_id for sitting in sittings)
    return sum(max(0, slot.people - there[slot.id]) for slot in grid.slots)


def rest_of(grid: Grid, sittings: Iterable[Sitting]) -> int | None:
    """The shortest rest between two duties of a person, not both of them standing before; None where nobody has two."""
    days: list[list[tuple[int, bool]]] = [[] for _ in grid.seats_of]
    fixed = {(slot, seat) for slot, seats in enumerate(grid.fixed) for seat in seats}
    for person, bounds in enumerate(grid.standing):
        days[person].extend((bound.workday, True) for bound in bounds)
    for sitting in sittings:
        slot, seat = grid.slot_at[sitting.slot_id], grid.seat_at[sitting.seat_id]
        if (slot, seat) not in fixed:
            days[grid.person[seat]].append((grid.workday[slot], False))
    shortest: int | None = None
    for mine in days:
        free = sorted(day for day, stands in mine if not stands)
        standing = [day for day, stands in mine if stands]
        gaps = [later - earlier for earlier, later in itertools.pairwise(free)]
        gaps += [abs(day - other) for day in free for other in standing]
        shortest = min([*gaps, *([] if shortest is None else [shortest])], default=None)
    return shortest


def wishes_of(grid: Grid, sittings: Iterable[Sitting]) -> tuple[int, int]:
    """How many duties keep what was asked of them, and how many somebody asked something of."""
    said = [grid.wish(grid.slot_at[s.slot_id], grid.seat_at[s.seat_id]) for s in sittings]
    return sum(1 for one in said if one), sum(1 for one in said if one is not None)
