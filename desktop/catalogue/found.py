"""Search results as a list: the model, and how a row is painted (name, what it is, why it was found)."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from db.catalogue.rows import ItemRow
from db.catalogue.rules import UNCONFIRMED
from db.catalogue.shelf import Found
from db.catalogue.starter import Proof

FOUND = int(Qt.ItemDataRole.UserRole)
PADDING = 6
Index = QModelIndex | QPersistentModelIndex


class FoundModel(QAbstractListModel):
    """The rows that a search gave, best first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Found] = []

    def show(self, rows: list[Found]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def at(self, row: int) -> Found | None:
        """The result in a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        found = self.at(index.row())
        if found is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return found.row.name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return "，".join(part for part in (found.row.name, mark_of(found), facts_of(found)) if part)
        return found if role == FOUND else None


def mark_of(found: Found) -> str:
    """The word that sets a row apart: 不应出具, 已停用, 待核."""
    if isinstance(found.row, Proof):
        return "不应出具"
    if not found.row.enabled:
        return "已停用"
    return "" if found.row.limit_confirmed else UNCONFIRMED


def facts_of(found: Found) -> str:
    """The second line of a row: why it was found, then what it is."""
    row = found.row
    if isinstance(row, Proof):
        facts = [f"{row.source}：告知去处"]
    else:
        facts = [row.role, _promise(row), row.department, row.code]
    return " · ".join(part for part in (found.why, *facts) if part)


def _promise(row: ItemRow) -> str:
    return "即办" if row.at_once else row.promise.split("（")[0]


class FoundDelegate(QStyledItemDelegate):
    """Paints a result in two lines; only colours of the palette."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        height = QFontMetrics(option.font).height() + QFontMetrics(small(option.font)).height()
        return QSize(200, height + 2 * PADDING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        found = index.data(FOUND)
        style = option.widget.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        if not isinstance(found, Found):
            return
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        strong = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        weak = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.PlaceholderText
        area = option.rect.adjusted(PADDING + 2, PADDING, -PADDING - 2, -PADDING)
        painter.save()
        mark = mark_of(found)
        width = self._mark(painter, option, area, mark, strong) if mark else 0
        painter.setFont(option.font)
        painter.setPen(option.palette.color(strong))
        metrics = QFontMetrics(option.font)
        line = QRect(area.left(), area.top(), area.width() - width, metrics.height())
        painter.drawText(line, 0, metrics.elidedText(found.row.name, Qt.TextElideMode.ElideMiddle, line.width()))
        font = small(option.font)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(option.palette.color(weak))
        below = QRect(area.left(), line.bottom() + 1, area.width(), metrics.height())
        painter.drawText(below, 0, metrics.elidedText(facts_of(found), Qt.TextElideMode.ElideRight, below.width()))
        painter.restore()

    @staticmethod
    def _mark(
        painter: QPainter, option: QStyleOptionViewItem, area: QRect, mark: str, colour: QPalette.ColorRole
    ) -> int:
        font = small(option.font)
        metrics = QFontMetrics(font)
        width = metrics.horizontalAdvance(mark) + 2 * PADDING
        box = QRect(area.right() - width, area.top(), width, metrics.height())
        painter.setFont(font)
        painter.setPen(option.palette.color(colour))
        painter.drawRect(box)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, mark)
        return width + PADDING


def small(font: QFont) -> QFont:
    """The type of second lines: seven eighths."""
    smaller = QFont(font)
    if font.pointSizeF() > 0:
        smaller.setPointSizeF(font.pointSizeF() * 0.875)
    else:
        smaller.setPixelSize(max(9, round(font.pixelSize() * 0.875)))
    return smaller
