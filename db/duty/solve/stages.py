"""A whole plan: month after month with carried history, or the whole time at once. Runs in the child process (ortools)."""

from dataclasses import dataclass
from math import ceil

from db.duty.solve.bounds import components, longest_rest
from db.duty.solve.canonical import canonical
from db.duty.solve.component import Best, Component
from db.duty.solve.explain import Impossibility, explain
from db.duty.solve.flow import Fair, fairest, missing
from db.duty.solve.greedy import greedy, seat_least_loaded
from db.duty.solve.grid import Grid, Month
from db.duty.solve.measure import counts_of, empty_places, rest_of, spread, spread_bound, wishes_of
from db.duty.solve.months import Calendar
from db.duty.solve.outcome import Impossible, Outcome, Planned, Settings, Stopped
from db.duty.solve.paces import least_broken, paces
from db.duty.solve.problem import Method, Plan, Problem, Proof, Sitting
from db.duty.solve.roll import Roll
from db.duty.solve.search import Halted, Search
from db.duty.solve.seating import Seating, sitting_values

MONTH_EFFORT, YEAR_EFFORT = 12.0, 120.0
"""Deterministic seconds: for each calendar month, and for the whole time at once."""
TURNED = "按现有规则没有找到完整的安排，也没有证明排不出来。可以放宽间隔、每月上限或同班要求，或允许空缺后再试。"


@dataclass(slots=True)
class _Made:
    """What is planned so far, and the weakest of what was proved along the way."""

    sittings: tuple[Sitting, ...] = ()
    fair: bool = True
    floor: int | None = None
    rest: int | None = None
    bound: int | None = None
    broken_bound: int = 0


class _Cannot(Exception):
    """No plan obeys the rules (`proved`), or none was found."""

    def __init__(self, proved: bool) -> None:
        super().__init__()
        self.proved = proved


def solve(problem: Problem, settings: Settings, search: Search) -> Outcome:
    """Make a plan; see `Settings`. `search` tells of it, and can stop it from another thread."""
    problem = canonical(problem)
    grid = Grid(problem)
    calendar = Calendar(problem)
    search.left = settings.effort or (MONTH_EFFORT * len(calendar.months) if settings.by_month else YEAR_EFFORT)
    whole = _Whole(problem, grid, calendar, settings, search)
    try:
        return whole.run()
    except Halted:
        return whole.halted()


