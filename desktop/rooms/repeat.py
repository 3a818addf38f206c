"""How a booking repeats (循环): the fields of a pattern, in the words of the counter."""

from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDateEdit, QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from db.calendar.recurrence import Every, OnHoliday, Pattern
from desktop.rooms.fields import inset, pydate, qdate
from desktop.rooms.words import WEEKDAYS

WORKING_DAYS = "working_days"
"""Monday to Friday without the holidays: a weekly pattern in a clerk's words."""
_EVERY = (
    ("不重复", None), ("每天", Every.DAY), ("每周", Every.WEEK), ("每月同一日", Every.MONTH_DAY),
    ("每月第几个星期几", Every.MONTH_WEEKDAY), ("每个工作日", WORKING_DAYS),
)  # fmt: skip
_UNITS = {Every.DAY: "天", Every.WEEK: "周", Every.MONTH_DAY: "个月", Every.MONTH_WEEKDAY: "个月"}
_NTH = (("第一个", 1), ("第二个", 2), ("第三个", 3), ("第四个", 4), ("最后一个", -1))
_HOLIDAYS = (("节假日照常", OnHoliday.KEEP), ("遇节假日跳过", OnHoliday.SKIP), ("遇节假日顺延", OnHoliday.POSTPONE))


class RepeatBox(QWidget):
    """`pattern` is None for a single booking."""

    changed = Signal()

    def __init__(self, first: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first = first
        self.every = _combo(_EVERY, "重复")
        self.interval = inset(QSpinBox(minimum=1, maximum=52, prefix="每 ", suffix=" 周一次"))
        self.interval.setAccessibleName("间隔")
        self.days = [QCheckBox(name) for name in WEEKDAYS]
        for box, name in zip(self.days, WEEKDAYS, strict=True):
            box.setAccessibleName(f"星期{name}")
        self.days[first.weekday()].setChecked(True)
        self.nth = _combo(_NTH, "第几个")
        self.nth.setCurrentIndex(min((first.day - 1) // 7, 3))
        self.ends = QComboBox()
        self.ends.addItems(["共几次", "到哪天"])
        self.ends.setAccessibleName("怎样结束")
        self.count = inset(QSpinBox(minimum=2, maximum=400, value=12, suffix=" 次"))
        self.count.setAccessibleName("次数")
        self.until = QDateEdit(qdate(first + timedelta(days=84)))
        self.until.setCalendarPopup(True)
        self.until.setDisplayFormat("yyyy-MM-dd")
        self.until.setAccessibleName("截止日期")
        self.holiday = _combo(_HOLIDAYS, "遇节假日")
        self._lay_out()
        self._show_fields()

    def pattern(self) -> Pattern | None:
        """What is chosen."""
        every = self.every.currentData()
        if every is None:
            return None
        counted, working = self.ends.currentIndex() == 0, every == WORKING_DAYS
        return Pattern(
            every=Every.WEEK if working else Every(every),
            first=self.first,
            interval=1 if working else self.interval.value(),
            weekdays=tuple(range(5)) if working else self._weekdays() if every != Every.DAY else (),
            nth=int(self.nth.currentData()),
            month_days=(self.first.day,) if every == Every.MONTH_DAY else (),
            count=self.count.value() if counted else None,
            until=None if counted else pydate(self.until),
            on_holiday=OnHoliday(self.holiday.currentData()),
        )

    def start_on(self, day: date) -> None:
        """The first day is another one."""
        if day != self.first:
            only = [at for at, box in enumerate(self.days) if box.isChecked()] == [self.first.weekday()]
            if only:
                self.days[self.first.weekday()].setChecked(False)
                self.days[day.weekday()].setChecked(True)
            self.first = day

    def _weekdays(self) -> tuple[int, ...]:
        return tuple(at for at, box in enumerate(self.days) if box.isChecked())

    def _lay_out(self) -> None:
        top, middle, last = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        self._weekly, self._all = QWidget(), QWidget()
        top.addWidget(self.every)
        top.addWidget(self.interval)
        top.addStretch(1)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.addWidget(self.nth)
        for box in self.days:
            middle.addWidget(box)
        middle.addStretch(1)
        self._weekly.setLayout(middle)
        last.setContentsMargins(0, 0, 0, 0)
        last.addWidget(QLabel("结束"))
        for field in (self.ends, self.count, self.until, self.holiday):
            last.addWidget(field)
        last.addStretch(1)
        self._all.setLayout(last)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(top)
        layout.addWidget(self._weekly)
        layout.addWidget(self._all)
        for combo in (self.every, self.nth, self.ends, self.holiday):
            combo.currentIndexChanged.connect(self._told)
        for spin in (self.interval, self.count):
            spin.valueChanged.connect(self._told)
        for box in self.days:
            box.toggled.connect(self._told)
        self.until.dateChanged.connect(self._told)
        self.every.activated.connect(self._no_holidays)

    def _no_holidays(self) -> None:
        """Working days are chosen: a holiday is not one of them, unless the clerk moves it on."""
        if self.every.currentData() == WORKING_DAYS and self.holiday.currentData() == OnHoliday.KEEP:
            self.holiday.setCurrentIndex(self.holiday.findData(OnHoliday.SKIP))

    def _told(self) -> None:
        self._show_fields()
        self.changed.emit()

    def _show_fields(self) -> None:
        every = self.every.currentData()
        self.interval.setVisible(every is not None and every != WORKING_DAYS)
        self.interval.setSuffix(f" {_UNITS.get(every, '周')}一次")
        self._weekly.setVisible(every in (Every.WEEK, Every.MONTH_WEEKDAY))
        self.nth.setVisible(every == Every.MONTH_WEEKDAY)
        self._all.setVisible(every is not None)
        self.count.setVisible(self.ends.currentIndex() == 0)
        self.until.setVisible(self.ends.currentIndex() == 1)


def _combo(entries: tuple[tuple[str, object], ...], name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    for title, value in entries:
        box.addItem(title, value)
    return box
