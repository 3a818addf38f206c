"""How long people can rest at most, by counting: bounds that hold for every plan."""

from collections import defaultdict

from db.duty.solve.flow import Fair, as_fair_at, packed
from db.duty.solve.grid import Grid
from db.duty.solve.paces import least_duties


def components(grid: Grid) -> list[tuple[int, ...]]:
    """Bodies that share people, in order; each component can be planned on its own."""
    leader = list(range(len(grid.rest)))

    def find(body: int) -> int:
        while leader[body] != body:
            body = leader[body]
        return body

    present: dict[int, set[int]] = defaultdict(set)
    for slot, options in enumerate(grid.options):
        for seat in options:
            present[grid.person[seat]].add(grid.slot_body[slot])
    for bodies in present.values():
        first, *others = sorted(bodies)
        for body in others:
            low, high = sorted((find(first), find(body)))
            leader[high] = low
    groups: dict[int, list[int]] = defaultdict(list)
    for body in sorted(set(grid.slot_body)):
        groups[find(body)].append(body)
    return [tuple(groups[body]) for body in sorted(groups)]


def longest_rest(grid: Grid, bodies: tuple[int, ...], fair: dict[int, Fair] | None) -> int:
    """The greatest rest that counting does not exclude, for everybody in these bodies.

    Excluded are a rest R for which some window of R working days has more places than people who can each take one, or at
    which people cannot have as many duties as every fairest plan gives them. At most the length of the whole time.
    """
    greatest = _Windows(grid, bodies, fair).greatest()
    if fair is None:
        return greatest
    low, high = 0, greatest
    while low < high:
        middle = high if high == greatest else (low + high + 1) // 2  # most often nothing more is excluded
        if as_fair_at(grid, bodies, fair, middle):
            low = middle
        else:
            high = middle - 1
    return low


class _Windows:
    def __init__(self, grid: Grid, bodies: tuple[int, ...], fair: dict[int, Fair] | None) -> None:
        self.grid, self.fair, self.bodies = grid, fair, bodies
        self.slots = [slot for slot, body in enumerate(grid.slot_body) if body in bodies]
        self.least = least_duties(grid, bodies, fair) if fair is not None else {}

    def greatest(self) -> int:
        days = list(self.grid.workday)  # of all bodies: the same length of time for each component
        days += [bound.workday for bounds in self.grid.standing for bound in bounds]
        low, high = 0, max(days, default=0) - min(days, default=0) + 1
        while low < high:
            middle = (low + high + 1) // 2
            if self.possible(middle):
                low = middle
            else:
                high = middle - 1
        return low

    def possible(self, rest: int) -> bool:
        """Whether counting leaves a rest possible."""
        grid = self.grid
        able: list[list[int]] = []
        of_person: dict[int, list[int]] = defaultdict(list)
        for slot in self.slots:
            seats = [
                seat
                for seat in grid.options[slot]
                if (slot, seat) not in grid.forced and grid.apart_from_standing(slot, seat, rest)
            ]
            able.append([grid.person[seat] for seat in seats])
            for seat in seats:
                of_person[grid.person[seat]].append(grid.workday[slot])
        for person, least in self.least.items():
            if packed(sorted(of_person[person]), rest) < least:
                return False
        return self._windows(able, rest)

    def _windows(self, able: list[list[int]], rest: int) -> bool:
        """Slide a window of `rest` days along, keeping a matching of its places with people."""
        grid = self.grid
        places: list[tuple[int, int]] = []  # (position in self.slots, working day), one a free place
        for number, slot in enumerate(self.slots):
            places += [(number, grid.workday[slot])] * (grid.places(slot) - len(grid.fixed[slot]))
        holder: dict[int, int] = {}  # person -> place
        begin = 0
        for place, (number, day) in enumerate(places):
            while places[begin][1] <= day - rest and begin < place:
                for person in [one for one, held in holder.items() if held == begin]:
                    del holder[person]
                begin += 1
            if not _augment(place, number, able, places, holder):
                return self._holes_allow()
        return True

    def _holes_allow(self) -> bool:
        """With places that nobody can take anyway, windows prove nothing."""
        return self.fair is not None and any(self.fair[body].missing for body in self.bodies)


def _augment(
    place: int, number: int, able: list[list[int]], places: list[tuple[int, int]], holder: dict[int, int]
) -> bool:
    """Find the place a person, moving others of the window to other places where needed (breadth first)."""
    waiting, asked, came = [(place, number)], set[int](), dict[int, tuple[int, int]]()
    for wanting, its in waiting:
        for person in able[its]:
            if person in asked:
                continue
            asked.add(person)
            came[person] = (wanting, person)
            if person in holder:
                waiting.append((holder[person], places[holder[person]][0]))
                continue
            held = {p: who for who, p in holder.items()}
            while True:
                target = came[person][0]
                before = held.get(target)
                holder[person] = target
                if target == place or before is None:
                    return True
                person = before
    return False
