"""The bar of filters over the table: scope, status, lamp, department, item, clerk, time. What is chosen is a CaseFilter."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from PySide6.QtCore import QDate, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QDateEdit, QHBoxLayout, QLineEdit, QPushButton, QWidget

from db.cases.queries import CaseFilter, Choices
from db.cases.status import STATUS_TITLES, Lamp, Status
from desktop.shell import theme

_LAMPS = ((Lamp.RED, "■ 已超期"), (Lamp.YELLOW, "▲ 将到期"), (Lamp.GREEN, "● 期限内"), (Lamp.PAUSED, "◆ 已暂停"))
_SPANS = (("", "不限"), ("0", "今天"), ("6", "近7天"), ("29", "近30天"), ("364", "近一年"), ("own", "自选日期…"))
SCOPES = (("live", "在办"), ("mine", "我的在办"), ("all", "全部"))


class FilterBar(QWidget):
    """`changed` comes after every choice; `chosen()` is what the table is asked for."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: dict[str, UUID] = {}
        self.scope = self._combo("范围", [(title, value) for value, title in SCOPES])
        self.status = self._combo(
            "状态", [("状态不限", None), *((title, each) for each, title in STATUS_TITLES.items())]
        )
        self.lamp = self._combo("期限", [("期限不限", None), *((title, each) for each, title in _LAMPS)])
        self.department = self._combo("主管部门", [("部门不限", "")])
        self.clerk = self._combo("经办人", [("经办人不限", None)])
        self.item = QLineEdit()
        self.item.setPlaceholderText("事项不限")
        self.item.setAccessibleName("事项")
        self.item.setToolTip("输入事项名称的一部分，从列表中选（清空即不限）")
        self.item.setClearButtonEnabled(True)
        self.item.textChanged.connect(self._item_typed)
        self.span = self._combo(
            "收件时间", [(f"收件时间{title}" if not value else title, value) for value, title in _SPANS]
        )
        self.since, self.until = self._day("从"), self._day("到")
        self.reset_button = QPushButton("清除筛选")
        theme.dress(self.reset_button, "mdi6.filter-off-outline")
        self.reset_button.setToolTip("回到“在办”，不限其他（Alt+0）")
        self.reset_button.clicked.connect(self.reset)
        self._lay_out()
        self._show_days()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(6))
        parts: tuple[QWidget, ...] = (
            self.scope, self.status, self.lamp, self.department, self.item, self.clerk, self.span, self.since,
            self.until, self.reset_button,
        )  # fmt: skip
        for part in parts:
            row.addWidget(part, 1 if part is self.item else 0)

    def _combo(self, name: str, entries: list[tuple[str, Any]]) -> QComboBox:
        combo = QComboBox()
        combo.setAccessibleName(name)
        combo.setToolTip(name)
        combo.setMinimumContentsLength(4)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for title, value in entries:
            combo.addItem(title, value)
        combo.currentIndexChanged.connect(self._picked)
        return combo

    def _day(self, name: str) -> QDateEdit:
        field = QDateEdit()
        field.setCalendarPopup(True)
        field.setDisplayFormat("yyyy-MM-dd")
        field.setAccessibleName(f"收件日期{name}")
        field.dateChanged.connect(self.changed)
        return field

    def offer(self, choices: Choices) -> None:
        """Fill in departments, clerks and items; what was chosen stays chosen."""
        self._refill(self.department, [("部门不限", ""), *((each, each) for each in choices.departments)])
        self._refill(self.clerk, [("经办人不限", None), *((name, each) for each, name in choices.clerks)])
        self._items = {name: each for each, name in choices.items}
        completer = QCompleter(list(self._items), self.item)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.item.setCompleter(completer)

    def chosen(self, me: UUID, today: date) -> CaseFilter:
        """What is chosen, for who is logged in."""
        since, until = self._days(today)
        scope, status = self.scope.currentData(), self.status.currentData()
        return CaseFilter(
            live=None if scope == "all" else True,
            status=Status(status) if status else None,
            lamp=Lamp(self.lamp.currentData()) if self.lamp.currentData() else None,
            item_id=self._items.get(self.item.text().strip()),
            department=self.department.currentData() or "",
            handler_id=me if scope == "mine" else self.clerk.currentData(),
            since=since,
            until=until,
        )

    def reset(self) -> None:
        """在办, and nothing else."""
        self.choose()

    def choose(
        self, *, scope: str = "live", lamp: Lamp | None = None, status: Status | None = None, span: str = ""
    ) -> None:
        """Set the bar to one question; `changed` comes once."""
        fields = (self.scope, self.status, self.lamp, self.department, self.clerk, self.item, self.span)
        blockers = [QSignalBlocker(each) for each in fields]
        self.scope.setCurrentIndex(self.scope.findData(scope))
        self.status.setCurrentIndex(self.status.findData(status))
        self.lamp.setCurrentIndex(self.lamp.findData(lamp))
        self.department.setCurrentIndex(0)
        self.clerk.setCurrentIndex(0)
        self.item.clear()
        self.span.setCurrentIndex(self.span.findData(span))
        del blockers
        self._show_days()
        self.changed.emit()

    def start_days(self, today: date) -> None:
        """The own dates begin with the current month."""
        blockers = [QSignalBlocker(self.since), QSignalBlocker(self.until)]
        self.since.setDate(QDate(today.year, today.month, 1))
        self.until.setDate(QDate(today.year, today.month, today.day))
        del blockers

    def _days(self, today: date) -> tuple[date | None, date | None]:
        span = self.span.currentData()
        if span == "own":
            return _date(self.since), _date(self.until)
        return (today - timedelta(days=int(span)), today) if span else (None, None)

    def _picked(self) -> None:
        if self.status.currentData() in _ENDED and self.scope.currentData() == "live":
            blocker = QSignalBlocker(self.scope)
            self.scope.setCurrentIndex(self.scope.findData("all"))
            del blocker
        self._show_days()
        self.changed.emit()

    def _item_typed(self, text: str) -> None:
        if not text or text.strip() in self._items:
            self.changed.emit()

    def _show_days(self) -> None:
        own = self.span.currentData() == "own"
        self.since.setVisible(own)
        self.until.setVisible(own)

    @staticmethod
    def _refill(combo: QComboBox, entries: list[tuple[str, Any]]) -> None:
        blocker = QSignalBlocker(combo)
        kept = combo.currentData()
        combo.clear()
        for title, value in entries:
            combo.addItem(title, value)
        combo.setCurrentIndex(max(combo.findData(kept), 0))
        del blocker


_ENDED = {Status.FINISHED, Status.DELIVERED, Status.REFUSED, Status.RETURNED, Status.WITHDRAWN}


def _date(field: QDateEdit) -> date:
    day = field.date()
    return date(day.year(), day.month(), day.day())
