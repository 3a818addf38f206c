"""Rules of days become sessions: the calendar of 2026, and the laws that hold for every rule."""

from collections import Counter
from datetime import date, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.calendar.published import days_of
from db.calendar.recurrence import Every, OnHoliday, Pattern
from db.calendar.rules import Calendar
from db.duty.rules import BodyRule, Composition, SeasonTime, Session, Turn
from db.duty.sessions import MERGED, POSTPONED, SKIPPED, body_sessions, next_kind, rests, sessions
from db.duty.solve.problem import Need
from db.errors import RuleBroken

CALENDAR = Calendar(frozenset({2025, 2026}), {row.day: row.working for year in (2025, 2026) for row in days_of(year)})
MORNING = (SeasonTime(time(9), time(11)),)
KINDS = ("党代表", "人大代表", "政协委员")
ANYBODY = Composition()
ONE, TWO, BODY = (UUID(int=n) for n in (1, 2, 3))
NEW_YEAR, NEW_YEARS_EVE = date(2026, 1, 1), date(2026, 12, 31)


def rule(pattern: Pattern, composition: Composition = ANYBODY, rule_id: UUID = ONE, **more: object) -> BodyRule:
    return BodyRule(rule_id, BODY, pattern, **{"times": MORNING, "composition": composition, **more})  # type: ignore[arg-type]


def weekly(*weekdays: int, first: date = NEW_YEAR, on_holiday: OnHoliday = OnHoliday.POSTPONE) -> Pattern:
    return Pattern(Every.WEEK, first, weekdays=weekdays, on_holiday=on_holiday)


def monthly(*days: int, first: date = NEW_YEAR, interval: int = 1) -> Pattern:
    return Pattern(Every.MONTH_DAY, first, interval, month_days=days, on_holiday=OnHoliday.POSTPONE)


def held(found: tuple[Session, ...]) -> list[str]:
    return [f"{each.day:%m%d}" for each in found if not each.cancelled]


def test_the_tenth_and_the_twentieth_move_to_the_next_working_day() -> None:
    found = sessions(rule(monthly(10, 20)), NEW_YEAR, date(2026, 6, 30), CALENDAR)
    assert held(found) == [
        "0112", "0120", "0210", "0224", "0310", "0320", "0410", "0420", "0511", "0520", "0610", "0622",
    ]  # fmt: skip
    assert [f"{each.planned:%m%d}" for each in found if each.note == POSTPONED] == ["0110", "0220", "0510", "0620"]


def test_a_working_saturday_is_no_holiday() -> None:
    assert held(sessions(rule(monthly(10)), date(2026, 10, 1), date(2026, 10, 31), CALENDAR)) == ["1010"]


def test_odd_months_stay_odd_and_the_pattern_needs_no_end() -> None:
    found = sessions(rule(monthly(15, first=date(2021, 1, 1), interval=2)), NEW_YEAR, NEW_YEARS_EVE, CALENDAR)
    assert [each.planned.month for each in found] == [1, 3, 5, 7, 9, 11]


def test_every_second_week_keeps_its_beat_over_the_years() -> None:
    pattern = Pattern(Every.WEEK, date(2025, 11, 5), 2, weekdays=(2,), on_holiday=OnHoliday.KEEP)
    found = sessions(rule(pattern), NEW_YEAR, date(2026, 2, 28), CALENDAR)
    assert held(found) == ["0114", "0128", "0211", "0225"]


def test_the_last_friday_and_the_second_tuesday() -> None:
    last = Pattern(Every.MONTH_WEEKDAY, NEW_YEAR, weekdays=(4,), nth=-1, on_holiday=OnHoliday.POSTPONE)
    second = Pattern(Every.MONTH_WEEKDAY, NEW_YEAR, weekdays=(1,), nth=2, on_holiday=OnHoliday.POSTPONE)
    assert held(sessions(rule(last), NEW_YEAR, date(2026, 3, 31), CALENDAR)) == ["0130", "0227", "0327"]
    assert held(sessions(rule(second), NEW_YEAR, date(2026, 3, 31), CALENDAR)) == ["0113", "0210", "0310"]


def test_a_skipped_day_is_kept_with_its_reason_and_nobody_is_jumped() -> None:
    in_turn = rule(weekly(2, on_holiday=OnHoliday.SKIP), Composition(Turn.IN_TURN, 1, KINDS))
    found = sessions(in_turn, date(2026, 2, 4), date(2026, 3, 4), CALENDAR)
    told = [(f"{each.day:%m%d}", "".join(each.needs[0].kinds), each.cancelled) for each in found]
    assert told == [
        ("0204", "党代表", ""),
        ("0211", "人大代表", ""),
        ("0218", "政协委员", SKIPPED),
        ("0225", "政协委员", ""),
        ("0304", "党代表", ""),
    ]


