"""From when to when a session lasts, by season where summer and winter differ."""

from datetime import time

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from db.duty.rules import SeasonTime
from db.errors import RuleBroken
from desktop.duty.board_words import time_text
from desktop.duty.people_pane_dialog import roomy
from desktop.rooms.fields import pytime, time_field
from desktop.shell import theme

PRESETS = (("上午", time(9), time(11)), ("下午", time(15), time(17)), ("晚上", time(19), time(20, 30)))
"""Usual hours of the field; a default that is typed over."""
SUMMER, WINTER = (601, 930), (1001, 531)
_LEAP_YEAR = 2028
MOST = 4


class _Line(QWidget):
    """One stretch of hours with its season."""

    changed = Signal()

    def __init__(self, given: SeasonTime, at: int) -> None:
        super().__init__()
        nth = "" if at == 0 else f"（第 {at + 1} 段）"
        self.starts = time_field(given.starts.hour * 60 + given.starts.minute, f"几点开始{nth}")
        self.ends = time_field(given.ends.hour * 60 + given.ends.minute, f"几点结束{nth}")
        self.season = QWidget()
        self.season_from = _month_day(given.season_from, f"季节从{nth}")
        self.season_to = _month_day(given.season_to, f"季节到{nth}")
        roomy(self.starts, self.ends, self.season_from, self.season_to)
        self.remove = QPushButton("删去")
        self.remove.setObjectName("link")
        self.remove.setAutoDefault(False)
        self.remove.setAccessibleName(f"删去第 {at + 1} 段时间")
        season = QHBoxLayout(self.season)
        season.setContentsMargins(0, 0, 0, 0)
        for widget in (QLabel("每年"), self.season_from, QLabel("至"), self.season_to, self.remove):
            season.addWidget(widget)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (self.starts, QLabel("至"), self.ends, self.season):
            layout.addWidget(part)
        layout.addStretch(1)
        for field in (self.starts, self.ends):
            field.timeChanged.connect(self.changed)
        for day in (self.season_from, self.season_to):
            day.dateChanged.connect(self.changed)

    def value(self, whole_year: bool) -> SeasonTime:
        """The hours.

        Raises:
            RuleBroken: the end is not after the beginning.
        """
        starts, ends = pytime(self.starts), pytime(self.ends)
        if ends <= starts:
            raise RuleBroken(f"结束时间要晚于开始时间（{time_text(starts, ends)}）。")
        if whole_year:
            return SeasonTime(starts, ends)
        return SeasonTime(starts, ends, _number(self.season_from), _number(self.season_to))


class TimesBox(QWidget):
    """One stretch for the whole year, or several with their seasons."""

    changed = Signal()

    def __init__(self, times: tuple[SeasonTime, ...] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[_Line] = []
        self._held = QVBoxLayout()
        self._held.setSpacing(theme.px(4))
        buttons = QHBoxLayout()
        for name, starts, ends in PRESETS:
            button = _small(f"{name} {time_text(starts, ends)}")
            button.clicked.connect(lambda _=False, starts=starts, ends=ends: self._preset(starts, ends))
            buttons.addWidget(button)
        self.more = _small("冬夏时间不同…")
        self.more.clicked.connect(self.add_season)
        buttons.addWidget(self.more)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(2))
        layout.addLayout(self._held)
        layout.addLayout(buttons)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        for given in times or (SeasonTime(PRESETS[0][1], PRESETS[0][2]),):
            self._add(given)

    def value(self) -> tuple[SeasonTime, ...]:
        """All stretches.

        Raises:
            RuleBroken: one of them ends before it begins.
        """
        return tuple(line.value(len(self.lines) == 1) for line in self.lines)

    def add_season(self) -> None:
        """Another stretch: at first summer beside winter."""
        first = self.lines[0]
        season = SUMMER if len(self.lines) == 1 else (101, 1231)
        if len(self.lines) == 1:
            first.season_from.setDate(_qdate(WINTER[0]))
            first.season_to.setDate(_qdate(WINTER[1]))
        self._add(SeasonTime(pytime(first.starts), pytime(first.ends), *season))
        self.lines[-1].starts.setFocus()
        self.changed.emit()

    def _preset(self, starts: time, ends: time) -> None:
        made = SeasonTime(starts, ends)
        line = next((each for each in self.lines if each.isAncestorOf(self.focusWidget() or self)), self.lines[0])
        line.starts.setTime(time_field(made.starts.hour * 60 + made.starts.minute, "").time())
        line.ends.setTime(time_field(made.ends.hour * 60 + made.ends.minute, "").time())

    def _add(self, given: SeasonTime) -> None:
        line = _Line(given, len(self.lines))
        line.changed.connect(self.changed)
        line.remove.clicked.connect(lambda: self._drop(line))
        self.lines.append(line)
        self._held.addWidget(line)
        self._show_seasons()

    def _drop(self, line: _Line) -> None:
        self.lines.remove(line)
        line.hide()
        line.deleteLater()
        self._show_seasons()
        self.changed.emit()

    def _show_seasons(self) -> None:
        for line in self.lines:
            line.season.setVisible(len(self.lines) > 1)
        self.more.setEnabled(len(self.lines) < MOST)


def _small(text: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName("link")
    button.setAutoDefault(False)
    return button


def _month_day(number: int, name: str) -> QDateEdit:
    field = QDateEdit(_qdate(number))
    field.setDisplayFormat("MM-dd")
    field.setCalendarPopup(True)
    field.setAccessibleName(name)
    return field


def _qdate(number: int) -> QDate:
    return QDate(_LEAP_YEAR, number // 100, number % 100)


def _number(field: QDateEdit) -> int:
    return field.date().month() * 100 + field.date().day()
