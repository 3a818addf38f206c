"""Why somebody does not sit somewhere: each rule says its sentence, and nothing is said just when the checker accepts it."""

from datetime import date, time
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from db.duty.solve.broken import broken
from db.duty.solve.problem import (
    Banned,
    BodyLimits,
    Done,
    Fixed,
    Half,
    Need,
    Pair,
    Problem,
    Seat,
    Sitting,
    Slot,
    Stand,
    Time,
    Want,
)
from db.duty.solve.why import Rule, why_not
from tests.db.duty.solve.small import AFTERNOON, away, complaints, month, plans, problems, seat, slot, uid, workday

DAY = date(2026, 3, 12)
COURT = BodyLimits(uid("法官"), "法官", rest=5, most_a_month=2)
LAW = BodyLimits(uid("律师"), "律师")
LI, WANG, ZHANG = seat("法官", "李安"), seat("法官", "王建国"), seat("法官", "张平", last=date(2026, 2, 28))
SLOT = slot("法官", DAY)


def said(
    problem: Problem, sittings: tuple[Sitting, ...] = (), who: Seat = LI, where: Slot = SLOT
) -> list[tuple[Rule, str]]:
    return [(each.rule, each.sentence) for each in why_not(problem, sittings, where.id, who.id)]


def test_leave_is_told_with_its_day_and_reason() -> None:
    problem = month([SLOT], [LI], [COURT], stands=(away("李安", DAY, half=Half.MORNING, why="开庭"),))
    assert said(problem) == [(Rule.LEAVE, "李安 3月12日上午请假（开庭）")]


def test_a_weekly_impossible_half_day_is_told_as_one() -> None:
    weekly = Stand(uid("李安"), Want.CANNOT, Time(weekday=3, half=Half.MORNING), "开庭")
    assert said(month([SLOT], [LI], [COURT], stands=(weekly,))) == [(Rule.LEAVE, "李安 每周四上午不能来（开庭）")]


def test_rest_is_told_to_each_duty_that_is_too_near_done_ones_with_them() -> None:
    near = slot("法官", date(2026, 3, 10))
    done = Done(LI.id, date(2026, 3, 16), workday(date(2026, 3, 16)))
    problem = month([SLOT, near], [LI], [BodyLimits(COURT.body_id, "法官", rest=5)], done=(done,))
    assert said(problem, (Sitting(near.id, LI.id),)) == [
        (Rule.REST, "与 3月10日 的一班只隔 2 个工作日，要求至少 5 个"),
        (Rule.REST, "与 3月16日 的一班只隔 2 个工作日，要求至少 5 个"),
    ]


def test_a_full_month_is_told_with_its_number() -> None:
    first, second = slot("法官", date(2026, 3, 2)), slot("法官", date(2026, 3, 26))
    sittings = (Sitting(first.id, LI.id), Sitting(second.id, LI.id))
    assert said(month([SLOT, first, second], [LI], [COURT]), sittings) == [(Rule.MONTH, "3月已有 2 次，上限 2 次")]


def test_kind_term_and_ban_are_told_together() -> None:
    where = slot("法官", DAY, needs=(Need(1, frozenset({"党代表"})),))
    who = seat("法官", "张平", "律师", last=date(2026, 2, 28))
    problem = month([where], [who], [COURT], banned=(Banned(where.id, who.id, "本人要求"),))
    assert said(problem, (), who, where) == [
        (Rule.KIND, "身份是律师，这一班需要党代表"),
        (Rule.TERM, "任期到 2月28日"),
        (Rule.BANNED, "已指定不排这一班（本人要求）"),
    ]


def test_pairs_are_told_by_name() -> None:
    where = slot("法官", DAY, needs=(Need(2),))
    apart = Pair(COURT.body_id, uid("李安"), uid("王建国"), together=False)
    together = Pair(COURT.body_id, uid("李安"), uid("王建国"), together=True)
    beside = (Sitting(where.id, WANG.id),)
    assert said(month([where], [LI, WANG], [COURT], pairs=(apart,)), beside, LI, where) == [
        (Rule.PAIR, "不能与 王建国 同班")
    ]
    assert said(month([where], [LI, WANG], [COURT], pairs=(together,)), beside, LI, where) == []
    assert said(month([where], [LI, WANG], [COURT], pairs=(together,)), (), LI, where) == [
        (Rule.PAIR, "须与 王建国 同班，王建国 不在这一班")
    ]


def test_one_person_is_in_one_place_in_a_half_day_and_at_no_two_places_at_once() -> None:
    other = seat("律师", "李安")
    elsewhere = slot("律师", DAY)
    late = Slot(uid("late"), LAW.body_id, DAY, time(13), time(15), workday(DAY), (Need(),))
    after = Slot(uid("after"), uid("法官"), DAY, *AFTERNOON, workday(DAY), (Need(),))
    limits = [BodyLimits(uid("法官"), "法官"), LAW]
    problem = month([SLOT, elsewhere, late, after], [LI, other], limits)
    assert said(problem, (Sitting(elsewhere.id, other.id),)) == [(Rule.HALF, "3月12日上午已在“律师”值班")]
    assert said(problem, (Sitting(late.id, other.id),)) == []
    assert said(problem, (Sitting(late.id, other.id),), LI, after) == [(Rule.HALF, "3月12日下午已在“律师”值班")]


