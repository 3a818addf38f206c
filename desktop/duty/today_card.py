"""A session on the board of the day: from when to when, which body, which room, what for, and each person with a lamp."""

from datetime import datetime
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from db.duty.rows import DutyRow, SlotRow
from db.duty.states import DutyState
from desktop.duty.board_words import missing, time_text
from desktop.duty.people_pane_look import Band
from desktop.duty.today_words import about, received, remark, slot_standing, standing
from desktop.shell import theme
from desktop.widgets.badge import Badge
from desktop.widgets.tone import retone
from desktop.widgets.words import label


class DutyLine(QFrame):
    """Somebody in a session. The line with the cursor is framed; Enter signs in or out, arrows go to the next."""

    picked = Signal(object)  # UUID of the duty
    opened = Signal(object)
    moved = Signal(int)

    def __init__(self, duty: DutyRow, slot: SlotRow, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("paper")
        self.duty_id: UUID = duty.id
        words, tone = standing(duty, slot, now)
        retone(self, tone if tone != "info" else "")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.name = label(duty.member_name, "personName")
        self.badge = Badge(words, tone, shape=True)
        parts = about(duty), remark(duty)
        self.about = label("　".join(part for part in parts if part), "hint", wrap=True)
        self.setAccessibleName(f"{duty.member_name}，{words}，{slot.body_name}，{slot.room_name}")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(10), theme.px(4), theme.px(8), theme.px(4))
        layout.setSpacing(theme.px(12))
        self.name.setMinimumWidth(theme.px(84))
        layout.addWidget(self.name)
        layout.addWidget(self.about, 1)
        layout.addWidget(self.badge)

    def show_current(self, on: bool) -> None:
        """Frame it, or not."""
        retone(self, "true" if on else "false", "current")

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.picked.emit(self.duty_id)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.opened.emit(self.duty_id)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self.duty_id)
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)


class SlotCard(QFrame):
    """One session with its people; those who were replaced are told in one line."""

    def __init__(self, slot: SlotRow, now: datetime, in_book: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.slot = slot
        words, tone = slot_standing(slot, now)
        self.lines = [DutyLine(duty, slot, now) for duty in slot.duties if duty.state is not DutyState.REPLACED]
        head = QHBoxLayout()
        head.setSpacing(theme.px(14))
        head.addWidget(label(time_text(slot.starts, slot.ends), "figure"))
        head.addWidget(label(slot.body_name, "itemName", wrap=True), 1)
        head.addWidget(label(slot.room_name or "地点未定", "itemName"))
        head.addWidget(Badge(words, tone, shape=True), 0, Qt.AlignmentFlag.AlignVCenter)
        text = QVBoxLayout()
        text.setContentsMargins(theme.px(4), theme.px(8), theme.px(10), theme.px(8))
        text.setSpacing(theme.px(3))
        text.addLayout(head)
        came = in_book + received(slot)
        parts = (slot.scope, slot.note, f"已接待 {came} 人" if came else "")
        about_slot = "　·　".join(part for part in parts if part)
        if about_slot:
            text.addWidget(label(about_slot, "hint", wrap=True))
        for line in self.lines:
            text.addWidget(line)
        if missing(slot):
            text.addWidget(self._warning(f"▲ 还缺 {missing(slot)} 人，请负责人安排替班。"))
        gone = [duty for duty in slot.duties if duty.state is DutyState.REPLACED]
        if gone:
            text.addWidget(label("原定：" + "；".join(_replaced(duty) for duty in gone), "hint", wrap=True))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(6), theme.px(6), theme.px(4), theme.px(6))
        layout.addWidget(Band(slot.colour))
        layout.addLayout(text, 1)

    def _warning(self, text: str) -> QWidget:
        made = label(text, "nextStep", wrap=True)
        retone(made, "warn")
        return made


def _replaced(duty: DutyRow) -> str:
    return f"{duty.member_name}（{duty.reason}）" if duty.reason else duty.member_name
