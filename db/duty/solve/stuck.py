"""When counting explains nothing: a small part of the problem is searched through completely, and shrunk to what matters.

Rest, leave, pairs and kinds may together forbid what each of them allows. A few days around a place that stays empty are
tried in every way there is; if none fills them, whatever is not needed for that (days, then rules) is taken away, and what
is left is told. Where even a few days are too many to try, it says so, and what speaks against each person.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from db.duty.solve.exact import LARGEST, Found, exhaust
from db.duty.solve.facts import Board, Facts
from db.duty.solve.ground import Ground
from db.duty.solve.problem import BodyLimits, Done, Need, Problem, Want
from db.duty.solve.why import reasons
from db.duty.solve.words import day_words, days_words, half_words, time_words

WIDTHS = (0, 1, 2, 4, 7, 11)
"""Days before and after the empty place that are searched through."""
STEPS = 30_000
"""How often somebody is looked at in one complete search."""
MOST_TOLD = 3

Without = tuple[str, Callable[[Problem], Problem]]
"""A rule in words, and the problem without it."""


def core_words(ground: Ground, holes: list[int]) -> list[str]:
    """A proof in words for the first of the empty places (or the whole) that can be searched through; empty if none can."""
    problem = ground.facts.problem
    parts = [problem] if problem.slots and sum(slot.people for slot in problem.slots) <= LARGEST else []
    for hole in holes[:MOST_TOLD]:
        day = ground.slots[ground.place_slot[hole]].day
        parts += [part(problem, day - timedelta(width), day + timedelta(width)) for width in WIDTHS]
    for small in parts:
        if impossible(small):
            return [_told(shrunk(small))]
    return []


def impossible(problem: Problem) -> bool:
    """Whether every way was tried and none fills all places; False also where that is too much work."""
    return exhaust(Ground(Facts(problem)), steps=STEPS) is Found.NONE


def part(problem: Problem, first: date, last: date) -> Problem:
    """Only the slots from first to last; what is fixed elsewhere counts as done, and the year is not looked at."""
    slots = {slot.id: slot for slot in problem.slots}
    inside = {slot.id for slot in problem.slots if first <= slot.day <= last}
    elsewhere = tuple(
        Done(each.seat_id, slots[each.slot_id].day, slots[each.slot_id].workday)
        for each in problem.fixed
        if each.slot_id in slots and each.slot_id not in inside
    )
    return replace(
        problem,
        slots=tuple(slot for slot in problem.slots if slot.id in inside),
        bodies=tuple(replace(body, least_a_year=0) for body in problem.bodies),
        fixed=tuple(each for each in problem.fixed if each.slot_id in inside),
        done=(*problem.done, *elsewhere),
    )


def shrunk(problem: Problem) -> Problem:
    """The problem without the slots and rules that are not needed for its being impossible."""
    for slot in problem.slots:
        fewer = replace(problem, slots=tuple(each for each in problem.slots if each.id != slot.id))
        if impossible(fewer):
            problem = fewer
    for _, without in list(_rules(problem)):
        looser = without(problem)
        if impossible(looser):
            problem = looser
    return problem


def _told(problem: Problem) -> str:
    facts = Facts(problem)
    slots = sorted(problem.slots, key=lambda slot: (slot.day, slot.starts))
    bodies = sorted({facts.body_name(slot.body_id) for slot in slots})
    halves = {slot.half for slot in slots}
    days = sorted({slot.day for slot in slots})
    when = half_words(slots[0]) if len(days) == 1 and len(halves) == 1 else days_words(days, most=10)
    named = "".join(f"“{body}”" for body in bodies)
    rules = "；".join(dict.fromkeys(said for said, _ in _rules(problem)))
    people = sum(slot.people for slot in slots)
    told = f"{when}{named}的 {people} 个位置怎样都排不满（已试过全部排法）"
    return f"{told}，因为同时要满足：{rules}" if rules else told


def _rules(problem: Problem) -> Iterator[Without]:
    """Each rule that says something about the slots there are, with the problem without it; the least telling first."""
    facts = Facts(problem)
    bodies = {slot.body_id for slot in problem.slots}
    for done in problem.done:
        if done.seat_id in facts.seats:
            yield f"{facts.name(facts.seats[done.seat_id])} {day_words(done.day)} 已有一班", _minus("done", done)
    for body in problem.bodies:
        if body.body_id in bodies:
            yield from _limits(body, facts.body_name(body.body_id))
    for pair in problem.pairs:
        if pair.body_id in bodies:
            how = "须" if pair.together else "不能"
            said = f"{facts.person_name(pair.one)} 与 {facts.person_name(pair.other)} {how}同班"
            yield said, _minus("pairs", pair)
    yield from _cells(facts)
    for seat in problem.seats:
        if (seat.first or seat.last) and seat.body_id in bodies:
            begins = f"从 {day_words(seat.first)}起" if seat.first else ""
            ends = f"到 {day_words(seat.last)}止" if seat.last else ""
            without = _other("seats", seat, replace(seat, first=None, last=None))
            yield f"{facts.name(seat)} 任期{begins}{ends}", without
    for slot in problem.slots:
        kinds = sorted({kind for need in slot.needs for kind in need.kinds})
        if kinds:
            anybody = replace(slot, needs=tuple(Need(need.count) for need in slot.needs))
            yield f"{half_words(slot)}需要{'、'.join(kinds)}", _other("slots", slot, anybody)
    people = {seat.person_id for seat in problem.seats if seat.body_id in bodies}
    for stand in problem.stands:
        touches = any(stand.time.holds(slot) and stand.body_id in (None, slot.body_id) for slot in problem.slots)
        if stand.want is Want.CANNOT and stand.person_id in people and touches:
            yield f"{facts.person_name(stand.person_id)} {time_words(stand.time)}请假", _minus("stands", stand)


def _cells(facts: Facts) -> Iterator[Without]:
    """What is locked and what is banned."""
    for fixed in facts.problem.fixed:
        if fixed.slot_id in facts.slots and fixed.seat_id in facts.seats:
            name, when = facts.name(facts.seats[fixed.seat_id]), half_words(facts.slots[fixed.slot_id])
            yield f"{name} 已锁定在 {when}", _minus("fixed", fixed)
    for ban in facts.problem.banned:
        if ban.slot_id in facts.slots and ban.seat_id in facts.seats:
            name, when = facts.name(facts.seats[ban.seat_id]), half_words(facts.slots[ban.slot_id])
            said = f"{name} {ban.why}" if ban.busy else f"{name} 已指定不排 {when}"
            yield said, _minus("banned", ban)


def _limits(body: BodyLimits, name: str) -> Iterator[Without]:
    for said, value, looser in (
        (f"两班之间至少隔 {body.rest} 个工作日", body.rest, replace(body, rest=0)),
        (f"每人每月最多 {body.most_a_month} 次", body.most_a_month, replace(body, most_a_month=0)),
        (f"每人每年不少于 {body.least_a_year} 次", body.least_a_year, replace(body, least_a_year=0)),
    ):
        if value:
            yield f"“{name}”{said}", _limit_lifted(body, looser)


def _limit_lifted(body: BodyLimits, looser: BodyLimits) -> Callable[[Problem], Problem]:
    """Lift what differs between the two, whatever else has been lifted of the body since."""
    lifted = {
        field: 0 for field in ("rest", "most_a_month", "least_a_year") if getattr(body, field) != getattr(looser, field)
    }

    def without(problem: Problem) -> Problem:
        changed: Any = lifted
        bodies = (replace(each, **changed) if each.body_id == body.body_id else each for each in problem.bodies)
        return replace(problem, bodies=tuple(bodies))

    return without


def _minus(field: str, it: object) -> Callable[[Problem], Problem]:
    def without(problem: Problem) -> Problem:
        changed: Any = {field: tuple(each for each in getattr(problem, field) if each != it)}
        return replace(problem, **changed)

    return without


def _other(field: str, it: object, other: object) -> Callable[[Problem], Problem]:
    def without(problem: Problem) -> Problem:
        changed: Any = {field: tuple(other if each == it else each for each in getattr(problem, field))}
        return replace(problem, **changed)

    return without


def stuck_words(ground: Ground, holes: list[int]) -> list[str]:
    """Where it got stuck, and what speaks against each person there. Nothing is proved."""
    return [_hole(ground, hole) for hole in holes[:MOST_TOLD]]


def _hole(ground: Ground, hole: int) -> str:
    facts, slot = ground.facts, ground.slots[ground.place_slot[hole]]
    board = Board.of(facts, ground.sittings())
    said = []
    for seat in facts.body_seats[slot.body_id]:
        hard = [each.sentence for each in reasons(board, slot, seat) if each.hard]
        if hard:
            said.append(f"{facts.name(seat)}：{hard[0].removeprefix(facts.name(seat)).strip()}")
    where = f"{half_words(slot)}“{facts.body_name(slot.body_id)}”"
    return f"没有找到排满的办法（没有证明一定没有）：{where}还缺人；" + "；".join(said[:8])
