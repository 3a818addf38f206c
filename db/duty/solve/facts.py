"""A problem with its indexes, and a board of who sits where: what explanations, repair and candidates look things up in."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from db.duty.solve.problem import (
    Banned,
    BodyLimits,
    Done,
    Fixed,
    Need,
    Problem,
    Seat,
    Sitting,
    Slot,
    Stand,
    Want,
)

Place = tuple[UUID, int]
"""A slot and the position of a need in it."""
Month = tuple[int, int]


def month_of(day: date) -> Month:
    """The calendar month of a day."""
    return day.year, day.month


def fits(need: Need, seat: Seat) -> bool:
    """Whether somebody of that kind can fill the need."""
    return not need.kinds or seat.kind in need.kinds


def in_term(seat: Seat, day: date) -> bool:
    """Whether the day lies in the seat's term."""
    return (seat.first is None or seat.first <= day) and (seat.last is None or day <= seat.last)


class Facts:
    """A problem, indexed. Built in a few milliseconds for a year; holds no plan."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.slots = {slot.id: slot for slot in problem.slots}
        self.seats = {seat.id: seat for seat in problem.seats}
        self.limits = {body.body_id: body for body in problem.bodies}
        self.body_seats: dict[UUID, list[Seat]] = defaultdict(list)
        self.person_seats: dict[UUID, list[Seat]] = defaultdict(list)
        for seat in problem.seats:
            self.body_seats[seat.body_id].append(seat)
            self.person_seats[seat.person_id].append(seat)
        self.cannot: dict[UUID, list[Stand]] = defaultdict(list)
        for stand in problem.stands:
            if stand.want is Want.CANNOT:
                self.cannot[stand.person_id].append(stand)
        self.fixed: dict[tuple[UUID, UUID], Fixed] = {(each.slot_id, each.seat_id): each for each in problem.fixed}
        self.banned: dict[tuple[UUID, UUID], Banned] = {(each.slot_id, each.seat_id): each for each in problem.banned}
        self.done: dict[UUID, list[Done]] = defaultdict(list)
        for done in problem.done:
            if done.seat_id in self.seats:
                self.done[self.seats[done.seat_id].person_id].append(done)
        self.together: dict[tuple[UUID, UUID], list[UUID]] = defaultdict(list)
        self.apart: dict[tuple[UUID, UUID], list[UUID]] = defaultdict(list)
        for pair in problem.pairs:
            if not all(
                any(each.body_id == pair.body_id for each in self.person_seats[one]) for one in (pair.one, pair.other)
            ):
                continue  # one of them does not sit in that body (any more)
            kept = self.together if pair.together else self.apart
            kept[pair.body_id, pair.one].append(pair.other)
            kept[pair.body_id, pair.other].append(pair.one)
        self.widest_rest = max((body.rest for body in problem.bodies), default=0)

    def body(self, body_id: UUID) -> BodyLimits:
        """What the body asks for; nothing where the problem does not say."""
        return self.limits.get(body_id) or BodyLimits(body_id, "")

    def body_name(self, body_id: UUID) -> str:
        """The body's name, to stand between “ and ”: quotation marks inside it become ‘ and ’."""
        return self.body(body_id).name.replace("“", "‘").replace("”", "’") or "本单位"

    def name(self, seat: Seat) -> str:
        """The name of whoever has the seat."""
        return self.problem.names.get(seat.person_id, "未登记姓名")

    def person_name(self, person_id: UUID) -> str:
        return self.problem.names.get(person_id, "未登记姓名")

    def rest_between(self, one: UUID, other: UUID) -> int:
        """Working days a person rests between duties in these two bodies: whichever asks for more."""
        return max(self.body(one).rest, self.body(other).rest)

    def leave(self, slot: Slot, seat: Seat) -> Stand | None:
        """Why the person cannot come to the slot, if so."""
        for stand in self.cannot.get(seat.person_id, ()):
            if stand.body_id in (None, slot.body_id) and stand.time.holds(slot):
                return stand
        return None

    def may(self, slot: Slot, seat: Seat) -> bool:
        """Whether the seat may sit there as far as that slot alone says: body, kind, term, leave, ban."""
        return (
            seat.body_id == slot.body_id
            and in_term(seat, slot.day)
            and any(fits(need, seat) for need in slot.needs)
            and (slot.id, seat.id) not in self.banned
            and self.leave(slot, seat) is None
        )

    def places(self, slot: Slot) -> Iterator[Place]:
        """One entry for each person the slot needs."""
        for position, need in enumerate(slot.needs):
            for _ in range(need.count):
                yield slot.id, position


@dataclass(slots=True)
class Board:
    """Who sits where. Sittings of slots or seats that the problem does not know are left out."""

    facts: Facts
    by_slot: dict[UUID, list[Sitting]] = field(default_factory=lambda: defaultdict(list))
    by_person: dict[UUID, dict[UUID, UUID]] = field(default_factory=lambda: defaultdict(dict))
    months: dict[tuple[UUID, Month], int] = field(default_factory=lambda: defaultdict(int))
    counts: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))

    @staticmethod
    def of(facts: Facts, sittings: Iterable[Sitting]) -> "Board":
        """The board with these sittings on it."""
        board = Board(facts)
        for done in facts.problem.done:
            board.months[done.seat_id, month_of(done.day)] += 1
        for sitting in sittings:
            if sitting.slot_id in facts.slots and sitting.seat_id in facts.seats:
                board.place(sitting)
        return board

    def place(self, sitting: Sitting) -> None:
        """Put somebody in a slot."""
        seat, slot = self.facts.seats[sitting.seat_id], self.facts.slots[sitting.slot_id]
        self.by_slot[slot.id].append(sitting)
        self.by_person[seat.person_id][slot.id] = seat.id
        self.months[seat.id, month_of(slot.day)] += 1
        self.counts[seat.id] += 1

    def take(self, sitting: Sitting) -> None:
        """Take somebody out of a slot."""
        seat, slot = self.facts.seats[sitting.seat_id], self.facts.slots[sitting.slot_id]
        self.by_slot[slot.id].remove(sitting)
        self.by_person[seat.person_id].pop(slot.id, None)
        self.months[seat.id, month_of(slot.day)] -= 1
        self.counts[seat.id] -= 1

    def total(self, seat: Seat) -> int:
        """What the seat brings and has on the board."""
        return seat.before + self.counts[seat.id]

    def room(self, slot: Slot, position: int) -> int:
        """How many people the need at that position still wants."""
        sits = sum(1 for sitting in self.by_slot[slot.id] if sitting.need == position)
        return slot.needs[position].count - sits

    def sittings(self) -> tuple[Sitting, ...]:
        """Everything on the board, sorted."""
        return tuple(sorted(sitting for sittings in self.by_slot.values() for sitting in sittings))
