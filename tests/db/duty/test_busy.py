"""Two plans never put one person in two places at once, not even where no body asks for rest."""

from datetime import date, time
from uuid import UUID

import pytest

from db.action import Actor
from db.duty.building import problem_of
from db.duty.solve.explain import explain
from db.duty.solve.why import Rule, why_not
from db.duty.states import DutyState, PlanState
from db.session import Hall
from tests.conftest import NOW
from tests.db.duty.kit import put_duty, put_plan, put_slot
from tests.factories.calendar import make_calendar
from tests.factories.duty import make_body, make_member, make_seat

DAY = date(2026, 12, 9)
DECEMBER = (date(2026, 12, 1), date(2026, 12, 31))


@pytest.fixture
def two(hall: Hall, manager: Actor) -> tuple[UUID, UUID, UUID]:
    """Somebody of two bodies that ask for no rest, who sits in the first on the morning of DAY; the second is planned."""
    make_calendar(hall, manager.centre_id)
    studio, court = (make_body(hall, manager, NOW, name, rest=0) for name in ("“两代表一委员”工作室", "法官"))
    member = make_member(hall, manager, NOW, "林代表")
    sits = make_seat(hall, manager, NOW, member, studio)
    judge = make_seat(hall, manager, NOW, member, court)
    wall = put_plan(hall, manager, [studio], *DECEMBER, PlanState.PUBLISHED)
    put_duty(hall, manager, put_slot(hall, manager, wall, studio, DAY), sits, DutyState.PUBLISHED)
    return court, judge, put_plan(hall, manager, [court], *DECEMBER)


def test_who_sits_elsewhere_in_the_half_day_is_not_planned_and_the_sentence_says_where(
    hall: Hall, manager: Actor, two: tuple[UUID, UUID, UUID]
) -> None:
    court, judge, plan = two
    slot = put_slot(hall, manager, plan, court, DAY, starts=time(10))
    problem = hall.read(problem_of, manager.centre_id, plan)
    told = why_not(problem, (), slot, judge)
    assert [(each.rule, each.sentence) for each in told] == [(Rule.HALF, "12月9日上午已在“‘两代表一委员’工作室”值班")]
    assert explain(problem).sentences == ("12月9日上午“法官”需要 1 人，一个人也排不出：林代表 同一时间在别处值班",)


def test_another_half_day_or_another_day_is_free(hall: Hall, manager: Actor, two: tuple[UUID, UUID, UUID]) -> None:
    court, judge, plan = two
    afternoon = put_slot(hall, manager, plan, court, DAY, starts=time(14))
    tomorrow = put_slot(hall, manager, plan, court, date(2026, 12, 10))
    problem = hall.read(problem_of, manager.centre_id, plan)
    assert problem.banned == ()
    assert [why_not(problem, (), slot, judge) for slot in (afternoon, tomorrow)] == [(), ()]
