"""What can be done with the calendar: seed, edit a day, import, publish, withdraw."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.action import Act, action
from db.calendar import published
from db.calendar.models import CalendarDay, CalendarYear
from db.calendar.published import Day
from db.calendar.rules import Calendar, doubts
from db.errors import RuleBroken, Stale
from db.staff.permissions import Permission
from db.text import line

FIRST_YEAR, LAST_YEAR = 2004, 2100


@dataclass(frozen=True, slots=True)
class Imported:
    """How many days an import brought, and for which years."""

    days: int
    years: tuple[int, ...]


def seed_years(session: Session, centre_id: UUID, years: Iterable[int]) -> tuple[int, ...]:
    """Put the published years into a centre's calendar where nobody touched them yet; returns those put in.

    For setting up a centre, where there is no actor; afterwards `seed_calendar` does it.
    """
    known = set(session.scalars(select(CalendarYear.year).where(CalendarYear.centre_id == centre_id)))
    fresh = tuple(year for year in years if year not in known and published.days_of(year))
    for year in fresh:
        session.add(CalendarYear(centre_id=centre_id, year=year, published=True, source=published.SOURCE, version=1))
        _replace_days(session, centre_id, year, published.days_of(year))
    session.flush()
    return fresh


@action("calendar.seed", Permission.CALENDAR_EDIT, "补入已发布年历")
def seed_calendar(act: Act, *, first_year: int) -> int:
    """Put in every year from `first_year` that comes with the program and that nobody touched; returns how many."""
    fresh = seed_years(act.session, act.centre_id, [year for year in published.years() if year >= first_year])
    for year in fresh:
        act.touch("calendar_year", year_id(act.centre_id, year))
    act.on("centre", act.centre_id)
    act.note(years=",".join(map(str, fresh)))
    return len(fresh)


@action("calendar.day", Permission.CALENDAR_EDIT, "修改工作日历")
def change_day(act: Act, *, day: date, working: bool | None, name: str = "", version: int) -> int:
    """Make a day a holiday (False) or 补班 (True), or plain again (None); returns the year's new version.

    Dates already promised stay as they were printed.

    Raises:
        Stale: somebody else changed the year since `version`.
    """
    year = _hold_year(act, day.year, version)
    row = act.session.get(CalendarDay, (act.centre_id, day))
    kept = line(name, "说明", 40)
    if working is None:
        if row is not None:
            act.session.delete(row)
    elif row is None:
        act.session.add(CalendarDay(centre_id=act.centre_id, day=day, working=working, name=kept))
    else:
        row.working, row.name = working, kept
    return _changed(act, year, day=day.isoformat(), working=working)


@action("calendar.import", Permission.CALENDAR_EDIT, "导入工作日历")
def import_days(act: Act, *, days: Sequence[Day], source: str, publish: bool) -> Imported:
    """Replace every year that occurs in `days` by them, all or nothing; with `publish`, dates are promised by them.

    Raises:
        RuleBroken: no day, a day twice, or a year outside of 2004 to 2100.
    """
    if not days:
        raise RuleBroken("表里没有一个放假或补班的日子，没有导入。")
    if len({row.day for row in days}) != len(days):
        raise RuleBroken("表里同一天出现了两次，请改正后再导入。")
    kept_source = line(source, "来源", 100)
    years = tuple(sorted({row.day.year for row in days}))
    for number in years:
        year = _hold_year(act, number, None)
        rows = [Day(row.day, row.working, line(row.name, "说明", 40)) for row in days if row.day.year == number]
        _replace_days(act.session, act.centre_id, number, rows)
        year.source = kept_source
        year.published = year.published or publish
        _changed(act, year)
    act.note(days=len(days), years=",".join(map(str, years)), published=publish)
    return Imported(len(days), years)


@action("calendar.publish", Permission.CALENDAR_EDIT, "发布年历")
def publish_year(act: Act, *, year: int, version: int, source: str = "") -> int:
    """From now on dates are promised in this year; returns the year's new version.

    Raises:
        RuleBroken: there is no holiday in it yet.
        Stale: somebody else changed the year since `version`.
    """
    row = _hold_year(act, year, version)
    days = act.session.execute(
        select(CalendarDay.day, CalendarDay.working)
        .where(CalendarDay.centre_id == act.centre_id)
        .where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    )
    exceptions = {row.day: row.working for row in days}
    if not any(not working for working in exceptions.values()):
        raise RuleBroken(f"{year} 年还没有一个放假日，请先录入或导入国务院办公厅的放假安排，再发布。")
    row.published = True
    row.source = line(source, "来源", 100) or row.source
    return _changed(act, row, published=True, doubts=len(doubts(Calendar(frozenset(), exceptions), year)))


@action("calendar.withdraw", Permission.CALENDAR_EDIT, "撤下年历")
def withdraw_year(act: Act, *, year: int, version: int) -> int:
    """Promise no date in this year until it is published again; its days stay. Returns the year's new version."""
    row = _hold_year(act, year, version)
    if not row.published:
        raise RuleBroken(f"{year} 年历本来就没有发布。")
    row.published = False
    return _changed(act, row, published=False)


def year_id(centre_id: UUID, year: int) -> UUID:
    """A year has no id of its own; this one stands for it in the journal and in announced changes."""
    return uuid5(centre_id, f"calendar/{year}")


def _hold_year(act: Act, year: int, version: int | None) -> CalendarYear:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise RuleBroken(f"工作日历只能编 {FIRST_YEAR} 到 {LAST_YEAR} 年，没有 {year} 年。")
    row = act.session.scalar(
        select(CalendarYear).where(CalendarYear.centre_id == act.centre_id, CalendarYear.year == year).with_for_update()
    )
    if version is not None and version != (row.version if row else 0):
        raise Stale(f"{year} 年历刚被别人修改过，已显示新的内容，请核对后再改。")
    if row is None:
        row = CalendarYear(centre_id=act.centre_id, year=year, published=False, source="", version=0)
        act.session.add(row)
    return row


def _changed(act: Act, year: CalendarYear, **facts: str | int | bool | None) -> int:
    year.version += 1
    act.on("calendar_year", year_id(act.centre_id, year.year))
    act.note(year=year.year, **facts)
    act.session.flush()
    return year.version


def _replace_days(session: Session, centre_id: UUID, year: int, days: Sequence[Day]) -> None:
    session.execute(
        delete(CalendarDay)
        .where(CalendarDay.centre_id == centre_id)
        .where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    )
    session.add_all(CalendarDay(centre_id=centre_id, day=row.day, working=row.working, name=row.name) for row in days)
