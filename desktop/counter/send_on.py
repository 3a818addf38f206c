"""Sending a ticket to another counter: choose the counter, say why, done."""

from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from db.tickets.queries import CounterRow, TicketRow

_COUNTER = Qt.ItemDataRole.UserRole


class SendOnDialog(QDialog):
    """The counters in use except those where the ticket is already, and the line of all; Enter sends."""

    def __init__(self, ticket: TicketRow, counters: tuple[CounterRow, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"{ticket.number} 转窗口")
        self.list = QListWidget()
        self.list.setAccessibleName("转到哪个窗口")
        for counter in counters:
            if counter.id not in (ticket.counter_id, ticket.reserved_for):
                self._add(_told(counter), counter.id)
        self._add("放回公共队列（任何可办的窗口）", None)
        self.list.setCurrentRow(0)
        self.list.itemActivated.connect(lambda _item: self.accept())
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("原因，接手的窗口会看到（可不填，不要写姓名、证件号）")
        self.reason.setAccessibleName("转窗口的原因")
        self.reason.setMaxLength(60)
        buttons = QDialogButtonBox()
        send = buttons.addButton("转过去  Enter", QDialogButtonBox.ButtonRole.AcceptRole)
        send.setDefault(True)
        buttons.addButton("取消  Esc", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        note = QLabel("号码不变，到那个窗口后优先叫号；首问责任要等对方接手。")
        note.setWordWrap(True)
        note.setObjectName("hint")
        for widget in (note, self.list, self.reason, buttons):
            layout.addWidget(widget)
        self.list.setFocus()

    @property
    def counter_id(self) -> UUID | None:
        """The counter that was chosen; None: the line of all."""
        item = self.list.currentItem()
        found: UUID | None = item.data(_COUNTER) if item is not None else None
        return found

    def _add(self, text: str, counter_id: UUID | None) -> None:
        item = QListWidgetItem(text)
        item.setData(_COUNTER, counter_id)
        self.list.addItem(item)


def _told(counter: CounterRow) -> str:
    name = f" {counter.name}" if counter.name else ""
    who = f"　{counter.staff_name}" if counter.staff_name else ""
    doing = f"　正在 {counter.ticket}" if counter.ticket else "　空闲"
    waiting = f"　已转来 {counter.reserved} 个" if counter.reserved else ""
    return f"{counter.number} 号窗口{name}{who}{doing}{waiting}"
