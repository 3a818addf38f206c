"""What a manager sets up: rotating bodies (轮值单位), and the rules of their days."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from db.action import Act, action
from db.calendar.recurrence import Every, Pattern
from db.duty.kept import pack
from db.duty.looking import body_of, must_be_version, rule_row
from db.duty.models import DutyBody, DutyPattern
from db.duty.rules import Composition, SeasonTime, Turn
from db.duty.sessions import in_season
from db.errors import RuleBroken
from db.ids import new_id
from db.people.rules import read_phone
from db.rooms.models import Room
from db.staff.permissions import Permission
from db.text import line, note

ANYBODY = Composition()
MOST_PEOPLE = 20
"""People of one kind in a session; more is a typing error."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What was saved, and its version now."""

    id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class BodyFields:
    """A body as its form gives it; see `db.duty.models.DutyBody` for the units. 0 is no limit."""

    name: str
    colour: int = 0
    scope: str = ""
    liaison: str = ""
    office_phone: str = ""
    rest: int = 0
    most_a_month: int = 0
    least_a_year: int = 0
    note: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class RuleFields:
    """A rule as its form gives it; the pattern has no end. `room_id` None: whichever room of `room_use` is free."""

    pattern: Pattern
    times: tuple[SeasonTime, ...]
    composition: Composition = ANYBODY
    room_id: UUID | None = None
    room_use: str = ""


@action("duty.body_save", Permission.DUTY_PLAN, "保存轮值单位")
def save_body(act: Act, *, fields: BodyFields, body_id: UUID | None = None, version: int = 0) -> Saved:
    """Add or change a body.

    Raises:
        RuleBroken: a field is impossible, or the name is taken. Stale: somebody else changed it first.
    """
    if body_id is None:
        body = DutyBody(id=new_id(), centre_id=act.centre_id, version=0)
    else:
        body = body_of(act, body_id)
        must_be_version(body, version, "这个轮值单位")
    _fill(act, body, fields)
    body.version += 1
    act.session.add(body)
    act.session.flush()
    act.on("duty_body", body.id)
    act.note(name=body.name, rest=body.rest, most_a_month=body.most_a_month, least_a_year=body.least_a_year)
    return Saved(body.id, body.version)


@action("duty.body_retire", Permission.DUTY_PLAN, "停用轮值单位")
def retire_body(act: Act, *, body_id: UUID, version: int, back: bool = False) -> int:
    """Take a body out of new plans, or with `back` into them again; plans that stand keep standing. Returns the version."""
    body = body_of(act, body_id)
    must_be_version(body, version, "这个轮值单位")
    if body.active == back:
        raise RuleBroken(f"“{body.name}”{'本来就在用' if back else '已经停用'}。")
    body.active = back
    body.version += 1
    act.on("duty_body", body.id)
    act.note(name=body.name, active=body.active)
    return body.version


@action("duty.rule_save", Permission.DUTY_PLAN, "保存轮值规则")
def save_rule(act: Act, *, body_id: UUID, fields: RuleFields, rule_id: UUID | None = None, version: int = 0) -> Saved:
    """Add or change a rule of a body's days; sessions of plans that stand keep standing.

    Raises:
        RuleBroken: the rule has no day, no time, or nobody to sit. Stale: somebody else changed it first.
    """
    body = body_of(act, body_id)
    _check_pattern(fields.pattern)
    _check_times(fields.times)
    composition = _checked(fields.composition)
    _check_room(act, fields.room_id)
    if rule_id is None:
        row = DutyPattern(id=new_id(), centre_id=act.centre_id, body_id=body.id, version=0)
    else:
        row = rule_row(act, rule_id)
        must_be_version(row, version, "这条轮值规则")
        if row.body_id != body.id:
            raise RuleBroken("这条规则属于另一个轮值单位。")
    row.pattern, row.times, row.composition = pack(fields.pattern), pack(fields.times), pack(composition)
    row.room_id, row.room_use = fields.room_id, line(fields.room_use, "房间用途", 40)
    row.version += 1
    act.session.add(row)
    act.session.flush()
    act.on("duty_body", body.id)
    act.touch("duty_rule", row.id)
    act.note(body=body.name, every=str(fields.pattern.every), people=composition.people)
    return Saved(row.id, row.version)


@action("duty.rule_drop", Permission.DUTY_PLAN, "删除轮值规则")
def drop_rule(act: Act, *, rule_id: UUID, version: int) -> None:
    """Make no more sessions by a rule; it is kept for the sessions that came from it."""
    row = rule_row(act, rule_id)
    must_be_version(row, version, "这条轮值规则")
    row.active = False
    row.version += 1
    act.on("duty_body", row.body_id)
    act.touch("duty_rule", row.id)