class _Whole:
    """One problem on its way to a plan."""

    def __init__(self, problem: Problem, grid: Grid, calendar: Calendar, settings: Settings, search: Search) -> None:
        self.problem, self.grid, self.calendar, self.settings, self.search = problem, grid, calendar, settings, search
        self.fair: dict[int, Fair] = {}
        self.parts: list[tuple[int, ...]] = []
        self.made = _Made()
        self.current: tuple[Grid, Component] | None = None
        self.roll: Roll | None = None

    def run(self) -> Outcome:
        self.search.section("", 0, 0.05)
        self.search.say("覆盖与公平")
        self.parts = components(self.grid)
        self.fair = _fair(self.grid, self.parts)
        if not self.settings.holes and any(fair.missing or fair.short for fair in self.fair.values()):
            return Impossible(_told(self.problem))
        try:
            self._make()
        except _Cannot as cannot:
            return self._turned(cannot.proved)
        return Planned(self._plan(self.made.sittings))

    def _make(self) -> None:
        """One way after the other until there is a plan; each has some effort, whatever those before have used up."""
        months = len(self.calendar.months)
        ways = [self._block]
        if months > 1:
            ways = [*([] if self.settings.by_month else [self._year]), self._steady, self._months, self._block]
        for way in ways:
            self.made, self.current, self.roll = _Made(), None, None
            self.search.left = max(self.search.left, MONTH_EFFORT * months / 4)
            try:
                way()
                return
            except _Cannot as cannot:
                if way == self._block:
                    raise cannot

    def halted(self) -> Outcome:
        """What there is when it is stopped: what was planned so far, and the other places by rule of thumb."""
        seating = Seating(self.grid)
        known = list(self.made.sittings)
        if self.current is not None:
            grid, part = self.current
            known += sitting_values(grid, part.best.cells)
        if self.roll is not None:
            known += self.roll.chosen
        for sitting in known:
            slot, seat = self.grid.slot_at[sitting.slot_id], self.grid.seat_at[sitting.seat_id]
            if seat not in seating.sits[slot]:
                seating.place(slot, seat, sitting.need)
        seat_least_loaded(self.grid, seating=seating)
        if not self.settings.holes and any(seating.free(slot) for slot in range(len(self.grid.slots))):
            return Stopped()
        self.made = _Made()
        return Planned(self._plan(seating.sittings(), whole=False), complete=False)

    def _block(self) -> None:
        """The whole time as one model for each component."""
        self.search.section("", 0.05, 0.9)
        budget = self.search.left / max(1, len(self.parts))
        for bodies in self.parts:
            self._add(self.grid, self._component(self.grid, bodies, self.fair, budget))

    def _months(self) -> None:
        """One month after the other; where a month cannot follow on the last, the two are planned together."""
        months = self.calendar.months
        for number, month in enumerate(months):
            self.search.section(f"{month[1]} 月：", 0.05 + 0.9 * number / len(months), 0.9 / len(months))
            budget = self.search.left / (len(months) - number)
            try:
                self._month([month], budget)
            except _Cannot:
                if not number:
                    raise
                self._month(months[number - 1 : number + 1], budget * 2)
        self.made.broken_bound = 0  # what is proved of a month holds after the months before it only

    def _month(self, months: list[Month], budget: float) -> None:
        before = tuple(s for s in self.made.sittings if self.calendar.month(s.slot_id) < months[0])
        grid = self.calendar.grid(months, before)
        parts = components(grid)
        fair = _fair(grid, parts)
        bests = [self._component(grid, bodies, fair, budget / len(parts)) for bodies in parts]
        self.made.sittings = before
        for best in bests:
            self._add(grid, best)

    def _component(self, grid: Grid, bodies: tuple[int, ...], fair: dict[int, Fair], budget: float) -> Best:
        part = Component(grid, bodies, fair, self.search, budget)
        self.current = grid, part
        possible = part.run(self.settings.share, self.settings.holes)
        self.current = None
        if not part.best.planned:
            raise _Cannot(not possible)
        return part.best

    def _add(self, grid: Grid, best: Best) -> None:
        made, self.roll = self.made, None
        made.sittings = tuple(sorted((*made.sittings, *sitting_values(grid, best.cells))))
        made.fair = made.fair and best.fair
        made.floor = best.floor if made.floor is None else min(made.floor, best.floor)
        made.rest = best.rest if made.rest is None else min(made.rest, best.rest)
        made.bound = best.rest_bound if made.bound is None else min(made.bound, best.rest_bound)
        made.broken_bound += best.broken_bound

    def _year(self) -> None:
        """The greatest rest over the whole time, component by component; then wishes at a share of it."""
        for number, bodies in enumerate(self.parts):
            self.search.section("全年：", 0.05 + 0.9 * number / len(self.parts), 0.9 / len(self.parts))
            effort = self.search.left / (len(self.parts) - number)
            self.roll = roll = Roll(self.grid, self.calendar, bodies, self.fair, self.search)
            bound = longest_rest(self.grid, bodies, self.fair)
            best = next(
                (best for rest in range(bound, -1, -1) if (best := roll.at(rest, effort / 2, loose=True))), None
            )
            if best is None:
                raise _Cannot(False)
            best.floor, best.rest_bound = ceil(self.settings.share * best.rest), bound
            best.broken_bound = self._least_broken(bodies, best.floor)
            if best.broken > best.broken_bound and best.floor < best.rest:
                kinder = roll.at(best.floor, effort / 2, loose=True)
                if kinder is not None and kinder.broken < best.broken:
                    best.cells, best.broken = kinder.cells, kinder.broken
            self._add(self.grid, best)

    def _steady(self) -> None:
        """Month after month at the share of what counting allows over the whole time."""
        for number, bodies in enumerate(self.parts):
            self.search.section("", 0.05 + 0.9 * number / len(self.parts), 0.9 / len(self.parts))
            effort = self.search.left / (len(self.parts) - number) / 2
            bound = longest_rest(self.grid, bodies, self.fair)
            floor = ceil(self.settings.share * bound)
            self.roll = Roll(self.grid, self.calendar, bodies, self.fair, self.search)
            best = self.roll.at(floor, effort)
            if best is None:
                raise _Cannot(False)
            best.floor, best.rest_bound, best.broken_bound = floor, bound, self._least_broken(bodies, floor)
            self._add(self.grid, best)

    def _least_broken(self, bodies: tuple[int, ...], rest: int) -> int:
        """Wishes that any plan as fair must break with this rest, by the flow or counted person by person."""
        flow = sum(self.fair[body].broken for body in bodies)
        return max(flow, least_broken(paces(self.grid, bodies, self.fair, rest)))

    def _plan(self, sittings: tuple[Sitting, ...], whole: bool = True) -> Plan:
        """The plan with its proof; `whole` False: stages were left out, so only what the flow proves is claimed."""
        grid, made = self.grid, self.made
        kept, spoken = wishes_of(grid, sittings)
        rest, bound, reached = self._rests(sittings, whole)
        unfilled = empty_places(grid, sittings)
        known = unfilled == missing(self.fair)  # the flow speaks of as many duties
        counts = counts_of(grid, sittings)
        fair = known and self._as_the_flow(counts)
        least = made.broken_bound if whole else 0
        if fair:
            least = max(least, sum(its.broken for its in self.fair.values()))
        elif not known or len(self.calendar.months) > 1:
            least = 0
        proof = Proof(
            method=Method.SOLVER,
            covered=unfilled == 0,
            fair=fair or (whole and len(self.calendar.months) <= 1 and made.fair),
            spread=spread(grid, counts),
            spread_bound=self._spread_bound(counts, unfilled) if known and self.fair else 0,
            rest=rest,
            rest_bound=bound,
            rest_proved=reached,
            rest_floor=made.floor,
            wishes_kept=kept,
            wishes_all=spoken,
            wishes_bound=max(kept, spoken - least),
            wishes_proved=bool(self.fair) and kept >= spoken - least,
            unfilled=unfilled,
        )
        return Plan(sittings, proof)

    def _spread_bound(self, counts: list[int], unfilled: int) -> int:
        return spread_bound(self.grid, counts, unfilled, lambda body: fairest(self.grid, (body,))[body])

    def _rests(self, sittings: tuple[Sitting, ...], whole: bool) -> tuple[int | None, int | None, bool]:
        """The plan's rest, the bound of any plan, and whether some plan found on the way reaches it."""
        rest, made = rest_of(self.grid, sittings), self.made
        if rest is None or not whole:
            return rest, None, False
        bound, best = made.bound, made.rest
        if len(self.calendar.months) > 1:
            bound = min((longest_rest(self.grid, bodies, self.fair) for bodies in self.parts), default=0)
            best = rest if self.settings.by_month else made.rest
        if bound is None or best is None:
            return rest, None, False
        bound = max(bound, rest)
        return rest, bound, max(best, rest) >= bound

    def _as_the_flow(self, counts: list[int]) -> bool:
        """Whether the sum of squares is as small as the flow's, which is certified to be the least."""
        if not self.fair or not all(fair.certified for fair in self.fair.values()):
            return False
        flows = {seat: count for fair in self.fair.values() for seat, count in fair.counts.items()}
        return sum(counts[seat] ** 2 for seat in flows) <= sum(count**2 for count in flows.values())

    def _turned(self, proved: bool) -> Outcome:
        explanation = _told(self.problem)
        if explanation.proved or proved:
            return Impossible(explanation)
        thumb = greedy(self.problem, self.settings)
        if isinstance(thumb, Planned) and not thumb.plan.proof.unfilled:
            return thumb
        return Impossible(explanation)


def _fair(grid: Grid, parts: list[tuple[int, ...]]) -> dict[int, Fair]:
    return {body: fair for bodies in parts for body, fair in fairest(grid, bodies).items()}


def _told(problem: Problem) -> Impossibility:
    explanation = explain(problem)
    return explanation if explanation.sentences else Impossibility((TURNED,), (), proved=False)
