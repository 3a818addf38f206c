"""What the staged solver proves, held against every plan there is: tiny months by brute force, larger ones by the checker."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from math import ceil
from random import Random
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from db.duty.solve.checker import check, recount
from db.duty.solve.outcome import Impossible, Outcome, Planned, Settings
from db.duty.solve.problem import (
    Banned,
    BodyLimits,
    Done,
    Fixed,
    Half,
    Method,
    Need,
    Pair,
    Plan,
    Problem,
    Proof,
    Sitting,
    Stand,
    Time,
    Want,
)
from db.duty.solve.search import Search
from db.duty.solve.stages import solve
from tests.benchmarks.duty_instances import Hall, hall
from tests.db.duty.solve.small import FIRST, NAMES, away, days, every_plan, month, problems, seat, slot, uid

MANY = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
FEW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
BLANK = Proof(Method.SOLVER, True, False, 0, 0)


def solved(problem: Problem, **chosen: object) -> Outcome:
    return solve(problem, Settings(**chosen), Search(lambda progress: None))  # type: ignore[arg-type]


def planned(problem: Problem, **chosen: object) -> Plan:
    outcome = solved(problem, **chosen)
    assert isinstance(outcome, Planned)
    return outcome.plan


def squares(problem: Problem, sittings: tuple[Sitting, ...]) -> int:
    return sum(count**2 for count in recount(problem, Plan(sittings, BLANK)).counts.values())


def broken(problem: Problem, sittings: tuple[Sitting, ...]) -> int:
    its = recount(problem, Plan(sittings, BLANK))
    return its.wishes_all - its.wishes_kept


def rested(problem: Problem, sittings: tuple[Sitting, ...]) -> int:
    rest = recount(problem, Plan(sittings, BLANK)).rest
    return 99 if rest is None else rest


@st.composite
def wishing(draw: st.DrawFn) -> Problem:
    """A tiny month in which some people would rather come in the morning, or not on a certain day."""
    problem = draw(problems())
    people = sorted({each.person_id for each in problem.seats})
    wishes = []
    for person in draw(st.lists(st.sampled_from(people), max_size=2, unique=True)):
        want = draw(st.sampled_from([Want.PREFER, Want.AVOID]))
        time = draw(st.sampled_from([Time(half=Half.MORNING), Time(weekday=1), Time(FIRST, FIRST + timedelta(1))]))
        wishes.append(Stand(person, want, time))
    return replace(problem, stands=(*problem.stands, *wishes))


@MANY
@given(wishing())
def test_no_plan_among_all_of_a_tiny_month_is_fairer_rests_longer_or_keeps_more_wishes(problem: Problem) -> None:
    everything = list(every_plan(problem))
    outcome = solved(problem)
    if isinstance(outcome, Impossible):
        assert not everything
        assert outcome.explanation.sentences
        return
    assert isinstance(outcome, Planned)
    plan, proof = outcome.plan, outcome.plan.proof
    assert check(problem, plan) == ()
    assert plan.sittings in everything
    least = min(squares(problem, each) for each in everything)
    fairest = [each for each in everything if squares(problem, each) == least]
    assert proof.fair
    assert squares(problem, plan.sittings) == least
    greatest = max(rested(problem, each) for each in fairest)
    if proof.rest is not None:
        assert proof.rest_bound is not None
        assert proof.rest_floor is not None
        assert proof.rest <= greatest <= max(proof.rest_bound, 99 * (greatest == 99))
        assert not proof.rest_proved or greatest in (proof.rest_bound, 99)
        assert proof.rest >= min(greatest, ceil(0.75 * min(greatest, proof.rest_bound)))
    rested_enough = [each for each in fairest if proof.rest_floor is None or rested(problem, each) >= proof.rest_floor]
    if proof.wishes_proved:
        assert broken(problem, plan.sittings) == min(broken(problem, each) for each in rested_enough)


@FEW
@given(wishing(), st.randoms(use_true_random=False))
def test_the_order_in_which_facts_come_does_not_change_a_byte(problem: Problem, chance: Random) -> None:
    def mixed(rows: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(chance.sample(rows, len(rows)))

    other = Problem(
        *(mixed(getattr(problem, name)) for name in ("slots", "seats", "bodies")),  # type: ignore[arg-type]
        names=dict(mixed(tuple(problem.names.items()))),  # type: ignore[arg-type]
        **{name: mixed(getattr(problem, name)) for name in ("stands", "pairs", "fixed", "banned", "done")},  # type: ignore[arg-type]
    )
    one, two = solved(problem), solved(other)
    assert type(one) is type(two)
    if isinstance(one, Planned):
        assert msgspec.json.encode(one) == msgspec.json.encode(two)


@FEW
@given(problems(fixed=False, pairs=False), st.data())
def test_more_leave_never_makes_the_best_better(problem: Problem, data: st.DataObject) -> None:
    before = solved(problem)
    assume(isinstance(before, Planned))
    assert isinstance(before, Planned)
    who = data.draw(st.sampled_from([each.person_id for each in problem.seats]))
    when = data.draw(st.sampled_from([each.day for each in problem.slots]))
    harder = replace(problem, stands=(*problem.stands, Stand(who, Want.CANNOT, Time(when, when))))
    after = solved(harder)
    if isinstance(after, Planned):
        assert squares(problem, after.plan.sittings) >= squares(problem, before.plan.sittings)


def crew(number: int = 5, length: int = 20, **limits: int) -> Problem:
    """One body that sits every morning of four weeks."""
    when = days(FIRST, FIRST + timedelta(length * 7 // 5 - 1))
    return month(
        [slot("法官", day) for day in when],
        [seat("法官", name) for name in NAMES[:number]],
        [BodyLimits(uid("法官"), "法官", **limits)],
    )


def test_five_people_in_turn_rest_five_days_and_it_is_proved() -> None:
    plan = planned(crew())
    assert (plan.proof.rest_bound, plan.proof.rest_proved, plan.proof.spread, plan.proof.fair) == (5, True, 0, True)
    assert check(crew(), plan) == ()


def test_forbidding_the_only_best_plan_leaves_none_as_good() -> None:
    problem = month(
        [slot("法官", day) for day in days(FIRST, FIRST + timedelta(4))],
        [seat("法官", name) for name in NAMES[:5]],
        [BodyLimits(uid("法官"), "法官")],
        stands=tuple(Stand(uid(name), Want.PREFER, Time(weekday=number)) for number, name in enumerate(NAMES[:5])),
    )
    plan = planned(problem)
    assert (plan.proof.wishes_kept, plan.proof.wishes_proved) == (5, True)
    for sitting in plan.sittings:
        without = replace(problem, banned=(Banned(sitting.slot_id, sitting.seat_id),))
        other = planned(without)
        assert other.proof.wishes_kept < 5
        assert check(without, other) == ()


def test_rest_does_not_buy_itself_a_less_fair_plan() -> None:
    """Two bodies at one time, one person in both who was there on Friday: only they leave the counts fairest."""
    both, law = "张平", [seat("法官", "王建国", before=1), seat("律师", "李安", before=1)]
    problem = month(
        [slot("法官", FIRST), slot("律师", FIRST)],
        [seat("法官", both), seat("律师", both), *law],
        [BodyLimits(uid(body), body) for body in ("法官", "律师")],
        done=(Done(uid(f"法官/{both}"), FIRST - timedelta(3), -1),),
    )
    plan = planned(problem)
    assert squares(problem, plan.sittings) == min(squares(problem, each) for each in every_plan(problem)) == 6
    assert (plan.proof.fair, plan.proof.rest, plan.proof.rest_floor) == (True, 1, 1)
    assert check(problem, plan) == ()


def test_who_was_on_duty_more_often_before_gets_fewer() -> None:
    problem = crew(3, 5)
    problem = replace(problem, seats=(replace(problem.seats[0], before=3), *problem.seats[1:]))
    counts = Counter(sitting.seat_id for sitting in planned(problem).sittings)
    assert sorted(counts.values()) == [2, 3]
    assert problem.seats[0].id not in counts


def test_a_joiner_in_the_middle_is_credited_and_does_not_catch_up() -> None:
    problem = crew(4)
    joined = FIRST + timedelta(14)
    problem = replace(problem, seats=(*problem.seats[:3], replace(problem.seats[3], first=joined)))
    plan = planned(problem)
    counts = Counter(sitting.seat_id for sitting in plan.sittings)
    assert counts[problem.seats[3].id] in (2, 3)  # ten mornings among four
    assert check(problem, plan) == ()


def test_people_of_two_bodies_rest_across_both_and_are_never_in_two_places() -> None:
    when = list(days(FIRST, FIRST + timedelta(11)))
    problem = month(
        [slot(body, day) for day in when for body in ("法官", "律师")],
        [seat(body, name) for body in ("法官", "律师") for name in NAMES[:6]],
        [BodyLimits(uid("法官"), "法官", rest=2), BodyLimits(uid("律师"), "律师")],
    )
    plan = planned(problem)
    assert check(problem, plan) == ()
    assert plan.proof.rest == plan.proof.rest_bound == 3


def test_pairs_composition_locks_and_caps_are_kept() -> None:
    kinds = ("党代表", "人大代表", "政协委员")
    each = tuple(Need(1, frozenset({kind})) for kind in kinds)
    when = list(days(FIRST, FIRST + timedelta(18)))
    seats = [seat("工作室", name, kinds[number % 3]) for number, name in enumerate(NAMES[:6])]
    body = uid("工作室")
    problem = month(
        [slot("工作室", day, needs=each) for day in when[::2]],
        seats,
        [BodyLimits(body, "工作室", most_a_month=4)],
        pairs=(Pair(body, uid(NAMES[0]), uid(NAMES[1]), True), Pair(body, uid(NAMES[0]), uid(NAMES[2]), False)),
        fixed=(Fixed(uid(f"工作室 {when[0]} 09:00:00"), seats[0].id),),
    )
    plan = planned(problem)
    assert check(problem, plan) == ()
    assert Sitting(problem.slots[0].id, seats[0].id, 0) in plan.sittings


def test_an_impossible_month_says_why_and_with_holes_it_leaves_as_few_as_can_be() -> None:
    problem = crew(2, 5)
    problem = replace(problem, stands=tuple(away(name, FIRST + timedelta(2)) for name in NAMES[:2]))
    outcome = solved(problem)
    assert isinstance(outcome, Impossible)
    assert outcome.explanation.sentences
    plan = planned(problem, holes=True)
    assert (plan.proof.unfilled, plan.proof.covered) == (1, False)
    assert check(problem, plan) == ()


def test_least_a_year_is_reached_although_history_says_otherwise() -> None:
    december = [day for day in days(date(2026, 11, 30), date(2026, 12, 18)) if day.month == 12]
    problem = month(
        [slot("法官", day) for day in december],
        [seat("法官", name, before=9 if number == 0 else 0) for number, name in enumerate(NAMES[:3])],
        [BodyLimits(uid("法官"), "法官", least_a_year=2)],
    )
    plan = planned(problem)
    assert Counter(sitting.seat_id for sitting in plan.sittings)[problem.seats[0].id] == 2
    assert check(problem, plan) == ()


@pytest.mark.parametrize("by_month", [True, False])
def test_several_months_are_fair_as_a_whole_and_every_rule_holds_over_their_ends(by_month: bool) -> None:
    problem = hall(Hall(people=26, dual=2, bodies=2), date(2026, 3, 1), date(2026, 4, 30))
    plan = planned(problem, by_month=by_month, effort=10.0)
    assert check(problem, plan) == ()
    assert (plan.proof.fair, plan.proof.covered) == (True, True)
    assert plan.proof.spread <= 1
    assert plan == planned(problem, by_month=by_month, effort=10.0)


def test_a_month_of_a_whole_hall_is_proved_in_every_stage() -> None:
    problem = hall(Hall(people=75, dual=4, bodies=3, seed=2), date(2026, 4, 1), date(2026, 4, 30))
    plan = planned(problem)
    assert check(problem, plan) == ()
    proof = plan.proof
    assert (proof.fair, proof.rest_proved, proof.wishes_proved) == (True, True, True)
    assert proof.spread <= 1


def test_nothing_to_plan_is_a_plan() -> None:
    plan = planned(Problem((), (), ()))
    assert plan.sittings == ()
    assert check(Problem((), (), ()), plan) == ()


def test_an_id_that_differs_gives_another_plan_of_the_same_worth() -> None:
    """Ties are broken by ids, never by chance."""
    problem = crew(4, 10)
    renamed = replace(problem, slots=tuple(replace(each, id=UUID(int=each.id.int ^ 1)) for each in problem.slots))
    assert planned(problem).proof == planned(renamed).proof
