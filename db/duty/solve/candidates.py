"""Who could take a place: those who may, best first, with what speaks for them; then those who would break a rule."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from db.duty.solve.facts import Board, Facts, fits, in_term
from db.duty.solve.problem import Problem, Seat, Sitting, Slot, Stand, Want
from db.duty.solve.why import Rule, reasons
from db.duty.solve.words import day_words, time_words

WISHED, UNWISHED = 3, 6
"""What a wish for or against the time weighs, in duties."""
RESTED = 20
"""Working days of rest that weigh as much as one duty less."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody for a place. `score`: the lower, the better (about a count of duties); `broken`: rules that it would break."""

    seat_id: UUID
    name: str
    score: float
    reasons: tuple[str, ...]
    broken: tuple[str, ...] = ()


def candidates(
    problem: Problem, sittings: Iterable[Sitting], slot_id: UUID, need: int = 0, instead_of: UUID | None = None
) -> tuple[Candidate, ...]:
    """Everybody of the body for the need at that position, except who sits in the slot; `instead_of` is looked away from.

    Those who may come first, by score (few duties, long rest, wishes); then the others, fewest broken rules first.
    """
    facts = Facts(problem)
    slot = facts.slots[slot_id]
    left = [each for each in sittings if (each.slot_id, each.seat_id) != (slot_id, instead_of)]
    board = Board.of(facts, left)
    here = {facts.seats[each.seat_id].person_id for each in board.by_slot[slot_id]}
    found = [
        _candidate(board, slot, need, seat)
        for seat in facts.body_seats[slot.body_id]
        if seat.person_id not in here and seat.id != instead_of
    ]
    return tuple(sorted(found, key=lambda each: (len(each.broken), each.score, each.name, each.seat_id)))


def _candidate(board: Board, slot: Slot, position: int, seat: Seat) -> Candidate:
    facts = board.facts
    name = facts.name(seat)
    hard = [each for each in reasons(board, slot, seat) if each.hard]
    need = slot.needs[position]
    if not fits(need, seat) and all(each.rule is not Rule.KIND for each in hard):
        broken = [f"身份是{seat.kind or '（未登记）'}，这个位置需要{'、'.join(sorted(need.kinds))}"]
    else:
        broken = []
    broken += [each.sentence.removeprefix(name).strip() for each in hard]
    told = []
    count, few = _count(board, slot, seat)
    told.append(count)
    rest, gap = _rest(board, slot, seat)
    told.append(rest)
    wish, weight = _wish(facts, slot, seat)
    told += wish
    score = few - min(gap, 3 * RESTED) / RESTED + weight
    return Candidate(seat.id, name, round(score, 2), tuple(told), tuple(broken))


def _count(board: Board, slot: Slot, seat: Seat) -> tuple[str, int]:
    """How many duties they have, beside those of their kind who are in term."""
    own = board.total(seat)
    peers = [
        board.total(each)
        for each in board.facts.body_seats[seat.body_id]
        if each.kind == seat.kind and in_term(each, slot.day)
    ]
    if own <= min(peers, default=own):
        return f"次数最少（{own} 次）", own
    if own >= max(peers):
        return f"次数最多（{own} 次，最少的 {min(peers)} 次）", own
    return f"已有 {own} 次（同类最少 {min(peers)} 次）", own


def _rest(board: Board, slot: Slot, seat: Seat) -> tuple[str, int]:
    """When they sat last and sit next, and how many working days lie between."""
    facts = board.facts
    near = [(facts.slots[each].day, facts.slots[each].workday) for each in board.by_person[seat.person_id]]
    near += [(done.day, done.workday) for done in facts.done.get(seat.person_id, ())]
    gap = min((abs(workday - slot.workday) for _, workday in near), default=3 * RESTED)
    before = max((each for each in near if each[0] <= slot.day), default=None)
    after = min((each for each in near if each[0] > slot.day), default=None)
    told = []
    if before:
        told.append(f"上次 {day_words(before[0])}，已隔 {slot.workday - before[1]} 个工作日")
    if after:
        told.append(f"下次 {day_words(after[0])}，还隔 {after[1] - slot.workday} 个工作日")
    return "；".join(told) or "近期没有别的班次", gap


def _wish(facts: Facts, slot: Slot, seat: Seat) -> tuple[list[str], int]:
    """What they said about such times."""
    told, weight = [], 0
    for stand in facts.problem.stands:
        if stand.person_id == seat.person_id and stand.body_id in (None, slot.body_id) and stand.time.holds(slot):
            if stand.want is Want.PREFER:
                told.append(f"愿意{time_words(stand.time)}来{_why(stand)}")
                weight -= WISHED
            elif stand.want is Want.AVOID:
                told.append(f"希望避开{time_words(stand.time)}{_why(stand)}")
                weight += UNWISHED
    return told, weight


def _why(stand: Stand) -> str:
    return f"（{stand.why}）" if stand.why else ""
