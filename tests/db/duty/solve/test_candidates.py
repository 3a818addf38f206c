"""Who could take a place: ranked, with reasons, and with the rules that the others would break."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from db.duty.solve.candidates import candidates
from db.duty.solve.problem import BodyLimits, Half, Need, Problem, Sitting, Stand, Time, Want
from tests.db.duty.solve.small import away, complaints, month, plans, problems, seat, slot, uid

DAY = date(2026, 3, 18)  # a Wednesday
SLOT, EARLIER, LATER = slot("法官", DAY), slot("法官", date(2026, 3, 2)), slot("法官", date(2026, 3, 20))
LI, WANG, ZHANG = (seat("法官", name, before=before) for name, before in (("李安", 8), ("王建国", 9), ("张平", 10)))
COURT = BodyLimits(uid("法官"), "法官", rest=5)


def test_the_least_loaded_is_first_with_reasons_and_who_breaks_a_rule_is_last() -> None:
    likes = Stand(uid("王建国"), Want.PREFER, Time(weekday=2, half=Half.MORNING))
    problem = month([SLOT, EARLIER, LATER], [LI, WANG, ZHANG], [COURT], stands=(likes, away("李安", DAY, why="开庭")))
    sittings = (Sitting(EARLIER.id, WANG.id),)
    found = candidates(problem, sittings, SLOT.id)
    assert [each.name for each in found] == ["王建国", "张平", "李安"]
    assert found[0].reasons == ("次数最多（10 次，最少的 8 次）", "上次 3月2日，已隔 12 个工作日", "愿意每周三上午来")
    assert found[2].reasons[0] == "次数最少（8 次）"
    assert [each.broken for each in found] == [(), (), ("3月18日请假（开庭）",)]


def test_who_is_to_be_replaced_and_who_sits_there_are_not_offered() -> None:
    problem = month([replaced := slot("法官", DAY, needs=(Need(2),))], [LI, WANG, ZHANG], [COURT])
    sittings = (Sitting(replaced.id, LI.id), Sitting(replaced.id, WANG.id))
    assert [each.name for each in candidates(problem, sittings, replaced.id, instead_of=LI.id)] == ["张平"]


def test_a_wish_against_the_time_puts_somebody_behind_others() -> None:
    dislikes = Stand(uid("李安"), Want.AVOID, Time(weekday=2))
    found = candidates(month([SLOT], [LI, WANG], [COURT], stands=(dislikes,)), (), SLOT.id)
    assert [each.name for each in found] == ["王建国", "李安"]
    assert found[1].reasons[-1] == "希望避开每周三"


def test_each_place_of_a_slot_asks_for_its_own_kind() -> None:
    both = slot("法官", DAY, needs=(Need(1, frozenset({"甲"})), Need(1, frozenset({"乙"}))))
    one, other = seat("法官", "李安", "甲"), seat("法官", "王建国", "乙")
    problem = month([both], [one, other], [COURT])
    assert [(each.name, each.broken) for each in candidates(problem, (), both.id, need=1)] == [
        ("王建国", ()),
        ("李安", ("身份是甲，这个位置需要乙",)),
    ]


@settings(max_examples=40)
@given(problems(pairs=False), st.data())
def test_who_breaks_nothing_is_accepted_by_the_checker_and_who_breaks_something_is_not(
    problem: Problem, data: st.DataObject
) -> None:
    plan = data.draw(plans(problem))
    where = data.draw(st.sampled_from(problem.slots))
    taken = [each for each in plan if each.slot_id == where.id]
    if len(taken) == where.people:
        return
    for each in candidates(problem, plan, where.id):
        after = (*plan, Sitting(where.id, each.seat_id))
        assert bool(each.broken) == bool(complaints(problem, after)), each
