"""Two people change places: every rule is looked at."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.duty.solve.problem import BodyLimits, Problem, Sitting
from db.duty.solve.swap import swap_check, swapped
from db.duty.solve.why import Rule
from tests.db.duty.solve.small import away, complaints, month, plans, problems, seat, slot, uid

ONE, OTHER, THIRD = (slot("法官", date(2026, 3, day)) for day in (3, 10, 12))
LI, WANG = seat("法官", "李安"), seat("法官", "王建国")
COURT = BodyLimits(uid("法官"), "法官", rest=3)
A, B = Sitting(ONE.id, LI.id), Sitting(OTHER.id, WANG.id)


def test_two_may_change_places_when_no_rule_speaks_against_it() -> None:
    problem = month([ONE, OTHER], [LI, WANG], [COURT])
    assert swap_check(problem, (A, B), A, B) == ()
    assert swapped((A, B), A, B) == tuple(sorted((Sitting(ONE.id, WANG.id), Sitting(OTHER.id, LI.id))))


def test_leave_and_rest_at_the_new_place_are_told() -> None:
    sittings = (A, B, Sitting(THIRD.id, LI.id))
    problem = month([ONE, OTHER, THIRD], [LI, WANG], [COURT], stands=(away("王建国", ONE.day, why="开庭"),))
    assert [(each.rule, each.sentence) for each in swap_check(problem, sittings, A, B)] == [
        (Rule.LEAVE, "3月3日上午“法官”王建国：3月3日请假（开庭）"),
        (Rule.REST, "3月12日上午“法官”李安：与 3月10日 的一班只隔 2 个工作日，要求至少 3 个"),
    ]


def test_what_was_broken_before_is_not_told_again() -> None:
    problem = month([ONE, OTHER, THIRD], [LI, WANG], [COURT])
    near = Sitting(THIRD.id, WANG.id)  # against the rest of 王建国, already before
    assert Rule.REST not in {each.rule for each in swap_check(problem, (A, B, near), A, Sitting(OTHER.id, WANG.id))}


def test_a_seat_of_another_body_cannot_be_swapped_in() -> None:
    lawyer, there = seat("律师", "孙立"), slot("律师", date(2026, 3, 10))
    problem = month([ONE, there], [LI, lawyer], [COURT, BodyLimits(uid("律师"), "律师")])
    sittings = (A, Sitting(there.id, lawyer.id))
    assert {each.rule for each in swap_check(problem, sittings, *sittings)} == {Rule.BODY}


def test_a_sitting_that_is_not_there_is_an_error_of_the_caller() -> None:
    with pytest.raises(KeyError):
        swap_check(month([ONE, OTHER], [LI, WANG], [COURT]), (A,), A, B)


@settings(max_examples=50)
@given(problems(pairs=False, fixed=False), st.data())
def test_a_swap_without_complaint_is_one_the_checker_accepts(problem: Problem, data: st.DataObject) -> None:
    plan = data.draw(plans(problem))
    if len(plan) < 2:
        return
    a, b = data.draw(st.lists(st.sampled_from(plan), min_size=2, max_size=2, unique=True))
    if a.slot_id == b.slot_id or a.seat_id == b.seat_id:
        return
    if {(a.slot_id, b.seat_id), (b.slot_id, a.seat_id)} & {(each.slot_id, each.seat_id) for each in plan}:
        return  # who sits there already cannot come a second time; `swap_check` says so, the checker sees one sitting less
    assert bool(swap_check(problem, plan, a, b)) == bool(complaints(problem, swapped(plan, a, b)))
