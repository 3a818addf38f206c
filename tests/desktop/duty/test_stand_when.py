"""When somebody cannot come, as it is said on the phone: read into half days, refused with a sentence, told back in full."""

from datetime import date

import pytest

from db.duty.solve.problem import Half, Time
from db.errors import RuleBroken
from desktop.duty.stand_form_when import read_when, when_words

TUESDAY = date(2026, 11, 17)


def day(month: int, day_of_month: int, year: int = 2026) -> date:
    return date(year, month, day_of_month)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("今天", day(11, 17), day(11, 17)),
        ("明天", day(11, 18), day(11, 18)),
        ("大后天", day(11, 20), day(11, 20)),
        ("12.3", day(12, 3), day(12, 3)),
        ("12月3日", day(12, 3), day(12, 3)),
        ("12.3-9", day(12, 3), day(12, 9)),
        ("12.3-12.9", day(12, 3), day(12, 9)),
        ("12月28日到1月3号", day(12, 28), day(1, 3, 2027)),
        ("20号", day(11, 20), day(11, 20)),
        ("5号", day(12, 5), day(12, 5)),
        ("20-25日请假", day(11, 20), day(11, 25)),
        ("周三", day(11, 18), day(11, 18)),
        ("周一", day(11, 23), day(11, 23)),
        ("下周三", day(11, 25), day(11, 25)),
        ("星期天", day(11, 22), day(11, 22)),
        ("本周", day(11, 17), day(11, 22)),
        ("下周", day(11, 23), day(11, 29)),
        ("下周末", day(11, 28), day(11, 29)),
        ("明天起两周", day(11, 18), day(12, 1)),
        ("12.1起一个月", day(12, 1), day(12, 31)),
        ("3天", day(11, 17), day(11, 19)),
        ("12月", day(12, 1), day(12, 31)),
        ("1月", day(1, 1, 2027), day(1, 31, 2027)),
        ("２０２７－０１－０５", day(1, 5, 2027), day(1, 5, 2027)),
    ],
)
def test_days_are_read_as_they_are_said(text: str, first: date, last: date) -> None:
    assert read_when(text, TUESDAY) == (Time(first, last),)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("下周三下午", Time(day(11, 25), day(11, 25), None, Half.AFTERNOON)),
        ("每周二上午", Time(None, None, 1, Half.MORNING)),
        ("每周五", Time(None, None, 4, None)),
        ("12月每周二上午", Time(day(12, 1), day(12, 31), 1, Half.MORNING)),
        ("明天起", Time(day(11, 18), None)),
    ],
)
def test_halves_and_weeks_are_read(text: str, time: Time) -> None:
    assert read_when(text, TUESDAY) == (time,)


def test_two_weekdays_are_two_times() -> None:
    assert read_when("每周二、四上午", TUESDAY) == (
        Time(weekday=1, half=Half.MORNING),
        Time(weekday=3, half=Half.MORNING),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "请写明哪一天"),
        ("有空再说", "看不懂"),
        ("12.3后面", "看不懂“后面”"),
        ("12.32", "没有 12月32日"),
        ("13月", "没有 13 月"),
        ("12.9-12.3", "请检查"),
        ("2025-12-01", "已经过去"),
        ("12.3下午到12.5上午", "一次登记一个时段"),
        ("12.3到", "到哪一天为止"),
    ],
)
def test_what_is_not_understood_is_told(text: str, words: str) -> None:
    with pytest.raises(RuleBroken) as told:
        read_when(text, TUESDAY)
    assert words in told.value.sentence


def test_the_time_is_told_back_in_full() -> None:
    assert when_words(read_when("12.3-9", TUESDAY)[0]) == "2026年12月3日 周四 至 12月9日 周三 全天（共 7 天）"
    assert when_words(read_when("下周三下午", TUESDAY)[0]) == "2026年11月25日 周三 下午"
    assert when_words(read_when("每周二上午", TUESDAY)[0]) == "每周二上午"
