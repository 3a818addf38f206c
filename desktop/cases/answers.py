"""Fields for what a change asks (db.cases.needs), one widget a need, read back as the action's arguments."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from db.cases.needs import Ask, Need
from db.cases.queries import MaterialRow
from desktop.cases.materials import MaterialsEditor
from desktop.shell import theme


class OptionalDay(QWidget):
    """A day that may be left out."""

    changed = Signal()

    def __init__(self, start: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.use = QCheckBox("填写")
        self.day = QDateEdit(QDate(start.year, start.month, start.day))
        self.day.setCalendarPopup(True)
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setEnabled(False)
        self.use.toggled.connect(self.day.setEnabled)
        self.use.toggled.connect(self.changed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.use)
        row.addWidget(self.day, 1)
        self.setFocusProxy(self.use)

    def value(self) -> date | None:
        """The day, or None where it is left out."""
        if not self.use.isChecked():
            return None
        day = self.day.date()
        return date(day.year(), day.month(), day.day())


class Answer:
    """A need with its widget; `changed` is called at every edit."""

    def __init__(
        self, need: Need, today: date, materials: tuple[MaterialRow, ...], given: str, changed: Callable[[], None]
    ) -> None:
        self.need = need
        self.widget: QWidget
        self.read: Callable[[], Any]
        match need.ask:
            case Ask.LINE:
                self._line(given, changed)
            case Ask.NOTE:
                self._note(given, changed)
            case Ask.DATE:
                self._day(today, changed)
            case Ask.MATERIALS:
                self._materials(materials, today, changed)
            case Ask.YES:
                self._yes(changed)
            case _:
                self._choice(given, changed)
        self.widget.setToolTip(need.hint)

    def filled(self) -> bool:
        """Whether there is an answer."""
        value = self.read()
        return bool(value.strip()) if isinstance(value, str) else bool(value)

    def _line(self, given: str, changed: Callable[[], None]) -> None:
        line = QLineEdit(given)
        line.setPlaceholderText(self.need.hint)
        line.textChanged.connect(changed)
        self.widget, self.read = line, line.text

    def _note(self, given: str, changed: Callable[[], None]) -> None:
        note = QPlainTextEdit(given)
        note.setPlaceholderText(self.need.hint)
        note.setTabChangesFocus(True)
        note.setFixedHeight(theme.px(72))
        note.textChanged.connect(changed)
        self.widget, self.read = note, note.toPlainText

    def _day(self, today: date, changed: Callable[[], None]) -> None:
        day = OptionalDay(today + timedelta(days=7 if self.need.name == "supplement_due" else 0))
        day.changed.connect(changed)
        self.widget, self.read = day, day.value

    def _materials(self, rows: tuple[MaterialRow, ...], today: date, changed: Callable[[], None]) -> None:
        editor = MaterialsEditor(rows, today)
        editor.changed.connect(changed)
        self.widget, self.read = editor, editor.marks

    def _yes(self, changed: Callable[[], None]) -> None:
        box = QCheckBox("是")
        box.setChecked(True)
        box.toggled.connect(changed)
        self.widget, self.read = box, box.isChecked

    def _choice(self, given: str, changed: Callable[[], None]) -> None:
        combo = QComboBox()
        for value, title in self.need.choices:
            combo.addItem(title, value)
        combo.setEditable(self.need.ask is Ask.SUGGEST)
        if given and combo.isEditable():
            combo.setEditText(given)
        combo.currentTextChanged.connect(changed)
        self.widget = combo
        self.read = combo.currentText if combo.isEditable() else combo.currentData
