"""What a person's own days allow, counted along them, held against every choice of days there is; and plans made around it."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.duty.solve.bounds import components
from db.duty.solve.canonical import canonical
from db.duty.solve.checker import check, recount
from db.duty.solve.flow import fairest, squares
from db.duty.solve.grid import Grid
from db.duty.solve.months import Calendar
from db.duty.solve.outcome import Planned, Settings
from db.duty.solve.paces import NEVER, least_broken, paces, schedules
from db.duty.solve.problem import BodyLimits, Method, Plan, Problem, Proof, Stand, Time, Want
from db.duty.solve.roll import Roll
from db.duty.solve.search import Search
from db.duty.solve.stages import solve
from tests.benchmarks.duty_instances import Hall, hall
from tests.db.duty.solve.small import FIRST, NAMES, away, days, every_plan, month, problems, seat, slot, uid, workday

FEW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
BLANK = Proof(Method.SOLVER, True, False, 0, 0)


def alone(length: int, *stands: Stand) -> Grid:
    """One person who sits every day, so that only their own days speak."""
    when = list(days(FIRST, FIRST + timedelta(length * 7 // 5)))[:length]
    problem = month(
        [slot("法官", day) for day in when], [seat("法官", NAMES[0])], [BodyLimits(uid("法官"), "法官")], stands=stands
    )
    return Grid(canonical(problem))


@FEW
@given(
    st.integers(1, 4),
    st.sets(st.integers(0, 8), max_size=4),
    st.sets(st.integers(0, 8), max_size=5),
)
def test_the_fewest_broken_wishes_of_so_many_duties_are_those_of_the_best_choice_of_days(
    rest: int, leave: set[int], disliked: set[int]
) -> None:
    when = list(days(FIRST, FIRST + timedelta(12)))[:9]
    stands = [away(NAMES[0], when[at]) for at in sorted(leave)]
    stands += [Stand(uid(NAMES[0]), Want.AVOID, Time(when[at], when[at])) for at in sorted(disliked)]
    grid = alone(9, *stands)
    pace = paces(grid, (0,), fairest(grid, (0,)), rest)[0]
    free = [at for at in range(9) if at not in leave]
    for number in range(9):
        ways = [
            chosen
            for chosen in combinations(free, number)
            if all(later - earlier >= rest for earlier, later in pairwise(chosen))
        ]
        told = pace.broken[number] if number < len(pace.broken) else NEVER
        assert told == min((len(disliked & set(chosen)) for chosen in ways), default=NEVER)


@FEW
@given(problems(), st.integers(0, 3), st.data())
def test_no_plan_as_fair_and_as_rested_breaks_fewer_wishes_than_are_counted(
    problem: Problem, rest: int, data: st.DataObject
) -> None:
    people = sorted({each.person_id for each in problem.seats})
    wishes = [
        Stand(person, Want.AVOID, Time(FIRST + timedelta(at), FIRST + timedelta(at)))
        for person, at in data.draw(st.lists(st.tuples(st.sampled_from(people), st.integers(0, 3)), max_size=4))
    ]
    problem = replace(problem, stands=(*problem.stands, *wishes))
    grid = Grid(canonical(problem))
    parts = components(grid)
    fair = {body: its for bodies in parts for body, its in fairest(grid, bodies).items()}
    if any(its.missing for its in fair.values()):
        return
    least = sum(least_broken(paces(grid, bodies, fair, rest)) for bodies in parts)
    worth = squares(fair)
    for sittings in every_plan(problem):
        its = recount(problem, Plan(sittings, BLANK))
        counts = list(grid.base)
        for sitting in sittings:
            counts[grid.seat_at[sitting.seat_id]] += 1
        as_fair = sum(counts[s] ** 2 for each in fair.values() for s in each.counts) == worth
        if as_fair and (its.rest is None or its.rest >= rest):
            assert its.wishes_all - its.wishes_kept >= least


def test_whoever_has_no_choice_gets_the_one_schedule_there_is_and_others_are_left_to_the_months() -> None:
    """Three people, fifteen mornings, a rest of three days: 张平 away on the second and third day of each week has few."""
    when = list(days(FIRST, FIRST + timedelta(18)))
    gone = [away(NAMES[0], day) for day in when if workday(day) % 3 != 0]
    problem = month(
        [slot("法官", day) for day in when],
        [seat("法官", name) for name in NAMES[:4]],
        [BodyLimits(uid("法官"), "法官")],
        stands=tuple(gone),
    )
    grid = Grid(canonical(problem))
    fair = fairest(grid, (0,))
    chosen = schedules(grid, (0,), fair, 4)
    assert {grid.seats[s].person_id for _, s in chosen} == {uid(NAMES[0])}
    mine = [grid.workday[t] for t, _ in chosen]
    assert all(day % 3 == 0 for day in mine)
    assert all(later - earlier >= 4 for earlier, later in pairwise(mine))
    assert len(mine) == 3  # 15 mornings among four: at least three each


def test_a_rest_is_never_bought_with_an_empty_place() -> None:
    """Four people cannot rest six days where somebody sits every day: there is no such plan, rather than one with holes."""
    when = list(days(date(2026, 3, 2), date(2026, 4, 24)))
    problem = canonical(
        month(
            [slot("法官", day) for day in when], [seat("法官", n) for n in NAMES[:4]], [BodyLimits(uid("法官"), "法官")]
        )
    )
    grid = Grid(problem)
    roll = Roll(grid, Calendar(problem), (0,), fairest(grid, (0,)), Search(lambda progress: None, 20.0))
    assert roll.at(6, 10.0) is None
    assert roll.at(6, 10.0, loose=True) is None
    best = roll.at(4, 10.0, loose=True)
    assert best is not None
    assert len(best.cells) == len(when)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_third_of_a_year_with_people_of_two_bodies_is_proved_in_every_stage(seed: int) -> None:
    problem = hall(Hall(people=50, dual=4, bodies=2, seed=seed), date(2026, 1, 1), date(2026, 4, 30))
    outcome = solve(problem, Settings(by_month=False), Search(lambda progress: None))
    assert isinstance(outcome, Planned)
    assert check(problem, outcome.plan) == ()
    proof = outcome.plan.proof
    assert (proof.fair, proof.rest_proved, proof.wishes_proved) == (True, True, True)
    assert proof.spread <= 1
    assert proof.rest is not None
    assert proof.rest_bound is not None
    assert proof.rest >= 0.85 * proof.rest_bound
    assert proof.wishes_kept >= 0.95 * proof.wishes_all
