"""Where everything on the board stands, in pixels of the whole picture. Pure: words are measured by whoever asks. No Qt."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

from db.duty.rows import SlotRow
from desktop.duty.board_rows import Line, Place, Sheet, Spot
from desktop.duty.board_widths import Measures, Wide, Widths, texts
from desktop.duty.board_words import time_text


@dataclass(frozen=True, slots=True)
class Chip:
    """A place as it stands: x and y from the top left corner of its line; `texts` are name and what follows it."""

    place: Place
    x: float
    y: float
    w: float
    h: float
    name: str
    more: str


@dataclass(frozen=True, slots=True)
class Note:
    """The small words of a session (time, room, 顺延), from the top left corner of its line."""

    slot: SlotRow
    x: float
    y: float
    w: float
    text: str


@dataclass(frozen=True, slots=True)
class LineBox:
    """A line as it stands."""

    top: float
    height: float
    chips: tuple[Chip, ...] = ()
    notes: tuple[Note, ...] = ()
    time: str = ""


class Layout:
    """The whole picture: heights of all lines, and what stands in a line when it is asked for."""

    def __init__(
        self,
        measures: Measures,
        columns: tuple[tuple[float, float], ...],
        heights: list[float],
        build: Callable[[int, float, float], "LineBox"],
    ) -> None:
        self.measures, self.columns = measures, columns
        *tops, self.height = accumulate(heights, initial=0.0)
        self.tops, self.heights = tops, heights
        self.width = measures.gutter + sum(across for _, across in columns)
        self._build = build
        self._lines: dict[int, LineBox] = {}

    def line(self, at: int) -> LineBox:
        """A line as it stands; laid out when it is first seen."""
        found = self._lines.get(at)
        if found is None:
            found = self._lines[at] = self._build(at, self.tops[at], self.heights[at])
        return found

    def seen(self, top: float, bottom: float) -> range:
        """The lines between two heights of the picture (without its head)."""
        first = max(bisect_right(self.tops, top) - 1, 0)
        last = bisect_right(self.tops, bottom)
        return range(first, min(last, len(self.tops)))

    def at(self, x: float, y: float) -> Chip | None:
        """The place at a point of the picture (without its head)."""
        line = bisect_right(self.tops, y) - 1
        if not 0 <= line < len(self.tops):
            return None
        box = self.line(line)
        for chip in box.chips:
            if chip.x <= x <= chip.x + chip.w and chip.y <= y - box.top <= chip.y + chip.h:
                return chip
        return None

    def note_at(self, x: float, y: float) -> SlotRow | None:
        """The session whose cell is at a point of the picture."""
        line = bisect_right(self.tops, y) - 1
        if not 0 <= line < len(self.tops):
            return None
        box = self.line(line)
        found = [note for note in box.notes if note.x <= x <= note.x + note.w and note.y <= y - box.top]
        if found:
            return found[-1].slot
        return next((note.slot for note in box.notes if note.x <= x <= note.x + note.w), None)

    def chip(self, sheet: Sheet, spot: Spot | None) -> tuple[LineBox, Chip] | None:
        """Where a place stands."""
        at = sheet.line_of.get(spot.slot_id) if spot is not None else None
        if at is None:
            return None
        box = self.line(at)
        return next(((box, chip) for chip in box.chips if chip.place.spot == spot), None)


def lay_out(sheet: Sheet, width: float, measures: Measures, wide: Wide) -> Layout:
    """Lay a sheet out over a width; columns never get narrower than they may, the picture gets wider instead."""
    m, widths = measures, Widths(sheet, measures, wide)
    sessions = [
        [sheet.places[slot.id] for line in sheet.lines if line.cells for slot in line.cells[at]]
        for at in range(len(sheet.columns))
    ]
    columns = _columns(sessions, width - m.gutter, widths)
    inner = m.band + 2 * m.pad
    levels = [_level(each, across - inner, widths) for each, (_, across) in zip(sessions, columns, strict=True)]
    rooms = [across - inner for _, across in columns]
    heights = [_height(line, rooms, levels, widths) for line in sheet.lines]

    def build(at: int, top: float, height: float) -> LineBox:
        return _line(sheet.lines[at], (top, height), columns, levels, widths)

    return Layout(m, columns, heights, build)


Sessions = list[tuple[Place, ...]]


def _columns(sessions: list[Sessions], room: float, widths: Widths) -> tuple[tuple[float, float], ...]:
    """Left edge and width of each column: a body with more people in a session gets more of the room."""
    m = widths.m
    inner = m.band + 2 * m.pad + 2
    wants = [
        min(max((widths.row(places, 0) + inner for places in each), default=0), m.narrowest * 2) for each in sessions
    ]
    wants = [max(want, m.narrowest) for want in wants]
    stretch = room / sum(wants) if wants else 1.0
    across = [max(want * stretch, m.narrowest) for want in wants]
    over = sum(across) - room
    if stretch < 1 and over > 0:  # what the narrow ones could not give, the wide ones give, as far as they can
        spare = sum(width - m.narrowest for width in across)
        share = min(over / spare, 1.0) if spare else 0.0
        across = [width - (width - m.narrowest) * share for width in across]
    lefts = accumulate(across, initial=m.gutter)
    return tuple(zip(lefts, across, strict=False))


def _height(line: Line, rooms: list[float], levels: list[int], widths: Widths) -> float:
    """How high a line is: its tallest cell."""
    m = widths.m
    if line.half is None:
        return m.month
    common = _common(line)
    tallest = max(m.chip, 2 * m.small + 4 if line.first_of_day else 0) + 2 * m.pad
    for cell, room, level in zip(line.cells, rooms, levels, strict=True):
        y = m.pad
        for slot in cell:
            rows = _rows(widths.sheet.places[slot.id], room, level, widths)
            y += rows * m.chip + max(rows - 1, 0) * m.gap + (2 if rows else 0)
            y += m.small + m.pad if _note(slot, common) else m.pad
        tallest = max(tallest, y)
    return tallest


def _rows(places: tuple[Place, ...], room: float, level: int, widths: Widths) -> int:
    """How many rows places take when they flow."""
    rows, x = (1 if places else 0), 0.0
    for place in places:
        w = min(widths.of(place, level), room)
        if x > 0 and x + w > room:
            rows, x = rows + 1, 0.0
        x += w + widths.m.gap
    return rows


def _common(line: Line) -> str:
    """The time that all sessions of a line have in common, "" where they differ."""
    times = {(slot.starts, slot.ends) for cell in line.cells for slot in cell}
    return time_text(*times.pop()) if len(times) == 1 else ""


def _line(
    line: Line,
    where: tuple[float, float],
    columns: tuple[tuple[float, float], ...],
    levels: list[int],
    widths: Widths,
) -> LineBox:
    m = widths.m
    if line.half is None:
        return LineBox(*where)
    common = _common(line)
    chips: list[Chip] = []
    notes: list[Note] = []
    for cell, (left, across), level in zip(line.cells, columns, levels, strict=True):
        x0, room, y = left + m.band + m.pad, across - m.band - 2 * m.pad, m.pad
        for slot in cell:
            flowed, bottom = _flow(widths.sheet.places[slot.id], (x0, y, room), level, widths)
            chips += flowed
            text = _note(slot, common)
            notes.append(Note(slot, left, bottom, across, text))
            y = bottom + (m.small + m.pad if text else m.pad)
    return LineBox(*where, tuple(chips), tuple(notes), common)


def _flow(
    places: tuple[Place, ...], into: tuple[float, float, float], level: int, widths: Widths
) -> tuple[list[Chip], float]:
    """Places side by side, as many in a row as there is room for; and the height below them."""
    m = widths.m
    x0, y, room = into
    found: list[Chip] = []
    x, top = x0, y
    for place in places:
        name, more = texts(place, level)
        w = min(widths.of(place, level), room)
        if x > x0 and x + w > x0 + room:
            x, top = x0, top + m.chip + m.gap
        found.append(Chip(place, x, top, w, m.chip, name, more))
        x += w + m.gap
    return found, (top + m.chip + 2 if places else y)


def _level(sessions: Sessions, room: float, widths: Widths) -> int:
    """The most detail with which every session of a column still stands in one row."""
    for level in (2, 1):
        if all(widths.row(places, level) <= room for places in sessions):
            return level
    return 0


def _note(slot: SlotRow, common: str) -> str:
    parts = [] if time_text(slot.starts, slot.ends) == common else [time_text(slot.starts, slot.ends)]
    if slot.cancelled:
        return " · ".join(["不举行", slot.cancelled])
    if slot.room_name:
        parts.append(slot.room_name)
    if slot.planned != slot.day:
        parts.append(f"顺延自 {slot.planned.month}/{slot.planned.day}")
    if slot.note and "顺延" not in slot.note:
        parts.append(slot.note)
    return " · ".join(parts)
