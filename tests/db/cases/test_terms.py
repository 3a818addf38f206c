"""Promised dates and lamps."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.calendar.published import days_of, years
from db.calendar.rules import Calendar, Unit, days_left
from db.cases.status import Clock, Lamp
from db.cases.terms import Limit, finished_late, lamp, limit_of, notice_due, stood_still, term

CALENDAR = Calendar(
    frozenset({2025, 2026}), {day.day: day.working for year in (2025, 2026) for day in days_of(year) if year in years()}
)
WORKING = Limit(10, Unit.WORKING, confirmed=True)
dates = st.dates(date(2025, 1, 1), date(2026, 9, 30))


@pytest.mark.parametrize(
    ("accepted", "days", "due"),
    [
        (date(2026, 11, 17), 1, date(2026, 11, 18)),
        (date(2026, 9, 18), 1, date(2026, 9, 20)),  # Sunday 20 September 2026 is a 补班
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # over the National Day
        (date(2026, 10, 9), 1, date(2026, 10, 10)),  # Saturday, 补班
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # accepted on a Saturday by 错时
    ],
)
def test_day_one_is_the_working_day_after_acceptance(accepted: date, days: int, due: date) -> None:
    assert term(CALENDAR, Limit(days, Unit.WORKING, confirmed=True), accepted).due_on == due


@given(dates, st.integers(1, 60))
def test_lamp_turns_yellow_once_and_then_red(accepted: date, days: int) -> None:
    found = term(CALENDAR, Limit(days, Unit.WORKING, confirmed=True), accepted)
    assert found.due_on is not None
    assert found.yellow_on is not None
    seen = []
    day = accepted
    while day <= found.due_on + timedelta(days=1):
        shown = lamp(Clock.RUNNING, found.due_on, found.yellow_on, day)
        left = days_left(CALENDAR, day, found.due_on)
        assert isinstance(left, int)
        expected = Lamp.RED if day > found.due_on else Lamp.YELLOW if left <= 1 or left * 5 <= days else Lamp.GREEN
        assert shown is expected
        if not seen or seen[-1] is not shown:
            seen.append(shown)
        day += timedelta(days=1)
    assert seen in ([Lamp.GREEN, Lamp.YELLOW, Lamp.RED], [Lamp.YELLOW, Lamp.RED])


@given(dates, st.integers(0, 40), st.integers(0, 40))
def test_pause_adds_exactly_the_counting_days_it_took(accepted: date, after: int, length: int) -> None:
    plain = term(CALENDAR, WORKING, accepted).due_on
    assert plain is not None
    start = accepted + timedelta(days=after)
    end = start + timedelta(days=length)
    paused = term(CALENDAR, WORKING, accepted, [stood_still(start, end)]).due_on
    assert paused is not None
    still = [start + timedelta(days=n) for n in range(length)]
    taken = sum(1 for day in still if day > accepted and CALENDAR.works(day)) if start <= plain else 0
    assert days_left(CALENDAR, plain, paused) == taken


def test_case_paused_on_its_last_day_can_still_be_finished_when_resumed() -> None:
    due = term(CALENDAR, WORKING, date(2026, 11, 17)).due_on
    assert due == date(2026, 12, 1)
    resumed = date(2026, 12, 15)
    assert term(CALENDAR, WORKING, date(2026, 11, 17), [stood_still(due, resumed)]).due_on == resumed


def test_clock_that_does_not_run_shows_no_lamp() -> None:
    due = date(2026, 11, 1)
    assert lamp(Clock.PAUSED, due, due, date(2026, 12, 1)) is Lamp.PAUSED
    for clock in (Clock.NOT_STARTED, Clock.STOPPED, Clock.NONE):
        assert lamp(clock, due, due, date(2026, 12, 1)) is Lamp.NONE
    assert lamp(Clock.RUNNING, None, None, date(2026, 12, 1)) is Lamp.NONE


def test_no_date_is_guessed() -> None:
    assert term(CALENDAR, Limit(10, Unit.WORKING, confirmed=False), date(2026, 11, 17)).no_date_reason == "时限待核"
    assert term(CALENDAR, Limit(None, Unit.WORKING, confirmed=True), date(2026, 11, 17)).no_date_reason == "时限待核"
    assert term(CALENDAR, WORKING, date(2026, 12, 25)).no_date_reason == "年历未发布"
    assert notice_due(CALENDAR, date(2026, 12, 30)) is None
    assert notice_due(CALENDAR, date(2026, 11, 17)) == date(2026, 11, 24)


def test_promise_binds_before_the_law() -> None:
    assert limit_of(10, "工作日", 20, "自然日", confirmed=True) == WORKING
    assert limit_of(None, "工作日", 20, "自然日", confirmed=True) == Limit(20, Unit.NATURAL, confirmed=True)
    assert limit_of(0, "工作日", None, "工作日", confirmed=True).days is None


def test_finished_late_is_told_apart() -> None:
    assert finished_late(date(2026, 11, 1), date(2026, 11, 2))
    assert not finished_late(date(2026, 11, 1), date(2026, 11, 1))
    assert not finished_late(None, date(2026, 11, 1))
