"""A rule in words, as its list, its form and the 公示表 say it. Plain values only."""

from datetime import time

from db.calendar.recurrence import Every, OnHoliday, Pattern
from db.duty.rules import BodyRule, Composition, SeasonTime, Turn
from db.duty.solve.problem import Half

WEEKDAYS = "一二三四五六日"
HALF_NAMES = {Half.MORNING: "上午", Half.AFTERNOON: "下午", Half.EVENING: "晚上"}
HOLIDAYS = {OnHoliday.POSTPONE: "遇节假日顺延", OnHoliday.SKIP: "遇节假日停一次", OnHoliday.KEEP: "节假日照常"}


def rule_text(rule: BodyRule) -> str:
    """“每周三上午 9:00–11:00，遇节假日顺延，1 人，党代表、人大代表、政协委员轮流”."""
    parts = [days_text(rule.pattern) + times_text(rule.times), HOLIDAYS[rule.pattern.on_holiday]]
    return "，".join((*parts, people_text(rule.composition)))


def days_text(pattern: Pattern) -> str:
    """Which days: “每周三”, “每月10日、20日”, “单月15日”, “每月第2个周二”, “每个工作日”."""
    every = pattern.interval
    if pattern.every is Every.DAY:
        if pattern.on_holiday is OnHoliday.KEEP:
            return "每天" if every == 1 else f"每 {every} 天"
        return "每个工作日" if every == 1 else f"每 {every} 天（工作日）"
    if pattern.every is Every.WEEK:
        named = "、".join(f"周{WEEKDAYS[day]}" for day in _weekdays(pattern))
        return f"每{named}" if every == 1 else f"每 {every} 周的{named}"
    if pattern.every is Every.MONTH_DAY:
        days = "、".join(f"{day}日" for day in sorted(pattern.month_days) or (pattern.first.day,))
        return _months(pattern) + days
    nth = "最后一个" if pattern.nth == -1 else f"第{pattern.nth}个"
    return f"{_months(pattern)}{nth}" + "、".join(f"周{WEEKDAYS[day]}" for day in _weekdays(pattern))


def times_text(times: tuple[SeasonTime, ...]) -> str:
    """When: “上午 9:00–11:00”; by season “上午 9:00–11:00（10月1日至5月31日）/上午 8:30–10:30（6月1日至9月30日）”."""
    if len(times) == 1:
        return _span(times[0])
    return "/".join(f"{_span(each)}（{_day(each.season_from)}至{_day(each.season_to)}）" for each in times)


def people_text(composition: Composition) -> str:
    """Who: “2 人”, “1 人，党代表、人大代表轮流”, “党代表、律师各 1 人同时到场”."""
    kinds = "、".join(composition.kinds)
    if composition.turn is Turn.TOGETHER:
        return f"{kinds}各 {composition.people} 人同时到场"
    if composition.turn is Turn.IN_TURN:
        return f"{composition.people} 人，{kinds}轮流"
    return f"{composition.people} 人" + (f"，限{kinds}" if kinds else "")


def clock(at: time) -> str:
    """A time of the day as people write it: 9:00."""
    return f"{at.hour}:{at.minute:02d}"


def _span(each: SeasonTime) -> str:
    return f"{HALF_NAMES[Half.of(each.starts)]} {clock(each.starts)}–{clock(each.ends)}"


def _day(at: int) -> str:
    return f"{at // 100}月{at % 100}日"


def _months(pattern: Pattern) -> str:
    if pattern.interval == 1:
        return "每月"
    if pattern.interval == 2:
        return "单月" if pattern.first.month % 2 else "双月"
    if 12 % pattern.interval == 0:
        months = sorted((pattern.first.month - 1 + at) % 12 + 1 for at in range(0, 12, pattern.interval))
        return "每年" + "、".join(f"{month}月" for month in months) + "的"
    return f"从{pattern.first.year}年{pattern.first.month}月起每 {pattern.interval} 个月的"


def _weekdays(pattern: Pattern) -> tuple[int, ...]:
    return tuple(sorted(pattern.weekdays)) or (pattern.first.weekday(),)
