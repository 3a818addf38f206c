"""The flow's bound: its certificate, and that no plan of a tiny month is fairer or breaks fewer wishes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from db.duty.solve.bounds import components, longest_rest
from db.duty.solve.canonical import canonical, credits
from db.duty.solve.checker import recount
from db.duty.solve.flow import fairest, packed, squares
from db.duty.solve.grid import Grid
from db.duty.solve.model import Asked, build
from db.duty.solve.problem import BodyLimits, Method, Plan, Problem, Proof
from db.duty.solve.search import Search, Status
from tests.benchmarks.duty_instances import Hall, hall
from tests.db.duty.solve.small import FIRST, NAMES, away, days, every_plan, month, problems, seat, slot, uid

FEW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@FEW
@given(problems())
def test_no_plan_is_fairer_than_the_flow_nor_rests_longer_than_counting_allows(problem: Problem) -> None:
    everything = list(every_plan(problem))
    grid = Grid(canonical(problem))
    parts = components(grid)
    fair = {body: its for bodies in parts for body, its in fairest(grid, bodies).items()}
    assert all(its.certified for its in fair.values())
    if any(its.missing for its in fair.values()):
        assert not everything
        return
    idle = sum(grid.base[s] ** 2 for s in range(len(grid.seats)) if grid.seen[s] and grid.seat_body[s] not in fair)
    seen = {
        body: replace(its, counts={s: n for s, n in its.counts.items() if grid.seen[s]}) for body, its in fair.items()
    }
    bound = min((longest_rest(grid, bodies, fair) for bodies in parts), default=0)
    for sittings in everything:
        its = recount(problem, Plan(sittings, Proof(Method.SOLVER, True, False, 0, 0)))
        worth = sum(count**2 for count in its.counts.values())
        assert worth >= squares(seen) + idle
        if worth == squares(seen) + idle and its.rest is not None:
            assert its.rest <= bound


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_solver_left_alone_comes_to_the_same_sum_of_squares_as_the_flow(seed: int) -> None:
    """Two ways that share no code: CP-SAT makes the squares least by steps of counts, the flow by convex costs."""
    problem = canonical(hall(Hall(people=20, dual=2, bodies=2, seed=seed), date(2026, 2, 1), date(2026, 2, 28)))
    grid = Grid(problem)
    (bodies,) = components(grid)
    fair = fairest(grid, bodies)
    model = build(grid, Asked(bodies, {}))
    model.cp.minimize(model.unfair)
    found = Search(lambda progress: None, 30.0).solve(model, 30.0)
    assert found.status is Status.BEST
    counts = list(grid.base)
    for _, seat_number, _ in found.cells:
        counts[seat_number] += 1
    assert sum(count**2 for count in counts) == squares(fair)


def test_the_places_a_month_lacks_are_counted() -> None:
    when = list(days(FIRST, FIRST + timedelta(4)))
    problem = month(
        [slot("法官", day) for day in when],
        [seat("法官", name) for name in NAMES[:2]],
        [BodyLimits(uid("法官"), "法官", most_a_month=2)],
        stands=(away(NAMES[0], when[0], when[3]),),
    )
    grid = Grid(canonical(problem))
    fair = fairest(grid, (grid.slot_body[0],))
    assert sum(its.missing for its in fair.values()) == 2  # one of the two comes once, the other twice


def test_a_person_holds_as_many_duties_as_days_leave_room_for() -> None:
    assert packed([0, 1, 2, 3, 4, 5, 6], 3) == 3
    assert packed([0, 0, 1], 0) == 3
    assert packed([], 4) == 0


def test_whoever_joins_is_credited_and_whoever_is_only_on_leave_is_not() -> None:
    when = list(days(FIRST, FIRST + timedelta(11)))
    problem = month(
        [slot("法官", day) for day in when],
        [seat("法官", NAMES[0]), seat("法官", NAMES[1]), seat("法官", NAMES[2], first=when[4])],
        [BodyLimits(uid("法官"), "法官")],
        stands=(away(NAMES[0], when[0], when[5]),),
    )
    credit = credits(canonical(problem))
    assert credit == {uid(f"法官/{name}"): earned for name, earned in zip(NAMES[:3], (0, 0, 2), strict=True)}
    assert credits(canonical(problem), until=when[1])[uid(f"法官/{NAMES[2]}")] == 1
