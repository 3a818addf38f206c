"""Cells painted plainly: background, text, shape and colour of the tone, without asking the style sheet for each.

The style sheet's own painting of a cell asks the model eight times; a list that is painted anew at every key stroke needs it
faster. It looks the same: the colours are the tokens from which the theme fills the style sheet.
"""

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QStaticText
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from desktop.shell import theme
from desktop.widgets.badge import SHAPES
from desktop.widgets.table import RowModel, RowTable

KEPT = 4096
Index = QModelIndex | QPersistentModelIndex


class PlainDelegate(QStyledItemDelegate):
    """For a `RowTable` of text. It paints the alternating colours too, so the table's own are switched off."""

    def __init__(self, table: RowTable[Any]) -> None:
        super().__init__(table)
        table.setAlternatingRowColors(False)
        self._model: RowModel[Any] = table.rows
        self._table = table
        self._chosen = table.currentIndex().row()
        table.selectionModel().currentRowChanged.connect(self._choose)
        table.rows.modelReset.connect(lambda: self._choose(table.currentIndex()))
        theme.watch.changed.connect(self._dress)
        self._dress()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        at = index.row()
        area: QRect = option.rect
        left, top, width, height = area.left(), area.top(), area.width(), area.height()
        column, row = self._model.columns[index.column()], self._model.rows[at]
        tone = column.tone(row) if column.tone else ""
        if at == self._chosen:
            painter.fillRect(left, top, width, height, self._selected)
        elif at % 2:
            painter.fillRect(left, top, width, height, self._sunken)
        text = f"{SHAPES[tone]} {column.text(row)}" if tone else column.text(row)
        if not text:
            return
        laid, used = self._laid_out(text, width - 2 * self._pad)
        if column.right:
            left += width - 2 * self._pad - used
        painter.setPen(self._tones[tone])
        painter.drawStaticText(left + self._pad, top + (height - self._height) // 2, laid)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.px(80), theme.px(32))

    def _laid_out(self, text: str, room: int) -> tuple[QStaticText, int]:
        """As much of the text as there is room for, laid out, and its width; kept, because the same texts come again."""
        known = self._kept.get((text, room))
        if known is None:
            if len(self._kept) > KEPT:
                self._kept.clear()
            shown, used = self._advances.fitted(text, room)
            laid = QStaticText(shown)
            laid.setTextFormat(Qt.TextFormat.PlainText)
            known = self._kept[text, room] = (laid, used)
        return known

    def _choose(self, now: QModelIndex) -> None:
        self._chosen = now.row()

    def _dress(self) -> None:
        """Take the colours and sizes of the theme as it is now."""
        self._selected, self._sunken = theme.colour("selected"), theme.colour("sunken")
        self._tones = {tone: theme.colour(tone or "text") for tone in SHAPES}
        metrics = QFontMetrics(self._table.font())
        self._height = metrics.height()
        self._advances = Advances(metrics)
        self._pad = theme.px(8)
        self._kept: dict[tuple[str, int], tuple[QStaticText, int]] = {}


class Advances(dict[str, int]):
    """Widths of characters in one type, measured once each: fitting a text to its room costs no layout."""

    def __init__(self, metrics: QFontMetrics) -> None:
        super().__init__()
        self._metrics = metrics

    def __missing__(self, char: str) -> int:
        self[char] = width = self._metrics.horizontalAdvance(char)
        return width

    def fitted(self, text: str, room: int) -> tuple[str, int]:
        """The text, or its beginning with “…” where there is no room for all of it; and the width of that."""
        used = sum(self[char] for char in text)
        if used <= room:
            return text, used
        room -= self["…"]
        used = size = 0
        for char in text:
            if used + self[char] > room:
                break
            used += self[char]
            size += 1
        return f"{text[:size]}…", used + self["…"]


def plainly(table: RowTable[Any]) -> None:
    """Let a table be painted plainly."""
    table.setItemDelegate(PlainDelegate(table))
