"""A published plan is repaired with the fewest changes there are, proved, and nothing that is past moves."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from db.duty.solve.problem import BodyLimits, Fixed, Need, Pair, Problem, Sitting
from db.duty.solve.repair import repair
from tests.db.duty.solve.small import (
    FIRST,
    away,
    complaints,
    days,
    every_plan,
    month,
    places,
    plans,
    problems,
    seat,
    slot,
    uid,
)

COURT = BodyLimits(uid("法官"), "法官", rest=2)
LI, WANG, ZHANG, ZHAO = (seat("法官", name) for name in ("李安", "王建国", "张平", "赵敏"))
WEEK = [slot("法官", day) for day in days(FIRST, FIRST + timedelta(4))]


def differing(problem: Problem, before: tuple[Sitting, ...], after: tuple[Sitting, ...]) -> int:
    """How many places differ."""
    count = 0
    for each in problem.slots:
        for at in range(len(each.needs)):
            old = {one.seat_id for one in before if (one.slot_id, one.need) == (each.id, at)}
            new = {one.seat_id for one in after if (one.slot_id, one.need) == (each.id, at)}
            count += max(len(old - new), len(new - old))
    return count


def past_fixed(problem: Problem, published: tuple[Sitting, ...], since: date) -> Problem:
    """The problem with what lies before that day locked, and its empty places no longer asked for."""
    old = {each.id for each in problem.slots if each.day < since}
    fixed = {(each.slot_id, each.seat_id): each for each in problem.fixed}
    fixed |= {
        (each.slot_id, each.seat_id): Fixed(each.slot_id, each.seat_id) for each in published if each.slot_id in old
    }
    slots = []
    for each in problem.slots:
        sits = [sum(one.slot_id == each.id and one.need == at for one in published) for at in range(len(each.needs))]
        needs = tuple(replace(need, count=sits[at]) for at, need in enumerate(each.needs))
        slots.append(replace(each, needs=needs) if each.id in old else each)
    return replace(problem, slots=tuple(slots), fixed=tuple(fixed.values()))


@settings(max_examples=50)
@given(problems(), st.data())
def test_the_number_of_changes_is_the_least_there_is(problem: Problem, data: st.DataObject) -> None:
    published = data.draw(plans(problem))
    since = FIRST + timedelta(data.draw(st.sampled_from([0, 0, 1, 2])))
    names = [problem.names[each.person_id] for each in problem.seats]
    ill = data.draw(st.lists(st.sampled_from([(name, at) for name in names for at in (0, 1, 2, 3, 7)]), max_size=2))
    now = replace(problem, stands=(*problem.stands, *(away(name, FIRST + timedelta(at)) for name, at in ill)))
    repaired = repair(now, published, since)
    asked = past_fixed(now, published, since)
    assert complaints(asked, repaired.sittings) == []
    best = min((places(asked) - len(plan), differing(asked, published, plan)) for plan in every_plan(asked, holes=True))
    assert len(repaired.changes) == differing(now, published, repaired.sittings)
    left = places(asked) - len(repaired.sittings)
    assert len(repaired.open) == left >= best[0]
    if left == best[0]:
        assert repaired.bound <= best[1] <= len(repaired.changes)
    if repaired.proved:
        assert (left, len(repaired.changes)) == best
    if not repaired.open:
        assert repaired.proved  # with so few people the search is always through


@settings(max_examples=50)
@given(problems(), st.data())
def test_nothing_changed_means_nothing_changes(problem: Problem, data: st.DataObject) -> None:
    published = data.draw(plans(problem))
    filled = {(each.slot_id, each.need) for each in published}
    slots = tuple(
        replace(
            each,
            needs=tuple(
                replace(need, count=sum(one.slot_id == each.id and one.need == at for one in published))
                for at, need in enumerate(each.needs)
            ),
        )
        for each in problem.slots
    )
    assert filled or not published
    repaired = repair(replace(problem, slots=slots), published, FIRST)
    assert (repaired.changes, repaired.proved, repaired.bound, repaired.open) == ((), True, 0, ())
    assert repaired.sittings == published
    assert repaired.sentence == "不需要改动"


def test_an_ill_person_is_covered_by_whoever_has_the_fewest_duties() -> None:
    seats = [LI, WANG, replace(ZHANG, before=3), replace(ZHAO, before=1)]
    problem = month([WEEK[2]], seats, [COURT], stands=(away("李安", WEEK[2].day, why="病假"),))
    repaired = repair(problem, (Sitting(WEEK[2].id, LI.id),), FIRST)
    assert [(each.before, each.after, each.why) for each in repaired.changes] == [
        (LI.id, WANG.id, "李安 3月4日请假（病假），由 王建国 担任")
    ]
    assert (repaired.proved, repaired.bound, repaired.fair) == (True, 1, True)
    assert repaired.sentence == "改动 1 处，已证明不能更少"


def test_of_two_with_as_many_duties_the_better_rested_one_covers() -> None:
    limits = BodyLimits(uid("法官"), "法官", rest=1)
    slots = [WEEK[0], WEEK[2], WEEK[3]]
    published = (Sitting(WEEK[0].id, WANG.id), Sitting(WEEK[2].id, LI.id), Sitting(WEEK[3].id, ZHANG.id))
    problem = month(slots, [LI, WANG, ZHANG], [limits], stands=(away("李安", WEEK[2].day),))
    assert [each.after for each in repair(problem, published, FIRST).changes] == [WANG.id]


def test_when_no_free_person_can_cover_somebody_moves_over_and_that_two_are_needed_is_proved() -> None:
    slots = [WEEK[0], WEEK[1]]
    published = (Sitting(WEEK[0].id, LI.id), Sitting(WEEK[1].id, WANG.id))
    stands = (away("李安", WEEK[0].day, WEEK[1].day, why="病假"), away("张平", WEEK[0].day))
    repaired = repair(month(slots, [LI, WANG, ZHANG], [COURT], stands=stands), published, FIRST)
    assert [(each.before, each.after) for each in repaired.changes] == [(LI.id, WANG.id), (WANG.id, ZHANG.id)]
    assert repaired.changes[1].why == "王建国 调往其他班次，由 张平 担任"
    assert (repaired.proved, repaired.bound) == (True, 2)


def test_past_duties_stay_even_of_somebody_who_is_gone() -> None:
    gone = replace(LI, last=FIRST - timedelta(1))
    published = (Sitting(WEEK[0].id, LI.id), Sitting(WEEK[3].id, LI.id))
    repaired = repair(month([WEEK[0], WEEK[3]], [gone, WANG], [COURT]), published, WEEK[1].day)
    assert [(each.slot_id, each.after) for each in repaired.changes] == [(WEEK[3].id, WANG.id)]


def test_somebody_no_longer_on_the_list_is_replaced() -> None:
    repaired = repair(month([WEEK[0]], [WANG], [COURT]), (Sitting(WEEK[0].id, LI.id),), FIRST)
    assert [(each.before, each.after, each.why) for each in repaired.changes] == [
        (LI.id, WANG.id, "原轮值人员已不在名册，由 王建国 担任")
    ]


def test_a_place_nobody_can_take_stays_empty_and_says_why_with_proof() -> None:
    stands = (away("李安", WEEK[0].day, why="病假"), away("王建国", WEEK[0].day, why="出差"))
    repaired = repair(month([WEEK[0]], [LI, WANG], [COURT], stands=stands), (Sitting(WEEK[0].id, LI.id),), FIRST)
    assert [each.sentence for each in repaired.open] == [
        "3月2日上午“法官”需要 1 人，一个人也排不出：王建国 请假（出差）；李安 请假（病假）"
    ]
    assert repaired.proved
    assert repaired.sentence == "改动 1 处，已证明不能更少；还有 1 个位置没有人能来（已证明）"


def test_who_must_sit_together_are_replaced_together() -> None:
    pair = Pair(uid("法官"), uid("李安"), uid("王建国"), together=True)
    two = slot("法官", FIRST, needs=(Need(2),))
    published = (Sitting(two.id, LI.id), Sitting(two.id, WANG.id))
    problem = month([two], [LI, WANG, ZHANG, ZHAO], [COURT], pairs=(pair,), stands=(away("李安", FIRST),))
    repaired = repair(problem, published, FIRST)
    assert {each.after for each in repaired.changes} == {ZHANG.id, ZHAO.id}
    assert (repaired.proved, repaired.bound) == (True, 2)


def test_locked_sittings_never_move() -> None:
    slots = [WEEK[0], WEEK[1]]
    published = (Sitting(WEEK[0].id, LI.id), Sitting(WEEK[1].id, WANG.id))
    stands = (away("李安", WEEK[0].day), away("张平", WEEK[0].day))
    problem = month(slots, [LI, WANG, ZHANG], [COURT], stands=stands, fixed=(Fixed(WEEK[1].id, WANG.id),))
    repaired = repair(problem, published, FIRST)
    assert [each.slot_id for each in repaired.open] == [WEEK[0].id]
    assert Sitting(WEEK[1].id, WANG.id) in repaired.sittings


def test_somebody_absent_or_locked_and_ill_is_replaced_although_no_rule_says_so() -> None:
    locked = (Fixed(WEEK[0].id, LI.id, "已锁定"),)
    published = (Sitting(WEEK[0].id, LI.id), Sitting(WEEK[3].id, LI.id))
    problem = month([WEEK[0], WEEK[3]], [LI, WANG], [COURT], fixed=locked)
    repaired = repair(problem, published, FIRST, gone={(WEEK[0].id, LI.id)})
    assert [(each.slot_id, each.after, each.why) for each in repaired.changes] == [
        (WEEK[0].id, WANG.id, "李安 不能到岗，由 王建国 担任")
    ]
