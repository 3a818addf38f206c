"""Fill the places that fell empty in a published plan with the fewest sittings changed: a complete search, best first.

A place that is empty must be filled whatever else; each further sitting that has to move costs one change more. The search
allows no further change first, then one, then two …; what it has gone through without finding a plan is proved not to
exist. Only sittings that stand in somebody's way are moved: moving any other one could be taken back. Among the plans with
the fewest changes it looks for the fairest, then for the one that lets people rest most; it counts its steps and stops.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from db.duty.solve.broken import asked_of
from db.duty.solve.cover import partners
from db.duty.solve.ground import EMPTY, NEVER, Ground

MOST_EXTRA = 4
"""How many further sittings may move."""
STEPS = 60_000
"""How many people are looked at in search of the fewest changes, for each number of further changes."""
FAIR_STEPS = 40_000
"""How many people are looked at in search of the fairest of these plans."""
LONG_REST = 60
"""Working days; more rest than that is not better."""

Cost = tuple[int, int]
"""How unfair (sum of squared counts), how little rest: what is left out of LONG_REST, summed."""


class OutOfSteps(Exception):
    """The search stops; what it had found stays."""


@dataclass(slots=True)
class Mending:
    """A search on the ground. `open` are the empty places to be filled, `kept` the plan as it was published."""

    ground: Ground
    kept: list[int]
    movable: list[bool]
    left: int = STEPS
    changed: set[int] = field(default_factory=set)
    moved: set[int] = field(default_factory=set)
    years: dict[tuple[int, int], int] = field(default_factory=dict)
    best: list[int] | None = None
    best_cost: Cost = (0, 0)
    first_only: bool = True
    skip: int = 0

    def run(self, open_places: list[int], extra: int, *, skip: int = 0, first_only: bool) -> bool:
        """Whether all places but `skip` can be filled with at most `extra` further changes; `best` is then the plan.

        Raises OutOfSteps when it had to stop before it was through; the ground is then as it was.
        """
        held, self.years = list(self.ground.held), dict(self.ground.years)
        self.first_only, self.best, self.skip = first_only, None, skip
        self.changed, self.moved = set(open_places), set()
        try:
            self._fill(sorted(open_places, key=lambda place: (len(self.ground.allowed[place]), place)), extra, (0, 0))
        finally:
            self.ground.restore(held)
        return self.best is not None

    def _fill(self, open_places: list[int], extra: int, cost: Cost) -> bool:
        """Fill them one after the other; True ends the search."""
        if not open_places:
            if (self.best is None or cost < self.best_cost) and self._whole():
                self.best, self.best_cost = list(self.ground.held), cost
            return self.first_only and self.best is not None
        if not extra and not self.skip:
            return self._fill_free(open_places, cost)
        place = open_places[0]
        for seat in sorted(self.ground.allowed[place], key=lambda each: (self.ground.load[each], each)):
            if seat == self.kept[place]:
                continue
            self._step(1)
            for away in self._ways(place, seat, extra):
                if self._try(open_places[1:], place, seat, away, extra, cost):
                    return True
        return self._leave(open_places, extra, cost)

    def _fill_free(self, open_places: list[int], cost: Cost) -> bool:
        """The same when nobody else may move: the place with the fewest free people first, until one has none."""
        ground, load = self.ground, self.ground.load
        least, fewest, chosen = cost[0], NEVER, -1
        people: list[int] = []
        for place in open_places:
            allowed, kept = ground.allowed[place], self.kept[place]
            free = [seat for seat in allowed if seat != kept and ground.free(place, seat)]
            self._step(len(allowed))
            if not free:
                return False
            least += 2 * min(load[seat] for seat in free) + 1
            if len(free) < fewest:
                fewest, chosen, people = len(free), place, free
        if self.best is not None and (least, cost[1]) >= self.best_cost:
            return False
        rest = [place for place in open_places if place != chosen]
        return any(
            self._try(rest, chosen, seat, (), 0, cost) for seat in sorted(people, key=lambda each: (load[each], each))
        )

    def _step(self, people: int) -> None:
        self.left -= people
        if self.left <= 0:
            raise OutOfSteps

    def _leave(self, open_places: list[int], extra: int, cost: Cost) -> bool:
        """Leave the place empty, where that is allowed; only one that fell empty, not one that was made so."""
        if not self.skip or open_places[0] in self.moved:
            return False
        self.skip -= 1
        ends = self._fill(open_places[1:], extra, cost)
        self.skip += 1
        return ends

    def _whole(self) -> bool:
        """Whether who must sit together does, and nobody who was moved now misses duties in the year."""
        ground, facts = self.ground, self.ground.facts
        if not self.moved and not ground.paired:
            return True
        for place in self.changed:
            slot, seat, had = ground.place_slot[place], ground.held[place], self.kept[place]
            if seat == EMPTY:
                continue
            if any(slot not in ground.at[ground.person[mate]] for mate in partners(ground, seat)):
                return False
            if had != EMPTY and had in ground.allowed[place] and place in self.moved:
                least = facts.body(ground.seats[had].body_id).least_a_year
                year = ground.year[slot]
                if (
                    least
                    and ground.years[had, year] < min(least, self.years[had, year])
                    and asked_of(ground.seats[had], year)
                ):
                    return False
        return True

    def _try(self, rest: list[int], place: int, seat: int, away: tuple[int, ...], extra: int, cost: Cost) -> bool:
        ground = self.ground
        gone = [(each, ground.drop(each)) for each in away]
        fair = sum(1 - 2 * (ground.load[had] + 1) for _, had in gone) + 2 * ground.load[seat] + 1
        near = LONG_REST - min(LONG_REST, self._gap(place, seat))
        ground.put(place, seat)
        self.changed.update(away)
        self.moved.update(away)
        ends = self._fill([*away, *rest], extra - len(away), (cost[0] + fair, cost[1] + near))
        self.changed.difference_update(away)
        self.moved.difference_update(away)
        ground.drop(place)
        for each, had in gone:
            ground.put(each, had)
        return ends

    def _gap(self, place: int, seat: int) -> int:
        """Working days to the nearest other duty of the person."""
        today = self.ground.workday[self.ground.place_slot[place]]
        line = self.ground.lines[self.ground.person[seat]]
        return min((abs(day - today) for day, _ in line), default=LONG_REST)

    def _ways(self, place: int, seat: int, extra: int) -> Iterator[tuple[int, ...]]:
        """Which sittings have to move so that the seat can take the place, at most `extra`; none twice."""
        ground = self.ground
        if not ground.pair_ok(place, seat):
            return
        blockers = ground.blockers(place, seat)
        if blockers is None or len(blockers) > extra or not all(self._may_move(each) for each in blockers):
            return
        month = ground.month[ground.place_slot[place]]
        freed = sum(
            1 for each in blockers if ground.held[each] == seat and ground.month[ground.place_slot[each]] == month
        )
        over = ground.over(place, seat) - freed
        others = [each for each in ground.in_month(place, seat) if each not in blockers and self._may_move(each)]
        for more in combinations(sorted(others), max(0, over)) if len(blockers) + over <= extra else ():
            for beside in self._making_room(place, seat):
                away = self._with_mates(tuple(dict.fromkeys((*blockers, *more, *beside))))
                if away is not None and len(away) <= extra:
                    yield away

    def _making_room(self, place: int, seat: int) -> Iterator[tuple[int, ...]]:
        """Who in the slot has to leave so that everybody who sits with the seat finds a place beside it."""
        ground = self.ground
        mates = partners(ground, seat)
        if not mates:
            yield ()
            return
        slot = ground.place_slot[place]
        others = [each for each in ground.slot_places[slot] if each != place]
        missing = sum(slot not in ground.at[ground.person[mate]] for mate in mates)
        lacking = missing - sum(ground.held[each] == EMPTY for each in others)
        kept = {ground.person[mate] for mate in mates}
        movable = [each for each in others if self._may_move(each) and ground.person[ground.held[each]] not in kept]
        yield from combinations(movable, max(0, lacking))

    def _with_mates(self, places: tuple[int, ...]) -> tuple[int, ...] | None:
        """The places together with those of whoever sits with them and may not stay alone; None if one must not move."""
        ground, found = self.ground, dict.fromkeys(places)
        for place in places:
            for mate in partners(ground, ground.held[place]):
                other = ground.at[ground.person[mate]].get(ground.place_slot[place], EMPTY)
                if other == EMPTY:
                    continue
                if not self._may_move(other):
                    return None
                found[other] = None
        return tuple(found)

    def polish(self, places: list[int]) -> None:
        """Make the plan that was found fairer place by place, until no single one can be given to somebody with less."""
        if self.best is None:
            return
        ground = self.ground
        held = list(ground.held)
        ground.restore(self.best)
        better = True
        while better:
            better = False
            for place in places:
                had = ground.held[place]
                if had == EMPTY or partners(ground, had):
                    continue
                ground.drop(place)
                less = [seat for seat in ground.allowed[place] if ground.load[seat] < ground.load[had]]
                free = [seat for seat in less if seat != self.kept[place] and not partners(ground, seat)]
                best = min(
                    filter(lambda seat: ground.free(place, seat), free), key=lambda seat: ground.load[seat], default=had
                )
                better = better or best != had
                ground.put(place, best)
        self.best = list(ground.held)
        ground.restore(held)

    def _may_move(self, place: int) -> bool:
        return self.movable[place] and place not in self.changed and self.ground.held[place] != EMPTY
