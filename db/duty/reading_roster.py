"""A hall's present roster, read and not yet believed: tables become sessions and people, and faults with their places.

Headings may be in any order, in the words that halls use; titles may stand above them; merged cells repeat what is above.
Nothing is looked up here.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from pathlib import Path

from db.catalogue.sheet import Cell, Table, read_tables
from db.duty.roster_cells import (
    HALVES,
    WEEKDAYS,
    Name,
    Span,
    read_clock,
    read_day,
    read_names,
    read_spans,
    shared_out,
    text_of,
    weekday_of,
)
from db.duty.roster_heads import headings, left_out, titled_month
from db.duty.roster_terms import Term, read_term
from db.errors import RuleBroken

MOST = 5000
"""Rows that one file may bring: some years of a large hall."""
_ABSENT, _LEAVE = ("缺席", "未到", "缺勤", "未到岗"), ("请假", "事假", "病假", "公差")
_OFF = ("取消", "停班", "停诊", "暂停", "不举行", "暂缺")


@dataclass(frozen=True, slots=True)
class Sitter:
    """Somebody in a session of the file. `outcome`: "" came or will come, "absent", "leave"; `cover` who came instead of
    them, `covers` whom they stood in for. `note` is what a list of people remarks on them.
    """

    name: str
    kind: str = ""
    session: str = ""
    level: str = ""
    unit_post: str = ""
    specialty: str = ""
    phone: str = ""
    outcome: str = ""
    cover: str = ""
    covers: str = ""
    term: Term | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A session as the file tells it. `guessed`: the file says only the half of the day. `body` "" where it names none."""

    place: str
    day: date
    starts: time
    ends: time
    sitters: tuple[Sitter, ...]
    guessed: bool = False
    body: str = ""
    room: str = ""
    liaison: str = ""
    note: str = ""
    received: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody of a list of members (no dates in it), with the duties they have done so far."""

    place: str
    sitter: Sitter
    history: int = 0
    body: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What could not be read, and where; `passed_by` is true for what is left out on purpose (a cancelled session)."""

    place: str
    sentence: str
    passed_by: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """What a file holds. `title` is what stands above the first headings, `unread` the headings of columns nobody reads."""

    title: str
    drafts: tuple[Draft, ...]
    listed: tuple[Listed, ...]
    faults: tuple[Fault, ...]
    unread: tuple[str, ...] = ()


class _PassedBy(ValueError):
    """What is left out on purpose."""


@dataclass
class _Table:
    """A table while it is read: its columns, and what merged cells repeat."""

    name: str
    columns: dict[str, int]
    halves: dict[str, int]
    year: int
    title: date | None
    day: date | None = None
    spans: tuple[Span, ...] = ()
    all_spans: set[tuple[Span, ...]] = field(default_factory=set)
    kept: dict[str, Cell] = field(default_factory=dict)
    seen: dict[str, dict[str, Cell]] = field(default_factory=dict)


def read_roster(
    path: Path, today: date, step: Callable[[int, int, str], None] = lambda _done, _total, _text: None
) -> Roster:
    """Read a roster (.xlsx, .xls, .csv). Days without a year are of the title's year, else of `today`'s.

    Raises:
        RuleBroken: not a table, broken, too large, or without the columns that are needed.
        Unavailable: the file cannot be read.
    """
    found: list[Draft | Listed | Fault] = []
    titles: list[str] = []
    unread: list[str] = []
    for table in read_tables(path, step):
        head = headings(table)
        if head is None:
            continue
        at, columns, halves = head
        above = " ".join(text_of(cell) for row in table.rows[:at] for cell in row if text_of(cell))
        titles.append(above)
        unread += left_out(table, at, columns, halves)
        titled = titled_month(f"{above} {table.name}")
        found += _rows(table, at, _Table(table.name, columns, halves, today.year, titled))
    if not titles:
        raise RuleBroken("没有找到轮值表的表头：至少要有“日期”和“姓名”（或“轮值人员”）两列。")
    if not found:
        raise RuleBroken("轮值表里没有一行内容，没有可以导入的。")
    if len(found) > MOST:
        raise RuleBroken(f"文件里有 {len(found)} 行，一次最多导入 {MOST} 行，请分开导入。")
    return Roster(
        next((title for title in titles if title), ""),
        tuple(each for each in found if isinstance(each, Draft)),
        tuple(each for each in found if isinstance(each, Listed)),
        tuple(each for each in found if isinstance(each, Fault)),
        tuple(dict.fromkeys(unread)),
    )


