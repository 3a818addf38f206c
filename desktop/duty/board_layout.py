"""Where everything on the board stands, in pixels of the whole picture. Pure: words are measured by whoever asks. No Qt."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

from db.duty.rows import DutyRow, SlotRow
from db.duty.states import DutyState
from desktop.duty.board_rows import Line, Place, Sheet, Spot
from desktop.duty.board_words import EMPTY, time_text

PLAIN, SMALL = 0, 1
SIGNED = frozenset({DutyState.SWAPPED, DutyState.ARRIVED, DutyState.LEFT})
"""States that have a sign of their own in a place."""
Wide = Callable[[str, int], float]
"""How wide a text is in one of the two sizes of type."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Lengths at the chosen type size."""

    gutter: float = 138
    head: float = 34
    month: float = 28
    chip: float = 26
    small: float = 18
    gap: float = 5
    pad: float = 5
    band: float = 7
    narrowest: float = 142


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


@dataclass(frozen=True)
class Layout:
    """The whole picture."""

    measures: Measures
    columns: tuple[tuple[float, float], ...]
    lines: tuple[LineBox, ...]
    tops: tuple[float, ...]
    width: float
    height: float

    def seen(self, top: float, bottom: float) -> range:
        """The lines between two heights of the picture (without its head)."""
        first = max(bisect_right(self.tops, top) - 1, 0)
        last = bisect_right(self.tops, bottom)
        return range(first, min(last, len(self.lines)))

    def at(self, x: float, y: float) -> Chip | None:
        """The place at a point of the picture (without its head)."""
        line = bisect_right(self.tops, y) - 1
        if not 0 <= line < len(self.lines):
            return None
        box = self.lines[line]
        for chip in box.chips:
            if chip.x <= x <= chip.x + chip.w and chip.y <= y - box.top <= chip.y + chip.h:
                return chip
        return None

    def note_at(self, x: float, y: float) -> SlotRow | None:
        """The session whose cell is at a point of the picture."""
        line = bisect_right(self.tops, y) - 1
        if not 0 <= line < len(self.lines):
            return None
        box = self.lines[line]
        found = [note for note in box.notes if note.x <= x <= note.x + note.w and note.y <= y - box.top]
        if found:
            return found[-1].slot
        return next((note.slot for note in box.notes if note.x <= x <= note.x + note.w), None)

    def chip(self, sheet: Sheet, spot: Spot | None) -> tuple[LineBox, Chip] | None:
        """Where a place stands."""
        at = sheet.line_of.get(spot.slot_id) if spot is not None else None
        if at is None:
            return None
        box = self.lines[at]
        return next(((box, chip) for chip in box.chips if chip.place.spot == spot), None)


def lay_out(sheet: Sheet, width: float, measures: Measures, wide: Wide) -> Layout:
    """Lay a sheet out over a width; columns never get narrower than they may, the picture gets wider instead."""
    m = measures
    count = max(len(sheet.columns), 1)
    each = max((width - m.gutter) / count, m.narrowest)
    columns = tuple((m.gutter + at * each, each) for at in range(len(sheet.columns)))
    levels = [_level(sheet, at, each - m.band - 3 * m.pad, m, wide) for at in range(len(sheet.columns))]
    boxes: list[tuple[float, tuple[Chip, ...], tuple[Note, ...], str]] = []
    for line in sheet.lines:
        boxes.append((m.month, (), (), "") if line.half is None else _line(sheet, line, columns, levels, m, wide))
    tops = tuple(accumulate((height for height, *_ in boxes), initial=0.0))
    lines = tuple(
        LineBox(top, height, chips, notes, time) for top, (height, chips, notes, time) in zip(tops, boxes, strict=False)
    )
    return Layout(m, columns, lines, tops[:-1], m.gutter + each * len(sheet.columns), tops[-1])


def _line(
    sheet: Sheet,
    line: Line,
    columns: tuple[tuple[float, float], ...],
    levels: list[int],
    m: Measures,
    wide: Wide,
) -> tuple[float, tuple[Chip, ...], tuple[Note, ...], str]:
    times = {time_text(slot.starts, slot.ends) for cell in line.cells for slot in cell}
    common = times.pop() if len(times) == 1 else ""
    chips: list[Chip] = []
    notes: list[Note] = []
    tallest = max(m.chip, 2 * m.small + 4 if line.first_of_day else 0) + 2 * m.pad
    for cell, (left, across), level in zip(line.cells, columns, levels, strict=True):
        x0, room, y = left + m.band + m.pad, across - m.band - 2 * m.pad, m.pad
        for slot in cell:
            flowed, bottom = _flow(sheet, sheet.places[slot.id], (x0, y, room), level, m, wide)
            chips += flowed
            text = _note(slot, common)
            notes.append(Note(slot, left, bottom, across, text))
            y = bottom + (m.small + m.pad if text else m.pad)
        tallest = max(tallest, y)
    return tallest, tuple(chips), tuple(notes), common


def _flow(
    sheet: Sheet, places: tuple[Place, ...], into: tuple[float, float, float], level: int, m: Measures, wide: Wide
) -> tuple[list[Chip], float]:
    """Places side by side, as many in a row as there is room for; and the height below them."""
    x0, y, room = into
    found: list[Chip] = []
    x, top = x0, y
    for place in places:
        name, more = texts(place, level)
        w = min(_chip_width(sheet, place, level, m, wide), room)
        if x > x0 and x + w > x0 + room:
            x, top = x0, top + m.chip + m.gap
        found.append(Chip(place, x, top, w, m.chip, name, more))
        x += w + m.gap
    return found, (top + m.chip + 2 if places else y)


def texts(place: Place, level: int) -> tuple[str, str]:
    """What a place says: the name, and with more room what somebody is and where they work."""
    duty = place.duty
    if duty is None:
        return EMPTY, place.wanted
    name = f"替 {duty.member_name}" if duty.covers_name else duty.member_name
    return name, more_of(duty, level)


def more_of(duty: DutyRow, level: int) -> str:
    """What stands behind a name at a level of detail (0 nothing, 1 the kind, 2 unit and post too)."""
    parts = (duty.kind, duty.unit_post)[:level]
    return " · ".join(part for part in parts if part)


def _chip_width(sheet: Sheet, place: Place, level: int, m: Measures, wide: Wide) -> float:
    name, more = texts(place, level)
    width = wide(name, PLAIN if place.duty is not None else SMALL) + 17 + (wide(more, SMALL) + 8 if more else 0)
    if place.duty is None:
        return width
    signs = (place.duty.locked, place.duty.id in sheet.marks, place.duty.state in SIGNED)
    return width + (m.small - 2) * sum(signs)


def _level(sheet: Sheet, column: int, room: float, m: Measures, wide: Wide) -> int:
    """The most detail with which every session of a column still stands in one row."""
    sessions = [sheet.places[slot.id] for line in sheet.lines if line.cells for slot in line.cells[column]]
    for level in (2, 1):
        if all(_row_width(sheet, places, level, m, wide) <= room for places in sessions):
            return level
    return 0


def _row_width(sheet: Sheet, places: tuple[Place, ...], level: int, m: Measures, wide: Wide) -> float:
    widths = [_chip_width(sheet, place, level, m, wide) for place in places]
    return sum(widths) + m.gap * max(len(widths) - 1, 0)


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
