"""A person who was found: who they are, masked, what they have been here for, and what need not be brought again."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from db.cases.returning import EarlierCase, Return
from db.cases.status import OPEN, STATUS_TITLES
from db.clock import business_date, local
from db.people.queries import PersonRow
from db.people.rules import ID_TITLES, age_on
from db.staff.permissions import Permission
from desktop.counter.form import Party
from desktop.shell.desk import Desk
from desktop.shell.theme import px

MOST_SHOWN = 3
AGAIN_KEYS = "ASD"
"""With Alt: Alt and a digit is the window's (it changes the page)."""
ELDERLY = 60
"""老年人 from this age on (老年人权益保障法 §2)."""


class PersonCard(QWidget):
    """Somebody who has been here. A new phone may be typed; the old one stays masked."""

    changed = Signal()
    again = Signal(object)  # EarlierCase: the same item once more
    unmask_wanted = Signal(object)  # PersonRow
    correct_wanted = Signal(object)  # PersonRow
    advanced = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.row: PersonRow | None = None
        self.name = QLabel()
        self.name.setObjectName("personName")
        self.name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.facts = QLabel()
        self.numbers = QLabel()
        self.numbers.setObjectName("hint")
        self.unmask = QPushButton("查看完整信息…")
        self.unmask.setObjectName("link")
        self.unmask.setToolTip("需填写原因，并记入日志")
        self.unmask.setEnabled(desk.may(Permission.PERSON_UNMASK))
        self.unmask.clicked.connect(lambda: self.unmask_wanted.emit(self.row))
        self.correct = QPushButton("更正…")
        self.correct.setObjectName("link")
        self.correct.setToolTip("改姓名、电话、住址")
        self.correct.setEnabled(desk.may(Permission.PERSON_EDIT))
        self.correct.clicked.connect(lambda: self.correct_wanted.emit(self.row))
        self.phone = QLineEdit()
        self.phone.setAccessibleName("新的电话，不变就不用填")
        self.phone.setMinimumWidth(px(196))
        self.phone.setMaximumWidth(px(220))
        self.phone.textChanged.connect(self.changed)
        self.phone.returnPressed.connect(self.advanced)
        self._earlier = [self._line(at) for at in range(MOST_SHOWN)]
        self.visits = QLabel()
        self.visits.setObjectName("hint")
        self._cases: tuple[EarlierCase, ...] = ()
        self._compact = False
        self._tight = False
        self._lay_out()

    def show_row(self, row: PersonRow) -> None:
        """Show somebody; what they have been here for comes with `show_return`."""
        self.row = row
        self.name.setText(row.name)
        told = [ID_TITLES[row.id_type]] if row.birthday is None else [str(row.sex), self._age(row), self._born(row)]
        self.facts.setText("　".join(text for text in told if text))
        self.numbers.setText("　".join(text for text in (row.id_masked, row.address_masked) if text))
        self.phone.clear()
        self.phone.setPlaceholderText(f"{row.phone_masked}（换号请填）" if row.phone_masked else "补填电话")
        self.unmask.setEnabled(self._desk.may(Permission.PERSON_UNMASK) and bool(row.id_masked or row.phone_masked))
        self.show_return(Return((), ()))
        self.visits.setText("　")  # nobody knows yet: not “第一次”

    def show_return(self, returned: Return) -> None:
        """Show earlier cases and how many papers can be used again."""
        self._cases = returned.cases
        papers = f"，{len(returned.papers)} 份材料可以沿用" if returned.papers else ""
        self.visits.setText(f"以前办过{self._count()}{papers}" if returned.cases else "第一次来办事")
        for at, button in enumerate(self._earlier):
            case = returned.cases[at] if at < len(returned.cases) else None
            if case is not None:
                running = "（还在办）" if case.status in OPEN else ""
                day = local(case.received_at).strftime("%Y-%m-%d")
                button.setText(
                    f"{day}　{case.item_name}　{STATUS_TITLES[case.status]}{running}　再办 Alt+{AGAIN_KEYS[at]}"
                )
                button.setToolTip(f"办件编号 {case.number}，按 Alt+{AGAIN_KEYS[at]} 再办一次这个事项")
        self._show_earlier()

    def compact(self, on: bool) -> None:
        """With an item chosen the earlier cases make room for the papers."""
        self._compact = on
        self._show_earlier()

    def tighten(self, on: bool) -> None:
        """In a tight window only the name and age stay once an item is chosen."""
        self._tight = on
        self._show_earlier()

    def _show_earlier(self) -> None:
        for widget in (self.phone, self.numbers, self.unmask, self.correct, self.visits):
            widget.setVisible(not (self._tight and self._compact))
        for at, button in enumerate(self._earlier):
            button.setVisible(at < len(self._cases) and not self._compact)

    def again_at(self, at: int) -> None:
        """The key for the n-th earlier case (from 0) was pressed."""
        if at < min(len(self._cases), MOST_SHOWN):
            self.again.emit(self._cases[at])

    @property
    def party(self) -> Party | None:
        """Who is shown."""
        return None if self.row is None else Party(self.row, phone=self.phone.text())

    def _age(self, row: PersonRow) -> str:
        if row.birthday is None:
            return ""
        age = age_on(row.birthday, business_date(self._desk.now()))
        return f"{age} 岁（老年人）" if age >= ELDERLY else f"{age} 岁"

    def _count(self) -> str:
        """How many cases are shown, and whether something is still under way."""
        running = sum(case.status in OPEN for case in self._cases)
        return f" {len(self._cases)} 件" + (f"（{running} 件还在办）" if running else "")

    @staticmethod
    def _born(row: PersonRow) -> str:
        return f"{row.birthday.isoformat()} 生" if row.birthday else ""

    def _line(self, at: int) -> QPushButton:
        button = QPushButton()
        button.setObjectName("earlier")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.again_at(at))
        button.hide()
        return button

    def _lay_out(self) -> None:
        who = QHBoxLayout()
        who.setSpacing(12)
        who.addWidget(self.name)
        self.facts.setWordWrap(True)
        who.addWidget(self.facts, 1)
        who.addWidget(self.phone)
        numbers = QHBoxLayout()
        self.numbers.setWordWrap(True)
        numbers.addWidget(self.numbers, 1)
        numbers.addWidget(self.unmask)
        numbers.addWidget(self.correct)
        lines = QVBoxLayout()
        lines.setSpacing(0)
        for button in self._earlier:
            lines.addWidget(button, alignment=Qt.AlignmentFlag.AlignLeft)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.addLayout(who, 0, 0)
        grid.addLayout(numbers, 1, 0)
        grid.addWidget(self.visits, 2, 0)
        grid.addLayout(lines, 3, 0)
