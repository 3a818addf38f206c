"""The letters of the queue (字头): A 综合, B 社保 … and which departments' items get which."""

from PySide6.QtWidgets import QHeaderView, QPushButton, QTableWidget, QTableWidgetItem
from sqlalchemy.orm import Session

from db.tickets.queries import LetterRow, letters
from db.tickets.setup import set_letters
from desktop.settings.panel import RowPanel
from desktop.shell.desk import Desk

_COLUMNS = ("字头", "名称", "部门（用、分开；不填收其他所有事项）")
Lines = tuple[tuple[str, str, str], ...]


class LettersTable(QTableWidget):
    """A line a letter, edited in place; all lines together are one thing."""

    def __init__(self) -> None:
        super().__init__(0, len(_COLUMNS))
        self.setHorizontalHeaderLabels(list(_COLUMNS))
        self.setAccessibleName("号码字头")
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)

    def held(self) -> Lines:
        """What is typed; lines without a letter are not kept."""
        rows = ((self._text(at, 0).upper(), self._text(at, 1), self._text(at, 2)) for at in range(self.rowCount()))
        return tuple(row for row in rows if row[0])

    def hold(self, lines: Lines) -> None:
        """Other lines instead."""
        self.setRowCount(0)
        for line in lines:
            self.add(line)

    def in_words(self, lines: Lines) -> str:
        """“A 综合；B 社保（人社、医保）”."""
        return "；".join(f"{letter} {name}" + (f"（{of}）" if of else "") for letter, name, of in lines)

    def add(self, line: tuple[str, str, str]) -> None:
        """One more line at the end."""
        at = self.rowCount()
        self.insertRow(at)
        for column, text in enumerate(line):
            self.setItem(at, column, QTableWidgetItem(text))

    def _text(self, at: int, column: int) -> str:
        item = self.item(at, column)
        return item.text().strip() if item is not None else ""


class LettersPanel(RowPanel[tuple[LetterRow, ...]]):
    """A small table that is edited in place; numbers already taken keep their letter."""

    title = "号码字头"
    hint = "只用一个字头就是一门式排一条队。按 F2 修改格子；字头留空的行不保存。"
    kinds = frozenset({"ticket_letter"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.table = LettersTable()
        self.box.insertWidget(2, self.table, 3)
        self.more = QPushButton("加一个字头")
        self.more.clicked.connect(self._begin)
        self.foot.insertWidget(0, self.more)
        self.add_save()
        self.twice.begin()

    def refresh(self) -> None:
        if self.desk.actor is not None:
            self.desk.ask(self, letters, self.desk.centre_id, then=self._show, topic="letters")

    def save(self) -> None:
        seen = _lines(self._row) if self._row is not None else None
        self.desk.do(self, set_letters, letters=self.table.held(), seen=seen, then=self.kept, failed=self.refused)

    def _begin(self) -> None:
        at = self.table.rowCount()
        used = {letter for letter, _, _ in self.table.held()}
        free = next((letter for letter in "ABCDEFGHJKLMNPQRSTUVWXYZ" if letter not in used), "")
        self.table.add((free, "", ""))
        self.table.setCurrentCell(at, 1)
        name = self.table.item(at, 1)
        if name is not None:
            self.table.editItem(name)

    def _show(self, rows: tuple[LetterRow, ...]) -> None:
        if self._row is None or not self.twice.dirty:  # what is being typed stays
            self._put(rows)
            self.twice.begin()

    def _now(self, session: Session) -> tuple[LetterRow, ...]:
        return letters(session, self.desk.centre_id)

    def _put(self, rows: tuple[LetterRow, ...]) -> None:
        self._row = rows
        self.table.hold(_lines(rows))


def _lines(rows: tuple[LetterRow, ...]) -> Lines:
    return tuple((row.letter, row.name, "、".join(row.departments)) for row in rows)
