"""What people write into the cells of a roster: days, times of the day, names. Plain functions; ValueError with a sentence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from db.catalogue.sheet import Cell
from db.text import half_width

WEEKDAYS = "一二三四五六日"
HALVES = {
    "上午": (time(9), time(11)),
    "下午": (time(15), time(17)),
    "晚上": (time(19), time(21)),
    "全天": (time(9), time(17)),
}
"""From when to when a session lasts where a roster says only the half of the day; the preview says that it is a default."""
_HALF_WORDS = {
    "上午": "上午", "早上": "上午", "早班": "上午", "AM": "上午", "中午": "下午", "下午": "下午", "午后": "下午",
    "PM": "下午", "晚上": "晚上", "夜间": "晚上", "晚班": "晚上", "晚": "晚上", "全天": "全天", "整天": "全天", "白天": "全天",
}  # fmt: skip
_SPAN = re.compile(
    r"(\d{1,2})(?:[:点时.](?:(\d{1,2})分?|半)?)?(?:[-–—~～－至到]+)(?:上午|下午|晚上)?(\d{1,2})(?:[:点时.](?:(\d{1,2})分?|半)?)?"
)
_DAY = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})[日号]?")
_DATED = re.compile(r"^(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}|\d{1,2}月\d{1,2})[日号]?")
_ONLY_DAY = re.compile(r"(\d{1,2})[日号]")
_TOLD_WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
_APART = re.compile(r"[、，,；;/\n|]+")
_IN_BRACKETS = re.compile(r"[（(【\[]([^）)】\]]*)[）)】\]]")


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when; `guessed` where only the half of the day was written."""

    starts: time
    ends: time
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """A name, and what stood behind it in brackets."""

    name: str
    aside: str = ""


def text_of(cell: Cell) -> str:
    """A cell as text: whole numbers without a point, no blanks around it."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell).strip()


def day_of(cell: Cell) -> date | None:
    """The day that a spreadsheet keeps as a day, or as the number of days since its first; None where the cell is text."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, float) and 30_000 <= cell <= 60_000:
        return date(1899, 12, 30) + timedelta(days=int(cell))
    return cell if isinstance(cell, date) else None


def read_day(cell: Cell, year: int | None, before: date | None) -> date:
    """A day as people write it: a date, “2026.3.12”, “3月12日（周四）”, “12日”.

    What is missing comes from `before` (the row above), else from `year` (the title); a year that turns is noticed.
    """
    told = day_of(cell)
    if told is not None:
        return told
    text = re.sub(r"\s", "", half_width(text_of(cell)))
    found, only = _DAY.match(text), _ONLY_DAY.match(text)
    try:
        if found is not None:
            month, day = int(found[2]), int(found[3])
            return date(int(found[1]), month, day) if found[1] else _in_year(month, day, year, before)
        if only is not None and before is not None:
            return before.replace(day=int(only[1]))
    except ValueError:
        raise ValueError(f"没有“{text_of(cell)}”这一天。") from None
    raise ValueError(f"日期“{text_of(cell)}”看不懂，请写成 2026-3-12 或 3月12日。")


def _in_year(month: int, day: int, year: int | None, before: date | None) -> date:
    if before is not None:
        return date(before.year + (before.month - month >= 6) - (month - before.month >= 9), month, day)
    if year is None:
        raise ValueError
    return date(year, month, day)


def weekday_of(cell: Cell) -> int | None:
    """The day of the week that a cell tells (“星期三”, “周三”, “三”): 0 Monday; None when it tells none."""
    text = text_of(cell)
    found = _TOLD_WEEKDAY.search(text)
    told = found[1] if found else text if len(text) == 1 else ""
    return WEEKDAYS.index("日" if told == "天" else told) if told and told in WEEKDAYS + "天" else None


