"""Correcting who somebody is: a name typed wrong, a new phone, a new address. The ID number stays: it is how they are found."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from db.errors import Refusal
from db.people.actions import update_person
from db.people.queries import PersonRow, get_person
from db.people.rules import ID_TITLES
from desktop.counter.seek import retone
from desktop.shell.desk import Desk
from desktop.shell.twice import Twice


class CorrectDialog(QDialog):
    """Fields that are left empty stay as they were; what is stored stays masked."""

    corrected = Signal()

    def __init__(self, desk: Desk, person: PersonRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._person = person
        self.setWindowTitle("更正资料")
        self.setMinimumWidth(440)
        self.name = QLineEdit(person.name)
        self.phone = QLineEdit()
        self.phone.setPlaceholderText(f"{person.phone_masked or '没有登记'}（不改就空着）")
        self.address = QLineEdit()
        self.address.setPlaceholderText(f"{person.address_masked or '没有登记'}（不改就空着）")
        for field, title in ((self.name, "姓名"), (self.phone, "电话"), (self.address, "住址")):
            field.setAccessibleName(title)
        self.fault = QLabel()
        self.fault.setObjectName("hint")
        self.fault.setWordWrap(True)
        retone(self.fault, "bad")
        buttons = QDialogButtonBox()
        buttons.addButton("保存", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("取消", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.save)
        buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.addRow("姓名", self.name)
        form.addRow(ID_TITLES[person.id_type], QLabel(person.id_masked or "—"))
        form.addRow("电话", self.phone)
        form.addRow("住址", self.address)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.fault)
        layout.addWidget(buttons)
        self._twice: Twice[PersonRow] = Twice(
            self, desk, read=lambda session: get_person(session, desk.hall.vault, desk.centre_id, person.id),
            twin=lambda row: CorrectDialog(desk, row, self), adopt=self._adopt, failed=self._failed,
            facts=(person, _facts),
        )  # fmt: skip

    def _adopt(self, person: PersonRow) -> None:
        self._person = person
        self.save()

    def save(self) -> None:
        """Keep it; a refusal is shown here and nothing typed is lost."""
        self._desk.do(
            self, update_person, person_id=self._person.id, name=self.name.text(), phone=self.phone.text(),
            address=self.address.text(), version=self._person.version, then=self._kept, failed=self._refused,
        )  # fmt: skip

    def _kept(self, _person_id: object) -> None:
        self.corrected.emit()
        self.accept()

    def _refused(self, refusal: Refusal) -> None:
        if not self._twice.meets(refusal):
            self._failed(refusal)

    def _failed(self, refusal: Refusal) -> None:
        self.fault.setText(refusal.sentence)


def _facts(row: PersonRow) -> dict[str, str]:
    """What is masked in the form."""
    return {"登记的电话": row.phone_masked, "登记的住址": row.address_masked}
