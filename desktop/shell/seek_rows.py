"""How a hit looks in the list under the search box: what it is at the left, what tells it apart at the right."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.shell import theme
from desktop.shell.hits import Hit

HEAD = "head"


def row_height() -> int:
    """Pixels of one row at the type size of the moment."""
    return theme.px(32)


class HitRows(QStyledItemDelegate):
    """Draws headings and hits."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, row_height())

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        text, hit = str(index.data()), index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        inner = rect.adjusted(theme.px(10), 0, -theme.px(10), 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        if isinstance(hit, Hit):
            if state & QStyle.StateFlag.State_Selected:
                painter.fillRect(rect, theme.colour("selected"))
            metrics = painter.fontMetrics()
            left = min(metrics.horizontalAdvance(text), inner.width())
            painter.setPen(theme.colour("text"))
            painter.drawText(inner, middle, metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width()))
            room = inner.adjusted(left + theme.px(16), 0, 0, 0)
            painter.setPen(theme.colour("muted"))
            more = metrics.elidedText(hit.more, Qt.TextElideMode.ElideLeft, max(room.width(), 0))
            painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, more)
        else:
            font = QFont(painter.font())
            heading = index.data(Qt.ItemDataRole.UserRole + 1) == HEAD
            font.setBold(heading)
            font.setPixelSize(theme.px(12 if heading else 13))
            painter.setFont(font)
            painter.setPen(theme.colour("muted"))
            painter.drawText(inner, middle, text)
        painter.restore()
