"""The auditor's filters: from when to when, who, what, words."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from PySide6.QtCore import QDate, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QDateEdit, QHBoxLayout, QLineEdit, QPushButton, QWidget

from db.clock import start_of
from db.journal.queries import JournalFilter
from db.staff.queries import StaffName
from desktop.widgets.words import label

DAYS = 7
TYPING = 250
"""Milliseconds of rest before what is being typed is looked for."""


class Filters(QWidget):
    """One line of filters; `edited` when they say something else."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.since, self.until = self._day("从哪天"), self._day("到哪天")
        self.who = self._choice("全部人员", "人员")
        self.what = self._choice("全部操作", "操作")
        self.words = QLineEdit()
        self.words.setPlaceholderText("内容里的字（Ctrl+F）")
        self.words.setAccessibleName("内容里的字")
        self.words.setClearButtonEnabled(True)
        self.reset = QPushButton("清空（Ctrl+0）")
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(TYPING)
        self._started = False
        self._lay_out()
        self._rest.timeout.connect(self.edited)
        self.words.textChanged.connect(lambda _text: self._rest.start())
        for day in (self.since, self.until):
            day.dateChanged.connect(lambda _date: self.edited.emit())
        for choice in (self.who, self.what):
            choice.currentIndexChanged.connect(lambda _at: self.edited.emit())

    def start(self, today: date) -> None:
        """The first time, show the last seven days."""
        if not self._started:
            self._started = True
            self.clear(today)

    def show_titles(self, titles: dict[str, str]) -> None:
        """Offer everything that can be done; what is chosen stays chosen."""
        chosen = self.what.currentData()
        self._fill(self.what, "全部操作", sorted((title, tag) for tag, title in titles.items()))
        self._choose(self.what, chosen)

    def show_people(self, people: Sequence[StaffName]) -> None:
        """Offer these people; whoever is chosen stays chosen."""
        chosen = self.who.currentData()
        self._fill(self.who, "全部人员", [(f"{person.name}（{person.login}）", str(person.id)) for person in people])
        self._choose(self.who, chosen)

    def clear(self, today: date) -> None:
        """Everything of the last seven days."""
        for part in (self.since, self.until, self.who, self.what, self.words):
            part.blockSignals(True)
        self.since.setDate(_qdate(today - timedelta(days=DAYS - 1)))
        self.until.setDate(_qdate(today))
        self.who.setCurrentIndex(0)
        self.what.setCurrentIndex(0)
        self.words.clear()
        for part in (self.since, self.until, self.who, self.what, self.words):
            part.blockSignals(False)
        self.edited.emit()

    def wanted(self) -> JournalFilter:
        """The filter as it stands; the last day is included."""
        tag, who = self.what.currentData(), self.who.currentData()
        return JournalFilter(
            since=start_of(_date(self.since)),
            until=start_of(_date(self.until) + timedelta(days=1)),
            staff_id=UUID(who) if who else None,
            tags=(tag,) if tag else (),
            words=self.words.text().strip(),
        )

    def _day(self, name: str) -> QDateEdit:
        field = QDateEdit()
        field.setDisplayFormat("yyyy-MM-dd")
        field.setCalendarPopup(True)
        field.setAccessibleName(name)
        return field

    def _choice(self, everything: str, name: str) -> QComboBox:
        choice = QComboBox()
        choice.setEditable(True)  # typing finds the entry
        choice.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        choice.setAccessibleName(name)
        choice.addItem(everything, None)
        completer = QCompleter(choice.model(), choice)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        choice.setCompleter(completer)
        return choice

    def _fill(self, choice: QComboBox, everything: str, entries: Sequence[tuple[str, object]]) -> None:
        choice.blockSignals(True)
        choice.clear()
        choice.addItem(everything, None)
        for title, value in entries:
            choice.addItem(title, value)
        choice.setCurrentIndex(0)
        choice.blockSignals(False)

    def _choose(self, choice: QComboBox, value: object) -> None:
        choice.blockSignals(True)
        choice.setCurrentIndex(max(0, choice.findData(value)))
        choice.blockSignals(False)

    def _lay_out(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.since)
        line.addWidget(label("至"))
        line.addWidget(self.until)
        line.addWidget(self.who, 2)
        line.addWidget(self.what, 2)
        line.addWidget(self.words, 2)
        line.addWidget(self.reset)


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def _date(field: QDateEdit) -> date:
    shown = field.date()
    return date(shown.year(), shown.month(), shown.day())
