"""A long time in pieces: the slots of a calendar month as a problem of their own, with carried history."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from db.duty.solve.canonical import credits
from db.duty.solve.grid import Grid, Month
from db.duty.solve.problem import Done, Problem, Sitting, Slot


class Calendar:
    """A canonical problem whose months are planned one after the other."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._slots = {slot.id: slot for slot in problem.slots}
        self._by_month: dict[Month, list[Slot]] = defaultdict(list)
        for slot in problem.slots:
            self._by_month[slot.day.year, slot.day.month].append(slot)
        self.months = sorted(self._by_month)

    def grid(self, months: Sequence[Month], sittings: Iterable[Sitting]) -> Grid:
        """The tables of some months that follow on each other. `sittings` are those planned for the months before.

        They stand as duties done; fixed sittings of later months stand likewise, and both are counted.
        """
        problem = self.problem
        earlier = [sitting for sitting in sittings if self.month(sitting.slot_id) < months[0]]
        later = [Sitting(each.slot_id, each.seat_id) for each in problem.fixed if self.month(each.slot_id) > months[-1]]
        standing = [*earlier, *later]
        done = [Done(s.seat_id, self._slots[s.slot_id].day, self._slots[s.slot_id].workday) for s in standing]
        slots = tuple(slot for month in months for slot in self._by_month[month])
        known = {slot.id for slot in slots}
        part = replace(
            problem,
            slots=slots,
            fixed=tuple(each for each in problem.fixed if each.slot_id in known),
            banned=tuple(each for each in problem.banned if each.slot_id in known),
            done=(*problem.done, *done),
        )
        return Grid(part, self.counts(slots[-1].day, standing))

    def counts(self, until: date, sittings: Iterable[Sitting]) -> dict[UUID, int]:
        """What every seat brings into a month: before, credit of the time up to and with it, and duties already planned."""
        had = Counter(sitting.seat_id for sitting in sittings)
        credit = credits(self.problem, until)
        return {seat.id: seat.before + credit[seat.id] + had[seat.id] for seat in self.problem.seats}

    def month(self, slot_id: UUID) -> Month:
        """The calendar month of a slot."""
        day = self._slots[slot_id].day
        return day.year, day.month
