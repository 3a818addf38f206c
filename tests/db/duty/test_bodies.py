"""Setting up bodies and the rules of their days."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from db.action import Actor
from db.calendar.recurrence import Every, Pattern
from db.duty.bodies import BodyFields, RuleFields, drop_rule, retire_body, save_body, save_rule
from db.duty.queries import bodies
from db.duty.rules import Composition, SeasonTime, Turn
from db.errors import NotAllowed, RuleBroken, Stale
from db.ids import new_id
from db.rooms.admin import RoomFields, edit_room
from db.session import Hall
from db.staff.permissions import Role
from tests.conftest import NOW
from tests.factories.centre import make_centre
from tests.factories.duty import KINDS, MORNING, WEDNESDAYS, make_body, make_member, make_rule, make_seat
from tests.factories.rooms import make_room
from tests.factories.staff import make_staff

Run = Callable[..., Any]
RULE = RuleFields(WEDNESDAYS, MORNING, Composition(Turn.IN_TURN, 1, KINDS))


def test_a_body_is_shown_with_its_rules_and_how_many_sit_in_it(hall: Hall, run: Run, manager: Actor) -> None:
    room = make_room(hall, manager, NOW)
    body = make_body(
        hall, manager, NOW, rest=5, least_a_year=2, office_phone="0591 8765 4321", scope="政策咨询\n邻里纠纷"
    )
    fields = replace(RULE, room_id=room)
    saved = run(manager, save_rule, body_id=body, fields=fields)
    make_seat(hall, manager, NOW, make_member(hall, manager, NOW), body)
    row = hall.read(bodies, manager.centre_id)[0]
    assert (row.rest, row.least_a_year, row.office_phone, row.members) == (5, 2, "0591-87654321", 1)
    rule = row.rules[0]
    assert (rule.id, rule.version, rule.room_id) == (saved.id, 1, room)
    assert (rule.pattern, rule.times, rule.composition) == (WEDNESDAYS, MORNING, RULE.composition)


def test_a_rule_is_changed_in_place_and_one_that_is_dropped_makes_no_more_days(
    hall: Hall, run: Run, manager: Actor
) -> None:
    body = make_body(hall, manager, NOW)
    rule = make_rule(hall, manager, NOW, body)
    tens = Pattern(Every.MONTH_DAY, date(2026, 1, 1), month_days=(10, 20))
    run(manager, save_rule, body_id=body, fields=RuleFields(tens, MORNING), rule_id=rule, version=1)
    assert [each.pattern for each in hall.read(bodies, manager.centre_id)[0].rules] == [tens]
    with pytest.raises(Stale, match="刚被别人修改"):
        run(manager, save_rule, body_id=body, fields=RULE, rule_id=rule, version=1)
    run(manager, drop_rule, rule_id=rule, version=2)
    assert hall.read(bodies, manager.centre_id)[0].rules == ()
    with pytest.raises(RuleBroken, match="已经删除"):
        run(manager, drop_rule, rule_id=rule, version=3)


def test_a_body_out_of_use_is_hidden_and_can_come_back(hall: Hall, run: Run, manager: Actor) -> None:
    body = make_body(hall, manager, NOW)
    version = run(manager, retire_body, body_id=body, version=1)
    assert hall.read(bodies, manager.centre_id) == ()
    assert [row.active for row in hall.read(bodies, manager.centre_id, True)] == [False]
    with pytest.raises(RuleBroken, match="已经停用"):
        run(manager, retire_body, body_id=body, version=version)
    run(manager, retire_body, body_id=body, version=version, back=True)
    assert [row.active for row in hall.read(bodies, manager.centre_id)] == [True]


def test_bodies_stand_in_their_order(hall: Hall, manager: Actor) -> None:
    for name, position in (("法官", 2), ("律师", 1), ("检察官", 2)):
        make_body(hall, manager, NOW, name, position=position)
    assert [row.name for row in hall.read(bodies, manager.centre_id)] == ["律师", "检察官", "法官"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (BodyFields("  "), "请填写轮值单位名称"),
        (BodyFields("律师", rest=-1), "不能是负数"),
        (BodyFields("律师", rest=300), "最多 250 个工作日"),
        (BodyFields("律师", office_phone="13800138000"), "不能填个人手机号"),
        (BodyFields("法官"), "“法官”已经有了"),
    ],
)
def test_a_body_that_cannot_be_is_refused(
    hall: Hall, run: Run, manager: Actor, fields: BodyFields, sentence: str
) -> None:
    make_body(hall, manager, NOW, "法官")
    with pytest.raises(RuleBroken, match=sentence):
        run(manager, save_body, fields=fields)
    assert len(hall.read(bodies, manager.centre_id)) == 1


SUMMER = SeasonTime(time(8, 30), time(10, 30), 601, 930)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (replace(RULE, pattern=replace(WEDNESDAYS, weekdays=())), "星期几"),
        (replace(RULE, pattern=replace(WEDNESDAYS, weekdays=(7,))), "星期几不对"),
        (replace(RULE, pattern=replace(WEDNESDAYS, interval=0)), "间隔应在 1 到 60"),
        (replace(RULE, pattern=replace(WEDNESDAYS, until=date(2026, 12, 31))), "不写截止日期"),
        (replace(RULE, pattern=Pattern(Every.MONTH_DAY, date(2026, 1, 1))), "每月几日"),
        (replace(RULE, pattern=Pattern(Every.MONTH_DAY, date(2026, 1, 1), month_days=(32,))), "1 到 31"),
        (replace(RULE, pattern=Pattern(Every.MONTH_WEEKDAY, date(2026, 1, 1), weekdays=(1,), nth=6)), "第几个星期几"),
        (replace(RULE, times=()), "请填写轮值时段"),
        (replace(RULE, times=(SeasonTime(time(11), time(9)),)), "结束要晚于开始"),
        (replace(RULE, times=(SUMMER,)), "1月1日不在任何季节"),
        (replace(RULE, times=(*MORNING, SUMMER)), "6月1日有两个季节"),
        (replace(RULE, composition=Composition(people=0)), "每班人数"),
        (replace(RULE, composition=Composition(Turn.IN_TURN, 1, ("党代表",))), "至少要两种身份"),
        (replace(RULE, composition=Composition(Turn.TOGETHER, 1, ("党代表", "党代表"))), "重复"),
        (replace(RULE, room_id=new_id()), "没有找到这个房间"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(
    hall: Hall, run: Run, manager: Actor, fields: RuleFields, sentence: str
) -> None:
    body = make_body(hall, manager, NOW)
    with pytest.raises(RuleBroken, match=sentence):
        run(manager, save_rule, body_id=body, fields=fields)
    assert hall.read(bodies, manager.centre_id)[0].rules == ()


def test_a_room_out_of_service_is_no_fixed_room(hall: Hall, run: Run, manager: Actor) -> None:
    room = make_room(hall, manager, NOW)
    run(manager, edit_room, room_id=room, version=1, fields=RoomFields("201", "书画室", active=False))
    with pytest.raises(RuleBroken, match="书画室已停用"):
        run(manager, save_rule, body_id=make_body(hall, manager, NOW), fields=replace(RULE, room_id=room))


def test_seasons_that_meet_over_new_year_are_taken(hall: Hall, run: Run, manager: Actor) -> None:
    winter = SeasonTime(time(9), time(11), 1001, 531)
    make_rule(hall, manager, NOW, make_body(hall, manager, NOW), times=(winter, SUMMER))
    assert hall.read(bodies, manager.centre_id)[0].rules[0].times == (winter, SUMMER)


def test_a_clerk_sets_up_nothing(hall: Hall, run: Run, manager: Actor, clerk: Actor) -> None:
    with pytest.raises(NotAllowed):
        run(clerk, save_body, fields=BodyFields("律师"))


def test_another_centre_sees_and_changes_nothing(hall: Hall, run: Run, manager: Actor) -> None:
    body = make_body(hall, manager, NOW)
    stranger = make_staff(hall, make_centre(hall, now=NOW, code="LL02"), Role.MANAGER, now=NOW)
    assert hall.read(bodies, stranger.centre_id) == ()
    with pytest.raises(RuleBroken, match="没有找到这个轮值单位"):
        run(stranger, save_rule, body_id=body, fields=RULE)
