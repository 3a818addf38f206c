"""Cells painted plainly: background, text, shape and colour of the tone, without asking the style sheet for each.

The style sheet's own painting of a cell asks the model eight times; a list that is painted anew at every key stroke needs it
faster. It looks the same: the colours are the tokens from which the theme fills the style sheet.
"""

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
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
        room = width - 2 * self._pad
        if len(text) * self._wide > room:
            text = self._fitted(text, room)
        if column.right:
            left += room - self._metrics.horizontalAdvance(text)
        painter.setPen(self._tones[tone])
        painter.drawText(left + self._pad, top + (height + self._rise) // 2, text)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.px(80), theme.px(32))

    def _fitted(self, text: str, room: int) -> str:
        """The text, or as much of it as there is room for; kept, because the same names come again at each key stroke."""
        known = self._fits.get((text, room))
        if known is None:
            if len(self._fits) > KEPT:
                self._fits.clear()
            known = self._fits[text, room] = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        return known

    def _choose(self, now: QModelIndex) -> None:
        self._chosen = now.row()

    def _dress(self) -> None:
        """Take the colours and sizes of the theme as it is now."""
        self._selected, self._sunken = theme.colour("selected"), theme.colour("sunken")
        self._tones = {tone: theme.colour(tone or "text") for tone in SHAPES}
        self._metrics = QFontMetrics(self._table.font())
        self._wide = max(theme.px(theme.BASE_PX), self._metrics.averageCharWidth())
        self._rise = self._metrics.ascent() - self._metrics.descent()
        self._pad = theme.px(8)
        self._fits: dict[tuple[str, int], str] = {}


def plainly(table: RowTable[Any]) -> None:
    """Let a table be painted plainly."""
    table.setItemDelegate(PlainDelegate(table))