def test_fairness_and_a_full_slot_are_remarks_that_forbid_nothing() -> None:
    who, peer = seat("法官", "李安", before=9), seat("法官", "王建国", before=7)
    problem = month([SLOT], [who, peer], [COURT])
    found = why_not(problem, (Sitting(SLOT.id, peer.id),), SLOT.id, who.id)
    assert [(each.rule, each.sentence, each.hard) for each in found] == [
        (Rule.FULL, "这一班已有 王建国", False),
        (Rule.FAIR, "已有 9 次，同类人员最多 8 次", False),
    ]


def test_who_sits_there_already_is_not_in_their_own_way() -> None:
    assert said(month([SLOT], [LI], [COURT]), (Sitting(SLOT.id, LI.id),)) == []


def test_a_member_of_another_body_does_not_sit_here() -> None:
    lawyer = seat("律师", "孙立")
    assert said(month([SLOT], [lawyer], [COURT, LAW]), (), lawyer) == [(Rule.BODY, "不是“法官”的成员")]


@settings(max_examples=50)
@given(problems(), st.data())
def test_nothing_speaks_against_a_sitting_just_when_the_checker_accepts_it(
    problem: Problem, data: st.DataObject
) -> None:
    plan = data.draw(plans(problem))
    where, who = data.draw(st.sampled_from(problem.slots)), data.draw(st.sampled_from(problem.seats))
    taken = [each for each in plan if each.slot_id == where.id]
    assume(who.id not in {each.seat_id for each in taken})
    free = [at for at, need in enumerate(where.needs) if sum(each.need == at for each in taken) < need.count]
    assume(free)
    after = (*plan, Sitting(where.id, who.id, free[0]))
    hard = [each.sentence for each in why_not(problem, plan, where.id, who.id) if each.hard]
    assert bool(hard) == bool(complaints(problem, after)), hard


@settings(max_examples=50)
@given(problems(), st.data())
def test_sittings_made_by_hand_are_told_of_just_when_the_checker_complains(
    problem: Problem, data: st.DataObject
) -> None:
    cells = [(each.id, who.id) for each in problem.slots for who in problem.seats]
    chosen = data.draw(st.lists(st.sampled_from(cells), max_size=5, unique=True))
    locked = {(each.slot_id, each.seat_id) for each in problem.fixed}
    sittings = tuple(sorted(Sitting(*cell) for cell in {*chosen, *locked}))
    told = broken(problem, sittings)
    assert bool(told) == bool(complaints(problem, sittings)), told
    known = {each.id for each in problem.slots}
    assert all(each.slot_id in known for each in told)


def test_broken_marks_the_slot_and_the_seat_and_counts_empty_places_only_when_asked() -> None:
    near = slot("法官", date(2026, 3, 10))
    problem = month([SLOT, near, slot("法官", date(2026, 3, 30))], [LI], [COURT])
    sittings = (Sitting(SLOT.id, LI.id), Sitting(near.id, LI.id))
    told = broken(problem, sittings)
    assert [(each.rule, each.slot_id, each.seat_id) for each in told] == [(Rule.REST, SLOT.id, LI.id)]
    assert told[0].sentence == "3月12日上午“法官”李安：与 3月10日 的一班只隔 2 个工作日，要求至少 5 个"
    assert [each.sentence for each in broken(problem, sittings, complete=True)][-1] == "3月30日上午“法官”还缺 1 人"


def test_a_locked_sitting_left_out_is_told_when_the_plan_should_be_whole() -> None:
    problem = month([SLOT], [LI, WANG], [COURT], fixed=(Fixed(SLOT.id, LI.id, "本人已答应"),))
    told = broken(problem, (Sitting(SLOT.id, WANG.id),), complete=True)
    assert [each.sentence for each in told] == ["3月12日上午“法官”李安：已锁定，不能换下（本人已答应）"]


def test_the_least_of_a_year_is_asked_when_no_place_is_empty() -> None:
    december = slot("法官", date(2026, 12, 1))
    limits = BodyLimits(uid("法官"), "法官", least_a_year=1)
    problem = month([december], [LI, WANG], [limits])
    told = broken(problem, (Sitting(december.id, LI.id),))
    assert [(each.rule, each.sentence) for each in told] == [
        (Rule.YEAR, "王建国（法官）2026年共 0 次，每年不少于 1 次")
    ]
    assert broken(problem, ()) == ()


def test_an_unknown_slot_is_an_error_of_the_caller() -> None:
    with pytest.raises(KeyError):
        why_not(month([SLOT], [LI], [COURT]), (), UUID(int=0), LI.id)
