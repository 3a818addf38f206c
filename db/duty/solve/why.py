"""Why somebody does not sit somewhere: every rule that speaks against it, as a sentence.

`why_not` asks for one person and one slot, beside the sittings there are; `broken` looks over sittings made by hand.
The rules are those of `db.duty.solve.problem`; a test holds them together with the independent checker.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from db.duty.solve.facts import Board, Facts, fits, in_term, month_of
from db.duty.solve.problem import Problem, Seat, Sitting, Slot, Stand, Time
from db.duty.solve.words import HALVES, day_words, half_words, time_words


class Rule(StrEnum):
    """The rule that speaks."""

    PLACE = "place"  # how many people the slot needs
    BODY = "body"
    KIND = "kind"
    TERM = "term"
    LEAVE = "leave"
    BANNED = "banned"
    HALF = "half"  # one place per half day
    REST = "rest"
    MONTH = "month"
    YEAR = "year"
    PAIR = "pair"
    LOCKED = "locked"
    FULL = "full"  # a remark: somebody else sits there
    FAIR = "fair"  # a remark


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that speaks against a sitting. A remark (`hard` False) does not forbid it."""

    rule: Rule
    sentence: str
    hard: bool = True


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that sittings break, with the slot and the seat to mark."""

    rule: Rule
    sentence: str
    slot_id: UUID | None
    seat_id: UUID | None = None


def why_not(problem: Problem, sittings: Iterable[Sitting], slot_id: UUID, seat_id: UUID) -> tuple[Reason, ...]:
    """What speaks against that seat in that slot, given the other sittings; without a hard reason it may sit there.

    Where it sits there already, the others are looked at. Raises KeyError for a slot or seat the problem does not know.
    """
    facts = Facts(problem)
    slot, seat = facts.slots[slot_id], facts.seats[seat_id]
    body = {each.id for each in facts.body_seats[slot.body_id]}
    near = body | {each.id for each in facts.person_seats[seat.person_id]}
    others = (each for each in sittings if each.seat_id in near and (each.slot_id, each.seat_id) != (slot_id, seat_id))
    return reasons(Board.of(facts, others), slot, seat)


def reasons(board: Board, slot: Slot, seat: Seat) -> tuple[Reason, ...]:
    """The same on a board that is there already and does not hold the sitting."""
    return (*alone(board.facts, slot, seat), *beside(board, slot, seat), *remarks(board, slot, seat))


def alone(facts: Facts, slot: Slot, seat: Seat) -> Iterator[Reason]:
    """What speaks against it whoever else sits where: body, kind, term, leave, ban."""
    if seat.body_id != slot.body_id:
        yield Reason(Rule.BODY, f"不是“{facts.body_name(slot.body_id)}”的成员")
        return
    if not any(fits(need, seat) for need in slot.needs):
        kinds = sorted({kind for need in slot.needs for kind in need.kinds})
        own = f"身份是{seat.kind}" if seat.kind else "没有登记身份"
        yield Reason(Rule.KIND, f"{own}，这一班需要{'、'.join(kinds)}")
    if seat.first is not None and slot.day < seat.first:
        yield Reason(Rule.TERM, f"任期从 {_dated(seat.first, slot.day)}开始")
    if seat.last is not None and slot.day > seat.last:
        yield Reason(Rule.TERM, f"任期到 {_dated(seat.last, slot.day)}")
    stand = facts.leave(slot, seat)
    if stand is not None:
        yield Reason(Rule.LEAVE, f"{facts.name(seat)} {leave_words(stand, slot)}")
    banned = facts.banned.get((slot.id, seat.id))
    if banned is not None and banned.busy:
        yield Reason(Rule.HALF, banned.why)
    elif banned is not None:
        yield Reason(Rule.BANNED, f"已指定不排这一班（{banned.why}）" if banned.why else "已指定不排这一班")


def leave_words(stand: Stand, slot: Slot) -> str:
    """“3月12日上午请假（开庭）”, “每周三上午不能来（开庭）”."""
    half = HALVES[slot.half] if stand.time.half else ""
    said = f"{weekly_words(stand)}不能来" if weekly_words(stand) else f"{day_words(slot.day)}{half}请假"
    why = stand.why.strip()
    return f"{said}（{why}）" if why and why not in said else said


def weekly_words(stand: Stand) -> str:
    """“每周三上午” where a stand comes back every week; else empty."""
    time = stand.time
    if time.weekday is None or (time.first is not None and time.first == time.last):
        return ""
    return time_words(Time(weekday=time.weekday, half=time.half))


def _dated(day: date, near: date) -> str:
    return day_words(day) if day.year == near.year else f"{day.year}年{day_words(day)}"


def beside(board: Board, slot: Slot, seat: Seat) -> Iterator[Reason]:
    """What speaks against it because of other duties: the half day, rest, the month, pairs."""
    yield from _half(board, slot, seat)
    yield from _rest(board, slot, seat)
    most = board.facts.body(seat.body_id).most_a_month
    has = board.months[seat.id, month_of(slot.day)] if most else 0
    if most and has + 1 > most:
        yield Reason(Rule.MONTH, f"{slot.day.month}月已有 {has} 次，上限 {most} 次")
    yield from _pairs(board, slot, seat)


def collide(one: Slot, other: Slot) -> bool:
    """Whether one person cannot sit in both: one place per half day, nor two at once."""
    if one.day != other.day:
        return False
    return one.half is other.half or (one.starts < other.ends and other.starts < one.ends)


def _half(board: Board, slot: Slot, seat: Seat) -> Iterator[Reason]:
    for other_id, other_seat in board.by_person[seat.person_id].items():
        other = board.facts.slots[other_id]
        if other.id == slot.id:
            if other_seat != seat.id:
                yield Reason(Rule.HALF, f"{board.facts.name(seat)}已经在这一班")
        elif collide(slot, other):
            yield Reason(Rule.HALF, f"{half_words(other)}已在“{board.facts.body_name(other.body_id)}”值班")


def _rest(board: Board, slot: Slot, seat: Seat) -> Iterator[Reason]:
    facts = board.facts
    if not facts.widest_rest:
        return
    for other_id in board.by_person[seat.person_id]:
        other = facts.slots[other_id]
        if other.id == slot.id or collide(slot, other):
            continue
        apart, rest = abs(slot.workday - other.workday), facts.rest_between(slot.body_id, other.body_id)
        if apart < rest:
            yield Reason(Rule.REST, rest_words(other.day, apart, rest))
    for done in facts.done.get(seat.person_id, ()):
        apart = abs(slot.workday - done.workday)
        rest = facts.rest_between(slot.body_id, facts.seats[done.seat_id].body_id)
        if apart < rest:
            yield Reason(Rule.REST, rest_words(done.day, apart, rest))


def rest_words(other: date, apart: int, rest: int) -> str:
    """“与 3月10日 的一班只隔 2 个工作日，要求至少 5 个”."""
    if apart == 0:
        return f"{day_words(other)} 已有一班，两班之间要求至少隔 {rest} 个工作日"
    return f"与 {day_words(other)} 的一班只隔 {apart} 个工作日，要求至少 {rest} 个"


def _pairs(board: Board, slot: Slot, seat: Seat) -> Iterator[Reason]:
    facts = board.facts
    here = {facts.seats[sitting.seat_id].person_id for sitting in board.by_slot[slot.id]}
    for other in facts.apart.get((slot.body_id, seat.person_id), ()):
        if other in here:
            yield Reason(Rule.PAIR, f"不能与 {facts.person_name(other)} 同班")
    for other in facts.together.get((slot.body_id, seat.person_id), ()):
        if other not in here:
            yield Reason(Rule.PAIR, f"须与 {facts.person_name(other)} 同班，{facts.person_name(other)} 不在这一班")


def remarks(board: Board, slot: Slot, seat: Seat) -> Iterator[Reason]:
    """What is worth saying but forbids nothing: the places are taken, others have fewer duties."""
    if seat.body_id != slot.body_id:
        return
    if not any(board.room(slot, at) > 0 and fits(need, seat) for at, need in enumerate(slot.needs)):
        names = "、".join(board.facts.name(board.facts.seats[sitting.seat_id]) for sitting in board.by_slot[slot.id])
        if names:
            yield Reason(Rule.FULL, f"这一班已有 {names}", hard=False)
    peers = [
        board.total(each)
        for each in board.facts.body_seats[seat.body_id]
        if each.id != seat.id and each.kind == seat.kind and in_term(each, slot.day)
    ]
    own = board.total(seat)
    if peers and own > max(peers):
        yield Reason(Rule.FAIR, f"已有 {own} 次，同类人员最多 {max(peers)} 次", hard=False)
    elif peers and own > min(peers):
        yield Reason(Rule.FAIR, f"已有 {own} 次，同类人员最少 {min(peers)} 次", hard=False)
