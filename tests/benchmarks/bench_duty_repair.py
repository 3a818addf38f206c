"""How long explanations and repairs take, on halls of six bodies by the calendar of 2026. One core.

Milliseconds of processor time, the solver's child included where a repair asks for it.

    uv run python -m tests.benchmarks.bench_duty_repair

Targets: a cell's “why not” well under 50 ms, an explanation at most 1 s, a repair of 60 days proved in at most 2 s.
"""

import resource
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from statistics import median
from time import process_time

from db.duty.solve.broken import broken
from db.duty.solve.candidates import candidates
from db.duty.solve.cover import fill
from db.duty.solve.explain import explain
from db.duty.solve.facts import Facts
from db.duty.solve.ground import Ground
from db.duty.solve.problem import Problem, Sitting, Stand, Time, Want
from db.duty.solve.thorough import thorough_repair
from db.duty.solve.why import why_not
from tests.benchmarks.duty_instances import Hall, hall

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
MONTH = (date(2026, 3, 1), date(2026, 3, 31))
SIXTY = (date(2026, 3, 1), date(2026, 4, 29))


def timed(work: Callable[[], object], times: int = 5) -> float:
    """The median in milliseconds of processor time: what else the machine does is left out."""
    took = []
    for _ in range(times):
        begun = process_time()
        work()
        took.append((process_time() - begun) * 1000)
    return median(took)


def spent() -> float:
    """Seconds of processor time of this process and of the children that have ended."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in both)


def filled(problem: Problem) -> tuple[Sitting, ...]:
    """A plan by the pure search."""
    ground = Ground(Facts(problem))
    fill(ground)
    return ground.sittings()


def scarce(problem: Problem, days: int) -> Problem:
    """All but four of the first body are away for some days in the middle: three conflicts at least."""
    body = problem.bodies[0].body_id
    middle = sorted({slot.day for slot in problem.slots})[len({slot.day for slot in problem.slots}) // 2]
    away = [seat.person_id for seat in problem.seats if seat.body_id == body][4:]
    leave = tuple(Stand(person, Want.CANNOT, Time(middle, middle + timedelta(days - 1)), "培训") for person in away)
    return replace(problem, stands=problem.stands + leave)


def rested(problem: Problem, rest: int) -> Problem:
    """Everybody asked to rest so long that the bodies cannot be filled."""
    return replace(problem, bodies=tuple(replace(body, rest=rest) for body in problem.bodies))


def ill(problem: Problem, people: int, days: int, seed: int) -> Problem:
    """So many people fall ill, each for some days from one of the first ten on."""
    draw = Random(seed)
    first = min(slot.day for slot in problem.slots)
    stands = []
    for seat in draw.sample(problem.seats, people):
        begin = first + timedelta(10 + draw.randrange(10))
        stands.append(Stand(seat.person_id, Want.CANNOT, Time(begin, begin + timedelta(days - 1)), "病假"))
    return replace(problem, stands=(*problem.stands, *stands))


def looks(name: str, problem: Problem) -> None:
    plan = filled(problem)
    where, who = problem.slots[len(problem.slots) // 2], problem.seats[3]
    print(f"{name}: {len(problem.slots)} slots, {len(problem.seats)} seats")
    print(f"  why not X here       {timed(lambda: why_not(problem, plan, where.id, who.id)):8.1f} ms")
    print(f"  candidates           {timed(lambda: candidates(problem, plan, where.id)):8.1f} ms")
    print(f"  everything broken    {timed(lambda: broken(problem, plan)):8.1f} ms")


def explanations() -> None:
    for name, span in (("month", MONTH), ("year", YEAR)):
        problem = hall(Hall(), *span)
        for what, changed in (
            ("can be done", problem),
            ("3 days with 4 people", scarce(problem, 3)),
            ("8 days with 4 people", scarce(problem, 8)),
            ("a rest of 14 days", rested(problem, 14)),
        ):
            explained = explain(changed)
            took = timed(lambda changed=changed: explain(changed), 3)  # type: ignore[misc]
            told = f"{len(explained.sentences)} sentences, {len(explained.relaxations)} choices"
            print(f"explain {name}, {what:22} {took:8.1f} ms  {told}{'' if explained.proved else ', NOT PROVED'}")


def repairs() -> None:
    for rest in (3, 8):
        problem = rested(hall(Hall(), *SIXTY), rest)
        published = filled(problem)
        for people, days in ((1, 5), (3, 5), (10, 10), (30, 10)):
            took, proved, changes, left = [], 0, [], 0
            for seed in range(5):
                now = ill(problem, people, days, seed)
                begun = spent()
                repaired = thorough_repair(now, published, SIXTY[0] + timedelta(8))
                took.append((spent() - begun) * 1000)
                proved, left = proved + repaired.proved, left + len(repaired.open)
                changes.append(len(repaired.changes))
            print(
                f"repair 60 days, rest {rest}, {people:2} ill for {days:2} days: {median(took):7.1f} ms (worst {max(took):7.1f}), "
                f"changes {changes}, fewest proved {proved}/5, places left {left}"
            )


if __name__ == "__main__":
    looks("month", hall(Hall(), *MONTH))
    looks("year", hall(Hall(), *YEAR))
    explanations()
    repairs()
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
