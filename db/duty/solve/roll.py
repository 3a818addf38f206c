"""A long time at one rest: month after month, each standing on the last, then mended in windows. Runs in the child process."""

from db.duty.solve.component import Best, Component
from db.duty.solve.flow import Fair, fairest, squares
from db.duty.solve.grid import Grid, Month
from db.duty.solve.measure import counts_of
from db.duty.solve.months import Calendar
from db.duty.solve.problem import Sitting
from db.duty.solve.search import Search
from db.duty.solve.seating import sitting_values

WINDOWS = (2, 3)
"""How many months are planned anew together, so that counts come out even and wishes are kept."""

Sittings = tuple[Sitting, ...]


class Roll:
    """The months of bodies that share people. A month's counts are as even as people can rest; the end is even altogether."""

    def __init__(
        self, grid: Grid, calendar: Calendar, bodies: tuple[int, ...], fair: dict[int, Fair], search: Search
    ) -> None:
        self.grid, self.calendar, self.bodies, self.search = grid, calendar, bodies, search
        self.fair = {body: fair[body] for body in bodies}
        self.months = calendar.months
        self.chosen: Sittings = ()  # so far, for when it is stopped

    def at(self, rest: int, effort: float) -> Best | None:
        """A plan of all months with this rest (working days), fair as a whole; None: not found. `effort` bounds the search."""
        chosen: Sittings = ()
        budget = effort / len(self.months) / 2
        for number, month in enumerate(self.months):
            self.search.say(f"间隔 {rest} 个工作日，{month[1]} 月", number / len(self.months))
            following = self._again([month], rest, chosen, budget)
            if following is None and number:
                following = self._again(self.months[number - 1 : number + 1], rest, chosen, budget * 2)
            if following is None:
                return None
            self.chosen = chosen = following
        chosen = self._mended(rest, chosen, effort / 4)
        if self._squares(chosen) > squares(self.fair):
            return None
        grid = self.grid
        cells = sorted((grid.slot_at[s.slot_id], grid.seat_at[s.seat_id], s.need) for s in chosen)
        return Best(cells=tuple(cells), planned=True, fair=True, rest=rest, broken=self._broken(chosen))

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

    def _again(self, months: list[Month], rest: int, chosen: Sittings, budget: float) -> Sittings | None:
        """These months planned (anew) between the other sittings."""
        grid = self.calendar.grid(months, chosen)
        there = set(grid.slot_body)
        bodies = tuple(body for body in self.bodies if body in there)
        others = tuple(sitting for sitting in chosen if self.calendar.month(sitting.slot_id) not in months)
        if not bodies:
            return others
        part = Component(grid, bodies, fairest(grid, bodies, rest), self.search, budget)
        inside = [sitting for sitting in chosen if self.calendar.month(sitting.slot_id) in months]
        hint = [(grid.slot_at[s.slot_id], grid.seat_at[s.seat_id], s.need) for s in inside]
        if not part.keep_rest(rest, hint):
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