def test_the_rotation_goes_on_from_the_last_plan_and_a_kind_that_fell_out_is_first() -> None:
    in_turn = rule(weekly(2), Composition(Turn.IN_TURN, 1, KINDS))
    found = sessions(in_turn, date(2026, 3, 1), date(2026, 3, 31), CALENDAR, ("党代表", "政协委员"))
    assert [next(iter(each.needs[0].kinds)) for each in found] == ["人大代表", "党代表", "政协委员", "人大代表"]
    assert next_kind(KINDS, ("律师",)) == "党代表"


def test_together_asks_for_so_many_of_each_kind_and_anybody_for_any_of_the_kinds() -> None:
    together = sessions(rule(weekly(2), Composition(Turn.TOGETHER, 2, KINDS)), NEW_YEAR, date(2026, 1, 9), CALENDAR)
    assert together[0].needs == tuple(Need(2, frozenset({kind})) for kind in KINDS)
    anybody = sessions(rule(weekly(2), Composition(people=2)), NEW_YEAR, date(2026, 1, 9), CALENDAR)
    assert anybody[0].needs == (Need(2),)


def test_two_that_move_onto_one_day_are_held_once_and_the_ordinary_day_stays() -> None:
    found = sessions(rule(weekly(0, 1, 2, 3, 4)), date(2026, 10, 1), date(2026, 10, 9), CALENDAR)
    assert held(found) == ["1008", "1009"]  # 1 to 7 October are holidays
    assert {each.cancelled for each in found if each.day != each.planned} == {MERGED}
    both = (rule(weekly(0)), rule(weekly(1), rule_id=TWO))
    pair = body_sessions(both, date(2026, 10, 5), date(2026, 10, 9), CALENDAR)
    assert [(f"{each.planned:%m%d}", each.cancelled) for each in pair] == [("1005", ""), ("1006", MERGED)]


def test_two_that_move_onto_one_day_at_different_times_are_both_held() -> None:
    afternoon = rule(weekly(1), rule_id=TWO, times=(SeasonTime(time(15), time(17)),))
    found = body_sessions((rule(weekly(0)), afternoon), date(2026, 10, 5), date(2026, 10, 9), CALENDAR)
    assert held(found) == ["1008", "1008"]


def test_who_sits_on_saturdays_by_the_rule_rests_on_holidays_only() -> None:
    saturdays = weekly(5, on_holiday=OnHoliday.SKIP)
    found = sessions(rule(saturdays), date(2026, 9, 26), date(2026, 10, 17), CALENDAR)
    assert [(f"{each.day:%m%d}", each.cancelled) for each in found] == [
        ("0926", SKIPPED), ("1003", SKIPPED), ("1010", ""), ("1017", ""),
    ]  # fmt: skip


def test_every_working_day_knows_no_plain_weekends() -> None:
    daily = Pattern(Every.DAY, NEW_YEAR, on_holiday=OnHoliday.SKIP)
    found = sessions(rule(daily), date(2026, 10, 1), date(2026, 10, 12), CALENDAR)
    assert held(found) == ["1008", "1009", "1010", "1012"]
    assert [f"{each.day:%m%d}" for each in found if each.cancelled] == ["1001", "1002", "1005", "1006", "1007"]
    year = sessions(rule(daily), NEW_YEAR, NEW_YEARS_EVE, CALENDAR)
    assert len(held(year)) == 248


def test_the_time_of_the_day_follows_the_season_of_the_day_it_is_held() -> None:
    times = (SeasonTime(time(9), time(11), 1001, 531), SeasonTime(time(8, 30), time(10, 30), 601, 930))
    found = sessions(rule(monthly(31, 1), times=times), date(2026, 5, 1), date(2026, 6, 30), CALENDAR)
    assert [(f"{each.day:%m%d}", each.starts, each.cancelled) for each in found] == [
        ("0506", time(9), ""), ("0601", time(8, 30), MERGED), ("0601", time(8, 30), ""),
    ]  # fmt: skip
    with pytest.raises(RuleBroken, match="6月1日"):
        sessions(rule(monthly(1), times=times[:1]), date(2026, 6, 1), date(2026, 6, 2), CALENDAR)


