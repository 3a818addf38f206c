"""A session at another time or in another room; once it is published, with the reason that the notice tells."""

from typing import Any

from PySide6.QtCore import Qt, QTime, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from db.duty.rows import SlotRow
from db.errors import Refusal
from db.rooms.queries import RoomRow, rooms
from desktop.duty.board_words import slot_text
from desktop.duty.plan_fields import choose
from desktop.rooms.fields import date_field, pydate, pytime, time_field
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.form import Form
from desktop.widgets.words import label


class SessionDialog(QDialog):
    """Ctrl+Enter saves."""

    saved = Signal(str)

    def __init__(self, desk: Desk, slot: SlotRow, *, published: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.slot, self.published = desk, slot, published
        self.setWindowTitle("改时间地点")
        self.form = Form()
        self.day = date_field(slot.day, "日期")
        self.starts = time_field(slot.starts.hour * 60 + slot.starts.minute, "从")
        self.ends = time_field(slot.ends.hour * 60 + slot.ends.minute, "到")
        self.room = QComboBox()
        self.room.addItem(slot.room_name or "（未定）", slot.room_id)
        self.form.add("日期", self.day)
        self.form.add("从", self.starts)
        self.form.add("到", self.ends)
        self.form.add("房间", self.room)
        self.reason = self.form.line("原因", placeholder="写入调班通知") if published else None
        buttons = QDialogButtonBox()
        self.ok = buttons.addButton("保存（Ctrl+Enter）", QDialogButtonBox.ButtonRole.ActionRole)
        self.ok.setObjectName("primary")
        self.ok.setShortcut(Qt.Modifier.CTRL | Qt.Key.Key_Return)
        self.ok.clicked.connect(self.save)
        buttons.addButton("取消（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(label(slot_text(slot), "sectionTitle", wrap=True))
        layout.addWidget(self.form)
        layout.addWidget(buttons)
        self.setMinimumWidth(theme.px(460))
        self.starts.timeChanged.connect(self._keep_length)
        self.desk.ask(self, rooms, self.desk.centre_id, then=self._offer)
        self.day.setFocus()

    def save(self) -> None:
        """Move it."""
        reason = self.reason.text().strip() if self.reason is not None else ""
        if self.reason is not None and not reason:
            self.form.complain("请写明原因。", self.reason)
            return
        if pytime(self.ends) <= pytime(self.starts):
            self.form.complain("结束时间要晚于开始时间。", self.ends)
            return
        given: dict[str, Any] = {
            "slot_id": self.slot.id, "version": self.slot.version, "day": pydate(self.day),
            "starts": pytime(self.starts), "ends": pytime(self.ends), "room_id": self.room.currentData(),
        }  # fmt: skip
        if self.published:
            from db.duty.moving import move_slot

            self.desk.do(
                self, move_slot, then=lambda _: self._saved("已改，可在“调整”里打印调班通知。"), failed=self._refused,
                reason=reason, **given,
            )  # fmt: skip
        else:
            from db.duty.moving import slot_time

            self.desk.do(self, slot_time, then=lambda _: self._saved("已改时间地点。"), failed=self._refused, **given)

    def _saved(self, sentence: str) -> None:
        self.accept()
        self.saved.emit(sentence)

    def _refused(self, refusal: Refusal) -> None:
        self.form.complain(refusal.sentence)

    def _keep_length(self, starts: QTime) -> None:
        """A session moved to another half day keeps its length."""
        length = QTime(self.slot.starts.hour, self.slot.starts.minute).secsTo(
            QTime(self.slot.ends.hour, self.slot.ends.minute)
        )
        self.ends.setTime(starts.addSecs(length))

    def _offer(self, rows: tuple[RoomRow, ...]) -> None:
        kept = self.room.currentData()
        self.room.clear()
        if kept is None:
            self.room.addItem("（未定）", None)
        for row in rows:
            self.room.addItem(f"{row.number} {row.name}", row.id)
        choose(self.room, kept)
