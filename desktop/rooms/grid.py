"""The grid of rooms: painted by hand, worked by mouse and keyboard alike; it asks for changes and makes none itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from db.rooms.board import Board, trouble
from db.rooms.queries import BookingRow, RoomRow
from db.rooms.states import Step, possible
from desktop.rooms import drag as dragging
from desktop.rooms.blocks import Blocks, Fonts
from desktop.rooms.drag import Drag, Grip
from desktop.rooms.geometry import Box, Frame, Lane, Slot, minutes_of
from desktop.rooms.paint import GridPainter, Scene
from desktop.rooms.placing import Placed, Span, box_of, place, shown_minutes, spans_of
from desktop.rooms.words import day_text, told
from desktop.shell import theme

ZOOMS = (0.0, 24.0, 36.0, 52.0, 72.0, 110.0, 160.0)
"""Pixels an hour at 100 % type size; the first fits the whole day into the window."""
EDGE = 28
"""Pixels from the rim of the lanes in which a drag scrolls."""
GRIP = 7
"""Pixels at both ends of a booking that resize it."""


class View(StrEnum):
    """What the grid shows."""

    DAY = "day"
    WEEK_ROOM = "week_room"
    WEEK = "week"


@dataclass(frozen=True)
class Content:
    """What is to be shown: the board, the rooms that pass the filters, the days, and how."""

    board: Board
    rooms: tuple[RoomRow, ...]
    days: tuple[date, ...]
    view: View


class RoomGrid(QAbstractScrollArea):
    """Emits what the clerk wants; the page asks the database."""

    create_wanted = Signal(object)  # Slot
    move_wanted = Signal(object, object)  # BookingRow, Slot
    refused = Signal(str)  # why a drop was not even tried
    picked = Signal(object)  # BookingRow or None
    opened = Signal(object)  # BookingRow
    cancel_wanted = Signal(object)  # BookingRow
    day_wanted = Signal(object)  # date

    def __init__(self, clock: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.clock = clock
        self.zoom = 0
        self.content: Content | None = None
        self.frame = Frame((), True, 480, 1200, 1, 100, 56, 44)
        self.placed: tuple[Placed, ...] = ()
        self._spans: tuple[Span, ...] = ()
        self._boxes: tuple[Box, ...] = ()
        self._blocks = Blocks()
        self._fonts: Fonts | None = None
        self.cursor_slot: Slot | None = None
        self.chosen: UUID | None = None
        self.drag: Drag | None = None
        self.trouble = ""
        self.changeable = True
        self._pressed: tuple[QPointF, Grip, Slot, BookingRow | None, float] | None = None
        self._pointer = QPointF()
        self._by_keys = False
        self._standing: QPixmap | None = None
        self._known_trouble: tuple[Slot, str] | None = None
        self._roll = QTimer(self, interval=16)
        self._roll.timeout.connect(self._auto_scroll)
        self._minute = QTimer(self, interval=20_000)
        self._minute.timeout.connect(self.redraw)
        self._minute.start()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("房间预约表")
        self.setAccessibleDescription("方向键移动光标，回车预约或打开，Shift 加方向键延长，M 移动，Delete 取消预约")
        self.viewport().setMouseTracking(True)
        theme.watch.changed.connect(self._dress)

    # ---- what is shown ----

    def show_content(self, content: Content) -> None:
        """Show something else; cursor and choice stay where they can."""
        if self.content is None or content.board is not self.content.board:
            self._spans = spans_of(content.board)
        self.content = content
        if self.drag is not None and self.drag.booking is not None:
            known = {row.id: row.version for row in content.board.bookings}
            if known.get(self.drag.booking.id) != self.drag.booking.version:
                self.abort()
        self._measure()
        if self.chosen is not None:
            self.picked.emit(self.chosen_row())

    def chosen_row(self) -> BookingRow | None:
        """The chosen booking as it stands now."""
        return self._row(self.chosen)

    def choose(self, booking_id: UUID | None) -> None:
        """Choose a booking, as a click does."""
        self.chosen = booking_id
        self.viewport().update()
        self.picked.emit(self.chosen_row())

    def set_zoom(self, zoom: int) -> None:
        """Another size; the middle of the picture stays in the middle."""
        self.zoom = min(max(zoom, 0), len(ZOOMS) - 1)
        bar = self.verticalScrollBar() if self.frame.upright else self.horizontalScrollBar()
        page = self.viewport().height() if self.frame.upright else self.viewport().width()
        middle = (bar.value() + page / 2) / max(bar.maximum() + page, 1)
        self._measure()
        bar.setValue(int(middle * (bar.maximum() + page) - page / 2))

    def show_now(self) -> None:
        """Scroll so that now is in the window."""
        if self.content is not None and self.content.days and self.frame.upright:
            minute = minutes_of(self.clock(), self.content.days[0]) % (24 * 60)
            top = (minute - self.frame.opens) * self.frame.scale - self.viewport().height() / 3
            self.verticalScrollBar().setValue(int(top))

    def slot_point(self, slot: Slot, part: float = 0.5) -> QPoint:
        """A point of the viewport in a slot, `part` of its length from its beginning; for tests and the tour."""
        lane = self.frame.lane_of(slot.room_id, slot.day)
        assert lane is not None
        area = self._scene().view(self.frame.box(lane, slot.begins, slot.ends))
        if self.frame.upright:
            return QPointF(area.center().x(), area.top() + area.height() * part).toPoint()
        return QPointF(area.left() + area.width() * part, area.center().y()).toPoint()

    def redraw(self) -> None:
        """Paint what stands anew."""
        self._standing = None
        self.viewport().update()

    def _dress(self) -> None:
        """Colours or sizes are different."""
        self._fonts = None
        self._blocks.clear()
        self._measure()

    def _measure(self) -> None:
        content = self.content
        if content is None:
            return
        room_ids = [room.id for room in content.rooms]
        lanes = tuple(Lane(room_id, day) for room_id in room_ids for day in content.days)
        opens, closes = shown_minutes(content.rooms, content.days, self._spans)
        upright = content.view is not View.WEEK
        wide, high = self.viewport().width(), self.viewport().height()
        side, head = (theme.px(56), theme.px(46)) if upright else (theme.px(132), theme.px(42))
        hours = max((closes - opens) / 60, 1)
        hour = theme.px(100) * ZOOMS[self.zoom] / 100
        if upright:
            hour = max(hour, (high - head) / hours, theme.px(20))
            across = max((wide - side) / max(len(lanes), 1), theme.px(92))
        else:
            hour = max(hour, (wide - side) / max(len(content.days), 1) / hours)
            across = max((high - head) / max(len(content.rooms), 1), theme.px(52))
            across = min(across, theme.px(110))
        self.frame = Frame(lanes, upright, opens, closes, hour / 60, across, side, head, max(len(content.days), 1))
        self.placed = place(content.board, self.frame, self._spans)
        self._boxes = tuple(box_of(placed, self.frame) for placed in self.placed)
        width, height = self.frame.size
        self._range(self.horizontalScrollBar(), width, wide)
        self._range(self.verticalScrollBar(), height, high)
        if self.cursor_slot and self.frame.lane_of(self.cursor_slot.room_id, self.cursor_slot.day) is None:
            self.cursor_slot = None
        self._known_trouble = None
        self.redraw()

    @staticmethod
    def _range(bar: object, whole: float, page: float) -> None:
        from PySide6.QtWidgets import QScrollBar

        assert isinstance(bar, QScrollBar)
        bar.setPageStep(int(page))
        bar.setSingleStep(theme.px(24))
        bar.setRange(0, max(int(whole - page + 0.999), 0))

    def _scene(self) -> Scene:
        board = self.content.board if self.content else Board(self.clock(), self.clock())
        return Scene(
            self.frame,
            board,
            self.placed,
            self._boxes,
            self.clock(),
            self.viewport().width(),
            self.viewport().height(),
            self.horizontalScrollBar().value(),
            self.verticalScrollBar().value(),
            {room.id: room for room in board.rooms},
        )

    # ---- painting ----

    def paintEvent(self, event: QPaintEvent) -> None:
        scene = self._scene()
        if self._fonts is None:
            font = QFont(self.font())
            font.setPixelSize(theme.px(13))
            self._fonts = Fonts(font)
        ratio = self.devicePixelRatioF()
        if self._standing is None:
            self._standing = QPixmap(self.viewport().size() * ratio)
            self._standing.setDevicePixelRatio(ratio)
            painter = QPainter(self._standing)
            painter.setFont(self._fonts.all[0])
            GridPainter(painter, scene, self._fonts, self._blocks, ratio).standing()
            painter.end()
        painter = QPainter(self.viewport())
        painter.drawPixmap(0, 0, self._standing)
        if not self.frame.lanes:
            painter.setPen(theme.colour("muted"))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, "没有符合条件的房间，请放宽筛选。")
        chosen = next((p for p in self.placed if p.own and p.row.id == self.chosen), None)
        cursor = self.cursor_slot if self.hasFocus() else None
        GridPainter(painter, scene, self._fonts, self._blocks, ratio).over(cursor, chosen, self.drag, self.trouble)
        painter.end()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    # ---- the mouse ----

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self.drag is not None:
            return
        point = event.position()
        placed = self._hit(point)
        found = self._at(point)
        if found is None:
            return
        lane, minute = found
        place_ = self.frame.lanes[lane]
        if placed is not None and isinstance(placed.row, BookingRow):
            row = placed.row
            self.choose(row.id)
            slot = Slot(place_.room_id, place_.day, placed.begins, placed.ends)
            self.cursor_slot = slot
            if placed.own and self._may_change(row):
                self._pressed = (point, self._grip(placed, point), slot, row, minute)
        elif placed is None and self._in_lanes(point):
            self.choose(None)
            step = self.frame.snap()
            begins = min(int(minute // step) * step, self.frame.closes - step)
            slot = Slot(place_.room_id, place_.day, begins, begins + step)
            self.cursor_slot = slot
            if self.changeable:
                self._pressed = (point, Grip.CREATE, slot, None, minute)
        self._tell_cursor()
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        if self._pressed is not None and self.drag is None:
            point, grip, slot, row, minute = self._pressed
            if (self._pointer - point).manhattanLength() < 5:
                return
            self.drag = dragging.begin(grip, slot, minute, row)
            self._by_keys = False
            self._roll.start()
        if self.drag is not None and not self._by_keys:
            self._pull()
        elif self.drag is None:
            self._shape_cursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        if self.drag is not None and not self._by_keys and event.button() is Qt.MouseButton.LeftButton:
            self._pointer = event.position()
            self._pull()
            self.drop()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        placed = self._hit(event.position())
        if placed is not None and isinstance(placed.row, BookingRow):
            self.opened.emit(placed.row)
        elif placed is None and self.cursor_slot is not None and self._in_lanes(event.position()) and self.changeable:
            begins = self.cursor_slot.begins
            ends = min(begins + 60, self.frame.closes)
            self.create_wanted.emit(Slot(self.cursor_slot.room_id, self.cursor_slot.day, begins, ends))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_zoom(self.zoom + (1 if event.angleDelta().y() > 0 else -1))
            event.accept()
            return
        super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            placed = self._hit(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.tip(placed) if placed else "", self.viewport())
            return True
        return super().viewportEvent(event)

    def tip(self, placed: Placed) -> str:
        """Who and what, for a tooltip and for screen readers."""
        if not isinstance(placed.row, BookingRow):
            return f"停用：{placed.row.reason}"
        room = self.content.board.room(placed.row.room_id) if self.content else None
        return told(placed.row, room)

    def _pull(self) -> None:
        found = self._at(self._pointer)
        if self.drag is not None and found is not None:
            self._propose(dragging.pulled(self.drag, self.frame, *found))

    def _propose(self, drag: Drag) -> None:
        self.drag = drag
        slot = drag.proposal
        if self._known_trouble is None or self._known_trouble[0] != slot:
            self._known_trouble = (slot, self._judge(drag))
        self.trouble = self._known_trouble[1]
        self.viewport().update()

    def _judge(self, drag: Drag) -> str:
        room = self.content.board.room(drag.proposal.room_id) if self.content else None
        if room is None or self.content is None or not drag.has_moved:
            return ""
        slot = drag.proposal
        return trouble(self.content.board, room, slot.starts_at, slot.ends_at, self.clock(), drag.booking)

    def drop(self) -> None:
        """Let go: what is proposed is asked for, unless it is known to clash."""
        drag, why = self.drag, self.trouble
        self.abort()
        if drag is None or not drag.has_moved:
            return
        self.cursor_slot = drag.proposal
        if drag.grip is Grip.CREATE:
            self.create_wanted.emit(drag.proposal)
        elif why:
            self.refused.emit(why)
        else:
            self.move_wanted.emit(drag.booking, drag.proposal)

    def abort(self) -> None:
        """Esc: as if nothing had been dragged."""
        self.drag, self.trouble, self._pressed, self._known_trouble = None, "", None, None
        self._roll.stop()
        self.viewport().update()

    def _auto_scroll(self) -> None:
        """Scroll while a drag is held near the rim."""
        area = self._scene().lanes
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        before = (across.value(), down.value())
        across.setValue(before[0] + _speed(self._pointer.x(), area.left(), area.right()))
        down.setValue(before[1] + _speed(self._pointer.y(), area.top(), area.bottom()))
        if (across.value(), down.value()) != before and self.drag is not None:
            self._pull()

    def _shape_cursor(self) -> None:
        placed = self._hit(self._pointer)
        shape = Qt.CursorShape.ArrowCursor
        if placed is not None and isinstance(placed.row, BookingRow) and placed.own and self._may_change(placed.row):
            resize = Qt.CursorShape.SizeVerCursor if self.frame.upright else Qt.CursorShape.SizeHorCursor
            shape = Qt.CursorShape.OpenHandCursor if self._grip(placed, self._pointer) is Grip.MOVE else resize
        self.viewport().setCursor(shape)

    def _grip(self, placed: Placed, point: QPointF) -> Grip:
        area = self._scene().view(box_of(placed, self.frame))
        at = point.y() - area.top() if self.frame.upright else point.x() - area.left()
        long = area.height() if self.frame.upright else area.width()
        rim = min(GRIP, long / 4)
        return Grip.START if at < rim else Grip.END if at > long - rim else Grip.MOVE

    def _may_change(self, row: BookingRow) -> bool:
        foreign = self.content is not None and row.id in self.content.board.foreign
        return self.changeable and not foreign and Step.CHANGE in possible(row.state)

    def _hit(self, point: QPointF) -> Placed | None:
        if not self._in_lanes(point):
            return None
        x, y = point.x() + self.horizontalScrollBar().value(), point.y() + self.verticalScrollBar().value()
        hits = [placed for placed, box in zip(self.placed, self._boxes, strict=True) if box.holds(x, y)]
        return hits[-1] if hits else None

    def _in_lanes(self, point: QPointF) -> bool:
        return self._scene().lanes.contains(point)

    def _at(self, point: QPointF) -> tuple[int, float] | None:
        return self.frame.at(
            point.x() + self.horizontalScrollBar().value(), point.y() + self.verticalScrollBar().value()
        )

    # ---- the keyboard ----

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        moves = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        if key in moves:
            across, along = moves[key]
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._arrow(across, along, shift)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif key is Qt.Key.Key_Escape and self.drag is not None:
            self.abort()
        elif key is Qt.Key.Key_M and self.under_cursor() is not None:
            self._pick_up()
        elif key is Qt.Key.Key_Delete and self.chosen_row() is not None:
            self.cancel_wanted.emit(self.chosen_row())
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.set_zoom(self.zoom + 1)
        elif key is Qt.Key.Key_Minus:
            self.set_zoom(self.zoom - 1)
        else:
            super().keyPressEvent(event)

    def under_cursor(self) -> BookingRow | None:
        """The booking the cursor is on, if it is one."""
        slot = self.cursor_slot
        if slot is None:
            return None
        lane = self.frame.lane_of(slot.room_id, slot.day)
        for placed in self.placed:
            touched = placed.lane == lane and placed.begins < slot.ends and slot.begins < placed.ends
            if touched and isinstance(placed.row, BookingRow):
                return placed.row
        return None

    def _arrow(self, across: int, along: int, extend: bool) -> None:
        """Arrows as they point: with time running right, left and right are time, up and down are rooms."""
        step = max(self.frame.snap(), 15)
        lanes, steps = (across, along) if self.frame.upright else (along * self.frame.columns, across)
        if self.drag is not None:
            self._propose(dragging.nudged(self.drag, self.frame, lanes, steps))
            self._reveal(self.drag.proposal)
            return
        slot = self.cursor_slot or self._first_slot()
        if slot is None:
            return
        if extend:
            ends = min(max(slot.ends + steps * step, slot.begins + step), self.frame.closes)
            slot = Slot(slot.room_id, slot.day, slot.begins, ends)
        else:
            slot = self._stepped(slot, lanes, steps, step)
        self.cursor_slot = slot
        row = self.under_cursor()
        self.choose(row.id if row is not None else None)
        self._reveal(slot)
        self._tell_cursor()

    def _stepped(self, slot: Slot, lanes: int, steps: int, step: int) -> Slot:
        """The cursor one step on; at the end of a lying day it goes on in the next."""
        lane = (self.frame.lane_of(slot.room_id, slot.day) or 0) + lanes
        begins = slot.begins // step * step + steps * step
        if (
            not self.frame.upright
            and begins >= self.frame.closes
            and lane % self.frame.columns < self.frame.columns - 1
        ):
            lane, begins = lane + 1, self.frame.opens
        elif not self.frame.upright and begins < self.frame.opens and lane % self.frame.columns > 0:
            lane, begins = lane - 1, self.frame.closes - step
        if not 0 <= lane < len(self.frame.lanes):
            return slot
        begins = min(max(begins, self.frame.opens), self.frame.closes - step)
        place_ = self.frame.lanes[lane]
        return Slot(place_.room_id, place_.day, begins, min(begins + max(step, 30), self.frame.closes))

    def _first_slot(self) -> Slot | None:
        if not self.frame.lanes:
            return None
        today = next((lane for lane in self.frame.lanes if 0 <= minutes_of(self.clock(), lane.day) < 1440), None)
        lane = today or self.frame.lanes[0]
        begins = minutes_of(self.clock(), lane.day) // 30 * 30 if today else self.frame.opens
        begins = min(max(begins, self.frame.opens), self.frame.closes - 30)
        return Slot(lane.room_id, lane.day, begins, begins + 30)

    def _enter(self) -> None:
        if self.drag is not None:
            self.drop()
            return
        row = self.under_cursor()
        if row is not None:
            self.choose(row.id)
            self.opened.emit(row)
        elif self.cursor_slot is not None and self.changeable:
            self.create_wanted.emit(self.cursor_slot)

    def _pick_up(self) -> None:
        row = self.under_cursor()
        if row is None or self.drag is not None or not self._may_change(row):
            return
        placed = next(p for p in self.placed if p.own and p.row.id == row.id)
        lane = self.frame.lanes[placed.lane]
        slot = Slot(lane.room_id, lane.day, placed.begins, placed.ends)
        self._by_keys = True
        self.drag = dragging.begin(Grip.MOVE, slot, placed.begins, row)
        self._propose(self.drag)

    def _reveal(self, slot: Slot) -> None:
        """Scroll until the slot is in the window."""
        lane = self.frame.lane_of(slot.room_id, slot.day)
        if lane is None:
            return
        area, lanes = self._scene().view(self.frame.box(lane, slot.begins, slot.ends)), self._scene().lanes
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + _into(area.left(), area.right(), lanes.left(), lanes.right()))
        down.setValue(down.value() + _into(area.top(), area.bottom(), lanes.top(), lanes.bottom()))
        self.viewport().update()

    def _tell_cursor(self) -> None:
        """Say where the cursor is to whoever cannot see it."""
        slot = self.cursor_slot
        if slot is None or self.content is None:
            return
        room, row = self.content.board.room(slot.room_id), self.under_cursor()
        what = told(row, self.content.board.room(row.room_id)) if row else "空闲"
        self.setAccessibleName(f"{room.name if room else ''} {day_text(slot.day)} {slot.clock()} {what}")
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))

    def _row(self, booking_id: UUID | None) -> BookingRow | None:
        if booking_id is None or self.content is None:
            return None
        return next((row for row in self.content.board.bookings if row.id == booking_id), None)


def _speed(at: float, first: float, last: float) -> int:
    """Pixels to scroll in one tick, faster the nearer to the rim."""
    if at < first + EDGE:
        return -int(min(first + EDGE - at, EDGE) / 2)
    if at > last - EDGE:
        return int(min(at - last + EDGE, EDGE) / 2)
    return 0


def _into(begins: float, ends: float, first: float, last: float) -> int:
    if begins < first:
        return int(begins - first)
    return int(max(ends - last, 0))
