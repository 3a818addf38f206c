"""What each person's own days allow over a long time: how many duties at a rest, how many wishes these must break at least,
and the whole schedule of those who have no choice. Plain counting, person by person; no solver library.

Choosing k days of a person, each `rest` working days from the last, with the fewest broken wishes, is a walk along the days
(a table of days by k). What it finds no plan can beat, whatever the other people do.
"""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from itertools import accumulate

from db.duty.solve.flow import Fair, packed
from db.duty.solve.grid import Grid

NEVER = 10**6
TIGHT = 0.9
"""Whoever needs more than this part of the duties that their days hold is planned before all others."""

Cell = tuple[int, int]
"""A slot and a seat."""
Counts = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pace:
    """Of one person: the free cells that the rest leaves, by time; `least` duties in every plan as fair (free ones), and the
    fewest broken wishes for k duties, k from 0 to the most that the days hold."""

    cells: tuple[Cell, ...]
    least: int
    broken: tuple[int, ...]

    @property
    def most(self) -> int:
        """The most duties that break no more wishes than the least number of them must."""
        return max((k for k, worth in enumerate(self.broken) if worth <= self.fewest), default=0)

    @property
    def fewest(self) -> int:
        """Wishes that are broken in every plan as fair."""
        return self.broken[self.least] if self.least < len(self.broken) else NEVER


def paces(grid: Grid, bodies: tuple[int, ...], fair: dict[int, Fair], rest: int) -> dict[int, Pace]:
    """The paces of everybody in these bodies at a rest (working days)."""
    free: dict[int, list[Cell]] = defaultdict(list)
    for slot, options in enumerate(grid.options):
        for seat in options if grid.slot_body[slot] in bodies else ():
            if (slot, seat) not in grid.forced and grid.apart_from_standing(slot, seat, rest):
                free[grid.person[seat]].append((slot, seat))
    least = least_duties(grid, bodies, fair)
    people = sorted({grid.person[seat] for body in bodies for seat in grid.body_seats[body]})
    return {each: _pace(grid, tuple(free[each]), least.get(each, 0), rest) for each in people}


def least_duties(grid: Grid, bodies: tuple[int, ...], fair: dict[int, Fair]) -> dict[int, int]:
    """How many duties each person has at least among the free places, in every plan that is as fair."""
    least: dict[int, int] = defaultdict(int)
    for seat, lowest in lowest_counts(grid, bodies, fair).items():
        least[grid.person[seat]] += lowest
    return least


def lowest_counts(grid: Grid, bodies: tuple[int, ...], fair: dict[int, Fair]) -> dict[int, int]:
    """The same for each seat. The counts of two fairest plans differ by one at most, and only between their levels."""
    lowest: dict[int, int] = {}
    fixed: dict[int, int] = defaultdict(int)
    for seats in grid.fixed:
        for seat in seats:
            fixed[seat] += 1
    for body in bodies:
        counts = fair[body].counts
        levels = set(counts.values())
        for seat, count in counts.items():
            down = 1 if count - 1 in levels else 0
            lowest[seat] = max(0, count - down - grid.base[seat] - fixed[seat])
    return lowest


def least_broken(its: dict[int, Pace]) -> int:
    """Wishes that any plan as fair must break at this rest, counted person by person."""
    return sum(pace.fewest for pace in its.values() if pace.fewest < NEVER)


def _pace(grid: Grid, cells: tuple[Cell, ...], least: int, rest: int) -> Pace:
    worth: dict[int, int] = {}  # by day
    for cell in cells:
        day = grid.workday[cell[0]]
        worth[day] = min(worth.get(day, 1), int(cell in grid.broken_wishes))
    if not any(worth.values()) and rest:
        return Pace(cells, least, (0,) * (packed(sorted(worth), rest) + 1))
    if not rest:
        each = sorted(int(cell in grid.broken_wishes) for cell in cells)
        return Pace(cells, least, tuple(accumulate(each, initial=0)))
    days = sorted(worth)
    rows = [[0]]
    for day in days:
        before = rows[bisect_right(days, day - rest)]
        row = list(rows[-1])
        for k, broken in enumerate(before, 1):
            if k == len(row):
                row.append(NEVER)
            row[k] = min(row[k], broken + worth[day])
        rows.append(row)
    return Pace(cells, least, tuple(rows[-1]))


