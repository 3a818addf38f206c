"""Bookings from elsewhere, read and not yet believed: .ics (RFC 5545) and tables become rows and faults with their places.

Nothing is looked up here. Times without a zone are Chinese wall-clock times; recurring events become their occurrences.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import icalendar
from dateutil.rrule import rrulestr

from db.catalogue.sheet import Cell, Table, read_tables
from db.clock import CHINA
from db.errors import RuleBroken, Unavailable
from db.rooms.states import STATE_NAMES, TAKES_ROOM

MOST = 1000
"""Bookings that one file may bring; a larger file is most likely not what was meant."""
MOST_BYTES = 5_000_000
TABLES = (".xlsx", ".xls", ".csv")
_NEEDED = ("房间", "日期", "开始", "结束")
_ENDED = frozenset(name for state, name in STATE_NAMES.items() if state not in TAKES_ROOM)


@dataclass(frozen=True, slots=True)
class Draft:
    """One booking as a file tells it; `place` says where in the file, `room` is a number or a name, times are aware."""

    place: str
    room: str
    starts_at: datetime
    ends_at: datetime
    borrower: str = ""
    use: str = ""
    purpose: str = ""
    responsible: str = ""
    people: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """What could not be read, and where; `passed_by` is true for what is left out on purpose (a cancelled event)."""

    place: str
    sentence: str
    passed_by: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds."""

    drafts: tuple[Draft, ...]
    faults: tuple[Fault, ...]


