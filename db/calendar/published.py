"""The years that the State Council has published, as the package `chinesecalendar` knows them."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from chinese_calendar import constants

SOURCE = "国务院办公厅放假安排"


@dataclass(frozen=True, slots=True)
class Day:
    """A day that differs from the plain week, or is a holiday that falls on one of its days of rest."""

    day: date
    working: bool
    name: str


@cache
def years() -> tuple[int, ...]:
    """Every year with a published notice, in order."""
    return tuple(sorted({day.year for day in constants.holidays}))


@cache
def days_of(year: int) -> tuple[Day, ...]:
    """The holidays and 补班 of a year, in order; empty for a year that is not published."""
    off = [Day(day, False, _chinese(name)) for day, name in constants.holidays.items() if day.year == year]
    on = [Day(day, True, f"{_chinese(name)}补班") for day, name in constants.workdays.items() if day.year == year]
    return tuple(sorted(off + on, key=lambda row: row.day))


def _chinese(english: str) -> str:
    return next((entry.chinese for entry in constants.Holiday if entry.value == english), english)
