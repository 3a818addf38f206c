"""履职: what everybody did in a year, as table and bars; printed and exported through the papers of the duties."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from db.catalogue.reading import reading
from db.changes import Changes
from db.clock import business_date
from db.duty.counting import records
from db.duty.exporting import write_records
from db.duty.rows import RecordRow
from desktop.duty.people_pane_find import spoken
from desktop.duty.people_pane_keys import Key, bind, listed, press
from desktop.duty.records_bars import COLUMNS, SORTS, Year, YearBar
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.work import Progress
from desktop.widgets.table import RowTable
from desktop.widgets.words import label

if TYPE_CHECKING:
    from desktop.shell.printing import Printing

KINDS = frozenset({"duty", "duty_slot", "duty_plan", "duty_reception", "duty_member", "duty_seat"})
YEARS_BACK = 6
_RELOAD_MS = 300


def look_at_year(session: Session, centre_id: UUID, year: int) -> tuple[RecordRow, ...]:
    """The year of everybody; for a worker, which also learns how the names sound (the window's thread finds them known)."""
    found = records(session, centre_id, year)
    for row in found:
        reading(row.member_name)
    return found


class RecordsPane(QWidget):
    """A year at a time; a click on a heading sorts."""

    def __init__(self, desk: Desk, printing: "Printing | None" = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.printing = desk, printing
        self.found: tuple[RecordRow, ...] | None = None
        self.dialog: QDialog | None = None
        self._sort = 0
        self._soon = QTimer(self, singleShot=True, interval=_RELOAD_MS)
        self._soon.timeout.connect(self.refresh)
        self._make()
        self._lay_out()
        self._connect()
        bind(self, self._keys())

    # ---- what the page calls

    def refresh(self) -> None:
        """Count the year anew."""
        self.desk.ask(self, look_at_year, self.desk.centre_id, self.shown_year(), then=self._read, topic="year")

    def changed(self, changes: Changes) -> None:
        """Something was committed; a burst of sign-ins is counted once."""
        if any(change.kind in KINDS for change in changes) and not self._soon.isActive():
            self._soon.start()

    def keys(self) -> list[tuple[str, str]]:
        """Every key of the pane."""
        return [*listed(self._keys()), ("回车", "打印光标所在人员的履职记录")]

    def scanned(self, text: str) -> bool:
        """Codes are another pane's matter."""
        return False

    # ---- what is shown

    def shown_year(self) -> int:
        """The year that is counted."""
        return int(self.year.currentData())

    def shown(self) -> tuple[RecordRow, ...]:
        """The lines that fit what is asked for, as they are sorted."""
        body, sought = self.body.currentData(), "".join(self.seek.text().split()).lower()
        rows = (row for row in self.found or () if body in (None, row.body_name) and _fits(row, sought))
        return tuple(sorted(rows, key=SORTS[self._sort]))

    def print_year(self) -> None:
        """The statistics of the year on paper."""
        from desktop.duty.outputs import What, open_outputs

        self.dialog = open_outputs(self, self.desk, self.printing, what=What.RECORDS, day=self._day())

    def print_one(self) -> None:
        """The record of whoever the cursor is on."""
        from desktop.duty.outputs import What, open_outputs

        each = self.table.current()
        if each is not None:
            self.dialog = open_outputs(
                self, self.desk, self.printing, what=What.RECORD, member_id=each.row.member_id, day=self._day()
            )

    def export(self) -> None:
        """Ask where to write the table."""
        name = f"{self.shown_year()}年履职记录.xlsx"
        dialog = QFileDialog(self, "导出履职记录", name, "表格 (*.xlsx)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("xlsx")
        dialog.fileSelected.connect(lambda chosen: self.export_to(Path(chosen)))
        self.dialog = dialog
        dialog.open()

    def export_to(self, path: Path) -> None:
        """Write what is shown to a spreadsheet."""
        rows, year = self.shown(), self.shown_year()

        def write(_progress: Progress) -> int:
            return write_records(path, year, rows)

        def told(count: int) -> None:
            self.desk.messages.info(f"已导出 {count} 行履职记录：{path}")

        self.desk.job(self, write, then=told, title="导出履职记录")

    # ---- how it is put together

    def _read(self, rows: tuple[RecordRow, ...]) -> None:
        self.found = rows
        chosen = self.body.currentData()
        self.body.blockSignals(True)
        self.body.clear()
        self.body.addItem("所有轮值单位", None)
        for name in dict.fromkeys(row.body_name for row in rows):
            self.body.addItem(name, name)
        self.body.setCurrentIndex(max(self.body.findData(chosen), 0))
        self.body.blockSignals(False)
        self._show()

    def _show(self) -> None:
        rows = self.shown()
        most = max((row.done + row.absent for row in self.found or ()), default=1)
        narrowed = bool(self.found) and not rows
        self.table.empty = (
            "没有符合条件的人员。" if narrowed else "这一年还没有轮值记录。轮值表公示、签到以后，这里自动统计。"
        )
        self.table.show_rows(
            [Year(row, most) for row in rows], key=lambda each: (each.row.member_id, each.row.body_name)
        )
        self.figures.setText(totals(rows))
        for button in (self.print_button, self.export_button):
            button.setEnabled(bool(rows))
        self._enable(self.table.current())

    def _enable(self, each: Year | None) -> None:
        self.one_button.setEnabled(each is not None)

    def _sorted(self, column: int) -> None:
        self._sort = column
        self._show()

    def _day(self) -> date:
        today = business_date(self.desk.now())
        return today if today.year == self.shown_year() else date(self.shown_year(), 12, 31)

    def _make(self) -> None:
        this_year = business_date(self.desk.now()).year
        self.year, self.body = QComboBox(), QComboBox()
        for year in range(this_year, this_year - YEARS_BACK, -1):
            self.year.addItem(f"{year} 年", year)
        self.year.setAccessibleName("年份")
        self.body.addItem("所有轮值单位", None)
        self.body.setAccessibleName("轮值单位")
        self.body.setMinimumWidth(theme.px(170))
        self.seek = QLineEdit()
        self.seek.setPlaceholderText("查找（Ctrl+F）：姓名、拼音首字母")
        self.seek.setAccessibleName("查找人员")
        self.seek.setClearButtonEnabled(True)
        self.figures = label("", "nextStep", wrap=True, select=True)
        self.table = RowTable(COLUMNS, "正在统计…")
        self.table.setAccessibleName("履职记录")
        self.table.setItemDelegateForColumn(len(COLUMNS) - 1, YearBar(self.table))
        self.one_button = QPushButton("打印本人（回车）")
        self.print_button = QPushButton("打印汇总（Ctrl+P）")
        self.export_button = QPushButton("导出…（Ctrl+E）")
        theme.dress(self.print_button, "fa6s.print")
        theme.dress(self.export_button, "fa6s.file-excel")

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.year)
        top.addWidget(self.body)
        top.addWidget(self.seek, 1)
        for button in (self.one_button, self.print_button, self.export_button):
            button.setEnabled(False)
            top.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(10), theme.px(10), theme.px(10), theme.px(8))
        layout.setSpacing(theme.px(8))
        layout.addLayout(top)
        layout.addWidget(self.figures)
        layout.addWidget(self.table, 1)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.year.currentIndexChanged.connect(lambda _: self.refresh())
        self.body.currentIndexChanged.connect(lambda _: self._show())
        self.seek.textChanged.connect(lambda _: self._show())
        self.table.sort_wanted.connect(self._sorted)
        self.table.picked.connect(self._enable)
        self.table.opened.connect(lambda _: self.print_one())
        self.one_button.clicked.connect(self.print_one)
        self.print_button.clicked.connect(self.print_year)
        self.export_button.clicked.connect(self.export)

    def _keys(self) -> tuple[Key, ...]:
        return (
            ("Ctrl+F", "查找人员", self.seek.setFocus),
            ("F3", "到履职记录表", self.table.setFocus),
            ("Ctrl+P", "打印全年汇总", press(self.print_button)),
            ("Ctrl+E", "导出表格", press(self.export_button)),
        )


def totals(rows: tuple[RecordRow, ...]) -> str:
    """The year of all lines in one."""
    if not rows:
        return ""
    people = len({row.member_id for row in rows})
    planned, done = sum(row.planned for row in rows), sum(row.done for row in rows)
    hours, received = sum(row.hours for row in rows), sum(row.received for row in rows)
    return (
        f"{people} 名轮值人员　应到 {planned:,} 人次，到岗 {done:,} 人次，其中替班 {sum(row.covered for row in rows):,} 人次，"
        f"缺席 {sum(row.absent for row in rows):,} 人次　{hours:,.1f} 小时　接待 {received:,} 人"
    )


def _fits(row: RecordRow, sought: str) -> bool:
    if not sought or sought in row.member_name.lower():
        return True
    return sought.isascii() and spoken(
        sought, tuple(tuple(each.split("/")) for each in reading(row.member_name).split())
    )
