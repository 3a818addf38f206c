"""The CP-SAT model of bodies that share people: one Boolean for each seat that may sit in a slot. Runs in the child process."""

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from db.duty.solve.flow import Fair
from db.duty.solve.grid import Grid

Cell = tuple[int, int]
"""A slot and a seat."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a plan must keep: rest by person (working days), the fairest counts by body, or where they cannot be kept at most
    so large a sum of squares (`unfair`; both None: any counts); no more than `holes` empty places (None: any number).
    `loose`: for a part of a longer time that is fair in the end, anybody may have one duty more than in the fairest, and these
    seats one less. `counted` False: counts do not matter."""

    bodies: tuple[int, ...]
    rest: dict[int, int]
    fair: dict[int, Fair] | None = None
    unfair: int | None = None
    holes: int | None = 0
    loose: frozenset[int] | None = None
    counted: bool = True


@dataclass(slots=True)
class Model:
    """A CP-SAT model with its variables: `cells` may sit, `fills` where a seat could fill several needs; `only` is the need
    a seat fills where it has no choice. `holes` counts empty places, `unfair` is the sum of squares."""

    cp: Any
    cells: dict[Cell, Any] = field(default_factory=dict)
    fills: dict[tuple[int, int, int], Any] = field(default_factory=dict)
    only: dict[Cell, int] = field(default_factory=dict)
    holes: list[Any] = field(default_factory=list)
    unfair: Any = None


def build(grid: Grid, asked: Asked) -> Model:
    """Every hard rule over the slots of these bodies; no objective yet."""
    from ortools.sat.python import cp_model

    cp = cp_model.CpModel()
    slots = [slot for slot, body in enumerate(grid.slot_body) if body in asked.bodies]
    model = Model(cp)
    for slot in slots:
        for seat in grid.options[slot]:
            fixed = (slot, seat) in grid.forced
            if fixed or not asked.rest or grid.apart_from_standing(slot, seat, asked.rest[grid.person[seat]]):
                model.cells[slot, seat] = cp.new_bool_var("")
                if fixed:
                    cp.add(model.cells[slot, seat] == 1)
    _cover(grid, model, slots, asked)
    if asked.holes:
        cp.add(sum(model.holes) <= asked.holes)
    _rest(grid, model, asked)
    _months(grid, model)
    _years(grid, model, asked)
    _pairs(grid, model, slots)
    if asked.counted:
        _fairness(grid, model, asked)
    return model


def _cover(grid: Grid, model: Model, slots: list[int], asked: Asked) -> None:
    cp = model.cp
    for slot in slots:
        fillers: list[list[Any]] = [[] for _ in grid.needs[slot]]
        for seat in grid.options[slot]:
            cell = model.cells.get((slot, seat))
            if cell is None:
                continue
            fills = grid.fills(slot, seat)
            model.only[slot, seat] = fills[0]
            if len(fills) == 1:
                fillers[fills[0]].append(cell)
                continue
            chosen = [cp.new_bool_var("") for _ in fills]
            for number, choice in zip(fills, chosen, strict=True):
                model.fills[slot, seat, number] = choice
                fillers[number].append(choice)
            cp.add(sum(chosen) == cell)
        for need, who in zip(grid.needs[slot], fillers, strict=True):
            if need.count == 0:
                continue
            if asked.holes != 0:
                hole = cp.new_int_var(0, need.count, "")
                model.holes.append(hole)
                cp.add(sum(who) + hole == need.count)
            elif need.count == 1:
                cp.add_exactly_one(who)
            else:
                cp.add(sum(who) == need.count)


def _rest(grid: Grid, model: Model, asked: Asked) -> None:
    """At most one duty of a person in every window of so many working days; and never two at the same time.

    What all bodies of a person ask for is asked once for all of them together: far fewer windows than body by body.
    """
    of_person: dict[int, list[Cell]] = defaultdict(list)
    for slot, seat in model.cells:
        of_person[grid.person[seat]].append((slot, seat))
    for person in sorted(of_person):
        cells = sorted(of_person[person])
        bodies = {grid.slot_body[slot] for slot, _ in cells}
        rest = max(asked.rest.get(person, 0), min(grid.rest[body] for body in bodies))
        _windows(grid, model, cells, rest)
        for body in sorted(bodies):
            if grid.rest[body] > rest:
                _windows(grid, model, cells, grid.rest[body], body)
        if max([rest, *(grid.rest[body] for body in bodies)]) < 1 or rest < 1:
            _clashes(grid, model, cells)


def _windows(grid: Grid, model: Model, cells: list[Cell], rest: int, body: int | None = None) -> None:
    """`body`: only pairs of duties of which one at least is in that body (each duty elsewhere excludes those of the body)."""
    if rest < 1:
        return
    days = [grid.workday[slot] for slot, _ in cells]
    free = [model.cells[cell] if _movable(grid, cell) else None for cell in cells]
    end = last = 0
    for begin, day in enumerate(days):
        if begin and days[begin - 1] == day:
            continue
        while end < len(cells) and days[end] < day + rest:
            end += 1
        if end == last:
            continue
        last = end
        if body is None:
            window = [cell for cell in free[begin:end] if cell is not None]
            if len(window) > 1:
                model.cp.add_at_most_one(window)
            continue
        _around(grid, model, [cell for cell in cells[begin:end] if _movable(grid, cell)], body)