def read_bookings(path: Path) -> Reading:
    """Read a calendar or a table of bookings.

    Raises:
        RuleBroken: neither, broken, too large, or a table without the columns that are needed.
        Unavailable: the file cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix == ".ics":
        found = list(_of_calendar(_load(path)))
    elif suffix in TABLES:
        found = [each for table in read_tables(path, lambda _done, _total, _text: None) for each in _of_table(table)]
    else:
        raise RuleBroken("认不出这个文件，请用 .ics 日历或 .xlsx、.xls、.csv 表格。")
    drafts = tuple(each for each in found if isinstance(each, Draft))
    if len(drafts) > MOST:
        raise RuleBroken(f"文件里有 {len(drafts)} 场预约，一次最多导入 {MOST} 场，请分开导入。")
    if not found:
        raise RuleBroken("文件里没有预约，没有可以导入的内容。")
    return Reading(drafts, tuple(each for each in found if isinstance(each, Fault)))


def _load(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Unavailable(f"文件“{path.name}”读不出来：可能被别的程序占用、已移走，或没有读取权限。") from error
    if len(content) > MOST_BYTES:
        raise RuleBroken(f"日历文件超过 {MOST_BYTES // 1_000_000} MB，没有打开。")
    return content


# ---- calendars


def _of_calendar(content: bytes) -> Iterator[Draft | Fault]:
    try:
        calendars = icalendar.Calendar.from_ical(content, multiple=True)
    except (ValueError, IndexError, KeyError) as error:
        raise RuleBroken("日历文件已损坏，或者不是真正的 .ics 日历，没有导入。") from error
    events: list[Any] = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    moved = {
        (str(event.get("UID", "")), _instant(event["RECURRENCE-ID"].dt)) for event in events if "RECURRENCE-ID" in event
    }
    for number, event in enumerate(events, 1):
        title = str(event.get("SUMMARY", "")).strip()
        place = f"第 {number} 个日程" + (f"“{title[:20]}”" if title else "")
        try:
            yield from _of_event(event, place, title, moved)
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError):
            yield Fault(place, "这个日程的时间写得不对，没有读出来。")


def _of_event(event: Any, place: str, title: str, moved: set[tuple[str, datetime]]) -> Iterator[Draft | Fault]:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        yield Fault(place, "日程已取消，不导入。", True)
        return
    start = event["DTSTART"].dt
    if not isinstance(start, datetime):
        yield Fault(place, "这是全天日程，没有起止时间，请补上时间后再导入。")
        return
    starts_at, ends_at = _instant(start), _end_of(event, start)
    if ends_at <= starts_at:
        yield Fault(place, "结束时间要晚于开始时间。")
        return
    uid = str(event.get("UID", ""))
    first = True
    for at in _occurrences(event, starts_at):
        if "RRULE" in event and (uid, at) in moved:
            continue
        yield Draft(
            place if first else f"{place}（{at.astimezone(CHINA):%m-%d}）",
            str(event.get("LOCATION", "")).strip(),
            at,
            at + (ends_at - starts_at),
            use=_first_category(event),
            purpose=title,
        )
        first = False


def _occurrences(event: Any, starts_at: datetime) -> Iterator[datetime]:
    """The event itself, or every occurrence of its RRULE without its EXDATEs, in Chinese wall-clock time."""
    if "RRULE" not in event:
        yield starts_at
        return
    rules = event["RRULE"] if isinstance(event["RRULE"], list) else [event["RRULE"]]
    without = {_instant(each.dt) for dates in _listed(event.get("EXDATE")) for each in dates.dts}
    count = 0
    for rule in rules:
        text = rule.to_ical().decode()
        local_start = starts_at.astimezone(CHINA)
        for at in rrulestr(_until_aware(text), dtstart=local_start):
            count += 1
            if count > MOST:
                return
            if at not in without:
                yield at


def _until_aware(rule: str) -> str:
    """UNTIL as an instant, which dateutil asks for where the start has a zone; a date or a floating time is Chinese time."""
    parts = []
    for part in rule.split(";"):
        name, _, value = part.partition("=")
        if name.upper() == "UNTIL" and not value.endswith("Z"):
            day = datetime.strptime(value[:8], "%Y%m%d").replace(tzinfo=CHINA)
            clock = timedelta(hours=23, minutes=59, seconds=59)
            if len(value) >= 15:
                clock = timedelta(hours=int(value[9:11]), minutes=int(value[11:13]), seconds=int(value[13:15]))
            part = f"UNTIL={(day + clock - timedelta(hours=8)):%Y%m%dT%H%M%S}Z"
        parts.append(part)
    return ";".join(parts)


def _end_of(event: Any, start: datetime) -> datetime:
    if "DTEND" in event:
        return _instant(event["DTEND"].dt)
    if "DURATION" in event:
        long: timedelta = event["DURATION"].dt
        return _instant(start) + long
    return _instant(start)


def _instant(at: date | datetime) -> datetime:
    """An aware time; one without a zone is Chinese wall-clock time, a date its midnight."""
    if not isinstance(at, datetime):
        return datetime.combine(at, time(), CHINA)
    return at if at.tzinfo is not None else at.replace(tzinfo=CHINA)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _first_category(event: Any) -> str:
    for categories in _listed(event.get("CATEGORIES")):
        for each in getattr(categories, "cats", []):
            return str(each).strip()
    return ""


# ---- tables


def _of_table(table: Table) -> Iterator[Draft | Fault]:
    """The rows under the first row that holds every heading that is needed (titles may stand above it)."""
    head, columns = _headings(table)
    for number, cells in enumerate(table.rows[head + 1 :], head + 2):
        row = {name: cells[at] for name, at in columns.items() if at < len(cells)}
        if not any(_text(cell) for cell in row.values()):
            continue
        place = f"“{table.name}”第 {number} 行"
        state = _text(row.get("状态", ""))
        if state in _ENDED:
            yield Fault(place, f"这一场{state}，不导入。", True)
            continue
        try:
            yield _of_row(row, place)
        except ValueError as error:
            yield Fault(place, str(error))


def _headings(table: Table) -> tuple[int, dict[str, int]]:
    for at, cells in enumerate(table.rows[:20]):
        names = {_text(cell).rstrip("*＊"): column for column, cell in enumerate(cells) if _text(cell)}
        if all(name in names for name in _NEEDED):
            return at, names
    raise RuleBroken(f"工作表“{table.name}”里没有找到表头，须有“{'”“'.join(_NEEDED)}”四列。")


def _of_row(row: dict[str, Cell], place: str) -> Draft:
    day = _day(row.get("日期", ""))
    opens, closes = _clock(row.get("开始", ""), "开始"), _clock(row.get("结束", ""), "结束")
    midnight = datetime.combine(day, time(), CHINA)
    if closes <= opens:
        raise ValueError("结束时间要晚于开始时间。")
    room = _text(row.get("房间", ""))
    if not room:
        raise ValueError("没有写房间。")
    said = {key: _text(row.get(name, "")) for key, name in _TEXTS.items()}
    return Draft(place, room, midnight + opens, midnight + closes, people=_people(row.get("人数", "")), **said)


_TEXTS = {"borrower": "借用方", "use": "用途", "purpose": "活动内容", "responsible": "负责人"}


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _day(cell: Cell) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _text(cell).replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-").replace(".", "-")
    try:
        year, month, day = (int(part) for part in text.split("-"))
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"日期“{_text(cell)}”看不懂，请写成 2026-11-19。") from None


def _clock(cell: Cell, what: str) -> timedelta:
    """How long after midnight; 24:00 is the end of the day."""
    if isinstance(cell, datetime):
        cell = cell.time()
    if isinstance(cell, time):
        return timedelta(hours=cell.hour, minutes=cell.minute)
    if isinstance(cell, timedelta):
        return cell
    if isinstance(cell, float) and 0 <= cell <= 1:
        return timedelta(minutes=round(cell * 24 * 60))
    parts: Sequence[str] = _text(cell).replace("：", ":").replace("点", ":").removesuffix(":").split(":")
    try:
        hours, minutes = int(parts[0]), int(parts[1]) if len(parts) > 1 else 0
    except ValueError:
        raise ValueError(f"{what}时间“{_text(cell)}”看不懂，请写成 14:30。") from None
    if not (0 <= hours <= 24 and 0 <= minutes < 60 and hours * 60 + minutes <= 24 * 60):
        raise ValueError(f"{what}时间“{_text(cell)}”不是一天里的时间。")
    return timedelta(hours=hours, minutes=minutes)


def _people(cell: Cell) -> int:
    text = _text(cell).removesuffix("人").strip()
    if not text:
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > 5:
        raise ValueError(f"人数“{_text(cell)}”不是整数。")
    return int(text)
