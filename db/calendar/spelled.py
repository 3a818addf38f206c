"""A centre's calendar as two texts that come with another question, and what is worked out of them, kept in memory.

The texts are the whole of what dates depend on: equal texts are the same calendar, so nothing kept here can be stale.
"""

from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Date, Label, Text, bindparam, case, cast, func, literal_column, select
from sqlalchemy.orm import Session

from db.base import table_of
from db.calendar.models import CalendarDay, CalendarYear
from db.calendar.rules import Calendar
from db.prepared import Prepared

_DAY, _YEAR = table_of(CalendarDay), table_of(CalendarYear)
_KEPT = 64
_COMMA: Any = literal_column("','")


class Spelled(NamedTuple):
    """A calendar spelled out: the published years (“2025,2026”), and the days that differ from the plain week from a
    day on (“+2026-10-10,-2026-10-01”: 补班, holiday)."""

    years: str
    days: str

    @property
    def calendar(self) -> Calendar:
        """What dates are counted by; days before the one it was read from count as plain."""
        return _calendar(self)


def spelled_columns(since: ColumnElement[date]) -> tuple[Label[Any], Label[Any]]:
    """Two columns for another statement, whose parameter is `of_centre`; `since` is the first day that matters."""
    years = (
        select(func.aggregate_strings(cast(_YEAR.c.year, Text), _COMMA))
        .where(_YEAR.c.centre_id == bindparam("of_centre"), _YEAR.c.published)
        .scalar_subquery()
    )
    day = case((_DAY.c.working, "+"), else_="-").concat(cast(_DAY.c.day, Text))
    days = (
        select(func.aggregate_strings(day, _COMMA))
        .where(_DAY.c.centre_id == bindparam("of_centre"), _DAY.c.day >= since)
        .scalar_subquery()
    )
    return years.label("calendar_years"), days.label("calendar_days")


_READ = Prepared(select(*spelled_columns(bindparam("since", type_=Date()))))


def spelled(where: Session | Connection, centre_id: UUID, since: date) -> Spelled:
    """The centre's calendar from a day on."""
    return of_row(_READ.row(where, {"of_centre": centre_id, "since": since}))


def of_row(row: Any) -> Spelled:
    """The calendar out of a row with `spelled_columns`."""
    return Spelled(row.calendar_years or "", row.calendar_days or "")


@lru_cache(_KEPT)
def _calendar(texts: Spelled) -> Calendar:
    years = frozenset(int(year) for year in texts.years.split(",") if year)
    days = {date.fromisoformat(day[1:]): day[0] == "+" for day in texts.days.split(",") if day}
    return Calendar(years, days)
