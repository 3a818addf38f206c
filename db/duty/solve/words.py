"""Days, halves and names as a manager reads them: “3月12–17日”, “3月12日上午”, “张××、李××等 5 人”."""

from collections.abc import Iterable, Sequence
from datetime import date

from db.duty.solve.problem import Half, Slot, Time

HALVES = {Half.MORNING: "上午", Half.AFTERNOON: "下午", Half.EVENING: "晚上"}
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def day_words(day: date) -> str:
    """“3月12日”."""
    return f"{day.month}月{day.day}日"


def half_words(slot: Slot) -> str:
    """“3月12日上午”."""
    return day_words(slot.day) + HALVES[slot.half]


def span_words(first: date, last: date) -> str:
    """“3月12日”, “3月12–17日”, “3月30日–4月2日”, over New Year with the years."""
    if first == last:
        return day_words(first)
    if first.year != last.year:
        return f"{first.year}年{day_words(first)}–{last.year}年{day_words(last)}"
    if first.month != last.month:
        return f"{day_words(first)}–{day_words(last)}"
    return f"{first.month}月{first.day}–{last.day}日"


def days_words(days: Sequence[date], most: int = 6) -> str:
    """Single days: “3月4日、11日、18日”; those beyond `most` are counted."""
    told: list[str] = []
    month = (0, 0)
    for day in days[:most]:
        told.append(f"{day.day}日" if (day.year, day.month) == month else day_words(day))
        month = (day.year, day.month)
    return "、".join(told) + (f"等 {len(days)} 天" if len(days) > most else "")


def names_words(names: Iterable[str], most: int = 6) -> str:
    """“张××、李××”; of a long list the first few and how many there are."""
    listed = list(names)
    if len(listed) <= most:
        return "、".join(listed)
    return "、".join(listed[:most]) + f"等 {len(listed)} 人"


def time_words(time: Time) -> str:
    """A set of half days: “3月1–7日”, “每周三上午”, “3月1日起每周三”, “任何时间”."""
    if time.first and time.last:
        span = span_words(time.first, time.last)
    elif time.first:
        span = f"{day_words(time.first)}起"
    elif time.last:
        span = f"{day_words(time.last)}前"
    else:
        span = ""
    weekly = (
        f"每{WEEKDAYS[time.weekday]}"
        if time.weekday is not None and not (time.first and time.first == time.last)
        else ""
    )
    half = HALVES[time.half] if time.half else ""
    return span + weekly + half or "任何时间"
