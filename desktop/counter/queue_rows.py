"""The list of the queue panel: who waits, who is parked, who was skipped, as rows told apart by mark, words and order."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontInfo, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from db.tickets.priority import PRIORITY_MARKS, PRIORITY_NAMES
from db.tickets.seen import Panel, TicketRow
from db.tickets.states import STATE_NAMES, TicketState
from desktop.shell import theme

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole + 1
ROOMY = 10
"""From so many widths of a mark on, the words of all rows begin below one another, where any of them has a mark."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list: a ticket, or (row None) the heading of what follows."""

    row: TicketRow | None
    heading: str = ""
    first: bool = False  # the one that the next key press calls
    away: bool = False  # at another counter: to be seen, not to be moved from here

    @property
    def key(self) -> UUID | str:
        """What stays the same while the line changes."""
        return self.row.id if self.row is not None else self.heading.split(" ")[0]


def entries(panel: Panel) -> list[Entry]:
    """The lines of the list, in order."""
    lines: list[Entry] = []
    if panel.waiting:
        more = f"，显示前 {len(panel.waiting)} 个" if panel.waiting_here > len(panel.waiting) else ""
        lines.append(Entry(None, f"等候 {panel.waiting_here}{more}"))
        lines += [Entry(row, first=at == 0) for at, row in enumerate(panel.waiting)]
    for title, rows in (("挂起", panel.parked), ("过号", panel.skipped)):
        if rows:
            lines.append(Entry(None, f"{title} {len(rows)}"))
            lines += [Entry(row) for row in rows]
    if panel.elsewhere:
        lines.append(Entry(None, f"其他窗口 {len(panel.elsewhere)}"))
        lines += [Entry(row, away=True) for row in panel.elsewhere]
    return lines


def since(row: TicketRow) -> datetime:
    """From when the minutes of a row count: a waiting person has waited since the number was taken."""
    return row.taken_at if row.state is TicketState.WAITING else row.since