def test_a_year_that_is_not_published_is_not_guessed() -> None:
    with pytest.raises(RuleBroken, match="2027 年历未发布"):
        sessions(rule(weekly(2)), date(2026, 12, 1), date(2027, 1, 31), CALENDAR)
    kept = sessions(rule(weekly(2, on_holiday=OnHoliday.KEEP)), date(2027, 1, 1), date(2027, 1, 31), CALENDAR)
    assert held(kept) == ["0106", "0113", "0120", "0127"]
    only_2025 = Calendar(frozenset({2025}), {date(2025, 12, 31): False})
    with pytest.raises(RuleBroken, match="12月31日要顺延，但2026 年历未发布"):
        sessions(rule(monthly(31, first=date(2025, 1, 1))), date(2025, 12, 1), date(2025, 12, 31), only_2025)
    assert held(sessions(rule(weekly(1)), date(2026, 12, 28), date(2026, 12, 31), CALENDAR)) == ["1229"]


def test_the_end_of_the_horizon_neither_loses_nor_doubles_a_session() -> None:
    end_of_may = rule(monthly(31, 1))
    may = sessions(end_of_may, date(2026, 5, 1), date(2026, 5, 31), CALENDAR)
    june = sessions(end_of_may, date(2026, 6, 1), date(2026, 6, 30), CALENDAR)
    assert [(f"{each.planned:%m%d}", each.cancelled) for each in may] == [("0501", ""), ("0531", MERGED)]
    assert held(june) == ["0601"]
    only_31 = sessions(rule(monthly(31)), date(2026, 5, 1), date(2026, 5, 31), CALENDAR)
    assert held(only_31) == ["0601"]  # belongs to May, sits in June


patterns = st.builds(
    Pattern,
    st.sampled_from(Every),
    st.dates(date(2025, 1, 1), date(2026, 3, 1)),
    st.integers(1, 3),
    st.lists(st.integers(0, 6), min_size=1, max_size=5, unique=True).map(lambda each: tuple(sorted(each))),
    st.sampled_from([1, 2, 3, 4, 5, -1]),
    st.lists(st.integers(1, 31), min_size=1, max_size=4, unique=True).map(lambda each: tuple(sorted(each))),
    st.none(),
    st.none(),
    st.sampled_from(OnHoliday),
)
compositions = st.builds(Composition, st.sampled_from(Turn), st.integers(1, 2), st.just(KINDS))
rule_sets = st.lists(st.tuples(patterns, compositions), min_size=1, max_size=3).map(
    lambda each: tuple(rule(pattern, kinds, UUID(int=at + 1)) for at, (pattern, kinds) in enumerate(each))
)
cuts = st.lists(st.dates(date(2026, 1, 1), date(2026, 11, 29)), max_size=6, unique=True).map(sorted)


@given(rule_sets, cuts)
def test_a_horizon_walked_in_parts_has_the_sessions_of_the_whole(rules: tuple[BodyRule, ...], at: list[date]) -> None:
    end = date(2026, 11, 30)
    whole = body_sessions(rules, NEW_YEAR, end, CALENDAR)
    starts = [NEW_YEAR, *(cut + timedelta(days=1) for cut in at)]
    before: dict[UUID, tuple[str, ...]] = {}
    parts: list[Session] = []
    for start, stop in zip(starts, [*at, end], strict=True):
        part = body_sessions(rules, start, stop, CALENDAR, before)
        for each in part:
            if not each.cancelled and len(each.needs) == 1:
                before[each.rule_id] = before.get(each.rule_id, ()) + tuple(each.needs[0].kinds)
        parts += part
    assert tuple(parts) == whole


@given(patterns, compositions)
def test_no_day_is_planned_twice_none_before_the_first_and_none_held_on_a_holiday(
    pattern: Pattern, composition: Composition
) -> None:
    found = sessions(rule(pattern, composition), NEW_YEAR, date(2026, 11, 30), CALENDAR)
    assert all(count == 1 for count in Counter(each.planned for each in found).values())
    assert all(pattern.first <= each.planned <= each.day for each in found)
    taking_place = [each for each in found if not each.cancelled]
    assert all(count == 1 for count in Counter(each.day for each in taking_place).values())
    if pattern.on_holiday is not OnHoliday.KEEP:
        assert all(rests(pattern, CALENDAR, each.day) is False for each in taking_place)
    else:
        assert all(each.planned == each.day and not each.cancelled for each in found)


@given(patterns)
def test_kinds_in_turn_differ_by_one_at_most_whatever_was_skipped(pattern: Pattern) -> None:
    found = sessions(rule(pattern, Composition(Turn.IN_TURN, 1, KINDS)), NEW_YEAR, date(2026, 11, 30), CALENDAR)
    turns = Counter(kind for each in found if not each.cancelled for kind in each.needs[0].kinds)
    assert max(turns[kind] for kind in KINDS) - min(turns[kind] for kind in KINDS) <= 1
