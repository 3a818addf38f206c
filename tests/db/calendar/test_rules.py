"""Working days and promised dates."""

from datetime import date, timedelta

import pytest
from chinese_calendar import is_workday
from hypothesis import given
from hypothesis import strategies as st

from db.calendar.published import days_of, years
from db.calendar.rules import Calendar, Pause, Unit, Unpublished, days_left, doubts, due_date, next_working_day, toggled

CALENDAR = Calendar(frozenset({2025, 2026}), {row.day: row.working for year in (2025, 2026) for row in days_of(year)})
days = st.dates(date(2025, 1, 1), date(2026, 6, 30))
limits = st.integers(1, 60)


@st.composite
def pauses(draw: st.DrawFn) -> list[Pause]:
    starts = draw(st.lists(days, max_size=3))
    return [Pause(start, start + timedelta(draw(st.integers(0, 20)))) for start in starts]


def naive(accepted: date, limit: int, stops: list[Pause]) -> date:
    """Day by day, by the package's own calendar, with the paused days crossed out beforehand."""
    crossed = {stop.start + timedelta(n) for stop in stops for n in range(1, (stop.end - stop.start).days + 1)}
    day, counted = accepted, 0
    while counted < limit:
        day += timedelta(1)
        counted += is_workday(day) and day not in crossed
    return day


@given(days, limits, pauses())
def test_the_promised_date_is_that_of_a_count_by_hand(accepted: date, limit: int, stops: list[Pause]) -> None:
    expected = naive(accepted, limit, stops) if limit <= 40 else None
    got = due_date(CALENDAR, accepted, limit, Unit.WORKING, stops)
    if expected is not None:
        assert got == expected


@given(days, days, limits, pauses())
def test_who_is_accepted_later_is_never_promised_an_earlier_day(
    one: date, two: date, limit: int, stops: list[Pause]
) -> None:
    early, late = sorted((one, two))
    first = due_date(CALENDAR, early, limit, Unit.WORKING, stops)
    second = due_date(CALENDAR, late, limit, Unit.WORKING, stops)
    if isinstance(first, date) and isinstance(second, date):
        assert first <= second
    else:
        assert isinstance(second, Unpublished)


@given(days, limits, pauses(), st.sampled_from(Unit))
def test_one_day_more_is_a_later_day(accepted: date, limit: int, stops: list[Pause], unit: Unit) -> None:
    shorter, longer = (due_date(CALENDAR, accepted, n, unit, stops) for n in (limit, limit + 1))
    if isinstance(longer, date):
        assert isinstance(shorter, date)
        assert accepted < shorter < longer


@given(days, limits, pauses())
def test_a_pause_never_makes_it_earlier(accepted: date, limit: int, stops: list[Pause]) -> None:
    plain = due_date(CALENDAR, accepted, limit, Unit.WORKING)
    paused = due_date(CALENDAR, accepted, limit, Unit.WORKING, stops)
    if isinstance(plain, date) and isinstance(paused, date):
        assert plain <= paused


@given(days, limits)
def test_days_left_on_the_day_of_acceptance_is_the_limit(accepted: date, limit: int) -> None:
    due = due_date(CALENDAR, accepted, limit, Unit.WORKING)
    if isinstance(due, date):
        assert days_left(CALENDAR, accepted, due) == limit
        assert days_left(CALENDAR, due, due) == 0
        assert days_left(CALENDAR, due, accepted) == -limit


def test_counting_begins_the_day_after_and_a_weekend_of_make_up_work_counts() -> None:
    # Friday 13 February 2026, then Saturday 14 is 补班, then nine days of Spring Festival
    assert due_date(CALENDAR, date(2026, 2, 13), 1, Unit.WORKING) == date(2026, 2, 14)
    assert due_date(CALENDAR, date(2026, 2, 13), 2, Unit.WORKING) == date(2026, 2, 24)


def test_accepted_on_a_day_of_rest_begins_with_the_next_working_day() -> None:
    assert due_date(CALENDAR, date(2026, 11, 22), 1, Unit.WORKING) == date(2026, 11, 23)


def test_natural_days_are_counted_straight_and_need_no_calendar() -> None:
    assert due_date(Calendar(frozenset()), date(2026, 12, 20), 20, "自然日") == date(2027, 1, 9)


def test_a_pause_counts_from_the_day_after_to_the_day_it_ends() -> None:
    # Monday to Friday: paused on Tuesday, resumed on Thursday; Wednesday and Thursday do not count
    pause = Pause(date(2026, 11, 3), date(2026, 11, 5))
    assert due_date(CALENDAR, date(2026, 11, 2), 3, Unit.WORKING) == date(2026, 11, 5)
    assert due_date(CALENDAR, date(2026, 11, 2), 3, Unit.WORKING, [pause]) == date(2026, 11, 9)


def test_no_date_is_guessed_for_a_year_that_is_not_published() -> None:
    answer = due_date(CALENDAR, date(2026, 12, 25), 10, Unit.WORKING)
    assert answer == Unpublished(2027)
    assert answer.sentence == "2027 年历未发布，暂不能推算日期"
    assert days_left(CALENDAR, date(2026, 12, 25), date(2027, 1, 8)) == Unpublished(2027)
    assert next_working_day(CALENDAR, date(2027, 1, 1)) == Unpublished(2027)


@pytest.mark.parametrize("limit", [0, -1, 3651])
def test_a_limit_without_sense_is_a_bug(limit: int) -> None:
    with pytest.raises(ValueError, match="limit"):
        due_date(CALENDAR, date(2026, 1, 5), limit, Unit.WORKING)


def test_a_click_turns_a_day_round_and_a_second_click_turns_it_back() -> None:
    tuesday, saturday = date(2026, 11, 24), date(2026, 11, 28)
    assert toggled(CALENDAR, tuesday) is False
    assert toggled(Calendar(CALENDAR.published, {tuesday: False}), tuesday) is None
    assert toggled(CALENDAR, saturday) is True


def test_doubts_before_a_year_is_published() -> None:
    assert doubts(CALENDAR, 2026) == ()
    assert any("还没有一个放假日" in line for line in doubts(Calendar(frozenset()), 2027))
    assert any("不需要设为补班" in line for line in doubts(Calendar(frozenset(), {date(2027, 3, 1): True}), 2027))


def test_the_package_agrees_with_the_notice_for_2026() -> None:
    assert 2026 in years()
    make_up = [(row.day.month, row.day.day) for row in days_of(2026) if row.working]
    assert make_up == [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]
    assert days_of(2050) == ()
