"""The small dialogs beside the moves: numbers of other systems, the next step of 代办."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from db.cases.actions import Moved, set_numbers, set_proxy
from db.cases.queries import CaseSheet
from db.cases.status import ProxyStep
from db.errors import Refusal
from desktop.cases.meanwhile import twice
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.form import Form

_NEXT = {
    "": ProxyStep.COMMISSIONED,
    ProxyStep.COMMISSIONED: ProxyStep.COLLECTED,
    ProxyStep.COLLECTED: ProxyStep.UNDERWAY,
    ProxyStep.UNDERWAY: ProxyStep.GIVEN_BACK,
}


class SideDialog(QDialog):
    """A form with one button; stays open with its content when it is refused. Ctrl+Enter does it."""

    done_with = Signal(object)  # Moved

    def __init__(self, desk: Desk, sheet: CaseSheet, title: str, button: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.sheet = desk, sheet
        self.setWindowTitle(f"{title} — {sheet.row.number}")
        self.setMinimumWidth(theme.px(480))
        self.form = Form()
        layout = QVBoxLayout(self)
        layout.addWidget(self.form)
        box = QDialogButtonBox()
        self.ok = box.addButton(f"{button}（Ctrl+Enter）", QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setObjectName("primary")
        self.ok.setShortcut(Qt.Modifier.CTRL | Qt.Key.Key_Return)
        box.addButton("取消（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        box.accepted.connect(self.go)
        box.rejected.connect(self.reject)
        layout.addWidget(box)

    def go(self) -> None:
        """Do it."""
        raise NotImplementedError

    def begin(self) -> None:
        """The fields are filled."""
        self._twice = twice(self, self.desk, self.sheet, self._twin, self._adopt, self.failed)

    def _twin(self, sheet: CaseSheet) -> QWidget:
        return type(self)(self.desk, sheet, self)  # type: ignore[call-arg, arg-type]  # as the subclasses take them

    def _adopt(self, sheet: CaseSheet) -> None:
        self.sheet = sheet
        self.go()

    def done_well(self, moved: Moved) -> None:
        """It is done: tell, and close."""
        self.done_with.emit(moved)
        self.accept()

    def refused(self, refusal: Refusal) -> None:
        """It was refused: say why, or what somebody else did meanwhile."""
        if not self._twice.meets(refusal):
            self.failed(refusal)

    def failed(self, refusal: Refusal) -> None:
        """Say why under the form."""
        self.form.complain(refusal.sentence)


class NumbersDialog(SideDialog):
    """省网申报号 and 12345工单号."""

    def __init__(self, desk: Desk, sheet: CaseSheet, parent: QWidget | None = None) -> None:
        super().__init__(desk, sheet, "外部编号", "保存", parent)
        self.external: QLineEdit = self.form.line("省网申报号", sheet.external_number)
        self.hotline: QLineEdit = self.form.line("12345工单号", sheet.hotline_number)
        self.begin()

    def go(self) -> None:
        row = self.sheet.row
        self.desk.do(
            self,
            set_numbers,
            then=self.done_well,
            failed=self.refused,
            case_id=row.id,
            version=row.version,
            external_number=self.external.text(),
            hotline_number=self.hotline.text(),
        )


class ProxyDialog(SideDialog):
    """The next step of 代办; the first one names whoever is logged in and prints the 代办委托书."""

    def __init__(self, desk: Desk, sheet: CaseSheet, parent: QWidget | None = None) -> None:
        self.step = _NEXT.get(sheet.proxy_step, ProxyStep.GIVEN_BACK)
        super().__init__(desk, sheet, f"代办：{self.step}", f"登记“{self.step}”", parent)
        hints = {
            ProxyStep.COMMISSIONED: "由您担任代办员，打印《代办委托书》请委托人签字。",
            ProxyStep.COLLECTED: "材料已从委托人处收齐、当面清点。",
            ProxyStep.UNDERWAY: "已送到办理单位，正在办。",
            ProxyStep.GIVEN_BACK: "结果和材料已交回委托人，并已签收。",
        }
        self.note: QLineEdit = self.form.line("说明", hint=hints[self.step])
        self.begin()

    def go(self) -> None:
        row = self.sheet.row
        self.desk.do(
            self,
            set_proxy,
            then=self.done_well,
            failed=self.refused,
            case_id=row.id,
            version=row.version,
            step=self.step,
            note=self.note.text(),
        )
