"""The sign at a room's door: what takes place here today, to be read from two metres away. A4, no Qt."""

from datetime import date, datetime, timedelta

from db.clock import local, start_of
from db.rooms.posting import Entry, Poster
from db.rooms.queries import RoomRow
from desktop.paper.breaking import balanced_lines, break_lines
from desktop.paper.render import Rendered
from desktop.paper.sheet import MM, Sheet
from desktop.paper.typeface import HEAVY, PLAIN
from desktop.rooms.band import band

WEEKDAYS = "一二三四五六日"
WIDTH, HEIGHT = 210 * MM, 297 * MM
_SIDE = 18 * MM
_INNER = WIDTH - 2 * _SIDE
_TALL, _SMALL = 66.0, 34.0  # points: a row with few others, and the least a row is
_BAND = 9.0
_FOOT = 22 * MM


def door_sign(poster: Poster, room: RoomRow, *, coloured: bool = True) -> Rendered:
    """The sign for a room on the poster's first day; further pages where a day is very full."""
    day = poster.first
    begins, ends = start_of(day), start_of(day + timedelta(days=1))
    entries = [entry for entry in poster.in_room(room) if entry.starts_at < ends and entry.ends_at > begins]
    sheet = Sheet(f"{room.name} 今日安排 {day:%Y-%m-%d}", poster.centre)
    names = {other.id: other.name for other in poster.rooms}
    top = _head(sheet, poster, room)
    if not entries:
        sheet.centred(WIDTH / 2, top + 60, "今日没有安排", 34, HEAVY)
        sheet.centred(WIDTH / 2, top + 112, "需要使用请到服务台预约", 20)
    high = min(_TALL, max(_SMALL, (HEIGHT - _FOOT - top) / max(len(entries), 1)))
    at = top
    for entry in entries:
        if at + high > HEIGHT - _FOOT + 0.01:
            _foot(sheet, poster)
            at = _head(sheet, poster, room)
        whole = names.get(entry.room_id, "") if entry.room_id != room.id else ""
        _row(sheet, entry, at, high, whole, coloured, day)
        at += high
    _foot(sheet, poster)
    pdf, missing = sheet.finish()
    return Rendered(pdf, missing, sheet.pages)


def clock(entry: Entry, day: date) -> str:
    """From when to when on that day; what runs on from the day before or into the next is cut at midnight."""
    starts, ends = max(local(entry.starts_at), _midnight(day)), min(local(entry.ends_at), _midnight(day, 1))
    last = "24:00" if ends == _midnight(day, 1) else f"{ends:%H:%M}"
    return "全天" if last == "24:00" and starts == _midnight(day) else f"{starts:%H:%M}–{last}"


def _midnight(day: date, later: int = 0) -> datetime:
    return local(start_of(day + timedelta(days=later)))


def _fitted(text: str, width: float, size: float, least: float) -> tuple[str, float]:
    """The text on one line: smaller down to `least` points, and at last cut with an ellipsis."""
    while size > least and HEAVY.width(text, size) > width:
        size -= 0.5
    if HEAVY.width(text, size) <= width:
        return text, size
    while text and HEAVY.width(text + "…", size) > width:
        text = text[:-1]
    return text + "…", size


def _head(sheet: Sheet, poster: Poster, room: RoomRow) -> float:
    """Begin a page; returns where the rows begin."""
    day = poster.first
    sheet.new_page(WIDTH, HEIGHT)
    sheet.centred(WIDTH / 2, 15 * MM, poster.centre, 15)
    top = 24 * MM
    size = 50.0
    while size > 28 and len(balanced_lines(room.name, _INNER, size, HEAVY)) > 2:
        size -= 2
    for line in balanced_lines(room.name, _INNER, size, HEAVY):
        sheet.centred(WIDTH / 2, top, line, size, HEAVY)
        top += size * 1.16
    facts = [room.number, room.floor, f"可容纳 {room.capacity} 人" if room.capacity else "", room.fee]
    sheet.centred(WIDTH / 2, top + 4, "　".join(part for part in facts if part), 16)
    top += 34
    sheet.text(_SIDE, top, "今日安排", 26, HEAVY)
    sheet.right(WIDTH - _SIDE, top + 4, f"{day.year}年{day.month}月{day.day}日　星期{WEEKDAYS[day.weekday()]}", 20)
    sheet.line(_SIDE, top + 36, WIDTH - _SIDE, top + 36, 1.6)
    return top + 42


def _row(sheet: Sheet, entry: Entry, top: float, high: float, whole: str, coloured: bool, day: date) -> None:
    """Time, what and who; a closed room is told by its word and a frame, not by colour."""
    big = min(27.0, high * 0.44)
    if entry.closed:
        sheet.box(_SIDE, top + 4, _INNER, high - 8, 1.4)
    else:
        band(sheet, _SIDE, top + 6, _BAND, high - 12, entry.use, coloured)
    sheet.text(_SIDE + 18, top + (high - big) / 2, clock(entry, day), big, HEAVY)
    left = _SIDE + 18 + HEAVY.width("00:00–00:00", big) + 20
    room = WIDTH - _SIDE - left - 6
    under = "　".join(part for part in (entry.who, f"场地：{whole}" if whole else "") if part)
    what, size = _fitted(entry.what, room, big * 0.9, 11)
    gap = high * 0.08
    small = max(10.0, big * 0.55)
    start = top + (high - size - (gap + small if under else 0)) / 2
    sheet.text(left, start, what, size, HEAVY)
    if under:
        lines = break_lines(under, room, small, PLAIN)
        sheet.text(left, start + size + gap, lines[0] + ("…" if len(lines) > 1 else ""), small)
    sheet.line(_SIDE, top + high, WIDTH - _SIDE, top + high, 0.4)


def _foot(sheet: Sheet, poster: Poster) -> None:
    top = HEIGHT - _FOOT + 12
    phone = f"预约、咨询：{poster.phone}" if poster.phone else "预约、咨询请到服务台"
    sheet.centred(WIDTH / 2, top, phone, 14)
    sheet.centred(WIDTH / 2, top + 22, "请按预约时间使用，用后恢复原状、关闭电源", 12)
