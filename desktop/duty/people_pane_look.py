"""How bodies look in lists: the patterned band of their colour beside the name."""

from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QComboBox, QWidget

from db.duty.rows import BodyRow
from desktop.duty.board_look import COLOURS, paint_body
from desktop.shell import theme
from desktop.widgets.table import Column, Index, RowModel

COLOUR_NAMES = ("红", "橙", "紫", "青", "绿", "蓝", "灰", "玫红")


def swatch(colour: int, side: int = 16) -> QIcon:
    """A small square in the colour and pattern of a body."""
    length = theme.px(side)
    made = QPixmap(length, length)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    paint_body(painter, QRectF(0, 0, length, length), colour)
    painter.end()
    icon = QIcon(made)
    icon.addPixmap(made, QIcon.Mode.Selected)  # Qt would tint it: a colour that means something stays what it is
    return icon


class Band(QWidget):
    """The band at the head of a card."""

    def __init__(self, colour: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = colour
        self.setFixedWidth(theme.px(9))

    def show_colour(self, colour: int) -> None:
        """Another body."""
        self._colour = colour
        self.update()

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        paint_body(painter, QRectF(self.rect()), self._colour)


class BodyModel(RowModel[BodyRow]):
    """Rows of bodies with their swatch."""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return swatch(self.rows[index.row()].colour)
        return super().data(index, role)


BODY_COLUMNS = (
    Column[BodyRow](
        "轮值单位", lambda row: row.name if row.active else f"{row.name}（停用）", tip=lambda row: row.name
    ),
    Column[BodyRow]("人数", lambda row: f"{row.members} 人", 56, right=True),
)


def colour_field(colour: int) -> QComboBox:
    """The colours to choose from, each with its pattern and its name."""
    box = QComboBox()
    box.setIconSize(QSize(theme.px(16), theme.px(16)))
    for at in range(COLOURS):
        box.addItem(swatch(at), COLOUR_NAMES[at], at)
    box.setCurrentIndex(colour % COLOURS)
    return box
