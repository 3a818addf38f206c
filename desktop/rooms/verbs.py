"""The steps of a booking as buttons: what each is called, its key, and the small dialogs that some of them open."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from db.rooms.queries import BookingRow
from db.rooms.states import Step
from desktop.rooms.scope import Reach, Scope
from desktop.rooms.words import title_of, when_text
from desktop.shell import theme
from desktop.widgets.form import Form
from desktop.widgets.words import label


@dataclass(frozen=True, slots=True)
class StepButton:
    """A button of the pane."""

    step: Step
    title: str
    key: str
    icon: str
    strong: bool = False


BUTTONS = (
    StepButton(Step.ARRIVE, "签到使用", "Alt+S", "fa6s.right-to-bracket", strong=True),
    StepButton(Step.LEAVE, "使用登记", "Alt+U", "fa6s.clipboard-check", strong=True),
    StepButton(Step.APPROVE, "审批通过", "Alt+A", "fa6s.check", strong=True),
    StepButton(Step.PUT_BACK, "恢复预约", "Alt+B", "fa6s.rotate-left", strong=True),
    StepButton(Step.REJECT, "驳回", "Alt+R", "fa6s.xmark"),
    StepButton(Step.CHANGE, "修改", "F2", "fa6s.pen"),
    StepButton(Step.NO_SHOW, "登记未到", "Alt+W", "fa6s.user-slash"),
    StepButton(Step.CANCEL, "取消预约", "Alt+X", "fa6s.ban"),
)
ALONE = Reach()
CANCEL_REASONS = ("借用方来电取消", "与社区活动冲突", "登记有误")


class EndDialog(QDialog):
    """Why a booking is cancelled; for one of a series also how far: skip this one, or end the series here."""

    answered = Signal(str, object)  # reason, Scope

    def __init__(self, row: BookingRow, reach: Reach = ALONE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("取消预约")
        layout = QVBoxLayout(self)
        layout.addWidget(label(f"{title_of(row)}\n{when_text(row)}", "nextStep", wrap=True))
        self.scope = QComboBox()
        for scope, title in reach.titles("只跳过这一场（可以恢复）", "取消"):
            self.scope.addItem(title, scope)
        self.scope.setAccessibleName("取消范围")
        self.scope.setVisible(row.series_id is not None)
        layout.addWidget(self.scope)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("原因（必填）")
        self.reason.setAccessibleName("原因")
        layout.addWidget(self.reason)
        for words in CANCEL_REASONS:
            button = QPushButton(words)
            button.setObjectName("link")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, words=words: self.reason.setText(words))
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.ok = _buttons(self, layout, "取消这个预约（Ctrl+Enter）", "返回（Esc）")
        self.ok.setObjectName("danger")
        self.ok.setEnabled(False)
        self.reason.textChanged.connect(lambda text: self.ok.setEnabled(bool(text.strip())))
        self.setMinimumWidth(theme.px(420))
        self.reason.setFocus()
        self.accepted.connect(self._answer)

    def _answer(self) -> None:
        scope = Scope.ONE if self.scope.isHidden() else Scope(self.scope.currentData())
        self.answered.emit(self.reason.text().strip(), scope)


class LeaveDialog(QDialog):
    """使用登记: how many came, the equipment, problems."""

    answered = Signal(int, str, str)

    def __init__(self, row: BookingRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("使用登记")
        layout = QVBoxLayout(self)
        layout.addWidget(label(f"{title_of(row)}\n{when_text(row)}", "nextStep", wrap=True))
        form = Form()
        self.people = QSpinBox(maximum=9999, value=row.people, suffix=" 人")
        form.add("实到人数", self.people)
        self.equipment = QComboBox(editable=True)
        self.equipment.addItems(["完好", "有损坏", "有缺失", "未清洁"])
        form.add("设备情况", self.equipment)
        self.problems = QPlainTextEdit()
        self.problems.setTabChangesFocus(True)
        self.problems.setFixedHeight(theme.px(80))
        form.add("问题", self.problems)
        layout.addWidget(form)
        self.ok = _buttons(self, layout, "登记（Ctrl+Enter）", "返回（Esc）")
        self.accepted.connect(self._answer)
        self.people.selectAll()
        self.people.setFocus()

    def _answer(self) -> None:
        text = self.problems.toPlainText().strip()
        self.answered.emit(self.people.value(), self.equipment.currentText().strip(), text)


class ScopeDialog(QDialog):
    """One of a series was dragged: only this one, this and those that follow, or all that have not begun."""

    answered = Signal(object)  # Scope

    def __init__(self, sentence: str, reach: Reach, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("循环预约")
        layout = QVBoxLayout(self)
        layout.addWidget(label(sentence, "nextStep", wrap=True))
        self.buttons: dict[Scope, QPushButton] = {}
        for key, (scope, title) in enumerate(reach.titles("只改这一场", "改"), 1):
            button = self.buttons[scope] = QPushButton(f"{key}　{title}")
            button.setShortcut(str(key))
            button.clicked.connect(lambda _=False, scope=scope: self._answer(scope))
            layout.addWidget(button)
        self.leave = QPushButton("不改（Esc）")
        layout.addWidget(self.leave)
        self.leave.clicked.connect(self.reject)
        self.buttons[Scope.ONE].setFocus()

    def _answer(self, scope: Scope) -> None:
        self.accept()
        self.answered.emit(scope)


def _buttons(dialog: QDialog, layout: QVBoxLayout, yes: str, no: str) -> QPushButton:
    buttons = QDialogButtonBox()
    ok = buttons.addButton(yes, QDialogButtonBox.ButtonRole.AcceptRole)
    ok.setShortcut(Qt.Modifier.CTRL | Qt.Key.Key_Return)
    buttons.addButton(no, QDialogButtonBox.ButtonRole.RejectRole)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    layout.addWidget(buttons)
    return ok
