"""What can be asked of the calendar."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.calendar.models import CalendarDay, CalendarYear
from db.calendar.published import Day
from db.calendar.rules import Calendar


@dataclass(frozen=True, slots=True)
class YearView:
    """A year as the table has it. `version` is 0 before anybody touched the year."""

    year: int
    published: bool
    source: str
    version: int
    days: tuple[Day, ...]


def calendar_of(session: Session, centre_id: UUID) -> Calendar:
    """Everything that promised dates are counted by."""
    years = session.scalars(
        select(CalendarYear.year).where(CalendarYear.centre_id == centre_id, CalendarYear.published)
    )
    days = session.execute(select(CalendarDay.day, CalendarDay.working).where(CalendarDay.centre_id == centre_id))
    return Calendar(frozenset(years), {row.day: row.working for row in days})


def year_view(session: Session, centre_id: UUID, year: int) -> YearView:
    """One year for the grid."""
    known = session.get(CalendarYear, (centre_id, year))
    days = session.execute(
        select(CalendarDay.day, CalendarDay.working, CalendarDay.name)
        .where(CalendarDay.centre_id == centre_id)
        .where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
        .order_by(CalendarDay.day)
    )
    return YearView(
        year=year,
        published=known is not None and known.published,
        source=known.source if known else "",
        version=known.version if known else 0,
        days=tuple(Day(day, working, name) for day, working, name in days),
    )


def published_years(session: Session, centre_id: UUID) -> tuple[int, ...]:
    """The years for which dates can be promised, in order."""
    years = select(CalendarYear.year).where(CalendarYear.centre_id == centre_id, CalendarYear.published)
    return tuple(session.scalars(years.order_by(CalendarYear.year)))