def _rows(table: Table, head: int, reading: _Table) -> Iterator[Draft | Listed | Fault]:
    for number, cells in enumerate(table.rows[head + 1 :], head + 2):
        row = {name: cells[at] for name, at in reading.columns.items() if at < len(cells) and text_of(cells[at])}
        halves = {half: cells[at] for half, at in reading.halves.items() if at < len(cells) and text_of(cells[at])}
        place = f"“{table.name}”第 {number} 行"
        if row or halves:
            try:
                yield from _read_row(reading, row, halves, place)
            except ValueError as error:
                yield Fault(place, str(error), isinstance(error, _PassedBy))


def _read_row(
    reading: _Table, row: dict[str, Cell], halves: dict[str, Cell], place: str
) -> Sequence[Draft] | Sequence[Listed]:
    if "day" not in reading.columns:
        return _listed(row, place)
    if reading.halves:
        return _by_halves(reading, row, halves, place)
    if _is_foot(row):
        raise _PassedBy(f"“{text_of(next(iter(row.values())))[:30]}”不是轮值安排，略过。")
    return _drafts(reading, row, place)


def _is_foot(row: dict[str, Cell]) -> bool:
    """A line below the table (咨询电话 …, 落款): no name in it, and what stands in the date column is no date."""
    return "names" not in row and "day" in row and not any(char.isdigit() for char in text_of(row["day"])[:5])


def _drafts(reading: _Table, row: dict[str, Cell], place: str) -> list[Draft]:
    carried = "day" not in row
    day = _day(reading, row)
    spans = _spans(reading, row, carried)
    for column in ("room", "body", "liaison"):
        seen = reading.seen.setdefault(column, {})
        if column in row:
            reading.kept[column] = seen[text_of(row[column])] = row[column]
        elif column in reading.kept and (carried or (len(seen) == 1 and column != "body")):
            row[column] = reading.kept[column]
    state = text_of(row.get("state", "")) + " " + text_of(row.get("note", ""))
    off = next((word for word in _OFF if word in state), None)
    if off is not None and (off != "暂缺" or "names" not in row):
        raise _PassedBy(f"这一班写着“{off}”，不导入。")
    if "names" not in row:
        raise ValueError("没有写姓名。")
    return [_draft(row, place, day, span, _sitters(row, state)) for span in spans]


def _draft(row: dict[str, Cell], place: str, day: date, span: Span, sitters: tuple[Sitter, ...]) -> Draft:
    said = {name: " ".join(text_of(row.get(name, "")).split()) for name in ("body", "room", "liaison", "note")}
    return Draft(place, day, span.starts, span.ends, sitters, span.guessed, received=_count(row, "people"), **said)


def _by_halves(reading: _Table, row: dict[str, Cell], names: dict[str, Cell], place: str) -> list[Draft]:
    """A row a day, with a column of names for each half of the day."""
    day = _day(reading, row)
    return [
        _draft(row, place, day, span, _sitters({**row, "names": cell}, ""))
        for half, cell in names.items()
        for span in read_spans(half)
    ]


def _day(reading: _Table, row: dict[str, Cell]) -> date:
    if "day" in row:
        reading.day = read_day(row["day"], reading.year, reading.day or reading.title)
        told = weekday_of(row.get("weekday", "")) if "weekday" in row else weekday_of(row["day"])
        if told is not None and told != reading.day.weekday():
            right = WEEKDAYS[reading.day.weekday()]
            raise ValueError(f"{reading.day:%Y-%m-%d} 是星期{right}，表里写的是星期{WEEKDAYS[told]}，请核对日期。")
    if reading.day is None:
        raise ValueError("没有写日期。")
    return reading.day


