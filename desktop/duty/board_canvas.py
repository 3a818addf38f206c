"""The board as a scrolling picture: lays out, paints what is seen, finds what is under the pointer."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QFont, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from desktop.duty.board_layout import Layout, lay_out
from desktop.duty.board_paint import BoardPainter, Carrying, Fonts, Scene
from desktop.duty.board_rows import Place, Sheet, Spot
from desktop.duty.board_widths import Measures
from desktop.duty.board_words import told_slot
from desktop.shell import theme


class BoardCanvas(QAbstractScrollArea):
    """Shows; `DutyBoard` lets the manager work on it."""

    picked = Signal(object)  # Place or None: where the cursor is

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = Sheet()
        self.layout_: Layout = lay_out(self.sheet, 600, Measures(), lambda text, _: 14.0 * len(text))
        self.cursor_spot: Spot | None = None
        self.carried: Carrying | None = None
        self.empty = "这个计划里没有班次。"
        self.painted = 0
        self._fonts: Fonts | None = None
        self.viewport().setMouseTracking(True)
        theme.watch.changed.connect(self._dress)

    def show_sheet(self, sheet: Sheet) -> None:
        """Show something else; the cursor stays on its place where that is still there."""
        self.sheet = sheet
        if sheet.place(self.cursor_spot) is None:
            self.cursor_spot = sheet.order[0].spot if sheet.order else None
        self._measure()
        self.picked.emit(self.place)

    @property
    def place(self) -> Place | None:
        """The place the cursor is on."""
        return self.sheet.place(self.cursor_spot)

    def point_of(self, spot: Spot) -> QPoint:
        """The middle of a place in the window."""
        found = self.layout_.chip(self.sheet, spot)
        assert found is not None
        return self._scene().area(*found).center().toPoint()

    def place_at(self, point: QPointF) -> Place | None:
        """The place at a point of the window."""
        scene = self._scene()
        if not scene.body.contains(point):
            return None
        chip = self.layout_.at(point.x() + scene.x, point.y() + scene.y - self.layout_.measures.head)
        return chip.place if chip is not None else None

    def reveal(self, spot: Spot | None) -> None:
        """Scroll until a place is in the window."""
        found = self.layout_.chip(self.sheet, spot)
        if found is None:
            return
        scene = self._scene()
        area, body = scene.area(*found), scene.body
        box = found[0]
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + _into(area.left() - 8, area.right() + 8, body.left(), body.right()))
        top = self.layout_.measures.head + box.top - scene.y
        down.setValue(down.value() + _into(top, top + box.height, body.top(), body.bottom()))

    def show_line(self, line: int) -> None:
        """Scroll so that a line stands at the top."""
        if 0 <= line < len(self.layout_.tops):
            self.verticalScrollBar().setValue(int(self.layout_.tops[line]))

    def _dress(self) -> None:
        self._fonts = None
        self._measure()

    def _type(self) -> Fonts:
        if self._fonts is None:
            font = QFont(self.font())
            font.setPixelSize(theme.px(14))
            self._fonts = Fonts(font)
        return self._fonts

    def _measures(self) -> Measures:
        px = theme.px
        return Measures(px(142), px(38), px(28), px(26), px(18), px(5), px(5), px(7), px(142))

    def _measure(self) -> None:
        self.layout_ = lay_out(self.sheet, self.viewport().width(), self._measures(), self._type().wide)
        m = self.layout_.measures
        self._range(True, self.layout_.width, self.viewport().width())
        self._range(False, self.layout_.height, self.viewport().height() - m.head)
        self.viewport().update()

    def _range(self, across: bool, whole: float, page: float) -> None:
        bar = self.horizontalScrollBar() if across else self.verticalScrollBar()
        bar.setPageStep(max(int(page), 1))
        bar.setSingleStep(theme.px(36))
        bar.setRange(0, max(int(whole - page + 0.999), 0))

    def _scene(self) -> Scene:
        return Scene(
            self.sheet, self.layout_, self.viewport().width(), self.viewport().height(),
            self.horizontalScrollBar().value(), self.verticalScrollBar().value(),
        )  # fmt: skip

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        drawn = BoardPainter(painter, self._scene(), self._type())
        drawn.paint()
        self.painted = drawn.painted
        if not self.sheet.lines:
            painter.setPen(theme.colour("muted"))
            area: QRect = self.viewport().rect()
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.empty)
        drawn.cursor(self.cursor_spot, self.hasFocus())
        if self.carried is not None:
            drawn.carrying(self.carried)
        painter.end()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self.viewport())
            return True
        return super().viewportEvent(event)

    def tip_at(self, point: QPointF) -> str:
        """What a tooltip says at a point of the window."""
        place = self.place_at(point)
        scene = self._scene()
        if place is not None:
            slot = self.sheet.slots[place.spot.slot_id]
            mark = self.sheet.marks.get(place.duty.id, "") if place.duty is not None else ""
            return "\n".join(part for part in (f"▲ {mark}" if mark else "", told_slot(slot)) if part)
        if not scene.body.contains(point):
            return ""
        slot_ = self.layout_.note_at(point.x() + scene.x, point.y() + scene.y - self.layout_.measures.head)
        return told_slot(slot_) if slot_ is not None else ""


def _into(begins: float, ends: float, first: float, last: float) -> int:
    if begins < first:
        return int(begins - first)
    return int(max(ends - last, 0) + 0.999)