def read_spans(cell: Cell) -> tuple[Span, ...]:
    """The times of the day in a cell: “9:00-11:00”, “下午3点至5点半”, “上午”; several where several are written."""
    text = _DATED.sub("", re.sub(r"\s", "", half_width(text_of(cell)))).upper()
    spans = []
    for found in _SPAN.finditer(text):
        half = _half(text[: found.start()])
        starts = _clock(found[1], found[2], "半" in found[0].partition(found[3])[0])
        ends = _clock(found[3], found[4], found[0].endswith("半"))
        if half in ("下午", "晚上") and starts < time(12):
            starts, ends = _later(starts), _later(ends) if ends < time(12) else ends
        if ends <= starts:
            raise ValueError(f"时段“{text_of(cell)}”的结束要晚于开始。")
        spans.append(Span(starts, ends))
    if spans:
        return tuple(spans)
    halves = dict.fromkeys(_HALF_WORDS[word] for word in re.findall("|".join(_HALF_WORDS), text))
    if not halves:
        raise ValueError(f"时段“{text_of(cell)}”看不懂，请写成 9:00-11:00 或上午。")
    return tuple(Span(*HALVES[half], True) for half in halves)


def _half(before: str) -> str:
    """The half of the day that was named last before a time."""
    words = re.findall("|".join(_HALF_WORDS), before)
    return _HALF_WORDS[words[-1]] if words else ""


def _clock(hour: str, minute: str | None, half_past: bool) -> time:
    try:
        return time(int(hour), 30 if half_past and not minute else int(minute or 0))
    except ValueError:
        raise ValueError(f"“{hour}:{minute or '00'}”不是一天里的时间。") from None


def _later(at: time) -> time:
    return at.replace(hour=at.hour + 12)


def read_clock(cell: Cell) -> time:
    """One time of the day: a time, a fraction of a day, “9:00”, “9点半”."""
    if isinstance(cell, datetime):
        return cell.time()
    if isinstance(cell, time):
        return cell
    if isinstance(cell, float) and 0 <= cell < 1:
        minutes = round(cell * 24 * 60)
        return time(minutes // 60, minutes % 60)
    text = re.sub(r"\s", "", half_width(text_of(cell)))
    found = re.fullmatch(r"(上午|下午|晚上)?(\d{1,2})(?:[:点时.](?:(\d{1,2})分?(?::\d\d)?|半)?)?", text)
    if found is None:
        raise ValueError(f"时间“{text_of(cell)}”看不懂，请写成 9:00。")
    at = _clock(found[2], found[3], text.endswith("半"))
    return _later(at) if found[1] in ("下午", "晚上") and at < time(12) else at


def read_names(cell: Cell) -> tuple[Name, ...]:
    """The names in a cell, apart by 、，/ or blanks. “林 敏” with a blank to fill the column is one name, as is “John Smith”."""
    asides: list[str] = []

    def put_aside(found: re.Match[str]) -> str:
        asides.append(found[1].strip())
        return f"\0{len(asides) - 1}\0 "

    text = _IN_BRACKETS.sub(put_aside, text_of(cell).replace("\u3000", " "))
    names: list[Name] = []
    for part in _APART.split(text):
        for piece in _pieces(part.split()):
            name, *behind = piece.split("\0")
            if name:
                names.append(Name(name, asides[int(behind[0])] if behind else ""))
            elif behind and names and not names[-1].aside:
                names[-1] = Name(names[-1].name, asides[int(behind[0])])
    return tuple(names)


def _pieces(words: Sequence[str]) -> list[str]:
    """Blanks part names, but not the characters of one name that was written wide, nor the words of a Latin one."""
    pieces: list[str] = []
    for wide, run in groupby(words, lambda word: len(word.split("\0")[0]) == 1):
        found = list(run)
        if wide:
            pieces += _wide(found)
            continue
        for word in found:
            both_latin = pieces and word.split("\0")[0].isascii() and pieces[-1].isascii() and "\0" not in pieces[-1]
            if both_latin and not word.startswith("\0"):
                pieces[-1] += f" {word}"
            else:
                pieces.append(word)
    return pieces


def _wide(characters: Sequence[str]) -> list[str]:
    """Single characters: up to three are one name, more of an even number are names of two."""
    size = len(characters) if len(characters) <= 3 else 2
    if len(characters) % size:
        told = "".join(character.split("\0")[0] for character in characters)
        raise ValueError(f"“{told}”里有几个人看不出来，请用顿号隔开。")
    return ["".join(characters[at : at + size]) for at in range(0, len(characters), size)]


def shared_out(cell: Cell, count: int) -> tuple[str, ...]:
    """What a cell says of each of `count` people in its row: one after another where it lists as many, else the same."""
    text = text_of(cell)
    listed = [part.strip() for part in _APART.split(text) if part.strip()]
    if count > 1 and len(listed) == count:
        return tuple(listed)
    return (" ".join(text.split()),) * count
