"""Leave, wishes and pairs, as a clerk enters them."""

from collections.abc import Callable
from datetime import date, time
from typing import Any
from uuid import UUID

import pytest

from db.action import Actor
from db.duty.members import retire_member
from db.duty.queries import pairs, seats, stands
from db.duty.solve.problem import Half, Want
from db.duty.stands import StandFields, drop_pair, enter_stand, lift_stand, save_pair
from db.duty.states import DutyState, PlanState
from db.errors import NotAllowed, RuleBroken
from db.session import Hall
from tests.conftest import NOW
from tests.db.duty.kit import put_duty, put_plan, put_slot
from tests.factories.duty import make_body, make_crew, make_member, make_seat

Run = Callable[..., Any]
DECEMBER = (date(2026, 12, 1), date(2026, 12, 31))
LEAVE = StandFields(Want.CANNOT, date(2026, 12, 2), date(2026, 12, 9), why="出差")


@pytest.fixture
def member(hall: Hall, manager: Actor) -> UUID:
    return make_member(hall, manager, NOW)


def test_a_clerk_enters_leave_and_takes_it_back(hall: Hall, run: Run, clerk: Actor, member: UUID) -> None:
    entered = run(clerk, enter_stand, member_id=member, fields=LEAVE)
    row = hall.read(stands, clerk.centre_id)[0]
    assert (row.id, row.want, row.first, row.last, row.why) == (
        entered.stand_id, Want.CANNOT, date(2026, 12, 2), date(2026, 12, 9), "出差",
    )  # fmt: skip
    run(clerk, lift_stand, stand_id=row.id)
    assert hall.read(stands, clerk.centre_id) == ()
    with pytest.raises(RuleBroken, match="已经取消过"):
        run(clerk, lift_stand, stand_id=row.id)
    run(clerk, enter_stand, member_id=member, fields=LEAVE)  # and may ask again


def test_weekly_and_half_day_wishes_keep_what_was_said(hall: Hall, run: Run, clerk: Actor, member: UUID) -> None:
    tuesdays = StandFields(Want.CANNOT, weekday=1, half=Half.MORNING, why="每周二上午开庭")
    run(clerk, enter_stand, member_id=member, fields=tuesdays)
    run(clerk, enter_stand, member_id=member, fields=StandFields(Want.PREFER, half=Half.AFTERNOON))
    found = hall.read(stands, clerk.centre_id, member)
    assert [(row.want, row.weekday, row.half) for row in found] == [
        (Want.CANNOT, 1, Half.MORNING), (Want.PREFER, None, Half.AFTERNOON),
    ]  # fmt: skip


def test_those_that_are_over_can_be_left_out(hall: Hall, run: Run, clerk: Actor, member: UUID) -> None:
    run(clerk, enter_stand, member_id=member, fields=LEAVE)
    run(clerk, enter_stand, member_id=member, fields=StandFields(Want.AVOID, weekday=4))
    seen = (
        hall.read(stands, clerk.centre_id, None, date(2026, 12, 9)),
        hall.read(stands, clerk.centre_id, None, date(2026, 12, 10)),
    )
    assert [len(rows) for rows in seen] == [2, 1]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (StandFields(Want.CANNOT), "请填写时间"),
        (StandFields(Want.CANNOT, date(2026, 12, 9), date(2026, 12, 2)), "结束日期不能早于"),
        (StandFields(Want.CANNOT, weekday=7), "星期几不对"),
        (StandFields(Want.CANNOT, date(2026, 12, 2)), "从哪天到哪天"),
        (LEAVE, "已经登记过"),
    ],
)
def test_a_time_that_cannot_be_is_refused(
    hall: Hall, run: Run, clerk: Actor, member: UUID, fields: StandFields, sentence: str
) -> None:
    run(clerk, enter_stand, member_id=member, fields=LEAVE)
    with pytest.raises(RuleBroken, match=sentence):
        run(clerk, enter_stand, member_id=member, fields=fields)


