"""Small months: written by hand for what is said, drawn by hypothesis for the laws, and every plan of them tried by brute force."""

from collections.abc import Iterable, Iterator
from datetime import date, time, timedelta
from itertools import product
from uuid import UUID, uuid5

from hypothesis import strategies as st

from db.duty.solve.checker import check
from db.duty.solve.problem import (
    Banned,
    BodyLimits,
    Done,
    Fixed,
    Method,
    Need,
    Pair,
    Plan,
    Problem,
    Proof,
    Seat,
    Sitting,
    Slot,
    Stand,
    Time,
    Want,
)

SPACE = UUID("0b4e3a52-0000-4000-8000-000000000004")
MORNING, AFTERNOON = (time(9), time(11)), (time(14, 30), time(17))
NAMES = ("张平", "李安", "王建国", "赵敏", "孙立", "周文", "吴慧", "郑洁")
FIRST = date(2026, 3, 2)  # a Monday


def uid(name: str) -> UUID:
    """A fixed id for a name."""
    return uuid5(SPACE, name)


def workday(day: date) -> int:
    """Mondays to Fridays, counted from FIRST."""
    weeks, rest = divmod((day - FIRST).days, 7)
    return weeks * 5 + min(rest, 4)


def slot(body: str, day: date, *, afternoon: bool = False, needs: tuple[Need, ...] = (Need(),)) -> Slot:
    starts, ends = AFTERNOON if afternoon else MORNING
    return Slot(uid(f"{body} {day} {starts}"), uid(body), day, starts, ends, workday(day), needs)


def seat(body: str, name: str, kind: str = "", **more: object) -> Seat:
    return Seat(uid(f"{body}/{name}"), uid(body), uid(name), kind, **more)  # type: ignore[arg-type]


def days(first: date, last: date) -> Iterator[date]:
    """The working days from first to last."""
    day = first
    while day <= last:
        if day.weekday() < 5:
            yield day
        day += timedelta(1)


def month(
    slots: Iterable[Slot],
    seats: Iterable[Seat],
    bodies: Iterable[BodyLimits],
    names: Iterable[str] = NAMES,
    **more: object,
) -> Problem:
    return Problem(tuple(slots), tuple(seats), tuple(bodies), {uid(name): name for name in names}, **more)  # type: ignore[arg-type]


def away(name: str, first: date, last: date | None = None, why: str = "", **more: object) -> Stand:
    return Stand(uid(name), Want.CANNOT, Time(first, last or first, **more), why)  # type: ignore[arg-type]


def complaints(problem: Problem, sittings: Iterable[Sitting]) -> list[str]:
    """What the independent checker says of the sittings themselves: neither empty places nor claims of a proof."""
    plan = Plan(tuple(sorted(sittings)), Proof(Method.GREEDY, False, False, 0, 0))
    return [told for told in check(problem, plan) if not told.startswith(("证明里", "间隔应", "有 "))]


@st.composite
def plans(draw: st.DrawFn, problem: Problem) -> tuple[Sitting, ...]:
    """A plan of the problem that the checker accepts, some of its places empty."""
    known = {seat.id: seat for seat in problem.seats}
    sittings: tuple[Sitting, ...] = ()
    for fixed in problem.fixed:
        sittings = (*sittings, Sitting(fixed.slot_id, fixed.seat_id))
    cells = [
        Sitting(each.id, who.id, at)
        for each in problem.slots
        for who in problem.seats
        for at in range(len(each.needs))
        if who.body_id == each.body_id and (each.id, who.id) not in {(one.slot_id, one.seat_id) for one in sittings}
    ]
    for cell in draw(st.lists(st.sampled_from(cells), unique=True, max_size=7)) if cells else ():
        if known[cell.seat_id] and not complaints(problem, (*sittings, cell)):
            sittings = (*sittings, cell)
    return tuple(sorted(sittings))


