"""Coverage and fairness of bodies as a min-cost flow, with its own certificate. Runs in the child process (ortools, numpy).

Every place draws a unit of flow from a seat; the k-th duty of a seat costs (count after)² − (count before)², so that the
cheapest flow has the least sum of squares: nobody could be relieved in favour of somebody with two duties less. Such counts
have the least range as well (they are least majorised: all possible counts form an M-convex set).
Flow expresses terms, kinds, leave, bans, fixed sittings, monthly caps, the least number a year, one place per person and half
day within a body, and how many duties the days of a person hold at all. The rest itself, pairs, and which half day people of
several bodies spend where are left to the model; so the flow's optimum is a bound for any plan.
"""

from dataclasses import dataclass
from typing import Any

from db.duty.solve.grid import Grid


@dataclass(frozen=True, slots=True)
class Fair:
    """The fairest cover of a body: (slot, seat, need) cells, the count of every seat of the body, and what is proved.

    Where bodies share people, it is the body's part of the fairest cover of all of them. `broken` is the least number of broken wishes of any plan that is as fair. `missing`: places nobody can take, whatever
    else is given up. `short`: duties a year that are asked for but cannot be had. `certified`: no cheaper flow exists.
    """

    cells: tuple[tuple[int, int, int], ...]
    counts: dict[int, int]
    missing: int
    short: int
    broken: int
    certified: bool


def fairest(grid: Grid, bodies: tuple[int, ...], rest: int = 0) -> dict[int, Fair]:
    """The fairest cover of the slots of some bodies, the one with the fewest broken wishes among them.

    With a `rest` (working days), nobody gets more duties than their possible days hold with that rest between them.
    """
    net = _Network(grid, bodies, rest)
    flows = net.solve()
    certified = net.certified(flows)
    cells = sorted(net.cells[arc] for arc in net.cells if flows[arc])
    made = {}
    for body in bodies:
        mine = tuple(cell for cell in cells if grid.slot_body[cell[0]] == body)
        counts = {seat: grid.base[seat] for seat in grid.body_seats[body]}
        for _, seat, _ in mine:
            counts[seat] += 1
        broken = sum((slot, seat) in grid.broken_wishes for slot, seat, _ in mine)
        missing = sum(int(flows[arc]) for arc, slot in net.holes if grid.slot_body[slot] == body)
        short = sum(asked - int(flows[arc]) for arc, asked, seat in net.floors if grid.seat_body[seat] == body)
        made[body] = Fair(mine, counts, missing, short, broken, certified)
    return made


def squares(fair: dict[int, Fair]) -> int:
    """The sum of squares of all counts."""
    return sum(count**2 for its in fair.values() for count in its.counts.values())


def missing(fair: dict[int, Fair]) -> int:
    """The places that nobody can take."""
    return sum(its.missing for its in fair.values())


def as_fair_at(grid: Grid, bodies: tuple[int, ...], fair: dict[int, Fair], rest: int) -> bool:
    """Whether counting all people together leaves counts as fair as these possible at a rest (working days).

    False excludes the rest for every plan that is as fair.
    """
    at = fairest(grid, bodies, rest)
    if missing(at) > sum(fair[body].missing for body in bodies):
        return False
    return squares(at) <= squares({body: fair[body] for body in bodies})


def packed(days: list[int], rest: int) -> int:
    """How many of these working days (sorted) one person can take with that rest between them."""
    number, last = 0, -(10**9)
    for day in days:
        if day - last >= rest:
            number, last = number + 1, day
    return number


