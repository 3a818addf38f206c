"""The days of a case: promised date, when its lamp turns, last day for telling what is missing. Pure.

Sources: 行政许可法 §32 (5 working days for telling), §45 (special procedures are not counted); day one is the working day
after acceptance. Yellow at one day or 20 % left and red when overdue are defaults of this programme, not law.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from db.calendar.rules import Calendar, Pause, Unit, Unpublished, days_left, due_date
from db.cases.rules import NO_DATE_CALENDAR, NO_DATE_UNCONFIRMED
from db.cases.status import Clock, Lamp

NOTICE_DAYS = 5
YELLOW_DAYS = 1
YELLOW_PERCENT = 20
ONE_DAY = timedelta(days=1)
_UNITS = {each.value: each for each in Unit}


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a case may take: `days` of `unit`, None where nothing is known; unconfirmed limits promise nothing."""

    days: int | None
    unit: Unit
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Term:
    """The promised date and the first day on which the lamp is yellow; or the reason why there is no date."""

    due_on: date | None = None
    yellow_on: date | None = None
    no_date_reason: str = ""


def limit_of(
    promise_limit: int | None, promise_unit: str, legal_limit: int | None, legal_unit: str, *, confirmed: bool
) -> Limit:
    """The limit that binds: what was promised, else what the law allows. 0 counts as not known."""
    days, unit = (promise_limit, promise_unit) if promise_limit else (legal_limit, legal_unit)
    return Limit(days or None, _UNITS.get(unit, Unit.WORKING), confirmed)


def stood_still(started_on: date, ended_on: date) -> Pause:
    """The days of a 挂起 that are not counted: from the day it began to the day before the clock runs on.

    The calendar's own Pause leaves out the day it starts and takes in the day it ends. Taken so, a case paused on its
    last day would be overdue the moment it is resumed; counted from the other end the length is the same, and the day
    of 恢复计时 is a day one can still work in.
    """
    return Pause(started_on - ONE_DAY, ended_on - ONE_DAY)


def term(calendar: Calendar, limit: Limit, accepted_on: date, pauses: Iterable[Pause] = ()) -> Term:
    """The promised date of a case accepted on a day. Without a confirmed limit or a published year there is none."""
    if limit.days is None or not limit.confirmed:
        return Term(no_date_reason=NO_DATE_UNCONFIRMED)
    due = due_date(calendar, accepted_on, limit.days, limit.unit, tuple(pauses))
    if isinstance(due, Unpublished):
        return Term(no_date_reason=NO_DATE_CALENDAR)
    return Term(due, _yellow_from(calendar, limit, due, accepted_on))


def _yellow_from(calendar: Calendar, limit: Limit, due: date, accepted_on: date) -> date:
    """The first day on which at most one day or 20 % of the limit is left, not before acceptance."""
    days = limit.days or 0
    threshold = max(YELLOW_DAYS, days * YELLOW_PERCENT // 100)
    day = due
    while day > accepted_on:
        earlier = day - ONE_DAY
        left = days_left(calendar, earlier, due, limit.unit)
        if isinstance(left, Unpublished) or left > threshold:
            break
        day = earlier
    return day


def notice_due(calendar: Calendar, received_on: date) -> date | None:
    """The last day for telling what is missing; None where the calendar is not published."""
    due = due_date(calendar, received_on, NOTICE_DAYS, Unit.WORKING)
    return None if isinstance(due, Unpublished) else due


def lamp(clock: Clock, due_on: date | None, yellow_on: date | None, today: date) -> Lamp:
    """The light of a case: only a running clock with a date shines; a paused one shows that it is paused."""
    if clock is Clock.PAUSED:
        return Lamp.PAUSED
    if clock is not Clock.RUNNING or due_on is None:
        return Lamp.NONE
    if today > due_on:
        return Lamp.RED
    return Lamp.YELLOW if yellow_on is not None and today >= yellow_on else Lamp.GREEN


def finished_late(due_on: date | None, finished_on: date | None) -> bool:
    """Whether a finished case overran its promised date (超期办结)."""
    return due_on is not None and finished_on is not None and finished_on > due_on
