"""The bar of somebody's year: done themselves, done for others, missed; each with its own pattern, not only its colour."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from db.duty.rows import RecordRow
from desktop.duty.board_look import mixed
from desktop.shell import theme
from desktop.widgets.table import Column, RowTable

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Year:
    """A line of the table, and the largest number of duties of all lines."""

    row: RecordRow
    most: int


COLUMNS = (
    Column[Year]("姓名", lambda each: each.row.member_name, 80),
    Column[Year]("轮值单位", lambda each: each.row.body_name, 176),
    Column[Year]("身份", lambda each: each.row.kind, 84),
    Column[Year]("单位职务", lambda each: each.row.unit_post, 136),
    Column[Year]("应到", lambda each: f"{each.row.planned}", 50, right=True),
    Column[Year]("到岗", lambda each: f"{each.row.done}", 50, right=True),
    Column[Year]("替班", lambda each: f"{each.row.covered or ''}", 50, right=True),
    Column[Year]("缺席", lambda each: f"{each.row.absent or ''}", 50, right=True),
    Column[Year]("小时", lambda each: f"{each.row.hours:g}", 56, right=True),
    Column[Year]("接待", lambda each: f"{each.row.received}", 54, right=True),
    Column[Year]("本人实心　替班密点　缺席斜纹", lambda _: "", tip=lambda each: told(each.row)),
)
SORTS = (
    lambda row: row.member_name, lambda row: row.body_name, lambda row: row.kind, lambda row: row.unit_post,
    lambda row: -row.planned, lambda row: -row.done, lambda row: -row.covered, lambda row: -row.absent,
    lambda row: -row.hours, lambda row: -row.received, lambda row: -row.done,
)  # fmt: skip


def told(row: RecordRow) -> str:
    """The year of somebody in words."""
    return (
        f"{row.member_name}（{row.body_name}）应到 {row.planned} 次，到岗 {row.done} 次，其中替班 {row.covered} 次，"
        f"缺席 {row.absent} 次，{row.hours:g} 小时，接待 {row.received} 人"
    )


class YearBar(QStyledItemDelegate):
    """Painted in the last column of a `RowTable[Year]`."""

    def __init__(self, table: RowTable[Year], parent: QWidget | None = None) -> None:
        super().__init__(parent or table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        each = self._table.rows.row_at(index)
        if each is None:
            return
        area: QRectF = QRectF(option.rect).adjusted(theme.px(8), theme.px(8), -theme.px(10), -theme.px(8))
        unit = area.width() / max(each.most, 1)
        strong, bad = theme.colour("use5"), theme.colour("bad")
        own = (each.row.done - each.row.covered) * unit
        covered, absent = each.row.covered * unit, each.row.absent * unit
        painter.fillRect(QRectF(area.left(), area.top(), own, area.height()), strong)
        second = QRectF(area.left() + own, area.top(), covered, area.height())
        painter.fillRect(second, mixed(strong, 0.35))
        painter.fillRect(second, QBrush(strong, Qt.BrushStyle.Dense6Pattern))
        third = QRectF(area.left() + own + covered, area.top(), absent, area.height())
        if absent:
            painter.fillRect(third, QBrush(bad, Qt.BrushStyle.BDiagPattern))
            painter.setPen(QPen(bad, 1))
            painter.drawRect(third)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(theme.px(120), theme.px(32))
