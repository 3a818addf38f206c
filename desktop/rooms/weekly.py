"""The week in the foyer: rooms in rows, days in columns; A4 or A3 landscape, in colour or black on white. No Qt."""

from dataclasses import dataclass
from datetime import date, timedelta

from db.clock import start_of
from db.rooms.posting import Entry, Poster
from db.rooms.queries import RoomRow
from db.rooms.rules import USES
from desktop.paper.breaking import break_lines
from desktop.paper.colour import fill, pale
from desktop.paper.render import Rendered
from desktop.paper.sheet import MM, Sheet
from desktop.paper.typeface import HEAVY, PLAIN
from desktop.rooms.band import band, colour_of
from desktop.rooms.door import WEEKDAYS, clock

_LINES = 3  # of what takes place; a longer purpose ends with an ellipsis


@dataclass(frozen=True, slots=True)
class Measure:
    """Sizes in points for one size of paper."""

    width: float
    height: float
    size: float
    title: float
    side: float
    name: float

    @property
    def leading(self) -> float:
        return self.size * 1.28

    @property
    def day(self) -> float:
        """The width of a day's column."""
        return (self.width - 2 * self.side - self.name) / 7


A4 = Measure(297 * MM, 210 * MM, size=7.6, title=19, side=9 * MM, name=25 * MM)
A3 = Measure(420 * MM, 297 * MM, size=10.8, title=27, side=12 * MM, name=36 * MM)


@dataclass(frozen=True, slots=True)
class Box:
    """One entry of a cell, its text broken to the column."""

    entry: Entry
    time: str
    lines: tuple[str, ...]
    height: float


def foyer_sheet(poster: Poster, *, a3: bool = False, coloured: bool = True) -> Rendered:
    """The week from the poster's first day; rooms that do not fit go on a further page under the same heading."""
    m = A3 if a3 else A4
    sheet = Sheet(f"{poster.centre} 功能室使用安排 {poster.first:%Y-%m-%d}", poster.centre)
    bottom = m.height - m.side - _foot_height(m)
    top = _head(sheet, poster, m)
    for room in poster.rooms:
        for number, cells in enumerate(_chunks(_cells(poster, room, m), bottom - top_of_rows(m), m)):
            high = max(_room_height(room, m), *(sum(box.height for box in cell) + 4 for cell in cells))
            if top + high > bottom + 0.01 and top > top_of_rows(m):
                _foot(sheet, poster, m, coloured)
                top = _head(sheet, poster, m)
            _row(sheet, room, cells, top, high, m, coloured, continued=number > 0)
            top += high
    if not poster.rooms:
        sheet.centred(m.width / 2, m.height / 2, "还没有登记房间", m.title)
    _foot(sheet, poster, m, coloured)
    pdf, missing = sheet.finish()
    return Rendered(pdf, missing, sheet.pages)


def top_of_rows(m: Measure) -> float:
    """Where the first room's row begins."""
    return m.side + m.title * 1.9 + m.size * 2.4


def _head(sheet: Sheet, poster: Poster, m: Measure) -> float:
    first, last = poster.first, poster.first + timedelta(days=6)
    sheet.new_page(m.width, m.height)
    sheet.centred(m.width / 2, m.side, f"{poster.centre}功能室一周安排", m.title, HEAVY)
    span = f"{first.year}年{first.month}月{first.day}日—{last.month}月{last.day}日"
    sheet.text(m.side, m.side + m.title * 1.15, span, m.size * 1.25)
    page = f"第 {sheet.pages} 页"
    sheet.right(m.width - m.side, m.side + m.title * 1.15, page, m.size * 1.1)
    top, high = m.side + m.title * 1.9, m.size * 2.4
    sheet.box(m.side, top, m.name, high, 0.9)
    sheet.centred(m.side + m.name / 2, top + m.size * 0.6, "房间", m.size * 1.1, HEAVY)
    for at in range(7):
        day = first + timedelta(days=at)
        x = m.side + m.name + at * m.day
        sheet.box(x, top, m.day, high, 0.9)
        text = f"周{WEEKDAYS[day.weekday()]}　{day.month}月{day.day}日"
        sheet.centred(x + m.day / 2, top + m.size * 0.6, text, m.size * 1.1, HEAVY)
    return top_of_rows(m)


