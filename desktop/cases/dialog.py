"""The dialog of a move: asks what the change needs, does it, and stays open with its content when it is refused."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from db.cases.actions import Moved
from db.cases.needs import NEEDS, Need
from db.cases.queries import CaseSheet
from db.cases.status import Status, Verb
from db.clock import business_date
from db.errors import Refusal
from desktop.cases.answers import Answer
from desktop.cases.meanwhile import twice
from desktop.cases.verbs import Button
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.tone import retone
from desktop.widgets.words import label


def needs_of(sheet: CaseSheet, verb: Verb) -> tuple[Need, ...]:
    """What the dialog asks of this case: the day of 上级受理 only where the case has been handed on."""
    found = NEEDS.get(verb, ())
    if verb is Verb.ACCEPT and sheet.row.status is not Status.TRANSFERRED:
        return ()
    if verb is Verb.INSTANT:
        return tuple(need for need in found if need.name != "delivered")
    return found


class MoveDialog(QDialog):
    """One change of one case. Ctrl+Enter does it, Esc leaves it."""

    done_with = Signal(object)  # Moved

    def __init__(self, desk: Desk, sheet: CaseSheet, button: Button, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.sheet, self.button = desk, sheet, button
        self.setWindowTitle(f"{button.title} — {sheet.row.number}")
        wide = any(need.name == "materials" for need in needs_of(sheet, button.verb))
        self.setMinimumWidth(theme.px(860 if wide else 560))
        layout = QVBoxLayout(self)
        layout.setSpacing(theme.px(10))
        head = label(f"{sheet.row.applicant} · {sheet.row.item_name}", "sectionTitle", wrap=True)
        layout.addWidget(head)
        today = business_date(desk.now())
        self.answers = [
            Answer(need, today, sheet.materials, self._given(need), self._check)
            for need in needs_of(sheet, button.verb)
        ]
        layout.addLayout(self._form())
        if not self.answers:
            layout.addWidget(label(f"确认{button.title}？", wrap=True))
        if button.prints:
            layout.addWidget(label(f"完成后打印：{button.prints}", "hint", wrap=True))
        self.trouble = label("", "hint", wrap=True)
        retone(self.trouble, "bad")
        layout.addWidget(self.trouble)
        self.ok = self._buttons(layout)
        self._check()
        if self.answers:
            self.answers[0].widget.setFocus()
        self._twice = twice(self, desk, sheet, self._twin, self._adopt, self._failed)

    def _twin(self, sheet: CaseSheet) -> QWidget:
        return MoveDialog(self.desk, sheet, self.button, self)

    def _adopt(self, sheet: CaseSheet) -> None:
        self.sheet = sheet
        self.ok.setEnabled(True)
        self.go()

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.setVerticalSpacing(theme.px(8))
        for answer in self.answers:
            title = QLabel(f"{answer.need.label}{' *' if answer.need.required and answer.need.unless is None else ''}")
            title.setBuddy(answer.widget)
            answer.widget.setAccessibleName(answer.need.label)
            if answer.need.name == "materials":
                form.addRow(answer.widget)
            else:
                form.addRow(title, answer.widget)
        return form

    def _buttons(self, layout: QVBoxLayout) -> Any:
        box = QDialogButtonBox()
        ok = box.addButton(f"{self.button.title}（Ctrl+Enter）", QDialogButtonBox.ButtonRole.AcceptRole)
        ok.setObjectName("primary")
        ok.setShortcut(Qt.Modifier.CTRL | Qt.Key.Key_Return)
        ok.setDefault(True)
        box.addButton("取消（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        box.accepted.connect(self.go)
        box.rejected.connect(self.reject)
        layout.addWidget(box)
        return ok

    def _given(self, need: Need) -> str:
        """What the hall knows already."""
        known = {"agency": self.sheet.row.agency or self.sheet.forward_to}
        if self.button.verb is Verb.TRANSFER:
            return known.get(need.name, "")
        return need.hint if need.name == "basis" and self.button.verb is Verb.REFUSE else ""

    def _texts(self) -> dict[str, str]:
        return {each.need.name: value for each in self.answers if isinstance(value := each.read(), str)}

    def _check(self) -> None:
        """The button may be pressed when what must be answered is; the trouble of a refusal goes with the next edit."""
        if not hasattr(self, "ok"):
            return
        texts = self._texts()
        missing = [each.need.label for each in self.answers if each.need.wanted(texts) and not each.filled()]
        self.ok.setEnabled(not missing)
        self.ok.setToolTip(f"还要填：{'、'.join(missing)}" if missing else "")
        self.trouble.setText("")

    def go(self) -> None:
        """Do it off the window's thread; close when it is done."""
        if not self.ok.isEnabled():
            return
        self.ok.setEnabled(False)
        values = {each.need.name: each.read() for each in self.answers}
        row = self.sheet.row
        self.desk.do(
            self,
            self.button.action,
            then=self._done,
            failed=self._refused,
            case_id=row.id,
            version=row.version,
            **values,
        )

    def _done(self, moved: Moved) -> None:
        self.done_with.emit(moved)
        self.accept()

    def _refused(self, refusal: Refusal) -> None:
        if not self._twice.meets(refusal):
            self._failed(refusal)

    def _failed(self, refusal: Refusal) -> None:
        self.ok.setEnabled(True)
        self.trouble.setText(refusal.sentence)