def minutes(span: timedelta) -> str:
    """“12分”, “1时05分”; a clock that is behind counts as nothing."""
    whole = max(0, int(span.total_seconds()) // 60)
    return f"{whole}分" if whole < 60 else f"{whole // 60}时{whole % 60:02d}分"


def place(row: TicketRow) -> str:
    """Where a ticket is that another counter has: “2号窗 办理中”."""
    return f"{row.counter}号窗 {STATE_NAMES[row.state]}"


def mark(row: TicketRow) -> tuple[str, bool]:
    """One character and whether it stands in a filled square (priority) or in a ring (sent on, 过号 before)."""
    if row.reserved_for is not None:
        return "转", False
    if row.priority:
        return PRIORITY_MARKS[row.priority], True
    if row.requeued and row.state is TicketState.WAITING:
        return "过", False
    return "", False


def told(entry: Entry, now: datetime) -> str:
    """The whole row in words, for those who listen to the screen and for the tool tip."""
    row = entry.row
    if row is None:
        return entry.heading
    parts = [row.number]
    if entry.first:
        parts.append("下一位")
    if entry.away:
        parts.append(f"在 {row.counter} 号窗口{STATE_NAMES[row.state]}")
        parts.append(f"由{row.staff_name}接待" if row.staff_name else "")
    if row.priority:
        parts.append(f"优先：{PRIORITY_NAMES[row.priority]}")
    if row.reserved_for is not None:
        parts.append(f"转到 {row.reserved} 号窗口")
    if row.requeued:
        parts.append(f"过号后重排 {row.requeued} 次")
    parts.append(row.item_name or "未选事项")
    parts.append(f"已{'等候' if row.state is TicketState.WAITING else '过'} {minutes(now - since(row))}")
    if row.note:
        parts.append(row.note)
    return "，".join(part for part in parts if part)


class QueueModel(QAbstractListModel):
    """Lines of plain values; the minutes come from the clock it was given."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: list[Entry] = []
        self.now: datetime | None = None
        self.longest, self.marked = "", False

    def clear(self) -> None:
        """Nothing to show."""
        self.beginResetModel()
        self.lines = []
        self.endResetModel()

    def show_panel(self, panel: Panel, now: datetime) -> None:
        """Show what was read: lines come, go and move; those that stay keep selection and cursor."""
        self.now = now
        fresh = entries(panel)
        keys = [line.key for line in fresh]
        self._take_out(set(keys))
        for at, line in enumerate(fresh):
            self._put(at, line)
        rows = [line.row for line in fresh if line.row is not None]
        self.longest = max((row.number for row in rows), key=len, default="")
        self.marked = any(mark(row)[0] for row in rows)
        self.tick(now)

    def _take_out(self, kept: set[UUID | str]) -> None:
        for at in reversed(range(len(self.lines))):
            if self.lines[at].key not in kept:
                self.beginRemoveRows(QModelIndex(), at, at)
                del self.lines[at]
                self.endRemoveRows()

    def _put(self, at: int, line: Entry) -> None:
        """Line `at` is `line` from now on; it comes from further down, or is new."""
        now = next((where for where in range(at, len(self.lines)) if self.lines[where].key == line.key), None)
        if now is None:
            self.beginInsertRows(QModelIndex(), at, at)
            self.lines.insert(at, line)
            self.endInsertRows()
            return
        if now != at:
            self.beginMoveRows(QModelIndex(), now, now, QModelIndex(), at)
            self.lines.insert(at, self.lines.pop(now))
            self.endMoveRows()
        self.lines[at] = line

    def tick(self, now: datetime) -> None:
        """The minutes went on."""
        self.now = now
        if self.lines:
            self.dataChanged.emit(self.index(0), self.index(len(self.lines) - 1))

    def entry(self, index: Index) -> Entry | None:
        """The line at an index."""
        return self.lines[index.row()] if index.isValid() and index.row() < len(self.lines) else None

    def index_of(self, ticket_id: object) -> QModelIndex:
        """Where a ticket is; invalid when it is not shown."""
        for at, line in enumerate(self.lines):
            if line.row is not None and line.row.id == ticket_id:
                return self.index(at)
        return QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entry(index)
        if entry is None:
            return None
        if role == ROW:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.heading or (entry.row.number if entry.row else "")
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return told(entry, self.now) if self.now else entry.heading
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        entry = self.entry(index)
        if entry is None or entry.row is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class QueueDelegate(QStyledItemDelegate):
    """Draws a line in the colours of the theme, so that it is right in light and dark."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(option.rect.width(), option.fontMetrics.height() + 12)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry = index.data(ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if entry.row is None:
            self._heading(painter, option, entry.heading)
        else:
            self._ticket(painter, option, entry, entry.row, index)
        painter.restore()

    @staticmethod
    def _heading(painter: QPainter, option: QStyleOptionViewItem, text: str) -> None:
        painter.setPen(theme.colour("muted"))
        area = option.rect.adjusted(6, 0, -6, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        width = option.fontMetrics.horizontalAdvance(text) + 8
        painter.setPen(QPen(theme.colour("line"), 1))
        middle = area.center().y()
        painter.drawLine(area.left() + width, middle, area.right(), middle)

    def _ticket(
        self, painter: QPainter, option: QStyleOptionViewItem, entry: Entry, row: TicketRow, index: Index
    ) -> None:
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus):
            painter.fillRect(option.rect, theme.colour("selected"))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(theme.colour("focus"), 1))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))
        ink, quiet, metrics = theme.colour("text"), theme.colour("muted"), option.fontMetrics
        area = option.rect.adjusted(4, 0, -6, 0)
        bold = QFont(option.font)
        bold.setBold(True)
        painter.setPen(ink)
        painter.setFont(bold)
        if entry.first:
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, "▸")
        area.setLeft(area.left() + metrics.horizontalAdvance("▸") + 2)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, row.number)
        model = index.model()
        assert isinstance(model, QueueModel)
        widest = max(QFontMetrics(bold).horizontalAdvance(text) for text in (row.number, model.longest))
        area.setLeft(area.left() + widest + 8)
        self._mark(painter, area, row, option, kept=model.marked)
        painter.setFont(option.font)
        now = model.now or row.since
        waited = minutes(now - since(row))
        painter.setPen(ink)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, waited)
        area.setRight(area.right() - metrics.horizontalAdvance(waited) - 6)
        painter.setPen(quiet)
        about = place(row) if entry.away else row.note or row.item_name
        text = metrics.elidedText(about, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)

    @staticmethod
    def _mark(painter: QPainter, area: QRect, row: TicketRow, option: QStyleOptionViewItem, *, kept: bool) -> None:
        """Filled square: priority seen. Ring: sent on by another counter, or back after 过号. Moves `area` past it.

        `kept`: another row has a mark, so in a wide column its place is kept free here too.
        """
        text, filled = mark(row)
        side = option.fontMetrics.height() + 1
        box = QRect(area.left(), area.center().y() - side // 2 + 1, side, side)
        if text or (kept and area.width() > ROOMY * side):
            area.setLeft(area.left() + side + 6)
        if not text:
            return
        small = QFont(option.font)
        small.setPixelSize(max(9, round(QFontInfo(option.font).pixelSize() * 0.82)))
        painter.setFont(small)
        painter.setPen(QPen(theme.colour("info"), 1.4))
        painter.setBrush(theme.colour("info") if filled else Qt.BrushStyle.NoBrush)
        if filled:
            painter.drawRoundedRect(box, 3, 3)
            painter.setPen(theme.colour("surface"))
        else:
            painter.drawEllipse(box)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
