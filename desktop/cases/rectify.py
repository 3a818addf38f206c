"""更正: what was done wrong is taken back or put right; the paper is voided and issued anew, both stay visible."""

from datetime import date
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from db.cases.actions import Correction, Intake, Moved, rectify
from db.cases.machine import RECTIFY_TITLES, Rectify
from db.cases.queries import CaseSheet, find_people
from db.clock import business_date
from db.errors import Refusal
from desktop.cases.answers import OptionalDay
from desktop.cases.meanwhile import twice
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.inputs import SEEKING
from desktop.widgets.tone import retone
from desktop.widgets.words import label

_WAIT_MS = 200


class RectifyDialog(QDialog):
    """Asks what to take back and why; for wrong facts also who and when. Ctrl+Enter does it.

    Made only for a case with something to put right: `rectifications` has one without a refusal.
    """

    done_with = Signal(object)  # Moved

    def __init__(self, desk: Desk, sheet: CaseSheet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.sheet = desk, sheet
        self.person_id: UUID | None = None
        self.setWindowTitle(f"更正 — {sheet.row.number}")
        self.setMinimumWidth(theme.px(560))
        layout = QVBoxLayout(self)
        layout.addWidget(label(f"{sheet.row.applicant} · {sheet.row.item_name}", "sectionTitle", wrap=True))
        self.choice = QButtonGroup(self)
        self.radios: dict[Rectify, QRadioButton] = {}
        for what in (what for what, refusal in sheet.rectifications if not refusal):
            radio = QRadioButton(RECTIFY_TITLES[what])
            self.choice.addButton(radio)
            self.radios[what] = radio
            layout.addWidget(radio)
        self.facts = self._facts()
        layout.addWidget(self.facts)
        layout.addWidget(label("更正的原因 *（印在作废的回执上）", "hint"))
        self.reason = QPlainTextEdit()
        self.reason.setAccessibleName("更正的原因")
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(theme.px(64))
        layout.addWidget(self.reason)
        layout.addWidget(label("原回执作废、重开新回执，两张都留在台账里。", "hint", wrap=True))
        self.trouble = label("", "hint", wrap=True)
        retone(self.trouble, "bad")
        layout.addWidget(self.trouble)
        self._buttons(layout)
        self._start()
        self._twice = twice(self, desk, sheet, self._twin, self._adopt, self._failed)

    def _twin(self, sheet: CaseSheet) -> QWidget:
        if any(not refusal for _, refusal in sheet.rectifications):
            return RectifyDialog(self.desk, sheet, self)
        return QWidget(self)  # nothing can be put right any more: the facts say why, the hall refuses

    def _adopt(self, sheet: CaseSheet) -> None:
        self.sheet = sheet
        self.go()

    def _facts(self) -> QWidget:
        home = QWidget()
        form = QFormLayout(home)
        form.setContentsMargins(theme.px(24), 0, 0, 0)
        self.who = QLineEdit()
        self.who.setPlaceholderText("换申请人：输入证件号或姓名（先在窗口登记过）")
        self.who.setAccessibleName("换申请人")
        self.who.setProperty(SEEKING, True)
        self.people = QListWidget()
        self.people.setAccessibleName("找到的人")
        self.people.setFixedHeight(theme.px(84))
        self.people.hide()
        self.accepted_on = OptionalDay(self.sheet.accepted_on or business_date(self.desk.now()))
        self.accepted_on.setAccessibleName("更正受理日期")
        self.accepted_on.setEnabled(self.sheet.accepted_on is not None)
        self._soon = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._soon.timeout.connect(self._seek)
        self.who.textChanged.connect(lambda: self._soon.start())
        self.people.currentItemChanged.connect(self._chosen)
        form.addRow("申请人", self.who)
        form.addRow("", self.people)
        form.addRow("受理日期", self.accepted_on)
        return home

    def _buttons(self, layout: QVBoxLayout) -> None:
        box = QDialogButtonBox()
        self.ok = box.addButton("更正（Ctrl+Enter）", QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setObjectName("primary")
        self.ok.setShortcut(Qt.Modifier.CTRL | Qt.Key.Key_Return)
        box.addButton("取消（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        box.accepted.connect(self.go)
        box.rejected.connect(self.reject)
        layout.addWidget(box)

    def _start(self) -> None:
        first = next(iter(self.radios.values()))
        first.setChecked(True)
        first.setFocus()
        self.choice.buttonClicked.connect(lambda _: self._check())
        self.reason.textChanged.connect(self._check)
        self._check()

    def what(self) -> Rectify:
        """What is chosen."""
        return next(what for what, radio in self.radios.items() if radio.isChecked())

    def go(self) -> None:
        """Do it; the dialog closes when it is done and says why when it is not."""
        what, row = self.what(), self.sheet.row
        correction = self._correction() if what is Rectify.FACTS else None
        self.ok.setEnabled(False)
        self.desk.do(
            self,
            rectify,
            then=self._done,
            failed=self._refused,
            case_id=row.id,
            version=row.version,
            what=what,
            reason=self.reason.toPlainText(),
            correction=correction,
        )

    def _correction(self) -> Correction:
        sheet = self.sheet
        intake = None
        if self.person_id is not None:
            intake = Intake(
                person_id=self.person_id,
                item_version_id=sheet.item_version_id,
                agent_id=sheet.agent_id,
                agent_relation=sheet.agent_relation,
            )
        day: date | None = self.accepted_on.value()
        return Correction(intake=intake, accepted_on=day)

    def _seek(self) -> None:
        text = self.who.text().strip()
        self.person_id = None
        if not text:
            self.people.hide()
            return
        desk = self.desk
        desk.ask(self, find_people, desk.hall.vault, desk.centre_id, text, then=self._found, topic="people")

    def _found(self, people: tuple[tuple[UUID, str], ...]) -> None:
        self.people.clear()
        for person_id, title in people:
            item = QListWidgetItem(title)
            item.setData(Qt.ItemDataRole.UserRole, person_id)
            self.people.addItem(item)
        if not people:
            nobody = QListWidgetItem("没有找到；请先在窗口页登记这个人")
            nobody.setFlags(Qt.ItemFlag.NoItemFlags)
            self.people.addItem(nobody)
        self.people.show()

    def _chosen(self, item: QListWidgetItem | None) -> None:
        self.person_id = item.data(Qt.ItemDataRole.UserRole) if item is not None else None

    def _check(self) -> None:
        facts = self.what() is Rectify.FACTS
        self.facts.setVisible(facts)
        ready = bool(self.reason.toPlainText().strip())
        self.ok.setEnabled(ready)
        self.ok.setToolTip("" if ready else "请填写更正的原因")
        self.trouble.setText("")

    def _done(self, moved: Moved) -> None:
        self.done_with.emit(moved)
        self.accept()

    def _refused(self, refusal: Refusal) -> None:
        if not self._twice.meets(refusal):
            self._failed(refusal)

    def _failed(self, refusal: Refusal) -> None:
        self.ok.setEnabled(True)
        self.trouble.setText(refusal.sentence)