def _cells(poster: Poster, room: RoomRow, m: Measure) -> list[list[Box]]:
    """The room's entries, day by day."""
    names = {other.id: other.name for other in poster.rooms if other.id != room.id}
    entries = poster.in_room(room)
    found: list[list[Box]] = []
    for at in range(7):
        day = poster.first + timedelta(days=at)
        begins, ends = start_of(day), start_of(day + timedelta(days=1))
        found.append(
            [_box(e, day, m, names.get(e.room_id, "")) for e in entries if e.starts_at < ends and e.ends_at > begins]
        )
    return found


def _box(entry: Entry, day: date, m: Measure, elsewhere: str) -> Box:
    """`elsewhere` names the room that was booked where it is not the row's own: the whole hall, or a part of it."""
    width = m.day - m.size * 1.9
    text = "·".join(part for part in (entry.what, entry.who, elsewhere) if part)
    lines = break_lines(text, width, m.size, PLAIN)
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], lines[_LINES - 1][:-1] + "…"]
    return Box(entry, clock(entry, day), tuple(lines), (1 + len(lines)) * m.leading + 5)


def _chunks(cells: list[list[Box]], most: float, m: Measure) -> list[list[list[Box]]]:
    """A room's week in pieces that each fit a page: a room that is full to the brim is continued, never cut off."""
    chunks: list[list[list[Box]]] = []
    left = [list(cell) for cell in cells]
    while True:
        taken: list[list[Box]] = []
        for cell in left:
            fits, height = 0, 4.0
            while fits < len(cell) and height + cell[fits].height <= most:
                height += cell[fits].height
                fits += 1
            taken.append(cell[:fits])
            del cell[:fits]
        chunks.append(taken)
        if not any(left):
            return chunks


def _room_height(room: RoomRow, m: Measure) -> float:
    return (len(_name_lines(room, m)) + 1) * m.leading + 8


def _name_lines(room: RoomRow, m: Measure) -> list[str]:
    return break_lines(room.name, m.name - 8, m.size * 1.05, HEAVY)


def _row(
    sheet: Sheet, room: RoomRow, cells: list[list[Box]], top: float, high: float, m: Measure, coloured: bool,
    continued: bool,
) -> None:  # fmt: skip
    sheet.box(m.side, top, m.name, high, 0.6)
    y = top + 5
    for line in _name_lines(room, m):
        sheet.text(m.side + 4, y, line, m.size * 1.05, HEAVY)
        y += m.leading
    facts = "　".join(
        part for part in (room.floor or room.number, f"{room.capacity}人" if room.capacity else "") if part
    )
    sheet.text(m.side + 4, y, f"{facts}（续）" if continued else facts, m.size * 0.92)
    for at, cell in enumerate(cells):
        x = m.side + m.name + at * m.day
        sheet.box(x, top, m.day, high, 0.6)
        y = top + 2
        for box in cell:
            _draw_box(sheet, box, x + 2, y, m, coloured)
            y += box.height


def _draw_box(sheet: Sheet, box: Box, x: float, top: float, m: Measure, coloured: bool) -> None:
    """Time in bold, then what and who; the band at the left says the use, a closed room has a frame instead."""
    width, height, wide = m.day - 4, box.height - 2, m.size * 0.7
    if box.entry.closed:
        sheet.box(x, top, width, height, 1.2)
    else:
        if coloured:
            fill(sheet, x, top, width, height, pale(colour_of(box.entry.use)))
        band(sheet, x, top, wide, height, box.entry.use, coloured)
    left = x + wide + 3
    sheet.text(left, top + 1.5, box.time, m.size, HEAVY)
    for number, line in enumerate(box.lines, 1):
        sheet.text(left, top + 1.5 + number * m.leading, line, m.size)


def _foot_height(m: Measure) -> float:
    return m.size * 3.6


def _foot(sheet: Sheet, poster: Poster, m: Measure, coloured: bool) -> None:
    """The legend of the uses that are on the sheet, and whom to call: the centre's phone, no other."""
    top = m.height - m.side - m.size * 2.4
    x = m.side
    shown = {entry.use for entry in poster.entries if not entry.closed}
    for use in (use for use in USES if use in shown):
        band(sheet, x, top, m.size * 1.6, m.size * 1.1, use, coloured)
        sheet.text(x + m.size * 2, top, use, m.size)
        x += m.size * 2.8 + PLAIN.width(use, m.size)
    if any(entry.closed for entry in poster.entries):
        sheet.box(x, top, m.size * 1.6, m.size * 1.1, 1.2)
        sheet.text(x + m.size * 2, top, "停用", m.size)
    phone = f"预约、咨询：{poster.phone}" if poster.phone else "预约、咨询请到服务台"
    sheet.text(m.side, top + m.size * 1.5, f"以现场调整为准。{phone}", m.size)
