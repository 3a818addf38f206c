"""Rules in words."""

from datetime import date, time
from uuid import UUID

import pytest

from db.calendar.recurrence import Every, OnHoliday, Pattern
from db.duty.rule_text import days_text, rule_text, times_text
from db.duty.rules import BodyRule, Composition, SeasonTime, Turn

JANUARY, FEBRUARY = date(2026, 1, 5), date(2026, 2, 2)
KINDS = ("党代表", "人大代表", "政协委员")
MORNING = (SeasonTime(time(9), time(11)),)


def told(pattern: Pattern, composition: Composition, times: tuple[SeasonTime, ...] = MORNING) -> str:
    return rule_text(BodyRule(UUID(int=1), UUID(int=2), pattern, times, composition))


def test_a_whole_rule_in_a_sentence() -> None:
    wednesdays = Pattern(Every.WEEK, JANUARY, weekdays=(2,), on_holiday=OnHoliday.POSTPONE)
    assert told(wednesdays, Composition(Turn.IN_TURN, 1, KINDS)) == (
        "每周三上午 9:00–11:00，遇节假日顺延，1 人，党代表、人大代表、政协委员轮流"
    )
    evening = (SeasonTime(time(18, 30), time(20)),)
    saturdays = Pattern(Every.WEEK, JANUARY, weekdays=(5, 2))
    assert told(saturdays, Composition(Turn.TOGETHER, 1, KINDS[:2]), evening) == (
        "每周三、周六晚上 18:30–20:00，节假日照常，党代表、人大代表各 1 人同时到场"
    )


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (Pattern(Every.DAY, JANUARY, on_holiday=OnHoliday.SKIP), "每个工作日"),
        (Pattern(Every.DAY, JANUARY), "每天"),
        (Pattern(Every.DAY, JANUARY, 3), "每 3 天"),
        (Pattern(Every.WEEK, JANUARY, 2, weekdays=(0, 3)), "每 2 周的周一、周四"),
        (Pattern(Every.WEEK, JANUARY), "每周一"),
        (Pattern(Every.MONTH_DAY, JANUARY, month_days=(20, 10)), "每月10日、20日"),
        (Pattern(Every.MONTH_DAY, JANUARY, 2, month_days=(15,)), "单月15日"),
        (Pattern(Every.MONTH_DAY, FEBRUARY, 2, month_days=(15,)), "双月15日"),
        (Pattern(Every.MONTH_DAY, FEBRUARY, 3, month_days=(1,)), "每年2月、5月、8月、11月的1日"),
        (Pattern(Every.MONTH_DAY, FEBRUARY, 5, month_days=(1,)), "从2026年2月起每 5 个月的1日"),
        (Pattern(Every.MONTH_WEEKDAY, JANUARY, weekdays=(1,), nth=2), "每月第2个周二"),
        (Pattern(Every.MONTH_WEEKDAY, JANUARY, weekdays=(4,), nth=-1), "每月最后一个周五"),
    ],
)
def test_the_days_of_a_pattern_in_words(pattern: Pattern, words: str) -> None:
    assert days_text(pattern) == words


def test_times_by_season() -> None:
    times = (SeasonTime(time(9), time(11), 1001, 531), SeasonTime(time(15), time(17), 601, 930))
    assert times_text(times) == "上午 9:00–11:00（10月1日至5月31日）/下午 15:00–17:00（6月1日至9月30日）"
