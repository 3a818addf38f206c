"""The counting proof: places that ask for more people than can come, found and shrunk until a manager can check it by hand.

For a set of places, nobody can sit more often in it than their own rules let them: leave and term, one place per half day,
the most in a month, the rest between two duties, what is fixed or done. The sum over the people is what is possible; where
the places are more, no plan exists, whatever else. A set is looked for around each place that a plan leaves empty: first
windows of consecutive days of a body (which see the rest), then the minimum cut of the flow from people to places (which
sees bodies and kinds that share people), shrunk while it stays too large.
"""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db.duty.solve.ground import EMPTY, NEVER, Ground

REACH = 31
"""Calendar days before and after an empty place in which windows are looked for, at least."""
LARGEST = 400
"""A cut of more places is not shrunk place by place: nobody checks that by hand."""


@dataclass(frozen=True, slots=True)
class Shortage:
    """Places (numbers on the ground) that need `required` sittings where only `possible` can be."""

    places: tuple[int, ...]
    required: int
    possible: int


class Counting:
    """What each person can do, as far as everything but the plan says. Made before a plan is put on the ground."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.open: list[list[int]] = [self._open(place) for place in range(len(ground.place_slot))]
        self.of_seat: dict[int, list[int]] = defaultdict(list)
        for place, seats in enumerate(self.open):
            for seat in seats:
                self.of_seat[seat].append(place)
        rests = {body.body_id: body.rest for body in ground.facts.problem.bodies}
        self.rest = [rests.get(seat.body_id, 0) for seat in ground.seats]
        self.used = dict(ground.months)
        self.half = [slot.day.toordinal() * 4 + list(type(slot.half)).index(slot.half) for slot in ground.slots]
        self.wanted = [place for place, seat in enumerate(ground.held) if seat == EMPTY and not ground.locked[place]]
        self.open_places = frozenset(self.wanted)
        self.of_body: dict[int, list[int]] = defaultdict(list)
        for place in self.wanted:
            self.of_body[ground.slot_body[ground.place_slot[place]]].append(place)

    def _open(self, place: int) -> list[int]:
        ground = self.ground
        if ground.held[place] != EMPTY or ground.locked[place]:
            return []
        lines, person = ground.lines, ground.person
        return [seat for seat in ground.allowed[place] if not lines[person[seat]] or ground.free(place, seat)]

    def left(self, seat: int, month: int) -> int:
        """How many more duties the seat may take in a month."""
        most = self.ground.most[seat]
        return most - self.used.get((seat, month), 0) if most else NEVER

    def by_person(self, places: Iterable[int]) -> dict[int, list[tuple[int, int]]]:
        """For each person who can sit in one of the places: the slots and the seat they would sit in, in time order."""
        ground, chosen = self.ground, set(places)
        found: dict[int, list[tuple[int, int]]] = {}
        for seat in sorted(set().union(*(self.open[place] for place in chosen))):
            mine = filter(chosen.__contains__, self.of_seat[seat])
            own = [(slot, seat) for slot in dict.fromkeys(map(ground.place_slot.__getitem__, mine))]
            person = ground.person[seat]
            found[person] = sorted([*found[person], *own]) if person in found else own
        return found

    def most_of(self, slots: Sequence[tuple[int, int]], *, rest: bool = True, month: bool = True) -> int:
        """The most sittings one person can have in these slots: the earliest that can be taken, again and again.

        Exact for one seat; for seats in several bodies, what their months allow together and the least rest are a bound.
        """
        seats = {seat for _, seat in slots}
        apart = min((self.rest[seat] for seat in seats), default=0) if rest else 0
        if len(seats) > 1 and month:
            each = sum(self.most_of([it for it in slots if it[1] == seat], rest=rest) for seat in seats)
            return min(each, self.most_of(slots, rest=rest, month=False))
        picks = _picks(self, slots, 0, NEVER, apart) if month else _spaced(self, slots, 0, len(slots), apart)
        return len(picks)

    def possible(self, places: Iterable[int]) -> int:
        """The most sittings that all people together can have in the places."""
        return sum(self.most_of(slots) for slots in self.by_person(places).values())

    def shortage(self, places: Sequence[int]) -> Shortage | None:
        """The places as a shortage, if they are one."""
        possible = self.possible(places)
        return Shortage(tuple(sorted(places)), len(places), possible) if len(places) > possible else None


def find(counting: Counting, held: Sequence[int], place: int) -> Shortage | None:
    """The smallest set of places found that proves that not all of them, the empty `place` with them, can be filled."""
    if counting.shortage([place]) is not None:
        return counting.shortage(_alike(counting, place))
    found = [window(counting, place, kinds) for kinds in (True, False)]
    small = [each for each in found if each is not None]
    if not small:
        cut = reached(counting, held, place)
        whole = counting.shortage(cut) if cut else None
        if whole is not None:
            small.append(shrunk(counting, whole))
    return min(small, key=lambda each: (each.required, each.places), default=None)


def _alike(counting: Counting, place: int) -> list[int]:
    """The places of the same need of the same slot: if nobody can take one, nobody can take any."""
    ground = counting.ground
    alike = ground.slot_places[ground.place_slot[place]]
    return [
        each for each in alike if ground.place_need[each] == ground.place_need[place] and each in counting.open_places
    ]


def window(counting: Counting, place: int, by_kind: bool) -> Shortage | None:
    """The smallest window of days of the place's body that asks for too much, all its kinds or only those of the place."""
    ground = counting.ground
    number = ground.place_slot[place]
    slot = ground.slots[number]
    kinds = slot.needs[ground.place_need[place]].kinds
    if by_kind and not kinds:
        return None
    reach, day = max(REACH, 2 * ground.width), ground.day[number]
    near: dict[int, list[int]] = defaultdict(list)
    for other in counting.of_body[ground.slot_body[number]]:
        there = ground.place_slot[other]
        if abs(ground.day[there] - day) > reach:
            continue
        asked = ground.slots[there].needs[ground.place_need[other]].kinds
        if not by_kind or (asked and asked <= kinds):
            near[there].append(other)
    slots = sorted(near)
    best: tuple[int, int] | None = None
    people = counting.by_person(other for places in near.values() for other in places)
    size = len(ground.place_slot) + 1
    for first in range(slots.index(number), -1, -1):
        last, needed = _too_much(counting, slots, near, people, first, slots.index(number), size)
        if last is not None and needed < size:
            best, size = (first, last), needed
    if best is None:
        return None
    days = {ground.slots[slots[at]].day for at in best}
    whole = [each for each in slots if min(days) <= ground.slots[each].day <= max(days)]
    spans = whole, slots[best[0] : best[1] + 1]  # whole days where they are too much as well: easier to read
    found = (counting.shortage([other for each in span for other in near[each]]) for span in spans)
    return next((each for each in found if each is not None), None)


