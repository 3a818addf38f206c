"""When somebody cannot come, in the words of a phone call: “12.3-9”, “下周三下午”, “每周二上午”, “明天起两周”."""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from db.duty.solve.problem import Half, Time
from db.errors import RuleBroken
from desktop.duty.board_words import HALVES, WEEKDAYS, day_text

EXAMPLES = "明天 · 12.3-9 · 下周三下午 · 每周二上午 · 明天起两周 · 12月"
_HALVES = (
    (Half.MORNING, r"上午|早上|早晨"), (Half.AFTERNOON, r"下午|午后"), (Half.EVENING, r"晚上|夜里|傍晚"),
)  # fmt: skip
_NEAR = {"今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3}
_WEEKS = {"": 0, "本": 0, "这": 0, "下": 1, "下下": 2}
_NUMBERS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "半": 0}
_TO = r"(?:-|~|–|—|―|至|到)"
LONGEST = 185
"""Days of a leave whose end was written without a year."""
_ONE_DAY = timedelta(days=1)


@dataclass(slots=True)
class _Text:
    """What is still to be read."""

    left: str

    def take(self, pattern: str) -> re.Match[str] | None:
        """Read this from the beginning, if it stands there."""
        found = re.match(pattern, self.left)
        if found:
            self.left = self.left[found.end() :]
        return found


def read_when(text: str, today: date) -> tuple[Time, ...]:
    """Half days as they are said; a day without a year is the next one that comes. One for each weekday that is named.

    Raises:
        RuleBroken: with what was not understood, or the end lies before the beginning.
    """
    plain = _plain(text)
    half, plain = _half(plain)
    weekly = re.search(r"每个?周([一二三四五六日](?:[、,，和及]?周?[一二三四五六日])*)", plain)
    if weekly:
        plain = plain[: weekly.start()] + plain[weekly.end() :]
    rest = _Text(plain.strip("的，,、和在从自"))
    first, last = _span(rest, today) if rest.left else (None, None)
    if rest.left:
        raise RuleBroken(f"看不懂“{rest.left}”，请写成：{EXAMPLES}")
    if first is None and not weekly:
        raise RuleBroken(f"请写明哪一天，例如：{EXAMPLES}")
    if first is not None and last is not None and (last < first or _too_long(first, last, plain)):
        raise RuleBroken("结束的日子早于开始的日子，请检查。")
    if last is not None and last < today:
        raise RuleBroken(f"{day_text(last)}已经过去，请检查年份。")
    if not weekly:
        return (Time(first, last, None, half),)
    named = sorted({WEEKDAYS.index(char) for char in weekly[1] if char in WEEKDAYS})
    return tuple(Time(first, last, weekday, half) for weekday in named)


def when_words(when: Time) -> str:
    """The same in full words: “2026年12月3日 周四 至 12月9日 周三，全天（共 7 天）”."""
    half = HALVES[when.half] if when.half else "全天"
    if when.weekday is not None:
        weekly = f"每周{WEEKDAYS[when.weekday]}{half}"
        return f"{_between(when)} {weekly}".strip() if when.first or when.last else weekly
    if when.first is not None and when.first == when.last:
        return f"{when.first.year}年{day_text(when.first)} {half}"
    days = f"（共 {(when.last - when.first).days + 1} 天）" if when.first and when.last else ""
    return f"{_between(when)} {'每天' if when.half else ''}{half}{days}"


def _between(when: Time) -> str:
    first = f"{when.first.year}年{day_text(when.first)}" if when.first else ""
    if when.last is None:
        return f"{first} 起" if first else "一直"
    year = f"{when.last.year}年" if when.first is None or when.last.year != when.first.year else ""
    return f"{first} 至 {year}{day_text(when.last)}".strip()


def _too_long(first: date, last: date, plain: str) -> bool:
    """“12.9-12.3” is a slip and not a year's leave; who means it writes the year."""
    return (last - first).days > LONGEST and not re.search(r"\d{4}", plain)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    folded = re.sub(r"星期|礼拜", "周", folded)
    folded = re.sub(r"\s+", "", folded).replace("周天", "周日").replace("号", "日")
    return re.sub(r"(请假|不能来|来不了|不来|没空|有事|不在)[。.]?$", "", folded)


