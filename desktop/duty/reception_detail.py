"""The chosen entry of the reception book, masked, with the steps that can be taken."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from db.clock import local
from db.duty.rows import ReceptionRow
from db.duty.states import RECEPTION_NAMES, ReceptionState
from db.staff.permissions import Permission
from desktop.duty.reception_book import TONES
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.badge import Badge
from desktop.widgets.form import scrolled
from desktop.widgets.words import EmptyHint, label

PASS, TELL, REDIRECT, EDIT, OPEN, SLIP = "pass", "tell", "redirect", "edit", "open", "slip"
BUTTONS = (
    (PASS, "转办…", "Alt+Z", "fa6s.share"), (TELL, "反馈结果…", "Alt+F", "fa6s.comment-dots"),
    (REDIRECT, "涉法涉诉引导…", "Alt+Y", "fa6s.signs-post"), (SLIP, "打印引导单", "Ctrl+P", "fa6s.print"),
    (OPEN, "查看完整内容…", "Alt+T", "fa6s.eye"), (EDIT, "修改…", "F2", "fa6s.pen"),
)  # fmt: skip
_STEPS = {
    ReceptionState.OPEN: {PASS, TELL, REDIRECT},
    ReceptionState.PASSED: {PASS, TELL},
    ReceptionState.TOLD: {TELL},
    ReceptionState.REDIRECTED: {REDIRECT, SLIP},
}


class Detail(QWidget):
    """`wanted` names the step."""

    wanted = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.row: ReceptionRow | None = None
        self.can: set[str] = set()
        self.empty = EmptyHint("没有选中登记", "在左边选一条，这里显示内容和下一步。")
        self.body = QFrame()
        self.body.setObjectName("card")
        self.number = label("", "itemName", select=True)
        self.badge = Badge(shape=True)
        self.text = label("", "", wrap=True, select=True)
        self.buttons: dict[str, QPushButton] = {}
        for name, title, key, icon in BUTTONS:
            button = QPushButton(f"{title}（{key}）")
            theme.dress(button, icon)
            button.setAccessibleName(title.removesuffix("…"))
            button.clicked.connect(lambda _=False, name=name: self.wanted.emit(name))
            self.buttons[name] = button
        self._lay_out()
        self.show_row(None)

    def show_row(self, row: ReceptionRow | None) -> None:
        """Show another entry, or none."""
        self.row = row
        self.body.setVisible(row is not None)
        self.empty.setVisible(row is None)
        self.can = set()
        if row is None:
            return
        self.number.setText(row.number)
        self.badge.show_state(RECEPTION_NAMES[row.state], TONES[row.state])  # type: ignore[arg-type]
        self.text.setText(told(row))
        self.can = set(_STEPS[row.state]) | {EDIT}
        if not self.desk.may(Permission.DUTY_ATTEND):
            self.can = set()
        if not self.desk.may(Permission.RECEIPT_PRINT):
            self.can.discard(SLIP)
        if self.desk.may(Permission.PERSON_UNMASK):
            self.can.add(OPEN)
        for name, button in self.buttons.items():
            button.setVisible(name in self.can)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.number, 1)
        head.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)
        held = QWidget()
        inside = QVBoxLayout(held)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.text)
        inside.addStretch(1)
        inner = QVBoxLayout(self.body)
        inner.setContentsMargins(theme.px(12), theme.px(10), theme.px(12), theme.px(12))
        inner.addLayout(head)
        inner.addWidget(scrolled(held), 1)
        for button in self.buttons.values():
            inner.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.body)
        layout.addWidget(self.empty)


def told(row: ReceptionRow) -> str:
    """Everything that is not behind the mask, a fact a line."""
    who = "匿名" if row.anonymous else "　".join(part for part in (row.visitor_masked, row.phone_masked) if part)
    parts = (
        ("时间", f"{local(row.at):%Y-%m-%d %H:%M}"), ("来访人", f"{who}　{row.people} 人"), ("网格", row.grid),
        ("接待人", "　".join(part for part in (row.receiver_name, row.body_name) if part)), ("类别", row.category),
        ("当场答复", row.answer), ("拟办意见", row.proposal), ("转办单位", row.passed_to),
        ("期限", f"{row.due_on:%Y-%m-%d}" if row.due_on else ""), ("引导到", row.redirected), ("结果", row.outcome),
        ("反馈", f"{row.told_on:%Y-%m-%d} {row.told_how}" if row.told_on else ""),
        ("满意度", row.satisfaction), ("回访人", row.visited_by),
    )  # fmt: skip
    return "\n".join(f"{name}　{text}" for name, text in parts if text)