def test_a_wish_for_one_body_is_of_a_body_one_sits_in(
    hall: Hall, run: Run, clerk: Actor, manager: Actor, member: UUID
) -> None:
    body = make_body(hall, manager, NOW)
    wish = StandFields(Want.PREFER, weekday=2, body_id=body)
    with pytest.raises(RuleBroken, match="不在选择的轮值单位"):
        run(clerk, enter_stand, member_id=member, fields=wish)
    make_seat(hall, manager, NOW, member, body)
    run(clerk, enter_stand, member_id=member, fields=wish)
    assert hall.read(stands, clerk.centre_id)[0].body_id == body


def test_who_is_out_of_use_needs_no_leave(hall: Hall, run: Run, clerk: Actor, manager: Actor, member: UUID) -> None:
    run(manager, retire_member, member_id=member, version=1)
    with pytest.raises(RuleBroken, match="已停用"):
        run(clerk, enter_stand, member_id=member, fields=LEAVE)


def test_leave_tells_how_many_published_duties_it_hits(
    hall: Hall, run: Run, clerk: Actor, manager: Actor, member: UUID
) -> None:
    body = make_body(hall, manager, NOW)
    seat = make_seat(hall, manager, NOW, member, body)
    plan = put_plan(hall, manager, [body], *DECEMBER, PlanState.PUBLISHED)
    for day, starts, state in (
        (2, time(9), DutyState.PUBLISHED),
        (2, time(14), DutyState.COVERING),
        (3, time(9), DutyState.REPLACED),
        (9, time(9), DutyState.SWAPPED),
        (16, time(9), DutyState.PUBLISHED),
    ):
        put_duty(hall, manager, put_slot(hall, manager, plan, body, date(2026, 12, day), starts=starts), seat, state)
    hits = [
        run(clerk, enter_stand, member_id=member, fields=fields).duties
        for fields in (
            LEAVE,
            StandFields(Want.CANNOT, *DECEMBER, weekday=2, half=Half.MORNING),
            StandFields(Want.AVOID, *DECEMBER),
        )
    ]
    assert hits == [3, 3, 0]


def test_a_pair_goes_together_or_must_not_and_the_last_word_counts(hall: Hall, run: Run, manager: Actor) -> None:
    body, _ = make_crew(hall, manager, NOW, 2)
    one, other = (row.member_id for row in hall.read(seats, manager.centre_id, body))
    first = run(manager, save_pair, body_id=body, one_id=one, other_id=other, together=True)
    again = run(manager, save_pair, body_id=body, one_id=other, other_id=one, together=False)
    found = hall.read(pairs, manager.centre_id)
    assert (first, [(row.id, row.together) for row in found]) == (again, [(again, False)])
    assert {found[0].one_name, found[0].other_name} == {"两代表01号", "两代表02号"}
    run(manager, drop_pair, pair_id=again)
    assert hall.read(pairs, manager.centre_id, body) == ()
    with pytest.raises(RuleBroken, match="已经取消"):
        run(manager, drop_pair, pair_id=again)


def test_a_pair_is_of_two_members_of_the_body(hall: Hall, run: Run, manager: Actor, member: UUID) -> None:
    body, _ = make_crew(hall, manager, NOW, 1)
    one = hall.read(seats, manager.centre_id, body)[0].member_id
    with pytest.raises(RuleBroken, match="两个不同的人"):
        run(manager, save_pair, body_id=body, one_id=one, other_id=one, together=True)
    with pytest.raises(RuleBroken, match="林代表不在"):
        run(manager, save_pair, body_id=body, one_id=one, other_id=member, together=True)


def test_a_clerk_pairs_nobody(hall: Hall, run: Run, clerk: Actor, manager: Actor) -> None:
    body, _ = make_crew(hall, manager, NOW, 2)
    one, other = (row.member_id for row in hall.read(seats, manager.centre_id, body))
    with pytest.raises(NotAllowed):
        run(clerk, save_pair, body_id=body, one_id=one, other_id=other, together=True)
