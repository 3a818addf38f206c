"""Changing the counter without logging in again."""

from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from db.action import Actor
from db.centre.queries import CounterRow, counters
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.words import label

NOWHERE = "不在窗口（后台）"


class CounterDialog(QDialog):
    """The counters in use; Enter takes the marked one."""

    chosen = Signal(object)  # a 1-tuple: counter id or None

    def __init__(self, desk: Desk, actor: Actor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actor = actor
        self.setWindowTitle("换窗口")
        self.setMinimumWidth(theme.px(360))
        layout = QVBoxLayout(self)
        layout.addWidget(label("坐到哪个窗口？", "sectionTitle"))
        self.list = QListWidget()
        self.list.setAccessibleName("窗口")
        layout.addWidget(self.list)
        buttons = QDialogButtonBox()
        self.ok = buttons.addButton("坐到这里（回车）", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("取消（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.take)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.list.itemActivated.connect(self.take)
        desk.ask(self, counters, actor.centre_id, then=self._show)

    def take(self) -> None:
        """Sit down at the marked counter."""
        item = self.list.currentItem()
        if item is not None:
            counter_id: UUID | None = item.data(Qt.ItemDataRole.UserRole)
            self.chosen.emit((counter_id,))
            self.accept()

    def _show(self, rows: tuple[CounterRow, ...]) -> None:
        for row in rows:
            self._add(row.title, row.id)
        self._add(NOWHERE, None)
        self.list.setFocus()

    def _add(self, title: str, counter_id: UUID | None) -> None:
        here = counter_id == self._actor.counter_id
        item = QListWidgetItem(f"{title}　●现在" if here else title)
        item.setData(Qt.ItemDataRole.UserRole, counter_id)
        self.list.addItem(item)
        if here:
            self.list.setCurrentItem(item)
