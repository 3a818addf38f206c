"""The stages for bodies that share people: coverage and fairness, the greatest rest, wishes. Each holds the proof of the one before."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from db.duty.solve.bounds import longest_rest
from db.duty.solve.flow import Fair
from db.duty.solve.grid import Grid
from db.duty.solve.model import Asked, build
from db.duty.solve.search import Found, Halted, Search, Status

Cells = tuple[tuple[int, int, int], ...]
NEVER = -1


@dataclass(slots=True)
class Best:
    """The best plan so far of a component, and what is proved of it.

    `fair`: the sum of squares is proved least. `rest` is the greatest found, `rest_bound` what counting or the solver allow
    at most. `floor` is what wishes were granted at. `broken` wishes, and how few are proved possible at that floor.
    """

    cells: Cells = ()
    planned: bool = False
    fair: bool = False
    rest: int = 0
    rest_bound: int = 0
    floor: int = 0
    broken: int = 0
    broken_bound: int = 0


class Component:
    """One component of a grid. `budget` is in deterministic seconds, for all stages together."""

    def __init__(
        self, grid: Grid, bodies: tuple[int, ...], fair: dict[int, Fair], search: Search, budget: float
    ) -> None:
        self.grid, self.bodies, self.search, self.budget = grid, bodies, search, budget
        self.fair: dict[int, Fair] | None = {body: fair[body] for body in bodies}
        self.unfair: int | None = None
        self.loose: frozenset[int] | None = None
        self.holes: int = sum(fair[body].missing for body in bodies)
        self.best = Best(broken_bound=sum(fair[body].broken for body in bodies))
        self.people = range(len(grid.seats_of))
        self.fixed_broken = grid.broken_fixed(bodies)
        self.kinder = grid.kind() if self.best.broken_bound <= self.fixed_broken else None
        self.kindest = NEVER  # the greatest rest that counting leaves to a plan that breaks no wish
        self.unkind: set[int] = set()  # rests at which none was found

    def run(self, share: float, holes: bool) -> bool:
        """All stages; False: proved that no plan obeys the rules. What was found stays in `best` when it is halted.

        Raises:
            Halted: asked to stop.
        """
        self.search.say("覆盖与公平")
        if not self.rests():
            if not self._as_fair_as_can_be(holes):
                return False
            if not self.best.planned:
                return True  # neither found nor excluded within the effort
            self.rests()
        self.best.floor = ceil(share * self.best.rest)
        self.wishes()
        return True

    def rests(self) -> bool:
        """The greatest rest that is found, from the bound downwards; False where there is no plan as fair as asked.

        It looks for a plan that breaks no wish first: where there is one, nothing is left to do.
        """
        bound = longest_rest(self.grid, self.bodies, self.fair)
        self.best.rest_bound = bound
        if self.kinder is not None:
            self.kindest = longest_rest(self.kinder, self.bodies, self.fair)
        rest, step, limit = bound, 1, self.budget / 8
        failed: list[int] = []
        while True:
            if rest <= self.kindest and self._kind_at(rest):
                break
            self.search.say(f"间隔 {rest} 个工作日", 0.3)
            found = self._solve(rest, limit)
            if found.has_plan:
                self._keep(found, rest)
                break
            if found.status is Status.NONE:
                self.best.rest_bound = min(self.best.rest_bound, rest - 1)
            failed.append(rest)
            if rest <= 0:
                return False
            rest, step = max(0, rest - step), step + (len(failed) > 2)
        low, high = self.best.rest, min(failed, default=self.best.rest + 1)
        while high - low > 1:
            middle = (low + high) // 2
            found = self._solve(middle, limit)
            if found.has_plan:
                self._keep(found, middle)
                low = middle
            else:
                high = middle
                if found.status is Status.NONE:
                    self.best.rest_bound = min(self.best.rest_bound, middle - 1)
        return True

    def _kind_at(self, rest: int, limit: float | None = None) -> bool:
        """A plan with this rest that breaks no wish: a smaller model, and nothing to be made less. False: not found."""
        if self.kinder is None or rest in self.unkind:
            return False
        self.search.say(f"间隔 {rest} 个工作日，合所有意愿", 0.3)
        found = self._solve(rest, limit or self.budget / 8, grid=self.kinder)
        if found.has_plan:
            longest = self.best.rest
            self._keep(found, rest)
            self.best.rest = max(longest, rest)
        else:
            self.unkind.add(rest)
        return found.has_plan

    def keep_rest(
        self, rest: int, hint: Iterable[tuple[int, int, int]] = (), loose: frozenset[int] | None = None
    ) -> bool:
        """A plan with this rest and as few broken wishes as can be; nothing is proved of the rest. False: not found.

        `loose`: counts may be one off the fairest (see `Asked`).
        """
        self.loose = loose
        self.best.floor = rest
        if self._kind_at(rest, self.budget / 2):
            return True
        self.best.cells = tuple(hint)
        found = self._solve(rest, self.budget, wishes=True)
        if found.has_plan:
            self._keep(found, rest)
        return found.has_plan

    def wishes(self) -> None:
        """As few broken wishes as can be at the floor; the plan with the longest rest is kept where it breaks no more."""
        best = self.best
        least = best.broken_bound
        if best.broken <= least:
            return
        self.search.say("意愿", 0.6, f"间隔 {best.rest}，{best.broken} 次不合意愿")
        top = min(best.rest, self.kindest)
        if any(self._kind_at(rest) for rest in (top, (top + best.floor) // 2, best.floor) if top >= rest >= best.floor):
            return
        found = self._solve(best.floor, self.budget / 2, wishes=True)
        if not found.has_plan:
            return
        fewer = self._broken(found.cells) < best.broken
        if fewer:
            best.cells, best.broken = found.cells, self._broken(found.cells)
        best.broken_bound = max(least, min(best.broken, found.bound))
        if fewer:
            self._stretch()

    def _stretch(self) -> None:
        """More rest than the floor, where it breaks no more wishes: the greatest, or half way to it."""
        best = self.best
        for rest in (best.rest, (best.rest + best.floor + 1) // 2):
            if rest > best.floor:
                found = self._solve(rest, self.budget / 8, most=best.broken)
                if found.has_plan:
                    best.cells, best.broken = found.cells, self._broken(found.cells)
                    return

    def _as_fair_as_can_be(self, holes: bool) -> bool:
        """Counts as even as rules that flow cannot express allow. False: no plan at all."""
        grid, missing = self.grid, self.holes if holes else 0
        self.fair = None
        self.best.fair, self.best.broken_bound = False, self.fixed_broken  # the flow's is that of a fairer plan
        self.kinder = self.kinder or grid.kind()
        if holes:
            model = build(grid, Asked(self.bodies, {}, holes=None))
            model.cp.minimize(sum(model.holes))
            found = self.search.solve(model, self.budget / 4)
            if not found.has_plan:
                return found.status is not Status.NONE
            missing = found.value
        self.holes = missing
        model = build(grid, Asked(self.bodies, {}, holes=missing))
        model.cp.minimize(model.unfair)
        found = self.search.solve(model, self.budget / 4)
        if not found.has_plan:
            return found.status is not Status.NONE
        self.unfair = found.value
        self._keep(found, 0)
        self.best.fair = found.status is Status.BEST
        return True

    def _solve(
        self, rest: int, limit: float, wishes: bool = False, most: int | None = None, grid: Grid | None = None
    ) -> Found:
        grid = grid or self.grid
        asked = Asked(self.bodies, dict.fromkeys(self.people, rest), self.fair, self.unfair, self.holes, self.loose)
        model = build(grid, asked)
        hint: Cells = ()
        against = [cell for key, cell in model.cells.items() if key in grid.broken_wishes]
        if most is not None:
            model.cp.add(sum(against) <= most)
        if wishes:
            model.cp.minimize(sum(against))
            hint = self.best.cells
        return self.search.solve(model, limit, hint)

    def _keep(self, found: Found, rest: int) -> None:
        best = self.best
        best.cells, best.planned, best.rest = found.cells, True, rest
        best.fair = best.fair or self.fair is not None
        best.broken = self._broken(found.cells)

    def _broken(self, cells: Cells) -> int:
        return sum((slot, seat) in self.grid.broken_wishes for slot, seat, _ in cells)


__all__ = ["Best", "Component", "Halted"]
