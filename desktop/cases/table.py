"""The table of cases: columns that give way when it is narrow, lamps by shape, word and colour."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from db.cases.queries import CaseRow, Listing, Sort
from desktop.cases.model import CaseModel
from desktop.cases.words import LAMP_TONES, short_time, status_text, term_text, term_tip
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.table import Column, RowTable

_HIDDEN_BELOW = {"主管部门": 1040, "收件时间": 880, "经办人": 760}
SORTS = {
    "期限": (Sort.DUE,),
    "收件时间": (Sort.NEWEST, Sort.OLDEST),
    "编号": (Sort.NEWEST, Sort.OLDEST),
    "申请人": (Sort.APPLICANT,),
}
SORT_TITLES = {
    Sort.NEWEST: "新收件在前",
    Sort.OLDEST: "早收件在前",
    Sort.DUE: "先到期在前（只列计时中的）",
    Sort.APPLICANT: "按申请人姓名",
}


def columns(today: Callable[[], date]) -> list[Column[CaseRow]]:
    """The columns, from what is read first."""
    return [
        Column("期限", lambda row: term_text(row, today()), 118, tone=lambda row: LAMP_TONES[row.lamp], tip=term_tip),
        Column("编号", lambda row: row.number, 188),
        Column("申请人", lambda row: row.applicant, 96),
        Column("事项", lambda row: row.item_name),
        Column("状态", status_text, 92),
        Column("经办人", lambda row: row.handler, 88),
        Column("收件时间", lambda row: short_time(row.received_at, today()), 112),
        Column("主管部门", lambda row: row.department, 110),
    ]


class NarrowTable(RowTable[CaseRow]):
    """A table of cases whose less important columns give way when it is narrow."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = event.size().width()
        for at, column in enumerate(self.rows.columns):
            below = _HIDDEN_BELOW.get(column.title)
            if below is not None:
                self.setColumnHidden(at, width < theme.px(below))


class CaseTable(NarrowTable):
    """Cases by pages; clicking a head sorts by it where an index can, a second click turns it round."""

    def __init__(self, desk: Desk, today: Callable[[], date], parent: QWidget | None = None) -> None:
        made = columns(today)
        self.model_of_cases = CaseModel(desk, made)
        super().__init__(made, parent=parent, model=self.model_of_cases)
        self.model_of_cases.setParent(self)
        self.setAccessibleName("办件列表")
        self.verticalScrollBar().valueChanged.connect(self._looked)
        self.model_of_cases.modelReset.connect(self._looked)
        self.model_of_cases.rowsInserted.connect(self._looked)

    def next_sort(self, section: int, now: Sort) -> Sort | None:
        """The sort that a click on a head asks for; None where that column has none."""
        offered = SORTS.get(self.rows.columns[section].title)
        if offered is None:
            return None
        return offered[(offered.index(now) + 1) % len(offered)] if now in offered else offered[0]

    def show_listing(self, listing: Listing) -> None:
        """Show another listing from its top."""
        self.model_of_cases.show_listing(listing)

    def select(self, case_id: UUID) -> bool:
        """Put the cursor on a case, if it is among the rows that are here."""
        at = self.model_of_cases.position_of(case_id)
        if at is None:
            self.clearSelection()
            return False
        self.setCurrentIndex(self.rows.index(at, 0))
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._looked()

    def _looked(self) -> None:
        """Tell the model which rows are in view."""
        first = max(self.rowAt(0), 0)
        last = self.rowAt(self.viewport().height() - 1)
        self.model_of_cases.look_at(first, last if last >= 0 else self.model_of_cases.total - 1)
