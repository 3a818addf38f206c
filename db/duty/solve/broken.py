"""What sittings made by hand break: every hard rule, with the slot and the seat to mark, for a live display."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations
from uuid import UUID

from db.duty.solve.facts import Board, Facts, fits, in_term, month_of
from db.duty.solve.problem import BodyLimits, Problem, Seat, Sitting, Slot
from db.duty.solve.why import Broken, Rule, alone, collide, rest_words
from db.duty.solve.words import half_words


def broken(problem: Problem, sittings: Iterable[Sitting], *, complete: bool = False) -> tuple[Broken, ...]:
    """Everything the sittings break, by day; with `complete` also every place nobody sits in, and locked ones left out.

    A fixed sitting (locked, published) is never complained of for itself; whoever is put beside it obeys it. The least of
    a year is looked at when no place is empty any more.
    """
    facts = Facts(problem)
    board = Board.of(facts, sittings)
    found = [*_each(board), *_slots(board), *_people(board), *_months(board), *_pairs(board)]
    empty = list(_empty(board))
    if not empty:
        found += _years(board)
    if complete:
        found += [*empty, *_left_out(board)]
    days = {slot.id: (slot.day, slot.starts) for slot in problem.slots}
    first = min(days.values(), default=None)
    return tuple(sorted(found, key=lambda each: (days.get(each.slot_id) if each.slot_id else first, each.sentence)))


def _said(facts: Facts, seat: Seat, slot: Slot) -> str:
    return f"{_where(facts, slot)}{facts.name(seat)}"


def _each(board: Board) -> Iterator[Broken]:
    facts = board.facts
    for slot_id, sittings in board.by_slot.items():
        slot = facts.slots[slot_id]
        for sitting in sittings:
            seat = facts.seats[sitting.seat_id]
            if (slot_id, seat.id) in facts.fixed:
                continue
            told = False
            for reason in alone(facts, slot, seat):
                told = told or reason.rule is Rule.KIND
                name = facts.name(seat)
                sentence = reason.sentence.removeprefix(name).strip()
                yield Broken(reason.rule, f"{_said(facts, seat, slot)}：{sentence}", slot_id, seat.id)
            known = sitting.need < len(slot.needs)
            if seat.body_id == slot.body_id and not told and not (known and fits(slot.needs[sitting.need], seat)):
                place = f"第 {sitting.need + 1} 个位置"
                kinds = "、".join(sorted(slot.needs[sitting.need].kinds)) if known else ""
                wanted = f"{place}需要{kinds}" if known else f"这一班没有{place}"
                yield Broken(Rule.KIND, f"{_said(facts, seat, slot)}：{wanted}", slot_id, seat.id)


def _slots(board: Board) -> Iterator[Broken]:
    facts = board.facts
    for slot_id, sittings in board.by_slot.items():
        slot = facts.slots[slot_id]
        for position, need in enumerate(slot.needs):
            here = [each for each in sittings if each.need == position]
            has = len(here)
            if has > need.count and has > sum(1 for each in here if (slot_id, each.seat_id) in facts.fixed):
                kinds = "、".join(sorted(need.kinds))
                sentence = f"{_where(facts, slot)}{kinds}只需要 {need.count} 人，已排 {has} 人"
                yield Broken(Rule.PLACE, sentence, slot_id)
        people = [facts.seats[each.seat_id].person_id for each in sittings] if len(sittings) > 1 else []
        for person in sorted({each for each in people if people.count(each) > 1}):
            seat_id = next(each.seat_id for each in sittings if facts.seats[each.seat_id].person_id == person)
            sentence = f"{_where(facts, slot)}{facts.person_name(person)} 排了两次"
            yield Broken(Rule.HALF, sentence, slot_id, seat_id)


def _where(facts: Facts, slot: Slot) -> str:
    return f"{half_words(slot)}“{facts.body_name(slot.body_id)}”"


def _people(board: Board) -> Iterator[Broken]:
    facts = board.facts
    for person, held in board.by_person.items():
        mine = sorted(
            ((facts.slots[slot_id], facts.seats[seat_id]) for slot_id, seat_id in held.items()),
            key=lambda each: (each[0].workday, each[0].day, each[0].starts, each[0].id),
        )
        for at, (slot, seat) in enumerate(mine):
            for later, later_seat in mine[at + 1 :]:
                if later.workday - slot.workday >= max(facts.widest_rest, 1):
                    break
                free = _blamed(facts, (slot, seat), (later, later_seat))
                if free is not None:
                    yield from _two(facts, slot, later, *free)
            yield from _done(facts, person, slot, seat)


def _blamed(facts: Facts, one: tuple[Slot, Seat], other: tuple[Slot, Seat]) -> tuple[Slot, Seat, Slot] | None:
    """Which of two duties is told of (the later one, unless it is fixed), beside which; none where both are fixed."""
    if (other[0].id, other[1].id) not in facts.fixed:
        return other[0], other[1], one[0]
    if (one[0].id, one[1].id) not in facts.fixed:
        return one[0], one[1], other[0]
    return None


def _two(facts: Facts, one: Slot, other: Slot, slot: Slot, seat: Seat, beside: Slot) -> Iterator[Broken]:
    if collide(one, other):
        sentence = f"{half_words(beside)}已在“{facts.body_name(beside.body_id)}”值班"
        yield Broken(Rule.HALF, f"{_said(facts, seat, slot)}：{sentence}", slot.id, seat.id)
        return
    apart, rest = abs(one.workday - other.workday), facts.rest_between(one.body_id, other.body_id)
    if apart < rest:
        sentence = rest_words(beside.day, apart, rest)
        yield Broken(Rule.REST, f"{_said(facts, seat, slot)}：{sentence}", slot.id, seat.id)


def _done(facts: Facts, person: UUID, slot: Slot, seat: Seat) -> Iterator[Broken]:
    if (slot.id, seat.id) in facts.fixed:
        return
    for done in facts.done.get(person, ()):
        apart = abs(slot.workday - done.workday)
        rest = facts.rest_between(slot.body_id, facts.seats[done.seat_id].body_id)
        if apart < rest:
            sentence = rest_words(done.day, apart, rest)
            yield Broken(Rule.REST, f"{_said(facts, seat, slot)}：{sentence}", slot.id, seat.id)


def _months(board: Board) -> Iterator[Broken]:
    facts = board.facts
    for (seat_id, month), has in board.months.items():
        if seat_id not in facts.seats:
            continue
        seat = facts.seats[seat_id]
        most = facts.body(seat.body_id).most_a_month
        if not most or has <= most:
            continue
        free = [
            facts.slots[slot_id]
            for slot_id, own in board.by_person[seat.person_id].items()
            if own == seat_id and month_of(facts.slots[slot_id].day) == month and (slot_id, own) not in facts.fixed
        ]
        for slot in sorted(free, key=lambda each: (each.day, each.starts))[-(has - most) :]:
            sentence = f"{slot.day.month}月共 {has} 次，上限 {most} 次"
            yield Broken(Rule.MONTH, f"{_said(facts, seat, slot)}：{sentence}", slot.id, seat.id)


def _pairs(board: Board) -> Iterator[Broken]:
    facts = board.facts
    if not facts.problem.pairs:
        return
    for slot_id, sittings in board.by_slot.items():
        slot = facts.slots[slot_id]
        here = {facts.seats[each.seat_id].person_id: facts.seats[each.seat_id] for each in sittings}
        for one, other in combinations(sorted(here), 2):
            free = [here[each] for each in (other, one) if (slot_id, here[each].id) not in facts.fixed]
            if free and other in facts.apart.get((slot.body_id, one), ()):
                beside = facts.person_name(one if free[0] is here[other] else other)
                sentence = f"{_said(facts, free[0], slot)}：不能与 {beside} 同班"
                yield Broken(Rule.PAIR, sentence, slot_id, free[0].id)
        for person, seat in here.items():
            for other in facts.together.get((slot.body_id, person), ()):
                if other not in here and (slot_id, seat.id) not in facts.fixed:
                    sentence = f"{_said(facts, seat, slot)}：须与 {facts.person_name(other)} 同班"
                    yield Broken(Rule.PAIR, sentence, slot_id, seat.id)


def years_asked(problem: Problem, body: BodyLimits) -> frozenset[int]:
    """The calendar years whose least number of duties is looked at: those whose December the body has a slot in."""
    if not body.least_a_year:
        return frozenset()
    return frozenset(each.day.year for each in problem.slots if each.body_id == body.body_id and each.day.month == 12)


def asked_of(seat: Seat, year: int) -> bool:
    """Whether the least of a year is asked of a seat: its term holds the whole year."""
    return in_term(seat, date(year, 1, 1)) and in_term(seat, date(year, 12, 31))


def _years(board: Board) -> Iterator[Broken]:
    facts = board.facts
    for body in facts.problem.bodies:
        years = years_asked(facts.problem, body)
        if not years:
            continue
        has: dict[tuple[UUID, int], int] = defaultdict(int)
        for done in facts.problem.done:
            has[done.seat_id, done.day.year] += 1
        for slot_id, sittings in board.by_slot.items():
            for sitting in sittings:
                has[sitting.seat_id, facts.slots[slot_id].day.year] += 1
        for seat in facts.body_seats[body.body_id]:
            for year in sorted(years):
                number = has[seat.id, year]
                if number < body.least_a_year and asked_of(seat, year):
                    sentence = f"{facts.name(seat)}（{facts.body_name(body.body_id)}）{year}年共 {number} 次，每年不少于 {body.least_a_year} 次"
                    yield Broken(Rule.YEAR, sentence, None, seat.id)


def _empty(board: Board) -> Iterator[Broken]:
    facts = board.facts
    for slot in facts.problem.slots:
        for position, need in enumerate(slot.needs):
            lacking = board.room(slot, position)
            if lacking > 0:
                kinds = "、".join(sorted(need.kinds))
                where = f"{half_words(slot)}“{facts.body_name(slot.body_id)}”"
                yield Broken(Rule.PLACE, f"{where}还缺 {lacking} 人{f'（{kinds}）' if kinds else ''}", slot.id)


def _left_out(board: Board) -> Iterator[Broken]:
    facts = board.facts
    for (slot_id, seat_id), fixed in facts.fixed.items():
        if slot_id not in facts.slots or seat_id not in facts.seats:
            continue
        if all(sitting.seat_id != seat_id for sitting in board.by_slot[slot_id]):
            slot, seat = facts.slots[slot_id], facts.seats[seat_id]
            why = f"（{fixed.why}）" if fixed.why else ""
            yield Broken(Rule.LOCKED, f"{_said(facts, seat, slot)}：已锁定，不能换下{why}", slot_id, seat_id)