def _around(grid: Grid, model: Model, window: list[Cell], body: int) -> None:
    """Of these cells of a person at most one in the body, and none elsewhere beside it."""
    own = [model.cells[cell] for cell in window if grid.slot_body[cell[0]] == body]
    if len(own) > 1:
        model.cp.add_at_most_one(own)
    for cell in window if own else ():
        if grid.slot_body[cell[0]] != body:
            model.cp.add_at_most_one([*own, model.cells[cell]])


def _movable(grid: Grid, cell: Cell) -> bool:
    """Fixed duties are not counted against each other; free cells too near to them are no options in the first place."""
    return cell not in grid.forced


def _clashes(grid: Grid, model: Model, cells: list[Cell]) -> None:
    by_day: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        if _movable(grid, cell):
            by_day[grid.slots[cell[0]].day.toordinal()].append(cell)
    for day in sorted(by_day):
        there = by_day[day]
        for number, one in enumerate(there):
            for other in there[number + 1 :]:
                if grid.clash(one[0], other[0]):
                    model.cp.add_at_most_one(model.cells[one], model.cells[other])


def _months(grid: Grid, model: Model) -> None:
    by_month: dict[tuple[int, tuple[int, int]], list[Any]] = defaultdict(list)
    for (slot, seat), cell in model.cells.items():
        by_month[seat, grid.month[slot]].append(cell)
    for (seat, month), cells in sorted(by_month.items(), key=lambda item: item[0]):
        room = grid.month_room(seat, month)
        if room is not None and room < len(cells):
            model.cp.add(sum(cells) <= room)


def _years(grid: Grid, model: Model, asked: Asked) -> None:
    if not any(grid.year_floor):
        return
    by_year: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for (slot, seat), cell in model.cells.items():
        by_year[seat, grid.month[slot][0]].append(cell)
    bodies = {grid.slot_body[slot] for slot, _ in model.cells}
    for seat, body in enumerate(grid.seat_body):
        if body in bodies and asked.holes == 0:
            for year, least in grid.year_needs(seat):
                model.cp.add(sum(by_year[seat, year]) >= least)


def _pairs(grid: Grid, model: Model, slots: list[int]) -> None:
    for one, other, together in grid.pairs:
        for slot in slots:
            if grid.slot_body[slot] != grid.seat_body[one]:
                continue
            a, b = model.cells.get((slot, one)), model.cells.get((slot, other))
            fixed = [(slot, seat) in grid.forced for seat in (one, other)]
            if together and not any(fixed):
                if a is not None and b is not None:
                    model.cp.add(a == b)
                elif a is not None or b is not None:
                    model.cp.add((a if b is None else b) == 0)
            elif not together and not all(fixed) and a is not None and b is not None:
                model.cp.add_at_most_one(a, b)


def _fairness(grid: Grid, model: Model, asked: Asked) -> None:
    """Counts as fair as the flow's: the same sum of squares. Each optimal count is within one of the flow's (M-convexity)."""
    mine: dict[int, list[Any]] = defaultdict(list)
    for (_, seat), cell in model.cells.items():
        mine[seat].append(cell)
    if asked.fair is None:
        _least_squares(grid, model, asked, mine)
        return
    for body in asked.bodies:
        counts = asked.fair[body].counts
        levels = {count for seat, count in counts.items() if mine[seat]}
        weights: list[Any] = []
        for seat in grid.body_seats[body]:
            if not mine[seat]:
                if counts[seat] != grid.base[seat]:
                    model.cp.add_bool_or([])  # it should have duties and cannot
                continue
            count, total = counts[seat], sum(mine[seat]) + grid.base[seat]
            if asked.loose is not None:
                model.cp.add_linear_constraint(total, count - (seat in asked.loose), count + 1)
                continue
            up, down = count + 1 in levels, count - 1 in levels
            raised = model.cp.new_bool_var("") if up else 0
            lowered = model.cp.new_bool_var("") if down else 0
            model.cp.add(total == count + raised - lowered)
            weights.append((2 * count + 1) * raised - (2 * count - 1) * lowered)
        if weights and len(levels) > 2:
            model.cp.add(sum(weights) == 0)


def _least_squares(grid: Grid, model: Model, asked: Asked, mine: dict[int, list[Any]]) -> None:
    """Where flow's counts cannot be kept: the sum of squares as an expression to be minimised.

    It is counted from the least of a body's counts so far, whoever may sit: models of different rests are compared by it.
    """
    terms: list[Any] = []
    for body in asked.bodies:
        seats = [seat for seat in grid.body_seats[body] if mine[seat]]
        level = min((grid.base[seat] for seat in grid.body_seats[body]), default=0)
        for seat in seats:
            before, most = grid.base[seat] - level, len(mine[seat])
            steps = [model.cp.new_bool_var("") for _ in range(most)]
            model.cp.add(sum(steps) == sum(mine[seat]))
            for low, high in itertools.pairwise(steps):
                model.cp.add_implication(high, low)
            terms += [(2 * (before + number) + 1) * step for number, step in enumerate(steps)]
    model.unfair = sum(terms)
    if asked.unfair is not None:
        model.cp.add(model.unfair <= asked.unfair)
