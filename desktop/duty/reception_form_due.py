"""Until when a matter is to be answered: so many working days, the day they end on told at once, or a day by hand."""

from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QWidget

from db.calendar.queries import calendar_of
from db.calendar.rules import Calendar, Unit, Unpublished, due_date
from db.clock import business_date
from db.duty.reception import LONGEST_DAYS
from desktop.duty.board_words import day_text
from desktop.duty.people_pane_dialog import roomy
from desktop.rooms.fields import date_field, pydate, qdate
from desktop.shell.desk import Desk
from desktop.widgets.tone import retone
from desktop.widgets.words import label

USUAL_DAYS = 10
"""Working days that are offered; a default of this programme, the hall's own rule decides."""


class DueBox(QWidget):
    """`days()` where the calendar knows, else `day()`, which somebody chose."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = business_date(desk.now())
        self._calendar: Calendar | None = None
        self.number = QSpinBox(minimum=1, maximum=LONGEST_DAYS, value=USUAL_DAYS, suffix=" 个工作日内")
        self.number.setAccessibleName("期限")
        roomy(self.number)
        self.told = label("", "nextStep")
        self.by_hand = date_field(self._today + timedelta(days=14), "期限日期")
        self.by_hand.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.number, self.told, self.by_hand, QLabel("")):
            layout.addWidget(widget)
        layout.setStretch(3, 1)
        self.number.valueChanged.connect(self._look)
        desk.ask(self, calendar_of, desk.centre_id, then=self._show)

    def days(self) -> int:
        """Working days; 0 where the day was chosen by hand."""
        return self.number.value() if self.by_hand.isHidden() else 0

    def day(self) -> date | None:
        """The day chosen by hand."""
        return None if self.by_hand.isHidden() else pydate(self.by_hand)

    def _show(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._look()

    def _look(self) -> None:
        if self._calendar is None:
            return
        found = due_date(self._calendar, self._today, self.number.value(), Unit.WORKING)
        unknown = isinstance(found, Unpublished)
        if isinstance(found, Unpublished):
            self.told.setText(f"▲ {found.sentence}，请填日期")
        else:
            self.told.setText(f"到 {day_text(found)}")
            self.by_hand.setDate(qdate(found))
        retone(self.told, "warn" if unknown else "")
        self.by_hand.setVisible(unknown)
        self.changed.emit()
