"""One form for equal facts: whatever order a problem comes in, it is solved as the same bytes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time
from fractions import Fraction
from typing import TypeVar
from uuid import UUID

from db.duty.solve.problem import Banned, Done, Fixed, Need, Pair, Problem, Seat, Slot, Stand

Cell = TypeVar("Cell", Fixed, Banned)


def canonical(problem: Problem) -> Problem:
    """The same problem, sorted, without doubles and without what speaks of slots or people it does not know.

    Several Done of one seat on one day stay: somebody may have sat twice.
    """
    slots = tuple(sorted({slot.id: slot for slot in problem.slots}.values(), key=slot_key))
    seats = tuple(sorted({seat.id: seat for seat in problem.seats}.values(), key=seat_key))
    slot_ids, seat_ids = {slot.id for slot in slots}, {seat.id for seat in seats}
    people = {seat.person_id for seat in seats}
    bodies = {body.body_id: body for body in problem.bodies}
    return Problem(
        slots=slots,
        seats=seats,
        bodies=tuple(bodies[body_id] for body_id in sorted(bodies)),
        names={person: problem.names[person] for person in sorted(problem.names)},
        stands=tuple(sorted({stand for stand in problem.stands if stand.person_id in people}, key=_stand_key)),
        pairs=tuple(sorted({_ordered(pair) for pair in problem.pairs}, key=_pair_key)),
        fixed=_cells(problem.fixed, slot_ids, seat_ids),
        banned=_cells(problem.banned, slot_ids, seat_ids),
        done=tuple(sorted((done for done in problem.done if done.seat_id in seat_ids), key=_done_key)),
    )


def slot_key(slot: Slot) -> tuple[date, time, time, UUID, UUID]:
    """Slots stand in the order in which they take place."""
    return slot.day, slot.starts, slot.ends, slot.body_id, slot.id


def seat_key(seat: Seat) -> tuple[UUID, UUID]:
    """Seats stand by body."""
    return seat.body_id, seat.id


def fits(need: Need, seat: Seat) -> bool:
    """Whether a seat is of a kind that the need asks for."""
    return not need.kinds or seat.kind in need.kinds


def in_term(seat: Seat, day: date) -> bool:
    """Whether a day lies in the seat's term."""
    return (seat.first is None or seat.first <= day) and (seat.last is None or day <= seat.last)


def credits(problem: Problem, until: date | None = None) -> dict[UUID, int]:
    """The count each seat is credited for the part of the slots (up to and with `until`) that lies outside its term.

    For each place of the body that the seat's kind fits, on a day outside of its term, it is given what the colleagues in
    term on that day have on average: 1 / (how many of them fit); the sum is rounded to the nearest duty, a half downwards.
    So a joiner does not catch up and a leaver does not work ahead. Leave within the term earns nothing.
    """
    bounds = {seat.id for seat in problem.seats if seat.first is not None or seat.last is not None}
    if not bounds:
        return {seat.id: 0 for seat in problem.seats}
    by_body: dict[UUID, list[Seat]] = defaultdict(list)
    for seat in problem.seats:
        by_body[seat.body_id].append(seat)
    missed: dict[UUID, Fraction] = defaultdict(Fraction)
    for slot in problem.slots:
        if until is not None and slot.day > until:
            continue
        there = by_body[slot.body_id]
        absent = [seat for seat in there if seat.id in bounds and not in_term(seat, slot.day)]
        for need in slot.needs if absent else ():
            sharing = sum(1 for seat in there if fits(need, seat) and in_term(seat, slot.day))
            for seat in absent:
                if sharing and fits(need, seat):
                    missed[seat.id] += Fraction(need.count, sharing)
    return {seat.id: _rounded(missed.get(seat.id, Fraction(0))) for seat in problem.seats}


def moved(problem: Problem, counts: dict[UUID, int]) -> Problem:
    """The problem with other counts brought along."""
    return replace(problem, seats=tuple(replace(seat, before=counts[seat.id]) for seat in problem.seats))


def _rounded(part: Fraction) -> int:
    return -((1 - 2 * part) // 2)  # nearest, a half downwards


def _cells(cells: Iterable[Cell], slots: set[UUID], seats: set[UUID]) -> tuple[Cell, ...]:
    kept = {(cell.slot_id, cell.seat_id): cell for cell in sorted(cells, key=lambda cell: cell.why)}
    return tuple(kept[key] for key in sorted(kept) if key[0] in slots and key[1] in seats)


def _ordered(pair: Pair) -> Pair:
    return pair if pair.one <= pair.other else Pair(pair.body_id, pair.other, pair.one, pair.together)


def _pair_key(pair: Pair) -> tuple[UUID, UUID, UUID, bool]:
    return pair.body_id, pair.one, pair.other, pair.together


def _done_key(done: Done) -> tuple[date, int, UUID]:
    return done.day, done.workday, done.seat_id


def _stand_key(stand: Stand) -> tuple[str, ...]:
    when = stand.time
    parts = (stand.person_id, stand.want, when.first, when.last, when.weekday, when.half, stand.body_id, stand.why)
    return tuple("" if part is None else str(part) for part in parts)
