"""What the roster solver takes and reaches: run by hand.

    uv run python -m tests.benchmarks.bench_duty [month] [year] [halls] [--halls 832] [--seed 1]

month: every month of the full hall on its own (6 bodies, 2 half days, 150 people, 12 of them in two bodies).
year: the year 2026 at once and month by month. Beside each instance stand the Excel walk and the least loaded first.
halls: so many halls × one month by `python -m db roster --problems` with two processes.
Seconds are of the wall and of the processor (children included); memory is the largest child.
"""

import argparse
import calendar
import resource
import subprocess
import sys
import tempfile
import time as clock
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import msgspec

from db.duty.solve.canonical import canonical
from db.duty.solve.checker import check, recount
from db.duty.solve.greedy import greedy
from db.duty.solve.outcome import Outcome, Planned, Settings
from db.duty.solve.problem import Method, Plan, Problem, Proof, Sitting
from db.duty.solve.run import plan
from tests.benchmarks.duty_instances import Hall, hall

HEAD = f"{'':28}{'wall s':>8}{'CPU s':>8}{'MB':>6}{'range':>7}{'rest':>8}{'wishes':>18}  proved"
"""Range of counts; smallest rest and what no plan can beat, in working days; wishes kept of those spoken about."""


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of the wall and of all processors, and the largest child so far in MB."""

    wall: float
    cpu: float
    memory: int


def month_of(number: int, shape: Hall) -> Problem:
    return hall(shape, date(2026, number, 1), date(2026, number, calendar.monthrange(2026, number)[1]))


def measured(problem: Problem, settings: Settings) -> tuple[Outcome, Took]:
    """Solve in a child, as the window does."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), clock.perf_counter()
    outcome = plan(problem, settings, lambda progress: None)
    wall, after = clock.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return outcome, Took(wall, cpu, after.ru_maxrss // 1024)


def walk(problem: Problem) -> Plan:
    """The Excel list walked from the top: each body's people in order; whoever is away is passed over and waits a whole turn."""
    problem = canonical(problem)
    people: dict[UUID, list] = defaultdict(list)
    for seat in problem.seats:
        people[seat.body_id].append(seat)
    away = defaultdict(list)
    for stand in problem.stands:
        if stand.want == "cannot":
            away[stand.person_id].append(stand)
    at: dict[UUID, int] = defaultdict(int)
    sittings = []
    for slot in problem.slots:
        crew = people[slot.body_id]
        for _ in range(len(crew)):
            seat = crew[at[slot.body_id] % len(crew)]
            at[slot.body_id] += 1
            if not any(stand.time.holds(slot) for stand in away[seat.person_id]):
                sittings.append(Sitting(slot.id, seat.id))
                break
    return Plan(tuple(sorted(sittings)), Proof(Method.GREEDY, True, False, 0, 0))


def line(name: str, problem: Problem, made: Plan, took: Took, whole: bool = False) -> None:
    """One row of the table; everything in it counted by the checker."""
    its, proof = recount(problem, made), made.proof
    faults = [told for told in check(problem, made) if not told.startswith("证明里")]
    proved = [
        word
        for word, is_so in (("fair", proof.fair), ("rest", proof.rest_proved), ("wishes", proof.wishes_proved))
        if is_so
    ]
    bound = proof.rest_bound if proof.rest_bound is not None else "-"
    share = 100 * its.wishes_kept / max(1, its.wishes_all)
    wishes = f"{its.wishes_kept}/{its.wishes_all} {share:.1f}%"
    words = ", ".join(proved) or "nothing"
    if faults:
        words += f"; {len(faults)} rules broken"
    rest = f"{its.rest}/{bound}"
    took_words = f"{took.wall:8.1f}{took.cpu:8.1f}{took.memory:6}"
    print(f"{name:28}{took_words}{its.spread:7}{rest:>8}{wishes:>18}  {words}", flush=True)


def solved(name: str, problem: Problem, settings: Settings) -> None:
    outcome, took = measured(problem, settings)
    if isinstance(outcome, Planned):
        line(name, problem, outcome.plan, took)
        problems = check(problem, outcome.plan)
        if problems:
            print("   the checker says:", *problems[:3])
    else:
        print(f"{name:34}{took.wall:8.1f}{took.cpu:8.1f}  {outcome}")


def thumb(name: str, problem: Problem) -> None:
    began, cpu = clock.perf_counter(), clock.process_time()
    outcome = greedy(canonical(problem), Settings())
    took = Took(clock.perf_counter() - began, clock.process_time() - cpu, 0)
    if isinstance(outcome, Planned):
        line(name, problem, outcome.plan, took)


def beside(problem: Problem) -> None:
    """The same instance by the Excel walk and by the least loaded first."""
    began, cpu = clock.perf_counter(), clock.process_time()
    walked = walk(problem)
    line("    Excel walk", problem, walked, Took(clock.perf_counter() - began, clock.process_time() - cpu, 0))
    thumb("    least loaded first", problem)


def months(seed: int) -> None:
    """Every month of the year on its own."""
    print(HEAD)
    for number in range(1, 13):
        problem = month_of(number, Hall(seed=seed))
        solved(f"month {number} ({len(problem.slots)} slots)", problem, Settings())
        beside(problem)


def year(seed: int) -> None:
    """The year at once and month by month, with people of two bodies and without."""
    print(HEAD)
    for dual in (12, 0):
        problem = hall(Hall(seed=seed, dual=dual))
        people = len({seat.person_id for seat in problem.seats})
        print(f"year: {len(problem.slots)} slots, {len(problem.seats)} seats, {people} people, {dual} in two bodies")
        solved("  best plan for the year", problem, Settings(by_month=False))
        solved("  month by month", problem, Settings())
        beside(problem)


def halls(number: int) -> None:
    """Halls of all sizes: 2 to 6 bodies with 20 to 25 people each, on both halves of every working day of a month."""
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(number):
            bodies = 2 + seed % 5
            problem = month_of(
                1 + seed % 12, Hall(people=bodies * (20 + seed % 6), dual=bodies - 1, bodies=bodies, seed=seed)
            )
            (Path(folder) / f"hall{seed:04}.json").write_bytes(msgspec.json.encode(problem))
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), clock.perf_counter()
        command = [sys.executable, "-m", "db", "roster", "--problems", folder, "--processes", "2"]
        told = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        fair = sum("公平性已证明最优" in one for one in told)
        rest = sum("最多可证" in one for one in told)
        best = sum("已证明最多" in one for one in told)
        print(
            f"{number} halls × one month: {clock.perf_counter() - began:.0f} s wall, {cpu:.0f} s CPU, {after.ru_maxrss // 1024} MB the largest process"
        )
        print(f"  {told[-1] if told else 'nothing'} fair proved {fair}, rest proved {rest}, wishes proved {best}")
        for one in told[:-1]:
            if "公平性已证明最优" not in one:
                print("  ", one)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="*", choices=["month", "year", "halls"], default=[])
    parser.add_argument("--halls", type=int, default=832)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chosen = options.what or ["month", "year", "halls"]
    if "month" in chosen:
        months(options.seed)
    if "year" in chosen:
        year(options.seed)
    if "halls" in chosen:
        halls(options.halls)


if __name__ == "__main__":
    main()
