"""Roster problems to measure: a hall of six bodies by the real calendar of 2026, with leave, wishes, joiners and people of two bodies.

Everything is drawn from a seeded generator: the same numbers give the same problem.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random
from uuid import UUID

from db.calendar import published
from db.duty.solve.problem import BodyLimits, Half, Need, Problem, Seat, Slot, Stand, Time, Want

MORNING, AFTERNOON = (time(9), time(11, 30)), (time(14, 30), time(17))
BODIES = ("“两代表一委员”工作室", "纪检监察", "法官", "律师", "民警", "老党员")


@dataclass(frozen=True, slots=True)
class Hall:
    """How large a hall is. `dual`: people who belong to two bodies (0 and 1, 2 and 3 …); the rest belong to one."""

    people: int = 150
    dual: int = 12
    bodies: int = 6
    leave: float = 0.6
    wishes: float = 0.4
    seed: int = 1


def working_days(first: date, last: date) -> list[date]:
    """The working days of the State Council's calendar, 补班 included."""
    off = {row.day: row.working for year in range(first.year, last.year + 1) for row in published.days_of(year)}
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    return [day for day in days if off.get(day, day.weekday() < 5)]


def hall(shape: Hall, first: date = date(2026, 1, 1), last: date = date(2026, 12, 31)) -> Problem:
    """Every body sits on both halves of every working day, one person a time."""
    draw = Random(shape.seed)
    ids = (UUID(int=draw.getrandbits(128), version=4) for _ in iter(int, 1))
    bodies = [BodyLimits(next(ids), BODIES[n % 6], rest=3) for n in range(shape.bodies)]
    days = working_days(first, last)
    slots = tuple(
        Slot(next(ids), body.body_id, day, *hours, workday=number, needs=(Need(1),))
        for number, day in enumerate(days)
        for body in bodies
        for hours in (MORNING, AFTERNOON)
    )
    people = [next(ids) for _ in range(shape.people)]
    seats = [
        Seat(next(ids), bodies[n % shape.bodies].body_id, person, before=draw.choice((8, 8, 9)))
        for n, person in enumerate(people)
    ]
    for n in range(shape.dual):  # into the neighbour body: 0 with 1, 2 with 3, 4 with 5
        partner = (n % shape.bodies) ^ 1
        if partner < shape.bodies:
            seats.append(Seat(next(ids), bodies[partner].body_id, people[n], before=draw.choice((8, 8, 9))))
    return Problem(
        slots=slots,
        seats=tuple(seats),
        bodies=tuple(bodies),
        names={person: f"人员{n + 1:03}" for n, person in enumerate(people)},
        stands=tuple(_stands(shape, draw, people, days)),
    )


def _stands(shape: Hall, draw: Random, people: list[UUID], days: list[date]) -> list[Stand]:
    """Leave of one to ten working days, weekly court days, and wishes: mornings, not on Fridays, not in a certain week."""
    stands = []
    years = max(1, len(days) // 60)
    for person in people:
        for _ in range(years):
            if draw.random() < shape.leave:
                begin = draw.randrange(len(days))
                end = min(len(days) - 1, begin + draw.choice((0, 1, 2, 4, 4, 9)))
                stands.append(Stand(person, Want.CANNOT, Time(days[begin], days[end]), "请假"))
        if draw.random() < 0.1:
            stands.append(Stand(person, Want.CANNOT, Time(weekday=draw.randrange(5), half=Half.MORNING), "开庭"))
        if draw.random() < shape.wishes:
            kind = draw.randrange(4)
            if kind == 0:
                stands.append(Stand(person, Want.PREFER, Time(half=draw.choice((Half.MORNING, Half.AFTERNOON)))))
            elif kind == 1:
                stands.append(Stand(person, Want.AVOID, Time(weekday=draw.randrange(5))))
            elif kind == 2:
                away = draw.randrange(5)
                stands += [Stand(person, Want.PREFER, Time(weekday=day)) for day in range(5) if day not in (away, 4)]
            else:
                begin = draw.randrange(len(days))
                stands.append(Stand(person, Want.AVOID, Time(days[begin], days[min(len(days) - 1, begin + 9)])))
    return stands
