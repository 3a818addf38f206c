"""The counters of the hall: number, name, in use or not."""

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPushButton, QWidget
from sqlalchemy.orm import Session

from db.centre.actions import add_counter, edit_counter
from db.centre.queries import CounterRow, counters
from desktop.settings.panel import RowPanel
from desktop.shell.desk import Desk
from desktop.widgets.table import Column, RowTable


class CountersPanel(RowPanel[CounterRow]):
    """A table, and the fields of the row the cursor is on; without a row they make a new counter."""

    title = "窗口"
    hint = "窗口办什么业务在“窗口业务”里绑定；不绑定就是一门式，什么都办。"
    kinds = frozenset({"counter"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.table: RowTable[CounterRow] = RowTable(
            (
                Column[CounterRow]("窗口号", lambda row: row.number, 90),
                Column[CounterRow]("名称", lambda row: row.name),
                Column[CounterRow](
                    "状态",
                    lambda row: "使用" if row.active else "停用",
                    110,
                    tone=lambda row: "good" if row.active else "",
                ),
            ),
            empty="还没有窗口，请在下面新增。",
        )
        self.box.insertWidget(2, self.table, 2)
        self.number = QLineEdit()
        self.number.setPlaceholderText("例：3")
        self.name = QLineEdit()
        self.name.setPlaceholderText("例：民生社保")
        self.active = QCheckBox("使用中")
        self.form.add("窗口号", self.number)
        self.form.add("名称", self.name)
        self.form.add("状态", self.active)
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        self.new = QPushButton("新增窗口")
        self.new.clicked.connect(self._begin)
        row.addWidget(self.new)
        row.addStretch(1)
        self.form.add("", buttons)
        self.add_save()
        self.table.picked.connect(self._show)
        self.twice.begin()

    def refresh(self) -> None:
        if self.desk.actor is not None:
            self.desk.ask(self, counters, self.desk.centre_id, idle=True, then=self._rows, topic="counters")

    def save(self) -> None:
        row = self._row
        if row is None:
            self.desk.do(
                self, add_counter, number=self.number.text(), name=self.name.text(), then=self.kept, failed=self.refused
            )
            return
        self.desk.do(
            self,
            edit_counter,
            counter_id=row.id,
            version=row.version,
            number=self.number.text(),
            name=self.name.text(),
            active=self.active.isChecked(),
            then=self.kept,
            failed=self.refused,
        )

    def _rows(self, rows: tuple[CounterRow, ...]) -> None:
        with QSignalBlocker(self.table):  # between the old rows and the new no counter is picked
            self.table.show_rows(rows, key=lambda row: row.id)
        now = self.table.current()
        same = (now.id if now else None) == (self._row.id if self._row else None)
        if not (same and self.twice.dirty):  # what is being typed stays
            self._show(now)

    def _begin(self) -> None:
        self.table.clearSelection()
        self.table.setCurrentIndex(self.table.rows.index(-1, -1))
        self._show(None)
        self.number.setFocus()

    def _show(self, row: CounterRow | None) -> None:
        self._put(row)
        self.twice.begin()

    def _now(self, session: Session) -> CounterRow | None:
        rows = counters(session, self.desk.centre_id, idle=True)
        return next((row for row in rows if self._row is not None and row.id == self._row.id), None)

    def _put(self, row: CounterRow | None) -> None:
        self._row = row
        self.number.setText(row.number if row else "")
        self.name.setText(row.name if row else "")
        self.active.setChecked(row.active if row else True)
        self.active.setEnabled(row is not None)
