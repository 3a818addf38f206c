"""Mend a published plan by CP-SAT: as few empty places as can be, then as few changed ones. Runs in the child process.

For what the pure search (`repair`) cannot prove: when many people fall ill at once, most places can be filled by moving
others, in longer chains than can be gone through one by one. What stays is a plan of the same rules and the same meaning of a
change: a place whose people differ from the published ones.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from db.duty.solve.bounds import components
from db.duty.solve.canonical import canonical
from db.duty.solve.grid import Grid
from db.duty.solve.model import Asked, Model, build
from db.duty.solve.problem import Done, Problem, Sitting
from db.duty.solve.search import WAYS, Found, Search, Status
from db.duty.solve.seating import sitting_values

EFFORT = 8.0
"""Deterministic seconds for all bodies together."""

Place = tuple[int, int]
"""A slot and the position of a need."""


@dataclass(frozen=True, slots=True)
class Mended:
    """Who sits from the day on; `proved`: no plan leaves fewer places empty, and none of those changes fewer."""

    sittings: tuple[Sitting, ...]
    proved: bool


def mend(
    problem: Problem, published: tuple[Sitting, ...], since: date, hint: tuple[Sitting, ...], search: Search
) -> Mended | None:
    """The best found from `since` on, beginning from the plan `hint`; None where none was found.

    Published sittings that keep the rules among themselves are expected; those that leave, term or kind forbid now go.
    """
    grid = Grid(_ahead(problem, published, since))
    search.left = EFFORT
    parts = components(grid)
    chosen: list[tuple[int, int, int]] = []
    proved = True
    for bodies in parts:
        search.say("改动最少的补排", len(chosen) / max(1, len(grid.slots)))
        there = [each for each in published if _slot_in(grid, each, bodies)]
        if _whole(grid, bodies, there):
            chosen += [(grid.slot_at[each.slot_id], grid.seat_at[each.seat_id], each.need) for each in there]
            continue
        model = build(grid, Asked(bodies, {}, holes=None, counted=False))
        _years(grid, model, there)
        model.cp.minimize(_cost(grid, model, bodies, there))
        start = [(grid.slot_at[s.slot_id], grid.seat_at[s.seat_id], s.need) for s in hint if _slot_in(grid, s, bodies)]
        found = _solved(search, model, EFFORT / len(parts), start)
        if not found.has_plan:
            return None
        proved = proved and found.status is Status.BEST
        chosen += found.cells
    return Mended(sitting_values(grid, chosen), proved)


def _solved(search: Search, model: Model, effort: float, start: list[tuple[int, int, int]]) -> Found:
    """By the first way alone most often; where that is not enough, by the others, from what there is by then."""
    first = search.solve(model, effort, ways=WAYS[:1])
    if first.status in (Status.BEST, Status.NONE):
        return first
    more = search.solve(model, effort, first.cells or start, WAYS[1:])
    better = not first.has_plan or more.status is Status.BEST or (more.has_plan and more.value < first.value)
    return more if better else first


def _ahead(problem: Problem, published: Iterable[Sitting], since: date) -> Problem:
    """What is still to come; what lies before is done, published or fixed."""
    slots = {slot.id: slot for slot in problem.slots}
    sits = [(each.slot_id, each.seat_id) for each in published]
    sits += [(each.slot_id, each.seat_id) for each in problem.fixed]
    past = {cell for cell in sits if cell[0] in slots}
    done = [
        Done(seat_id, slots[slot_id].day, slots[slot_id].workday)
        for slot_id, seat_id in sorted(past)
        if slots[slot_id].day < since
    ]
    ahead = tuple(slot for slot in problem.slots if slot.day >= since)
    return canonical(replace(problem, slots=ahead, done=(*problem.done, *done)))


def _slot_in(grid: Grid, sitting: Sitting, bodies: tuple[int, ...]) -> bool:
    slot = grid.slot_at.get(sitting.slot_id)
    return slot is not None and sitting.seat_id in grid.seat_at and grid.slot_body[slot] in bodies


def _whole(grid: Grid, bodies: tuple[int, ...], there: list[Sitting]) -> bool:
    """Whether all published sittings of these bodies can stay and no place is empty: nothing has to change."""
    cells = {(grid.slot_at[each.slot_id], grid.seat_at[each.seat_id]): each.need for each in there}
    slots = [slot for slot, body in enumerate(grid.slot_body) if body in bodies]
    return (
        len(cells) == len(there) == sum(grid.places(slot) for slot in slots)
        and all(seat in grid.options[slot] and need in grid.fills(slot, seat) for (slot, seat), need in cells.items())
        and all((slot, seat) in cells for slot in slots for seat in grid.fixed[slot])
    )


def _fill(grid: Grid, model: Model, sitting: Sitting) -> Any:
    """The variable of a published sitting at its need; None where it cannot stay."""
    slot, seat = grid.slot_at[sitting.slot_id], grid.seat_at[sitting.seat_id]
    choice = model.fills.get((slot, seat, sitting.need))
    if choice is not None:
        return choice
    return model.cells.get((slot, seat)) if model.only.get((slot, seat)) == sitting.need else None


def _cost(grid: Grid, model: Model, bodies: tuple[int, ...], there: list[Sitting]) -> Any:
    """Empty places first, then changed ones. A place that was empty before and stays so is not changed."""
    had: Counter[Place] = Counter((grid.slot_at[each.slot_id], each.need) for each in there)
    slots = [slot for slot, body in enumerate(grid.slot_body) if body in bodies]
    wanted = [(slot, number) for slot in slots for number, need in enumerate(grid.needs[slot]) if need.count]
    places = sum(grid.needs[slot][number].count for slot, number in wanted)
    kept = [var for each in there if (var := _fill(grid, model, each)) is not None]
    spared = []
    for place, hole in zip(wanted, model.holes, strict=True):
        vacant = max(0, grid.needs[place[0]][place[1]].count - had[place])
        if vacant:
            still = model.cp.new_int_var(0, vacant, "")
            model.cp.add(still <= hole)
            spared.append(still)
    return (places + 1) * sum(model.holes) - sum(kept) - sum(spared)


def _years(grid: Grid, model: Model, there: list[Sitting]) -> None:
    """Nobody is moved below the least of a year who had it, or further below."""
    if not any(grid.year_floor):
        return
    had: dict[tuple[int, int], int] = Counter()
    mine: dict[tuple[int, int], list[Any]] = defaultdict(list)
    kept: set[tuple[UUID, UUID]] = {(each.slot_id, each.seat_id) for each in there}
    for (slot, seat), cell in model.cells.items():
        mine[seat, grid.month[slot][0]].append(cell)
        had[seat, grid.month[slot][0]] += (grid.slots[slot].id, grid.seats[seat].id) in kept
    for seat in sorted({seat for seat, _ in mine}):
        for year, missing in grid.year_needs(seat):
            least = min(missing, had[seat, year])
            if least > 0:
                model.cp.add(sum(mine[seat, year]) >= least)
