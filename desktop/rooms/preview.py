"""The days of a series before it is saved: each clash with its offers, settled one by one."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from db.clock import local
from db.rooms.offers import Offer, PlannedDay
from db.rooms.series import Choice
from desktop.rooms.words import day_text, span_text
from desktop.shell import theme

OPEN = "请选择…"
SKIP = "跳过这一场"


class PreviewTable(QTableWidget):
    """A row a day. `open_days` are those that still have to be settled; `settled` what was chosen."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 4, parent)
        self.setAccessibleName("系列各场")
        self.setHorizontalHeaderLabels(["日期", "时段", "情况", "处理"])
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)  # Tab goes from choice to choice and out of the table, not from cell to cell
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.px(34))
        head = self.horizontalHeader()
        for at, width in ((0, 124), (1, 104), (3, 250)):
            self.setColumnWidth(at, theme.px(width))
        head.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self._days: Sequence[PlannedDay] = ()
        self._boxes: dict[date, QComboBox] = {}
        self._kept: dict[date, str] = {}

    def show_days(self, days: Sequence[PlannedDay]) -> None:
        """Show other days; what was chosen for a day that is still troubled stays chosen."""
        self._kept = {day: box.currentText() for day, box in self._boxes.items()}
        self._days, self._boxes = days, {}
        self.setRowCount(len(days))
        for at, day in enumerate(days):
            self._show_day(at, day)
        for before, box in pairwise((self, *self._boxes.values())):
            QWidget.setTabOrder(before, box)
        self.changed.emit()

    def open_days(self) -> int:
        """How many clashes are not settled."""
        return sum(box.currentIndex() == 0 for box in self._boxes.values())

    def booked(self) -> int:
        """How many days would be booked as it stands."""
        left_out = sum(bool(day.skipped) for day in self._days)
        return len(self._days) - left_out - sum(box.currentText() == SKIP for box in self._boxes.values())

    def settled(self) -> tuple[Choice, ...]:
        """What was chosen for the days that clash."""
        found = []
        for day, box in self._boxes.items():
            data = box.currentData()
            if isinstance(data, Offer):
                found.append(Choice(day, room_id=data.room_id, starts_at=data.starts_at, ends_at=data.ends_at))
            elif box.currentText() == SKIP:
                found.append(Choice(day, skip="与其他安排冲突，跳过"))
        return tuple(found)

    def box_for(self, day: date) -> QComboBox | None:
        """The choice of a day that clashes."""
        return self._boxes.get(day)

    def skip_all(self) -> None:
        """Leave out every day that is not settled."""
        for box in self._boxes.values():
            if box.currentIndex() == 0:
                box.setCurrentText(SKIP)

    def _show_day(self, at: int, day: PlannedDay) -> None:
        _, taken, who = day.trouble.partition("已有")  # room and day stand in the row: the cell tells who
        trouble = f"{taken}{who}".removesuffix("，请换一个时段或房间。") if who else day.trouble
        standing = f"○ {day.skipped}" if day.skipped else f"■ {trouble}" if trouble else "● 可以预约"
        token = "muted" if day.skipped else "bad" if day.trouble else "good"
        texts = (day_text(local(day.starts_at).date()), span_text(day.starts_at, day.ends_at), standing, "")
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setToolTip(day.trouble or text)
            if column == 2:
                item.setForeground(theme.colour(token))
            self.setItem(at, column, item)
        self.removeCellWidget(at, 3)
        if day.trouble:
            self.setCellWidget(at, 3, self._choice(day))

    def _choice(self, day: PlannedDay) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(f"{day_text(day.planned)}怎样处理")
        box.addItem(OPEN)
        box.addItem(SKIP)
        for offer in day.offers:
            box.addItem(offer.label, offer)
        box.setCurrentIndex(max(box.findText(self._kept.get(day.planned, OPEN)), 0))
        box.currentIndexChanged.connect(self.changed)
        self._boxes[day.planned] = box
        return box
