"""A long time in pieces: the slots of a calendar month as a problem of their own, with carried history."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from db.duty.solve.canonical import canonical, credits
from db.duty.solve.grid import Grid, Month
from db.duty.solve.problem import Done, Fixed, Problem, Sitting, Slot


class Calendar:
    """A canonical problem whose months are planned one after the other."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._slots = {slot.id: slot for slot in problem.slots}
        self._by_month: dict[Month, list[Slot]] = defaultdict(list)
        for slot in problem.slots:
            self._by_month[slot.day.year, slot.day.month].append(slot)
        self.months = sorted(self._by_month)

    def locked(self, sittings: Iterable[Sitting]) -> "Calendar":
        """The same with these sittings fixed as well."""
        more = tuple(Fixed(sitting.slot_id, sitting.seat_id) for sitting in sittings)
        return Calendar(canonical(replace(self.problem, fixed=(*self.problem.fixed, *more)))) if more else self

    def grid(self, months: Sequence[Month], sittings: Iterable[Sitting]) -> Grid:
        """The tables of some months that follow on each other. `sittings` are those planned already.

        Those of other months stand as duties done, fixed sittings of later months likewise, and all of them are counted.
        """
        problem = self.problem
        inside = set(months)
        outside = {(s.slot_id, s.seat_id): s for s in sittings if self.month(s.slot_id) not in inside}
        behind = any(self.month(slot_id) > months[-1] for slot_id, _ in outside)
        for each in problem.fixed:
            if self.month(each.slot_id) > months[-1]:
                outside.setdefault((each.slot_id, each.seat_id), Sitting(each.slot_id, each.seat_id))
        standing = [outside[key] for key in sorted(outside)]
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
        return Grid(part, self.counts(None if behind else slots[-1].day, standing))

    def counts(self, until: date | None, sittings: Iterable[Sitting]) -> dict[UUID, int]:
        """What every seat brings: before, credit of the time up to and with `until`, and duties already planned."""
        had = Counter(sitting.seat_id for sitting in sittings)
        credit = credits(self.problem, until)
        return {seat.id: seat.before + credit[seat.id] + had[seat.id] for seat in self.problem.seats}

    def month(self, slot_id: UUID) -> Month:
        """The calendar month of a slot."""
        day = self._slots[slot_id].day
        return day.year, day.month
