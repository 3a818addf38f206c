"""What narrows the list of receipts: quick find, kind, state, and a span of days."""

from datetime import date, timedelta

from PySide6.QtCore import QDate, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QHBoxLayout, QLineEdit, QWidget

from db.receipts import rules
from db.receipts.content import PaperKind
from db.receipts.queries import ReceiptFilter
from db.receipts.rules import ReceiptState
from desktop.shell import theme
from desktop.widgets.words import label

TYPING_MS = 120
SPANS = ("今天", "近 7 天", "近 30 天", "今年", "全部日期", "自定日期")
_OWN = SPANS.index("自定日期")
_DAYS = {"今天": 0, "近 7 天": 6, "近 30 天": 29}


class Filters(QWidget):
    """One line of fields; `changed` comes once after a burst of typing."""

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = QLineEdit()
        self.text.setPlaceholderText("查找：回执编号、序号或办件编号（Ctrl+F）")
        self.text.setClearButtonEnabled(True)
        self.text.setAccessibleName("查找回执")
        self.kind = _choice("种类", ["全部种类", *(kind.label for kind in _KINDS)])
        self.state = _choice("状态", ["全部状态", *(state.label for state in ReceiptState)])
        self.span = _choice("日期", list(SPANS))
        self.span.setCurrentIndex(SPANS.index("近 30 天"))
        self.since, self.until = _day("从这一天"), _day("到这一天")
        self._dash = label("至")
        self._lay_out()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self.changed)
        self.text.textChanged.connect(lambda _text: self._typing.start())
        for choice in (self.kind, self.state):
            choice.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self.span.currentIndexChanged.connect(self._span_changed)
        for day in (self.since, self.until):
            day.dateChanged.connect(lambda _day: self.changed.emit())

    def wanted(self, today: date) -> ReceiptFilter:
        """The filter that the fields amount to. A number that is looked for is found on any day."""
        text = self.text.text().strip()
        since, until = self._days(today)
        kind, state = self.kind.currentIndex(), self.state.currentIndex()
        return ReceiptFilter(
            kinds=frozenset({_KINDS[kind - 1]}) if kind > 0 else frozenset(),
            since=None if text else since,
            until=None if text else until,
            text=text,
            state=list(ReceiptState)[state - 1] if state > 0 else None,
        )

    def start(self, today: date) -> None:
        """Fill the days in, the first time the page is shown."""
        if self.until.date() == self.until.minimumDate():
            self.since.setDate(QDate(today.year, today.month, 1))
            self.until.setDate(QDate(today.year, today.month, today.day))

    def narrowed(self) -> bool:
        """Whether anything but the usual span is set."""
        return bool(self.text.text().strip()) or self.kind.currentIndex() > 0 or self.state.currentIndex() > 0

    def _days(self, today: date) -> tuple[date | None, date | None]:
        span = self.span.currentText()
        if span in _DAYS:
            return today - timedelta(days=_DAYS[span]), None
        if span == "今年":
            return date(today.year, 1, 1), None
        if self.span.currentIndex() == _OWN:
            return _python(self.since.date()), _python(self.until.date())
        return None, None

    def _span_changed(self, index: int) -> None:
        for part in (self.since, self._dash, self.until):
            part.setVisible(index == _OWN)
        self.changed.emit()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self.text, 1)
        for part in (self.kind, self.state, self.span, self.since, self._dash, self.until):
            row.addWidget(part)
        for part in (self.since, self._dash, self.until):
            part.hide()


_KINDS = tuple(kind for kind in PaperKind if kind not in rules.UNNUMBERED)


def _choice(name: str, words: list[str]) -> QComboBox:
    made = QComboBox()
    made.addItems(words)
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(7)
    return made


def _day(name: str) -> QDateEdit:
    made = QDateEdit()
    made.setMinimumDate(QDate(2020, 1, 1))
    made.setDate(made.minimumDate())
    made.setCalendarPopup(True)
    made.setDisplayFormat("yyyy-MM-dd")
    made.setAccessibleName(name)
    return made


def _python(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())
