"""The letters of the queue (字头): A 综合, B 社保 … and which departments' items get which."""

from PySide6.QtWidgets import QHeaderView, QPushButton, QTableWidget, QTableWidgetItem

from db.tickets.queries import LetterRow, letters
from db.tickets.setup import set_letters
from desktop.settings.panel import Panel
from desktop.shell.desk import Desk

_COLUMNS = ("字头", "名称", "部门（用、分开；不填收其他所有事项）")


class LettersPanel(Panel):
    """A small table that is edited in place; numbers already taken keep their letter."""

    kinds = frozenset({"ticket_letter"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "号码字头", "只用一个字头就是一门式排一条队。按 F2 修改格子；字头留空的行不保存。")
        self.table = QTableWidget(0, len(_COLUMNS))
        self.table.setHorizontalHeaderLabels(list(_COLUMNS))
        self.table.setAccessibleName("号码字头")
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.box.insertWidget(2, self.table, 3)
        self.more = QPushButton("加一个字头")
        self.more.clicked.connect(self._begin)
        self.foot.insertWidget(0, self.more)
        self.add_save()

    def refresh(self) -> None:
        if self.desk.actor is not None:
            self.desk.ask(self, letters, self.desk.centre_id, then=self._show, topic="letters")

    def save(self) -> None:
        rows = [tuple(self._text(at, column) for column in range(3)) for at in range(self.table.rowCount())]
        wanted = tuple((letter.upper(), name, of) for letter, name, of in rows if letter)
        self.desk.do(self, set_letters, letters=wanted, then=self.kept, failed=self.refused)

    def _text(self, at: int, column: int) -> str:
        item = self.table.item(at, column)
        return item.text().strip() if item is not None else ""

    def _begin(self) -> None:
        at = self.table.rowCount()
        used = {self._text(row, 0).upper() for row in range(at)}
        free = next((letter for letter in "ABCDEFGHJKLMNPQRSTUVWXYZ" if letter not in used), "")
        self._add(LetterRow(free, "", ()))
        self.table.setCurrentCell(at, 1)
        name = self.table.item(at, 1)
        if name is not None:
            self.table.editItem(name)

    def _show(self, rows: tuple[LetterRow, ...]) -> None:
        self.table.setRowCount(0)
        for row in rows:
            self._add(row)

    def _add(self, row: LetterRow) -> None:
        at = self.table.rowCount()
        self.table.insertRow(at)
        for column, text in enumerate((row.letter, row.name, "、".join(row.departments))):
            self.table.setItem(at, column, QTableWidgetItem(text))
