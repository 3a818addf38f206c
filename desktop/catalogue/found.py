"""Search results as a list: the model, and how a row is painted (name, what it is, why it was found)."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from db.catalogue.rows import ItemRow
from db.catalogue.rules import UNCONFIRMED
from db.catalogue.shelf import Found
from db.catalogue.starter import Proof
from desktop.shell import theme
from desktop.widgets.plain import Advances

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
    """Paints a result in two lines, plainly: it happens at every key stroke."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        theme.watch.changed.connect(self._dress)
        self._dress()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, self._line + self._small_line + 2 * PADDING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        found = index.data(FOUND)
        area: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.fillRect(area, self._selected)
        left, top, width = area.left() + PADDING + 2, area.top() + PADDING, area.width() - 2 * PADDING - 4
        taken = self._mark(painter, left + width, top, mark_of(found))
        painter.setPen(self._text)
        painter.setFont(self._font)
        self._draw(painter, QRect(left, top, width - taken, self._line), self._advances, found.row.name)
        painter.setFont(self._small)
        painter.setPen(self._text if chosen else self._muted)
        below = QRect(left, top + self._line, width, self._small_line)
        self._draw(painter, below, self._small_advances, facts_of(found))

    @staticmethod
    def _draw(painter: QPainter, box: QRect, advances: Advances, text: str) -> None:
        painter.drawText(box, _LINE, advances.fitted(text, box.width())[0])

    def _mark(self, painter: QPainter, right: int, top: int, mark: str) -> int:
        """A word in a box at the right end; returns the room it takes."""
        if not mark:
            return 0
        width = len(mark) * self._small_wide + 2 * PADDING
        box = QRect(right - width, top, width, self._small_line)
        painter.setFont(self._small)
        painter.setPen(self._tones[mark])
        painter.drawRect(box)
        painter.drawText(box, _CENTRE, mark)
        return width + PADDING

    def _dress(self) -> None:
        """Take the colours and sizes of the theme as it is now."""
        self._font = self._view.font()
        self._small = small(self._font)
        metrics, lesser = QFontMetrics(self._font), QFontMetrics(self._small)
        self._line, self._small_line = metrics.height(), lesser.height()
        self._advances, self._small_advances = Advances(metrics), Advances(lesser)
        self._small_wide = self._small_advances["核"]
        self._selected, self._text, self._muted = (theme.colour(name) for name in ("selected", "text", "muted"))
        self._tones = {mark: theme.colour(tone) for mark, tone in TONES.items()}


TONES = {"不应出具": "bad", "已停用": "muted", UNCONFIRMED: "warn"}
_LINE = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine)


def small(font: QFont) -> QFont:
    """The type of second lines: seven eighths."""
    smaller = QFont(font)
    if font.pointSizeF() > 0:
        smaller.setPointSizeF(font.pointSizeF() * 0.875)
    else:
        smaller.setPixelSize(max(9, round(font.pixelSize() * 0.875)))
    return smaller
