"""What a refusal in writing must say: reason, basis, the right agency, remedies."""

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from db.cases.counter import Answers
from db.cases.needs import REFUSE_BASIS, answered
from db.cases.status import Verb
from db.errors import RuleBroken
from desktop.counter.form import Chosen
from desktop.counter.seek import retone

REASONS = (
    "申请事项依法不需要取得行政许可或办理",
    "申请事项不属于本机关（本中心）职权范围",
    "申请人不符合受理条件",
    "不属于村（居）委会出具证明的事项",
)


class RefuseDialog(QDialog):
    """Asks before 不予受理; Enter stays within the fields, Ctrl+Enter confirms."""

    def __init__(self, item: Chosen, answers: Answers | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("不予受理")
        self.setMinimumWidth(560)
        kept = answers or Answers(basis=item.basis or REFUSE_BASIS, agency=item.rule.forward_to or item.rule.department)
        self.reason = QPlainTextEdit(kept.reason)
        self.reason.setPlaceholderText("必填。例如：" + "；".join(REASONS))
        self.reason.setTabChangesFocus(True)
        self.basis = QLineEdit(kept.basis)
        self.agency = QLineEdit(kept.agency)
        self.remedies = QPlainTextEdit(kept.remedies)
        self.remedies.setPlaceholderText("不填时按法定的复议（60 日）、诉讼（6 个月）期限打印")
        self.remedies.setTabChangesFocus(True)
        for field, name in (
            (self.reason, "理由"),
            (self.basis, "依据"),
            (self.agency, "应向哪里提出"),
            (self.remedies, "救济途径"),
        ):
            field.setAccessibleName(name)
        for field in (self.reason, self.remedies):
            field.setMaximumHeight(90)
        self.fault = QLabel()
        self.fault.setObjectName("hint")
        retone(self.fault, "bad")
        buttons = QDialogButtonBox()
        self.confirm = buttons.addButton("不予受理并打印通知书  Ctrl+Enter", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("返回  Esc", QDialogButtonBox.ButtonRole.RejectRole)
        for button in buttons.buttons():
            button.setAutoDefault(False)  # type: ignore[attr-defined]
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.accept)
        form = QFormLayout()
        form.addRow("事项", QLabel(item.name))
        form.addRow("理由", self.reason)
        form.addRow("依据", self.basis)
        form.addRow("应向哪里提出", self.agency)
        form.addRow("救济途径", self.remedies)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.fault)
        layout.addWidget(buttons)

    @property
    def answers(self) -> Answers:
        """What stands in the fields."""
        return Answers(
            reason=self.reason.toPlainText(),
            basis=self.basis.text(),
            agency=self.agency.text(),
            remedies=self.remedies.toPlainText(),
        )

    def accept(self) -> None:
        given = self.answers
        try:
            answered(Verb.REFUSE, reason=given.reason, basis=given.basis, agency=given.agency, remedies=given.remedies)
        except RuleBroken as refusal:
            self.fault.setText(refusal.sentence)
            return
        super().accept()