def every_plan(problem: Problem, *, holes: bool = False) -> Iterator[tuple[Sitting, ...]]:
    """Every plan the checker accepts, found by trying everything; with `holes` places may stay empty."""
    fixed = {(each.slot_id, each.seat_id) for each in problem.fixed}
    choices: list[list[Sitting | None]] = []
    for each in sorted(problem.slots, key=lambda slot: slot.id):
        for position, need in enumerate(each.needs):
            sits: list[Sitting | None] = [
                Sitting(each.id, seat.id, position) for seat in problem.seats if seat.body_id == each.body_id
            ]
            choices += [[*sits, None] if holes else sits] * need.count
    seen = set()
    for chosen in product(*choices):
        sittings = tuple(sorted(sitting for sitting in chosen if sitting is not None))
        if len({(each.slot_id, each.seat_id) for each in sittings}) < len(sittings) or sittings in seen:
            continue
        seen.add(sittings)
        if fixed <= {(each.slot_id, each.seat_id) for each in sittings} and not complaints(problem, sittings):
            yield sittings


def places(problem: Problem) -> int:
    return sum(slot.people for slot in problem.slots)


@st.composite
def problems(draw: st.DrawFn, *, fixed: bool = True, pairs: bool = True, years: bool = False) -> Problem:
    """A month of at most five places and four seats, with every sort of rule now and then."""
    bodies = ["法官", "律师"][: draw(st.integers(1, 2))]
    people = list(NAMES[: draw(st.integers(2, 4))])
    seats = []
    for at, name in enumerate(people):
        kind = draw(st.sampled_from(["甲", "乙"]))
        first = draw(st.sampled_from([None, None, None, FIRST + timedelta(1)]))
        seats.append(seat(bodies[at % len(bodies)], name, kind, before=draw(st.integers(0, 2)), first=first))
    if len(bodies) == 2 and draw(st.booleans()) and len(seats) < 4:
        seats.append(seat(bodies[1], people[0], "甲"))
    offsets = st.sampled_from([0, 1, 2, 3, 7])
    slots: dict[UUID, Slot] = {}
    for _ in range(draw(st.integers(1, 4))):
        kinds = draw(st.sampled_from([frozenset(), frozenset(), frozenset({"甲"}), frozenset({"甲", "乙"})]))
        needs = (Need(draw(st.sampled_from([1, 1, 1, 2])), kinds),)
        made = slot(
            draw(st.sampled_from(bodies)), FIRST + timedelta(draw(offsets)), afternoon=draw(st.booleans()), needs=needs
        )
        slots[made.id] = made
    while sum(each.people for each in slots.values()) > 5:
        slots.popitem()
    limits = [BodyLimits(uid(body), body, draw(st.integers(0, 3)), draw(st.integers(0, 2)), 0) for body in bodies]
    half = st.sampled_from([(name, at) for name in people for at in (0, 1, 2, 3, 7)])
    stands = tuple(away(name, FIRST + timedelta(at)) for name, at in draw(st.lists(half, max_size=3)))
    cells = st.sampled_from(
        [(one.id, other.id) for one in slots.values() for other in seats if one.body_id == other.body_id] or [None]
    )
    locked = tuple(Fixed(*cell) for cell in {draw(cells)} if cell and fixed and draw(st.integers(0, 3)) == 0)
    banned = tuple(Banned(*cell) for cell in {draw(cells)} if cell and draw(st.integers(0, 3)) == 0)
    made_pairs = ()
    if pairs and len(people) > 2 and draw(st.integers(0, 3)) == 0:
        made_pairs = (Pair(seats[0].body_id, uid(people[0]), uid(people[len(bodies)]), draw(st.booleans())),)
    done = (Done(seats[0].id, FIRST - timedelta(3), -1),) if draw(st.integers(0, 3)) == 0 else ()
    return month(slots.values(), seats, limits, stands=stands, pairs=made_pairs, fixed=locked, banned=banned, done=done)
