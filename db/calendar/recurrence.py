"""What repeats: a pattern becomes days (series of bookings, rules of duty rosters). Plain values; the rule itself is an RRULE (RFC 5545) through dateutil."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from typing import Literal

from dateutil.rrule import rrule, weekday

from db.calendar.rules import Calendar, Unpublished, next_working_day
from db.errors import RuleBroken

MOST_OCCURRENCES = 400
"""More than a daily series of a year; a longer one is a typing error."""


class Every(StrEnum):
    """How something repeats."""

    DAY = "day"
    WEEK = "week"
    MONTH_DAY = "month_day"
    MONTH_WEEKDAY = "month_weekday"


class OnHoliday(StrEnum):
    """What becomes of an occurrence on a day that is not a working day (遇节假日)."""

    KEEP = "keep"
    SKIP = "skip"
    POSTPONE = "postpone"


@dataclass(frozen=True, slots=True)
class Pattern:
    """When a series takes place. Exactly one of `count` and `until` ends it.

    `weekdays` (0 Monday) serve WEEK and MONTH_WEEKDAY; `nth` (1–5, -1 last) serves MONTH_WEEKDAY; `month_days` (1–31,
    a month without the day has no occurrence) serve MONTH_DAY.
    """

    every: Every
    first: date
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    nth: int = 1
    month_days: tuple[int, ...] = ()
    count: int | None = None
    until: date | None = None
    on_holiday: OnHoliday = OnHoliday.KEEP


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One day of a series: `planned` by the pattern, `day` after 顺延; `skipped` says why it does not take place."""

    planned: date
    day: date
    skipped: str = ""


def occurrences(pattern: Pattern, calendar: Calendar) -> tuple[Occurrence, ...]:
    """Every day of the series in order, at most one on a day.

    Raises:
        RuleBroken: the pattern has no day, too many, or reaches a year whose calendar is not published though it
            needs to know the holidays.
    """
    planned = _planned(pattern)
    if not planned:
        raise RuleBroken("按这个重复规则没有任何日期，请检查起止日期。")
    if len(planned) > MOST_OCCURRENCES:
        raise RuleBroken(f"重复次数超过 {MOST_OCCURRENCES} 次，请缩短截止日期。")
    taken: set[date] = set()
    found = []
    for day in planned:
        occurrence = _settled(pattern, calendar, day)
        if not occurrence.skipped and occurrence.day in taken:
            occurrence = Occurrence(day, occurrence.day, "顺延后与另一场同日，只保留一场")
        if not occurrence.skipped:
            taken.add(occurrence.day)
        found.append(occurrence)
    return tuple(found)


_FREQUENCY: dict[Every, Literal[1, 2, 3]] = {
    Every.DAY: 3,  # dateutil.rrule.DAILY
    Every.WEEK: 2,  # WEEKLY
    Every.MONTH_DAY: 1,  # MONTHLY
    Every.MONTH_WEEKDAY: 1,
}


def days_of(pattern: Pattern) -> Iterator[date]:
    """The days a pattern names, in order and before any holiday is looked at; without end if it has neither `count` nor `until`.

    Raises:
        RuleBroken: the interval is not 1 or more.
    """
    if pattern.interval < 1:
        raise RuleBroken("间隔至少为 1。")
    rule = rrule(
        _FREQUENCY[pattern.every],
        dtstart=datetime.combine(pattern.first, time()),
        interval=pattern.interval,
        count=pattern.count,
        until=None if pattern.until is None else datetime.combine(pattern.until, time()),
        byweekday=_weekdays(pattern),
        bymonthday=pattern.month_days or None if pattern.every is Every.MONTH_DAY else None,
    )
    for at in rule:
        yield at.date()


def _planned(pattern: Pattern) -> list[date]:
    if (pattern.count is None) == (pattern.until is None):
        raise RuleBroken("请填写重复次数或截止日期（二选一）。")
    return list(islice(days_of(pattern), MOST_OCCURRENCES + 1))


def _weekdays(pattern: Pattern) -> list[weekday] | None:
    if pattern.every is Every.WEEK:
        return [weekday(day) for day in pattern.weekdays] or None
    if pattern.every is Every.MONTH_WEEKDAY:
        return [weekday(day, pattern.nth) for day in pattern.weekdays or (pattern.first.weekday(),)]
    return None


def _settled(pattern: Pattern, calendar: Calendar, day: date) -> Occurrence:
    if pattern.on_holiday is OnHoliday.KEEP:
        return Occurrence(day, day)
    works = calendar.works(day)
    if works is None:
        raise RuleBroken(f"{Unpublished(day.year).sentence}，请把截止日期改到已发布的年份，或选择节假日照常。")
    if works:
        return Occurrence(day, day)
    if pattern.on_holiday is OnHoliday.SKIP:
        return Occurrence(day, day, "节假日跳过")
    moved = next_working_day(calendar, day + timedelta(days=1))
    if isinstance(moved, Unpublished):
        raise RuleBroken(f"{moved.sentence}，请把截止日期提前。")
    return Occurrence(day, moved)
