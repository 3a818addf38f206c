"""Looking behind the mask: a reason first, the journal second, the number last, and not for long."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from db.errors import Refusal
from db.people.actions import unmask
from db.people.queries import PersonRow, reveal
from db.people.rules import FIELD_TITLES, PersonField
from desktop.counter.seek import retone
from desktop.counter.suggest import suggestions
from desktop.shell.desk import Desk

SHOWN_MS = 30_000
REASONS = ("核对证件", "通知取件", "录入上级系统", "核对委托人", "投诉回访")


class UnmaskDialog(QDialog):
    """Shows one field of one person for half a minute."""

    def __init__(self, desk: Desk, person: PersonRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._person = person
        self.setWindowTitle(f"查看完整信息：{person.name}")
        self.setMinimumWidth(420)
        self.field = QComboBox()
        for field, title in FIELD_TITLES.items():
            self.field.addItem(title, field)
        self.reason = suggestions(REASONS, "必填，会记入日志")
        self.shown = QLabel(" ")
        self.shown.setObjectName("personName")
        self.shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.fault = QLabel()
        self.fault.setWordWrap(True)
        retone(self.fault, "bad")
        buttons = QDialogButtonBox()
        show = buttons.addButton("查看", QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton("关闭", QDialogButtonBox.ButtonRole.RejectRole)
        show.clicked.connect(self.show_field)
        buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.addRow("查看", self.field)
        form.addRow("原因", self.reason)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.shown)
        layout.addWidget(self.fault)
        layout.addWidget(buttons)
        self._hide = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._hide.timeout.connect(lambda: self.shown.setText("已重新遮住"))

    def show_field(self) -> None:
        """Journal it, then show it."""
        field = PersonField(self.field.currentData())
        self.fault.clear()
        self._desk.do(
            self, unmask, person_id=self._person.id, field=field, reason=self.reason.currentText(),
            then=lambda there: self._reveal(field, there), failed=self._refused,
        )  # fmt: skip

    def _reveal(self, field: PersonField, there: bool) -> None:
        if not there:
            self.shown.setText(f"没有登记{FIELD_TITLES[field]}")
            return
        desk = self._desk
        desk.ask(self, reveal, desk.hall.vault, desk.centre_id, self._person.id, field, then=self._show)

    def _show(self, text: str) -> None:
        self.shown.setText(text)
        self._hide.start()

    def _refused(self, refusal: Refusal) -> None:
        self.fault.setText(refusal.sentence)
