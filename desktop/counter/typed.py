"""Somebody who is typed in for the first time: name, paper, phone, address."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from db.clock import business_date
from db.errors import RuleBroken
from db.people.identity import Identity, guess_type, read_id
from db.people.queries import PersonRow, find_by_number
from db.people.rules import ID_TITLES, IdType, PersonDetails, read_phone
from db.people.scanned import Card
from db.text import ADDRESS, NAME, clean, code
from desktop.counter.form import Party
from desktop.counter.seek import facts_of, retone
from desktop.shell.desk import Desk


class TypedPerson(QWidget):
    """A short form; it is settled as soon as it is right, there is no button to press."""

    changed = Signal()
    found = Signal(object)  # PersonRow: the number belongs to somebody who has been here
    advanced = Signal()  # Enter in the last field

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.name = _line("姓名")
        self.kind = QComboBox()
        self.kind.setAccessibleName("证件种类")
        for each, title in ID_TITLES.items():
            self.kind.addItem(title, each)
        self.number = _line("证件号码")
        self.phone = _line("手机或固定电话")
        self.address = _line("住址")
        self.facts = QLabel()
        self.facts.setObjectName("hint")
        self.facts.setWordWrap(True)
        self._lay_out()
        for field in (self.name, self.number, self.phone, self.address):
            field.textChanged.connect(self._edited)
            field.returnPressed.connect(self._next)
        self.number.textChanged.connect(self._number_typed)
        self.kind.currentIndexChanged.connect(self._edited)
        self.setFocusProxy(self.name)

    def load(self, details: PersonDetails) -> None:
        """Show details (found nowhere, from a card, or from a draft)."""
        fields = {
            self.name: details.name,
            self.number: details.id_number,
            self.phone: details.phone,
            self.address: details.address,
        }
        for field, text in fields.items():
            with QSignalBlocker(field):
                field.setText(text)
        with QSignalBlocker(self.kind):
            self.kind.setCurrentIndex(self.kind.findData(details.id_type))
        self._edited()

    def take_card(self, card: Card) -> None:
        """A card was read while this form was open."""
        self.load(
            PersonDetails(
                card.name or self.name.text(), card.id_type, card.number, self.phone.text(),
                card.address or self.address.text(),
            )
        )  # fmt: skip
        self._number_typed(card.number)

    @property
    def id_type(self) -> IdType:
        """The chosen kind of paper (Qt gives back a plain text)."""
        return IdType(self.kind.currentData())

    @property
    def details(self) -> PersonDetails:
        """What stands in the fields, right or wrong."""
        kind = self.id_type
        return PersonDetails(self.name.text(), kind, self.number.text(), self.phone.text(), self.address.text())

    @property
    def party(self) -> Party | None:
        """The person, once everything that was typed can be right."""
        try:
            self._read()
        except RuleBroken:
            return None
        return Party(details=self.details)

    def first_gap(self) -> QLineEdit:
        """Where typing goes on."""
        return next((field for field in self._order() if not field.text().strip()), self.address)

    def _read(self) -> Identity:
        identity = read_id(self.id_type, self.number.text(), business_date(self._desk.now()))
        clean(self.name.text(), NAME)
        read_phone(self.phone.text())
        clean(self.address.text(), ADDRESS)
        return identity

    def _edited(self) -> None:
        no_number = self.id_type is IdType.NONE
        self.number.setEnabled(not no_number)
        try:
            identity = self._read()
        except RuleBroken as refusal:
            begun = bool(self.name.text().strip() and (self.number.text().strip() or no_number))
            self._tell(refusal.sentence, "bad" if begun else "")
        else:
            notices = clean(self.name.text(), NAME).notices
            phone = read_phone(self.phone.text()).warning
            doubts = "　".join(text for text in (identity.warning, phone, *notices) if text)
            told = doubts or facts_of(identity, self._desk) or "没有证件，按姓名和电话登记"
            self._tell(told, "warn" if doubts else "good")
        self.changed.emit()

    def _number_typed(self, text: str) -> None:
        """A whole number tells its kind, and may be of somebody who has been here."""
        self._desk.forget(self, "number")  # of the number that stood here before
        kind = guess_type(text)
        if kind is None:
            return
        if len(code(text)) == 18:
            self.kind.setCurrentIndex(self.kind.findData(kind))
        desk = self._desk
        desk.ask(self, find_by_number, desk.hall.vault, desk.centre_id, text, then=self._known, topic="number")

    def _known(self, rows: tuple[PersonRow, ...]) -> None:
        if len(rows) == 1 and rows[0].id_type is not IdType.PASSPORT:
            self.found.emit(rows[0])

    def _next(self) -> None:
        order = self._order()
        at = order.index(self.sender()) if self.sender() in order else 0  # type: ignore[arg-type]
        if at + 1 < len(order):
            order[at + 1].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.advanced.emit()

    def _order(self) -> list[QLineEdit]:
        fields = [self.name, self.number, self.phone, self.address]
        return [field for field in fields if field.isEnabled()]

    def _tell(self, sentence: str, tone: str) -> None:
        self.facts.setText(sentence)
        retone(self.facts, tone)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        number = QHBoxLayout()
        number.setSpacing(6)
        number.addWidget(self.kind)
        number.addWidget(self.number, 1)
        for row, (label, field) in enumerate((("姓名", self.name), ("电话", self.phone))):
            grid.addWidget(QLabel(label), 0, row * 2)
            grid.addWidget(field, 0, row * 2 + 1)
        grid.addWidget(QLabel("证件"), 1, 0)
        grid.addLayout(number, 1, 1, 1, 3)
        grid.addWidget(QLabel("住址"), 2, 0)
        grid.addWidget(self.address, 2, 1, 1, 3)
        grid.addWidget(self.facts, 3, 1, 1, 3)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(3, 2)
        for before, after in (
            (self.name, self.kind),
            (self.kind, self.number),
            (self.number, self.phone),
            (self.phone, self.address),
        ):
            QWidget.setTabOrder(before, after)


def _line(name: str) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName(name)
    return field
