"""Opening hours as people write them: “周一至周五 08:00-12:00 14:30-17:30”, a season in brackets behind it."""

import re
from collections.abc import Iterable
from datetime import time

from db.errors import RuleBroken
from db.rooms.rules import Hours

_NAMES = "一二三四五六日"
_LINE = re.compile(
    r"(?P<days>每天|[周星期一二三四五六日天至到、,，\-—–]+)\s+(?P<spans>[\d:：\s\-—–至到、,，]+?)\s*(?:[（(](?P<season>[^）)]+)[）)])?"
)
_SPAN = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-—–至到]\s*(\d{1,2})[:：](\d{2})")
_SEASON = re.compile(r"(\d{1,2})[-月/](\d{1,2})日?\s*[至到—–-]\s*(\d{1,2})[-月/](\d{1,2})日?")
LAST = time(23, 59)


def read_hours(text: str) -> tuple[Hours, ...]:
    """Read one line a rule.

    Raises:
        RuleBroken: a line is not understood; the sentence quotes it and shows how to write it.
    """
    found: list[Hours] = []
    for raw in filter(None, (line.strip() for line in text.splitlines())):
        match = _LINE.fullmatch(raw)
        spans = _SPAN.findall(match["spans"]) if match else []
        if match is None or not spans:
            raise RuleBroken(f"看不懂开放时间“{raw}”，请写成“周一至周五 08:00-12:00 14:30-17:30”。")
        first, last = _season(match["season"], raw)
        for weekday in _days(match["days"], raw):
            found += [Hours(weekday, _time(a, b, raw), _time(c, d, raw), first, last) for a, b, c, d in spans]
    return tuple(found)


def write_hours(hours: Iterable[Hours]) -> str:
    """The same hours as lines, days with equal hours together."""
    by_day: dict[tuple[int, int, int], list[Hours]] = {}
    for span in hours:
        by_day.setdefault((span.season_from, span.season_to, span.weekday), []).append(span)
    lines: dict[tuple[int, int, tuple[tuple[time, time], ...]], list[int]] = {}
    for (first, last, weekday), spans in sorted(by_day.items()):
        told = tuple(sorted((span.opens, span.closes) for span in spans))
        lines.setdefault((first, last, told), []).append(weekday)
    return "\n".join(
        f"{_names(days)} {' '.join(f'{a:%H:%M}-{b:%H:%M}' for a, b in told)}{_season_text(first, last)}"
        for (first, last, told), days in lines.items()
    )


def _days(text: str, raw: str) -> list[int]:
    if text == "每天":
        return list(range(7))
    plain = re.sub("[周星期]", "", text).replace("天", "日")
    found: list[int] = []
    for part in re.split("[、,，]", plain):
        ends = [_NAMES.index(char) for char in part if char in _NAMES]
        if len(ends) == 2 and re.search("[至到—–-]", part) and ends[0] <= ends[1]:
            found += range(ends[0], ends[1] + 1)
        elif ends and not re.search("[至到—–-]", part):
            found += ends
        else:
            raise RuleBroken(f"看不懂“{raw}”里的星期，请写成“周一至周五”或“周六、周日”。")
    return found


def _names(days: list[int]) -> str:
    if len(days) == 7:
        return "每天"
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"周{_NAMES[days[0]]}至周{_NAMES[days[-1]]}"
    return "、".join(f"周{_NAMES[day]}" for day in days)


def _time(hour: str, minute: str, raw: str) -> time:
    if (int(hour), int(minute)) == (24, 0):
        return LAST
    if int(hour) > 23 or int(minute) > 59:
        raise RuleBroken(f"“{raw}”里没有 {hour}:{minute} 这个时间。")
    return time(int(hour), int(minute))


def _season(text: str | None, raw: str) -> tuple[int, int]:
    if text is None:
        return 101, 1231
    match = _SEASON.fullmatch(text.strip())
    if match is None:
        raise RuleBroken(f"看不懂“{raw}”里的季节，请写成“（06-01至09-30）”。")
    first, second, third, fourth = (int(part) for part in match.groups())
    return first * 100 + second, third * 100 + fourth


def _season_text(first: int, last: int) -> str:
    if (first, last) == (101, 1231):
        return ""
    return f"（{first // 100:02d}-{first % 100:02d}至{last // 100:02d}-{last % 100:02d}）"