class _Network:
    """Nodes and arcs of some bodies: source → (person) → seat → (year) → (month) → (half day) → place → sink.

    People have at most as many duties as their days hold with the rest between them, or with that of their bodies.
    """

    def __init__(self, grid: Grid, bodies: tuple[int, ...], rest: int) -> None:
        self.grid, self.bodies, self.rest = grid, bodies, rest
        self.slots = [slot for slot, its in enumerate(grid.slot_body) if its in bodies]
        self.arcs: list[tuple[int, int, int, int]] = []  # tail, head, capacity, cost
        self.cells: dict[int, tuple[int, int, int]] = {}
        self.holes: list[tuple[int, int]] = []  # arc, slot
        self.floors: list[tuple[int, int, int]] = []  # arc, duties asked for, seat
        self._nodes: dict[tuple[Any, ...], int] = {}
        self._seen: set[tuple[int, int]] = set()
        self.source, self.sink = self._node("source"), self._node("sink")
        self._price()
        self._build()

    def _price(self) -> None:
        """Holes cost more than missed years, those more than fairness, fairness more than wishes."""
        grid = self.grid
        self.places = sum(grid.places(slot) for slot in self.slots)
        seats = [seat for body in self.bodies for seat in grid.body_seats[body]]
        self.level = min((grid.base[seat] for seat in seats), default=0)
        self.most = len(self.slots)
        most = max((grid.base[seat] for seat in seats), default=0) - self.level + self.most
        self.fair = self.places + 1
        self.year = self.fair * (2 * most + 1) * 4
        self.hole = self.year * 64

    def _node(self, *key: Any) -> int:
        return self._nodes.setdefault(key, len(self._nodes))

    def _arc(self, tail: int, head: int, capacity: int, cost: int) -> int:
        self.arcs.append((tail, head, capacity, cost))
        return len(self.arcs) - 1

    def _build(self) -> None:
        grid = self.grid
        clashing = self._clashing()
        able: dict[int, list[int]] = {}
        for slot in self.slots:
            for number, need in enumerate(grid.needs[slot]):
                if need.count:
                    place = self._node("place", slot, number)
                    self._arc(place, self.sink, need.count, 0)
                    self.holes.append((self._arc(self.source, place, need.count, self.hole), slot))
            for seat in grid.options[slot]:
                if (
                    self.rest
                    and (slot, seat) not in grid.forced
                    and not grid.apart_from_standing(slot, seat, self.rest)
                ):
                    continue
                able.setdefault(seat, []).append(slot)
                self._option(slot, seat, clashing.get(slot))
        for person in sorted({grid.person[seat] for seat in able}):
            self._person(person, able)

    def _person(self, person: int, able: dict[int, list[int]]) -> None:
        """A limit for all duties of a person, where their days hold fewer than there are."""
        grid, tail = self.grid, self.source
        seats = [seat for seat in grid.seats_of[person] if seat in able]
        rest = max(self.rest, min(grid.rest[grid.seat_body[seat]] for seat in seats))
        free = sorted(grid.workday[slot] for seat in seats for slot in able[seat] if (slot, seat) not in grid.forced)
        most = packed(free, rest)
        if most < len(free):
            fixed = sum((slot, seat) in grid.forced for seat in seats for slot in able[seat])
            tail = self._node("person", person)
            self._arc(self.source, tail, most + fixed, 0)
        for seat in seats:
            self._seat(tail, seat, min(len(able[seat]), self.most))

    def _clashing(self) -> dict[int, tuple[int, int, str]]:
        """Slots of a body that share a half day, by the half day."""
        by_half: dict[tuple[int, int, str], list[int]] = {}
        for slot in self.slots:
            facts = self.grid.slots[slot]
            by_half.setdefault((self.grid.slot_body[slot], facts.day.toordinal(), facts.half.value), []).append(slot)
        return {slot: half for half, slots in by_half.items() if len(slots) > 1 for slot in slots}

    def _option(self, slot: int, seat: int, half: tuple[int, int, str] | None) -> None:
        grid = self.grid
        fixed = (slot, seat) in grid.forced
        tail = self._lane(slot, seat)
        if half is not None and not fixed:
            lane, tail = tail, self._node("half", seat, half, tail)
            self._once(lane, tail)
        fills = grid.fills(slot, seat)
        if len(fills) > 1:
            lane, tail = tail, self._node("choice", slot, seat)
            self._arc(lane, tail, 1, 0)
        cost = -2 * self.hole if fixed else int((slot, seat) in grid.broken_wishes)
        for need in fills:
            self.cells[self._arc(tail, self._node("place", slot, need), 1, cost)] = (slot, seat, need)

    def _once(self, tail: int, head: int) -> None:
        if (tail, head) not in self._seen:
            self._seen.add((tail, head))
            self._arc(tail, head, 1, 0)

    def _lane(self, slot: int, seat: int) -> int:
        """The node out of which a seat's duty in that slot comes: of its month, where months are capped, else its own."""
        grid, body = self.grid, self.grid.seat_body[seat]
        tail = self._node("seat", seat)
        if not grid.year_floor[body] and not grid.month_cap[body]:
            return tail
        month = grid.month[slot]
        years = dict(grid.year_needs(seat)) if grid.year_floor[grid.seat_body[seat]] else {}
        if month[0] in years:
            head = self._node("year", seat, month[0])
            if (tail, head) not in self._seen:
                self._seen.add((tail, head))
                least = years[month[0]]
                self.floors.append((self._arc(tail, head, least, -self.year), least, seat))
                self._arc(tail, head, len(self.slots), 0)
            tail = head
        room = grid.month_room(seat, month)
        if room is not None:
            head = self._node("month", seat, month)
            if (tail, head) not in self._seen:
                self._seen.add((tail, head))
                self._arc(tail, head, room, 0)
            tail = head
        return tail

    def _seat(self, tail: int, seat: int, most: int) -> None:
        before = self.grid.base[seat] - self.level
        node = self._node("seat", seat)
        for number in range(most):
            self._arc(tail, node, 1, self.fair * (2 * (before + number) + 1))

    def solve(self) -> Any:
        """The flow on every arc, as an array."""
        import numpy
        from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

        self.table = numpy.array(self.arcs, dtype=numpy.int64).reshape(-1, 4)
        flow = SimpleMinCostFlow()
        flow.add_arcs_with_capacity_and_unit_cost(*(self.table[:, column] for column in range(4)))
        flow.set_node_supply(self.source, self.places)
        flow.set_node_supply(self.sink, -self.places)
        status = flow.solve()
        if status != flow.OPTIMAL:
            raise RuntimeError(f"the flow of a body ended with {status}")
        return flow.flows(numpy.arange(len(self.arcs)))

    def certified(self, flows: Any) -> bool:
        """Whether no cycle of the residual graph has a negative cost, by finding potentials (Bellman, Ford)."""
        import numpy

        tail, head, capacity, cost = self.table.T
        ahead, back = flows < capacity, flows > 0
        tails = numpy.concatenate([tail[ahead], head[back]])
        heads = numpy.concatenate([head[ahead], tail[back]])
        costs = numpy.concatenate([cost[ahead], -cost[back]])
        nodes = int(self.table[:, :2].max()) + 1 if len(self.table) else 1
        potential = numpy.zeros(nodes, dtype=numpy.int64)
        for _ in range(nodes + 1):
            better = potential.copy()
            numpy.minimum.at(better, heads, potential[tails] + costs)
            if (better == potential).all():
                return True
            potential = better
        return False
