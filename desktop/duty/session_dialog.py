"""A session at another time or in another room; once it is published, with the reason that the notice tells."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QDate, Qt, QTime, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QPushButton, QVBoxLayout, QWidget

from db.action import Action
from db.duty.clashes import SlotOffer, slot_offers
from db.duty.moving import move_slot, slot_time
from db.duty.plan_queries import room_title
from db.duty.plan_queries import slot as slot_query
from db.duty.rows import SlotRow
from db.errors import Refusal
from db.rooms.queries import RoomRow, rooms
from desktop.duty.board_words import slot_text
from desktop.duty.insist import insist
from desktop.duty.meanwhile import people
from desktop.duty.people_pane_dialog import bounded
from desktop.duty.plan_fields import choose, index_of
from desktop.rooms.fields import date_field, pydate, pytime, time_field
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.twice import Twice
from desktop.widgets.form import Form
from desktop.widgets.words import label

ANY_ROOM = "有空的都行"


class SessionDialog(QDialog):
    """Ctrl+Enter saves; Alt+1 to Alt+6 take over what is known to be free."""

    saved = Signal(str)

    def __init__(self, desk: Desk, slot: SlotRow, *, published: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.slot, self.published = desk, slot, published
        self.setWindowTitle("改时间地点")
        self.form = Form()
        self.day = date_field(slot.day, "日期")
        self.day.setMinimumWidth(theme.px(150))
        self.starts = time_field(slot.starts.hour * 60 + slot.starts.minute, "从")
        self.ends = time_field(slot.ends.hour * 60 + slot.ends.minute, "到")
        self.room = QComboBox()
        self.room.setAccessibleName("房间")
        self.room.addItem(slot.room_name or ANY_ROOM, slot.room_id)
        self.form.add("日期", self.day)
        self.form.add("从", self.starts)
        self.form.add("到", self.ends)
        self.form.add("房间", self.room)
        self.reason = self.form.line("原因", placeholder="写入调班通知") if published else None
        self.free = label("正在找空着的房间和时间…", "hint", wrap=True)
        self.offers: list[QPushButton] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
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
        layout.addWidget(self.free)
        layout.addLayout(self._list)
        layout.addStretch(1)
        layout.addWidget(buttons)
        bounded(self, 600, 560 if published else 520)  # room for what will be offered
        self.starts.timeChanged.connect(self._keep_length)
        desk.ask(self, rooms, desk.centre_id, then=self._know_rooms)
        desk.ask(self, slot_offers, desk.centre_id, slot, desk.now(), then=self._offer, failed=self._no_offers)
        self._twice: Twice[SlotRow] = Twice(
            self, desk, read=lambda session: slot_query(session, desk.centre_id, slot.id),
            twin=lambda row: SessionDialog(desk, row, published=published, parent=self), adopt=self._adopt,
            failed=self._failed, facts=(slot, _facts),
        )  # fmt: skip
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
        action: Action[..., Any] = move_slot if self.published else slot_time
        said = "已改，可在“调整”里打印调班通知。" if self.published else "已改时间地点（Ctrl+Z 撤销）。"
        if self.published:
            given["reason"] = reason
        self.ok.setEnabled(False)
        insist(
            self.desk, self, action, "改", then=lambda _: self._saved(said), failed=self._refused,
            left=lambda: self.ok.setEnabled(True), **given,
        )  # fmt: skip

    def take(self, offer: SlotOffer) -> None:
        """Put what is free into the fields; saving is another step."""
        self.day.setDate(QDate(offer.day.year, offer.day.month, offer.day.day))
        for field, at in ((self.starts, offer.starts), (self.ends, offer.ends)):
            field.setTime(QTime(at.hour, at.minute))
        choose(self.room, offer.room_id)
        self.form.complain("")
        (self.reason if self.reason is not None else self.ok).setFocus()

    def _saved(self, sentence: str) -> None:
        self.accept()
        self.saved.emit(sentence)

    def _adopt(self, slot: SlotRow) -> None:
        """Work on the session as it is now; its room may be one that is not in the list."""
        self.slot = slot
        if self.room.currentText() == (slot.room_name or ANY_ROOM):
            if index_of(self.room, slot.room_id) < 0:
                self.room.addItem(slot.room_name, slot.room_id)
            choose(self.room, slot.room_id)
        self.save()

    def _refused(self, refusal: Refusal) -> None:
        if not self._twice.meets(refusal):
            self._failed(refusal)

    def _failed(self, refusal: Refusal) -> None:
        self.ok.setEnabled(True)
        self.form.complain(refusal.sentence)

    def _keep_length(self, starts: QTime) -> None:
        """A session moved to another half day keeps its length."""
        length = QTime(self.slot.starts.hour, self.slot.starts.minute).secsTo(
            QTime(self.slot.ends.hour, self.slot.ends.minute)
        )
        self.ends.setTime(starts.addSecs(length))

    def _know_rooms(self, rows: tuple[RoomRow, ...]) -> None:
        kept = self.room.currentData()
        self.room.clear()
        self.room.addItem(ANY_ROOM, None)
        for row in rows:
            self.room.addItem(room_title(row.number, row.name), row.id)
        choose(self.room, kept)

    def _offer(self, found: tuple[SlotOffer, ...]) -> None:
        self.free.setText("空着的房间和时间，点一项就填到上面：" if found else "附近没有空着的房间和时间。")
        for at, offer in enumerate(found):
            button = QPushButton(f"{offer.label}　Alt+{at + 1}")
            button.setObjectName("link")
            button.setAccessibleName(offer.label)
            button.setShortcut(f"Alt+{at + 1}")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, offer=offer: self.take(offer))
            self.offers.append(button)
            self._list.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def _no_offers(self, refusal: Refusal) -> None:
        """A year without a calendar has no working days to offer: the fields can be filled all the same."""
        self.free.setText(refusal.sentence)


def _facts(slot: SlotRow) -> Mapping[str, str]:
    """What the fields do not show."""
    return {"人员": people(slot), "不举行": slot.cancelled}