def _fill(act: Act, body: DutyBody, fields: BodyFields) -> None:
    name = line(fields.name, "轮值单位名称", 60, required=True)
    if min(fields.rest, fields.most_a_month, fields.least_a_year, fields.colour, fields.position) < 0:
        raise RuleBroken("间隔天数和次数不能是负数（0 表示不限）。")
    if fields.rest > 250 or fields.most_a_month > 31 or fields.least_a_year > 366:
        raise RuleBroken("间隔最多 250 个工作日，每月最多 31 次，每年最多 366 次，请检查是否填错。")
    taken = select(func.count()).where(
        DutyBody.centre_id == act.centre_id, DutyBody.name == name, DutyBody.id != body.id
    )
    if act.session.scalar(taken):
        raise RuleBroken(f"轮值单位“{name}”已经有了，请换一个名称，或恢复停用的那一个。")
    body.name, body.colour, body.position = name, fields.colour, fields.position
    body.scope, body.note = note(fields.scope, "接待范围"), note(fields.note, "备注")
    body.liaison, body.office_phone = line(fields.liaison, "联络员"), _office_phone(fields.office_phone)
    body.rest, body.most_a_month, body.least_a_year = fields.rest, fields.most_a_month, fields.least_a_year


def _office_phone(raw: str) -> str:
    """A phone that may hang on the wall."""
    number = read_phone(raw).number
    if len(number) == 11 and number.startswith("1"):
        raise RuleBroken("公示表只印办公电话，不能填个人手机号，请填座机，例如 0591-12345678。")
    return number


def _check_pattern(pattern: Pattern) -> None:
    if not 1 <= pattern.interval <= 60:
        raise RuleBroken("间隔应在 1 到 60 之间。")
    if pattern.count is not None or pattern.until is not None:
        raise RuleBroken("轮值规则不写截止日期：排班时再选从哪天到哪天。")
    if pattern.every is Every.WEEK and not pattern.weekdays:
        raise RuleBroken("请选择星期几。")
    if any(not 0 <= day <= 6 for day in pattern.weekdays):
        raise RuleBroken("星期几不对，请重新选择。")
    if pattern.every is Every.MONTH_WEEKDAY and (len(pattern.weekdays) != 1 or pattern.nth not in (1, 2, 3, 4, 5, -1)):
        raise RuleBroken("请选择每月第几个星期几（第 1 到第 5 个，或最后一个）。")
    if pattern.every is Every.MONTH_DAY:
        if not pattern.month_days:
            raise RuleBroken("请填写每月几日，例如 10、20。")
        if any(not 1 <= day <= 31 for day in pattern.month_days):
            raise RuleBroken("每月的日期应在 1 到 31 之间。")


def _check_times(times: tuple[SeasonTime, ...]) -> None:
    """Every day of the year has exactly one time."""
    if not times:
        raise RuleBroken("请填写轮值时段，例如 9:00–11:00。")
    if any(each.ends <= each.starts for each in times):
        raise RuleBroken("时段的结束要晚于开始。")
    new_year = date(2024, 1, 1)  # a leap year has every day there is
    for day in (new_year + timedelta(days=n) for n in range(366)):
        holding = sum(in_season(each, day.month * 100 + day.day) for each in times)
        if holding == 0:
            raise RuleBroken(f"{day.month}月{day.day}日不在任何季节的时段里，请把季节接上。")
        if holding > 1:
            raise RuleBroken(f"{day.month}月{day.day}日有两个季节的时段，请把季节错开；上下午都轮值请写两条规则。")


def _checked(composition: Composition) -> Composition:
    if not 1 <= composition.people <= MOST_PEOPLE:
        raise RuleBroken(f"每班人数应在 1 到 {MOST_PEOPLE} 之间。")
    kinds = tuple(line(kind, "身份", 40, required=True) for kind in composition.kinds)
    if len(set(kinds)) != len(kinds):
        raise RuleBroken("身份里有重复的，请去掉一个。")
    if composition.turn is not Turn.ANYBODY and len(kinds) < 2:
        raise RuleBroken("轮流或同时到场至少要两种身份，例如党代表、人大代表、政协委员。")
    return replace(composition, kinds=kinds)


def _check_room(act: Act, room_id: UUID | None) -> None:
    if room_id is None:
        return
    room = act.session.scalar(select(Room).where(Room.centre_id == act.centre_id, Room.id == room_id))
    if room is None:
        raise RuleBroken("没有找到这个房间，请重新选择。")
    if not room.active:
        raise RuleBroken(f"{room.name}已停用，请换一个房间，或选“有空的都行”。")
