"""One person of the intake (服务对象 or 代办人): looked for, found or typed, one of three faces at a time."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from db.cases.returning import Return
from db.people.queries import PersonRow
from db.people.rules import IdType, PersonDetails
from db.people.scanned import Card
from desktop.counter.card import PersonCard
from desktop.counter.form import Party
from desktop.counter.seek import Seek
from desktop.counter.typed import TypedPerson
from desktop.shell.desk import Desk


class PartyEditor(QWidget):
    """Ends in a `Party`, or None as long as nobody is settled."""

    changed = Signal()
    advanced = Signal(str)  # go on to the next band, with what was typed ahead

    def __init__(self, desk: Desk, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.seek = Seek(desk, placeholder)
        self.typed = TypedPerson(desk)
        self.card = PersonCard(desk)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for face in (self.seek, self.typed, self.card):
            layout.addWidget(face)
        self.seek.found.connect(self._found)
        self.seek.unknown.connect(self._unknown)
        self.typed.found.connect(self._met_again)
        self.typed.changed.connect(self.changed)
        self.typed.advanced.connect(lambda: self.advanced.emit(""))
        self.card.changed.connect(self.changed)
        self.card.advanced.connect(lambda: self.advanced.emit(""))
        self._face: QWidget = self.seek
        self._turn(self.seek)

    @property
    def party(self) -> Party | None:
        """Who is settled."""
        if self._face is self.card:
            return self.card.party
        return self.typed.party if self._face is self.typed else None

    @property
    def begun(self) -> PersonDetails | None:
        """What was typed of somebody who is not settled yet (for the draft)."""
        return self.typed.details if self._face is self.typed else None

    @property
    def row(self) -> PersonRow | None:
        """The person in the files, if it is one."""
        return self.card.row if self._face is self.card else None

    def clear(self) -> None:
        """Nobody yet."""
        self.seek.clear()
        self.card.row = None
        self._turn(self.seek)
        self.changed.emit()

    def show_row(self, row: PersonRow) -> None:
        """Somebody from the files."""
        self.card.show_row(row)
        self._turn(self.card)
        self.changed.emit()

    def show_return(self, returned: Return) -> None:
        """What the person shown has been here for."""
        self.card.show_return(returned)

    def show_details(self, details: PersonDetails) -> None:
        """Somebody typed: from a draft."""
        self.typed.load(details)
        self._turn(self.typed)
        self.changed.emit()

    def begin_typed(self) -> None:
        """Register somebody without looking: no paper, or not the person that was found."""
        self._unknown(PersonDetails("", IdType.NONE), "")

    def take_card(self, card: Card) -> None:
        """A card was read: whatever stood here is replaced by its holder."""
        if self._face is self.typed and not self.typed.number.text().strip():
            self.typed.take_card(card)
            self.typed.first_gap().setFocus()
            return
        self.clear()
        self.seek.look_for(card)

    def focus_first(self) -> None:
        """Where typing begins or goes on."""
        if self._face is self.typed:
            self.typed.first_gap().setFocus()
        elif self._face is self.card:
            self.card.phone.setFocus()
        else:
            self.seek.field.setFocus()

    def _found(self, row: PersonRow, ahead: str) -> None:
        self.show_row(row)
        self.advanced.emit(ahead)

    def _unknown(self, details: PersonDetails, ahead: str) -> None:
        self.typed.load(details)
        self._turn(self.typed)
        gap = self.typed.first_gap()
        gap.setFocus()
        if ahead:
            gap.insert(ahead)
        self.changed.emit()

    def _met_again(self, row: PersonRow) -> None:
        """The number that is being typed belongs to somebody who has been here; a new phone is kept."""
        phone = self.typed.phone.text()
        self.show_row(row)
        self.card.phone.setText(phone)
        self.advanced.emit("")

    def _turn(self, face: QWidget) -> None:
        """Show another face; whoever is still being read or looked for is not the one it is about."""
        for asker, topic in ((self, "person"), (self.seek, "look"), (self.typed, "number")):
            self._desk.forget(asker, topic)
        self._face = face
        for each in (self.seek, self.typed, self.card):
            each.setVisible(each is face)
