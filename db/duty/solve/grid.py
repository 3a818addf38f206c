"""A problem as tables of small integers: what the solver and the greedy count in. No solver library here."""

from collections import defaultdict
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from db.duty.solve.canonical import credits, fits, in_term
from db.duty.solve.problem import Need, Problem, Seat, Sitting, Slot, Stand, Want

Month = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Bound:
    """A duty that stands whatever is planned (done, or fixed): of a person, in a body, on a working day."""

    workday: int
    body: int
    slot: int | None = None


class Grid:
    """A canonical problem, numbered: slots 0..T-1 in the order of time, seats 0..S-1, people, bodies.

    `counts` gives what each seat brings, credits included; without it, it is `before` and the credit of the problem.
    """

    def __init__(self, problem: Problem, counts: dict[UUID, int] | None = None) -> None:
        self.problem = problem
        self.slots, self.seats = problem.slots, problem.seats
        if counts is None:
            credit = credits(problem)
            counts = {seat.id: seat.before + credit[seat.id] for seat in problem.seats}
        self.base = [counts[seat.id] for seat in self.seats]
        self._fills: dict[tuple[int, str], list[int]] = {}
        self._number(problem)
        self._place_fixed(problem)
        self._stand_aside(problem)
        self.options: list[list[int]] = [self._options(slot) for slot in range(len(self.slots))]

    def _number(self, problem: Problem) -> None:
        self.slot_at = {slot.id: number for number, slot in enumerate(self.slots)}
        self.seat_at = {seat.id: number for number, seat in enumerate(self.seats)}
        bodies = sorted(
            {*(s.body_id for s in self.slots), *(s.body_id for s in self.seats), *(b.body_id for b in problem.bodies)}
        )
        self.body_at = {body: number for number, body in enumerate(bodies)}
        limits = {body.body_id: body for body in problem.bodies}
        self.rest = [limits[body].rest if body in limits else 0 for body in bodies]
        self.month_cap = [limits[body].most_a_month if body in limits else 0 for body in bodies]
        self.year_floor = [limits[body].least_a_year if body in limits else 0 for body in bodies]
        self.slot_body = [self.body_at[slot.body_id] for slot in self.slots]
        self.seat_body = [self.body_at[seat.body_id] for seat in self.seats]
        people = sorted({seat.person_id for seat in self.seats})
        self.person_at = {person: number for number, person in enumerate(people)}
        self.person = [self.person_at[seat.person_id] for seat in self.seats]
        self.seats_of: list[list[int]] = [[] for _ in people]
        for seat, person in enumerate(self.person):
            self.seats_of[person].append(seat)
        self.body_seats: list[list[int]] = [[] for _ in bodies]
        for seat, body in enumerate(self.seat_body):
            self.body_seats[body].append(seat)
        self.workday = [slot.workday for slot in self.slots]
        self.month: list[Month] = [(slot.day.year, slot.day.month) for slot in self.slots]
        self.pairs = [
            (one, other, pair.together)
            for pair in problem.pairs
            for one in self._seat_of(pair.one, pair.body_id)
            for other in self._seat_of(pair.other, pair.body_id)
        ]

    def _seat_of(self, person: UUID, body: UUID) -> list[int]:
        seats = self.seats_of[self.person_at[person]] if person in self.person_at else []
        return [seat for seat in seats if self.seats[seat].body_id == body]

    def _place_fixed(self, problem: Problem) -> None:
        self.fixed: list[list[int]] = [[] for _ in self.slots]
        for each in problem.fixed:
            self.fixed[self.slot_at[each.slot_id]].append(self.seat_at[each.seat_id])
        self.needs: list[list[Need]] = []
        self.forced: dict[tuple[int, int], list[int]] = {}
        for number, slot in enumerate(self.slots):
            self.needs.append(self._needs_with_fixed(number, slot))
        self.standing: list[list[Bound]] = [[] for _ in self.seats_of]
        self.month_done: dict[tuple[int, Month], int] = defaultdict(int)
        self.year_done: dict[tuple[int, int], int] = defaultdict(int)
        for done in problem.done:
            seat = self.seat_at[done.seat_id]
            self.standing[self.person[seat]].append(Bound(done.workday, self.seat_body[seat]))
            self.month_done[seat, (done.day.year, done.day.month)] += 1
            self.year_done[seat, done.day.year] += 1
        for place, seats in enumerate(self.fixed):
            for seat in seats:
                self.standing[self.person[seat]].append(Bound(self.workday[place], self.slot_body[place], place))

    def _needs_with_fixed(self, number: int, slot: Slot) -> list[Need]:
        """The needs, widened where more people are fixed than they hold; what a fixed seat may fill is in `forced`."""
        needs = list(slot.needs) or [Need(0)]
        seats = self.fixed[number]
        room = [need.count for need in needs]
        held = _match([[k for k, need in enumerate(needs) if fits(need, self.seats[seat])] for seat in seats], room)
        for position, seat in enumerate(seats):
            fitting = [k for k, need in enumerate(needs) if fits(need, self.seats[seat])]
            if held[position] is None:
                free = next((k for k in range(len(needs)) if room[k] > held.count(k)), None)
                if free is None:
                    free = fitting[0] if fitting else len(needs) - 1
                    room[free] += 1
                    needs[free] = Need(needs[free].count + 1, needs[free].kinds)
                held[position] = free
                fitting = [free]
            self.forced[number, seat] = fitting
        return needs

    def _stand_aside(self, problem: Problem) -> None:
        self.stands: list[list[Stand]] = [[] for _ in self.seats_of]
        self.cannot: list[list[Stand]] = [[] for _ in self.seats_of]
        for stand in problem.stands:
            person = self.person_at[stand.person_id]
            self.stands[person].append(stand)
            if stand.want is Want.CANNOT:
                self.cannot[person].append(stand)
        self.banned = {(self.slot_at[each.slot_id], self.seat_at[each.seat_id]) for each in problem.banned}
        self.by_day: dict[int, list[int]] = defaultdict(list)
        for number, slot in enumerate(self.slots):
            self.by_day[slot.day.toordinal()].append(number)

    def _options(self, slot: int) -> list[int]:
        if sum(need.count for need in self.needs[slot]) == 0:
            return []
        return [seat for seat in self.body_seats[self.slot_body[slot]] if self._may(slot, seat)]

    def _may(self, slot: int, seat: int) -> bool:
        if seat in self.fixed[slot]:
            return True
        facts, row = self.slots[slot], self.seats[seat]
        return (
            in_term(row, facts.day)
            and (slot, seat) not in self.banned
            and any(fits(need, row) for need in self.needs[slot])
            and not any(
                _speaks_in(stand, facts) and stand.time.holds(facts) for stand in self.cannot[self.person[seat]]
            )
            and self.apart_from_standing(slot, seat, 0)
        )

    def gap(self, one: int, other: int, rest: int = 0) -> int:
        """Working days that must lie between duties in these two bodies, when `rest` is asked of everybody."""
        return max(rest, self.rest[one], self.rest[other])

    def apart_from_standing(self, slot: int, seat: int, rest: int) -> bool:
        """Whether duties that stand leave room for this one."""
        body = self.slot_body[slot]
        for bound in self.standing[self.person[seat]]:
            if bound.slot == slot:
                continue
            if abs(bound.workday - self.workday[slot]) < self.gap(body, bound.body, rest):
                return False
            if bound.slot is not None and self.clash(bound.slot, slot):
                return False
        return True

    def clash(self, one: int, other: int) -> bool:
        """Whether nobody can sit in both: the same half of the same day, or overlapping times."""
        a, b = self.slots[one], self.slots[other]
        return a.day == b.day and (a.half is b.half or (a.starts < b.ends and b.starts < a.ends))

    def fills(self, slot: int, seat: int) -> list[int]:
        """The positions of needs that a seat can fill in a slot."""
        forced = self.forced.get((slot, seat))
        if forced is not None:
            return forced
        key = slot, self.seats[seat].kind
        if key not in self._fills:
            its = [k for k, need in enumerate(self.needs[slot]) if need.count and fits(need, self.seats[seat])]
            self._fills[key] = its
        return self._fills[key]

    def places(self, slot: int) -> int:
        """How many people sit in a slot."""
        return sum(need.count for need in self.needs[slot])

    def wish(self, slot: int, seat: int) -> bool | None:
        """Whether a duty there keeps what its person asked for; None: nobody asked (see `Proof`)."""
        facts, person = self.slots[slot], self.person[seat]
        kept: bool | None = None
        liked = asked = False
        for stand in self.stands[person]:
            if stand.want is Want.CANNOT or not _speaks_in(stand, facts) or not speaks_of(stand, facts):
                continue
            kept = True
            if stand.want is Want.AVOID and stand.time.holds(facts):
                return False
            if stand.want is Want.PREFER:
                asked, liked = True, liked or stand.time.holds(facts)
        return liked if asked else kept

    @cached_property
    def broken_wishes(self) -> set[tuple[int, int]]:
        """Every possible duty that would break a wish."""
        wishing = {
            seat
            for seat, person in enumerate(self.person)
            if any(s.want is not Want.CANNOT for s in self.stands[person])
        }
        return {
            (slot, seat)
            for slot, options in enumerate(self.options)
            for seat in options
            if seat in wishing and self.wish(slot, seat) is False
        }

    def broken_fixed(self, bodies: tuple[int, ...]) -> int:
        """How many wishes the fixed duties in these bodies break, whatever is planned."""
        broken = self.broken_wishes
        return sum(
            (t, seat) in broken for t, seats in enumerate(self.fixed) for seat in seats if self.slot_body[t] in bodies
        )

    def kind(self) -> "Grid":
        """The same without any duty that would break a wish; what is fixed stays."""
        bad = self.broken_wishes - {(slot, seat) for slot, seats in enumerate(self.fixed) for seat in seats}
        kinder = copy(self)
        kinder.options = [
            [seat for seat in seats if (slot, seat) not in bad] for slot, seats in enumerate(self.options)
        ]
        return kinder

    @cached_property
    def seen(self) -> list[bool]:
        """Whether a seat counts for fairness here: some slot of its body lies in its term."""
        days = [
            sorted({self.slots[t].day for t in range(len(self.slots)) if self.slot_body[t] == body})
            for body in range(len(self.rest))
        ]
        return [any(in_term(self.seats[s], day) for day in days[self.seat_body[s]]) for s in range(len(self.seats))]

    def month_room(self, seat: int, month: Month) -> int | None:
        """How many duties a seat may have among the slots in a calendar month; None: no limit. Fixed ones always fit."""
        cap = self.month_cap[self.seat_body[seat]]
        if not cap:
            return None
        fixed = sum(1 for slot, seats in enumerate(self.fixed) if seat in seats and self.month[slot] == month)
        return max(cap - self.month_done.get((seat, month), 0), fixed, 0)

    def year_needs(self, seat: int) -> list[tuple[int, int]]:
        """(year, duties still to be had in it) where the body asks for a least number a year and the slots reach December."""
        body, row = self.seat_body[seat], self.seats[seat]
        least = self.year_floor[body]
        if not least:
            return []
        years = sorted(
            {
                slot.day.year
                for slot, b in zip(self.slots, self.slot_body, strict=True)
                if b == body and slot.day.month == 12
            }
        )
        whole = [year for year in years if covers_year(row, year)]
        return [(year, missing) for year in whole if (missing := least - self.year_done.get((seat, year), 0)) > 0]

    def sitting(self, slot: int, seat: int, need: int) -> Sitting:
        """The plain value of a sitting."""
        return Sitting(self.slots[slot].id, self.seats[seat].id, need)