def _too_much(
    counting: Counting,
    slots: list[int],
    near: dict[int, list[int]],
    people: dict[int, list[tuple[int, int]]],
    first: int,
    hole: int,
    size: int,
) -> tuple[int | None, int]:
    """The first slot at which a window from `first` on asks for too much, and for how many; smaller than `size`."""
    events: dict[int, int] = defaultdict(int)
    last, needed = first, 0
    while last < len(slots) and needed < size:
        needed += len(near[slots[last]])
        last += 1
    if last <= hole:
        return None, 0
    for own in people.values():
        for slot in _picks(counting, own, slots[first], slots[last - 1], counting.rest[own[0][1]]):
            events[slot] += 1
    needed = possible = 0
    for at in range(first, last):
        needed += len(near[slots[at]])
        possible += events[slots[at]]
        if needed >= size:
            break
        if at >= hole and needed > possible:
            return at, needed
    return None, 0


def _picks(counting: Counting, own: Sequence[tuple[int, int]], first: int, last: int, apart: int) -> list[int]:
    """The slots the seat takes from `first` to `last`: the earliest that can be taken, again and again."""
    begin, end = bisect_left(own, (first, -1)), bisect_left(own, (last + 1, -1))
    if not own or not counting.ground.most[own[0][1]]:
        return _spaced(counting, own, begin, end, apart)
    ground, found = counting.ground, []
    halves, workday = counting.half, ground.workday
    half, day = -1, -NEVER
    left: dict[int, int] = {}
    for slot, seat in own[begin:end]:
        if workday[slot] - day < apart or halves[slot] == half:
            continue
        month = ground.month[slot]
        left.setdefault(month, counting.left(seat, month))
        if left[month] <= 0:
            continue
        left[month] -= 1
        half, day = halves[slot], workday[slot]
        found.append(slot)
    return found


def _spaced(counting: Counting, own: Sequence[tuple[int, int]], begin: int, end: int, apart: int) -> list[int]:
    """The same for some of the slots where months do not matter: with a rest it leaps from one to the next."""
    workday, halves, found, at = counting.ground.workday, counting.half, [], begin
    if apart < 1:
        return list({halves[slot]: slot for slot, _ in reversed(own[begin:end])}.values())
    while at < end:
        found.append(own[at][0])
        at = bisect_left(own, (bisect_left(workday, workday[own[at][0]] + apart), -1), at)
    return found


def reached(counting: Counting, held: Sequence[int], place: int) -> list[int]:
    """The places that could be empty instead of this one: the side of the minimum cut on which it lies.

    Empty where somebody could come after all, as far as half days and months say.
    """
    ground = counting.ground
    halves: dict[tuple[int, int], int] = {}
    months: dict[tuple[int, int], list[int]] = defaultdict(list)
    for other, seat in enumerate(held):
        if seat != EMPTY and not ground.locked[other]:
            slot = ground.place_slot[other]
            halves[ground.person[seat], counting.half[slot]] = other
            months[seat, ground.month[slot]].append(other)
    seen, waiting = {place}, deque([place])
    while waiting:
        slot = ground.place_slot[waiting[0]]
        for seat in counting.open[waiting.popleft()]:
            key = seat, ground.month[slot]
            there = halves.get((ground.person[seat], counting.half[slot]))
            full = len(months[key]) >= counting.left(*key)
            if there is None and not full:
                return []
            for other in ([there] if there is not None else []) + (months[key] if full else []):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
    return sorted(seen)


def shrunk(counting: Counting, whole: Shortage) -> Shortage:
    """The shortage with as little as can be: days taken away at both ends, then single places, while it stays one."""
    ground, best = counting.ground, whole
    if whole.required > LARGEST:
        return whole
    for at in (-1, 0):
        while True:
            days = sorted({ground.slots[ground.place_slot[place]].day for place in best.places})
            fewer = [place for place in best.places if ground.slots[ground.place_slot[place]].day != days[at]]
            smaller = counting.shortage(fewer) if fewer else None
            if smaller is None:
                break
            best = smaller
    for place in best.places:
        smaller = counting.shortage([each for each in best.places if each != place])
        if smaller is not None:
            best = smaller
    return best