def _spans(reading: _Table, row: dict[str, Cell], carried: bool) -> tuple[Span, ...]:
    """The times of a row; an empty cell repeats the one above where the date does too, or where it was always the same."""
    if "span" in row:
        spans = read_spans(row["span"])
    elif "starts" in row and "ends" in row:
        spans = (Span(read_clock(row["starts"]), read_clock(row["ends"])),)
        if spans[0].ends <= spans[0].starts:
            raise ValueError("结束时间要晚于开始时间。")
    elif any(word in text_of(row.get("day", "")) for word in HALVES):
        spans = read_spans(row["day"])
    elif reading.spans and (carried or len(reading.all_spans) == 1):
        spans = reading.spans
    else:
        raise ValueError("没有写时段。")
    reading.spans = spans
    reading.all_spans.add(spans)
    return spans


def _sitters(row: dict[str, Cell], state: str) -> tuple[Sitter, ...]:
    names = read_names(row["names"])
    if not names:
        raise ValueError("没有写姓名。")
    many = len(names)
    said = {
        column: shared_out(row.get(column, ""), many)
        for column in ("kind", "session", "level", "unit_post", "post", "specialty", "phone")
    }
    terms = _terms(row, many)
    covers, covered = (read_names(row[column]) if column in row else () for column in ("cover", "covers"))
    for named in (covers, covered):
        if named and len(named) != many:
            raise ValueError("替班要写清谁替谁：请一人一行。")
    outcome = "absent" if any(word in state for word in _ABSENT) else ""
    outcome = "leave" if covers or any(word in state for word in _LEAVE) else outcome
    if outcome and many > 1 and not covers:
        raise ValueError("几个人同班时，请假或缺席要写清是谁：请一人一行。")
    return tuple(
        replace(
            _sitter(name, {column: each[at] for column, each in said.items()}),
            outcome=outcome,
            cover=covers[at].name if covers else "",
            covers=covered[at].name if covered else "",
            term=terms[at],
        )
        for at, name in enumerate(names)
    )


def _terms(row: dict[str, Cell], many: int) -> tuple[Term | None, ...]:
    """The term of each of `many` people of a row; one that is told once is everybody's."""
    cells = [row.get(column, "") for column in ("term", "first", "last")]
    if many == 1 or not any(isinstance(cell, str) and cell for cell in cells):
        return (read_term(*cells),) * many
    shares = [shared_out(cell, many) if isinstance(cell, str) else (cell,) * many for cell in cells]
    return tuple(read_term(*each) for each in zip(*shares, strict=True))


def _sitter(name: Name, said: dict[str, str]) -> Sitter:
    """“区人大代表（十八届/区级）” tells kind, session and level; what stands behind a name is the kind where no column is."""
    kind, session, level = said["kind"] or name.aside, said["session"], said["level"]
    found = re.fullmatch(r"(.+?)[（(](.+?)[）)]", kind)
    if found is not None:
        kind = found[1]
        for part in re.split(r"[/、，, ]", found[2]):
            if "届" in part:
                session = session or part
            else:
                level = level or part
    unit_post = said["unit_post"] + said["post"]
    return Sitter(name.name, kind, session, level, unit_post, said["specialty"], said["phone"])


def _listed(row: dict[str, Cell], place: str) -> list[Listed]:
    if "names" not in row:
        raise ValueError("没有写姓名。")
    history = _count(row, "history")
    body = text_of(row.get("body", ""))
    note = " ".join(text_of(row.get("note", "")).split())
    return [Listed(place, replace(sitter, note=note), history, body) for sitter in _sitters(row, "")]


def _count(row: dict[str, Cell], column: str) -> int:
    text = re.sub(r"[次人]+$", "", text_of(row.get(column, "")))
    if not text:
        return 0
    if not (text.isascii() and text.isdigit()) or len(text) > 5:
        raise ValueError(f"“{text}”不是人数或次数。")
    return int(text)
