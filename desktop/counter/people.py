"""The band of people: whom the case is for, and who came in their place."""

from datetime import timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from db.cases.returning import EarlierCase, Return, history
from db.people.queries import PersonRow, get_person
from db.people.rules import RELATIONS
from db.people.scanned import Card
from desktop.counter.correct import CorrectDialog
from desktop.counter.form import Party
from desktop.counter.party import PartyEditor
from desktop.counter.suggest import line_of, suggestions
from desktop.counter.unmask import UnmaskDialog
from desktop.shell.desk import Desk
from desktop.shell.theme import px

REUSE_DAYS = 365
"""Papers found good within this time are offered again; a default of this programme, the clerk decides."""
NOBODY = Return((), ())


class PeopleBand(QWidget):
    """Applicant always, 代办人 when somebody else came."""

    changed = Signal()
    returned = Signal(object)  # Return of the applicant
    again = Signal(object)  # EarlierCase
    advanced = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.applicant = PartyEditor(desk, "服务对象：刷身份证，或输入证件号、手机号、姓名、后四位")
        self.agent = PartyEditor(desk, "代办人：刷身份证，或输入证件号、手机号、姓名、后四位")
        self.relation = suggestions(RELATIONS, "是服务对象的…")
        self.relation.setMinimumWidth(px(160))
        self.relation.setAccessibleName("代办人与服务对象的关系")
        self.agent_box = QWidget()
        self.history = NOBODY
        self._asked_for: PersonRow | None = None
        self._lay_out()
        self.applicant.changed.connect(self._applicant_changed)
        self.agent.changed.connect(self.changed)
        self.relation.currentTextChanged.connect(self.changed)
        line_of(self.relation).returnPressed.connect(lambda: self.advanced.emit(""))
        self.applicant.advanced.connect(self.advanced)
        self.agent.advanced.connect(lambda _ahead: self.relation.setFocus())
        self.applicant.card.again.connect(self.again)
        for editor in (self.applicant, self.agent):
            editor.card.unmask_wanted.connect(self._unmask)
            editor.card.correct_wanted.connect(lambda row, editor=editor: self._correct(row, editor))

    @property
    def parties(self) -> tuple[Party | None, Party | None]:
        """Applicant and 代办人, each None until settled."""
        return self.applicant.party, self.agent.party if self.with_agent else None

    @property
    def with_agent(self) -> bool:
        """Whether somebody else came."""
        return not self.agent_box.isHidden()

    @property
    def agent_relation(self) -> str:
        """What the 代办人 is to the applicant."""
        return self.relation.currentText().strip() if self.with_agent else ""

    def clear(self) -> None:
        """Nobody."""
        self.show_agent(False)
        self.applicant.clear()

    def show_agent(self, on: bool) -> None:
        """Somebody else came, or not after all."""
        if not on:
            self.agent.clear()
            self.relation.setCurrentText("")
        self.agent_box.setVisible(on)
        if on:
            self.agent.focus_first()
        self.changed.emit()

    def take_card(self, card: Card) -> None:
        """A card was read: the first who is still missing is its holder; otherwise the applicant is replaced."""
        if self.with_agent and self.applicant.party is not None and self.agent.party is None:
            self.agent.take_card(card)
        else:
            self.applicant.take_card(card)

    def show_person(self, person_id: object, phone: str = "") -> None:
        """The holder of a ticket, or the person of a draft (with the new phone) or of the case just made."""
        self._read(person_id, self.applicant, phone)

    def show_agent_person(self, person_id: object, phone: str = "") -> None:
        """The 代办人 of a draft."""
        self.show_agent(True)
        self._read(person_id, self.agent, phone)

    def _read(self, person_id: object, editor: PartyEditor, phone: str = "") -> None:
        desk = self._desk

        def show(row: PersonRow | None) -> None:
            if row is not None:
                editor.show_row(row)
                if phone:
                    editor.card.phone.setText(phone)

        desk.ask(editor, get_person, desk.hall.vault, desk.centre_id, person_id, topic="person", then=show)

    def _applicant_changed(self) -> None:
        row = self.applicant.row
        if row is None:
            self._asked_for = None
            self._show_history(NOBODY)
        elif self._asked_for is not row:
            self._asked_for = row
            since = self._desk.now() - timedelta(days=REUSE_DAYS)
            self._desk.ask(self, history, self._desk.centre_id, row.id, since, then=self._show_history, topic="history")
        self.changed.emit()

    def _show_history(self, found: Return) -> None:
        if self.applicant.row is None and found is not NOBODY:
            return
        self.history = found
        if self.applicant.row is not None:
            self.applicant.show_return(found)
        self.returned.emit(found)

    def earlier(self, item_id: object) -> EarlierCase | None:
        """The newest earlier case of the applicant on the same item."""
        return next((case for case in self.history.cases if case.item_id == item_id), None)

    def _unmask(self, row: PersonRow) -> None:
        dialog = UnmaskDialog(self._desk, row, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        QDialog.open(dialog)

    def _correct(self, row: PersonRow, editor: PartyEditor) -> None:
        dialog = CorrectDialog(self._desk, row, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.corrected.connect(lambda: self._read(row.id, editor))
        dialog.open()

    def _lay_out(self) -> None:
        agent = QHBoxLayout(self.agent_box)
        agent.setContentsMargins(0, 4, 0, 0)
        label = QLabel("代办人")
        label.setObjectName("hint")
        agent.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
        agent.addWidget(self.agent, 1)
        agent.addWidget(self.relation, 0, Qt.AlignmentFlag.AlignTop)
        self.agent_box.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.applicant)
        layout.addWidget(self.agent_box)