def schedules(grid: Grid, bodies: tuple[int, ...], fair: dict[int, Fair], rest: int) -> tuple[Cell, ...]:
    """The whole time of those people whose own days leave them hardly a choice, the tightest first; others plan around them.

    They get the fewest duties that a fairest plan can give them, as long as it has such counts. At most a third of the places
    are given away so; who goes in a pair or has a month limit is left to the months.
    """
    lowest = lowest_counts(grid, bodies, fair)
    its = paces(grid, bodies, fair, rest)
    tight = sorted((its[each].most - its[each].least, each) for each in its if _is_tight(grid, bodies, its[each], each))
    lows = {body: _lows(fair[body]) for body in bodies}
    taken: set[int] = set()
    chosen: list[Cell] = []
    most = sum(grid.places(slot) for slot, body in enumerate(grid.slot_body) if body in bodies) // 3
    for _, person in tight:
        seats = [seat for seat in grid.seats_of[person] if seat in lowest]
        free = [cell for cell in its[person].cells if cell[0] not in taken]
        wanted = {seat: lowest[seat] + (lows[grid.seat_body[seat]] <= 0) for seat in seats}
        mine = _schedule(grid, free, wanted, rest)
        if mine is None or len(chosen) + len(mine) > most:
            continue
        for seat in seats:
            lows[grid.seat_body[seat]] -= 1
        chosen += mine
        taken |= {slot for slot, _ in mine}
    return tuple(sorted(chosen))


def _is_tight(grid: Grid, bodies: tuple[int, ...], pace: Pace, person: int) -> bool:
    seats = [seat for seat in grid.seats_of[person] if grid.seat_body[seat] in bodies]
    paired = any(seat in pair[:2] for pair in grid.pairs for seat in seats)
    capped = any(grid.month_cap[grid.seat_body[seat]] for seat in seats)
    return not paired and not capped and pace.least > TIGHT * pace.most


def _lows(fair: Fair) -> int:
    """How many seats a fairest plan leaves on the lower of its two levels; all of them where there is one level."""
    levels = sorted(set(fair.counts.values()))
    return sum(count == levels[0] for count in fair.counts.values()) if levels else 0


def _schedule(grid: Grid, cells: list[Cell], wanted: dict[int, int], rest: int) -> list[Cell] | None:
    """So many duties of each seat of one person, with the rest between all of them and the fewest broken wishes."""
    days = sorted({grid.workday[slot] for slot, _ in cells})
    at_day: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        at_day[grid.workday[cell[0]]].append(cell)
    seats = sorted(wanted)
    most = tuple(wanted[seat] for seat in seats)
    rows: list[dict[Counts, tuple[int, Cell | None, Counts]]] = [{(0,) * len(seats): (0, None, ())}]
    back: list[int] = []
    for at, day in enumerate(days):
        since = bisect_right(days, day - rest) if rest else at
        back.append(since)
        row: dict[Counts, tuple[int, Cell | None, Counts]] = {
            counts: (broken, None, counts) for counts, (broken, _, _) in rows[-1].items()
        }
        for counts, (broken, _, _) in rows[since].items():
            for cell in at_day[day]:
                number = seats.index(cell[1])
                if counts[number] < most[number]:
                    more = (*counts[:number], counts[number] + 1, *counts[number + 1 :])
                    worth = broken + (cell in grid.broken_wishes)
                    if more not in row or worth < row[more][0]:
                        row[more] = (worth, cell, counts)
        rows.append(row)
    if most not in rows[-1]:
        return None
    found: list[Cell] = []
    at, counts = len(days), most
    while at:
        _, taken, before = rows[at][counts]
        if taken is None:
            at -= 1
        else:
            found.append(taken)
            at, counts = back[at - 1], before
    return found