def _half(text: str) -> tuple[Half | None, str]:
    found = [half for half, words in _HALVES if re.search(words, text)]
    if len(found) > 1:
        raise RuleBroken("一次登记一个时段：跨天的请按全天登记，或分两次登记。")
    for _, words in _HALVES:
        text = re.sub(words, "", text)
    return (found[0] if found else None), re.sub(r"全天|整天|一整天", "", text)


def _span(rest: _Text, today: date) -> tuple[date | None, date | None]:
    first, last = _stretch(rest, today)
    if rest.take(_TO):
        if not rest.left:
            raise RuleBroken("请写明到哪一天为止。")
        _, last = _stretch(rest, first)
        return first, last
    begun = rest.take(r"(?:起|开始|以后|之后|往后)")
    rest.take(r"[,，、的]?(?:连续|一共|共)?")
    length = rest.take(r"(\d+|[一两二三四五六七八九十半])个?(天|日|周|月)")
    if length:
        return first, _after(first, length[1], length[2])
    return (first, None) if begun else (first, last)


def _stretch(rest: _Text, today: date) -> tuple[date, date]:
    """A day, or the days of a week or month, that come next after `today` (for an end: after the beginning)."""
    for word in sorted(_NEAR, key=len, reverse=True):
        if rest.take(word):
            day = today + timedelta(days=_NEAR[word])
            return day, day
    week = rest.take(r"(下下|下|本|这|)个?周([一二三四五六日])?(?:末)?")
    if week:
        return _week(today, _WEEKS[week[1]], week[2], weekend=week[0].endswith("末"), coming=not week[1])
    month = rest.take(r"(本|这|下)个?月")
    if month:
        start = today if month[1] != "下" else _next_month(today)
        return (start, _month_end(start))
    return _dated(rest, today)


def _dated(rest: _Text, today: date) -> tuple[date, date]:
    full = rest.take(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")
    if full:
        day = _real(int(full[1]), int(full[2]), int(full[3]))
        return day, day
    short = rest.take(r"(\d{1,2})[./月](\d{1,2})日?")
    if short:
        day = _coming(int(short[1]), int(short[2]), today)
        return day, day
    month = rest.take(r"(\d{1,2})月")
    if month:
        number = int(month[1])
        if not 1 <= number <= 12:
            raise RuleBroken(f"没有 {number} 月。")
        start = today if number == today.month else date(today.year + (number < today.month), number, 1)
        return start, _month_end(start)
    alone = rest.take(r"(\d{1,2})日?(?!天|个|周|月)")
    if alone:
        day = _day_of_month(int(alone[1]), today)
        return day, day
    if re.match(r"(\d+|[一两二三四五六七八九十半])个?(天|周|月)", rest.left):
        return today, today
    raise RuleBroken(f"看不懂“{rest.left}”，请写成：{EXAMPLES}")


def _week(today: date, ahead: int, weekday: str | None, *, weekend: bool, coming: bool) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=ahead)
    if weekday is None:
        first = monday + timedelta(days=5) if weekend else max(monday, today)
        return first, monday + timedelta(days=6)
    day = monday + timedelta(days=WEEKDAYS.index(weekday))
    if coming and day < today:  # “周三” on a Friday is the next one
        day += timedelta(weeks=1)
    return day, day


def _after(first: date, number: str, unit: str) -> date:
    """The last day of a length that begins on `first`."""
    count = int(number) if number.isdigit() else _NUMBERS[number]
    if unit in "天日":
        return first + timedelta(days=max(count, 1) - 1)
    if unit == "周":
        return first + timedelta(days=7 * max(count, 1) - 1)
    if count == 0:
        return first + timedelta(days=14)
    months = first.month - 1 + count
    year, month = first.year + months // 12, months % 12 + 1
    return date(year, month, min(first.day, monthrange(year, month)[1])) - _ONE_DAY


def _coming(month: int, day: int, today: date) -> date:
    for year in range(today.year, today.year + 5):  # 2月29日
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise RuleBroken(f"没有 {month}月{day}日 这一天。")


def _day_of_month(day: int, today: date) -> date:
    start = today
    for _ in range(3):
        if 1 <= day <= monthrange(start.year, start.month)[1] and start.replace(day=day) >= today:
            return start.replace(day=day)
        start = _next_month(start)
    raise RuleBroken(f"没有 {day} 日这一天。")


def _real(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise RuleBroken(f"没有 {year}年{month}月{day}日 这一天。") from error


def _next_month(day: date) -> date:
    return _month_end(day) + _ONE_DAY


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
