"""Looking behind the mask of a member's phone: a reason first, the journal second, the number last, and not for long."""

from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QSizePolicy, QVBoxLayout, QWidget

from db.duty.members import unmask_phone
from db.duty.queries import phone_of
from db.errors import Refusal
from desktop.counter.suggest import line_of, suggestions
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.form import Form
from desktop.widgets.words import label

SHOWN_MS = 30_000
REASONS = ("通知轮值安排", "联系替班", "核实请假", "更新联系方式")


class PhoneDialog(QDialog):
    """Shows the phone of one member for half a minute."""

    def __init__(self, desk: Desk, member_id: UUID, name: str, masked: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.member_id = desk, member_id
        self.setWindowTitle(f"查看手机：{name}")
        self.setMinimumWidth(theme.px(420))
        self.form = Form()
        self.reason = suggestions(REASONS, "必填，会记入日志")
        self.reason.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.form.add("原因", self.reason)
        self.shown = label(masked or " ", "personName", select=True)
        self.form.add("手机", self.shown)
        buttons = QDialogButtonBox()
        self.ok = buttons.addButton("查看（回车）", QDialogButtonBox.ButtonRole.ActionRole)
        self.ok.setDefault(True)
        self.no = buttons.addButton("关闭（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        self.no.setAutoDefault(False)
        self.ok.clicked.connect(self.show_phone)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.form)
        layout.addWidget(buttons)
        self._hide = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._hide.timeout.connect(lambda: self.shown.setText(masked or "已重新遮住"))
        line_of(self.reason).setFocus()

    def show_phone(self) -> None:
        """Journal it, then show it."""
        self.form.complain("")
        self.desk.do(
            self, unmask_phone, member_id=self.member_id, reason=self.reason.currentText(), then=self._reveal,
            failed=self._refused,
        )  # fmt: skip

    def _reveal(self, there: bool) -> None:
        if not there:
            self.shown.setText("没有登记手机")
            return
        desk = self.desk
        desk.ask(self, phone_of, desk.hall.vault, desk.centre_id, self.member_id, then=self._show)

    def _show(self, text: str) -> None:
        self.shown.setText(text)
        self._hide.start()

    def _refused(self, refusal: Refusal) -> None:
        self.form.complain(refusal.sentence, self.reason)
