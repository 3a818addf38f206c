"""Working days, and the dates that are promised by them. Plain values only.

Sources: 行政许可法 §82 (limits are working days, without statutory holidays), 民法典 §201 (the day on which it begins does not
count), 行政许可法 §45 (hearing, inspection, appraisal: the time is not counted), the State Council's yearly notice
(放假调休安排: holidays and 补班).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

ONE_DAY = timedelta(days=1)
LONGEST_LIMIT = 3650
"""No limit of the field is longer; a larger one is a typing error."""


class Unit(StrEnum):
    """What a limit is counted in (the value is what the catalogue's spreadsheet says)."""

    WORKING = "工作日"
    NATURAL = "自然日"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days that differ from the plain week (True: 补班, False: holiday) in the years whose notice is published."""

    published: frozenset[int]
    exceptions: Mapping[date, bool] = field(default_factory=dict)

    def works(self, day: date) -> bool | None:
        """Whether a day is a working day; None where the year is not published."""
        if day.year not in self.published:
            return None
        return self.exceptions.get(day, day.weekday() < 5)


@dataclass(frozen=True, slots=True)
class Unpublished:
    """No date can be told, because counting reaches a year whose holidays are not known. Never a guess."""

    year: int

    @property
    def sentence(self) -> str:
        """What the clerk and the paper say instead of a date."""
        return f"{self.year} 年历未发布，暂不能推算日期"


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch that is not counted: the days after `start` up to and including `end` (the clock goes on the day after).

    As with every period, the day on which it begins is not yet part of it (民法典 §201). While it is still open, ask with
    `end` = today: the answer is the date if it were resumed today.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a pause ends on or after the day it starts")

    def __contains__(self, day: date) -> bool:
        return self.start < day <= self.end


def due_date(
    calendar: Calendar, accepted_on: date, limit: int, unit: Unit | str, pauses: Iterable[Pause] = ()
) -> date | Unpublished:
    """The last day of a limit: day one is the first counting day after `accepted_on`, paused days do not count.

    `limit` is in days of `unit`, from 1. 自然日 need no calendar and are not moved when they end on a day of rest: for a
    promise the earlier day is the honest one.
    Raises ValueError for a limit that is not 1 to 3650.
    """
    if not 1 <= limit <= LONGEST_LIMIT:
        raise ValueError(f"a limit of {limit} days")
    unit, pauses = Unit(unit), tuple(pauses)
    left = limit
    for day in _days_after(accepted_on):
        counts = True if unit is Unit.NATURAL else calendar.works(day)
        if counts is None:
            return Unpublished(day.year)
        if counts and not any(day in pause for pause in pauses):
            left -= 1
            if left == 0:
                return day
    raise ValueError("the limit ends after the last day there is")


def days_left(calendar: Calendar, today: date, due_on: date, unit: Unit | str = Unit.WORKING) -> int | Unpublished:
    """Counting days after `today` up to and including `due_on`: 0 on the last day, negative by the days overdue."""
    unit = Unit(unit)
    if unit is Unit.NATURAL:
        return (due_on - today).days
    first, last, sign = (today, due_on, 1) if due_on >= today else (due_on, today, -1)
    count = 0
    for day in _days_after(first):
        if day > last:
            break
        works = calendar.works(day)
        if works is None:
            return Unpublished(day.year)
        count += works
    return sign * count


def next_working_day(calendar: Calendar, day: date) -> date | Unpublished:
    """The first working day on or after `day` (遇节假日顺延)."""
    for candidate in _days_after(day - ONE_DAY):
        works = calendar.works(candidate)
        if works is None:
            return Unpublished(candidate.year)
        if works:
            return candidate
    raise ValueError("no working day is left")


def toggled(calendar: Calendar, day: date) -> bool | None:
    """What the exception of a day becomes when it is clicked: the opposite of what holds; None takes the exception away."""
    plain = day.weekday() < 5
    wanted = not calendar.exceptions.get(day, plain)
    return None if wanted == plain else wanted


def doubts(calendar: Calendar, year: int) -> tuple[str, ...]:
    """What a manager should look at before a year is published (sentences); the notice itself is the authority."""
    days = {day: works for day, works in calendar.exceptions.items() if day.year == year}
    found: list[str] = []
    if not any(not works for works in days.values()):
        found.append(f"{year} 年还没有一个放假日。")
    for month, day_of_month, name in ((1, 1, "元旦"), (5, 1, "劳动节"), (10, 1, "国庆节")):
        day = date(year, month, day_of_month)
        if days.get(day, day.weekday() < 5):
            found.append(f"{name}（{month}月{day_of_month}日）没有设为放假。")
    weekday_off = [day for day, works in days.items() if works and day.weekday() < 5]
    found += [f"{day.month}月{day.day}日是平日，不需要设为补班。" for day in sorted(weekday_off)]
    return tuple(found)


def _days_after(day: date) -> Iterator[date]:
    while day < date.max:
        day += ONE_DAY
        yield day
