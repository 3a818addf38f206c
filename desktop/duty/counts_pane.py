"""How often everybody sits: before, in this plan, together, against their share; as numbers and as bars."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from db.duty.rows import CountRow
from desktop.duty.board_look import body_colour, mixed
from desktop.duty.plan_fields import choose, index_of
from desktop.shell import theme
from desktop.widgets.table import Column, RowTable
from desktop.widgets.words import label

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Counted:
    """A line of the table: the counts, whose they are, and how the body looks; `widest` is the longest bar's count."""

    row: CountRow
    member_id: UUID
    colour: int
    widest: float = 1.0


def _bar_text(row: Counted) -> str:
    return ""


WIDE = (
    Column[Counted]("轮值单位", lambda row: row.row.body_name, 200),
    Column[Counted]("姓名", lambda row: row.row.member_name, 120),
    Column[Counted]("身份", lambda row: row.row.kind, 110),
    Column[Counted]("以前", lambda row: str(row.row.history), 64, right=True),
    Column[Counted]("本期", lambda row: str(row.row.term), 64, right=True),
    Column[Counted]("合计", lambda row: str(row.row.total), 64, right=True),
    Column[Counted]("应排", lambda row: f"{row.row.share:.1f}", 72, right=True),
    Column[Counted]("其中替班", lambda row: str(row.row.covering or ""), 90, right=True),
    Column[Counted]("以前 ▒　本期 █　应排 ┃", _bar_text),
)
NARROW = (
    Column[Counted]("姓名", lambda row: row.row.member_name, tip=lambda row: told(row.row)),
    Column[Counted]("以前", lambda row: str(row.row.history), 44, right=True),
    Column[Counted]("本期", lambda row: str(row.row.term), 44, right=True),
    Column[Counted]("应排", lambda row: f"{row.row.share:.1f}", 58, right=True),
    Column[Counted]("", _bar_text, 64, tip=lambda row: told(row.row)),
)


def told(row: CountRow) -> str:
    """The counts of somebody in words."""
    parts = [
        f"{row.body_name} {row.member_name}",
        row.kind,
        f"以前 {row.history} 次，本期 {row.term} 次，合计 {row.total} 次",
    ]
    parts.append(f"应排 {row.share:.1f} 次")
    if row.covering:
        parts.append(f"其中替班 {row.covering} 次")
    return "，".join(part for part in parts if part)


class BarDelegate(QStyledItemDelegate):
    """The bar: what was before pale, this plan strong, the share a line across."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        table = self.parent()
        row = table.rows.row_at(index) if isinstance(table, RowTable) else None
        if row is None:
            return
        area = QRectF(option.rect).adjusted(6, 7, -8, -7)
        unit = area.width() / max(row.widest, 1)
        strong = body_colour(row.colour)
        before, term = row.row.history * unit, row.row.term * unit
        painter.fillRect(QRectF(area.left(), area.top(), before, area.height()), mixed(strong, 0.32))
        painter.fillRect(QRectF(area.left() + before, area.top(), term, area.height()), strong)
        x = area.left() + min(row.row.share * unit, area.width())
        painter.setPen(QPen(theme.colour("text"), 2))
        painter.drawLine(QPoint(int(x), int(area.top() - 3)), QPoint(int(x), int(area.bottom() + 3)))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.px(80), theme.px(30))


class CountsTable(RowTable[Counted]):
    """The table; a name can be dragged out of it onto the board."""

    carried = Signal(object, object)  # Counted, QPoint on the screen
    let_go = Signal(object, object)

    def __init__(self, *, wide: bool, parent: QWidget | None = None) -> None:
        super().__init__(WIDE if wide else NARROW, "还没有人员。", parent)
        self.draggable = False
        self._from: tuple[QPoint, Counted] | None = None
        self._dragging = False
        self.setItemDelegateForColumn(len(self.rows.columns) - 1, BarDelegate(self))
        self.setAccessibleName("每人次数")
        if not wide:
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        row = self.rows.row_at(self.indexAt(event.position().toPoint()))
        if row is not None and self.draggable and event.button() is Qt.MouseButton.LeftButton:
            self._from = (event.position().toPoint(), row)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            super().mouseMoveEvent(event)
            return
        start, row = self._from
        if self._dragging or (event.position().toPoint() - start).manhattanLength() > 6:
            self._dragging = True
            self.carried.emit(row, event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._from is not None and self._dragging:
            self.let_go.emit(self._from[1], event.globalPosition().toPoint())
        self._from, self._dragging = None, False


class CountsPane(QWidget):
    """The table under a choice of bodies; `wide` shows every number, else what finds room beside the board."""

    def __init__(self, *, wide: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wide = wide
        self._rows: list[Counted] = []
        self.body = QComboBox()
        self.body.setAccessibleName("轮值单位")
        self.hint = label("", "hint", wrap=True)
        self.table = CountsTable(wide=wide)
        head = QHBoxLayout()
        head.addWidget(self.body, 1)
        layout = QVBoxLayout(self)
        pad = theme.px(8)
        layout.setContentsMargins(pad, pad, pad, pad)
        layout.addLayout(head)
        layout.addWidget(self.hint)
        layout.addWidget(self.table, 1)
        self.body.currentIndexChanged.connect(self._filter)

    def show_counts(
        self, counts: Sequence[CountRow], colours: dict[UUID, int], members: dict[UUID, UUID], hint: str = ""
    ) -> None:
        """Show counts; `colours` by body, `members` by seat."""
        self._rows = [
            Counted(row, members[row.seat_id], colours.get(row.body_id, 0))
            for row in sorted(counts, key=lambda row: (row.body_name, row.kind, -row.total, row.member_name))
            if row.seat_id in members
        ]
        bodies: list[tuple[str, UUID | None]] = [*dict.fromkeys((row.body_name, row.body_id) for row in counts)]
        self._offer([("全部单位", None), *bodies] if len(bodies) > 1 else bodies)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self._filter()

    def show_body(self, body_id: UUID) -> None:
        """Show the people of one body, as the cursor on the board stands in it."""
        at = index_of(self.body, body_id)
        if at >= 0 and self.body.currentData() is not None:
            self.body.setCurrentIndex(at)

    def _offer(self, entries: list[tuple[str, UUID | None]]) -> None:
        if [self.body.itemText(at) for at in range(self.body.count())] == [text for text, _ in entries]:
            return
        first = self.body.count() == 0 and not self.wide and len(entries) > 1
        kept = entries[1][1] if first else self.body.currentData()
        self.body.blockSignals(True)
        self.body.clear()
        for text, data in entries:
            self.body.addItem(text, data)
        choose(self.body, kept)
        self.body.blockSignals(False)
        self.body.setVisible(len(entries) > 1)

    def _filter(self) -> None:
        wanted = self.body.currentData()
        rows = [row for row in self._rows if wanted is None or row.row.body_id == wanted]
        widest = max((max(float(row.row.total), row.row.share) for row in rows), default=1.0)
        rows = [replace(row, widest=widest) for row in rows]
        self.table.show_rows(rows, key=lambda row: row.row.seat_id)
