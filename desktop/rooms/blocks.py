"""Bookings as they are painted. Their shapes are alike, so each is drawn once and kept; their words are measured once.

A week of ten rooms shows hundreds of bookings: drawn from scratch they cost a third of a second, from here a few milliseconds.
"""

from dataclasses import dataclass, field
from uuid import UUID

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from db.rooms.queries import BookingRow
from db.rooms.states import BookingState
from desktop.rooms.look import BAND, MARKS, mixed, paint_band, use_colour
from desktop.rooms.words import span_text
from desktop.shell import theme

MOST_KEPT = 4000
Line = tuple[float, str, int, str]
"""Pixels from the top, the words, the number of the font (0 plain, 1 bold, 2 small), the colour's token."""


@dataclass
class Blocks:
    """What was drawn and measured; thrown away when the look changes."""

    shapes: dict[tuple[object, ...], QPixmap] = field(default_factory=dict)
    lines: dict[tuple[object, ...], tuple[Line, ...]] = field(default_factory=dict)

    def clear(self) -> None:
        """Colours or sizes are different now."""
        self.shapes.clear()
        self.lines.clear()

    def shape(
        self, row: BookingRow, size: tuple[int, int], buffers: tuple[int, int], upright: bool, ratio: float
    ) -> QPixmap:
        """The picture of a booking without its words, its buffers before and behind it (in pixels along the time)."""
        key = (row.use, row.state, size, buffers, upright, ratio)
        found = self.shapes.get(key)
        if found is None:
            if len(self.shapes) > MOST_KEPT:
                self.shapes.clear()
            found = self.shapes[key] = _drawn(row, size, buffers, upright, ratio)
        return found

    def words(
        self, row: BookingRow, size: tuple[int, int], late: bool, upright: bool, fonts: "Fonts"
    ) -> tuple[Line, ...]:
        """The lines that find room in a booking of this size."""
        key: tuple[UUID, int, tuple[int, int], bool, bool] = (row.id, row.version, size, late, upright)
        found = self.lines.get(key)
        if found is None:
            if len(self.lines) > MOST_KEPT:
                self.lines.clear()
            found = self.lines[key] = _measured(row, size, late, upright, fonts)
        return found


class Fonts:
    """The fonts of the grid (plain, bold, small, small and bold) and their measures."""

    def __init__(self, font: QFont) -> None:
        bold, small = QFont(font), QFont(font)
        bold.setBold(True)
        small.setPixelSize(max(font.pixelSize() - 2, 9))
        narrow = QFont(small)
        narrow.setBold(True)
        self.all = (font, bold, small, narrow)
        self.metrics = tuple(QFontMetricsF(each) for each in self.all)
        self.heights = tuple(each.height() for each in self.metrics)
        self.two_hanzi = self.metrics[2].horizontalAdvance("汉字")


def _drawn(row: BookingRow, size: tuple[int, int], buffers: tuple[int, int], upright: bool, ratio: float) -> QPixmap:
    width, height = size
    before, behind = buffers
    whole = QSize(width, height + before + behind) if upright else QSize(width + before + behind, height)
    picture = QPixmap(whole * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    hatch = QBrush(theme.colour("edge"), Qt.BrushStyle.Dense6Pattern)
    area = QRectF(0, before, width, height) if upright else QRectF(before, 0, width, height)
    if before:
        painter.fillRect(QRectF(0, 0, width, before) if upright else QRectF(0, 0, before, height), hatch)
    if behind:
        last = QRectF(0, before + height, width, behind) if upright else QRectF(before + width, 0, behind, height)
        painter.fillRect(last, hatch)
    colour, done = use_colour(row.use), row.state is BookingState.DONE
    painter.fillRect(area, mixed(colour, 0.07 if done else 0.16))
    paint_band(painter, QRectF(area.left(), area.top(), band_width(width), height), row.use)
    style = Qt.PenStyle.DashLine if row.state is BookingState.ASKED else Qt.PenStyle.SolidLine
    painter.setPen(
        QPen(theme.colour("muted") if done else colour, 2 if row.state is BookingState.IN_USE else 1.2, style)
    )
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.end()
    return picture


def band_width(width: float) -> float:
    """Pixels of the patterned band of a booking so wide."""
    return min(BAND, width * 0.4)


def _measured(row: BookingRow, size: tuple[int, int], late: bool, upright: bool, fonts: Fonts) -> tuple[Line, ...]:
    width, height = size[0] - band_width(size[0]) - 9, size[1] - 2
    found: list[Line] = []
    top = 1.0
    for text, font, token in _lines(row, width, height, late, upright, fonts):
        high = fonts.heights[font]
        if top + high > height + 4:
            break
        told = fonts.metrics[font].elidedText(text, Qt.TextElideMode.ElideRight, width)
        if len(told) > 1:
            found.append((top, told, font, token))
        top += high
    return tuple(found)


def _lines(
    row: BookingRow, width: float, height: float, late: bool, upright: bool, fonts: Fonts
) -> list[tuple[str, int, str]]:
    """What is said of a booking, the most important first."""
    mark = MARKS.get(row.state, "") or ("▲ 未签到" if late else "")
    when = span_text(row.starts_at, row.ends_at)
    if height < 2 * fonts.heights[0]:
        told = f"{when} " if upright and width > 150 else ""
        return [(f"{told}{row.borrower} {row.purpose}", 2, "text")]
    side_by_side = bool(mark) and fonts.metrics[2].horizontalAdvance(f"{when}　{mark}") <= width
    first = (f"{when}　{mark}" if side_by_side else when, 2, "muted")
    signs = [(mark, 2, "good" if row.state is BookingState.IN_USE else "warn")] if mark and not side_by_side else []
    detail = "　".join(part for part in (f"{row.people} 人" if row.people else "", row.responsible) if part)
    who, rest = (row.borrower, 1, "text"), [(row.purpose, 0, "text"), (detail, 2, "muted")]
    lines = [first, *signs, who, *rest] if upright else [who, first, *signs, *rest]
    return [line for line in lines if line[0]]
