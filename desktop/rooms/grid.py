"""The grid of rooms: painted by hand, worked by mouse and keyboard alike; it asks for changes and makes none itself."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from db.rooms.board import trouble
from db.rooms.queries import BookingRow
from db.rooms.states import Step, possible
from desktop.rooms import drag as dragging
from desktop.rooms import spoken
from desktop.rooms.canvas import Content, GridCanvas
from desktop.rooms.drag import Drag, Grip
from desktop.rooms.geometry import Slot, minutes_of
from desktop.rooms.placing import Placed, box_of
from desktop.rooms.words import day_text, title_of, told

EDGE = 28
"""Pixels from the rim of the lanes in which a drag scrolls."""
GRIP = 7
"""Pixels at both ends of a booking that resize it."""


class RoomGrid(GridCanvas):
    """Emits what the clerk wants; the page asks the database."""

    create_wanted = Signal(object)  # Slot
    move_wanted = Signal(object, object)  # BookingRow, Slot
    refused = Signal(str)  # why a drop was not even tried
    opened = Signal(object)  # BookingRow
    cancel_wanted = Signal(object)  # BookingRow

    def __init__(self, clock: Callable[[], datetime], parent: QWidget | None = None) -> None:
        spoken.install()
        super().__init__(clock, parent)
        self.changeable = True
        self._pressed: tuple[QPointF, Grip, Slot, BookingRow | None, float] | None = None
        self._pointer = QPointF()
        self._by_keys = False
        self._known_trouble: tuple[Slot, str] | None = None
        self._roll = QTimer(self, interval=16)
        self._roll.timeout.connect(self._auto_scroll)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("房间预约表")
        self.setAccessibleDescription(
            "方向键移动光标，回车预约或打开，Shift 加方向键延长，M 移动（Shift 加方向键改时长），Delete 取消预约"
        )

    def show_content(self, content: Content) -> None:
        """As the canvas does. A drag goes on even when somebody else has changed the booking: once it is let go, what they
        changed is shown and it can be done all the same.
        """
        self._known_trouble = None
        super().show_content(content)
        if QAccessible.isActive():
            spoken.tell_changed(self)

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
            longer = dragging.stretched(self.drag, self.frame, steps)
            self._propose(longer if extend else dragging.nudged(self.drag, self.frame, lanes, steps))
            self._reveal(self.drag.proposal)
            self._tell_drag()
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
        self._tell_drag()

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
        if slot is not None and self.content is not None:
            row = self.under_cursor()
            self._tell(slot, told(row, self.content.board.room(row.room_id)) if row else "空闲")

    def _tell_drag(self) -> None:
        """Say where a booking that is carried by the keys would stand."""
        if self.drag is not None and self.drag.booking is not None:
            what = f"不能放下：{self.trouble}" if self.trouble else "可以放下" if self.drag.has_moved else "拿起"
            self._tell(self.drag.proposal, f"{title_of(self.drag.booking)} {what}")

    def _tell(self, slot: Slot, what: str) -> None:
        room = self.content.board.room(slot.room_id) if self.content is not None else None
        self.setAccessibleName(f"{room.name if room else ''} {day_text(slot.day)} {slot.clock()} {what}")
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))


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
