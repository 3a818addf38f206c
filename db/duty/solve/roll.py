"""A long time at one rest: month after month, each standing on the last, then mended in windows. Runs in the child process."""

from db.duty.solve.component import Best, Component
from db.duty.solve.flow import Fair, fairest, missing, squares
from db.duty.solve.grid import Grid, Month
from db.duty.solve.measure import counts_of
from db.duty.solve.months import Calendar
from db.duty.solve.paces import Cell, paces, schedules
from db.duty.solve.problem import Sitting
from db.duty.solve.search import Search
from db.duty.solve.seating import sitting_values

WINDOWS = (2, 3)
"""How many months are planned anew together, so that counts come out even and wishes are kept."""

BACK = ((1, 2), (2, 6))
"""Where a month cannot follow: how many months before it are planned anew with it, and how many times the effort."""
LEISURE = 0.7
"""Whoever needs no more than this part of the duties their days hold can be behind for a while."""

Sittings = tuple[Sitting, ...]


class Roll:
    """The months of bodies that share people. A month's counts are as even as people can rest; the end is even altogether."""

    def __init__(
        self, grid: Grid, calendar: Calendar, bodies: tuple[int, ...], fair: dict[int, Fair], search: Search
    ) -> None:
        self.grid, self.whole, self.bodies, self.search = grid, calendar, bodies, search
        self.calendar = calendar
        self.fair = {body: fair[body] for body in bodies}
        self.months = calendar.months
        self.chosen: Sittings = ()  # so far, for when it is stopped

    def at(self, rest: int, effort: float, loose: bool = False) -> Best | None:
        """A plan of all months with this rest (working days), fair as a whole; None: not found. `effort` bounds the search.

        `loose`: only the last two months need to even out the counts, and whoever has hardly a choice is planned first.
        """
        ahead = schedules(self.grid, self.bodies, self.fair, rest) if loose else ()
        best = self._attempt(rest, effort, loose, ahead)
        return best or (self._attempt(rest, effort / 2, loose, ()) if ahead else None)

    def _attempt(self, rest: int, effort: float, loose: bool, ahead: tuple[Cell, ...]) -> Best | None:
        chosen: Sittings = ()
        budget = effort / len(self.months) / 2
        self.calendar = self.whole.locked(self.grid.sitting(*cell, 0) for cell in ahead)
        calm = self._at_leisure(rest) if loose else None
        for number, month in enumerate(self.months):
            self.search.say(f"间隔 {rest} 个工作日，{month[1]} 月", number / len(self.months))
            free = calm if number < len(self.months) - 2 else None
            following = self._again([month], rest, chosen, budget, free)
            for back, more in BACK:
                if following is None and number >= back:
                    self.search.say(f"间隔 {rest} 个工作日，{month[1]} 月连同前 {back} 个月", number / len(self.months))
                    following = self._again(self.months[number - back : number + 1], rest, chosen, budget * more, free)
            if following is None:
                return None
            self.chosen = chosen = following
        chosen = self._mended(rest, chosen, effort / 4)
        if self._squares(chosen) > squares(self.fair):
            return None
        grid = self.grid
        cells = sorted((grid.slot_at[s.slot_id], grid.seat_at[s.seat_id], s.need) for s in chosen)
        return Best(cells=tuple(cells), planned=True, fair=True, rest=rest, broken=self._broken(chosen))

    def _at_leisure(self, rest: int) -> frozenset[int]:
        """Seats of people who need not take every chance at this rest to get as many duties as the fairest plan gives them."""
        grid = self.grid
        its = paces(grid, self.bodies, self.fair, rest)
        calm = {person for person, pace in its.items() if pace.least <= LEISURE * pace.most}
        return frozenset(seat for body in self.bodies for seat in grid.body_seats[body] if grid.person[seat] in calm)

    def _mended(self, rest: int, chosen: Sittings, effort: float) -> Sittings:
        """Some months at a time planned anew between the others, where counts or wishes can become better."""
        least = sum(its.broken for its in self.fair.values())
        enough = self.search.left - effort
        for size in WINDOWS:
            for begin in range(len(self.months) - size, -1, -1):
                uneven = self._squares(chosen) > squares(self.fair)
                if (not uneven and self._broken(chosen) <= least) or self.search.left <= enough:
                    return chosen
                window = self.months[begin : begin + size]
                if not uneven and not self._broken(chosen, window):
                    continue
                self.search.say(f"间隔 {rest} 个工作日，重排 {window[0][1]}–{window[-1][1]} 月", 1.0)
                other = self._again(window, rest, chosen, effort * size / 10)
                if other is not None and self._worth(other) < self._worth(chosen):
                    chosen = other
        return chosen

    def _again(
        self, months: list[Month], rest: int, chosen: Sittings, budget: float, loose: frozenset[int] | None = None
    ) -> Sittings | None:
        """These months planned (anew) between the other sittings."""
        grid = self.calendar.grid(months, chosen)
        there = set(grid.slot_body)
        bodies = tuple(body for body in self.bodies if body in there)
        others = tuple(sitting for sitting in chosen if self.calendar.month(sitting.slot_id) not in months)
        if not bodies:
            return others
        fair = fairest(grid, bodies, rest)
        if missing(fair) and missing(fair) > missing(fairest(grid, bodies)):
            return None  # the rest would cost a place
        part = Component(grid, bodies, fair, self.search, budget)
        inside = [sitting for sitting in chosen if self.calendar.month(sitting.slot_id) in months]
        hint = [(grid.slot_at[s.slot_id], grid.seat_at[s.seat_id], s.need) for s in inside]
        if not part.keep_rest(rest, hint, loose):
            return None
        return (*others, *sitting_values(grid, part.best.cells))

    def _worth(self, chosen: Sittings) -> tuple[int, int]:
        return self._squares(chosen), self._broken(chosen)

    def _squares(self, chosen: Sittings) -> int:
        counts = counts_of(self.grid, chosen)
        return sum(counts[seat] ** 2 for its in self.fair.values() for seat in its.counts)

    def _broken(self, chosen: Sittings, months: list[Month] | None = None) -> int:
        grid = self.grid
        return sum(
            (grid.slot_at[s.slot_id], grid.seat_at[s.seat_id]) in grid.broken_wishes
            for s in chosen
            if months is None or self.calendar.month(s.slot_id) in months
        )