def covers_year(seat: Seat, year: int) -> bool:
    """Whether a term covers a whole calendar year."""
    return (seat.first is None or (seat.first.year, seat.first.month, seat.first.day) <= (year, 1, 1)) and (
        seat.last is None or (seat.last.year, seat.last.month, seat.last.day) >= (year, 12, 31)
    )


def speaks_of(stand: Stand, slot: Slot) -> bool:
    """Whether a wish says something about the calendar month of a slot."""
    month = (slot.day.year, slot.day.month)
    first, last = stand.time.first, stand.time.last
    return (first is None or (first.year, first.month) <= month) and (last is None or month <= (last.year, last.month))


def _speaks_in(stand: Stand, slot: Slot) -> bool:
    return stand.body_id in (None, slot.body_id)


def _match(choices: list[list[int]], room: list[int]) -> list[int | None]:
    """Give everybody one of their choices, as many as can be; `room` says how many fit."""
    held: list[int | None] = [None] * len(choices)

    def give(one: int, seen: set[int]) -> bool:
        for choice in choices[one]:
            if choice in seen:
                continue
            seen.add(choice)
            inside = [other for other, has in enumerate(held) if has == choice]
            if len(inside) < room[choice] or any(give(other, seen) for other in inside):
                held[one] = choice
                return True
        return False

    for one in range(len(choices)):
        give(one, set())
    return held
