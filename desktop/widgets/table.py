"""A table of frozen rows: columns are functions of a row; long lists ask for more when they are scrolled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop.shell import theme
from desktop.widgets.badge import SHAPES

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column. `tone` colours the text and puts its shape before it; `width` in pixels at 100 %, 0 stretches."""

    title: str
    text: Callable[[Row], str]
    width: int = 0
    right: bool = False
    tone: Callable[[Row], str] | None = None
    tip: Callable[[Row], str] | None = None


class RowModel(QAbstractTableModel, Generic[Row]):
    """Rows as they were answered by a query. `more` is called when the end comes into view and `at_end` is false."""

    wants_more = Signal()

    def __init__(self, columns: Sequence[Column[Row]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._rows: list[Row] = []
        self.at_end = True
        self._asked = False

    def set_rows(self, rows: Sequence[Row], *, at_end: bool = True) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows, self.at_end, self._asked = list(rows), at_end, False
        self.endResetModel()

    def add_rows(self, rows: Sequence[Row], *, at_end: bool) -> None:
        """Show further rows behind those that are there."""
        self.at_end, self._asked = at_end, False
        if rows:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(rows) - 1)
            self._rows.extend(rows)
            self.endInsertRows()

    def missed(self) -> None:
        """Further rows could not be read: they are asked for again when their place comes into view."""
        self._asked = False

    def replace(self, at: int, row: Row) -> None:
        """Show one row anew."""
        self._rows[at] = row
        self.dataChanged.emit(self.index(at, 0), self.index(at, len(self.columns) - 1))

    @property
    def rows(self) -> Sequence[Row]:
        return self._rows

    def row_at(self, index: Index) -> Row | None:
        """The row of an index; None where there is none."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def canFetchMore(self, parent: Index) -> bool:
        return not (parent.isValid() or self.at_end or self._asked)

    def fetchMore(self, parent: Index) -> None:
        self._asked = True
        self.wants_more.emit()

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(self.columns[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return self.cell(self.columns[index.column()], self._rows[index.row()], role)

    @staticmethod
    def cell(column: Column[Row], row: Row, role: int) -> Any:
        """What a cell shows in a role of Qt's."""
        match role:
            case Qt.ItemDataRole.DisplayRole:
                tone = column.tone(row) if column.tone else ""
                return f"{SHAPES[tone]} {column.text(row)}" if tone else column.text(row)
            case Qt.ItemDataRole.ForegroundRole:
                tone = column.tone(row) if column.tone else ""
                return theme.colour(tone) if tone else None
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
            case Qt.ItemDataRole.ToolTipRole:
                return column.tip(row) if column.tip else column.text(row)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{column.title}：{column.text(row)}"
        return None


class ToneDelegate(QStyledItemDelegate):
    """A chosen cell keeps the colour of its tone: a lamp says the same whether the cursor is on it or not."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        colour = index.data(Qt.ItemDataRole.ForegroundRole) or theme.colour("text")
        option.palette.setColor(QPalette.ColorRole.HighlightedText, colour)


class RowTable(QTableView, Generic[Row]):
    """The table itself. Enter or a double click opens a row; Ctrl+C copies it; empty, it says why."""

    opened = Signal(object)  # row
    picked = Signal(object)  # row or None: the current one has changed
    sort_wanted = Signal(int)  # column whose head was clicked

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        empty: str = "没有内容",
        parent: QWidget | None = None,
        *,
        model: RowModel[Row] | None = None,
    ) -> None:
        super().__init__(parent)
        self.rows: RowModel[Row] = model or RowModel(columns, self)
        self.empty = empty
        self.setModel(self.rows)
        self.setItemDelegate(ToneDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.sectionClicked.connect(self.sort_wanted)
        self._fit()
        theme.watch.changed.connect(self._fit)
        self.doubleClicked.connect(lambda index: self._open(index))
        self.selectionModel().currentRowChanged.connect(lambda now, _: self.picked.emit(self.rows.row_at(now)))
        self.rows.modelReset.connect(self.viewport().update)

    def current(self) -> Row | None:
        """The row the cursor is on."""
        return self.rows.row_at(self.currentIndex())

    def show_rows(
        self, rows: Sequence[Row], *, at_end: bool = True, key: Callable[[Row], object] | None = None
    ) -> None:
        """Show rows; with `key`, the cursor stays on the row that has the same key, and scrolling stays too."""
        before = self.current()
        top = self.verticalScrollBar().value()
        self.rows.set_rows(rows, at_end=at_end)
        if key is not None and before is not None:
            for at, row in enumerate(rows):
                if key(row) == key(before):
                    self.setCurrentIndex(self.rows.index(at, 0))
                    self.verticalScrollBar().setValue(top)
                    return
        self.picked.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Put the current row on the clipboard, columns apart by tabs."""
        row = self.current()
        if row is not None:
            QGuiApplication.clipboard().setText("\t".join(column.text(row) for column in self.rows.columns))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.rows.rows and self.empty:
            painter = QPainter(self.viewport())
            painter.setPen(theme.colour("muted"))
            area: QRect = self.viewport().rect().adjusted(16, 16, -16, -16)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.empty)

    def _open(self, index: Index) -> None:
        row = self.rows.row_at(index)
        if row is not None:
            self.opened.emit(row)

    def _fit(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.px(32))
        head = self.horizontalHeader()
        for at, column in enumerate(self.rows.columns):
            if column.width:
                head.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
                head.resizeSection(at, theme.px(column.width))
            else:
                head.setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)


def _alignment(column: Column[Any]) -> int:
    side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignVCenter)
