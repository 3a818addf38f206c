"""Painting the board: only the lines that are seen, words measured once."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFont, QFontMetricsF, QPainter, QPen

from db.duty.rows import DutyRow
from db.duty.states import DutyState
from desktop.duty.board_layout import Chip, Layout, LineBox, Note
from desktop.duty.board_look import body_colour, mixed, paint_body, paint_lock, paint_warning
from desktop.duty.board_rows import Line, Sheet, Spot
from desktop.duty.board_words import HALVES, WEEKDAYS
from desktop.shell import theme

CENTRE = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
ELIDE = Qt.TextElideMode.ElideRight
MARKS = {
    DutyState.SWAPPED: ("调", "info"),
    DutyState.COVERING: ("", "info"),
    DutyState.ARRIVED: ("✓", "good"),
    DutyState.LEFT: ("✓", "good"),
}
"""The sign of a state behind the name; 替 stands before it."""


class Fonts:
    """The three fonts of the board, and widths that were measured once."""

    def __init__(self, font: QFont) -> None:
        bold, small = QFont(font), QFont(font)
        bold.setBold(True)
        small.setPixelSize(max(font.pixelSize() - 2, 9))
        self.plain, self.bold, self.small = font, bold, small
        self._metrics = (QFontMetricsF(bold), QFontMetricsF(small))
        self._known: dict[tuple[str, int], float] = {}

    def wide(self, text: str, size: int) -> float:
        """How wide a text is; names are measured as they are drawn, in bold."""
        key = (text, size)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._metrics[size].horizontalAdvance(text)
        return found

    def fitted(self, text: str, size: int, room: float) -> str:
        """The text, or its beginning with “…”."""
        return text if self.wide(text, size) <= room else self._metrics[size].elidedText(text, ELIDE, room)


@dataclass(frozen=True)
class Scene:
    """All that is to be painted, and how far the picture is scrolled."""

    sheet: Sheet
    layout: Layout
    width: float
    height: float
    x: float = 0
    y: float = 0

    @property
    def body(self) -> QRectF:
        """The part of the window that shows cells."""
        m = self.layout.measures
        return QRectF(m.gutter, m.head, max(self.width - m.gutter, 0), max(self.height - m.head, 0))

    def area(self, box: LineBox, chip: Chip) -> QRectF:
        """A place as it lies in the window."""
        return QRectF(chip.x - self.x, self.layout.measures.head + box.top + chip.y - self.y, chip.w, chip.h)


@dataclass(frozen=True)
class Carrying:
    """What is dragged over the board: who, over which place, and what is known against it."""

    name: str
    pointer: QPointF
    over: Spot | None = None
    trouble: str = ""
    judged: bool = False


class BoardPainter:
    """Paints a scene with one painter; `painted` counts the places it drew."""

    def __init__(self, painter: QPainter, scene: Scene, fonts: Fonts) -> None:
        self.p, self.s, self.fonts = painter, scene, fonts
        self.m = scene.layout.measures
        self.colours = {
            name: theme.colour(name) for name in ("text", "muted", "line", "edge", "surface", "bad", "warn", "faint")
        }
        self.painted = 0

    def paint(self) -> None:
        """Everything that stands."""
        s = self.s
        self.p.fillRect(QRectF(0, 0, s.width, s.height), self.colours["surface"])
        seen = s.layout.seen(s.y, s.y + s.height - self.m.head)
        self.p.setClipRect(QRectF(0, self.m.head, s.width, s.height - self.m.head))
        for at in seen:
            line, box = s.sheet.lines[at], s.layout.line(at)
            if line.half is None:
                self._month(line, box)
            else:
                self._line(line, box)
        self.p.setClipping(False)
        self._heads()

    def _line(self, line: Line, box: LineBox) -> None:
        top = self.m.head + box.top - self.s.y
        today = line.day == self.s.sheet.today
        self.p.setClipRect(self.s.body)
        for column, cell in enumerate(line.cells):
            left, across = self.s.layout.columns[column]
            area = QRectF(left - self.s.x, top, across, box.height)
            if cell and area.intersects(self.s.body):
                colour = self.s.sheet.columns[column].colour
                self.p.fillRect(area, mixed(body_colour(colour), 0.05))
                paint_body(self.p, QRectF(area.left() + 1, top + 1, self.m.band - 1, box.height - 2), colour)
        for chip in box.chips:
            area = self.s.area(box, chip)
            if area.right() >= self.m.gutter and area.left() <= self.s.width:
                self._chip(chip, area)
        for note in box.notes:
            self._note(note, top)
        self.p.setPen(self.colours["line"])
        for left, across in self.s.layout.columns:
            x = left + across - self.s.x
            self.p.drawLine(QPointF(x, top), QPointF(x, top + box.height))
        self.p.setClipRect(QRectF(0, self.m.head, self.s.width, self.s.height - self.m.head))
        self._gutter(line, box, top, today)

    def _gutter(self, line: Line, box: LineBox, top: float, today: bool) -> None:
        """Day and half at the left, with what the calendar says of the day."""
        side = QRectF(0, top, self.m.gutter, box.height)
        self.p.fillRect(side, theme.colour("selected" if today else "sunken"))
        self.p.setPen(QPen(self.colours["edge" if line.first_of_day else "line"], 1))
        self.p.drawLine(QPointF(0, top), QPointF(self.s.width, top))
        assert line.half is not None
        half = HALVES[line.half]
        row = QRectF(10, top + self.m.pad, self.m.gutter - 14, self.m.small + 3)
        if line.first_of_day:
            day = f"{line.day.month}月{line.day.day}日 周{WEEKDAYS[line.day.weekday()]}"
            self._words(row, day, self.fonts.bold, "text", 0)
            if today:
                self._words(row, "今天", self.fonts.small, "info", 1, RIGHT)
            told = self.s.sheet.days.get(line.day, "")
            if told and not today:
                self._words(row, told, self.fonts.small, "warn", 1, RIGHT)
            row = row.translated(0, self.m.small + 2)
        self._words(row, f"{half} {box.time}".strip(), self.fonts.small, "muted", 1)

    def _month(self, line: Line, box: LineBox) -> None:
        top = self.m.head + box.top - self.s.y
        area = QRectF(0, top, self.s.width, box.height)
        self.p.fillRect(area, theme.colour("bg"))
        self._words(area.adjusted(10, 0, 0, 0), f"{line.day.year}年{line.day.month}月", self.fonts.bold, "text", 0)

    def _chip(self, chip: Chip, area: QRectF) -> None:
        self.painted += 1
        duty = chip.place.duty
        if duty is None:
            self._empty(chip, area)
            return
        mark = self.s.sheet.marks.get(duty.id, "")
        strong = body_colour(self.s.sheet.slots[duty.slot_id].colour)
        self.p.setPen(QPen(self.colours["bad"] if mark else mixed(strong, 0.65), 1.6 if mark else 1))
        self.p.setBrush(mixed(strong, 0.14 if not duty.locked else 0.26))
        self.p.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        inner = area.adjusted(8, 0, -7, 0)
        if mark:
            sign = QRectF(inner.right() - 10, inner.center().y() - 5, 11, 10)
            paint_warning(self.p, sign, self.colours["bad"])
            inner.setRight(sign.left() - 3)
        if duty.locked:
            size = self.m.small - 7
            lock = QRectF(inner.right() - size, inner.center().y() - size / 2, size, size)
            paint_lock(self.p, lock, self.colours["muted"])
            inner.setRight(lock.left() - 3)
        self._who(duty, chip, inner)

    def _who(self, duty: DutyRow, chip: Chip, inner: QRectF) -> None:
        sign, tone = MARKS.get(duty.state, ("", ""))
        if sign:
            self._words(inner, sign, self.fonts.bold, tone, 0, RIGHT)
            inner.setRight(inner.right() - self.fonts.wide(sign, 0) - 2)
        self._words(inner, chip.name, self.fonts.bold, "text", 0)
        if chip.more:
            rest = inner.adjusted(self.fonts.wide(chip.name, 0) + 7, 0, 0, 0)
            if rest.width() > 12:
                self._words(rest, chip.more, self.fonts.small, "muted", 1)

    def _empty(self, chip: Chip, area: QRectF) -> None:
        """An empty place: a dashed frame and words, so that nobody overlooks it. Nobody is missing where a session is off."""
        off = bool(chip.place.off)
        self.p.setPen(QPen(self.colours["line" if off else "warn"], 1.3, Qt.PenStyle.DashLine))
        self.p.setBrush(theme.colour("sunken" if off else "warn_bg"))
        self.p.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        text = f"{chip.name} {chip.more}".strip()
        self._words(area.adjusted(8, 0, -6, 0), text, self.fonts.small, "muted" if off else "warn", 1)

    def _note(self, note: Note, top: float) -> None:
        if not note.text:
            return
        room = note.w - self.m.band - 2 * self.m.pad
        area = QRectF(note.x + self.m.band + self.m.pad - self.s.x, top + note.y, room, self.m.small)
        self._words(area, note.text, self.fonts.small, "faint" if note.slot.cancelled else "muted", 1)
        if note.slot.cancelled:
            self.p.setPen(QPen(self.colours["faint"], 1))
            wide = min(self.fonts.wide(note.text, 1), room)
            self.p.drawLine(area.center() - QPointF(room / 2, 0), area.center() + QPointF(wide - room / 2, 0))

    def _heads(self) -> None:
        """The bodies above their columns; they stay while the lines scroll."""
        head = QRectF(0, 0, self.s.width, self.m.head)
        self.p.fillRect(head, theme.colour("sunken"))
        self.p.setClipRect(QRectF(self.m.gutter, 0, self.s.width - self.m.gutter, self.m.head))
        for column, (left, across) in zip(self.s.sheet.columns, self.s.layout.columns, strict=True):
            area = QRectF(left - self.s.x, 0, across, self.m.head)
            swatch = QRectF(area.left() + 1, 6, self.m.band + 7, self.m.head - 12)
            paint_body(self.p, swatch, column.colour)
            self._head(area.adjusted(self.m.band + 16, 0, -4, 0), column.name)
            self.p.setPen(self.colours["line"])
            self.p.drawLine(area.topRight(), area.bottomRight())
        self.p.setClipping(False)
        self._words(QRectF(10, 0, self.m.gutter, self.m.head), "日期", self.fonts.bold, "muted", 0)
        self.p.setPen(self.colours["edge"])
        self.p.drawLine(QPointF(0, self.m.head), QPointF(self.s.width, self.m.head))

    def _head(self, area: QRectF, name: str) -> None:
        """A body's name: in one line, else small in two."""
        if self.fonts.wide(name, 0) <= area.width():
            self._words(area, name, self.fonts.bold, "text", 0)
            return
        self.p.setFont(self.fonts.small)
        self.p.setPen(self.colours["text"])
        told = self.fonts.fitted(name, 1, area.width() * 1.9)
        self.p.drawText(area, int(LEFT | Qt.TextFlag.TextWrapAnywhere), told)

    def _words(
        self, area: QRectF, text: str, font: QFont, token: str, size: int, flags: Qt.AlignmentFlag = LEFT
    ) -> None:
        self.p.setFont(font)
        self.p.setPen(self.colours.get(token) or theme.colour(token))
        self.p.drawText(area, flags, self.fonts.fitted(text, size, area.width()))

    # ---- what moves ----

    def cursor(self, spot: Spot | None, focused: bool) -> None:
        """The place that the keys work on."""
        found = self.s.layout.chip(self.s.sheet, spot)
        if found is None:
            return
        self.p.setClipRect(self.s.body)
        self.p.setBrush(Qt.BrushStyle.NoBrush)
        style = Qt.PenStyle.SolidLine if focused else Qt.PenStyle.DotLine
        self.p.setPen(QPen(theme.colour("focus"), 2.4 if focused else 1.4, style))
        self.p.drawRoundedRect(self.s.area(*found).adjusted(-2, -2, 2, 2), 6, 6)
        self.p.setClipping(False)

    def carrying(self, what: Carrying) -> None:
        """Who is dragged, the place below, and what speaks against it."""
        tone = "bad" if what.trouble else "good" if what.judged else "focus"
        found = self.s.layout.chip(self.s.sheet, what.over)
        if found is not None:
            area = self.s.area(*found).adjusted(-2, -2, 2, 2)
            self.p.setPen(QPen(theme.colour(tone), 2, Qt.PenStyle.DashLine if what.trouble else Qt.PenStyle.SolidLine))
            self.p.setBrush(Qt.BrushStyle.NoBrush)
            self.p.drawRoundedRect(area, 6, 6)
        lines = [what.name if not what.trouble else f"■ {what.name}", *([what.trouble] if what.trouble else [])]
        if found is not None and what.judged and not what.trouble:
            lines = [f"● {what.name}　可以"]
        self._sign(what.pointer, lines, tone)

    def _sign(self, at: QPointF, lines: list[str], tone: str) -> None:
        room = min(self.s.width - 24, theme.px(460))
        high = QFontMetricsF(self.fonts.plain).lineSpacing()
        width = min(max(self.fonts.wide(line, 0) for line in lines) + 18, room)
        told = QFontMetricsF(self.fonts.plain).boundingRect(
            QRectF(0, 0, width - 18, 400), int(Qt.TextFlag.TextWordWrap), "\n".join(lines)
        )
        sign = QRectF(at.x() + 14, at.y() + 12, width, max(told.height(), high) + 10)
        sign.moveLeft(max(min(sign.left(), self.s.width - width - 4), 4))
        if sign.bottom() > self.s.height - 4:
            sign.moveBottom(at.y() - 8)
        self.p.setPen(QPen(theme.colour(tone), 1.4))
        self.p.setBrush(QBrush(self.colours["surface"]))
        self.p.drawRoundedRect(sign, 5, 5)
        self.p.setFont(self.fonts.plain)
        self.p.setPen(theme.colour("bad") if tone == "bad" else self.colours["text"])
        self.p.drawText(sign.adjusted(9, 5, -9, -5), int(LEFT | Qt.TextFlag.TextWordWrap), "\n".join(lines))
