"""The board by mouse and by keyboard: it asks for changes and makes none itself."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QFocusEvent,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QWidget

from desktop.duty.board_canvas import BoardCanvas
from desktop.duty.board_paint import Carrying
from desktop.duty.board_rows import Place, Sheet, Spot
from desktop.duty.board_words import empty_text, slot_text, time_text, told_duty
from desktop.shell import theme

EDGE = 30
"""Pixels from the rim in which a drag scrolls."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Who is dragged: out of a place, or (spot None) from the list of people. `sheet` is the board as it was taken from."""

    member_id: UUID
    name: str
    spot: Spot | None = None
    sheet: Sheet | None = None

    @property
    def source(self) -> Place | None:
        """The place as it was when the drag began, whoever sits there now."""
        return self.sheet.place(self.spot) if self.sheet is not None else None


class DutyBoard(BoardCanvas):
    """Arrows move over the places; every wish is a signal."""

    choose_wanted = Signal(object, str)  # Place, what was typed
    why_wanted = Signal(object)  # Place
    take_out_wanted = Signal(object)
    lock_wanted = Signal(object)
    menu_wanted = Signal(object, object)  # Place, QPoint on the screen
    judge_wanted = Signal(object, object)  # Carried, Place: answer with `judged`
    dropped = Signal(object, object)  # Carried, Place

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.changeable = True
        self.who: Carried | None = None
        self._pressed: tuple[QPointF, Place] | None = None
        self._taken_from: Sheet | None = None
        self._roll = QTimer(self, interval=16)
        self._roll.timeout.connect(self._auto_scroll)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        self.setAccessibleName("轮值表")
        self.setAccessibleDescription("方向键移动，回车选人，直接输入姓名筛选，F2 为什么不能，L 锁定，Delete 取下")

    def go_to(self, spot: Spot | None) -> None:
        """Put the cursor on a place and show it."""
        if spot is None or self.sheet.place(spot) is None:
            return
        self.cursor_spot = spot
        self.reveal(spot)
        self.viewport().update()
        self.picked.emit(self.place)
        self._tell()

    def begin_at(self, day: date) -> None:
        """Put the cursor on the first place from a day on, its line at the top."""
        line = self.sheet.first_line_from(day)
        place = next((place for at in range(line, len(self.sheet.lines)) for place in self.sheet.of_line(at)), None)
        if place is not None:
            self.go_to(place.spot)
            self.show_line(self.sheet.line_of[place.spot.slot_id])

    # ---- the keyboard ----

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, ctrl = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key is Qt.Key.Key_Escape and self.who is not None:
            self.abort()
        elif not self._moved(key, ctrl) and not self._acted(key, event):
            super().keyPressEvent(event)

    def _moved(self, key: Qt.Key, ctrl: bool) -> bool:
        order = self.sheet.order
        if not order:
            return False
        here = self.place or order[0]
        at = next((at for at, place in enumerate(order) if place.spot == here.spot), 0)
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if key is Qt.Key.Key_Right else -1
            self.go_to(order[min(max(at + step, 0), len(order) - 1)].spot)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._lines(here, 1 if key is Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            many = max(self.viewport().height() // theme.px(52), 2)
            self._lines(here, many if key is Qt.Key.Key_PageDown else -many)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            last = key is Qt.Key.Key_End
            row = order if ctrl else self.sheet.of_line(self.sheet.line_of[here.spot.slot_id])
            self.go_to(row[-1 if last else 0].spot)
        else:
            return False
        return True

    def _lines(self, here: Place, many: int) -> None:
        """So many lines on; in the nearest place of the line that has one."""
        step = 1 if many > 0 else -1
        line = self.sheet.line_of[here.spot.slot_id]
        target, left = line, abs(many)
        at = line + step
        while 0 <= at < len(self.sheet.lines) and left:
            if self.sheet.of_line(at):
                target, left = at, left - 1
            at += step
        if target == line:
            return
        found = self.layout_.chip(self.sheet, here.spot)
        x = found[1].x if found is not None else 0.0
        chips = self.layout_.line(target).chips
        self.go_to(min(chips, key=lambda chip: (abs(chip.x - x), chip.y)).place.spot)

    def _acted(self, key: Qt.Key, event: QKeyEvent) -> bool:
        place = self.place
        if place is None:
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose_wanted.emit(place, "")
        elif key is Qt.Key.Key_F2:
            self.why_wanted.emit(place)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.take_out_wanted.emit(place)
        elif key is Qt.Key.Key_Menu:
            self.menu_wanted.emit(place, self.viewport().mapToGlobal(self.point_of(place.spot)))
        elif event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            return False
        elif key is Qt.Key.Key_L:
            self.lock_wanted.emit(place)
        elif event.text().strip() and event.text().isprintable():
            self.choose_wanted.emit(place, event.text().strip())
        else:
            return False
        return True

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """A name typed with an input method begins the choice too."""
        place = self.place
        if event.commitString().strip() and place is not None:
            self.choose_wanted.emit(place, event.commitString().strip())
        super().inputMethodEvent(event)

    # ---- the mouse ----

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        place = self.place_at(event.position())
        if place is not None:
            self.go_to(place.spot)
            self._pressed, self._taken_from = (event.position(), place), self.sheet

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and self.who is None and self.changeable:
            start, place = self._pressed
            if place.duty is not None and (event.position() - start).manhattanLength() > 6:
                self.who = Carried(place.duty.member_id, place.duty.member_name, place.spot, self._taken_from)
        if self.who is not None:
            self.carry(self.who, event.position())
        else:
            under = self.place_at(event.position())
            can = under is not None and under.duty is not None and self.changeable
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor if can else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        if self.who is not None and event.button() is Qt.MouseButton.LeftButton:
            self.carry(self.who, event.position())
            self.drop()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        if place is not None:
            self.choose_wanted.emit(place, "")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place = self.place_at(QPointF(event.pos()))
        if place is not None:
            self.go_to(place.spot)
            self.menu_wanted.emit(place, event.globalPos())

    # ---- carrying somebody ----

    def carry(self, who: Carried, at: QPointF) -> None:
        """Somebody is dragged over a point of the window (from here, or from the list beside it)."""
        self.who = who
        place = self.place_at(at)
        over = place.spot if place is not None and place.spot != who.spot else None
        before = self.carried
        if before is not None and before.over == over:
            self.carried = replace(before, pointer=at)
        else:
            self.carried = Carrying(who.name, at, over)
            if place is not None and over is not None:
                self.judge_wanted.emit(who, place)
        self._roll.start()
        self.viewport().update()

    def judged(self, spot: Spot, trouble: str) -> None:
        """What is known against the place that somebody is held over; "" nothing."""
        if self.carried is not None and self.carried.over == spot:
            self.carried = replace(self.carried, trouble=trouble, judged=True)
            self.viewport().update()

    def drop(self) -> None:
        """Let go."""
        who, carried = self.who, self.carried
        self.abort()
        place = self.sheet.place(carried.over) if carried is not None else None
        if who is not None and place is not None:
            self.setFocus()  # L, F2 and Delete mean the place where somebody was just put
            self.go_to(place.spot)
            self.dropped.emit(who, place)

    def abort(self) -> None:
        """As if nobody had been dragged."""
        self.who, self.carried, self._pressed = None, None, None
        self._roll.stop()
        self.viewport().update()

    def _auto_scroll(self) -> None:
        """Scroll while somebody is held near the rim."""
        if self.carried is None or self.who is None:
            self._roll.stop()
            return
        body, at = self._scene().body, self.carried.pointer
        down, across = self.verticalScrollBar(), self.horizontalScrollBar()
        before = (down.value(), across.value())
        if 0 <= at.x() <= self.viewport().width():
            down.setValue(before[0] + _speed(at.y(), body.top(), body.bottom()))
            across.setValue(before[1] + _speed(at.x(), body.left(), body.right()))
        if (down.value(), across.value()) != before:
            self.carry(self.who, at)

    # ---- for those who do not see it ----

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._tell()
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def told(self, place: Place) -> str:
        """The place under the cursor, in words."""
        slot = self.sheet.slots[place.spot.slot_id]
        who = told_duty(place.duty) if place.duty is not None else empty_text(place.wanted, place.off)
        mark = self.sheet.marks.get(place.duty.id, "") if place.duty is not None else ""
        where = f"第 {place.spot.at + 1} 位" if len(self.sheet.places[slot.id]) > 1 else ""
        times = time_text(slot.starts, slot.ends)
        return "，".join(part for part in (f"{slot_text(slot)} {times}", slot.room_name, where, who, mark) if part)

    def _tell(self) -> None:
        place = self.place
        self.setAccessibleName(self.told(place) if place is not None else "轮值表，没有班次")
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))


def _speed(at: float, first: float, last: float) -> int:
    if at < first + EDGE:
        return -int(min(first + EDGE - at, EDGE) / 2)
    if at > last - EDGE:
        return int(min(at - last + EDGE, EDGE) / 2)
    return 0
