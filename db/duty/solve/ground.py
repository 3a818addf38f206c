"""A problem as numbers, with a plan on it that can be changed quickly: what the pure searches walk on.

Slots are numbered by day and time, seats, people and bodies as the problem lists them. A place is one person that a slot
needs. Fixed sittings take their places first and never move; one that finds no place of its kind still blocks its person.
"""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from db.duty.solve.facts import Facts, fits, in_term, month_of
from db.duty.solve.problem import Seat, Sitting, Slot
from db.duty.solve.why import collide

EMPTY = -1
NEVER = 1 << 30


class Ground:
    """Numbers for slots, seats, people, places; the plan on them; what stands in the way of a sitting."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        problem = facts.problem
        self.slots: list[Slot] = sorted(problem.slots, key=lambda each: (each.day, each.starts, each.id))
        self.seats: list[Seat] = list(problem.seats)
        self.slot_number = {slot.id: at for at, slot in enumerate(self.slots)}
        self.seat_number = {seat.id: at for at, seat in enumerate(self.seats)}
        people = {person: at for at, person in enumerate(sorted({seat.person_id for seat in self.seats}))}
        self.people = people
        self.person = [people[seat.person_id] for seat in self.seats]
        self.workday = [slot.workday for slot in self.slots]
        self.most = [facts.body(seat.body_id).most_a_month for seat in self.seats]
        months = {month: at for at, month in enumerate(sorted({month_of(slot.day) for slot in self.slots}))}
        self.month = [months[month_of(slot.day)] for slot in self.slots]
        bodies = sorted({slot.body_id for slot in self.slots} | {seat.body_id for seat in self.seats})
        self.bodies = {body: at for at, body in enumerate(bodies)}
        self.slot_body = [self.bodies[slot.body_id] for slot in self.slots]
        self.seat_body = [self.bodies[seat.body_id] for seat in self.seats]
        self.rests = [[0] * len(bodies) for _ in bodies]
        self.set_rests({body: facts.body(body).rest for body in bodies})
        self.day = [slot.day.toordinal() for slot in self.slots]
        self.year = [slot.day.year for slot in self.slots]
        self.years: dict[tuple[int, int], int] = defaultdict(int)
        self.width = max(facts.widest_rest, 1)
        self.paired = bool(problem.pairs)
        self._places()
        self._members()
        self.held = [EMPTY] * len(self.place_slot)
        self.locked = [False] * len(self.place_slot)
        self.lines: list[list[tuple[int, int]]] = [[] for _ in people]
        self.at: list[dict[int, int]] = [{} for _ in people]  # person: slot -> place (EMPTY: fixed beside all places)
        self.months: dict[tuple[int, int], int] = defaultdict(int)
        self.load = [seat.before for seat in self.seats]
        self.beside: list[Sitting] = []
        self._done(months)
        self._fixed()

    def set_rests(self, rests: dict[UUID, int]) -> None:
        """What each body asks of its members; between two bodies whichever asks for more."""
        for one, at in self.bodies.items():
            for other, there in self.bodies.items():
                self.rests[at][there] = max(rests.get(one, 0), rests.get(other, 0))

    def _places(self) -> None:
        self.place_slot: list[int] = []
        self.place_need: list[int] = []
        self.slot_places: list[list[int]] = []
        for number, slot in enumerate(self.slots):
            own = []
            for _, need in self.facts.places(slot):
                own.append(len(self.place_slot))
                self.place_slot.append(number)
                self.place_need.append(need)
            self.slot_places.append(own)

    def _members(self) -> None:
        """Who may sit in each place as far as the slot alone says: body, kind, term, leave, ban."""
        self.allowed: list[list[int]] = []
        barred = self._barred()
        members: dict[int, list[int]] = defaultdict(list)
        for number, body in enumerate(self.seat_body):
            members[body].append(number)
        for at, (slot, places) in enumerate(zip(self.slots, self.slot_places, strict=True)):
            free = [number for number in members[self.slot_body[at]] if at not in barred[number]]
            for place in places:
                need = slot.needs[self.place_need[place]]
                kept = [number for number in free if fits(need, self.seats[number])] if need.kinds else list(free)
                self.allowed.append(kept)

    def _barred(self) -> list[set[int]]:
        """The slots in which each seat must not sit because of its term, leave or a ban."""
        barred: list[set[int]] = [set() for _ in self.seats]
        own: dict[object, list[int]] = defaultdict(list)
        for number, slot in enumerate(self.slots):
            own[slot.body_id].append(number)
        days = {body: [self.slots[number].day for number in numbers] for body, numbers in own.items()}
        for number, seat in enumerate(self.seats):
            slots, when = own[seat.body_id], days.get(seat.body_id, [])
            if seat.first is not None or seat.last is not None:
                barred[number].update(each for each in slots if not in_term(seat, self.slots[each].day))
            for stand in self.facts.cannot.get(seat.person_id, ()):
                if stand.body_id not in (None, seat.body_id):
                    continue
                first = bisect_left(when, stand.time.first) if stand.time.first else 0
                last = bisect_right(when, stand.time.last) if stand.time.last else len(slots)
                barred[number].update(each for each in slots[first:last] if stand.time.holds(self.slots[each]))
        for slot_id, seat_id in self.facts.banned:
            if slot_id in self.slot_number and seat_id in self.seat_number:
                barred[self.seat_number[seat_id]].add(self.slot_number[slot_id])
        return barred

    def _done(self, months: dict[tuple[int, int], int]) -> None:
        self.done_body = [EMPTY] * len(self.facts.problem.done)
        for at, done in enumerate(self.facts.problem.done):
            seat = self.seat_number.get(done.seat_id)
            if seat is None:
                continue
            insort(self.lines[self.person[seat]], (done.workday, -1 - at))
            self.years[seat, done.day.year] += 1
            self.done_body[at] = self.seat_body[seat]
            month = months.get(month_of(done.day))
            if month is not None:
                self.months[seat, month] += 1

    def _fixed(self) -> None:
        for fixed in sorted(self.facts.problem.fixed, key=lambda each: (each.slot_id, each.seat_id)):
            slot, seat = self.slot_number.get(fixed.slot_id), self.seat_number.get(fixed.seat_id)
            if slot is None or seat is None or slot in self.at[self.person[seat]]:
                continue
            needs = self.slots[slot].needs
            free = [place for place in self.slot_places[slot] if self.held[place] == EMPTY]
            own = [place for place in free if fits(needs[self.place_need[place]], self.seats[seat])]
            if own or free:
                best = min(own or free, key=lambda place: (len(needs[self.place_need[place]].kinds) or NEVER, place))
                self.put(best, seat)
                self.locked[best] = True
            else:
                self.beside.append(Sitting(fixed.slot_id, fixed.seat_id))
                self._enter(slot, seat, EMPTY)

    def start(self, sittings: Iterable[Sitting]) -> None:
        """Put sittings on the ground, each at its need where there is room; those that find no place are left out."""
        for sitting in sorted(sittings):
            slot, seat = self.slot_number.get(sitting.slot_id), self.seat_number.get(sitting.seat_id)
            if slot is None or seat is None or slot in self.at[self.person[seat]]:
                continue
            for place in self.slot_places[slot]:
                if self.held[place] == EMPTY and self.place_need[place] == sitting.need:
                    self.put(place, seat)
                    break

    def aligned(self, sittings: Iterable[Sitting]) -> list[int]:
        """Who would hold each place with these sittings instead of the free ones; who stays in a slot keeps their place."""
        held = [seat if self.locked[place] else EMPTY for place, seat in enumerate(self.held)]
        coming: list[tuple[int, int, int]] = []
        for each in sorted(sittings):
            slot, seat = self.slot_number[each.slot_id], self.seat_number[each.seat_id]
            own = [place for place in self.slot_places[slot] if self.place_need[place] == each.need]
            place = next((place for place in own if self.held[place] == seat), None)
            if place is None:
                coming.append((slot, each.need, seat))
            else:
                held[place] = seat
        for slot, need, seat in coming:
            own = [place for place in self.slot_places[slot] if self.place_need[place] == need]
            free = next((place for place in own if held[place] == EMPTY), None)
            if free is not None and seat not in {held[place] for place in self.slot_places[slot]}:
                held[free] = seat
        return held

    def _enter(self, slot: int, seat: int, place: int) -> None:
        person = self.person[seat]
        insort(self.lines[person], (self.workday[slot], slot))
        self.at[person][slot] = place
        self.months[seat, self.month[slot]] += 1
        self.years[seat, self.year[slot]] += 1
        self.load[seat] += 1

    def put(self, place: int, seat: int) -> None:
        """Somebody takes a place that is empty."""
        self.held[place] = seat
        self._enter(self.place_slot[place], seat, place)

    def drop(self, place: int) -> int:
        """Whoever has the place leaves it; returns the seat."""
        seat, slot = self.held[place], self.place_slot[place]
        person = self.person[seat]
        self.held[place] = EMPTY
        line = self.lines[person]
        del line[bisect_left(line, (self.workday[slot], slot))]
        del self.at[person][slot]
        self.months[seat, self.month[slot]] -= 1
        self.years[seat, self.year[slot]] -= 1
        self.load[seat] -= 1
        return seat

    def blockers(self, place: int, seat: int) -> list[int] | None:
        """The places whose sitting must go before the seat can take this one (half day, rest).

        None: a duty that is fixed or done stands in the way. The month is looked at by `over`, pairs by `pair_ok`.
        """
        slot, person = self.place_slot[place], self.person[seat]
        if slot in self.at[person]:
            return None
        today, line, found = self.workday[slot], self.lines[person], []
        rests = self.rests[self.slot_body[slot]]
        at, after = bisect_left(line, (today - self.width + 1, -NEVER)), today + self.width
        while at < len(line) and line[at][0] < after:
            day, other = line[at]
            at += 1
            if other < 0:
                if abs(day - today) < rests[self.done_body[-1 - other]]:
                    return None
            elif abs(day - today) < rests[self.slot_body[other]] or (
                self.day[other] == self.day[slot] and collide(self.slots[slot], self.slots[other])
            ):
                blocker = self.at[person][other]
                if blocker == EMPTY or self.locked[blocker]:
                    return None
                found.append(blocker)
        return found

    def over(self, place: int, seat: int) -> int:
        """By how many duties the seat would be over its month."""
        most = self.most[seat]
        return self.months[seat, self.month[self.place_slot[place]]] + 1 - most if most else 0

    def in_month(self, place: int, seat: int) -> list[int]:
        """The places of the seat in the month of that place that can be given back."""
        month = self.month[self.place_slot[place]]
        return [
            other
            for slot, other in self.at[self.person[seat]].items()
            if other != EMPTY and self.held[other] == seat and self.month[slot] == month and not self.locked[other]
        ]

    def pair_ok(self, place: int, seat: int) -> bool:
        """Whether pairs let the seat join those in the slot (who go together may come later)."""
        if not self.paired:
            return True
        slot = self.slots[self.place_slot[place]]
        apart = self.facts.apart.get((slot.body_id, self.seats[seat].person_id))
        if not apart:
            return True
        here = {
            self.seats[self.held[each]].person_id
            for each in self.slot_places[self.place_slot[place]]
            if self.held[each] >= 0
        }
        return here.isdisjoint(apart)

    def free(self, place: int, seat: int) -> bool:
        """Whether the seat, which may sit there alone, can take the place beside everything on the ground."""
        return self.over(place, seat) <= 0 and self._unblocked(place, seat) and self.pair_ok(place, seat)

    def _unblocked(self, place: int, seat: int) -> bool:
        """Whether nothing stands in the way (as `blockers`, which is asked less often and says what)."""
        slot, line = self.place_slot[place], self.lines[self.person[seat]]
        today, rests = self.workday[slot], self.rests[self.slot_body[slot]]
        first, after = today - self.width, today + self.width
        at = bisect_left(line, (after, -NEVER)) if line and line[-1][0] >= after else len(line)
        while at:
            at -= 1
            day, other = line[at]
            if day <= first:
                break
            body = self.done_body[-1 - other] if other < 0 else self.slot_body[other]
            if abs(day - today) < rests[body]:
                return False
            if other >= 0 and self.day[other] == self.day[slot] and collide(self.slots[slot], self.slots[other]):
                return False
        return True

    def clear(self) -> None:
        """Take out everybody who is not fixed."""
        for place, seat in enumerate(self.held):
            if seat != EMPTY and not self.locked[place]:
                self.drop(place)

    def restore(self, held: list[int]) -> None:
        """Put the free sittings back to what `held` was."""
        changed = [place for place, seat in enumerate(held) if self.held[place] != seat]
        for place in changed:
            if self.held[place] != EMPTY:
                self.drop(place)
        for place in changed:
            if held[place] != EMPTY:
                self.put(place, held[place])

    def holes(self) -> list[int]:
        """The places nobody has."""
        return [place for place, seat in enumerate(self.held) if seat == EMPTY]

    def sittings(self) -> tuple[Sitting, ...]:
        """Who sits where, sorted."""
        return tuple(sorted(self.sitting()))

    def sitting(self) -> list[Sitting]:
        """Who sits where, in no order that matters."""
        found = [
            Sitting(self.slots[self.place_slot[place]].id, self.seats[seat].id, self.place_need[place])
            for place, seat in enumerate(self.held)
            if seat != EMPTY
        ]
        return [*found, *self.beside]
