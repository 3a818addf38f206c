"""The one field in which somebody is looked for: card reader, number, phone, name, or the last four places."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from db.clock import business_date
from db.errors import RuleBroken
from db.people.identity import Identity, guess_type, read_id
from db.people.queries import PersonRow, find_by_name, find_by_number, find_by_phone, find_by_tail
from db.people.rules import ID_TITLES, IdType, PersonDetails, age_on
from db.people.scanned import Card, Sought, read_card, sort_of
from db.text import code
from desktop.shell.desk import Desk

HINT = "刷卡，或输入证件号、手机号、姓名、后四位，按回车查找；没有证件按 Alt+N 直接登记"
MOST_SHOWN = 5
_QUERIES = {Sought.TAIL: find_by_tail, Sought.PHONE: find_by_phone, Sought.NAME: find_by_name}


class Seek(QWidget):
    """Looks for a person; answers with a row that was found or with details to begin a new one.

    Enter only ever looks: nothing is chosen or sent by the Enter that a scanner types after a number.
    """

    found = Signal(object, str)  # PersonRow; what was typed after Enter, before the answer came
    unknown = Signal(object, str)  # PersonDetails

    def __init__(self, desk: Desk, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.field = QLineEdit()
        self.field.setObjectName("seek")
        self.field.setPlaceholderText(placeholder)
        self.field.setAccessibleName(placeholder)
        self.field.setClearButtonEnabled(True)
        self.hint = QLabel(HINT)
        self.hint.setObjectName("hint")
        self.hint.setWordWrap(True)
        self.matches = QListWidget()
        self.matches.setObjectName("matches")
        self.matches.setAccessibleName("找到的人，上下键选择，回车确定")
        self.matches.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self.field, self.hint, self.matches):
            layout.addWidget(widget)
        self._typed = PersonDetails("")
        self._looked = ""
        self.field.textChanged.connect(self._preview)
        self.field.returnPressed.connect(self.look)
        self.matches.itemActivated.connect(self._choose)
        self.setFocusProxy(self.field)

    def clear(self) -> None:
        """Empty, as for the next person: whoever is still being looked for is not them."""
        self._desk.forget(self, "look")
        with QSignalBlocker(self.field):
            self.field.clear()
        self._forget_matches()
        self._tell(HINT)

    def look(self) -> None:
        """Look for whom the text means."""
        text = self.field.text()
        self._looked = text
        sort = sort_of(text)
        if sort is Sought.NOTHING:
            self._tell(HINT)
        elif sort is Sought.ID:
            self._look_for_number(text, read_card(text))
        else:
            self._typed = _begun(sort, text)
            self._ask(_QUERIES[sort], text, lambda rows: self._answer(sort, text, rows))

    def look_for(self, card: Card) -> None:
        """Look for the holder of a card that was read elsewhere on the page."""
        with QSignalBlocker(self.field):
            self.field.setText(card.number)
        self._looked = card.number
        self._look_for_number(card.number, card)

    def _look_for_number(self, text: str, card: Card | None) -> None:
        try:
            identity = self._identity(text, card)
        except RuleBroken as refusal:
            self._tell(refusal.sentence, "bad")
            self.field.selectAll()
            return
        name, address = (card.name, card.address) if card else ("", "")
        self._typed = PersonDetails(name, identity.type, identity.number, address=address)
        self._ask(find_by_number, identity.number, lambda rows: self._answer(Sought.ID, text, rows))

    def _identity(self, text: str, card: Card | None) -> Identity:
        number = card.number if card else code(text)
        kind = card.id_type if card else guess_type(number) or _likely(number)
        return read_id(kind, number, business_date(self._desk.now()))

    def _ask(
        self, query: Callable[..., tuple[PersonRow, ...]], text: str, then: Callable[[tuple[PersonRow, ...]], None]
    ) -> None:
        self._desk.ask(self, query, self._desk.hall.vault, self._desk.centre_id, text, then=then, topic="look")

    def _answer(self, sort: Sought, text: str, rows: Sequence[PersonRow]) -> None:
        if not self.field.text().startswith(self._looked):
            return  # another text stands there by now: nobody was chosen by it
        only = rows[0] if len(rows) == 1 and (sort is not Sought.NAME or rows[0].name == text.strip()) else None
        if only is not None:
            self.found.emit(only, self._typed_after())
        elif rows:
            self._show(rows, offer_new=sort is not Sought.TAIL)
        elif sort is Sought.TAIL:
            self._tell(f"没有来过后四位是 {code(text)} 的人，请刷卡或输入完整证件号。", "warn")
            self.field.selectAll()
        else:
            self.unknown.emit(self._typed, self._typed_after())

    def _typed_after(self) -> str:
        text = self.field.text()
        return text[len(self._looked) :] if text.startswith(self._looked) else ""

    def _show(self, rows: Sequence[PersonRow], *, offer_new: bool) -> None:
        self._forget_matches()
        for row in rows:
            entry = QListWidgetItem(self._line(row))
            entry.setData(Qt.ItemDataRole.UserRole, row)
            self.matches.addItem(entry)
        if offer_new:
            self.matches.addItem("＋ 都不是，新登记一位")
        height = self.matches.sizeHintForRow(0) * min(self.matches.count(), MOST_SHOWN) + 6
        self.matches.setFixedHeight(height)
        self.matches.setCurrentRow(0)
        self.matches.show()
        self.matches.setFocus()
        self._tell(f"找到 {len(rows)} 位，上下键选择，回车确定")

    def _line(self, row: PersonRow) -> str:
        facts = [row.name]
        if row.birthday is not None:
            facts.append(f"{row.sex} {age_on(row.birthday, business_date(self._desk.now()))} 岁")
        facts += [text for text in (row.id_masked, row.phone_masked, row.address_masked) if text]
        return "　".join(facts)

    def _choose(self, entry: QListWidgetItem) -> None:
        row = entry.data(Qt.ItemDataRole.UserRole)
        self._forget_matches()
        if row is None:
            self.unknown.emit(self._typed, "")
        else:
            self.found.emit(row, "")

    def _forget_matches(self) -> None:
        self.matches.clear()
        self.matches.hide()

    def _preview(self, text: str) -> None:
        """Birthday, sex and age the moment a number is whole; what is wrong with it, too."""
        self._forget_matches()
        number = code(text)
        if len(number) < 18 or sort_of(text) is not Sought.ID:
            self._tell(HINT)
            return
        try:
            identity = self._identity(text, read_card(text))
        except RuleBroken as refusal:
            self._tell(refusal.sentence, "bad")
            return
        self._tell(f"{facts_of(identity, self._desk)}　按回车确定", "bad" if identity.warning else "good")

    def _tell(self, sentence: str, tone: str = "") -> None:
        self.hint.setText(sentence)
        retone(self.hint, tone)


def facts_of(identity: Identity, desk: Desk) -> str:
    """What a number says of its holder: 女　68 岁　1958-03-12 生."""
    if identity.birthday is None:
        return f"{ID_TITLES[identity.type]}　{identity.warning}" if identity.type is not IdType.NONE else ""
    age = age_on(identity.birthday, business_date(desk.now()))
    return f"{identity.sex}　{age} 岁　{identity.birthday.isoformat()} 生"


def retone(widget: QWidget, tone: str) -> None:
    """Give a widget another tone of the style sheet (good, warn, bad, or none)."""
    if widget.property("tone") != tone:
        widget.setProperty("tone", tone)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def _begun(sort: Sought, text: str) -> PersonDetails:
    if sort is Sought.PHONE:
        return PersonDetails("", IdType.RESIDENT, phone=code(text))
    return PersonDetails(text.strip() if sort is Sought.NAME else "", IdType.RESIDENT)


def _likely(number: str) -> IdType:
    """What somebody meant by a number that fits nothing: digits are an ID, letters a passport."""
    return IdType.PASSPORT if len(number) < 15 and not number.isdigit() else IdType.RESIDENT
