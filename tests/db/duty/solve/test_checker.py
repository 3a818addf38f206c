"""The checker knows every rule by itself: a sound plan passes, each single fault put into it is told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from db.duty.solve.checker import check, recount
from db.duty.solve.greedy import greedy
from db.duty.solve.outcome import Planned, Settings
from db.duty.solve.problem import (
    Banned,
    BodyLimits,
    Done,
    Fixed,
    Half,
    Need,
    Pair,
    Plan,
    Problem,
    Sitting,
    Stand,
    Time,
    Want,
)
from tests.db.duty.solve.small import FIRST, NAMES, away, days, month, seat, slot, uid

WHEN = list(days(FIRST, FIRST + timedelta(4)))
A, B, C = (seat("法官", name, "甲") for name in NAMES[:3])


def crew(**more: object) -> Problem:
    """A week of mornings and three people."""
    return month([slot("法官", day) for day in WHEN], [A, B, C], [BodyLimits(uid("法官"), "法官")], **more)


def sound(problem: Problem) -> Plan:
    outcome = greedy(problem, Settings())
    assert isinstance(outcome, Planned)
    assert check(problem, outcome.plan) == ()
    return outcome.plan


def sitting_of(problem: Problem, plan: Plan, at: int) -> Sitting:
    return next(each for each in plan.sittings if each.slot_id == problem.slots[at].id)


def told(problem: Problem, plan: Plan) -> str:
    return "\n".join(check(problem, plan))


def test_every_rule_that_is_added_against_a_plan_is_told_with_the_name() -> None:
    problem = crew()
    plan = sound(problem)
    at = sitting_of(problem, plan, 2)
    who = next(each for each in problem.seats if each.id == at.seat_id)
    name = problem.names[who.person_id]
    limits = problem.bodies[0]
    cases = {
        "不能来（住院）": replace(problem, stands=(away(name, WHEN[2], why="住院"),)),
        "已指定不安排": replace(problem, banned=(Banned(at.slot_id, at.seat_id),)),
        "不在任期内": replace(
            problem, seats=tuple(replace(s, last=WHEN[1]) if s.id == who.id else s for s in problem.seats)
        ),
        "身份“甲”不合要求": replace(
            problem, slots=tuple(replace(s, needs=(Need(1, frozenset({"乙"})),)) for s in problem.slots)
        ),
        "至少要 4 个": replace(problem, bodies=(replace(limits, rest=4),)),
        "最多 1 次": replace(problem, bodies=(replace(limits, most_a_month=1),)),
        "相隔 1 个工作日，至少要 2 个": replace(
            problem, bodies=(replace(limits, rest=2),), done=(Done(who.id, WHEN[2], problem.slots[2].workday - 1),)
        ),
    }
    for words, harder in cases.items():
        found = told(harder, plan)
        assert words in found
        assert any(each in found for each in NAMES[:3])


def test_two_who_must_or_must_not_sit_together_are_told() -> None:
    both = month([slot("法官", day, needs=(Need(2),)) for day in WHEN], [A, B, C], [BodyLimits(uid("法官"), "法官")])
    plan = sound(both)
    pair = Pair(uid("法官"), A.person_id, B.person_id, True)
    assert "要同班的两人只来了一个" in told(replace(both, pairs=(pair,)), plan)
    assert "不能同班的两人在一起" in told(replace(both, pairs=(replace(pair, together=False),)), plan)


def test_the_same_half_day_twice_a_stranger_a_hole_and_a_lost_lock_are_told() -> None:
    problem = month(
        [slot(body, WHEN[0]) for body in ("法官", "律师")],
        [A, seat("律师", NAMES[0]), seat("律师", NAMES[1])],
        [BodyLimits(uid("法官"), "法官"), BodyLimits(uid("律师"), "律师")],
    )
    plan = sound(problem)
    double = tuple(
        sorted(Sitting(s.id, next(e for e in problem.seats if e.body_id == s.body_id).id) for s in problem.slots)
    )
    assert "同一时段有两班" in told(problem, replace(plan, sittings=double))
    assert "不在本次排班范围内" in told(problem, replace(plan, sittings=(*plan.sittings, Sitting(uid("别处"), A.id))))
    assert "1 个位置没有人" in told(problem, replace(plan, sittings=plan.sittings[:1]))
    other = next(each for each in problem.seats if each.id not in {s.seat_id for s in plan.sittings})
    lock = Fixed(next(s.id for s in problem.slots if s.body_id == other.body_id), other.id)
    assert "已锁定，却没有安排" in told(replace(problem, fixed=(lock,)), plan)


def test_what_a_lock_breaks_alone_is_the_managers_will() -> None:
    problem = crew(stands=(away(NAMES[0], WHEN[0]),), fixed=(Fixed(slot("法官", WHEN[0]).id, A.id),))
    plan = sound(problem)
    assert Sitting(problem.slots[0].id, A.id) in plan.sittings


@pytest.mark.parametrize(
    "lie", [{"spread": 9}, {"rest": 9}, {"wishes_kept": 9}, {"unfilled": 3}, {"rest_floor": 9}, {"rest_bound": 0}]
)
def test_a_proof_that_says_more_than_the_plan_holds_is_told(lie: dict[str, int]) -> None:
    problem = crew()
    plan = sound(problem)
    assert check(problem, replace(plan, proof=replace(plan.proof, **lie))) != ()


def test_wishes_are_counted_in_the_months_they_speak_of() -> None:
    wishes = (
        Stand(A.person_id, Want.PREFER, Time(half=Half.AFTERNOON)),
        Stand(B.person_id, Want.AVOID, Time(WHEN[0] + timedelta(60), WHEN[0] + timedelta(61))),
        Stand(C.person_id, Want.AVOID, Time(WHEN[0], WHEN[0])),
    )
    problem = crew(stands=wishes)
    sittings = tuple(sorted(Sitting(each.id, (A, B, C, A, C)[at].id) for at, each in enumerate(problem.slots)))
    its = recount(problem, Plan(sittings, sound(crew()).proof))
    assert (its.wishes_kept, its.wishes_all) == (2, 4)  # A twice against, B is not asked in March, C twice kept


def test_a_leaver_is_credited_what_the_others_have_on_average() -> None:
    problem = crew()
    seats = (replace(A, last=WHEN[1]), B, C)
    problem = replace(problem, seats=seats)
    its = recount(problem, sound(problem))
    assert (
        its.counts[A.id] - sum(s.seat_id == A.id for s in sound(problem).sittings) == 1
    )  # three mornings among two: 1.5
