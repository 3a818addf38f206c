"""What happened to a year of the calendar while somebody turned a day or wrote what it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from db.calendar.queries import YearView, year_view
from desktop.calendar.grid import WEEK
from desktop.shell.again import Gesture

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

KINDS = {True: "班", False: "休", None: "平常"}


@dataclass(frozen=True, slots=True)
class Turned:
    """A day and what it is to be: holiday (False), 补班 (True), plain (None)."""

    day: date
    working: bool | None

    def words(self) -> str:
        """“11月24日 周二 改为休”."""
        return f"{day_text(self.day)} 改为{KINDS[self.working]}"


def day_text(day: date) -> str:
    """“11月24日 周二”."""
    return f"{day.month}月{day.day}日 周{WEEK[day.weekday()]}"


def facts(view: YearView) -> Mapping[str, str]:
    """What a year says of itself and of each of its days."""
    known = {each.day: f"{KINDS[each.working]} {each.name}".strip() for each in view.days}
    first = date(view.year, 1, 1)
    days = [first + timedelta(days=at) for at in range((date(view.year + 1, 1, 1) - first).days)]
    return {
        "年历": "已发布" if view.published else "未发布",
        "来源": view.source,
        **{day_text(day): known.get(day, KINDS[None]) for day in days},
    }


def state_of(view: YearView, day: date) -> bool | None:
    """What a day is in a year: holiday, 补班, or plain (None)."""
    return next((each.working for each in view.days if each.day == day), None)


def gesture(
    centre_id: "UUID",
    before: YearView,
    words: str,
    again: Callable[[YearView], None],
    hindered: Callable[[YearView], str],
) -> Gesture[YearView]:
    """Something wanted of a year as it was on the screen."""
    read: Callable[[Session], YearView] = lambda session: year_view(session, centre_id, before.year)  # noqa: E731
    return Gesture(before, read, facts, lambda _now: words, again, hindered)
