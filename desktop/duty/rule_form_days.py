"""Which days a rule asks for: weekly half days, fixed dates, nth weekdays, every n weeks, 单月15日, and what holidays do."""

import re
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from db.calendar.recurrence import Every, OnHoliday, Pattern
from db.errors import RuleBroken
from desktop.duty.board_words import WEEKDAYS
from desktop.duty.people_pane_dialog import roomy
from desktop.duty.rule_form_words import HOLIDAYS, NTH
from desktop.rooms.fields import date_field, pydate, qdate
from desktop.shell import theme

_EVERY = (
    ("每周固定星期几", Every.WEEK), ("每月固定日期", Every.MONTH_DAY), ("每月第几个星期几", Every.MONTH_WEEKDAY),
    ("每天", Every.DAY),
)  # fmt: skip
ODD, EVEN, OTHER = 1, 2, 3
_MONTHS = (("每个月", 0), ("单月", ODD), ("双月", EVEN), ("每几个月", OTHER))
LAST_DAY = 31


class DaysBox(QWidget):
    """`pattern()` is what is chosen, without an end."""

    changed = Signal()

    def __init__(self, pattern: Pattern | None, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.every = combo(_EVERY, "怎样轮")
        self.weeks = QSpinBox(minimum=1, maximum=52, prefix="每 ", suffix=" 周")
        self.weeks.setAccessibleName("每几周")
        self.months = combo(_MONTHS, "哪些月份")
        self.gap = QSpinBox(minimum=1, maximum=24, value=3, prefix="每 ", suffix=" 个月")
        self.gap.setAccessibleName("每几个月")
        self.days_gap = QSpinBox(minimum=1, maximum=60, prefix="每 ", suffix=" 天")
        self.days_gap.setAccessibleName("每几天")
        self.nth = combo(tuple((name, nth) for nth, name in NTH.items()), "第几个")
        self.weekdays = [QCheckBox(f"周{name}") for name in WEEKDAYS]
        self.weekday = combo(tuple((f"周{name}", at) for at, name in enumerate(WEEKDAYS)), "星期几")
        self.month_days = QLineEdit("10、20")
        self.month_days.setAccessibleName("每月哪几日")
        self.month_days.setPlaceholderText("日期，用顿号隔开：10、20")
        self.first = date_field(today, "从哪天开始")
        self.holiday = combo(tuple((words, kind) for kind, words in HOLIDAYS.items()), "遇节假日")
        roomy(self.weeks, self.gap, self.days_gap, self.first)
        self._lay_out()
        self._show_pattern(pattern or Pattern(Every.WEEK, today, weekdays=(2,), on_holiday=OnHoliday.POSTPONE))
        self._connect()
        self._show_fields()

    def pattern(self) -> Pattern:
        """What is chosen.

        Raises:
            RuleBroken: no weekday, no date, or a date that no month has.
        """
        every = Every(self.every.currentData())
        named = tuple(at for at, box in enumerate(self.weekdays) if box.isChecked())
        if every is Every.MONTH_WEEKDAY:
            named = (int(self.weekday.currentData()),)
        if every is Every.WEEK and not named:
            raise RuleBroken("请勾选星期几。")
        monthly = every in (Every.MONTH_DAY, Every.MONTH_WEEKDAY)
        return Pattern(
            every=every,
            first=self._start(monthly),
            interval=self._interval(every),
            weekdays=named if every in (Every.WEEK, Every.MONTH_WEEKDAY) else (),
            nth=int(self.nth.currentData()) if every is Every.MONTH_WEEKDAY else 1,
            month_days=self._dates() if every is Every.MONTH_DAY else (),
            on_holiday=OnHoliday(self.holiday.currentData()),
        )

    def _interval(self, every: Every) -> int:
        if every is Every.WEEK:
            return self.weeks.value()
        if every is Every.DAY:
            return self.days_gap.value()
        which = self.months.currentData()
        return self.gap.value() if which == OTHER else 2 if which else 1

    def _start(self, monthly: bool) -> date:
        """The first day; for 单月 and 双月 the month the counting begins with is one of them."""
        first, which = pydate(self.first), self.months.currentData()
        if monthly and which in (ODD, EVEN) and first.month % 2 != which % 2:
            return date(first.year + first.month // 12, first.month % 12 + 1, 1)
        return first

    def _dates(self) -> tuple[int, ...]:
        found = sorted({int(number) for number in re.findall(r"\d+", self.month_days.text())})
        wrong = [day for day in found if not 1 <= day <= LAST_DAY]
        if wrong or not found:
            raise RuleBroken(f"没有 {wrong[0]} 日这一天。" if wrong else "请填写每月哪几日，例如 10、20。")
        return tuple(found)

    def _show_pattern(self, pattern: Pattern) -> None:
        self.every.setCurrentIndex(self.every.findData(pattern.every))
        self.first.setDate(qdate(pattern.first))
        self.holiday.setCurrentIndex(self.holiday.findData(pattern.on_holiday))
        named = pattern.weekdays or (pattern.first.weekday(),)
        for at, box in enumerate(self.weekdays):
            box.setChecked(at in named)
        self.weekday.setCurrentIndex(named[0])
        self.nth.setCurrentIndex(max(self.nth.findData(pattern.nth), 0))
        if pattern.month_days:
            self.month_days.setText("、".join(map(str, pattern.month_days)))
        self.weeks.setValue(pattern.interval if pattern.every is Every.WEEK else 1)
        self.days_gap.setValue(pattern.interval if pattern.every is Every.DAY else 1)
        if pattern.every in (Every.MONTH_DAY, Every.MONTH_WEEKDAY) and pattern.interval > 1:
            which = OTHER if pattern.interval != 2 else ODD if pattern.first.month % 2 else EVEN
            self.months.setCurrentIndex(self.months.findData(which))
            self.gap.setValue(pattern.interval)

    def _show_fields(self) -> None:
        every = self.every.currentData()
        monthly = every in (Every.MONTH_DAY, Every.MONTH_WEEKDAY)
        self.weeks.setVisible(every == Every.WEEK)
        self.days_gap.setVisible(every == Every.DAY)
        self.months.setVisible(monthly)
        self.gap.setVisible(monthly and self.months.currentData() == OTHER)
        self.nth.setVisible(every == Every.MONTH_WEEKDAY)
        self.month_days.setVisible(every == Every.MONTH_DAY)
        self.weekday.setVisible(every == Every.MONTH_WEEKDAY)
        self._named.setVisible(every == Every.WEEK)

    def _told(self) -> None:
        self._show_fields()
        self.changed.emit()

    def _connect(self) -> None:
        for box in (self.every, self.months, self.nth, self.weekday, self.holiday):
            box.currentIndexChanged.connect(self._told)
        for spin in (self.weeks, self.gap, self.days_gap):
            spin.valueChanged.connect(self._told)
        for tick in self.weekdays:
            tick.toggled.connect(self._told)
        self.month_days.textChanged.connect(self._told)
        self.first.dateChanged.connect(self._told)

    def _lay_out(self) -> None:
        self._named = QWidget()
        top, named, last = QHBoxLayout(), QHBoxLayout(self._named), QHBoxLayout()
        for field in (self.every, self.weeks, self.days_gap, self.months, self.gap, self.nth, self.weekday):
            top.addWidget(field)
        top.addWidget(self.month_days, 1)
        top.addStretch(0)
        named.setContentsMargins(0, 0, 0, 0)
        for tick in self.weekdays:
            named.addWidget(tick)
        named.addStretch(1)
        for widget in (self.holiday, QLabel("从"), self.first, QLabel("开始")):
            last.addWidget(widget)
        last.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        layout.addLayout(top)
        layout.addWidget(self._named)
        layout.addLayout(last)
        self.setFocusProxy(self.every)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)


def combo(entries: tuple[tuple[str, object], ...], name: str) -> QComboBox:
    """A box of named values."""
    box = QComboBox()
    box.setAccessibleName(name)
    for title, value in entries:
        box.addItem(title, value)
    return box
