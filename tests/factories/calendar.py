"""Calendars to test with."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from db.calendar.actions import change_day, publish_year, seed_years
from db.calendar.published import Day
from db.session import Hall

if TYPE_CHECKING:
    from tests.factories.stage import Example, Stage

NEW_YEAR = Day(date(2027, 1, 1), False, "元旦")


def make_calendar(hall: Hall, centre_id: UUID, *years: int) -> None:
    """The published years of a centre, 2025 and 2026 unless told."""
    with hall.transaction() as session:
        seed_years(session, centre_id, years or (2025, 2026))


def _one_holiday(stage: Stage) -> int:
    version: int = stage.run(change_day, day=NEW_YEAR.day, working=False, name=NEW_YEAR.name, version=0)
    return version


def _published(stage: Stage) -> int:
    version: int = stage.run(publish_year, year=2027, version=_one_holiday(stage))
    return version


EXAMPLES: dict[str, Example] = {
    "calendar.seed": lambda stage: {"first_year": 2026},
    "calendar.day": lambda stage: {"day": NEW_YEAR.day, "working": False, "name": NEW_YEAR.name, "version": 0},
    "calendar.import": lambda stage: {"days": (NEW_YEAR,), "source": "测试", "publish": True},
    "calendar.publish": lambda stage: {"year": 2027, "version": _one_holiday(stage)},
    "calendar.withdraw": lambda stage: {"year": 2027, "version": _published(stage)},
}
