"""From rules of days to sessions: holidays, seasons, and the rotation of the kinds. Plain values only.

A session belongs to the day its rule planned, and so to the month of that day: a horizon takes every session *planned* in
it, even where 顺延 moves it past the end, and none that was planned before it and moved into it. Whoever walks a year
month by month therefore gets the sessions of the year, none lost and none twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import takewhile
from uuid import UUID

from db.calendar.recurrence import Every, OnHoliday, Pattern, days_of
from db.calendar.rules import Calendar, Unpublished, next_working_day
from db.duty.rules import BodyRule, Composition, SeasonTime, Session, Turn
from db.duty.solve.problem import Need
from db.errors import RuleBroken

SKIPPED = "遇节假日停一次"
MERGED = "顺延后与同日另一班重合，只保留一班"
POSTPONED = "顺延"
_DAY = timedelta(days=1)


def sessions(
    rule: BodyRule, first: date, last: date, calendar: Calendar, already: tuple[str, ...] = ()
) -> tuple[Session, ...]:
    """Every session of one rule that is planned from `first` to `last`, both included; see `body_sessions`."""
    return body_sessions((rule,), first, last, calendar, {rule.id: already})


def body_sessions(
    rules: Iterable[BodyRule],
    first: date,
    last: date,
    calendar: Calendar,
    already: Mapping[UUID, tuple[str, ...]] | None = None,
) -> tuple[Session, ...]:
    """Every session that the rules of one body plan from `first` to `last`, both included, by planned day.

    Those that do not take place are kept with their reason. A session that 顺延 moves onto a time at which the body sits
    anyhow is not held twice; of two that are moved onto the same time the earlier planned one is held.
    `already` gives for each rule the kinds (身份) whose turn it was in sessions held before, the oldest first: of IN_TURN
    the kind that has waited longest is next, so nobody is jumped because their day was a holiday.

    Raises:
        RuleBroken: a day's year is not published though its holidays matter, or no time of the day holds in its season.
    """
    rules = tuple(rules)
    found = [_settled(rule, calendar, day) for rule in rules for day in _planned(rule, first, last, calendar)]
    settled = _merged(found, _neighbours(rules, first, last, calendar))
    turns: dict[UUID, list[str]] = {}
    compositions = {rule.id: rule.composition for rule in rules}
    result = []
    for each in sorted(settled, key=_order):
        before = turns.setdefault(each.rule_id, list((already or {}).get(each.rule_id, ())))
        needs = needs_of(compositions[each.rule_id], before)
        if compositions[each.rule_id].turn is Turn.IN_TURN and not each.cancelled:
            before.extend(needs[0].kinds)
        result.append(replace(each, needs=needs))
    return tuple(result)


def needs_of(composition: Composition, before: Iterable[str] = ()) -> tuple[Need, ...]:
    """Who is needed in the next session, when these kinds had their turns before (the oldest first)."""
    if composition.turn is Turn.TOGETHER:
        return tuple(Need(composition.people, frozenset({kind})) for kind in composition.kinds)
    if composition.turn is Turn.IN_TURN and composition.kinds:
        return (Need(composition.people, frozenset({next_kind(composition.kinds, before)})),)
    return (Need(composition.people, frozenset(composition.kinds)),)


def next_kind(kinds: tuple[str, ...], before: Iterable[str]) -> str:
    """The kind that has waited longest: one that never had a turn, else whose last turn is the furthest back."""
    latest = {kind: at for at, kind in enumerate(before)}
    return min(kinds, key=lambda kind: latest.get(kind, -1))


def time_on(times: tuple[SeasonTime, ...], day: date) -> SeasonTime:
    """From when to when a session lasts on a day.

    Raises:
        RuleBroken: no season of the rule holds that day.
    """
    for each in times:
        if in_season(each, day.month * 100 + day.day):
            return each
    raise RuleBroken(f"规则里没有写 {day.month}月{day.day}日 这个季节的时段，请先补上。")


def in_season(season: SeasonTime, at: int) -> bool:
    """Whether month*100+day lies in a season, which may run over New Year."""
    if season.season_from <= season.season_to:
        return season.season_from <= at <= season.season_to
    return at >= season.season_from or at <= season.season_to


def rests(pattern: Pattern, calendar: Calendar, day: date) -> bool | None:
    """Whether a planned day counts as a holiday (遇节假日) for a pattern; None where its year is not published.

    A body that sits on Saturdays by its rule (无假日社区) rests only on Saturdays that are a holiday by the notice.
    """
    works = calendar.works(day)
    if works is None:
        return None
    if _names_weekend(pattern) and day.weekday() >= 5:
        return calendar.exceptions.get(day) is False
    return not works


def _names_weekend(pattern: Pattern) -> bool:
    named = pattern.weekdays or (pattern.first.weekday(),)
    return pattern.every in (Every.WEEK, Every.MONTH_WEEKDAY) and any(day >= 5 for day in named)


def _planned(rule: BodyRule, first: date, last: date, calendar: Calendar) -> Iterator[date]:
    """The days in [first, last]. “每个工作日” plans no plain weekends: they are no days that were skipped."""
    daily = rule.pattern.every is Every.DAY and rule.pattern.on_holiday is not OnHoliday.KEEP
    for day in takewhile(lambda day: day <= last, days_of(rule.pattern)):
        if day >= first and not (daily and day.weekday() >= 5 and calendar.works(day) is False):
            yield day


def _settled(rule: BodyRule, calendar: Calendar, planned: date) -> Session:
    """One session as if it were alone; its needs follow when it is known which sessions are held."""
    day, cancelled, note = planned, "", ""
    if rule.pattern.on_holiday is not OnHoliday.KEEP:
        off = rests(rule.pattern, calendar, planned)
        if off is None:
            raise RuleBroken(f"{Unpublished(planned.year).sentence}，请先在工作日历里补入，或把规则改为节假日照常。")
        if off and rule.pattern.on_holiday is OnHoliday.SKIP:
            cancelled = SKIPPED
        elif off:
            moved = next_working_day(calendar, planned + _DAY)
            if isinstance(moved, Unpublished):
                told = f"{planned.month}月{planned.day}日要顺延，但{moved.sentence}"
                raise RuleBroken(f"{told}，请先在工作日历里补入，或把截止日期提前。")
            day, note = moved, POSTPONED
    at = time_on(rule.times, day)
    return Session(rule.id, rule.body_id, planned, day, at.starts, at.ends, (), cancelled, note)


def _neighbours(rules: tuple[BodyRule, ...], first: date, last: date, calendar: Calendar) -> list[Session]:
    """Sessions planned outside the horizon that share a day with one in it: of the rest before, and of the day after."""
    before, after = first, last
    while calendar.works(before - _DAY) is False:
        before -= _DAY
    while calendar.works(after) is False:
        after += _DAY
    found: list[Session] = []
    for rule in rules:
        for low, high in ((before, first - _DAY), (last + _DAY, after)):
            published = (day for day in _planned(rule, low, high, calendar) if day.year in calendar.published)
            found += [_settled(rule, calendar, day) for day in published if not _beyond(calendar, day)]
    return found


def _beyond(calendar: Calendar, day: date) -> bool:
    """Whether 顺延 from a day would leave the published years: such a neighbour cannot share a day of the horizon."""
    return isinstance(next_working_day(calendar, day), Unpublished)


def _merged(found: list[Session], neighbours: list[Session]) -> list[Session]:
    """Call off what was moved onto a time that another session of the body has, or an earlier one was moved onto."""
    held: dict[date, list[Session]] = {}
    off: set[Session] = set()
    for each in sorted((*found, *neighbours), key=lambda one: (one.note == POSTPONED, _order(one))):
        if each.cancelled:
            continue
        same_day = held.setdefault(each.day, [])
        if each.note == POSTPONED and any(_overlap(each, other) for other in same_day):
            off.add(each)
        else:
            same_day.append(each)
    return [replace(each, cancelled=MERGED) if each in off else each for each in found]


def _order(session: Session) -> tuple[date, date, str, str]:
    return session.planned, session.day, session.starts.isoformat(), str(session.rule_id)


def _overlap(one: Session, other: Session) -> bool:
    return one.starts < other.ends and other.starts < one.ends
