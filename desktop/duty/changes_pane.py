"""What was changed since a plan was published: numbered, with before and after, to be printed or taken back."""

from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from db.clock import local
from db.duty.rows import ChangeLine, ChangeRow, PlanRow
from db.duty.states import CHANGE_NAMES, ChangeKind, PlanState
from db.staff.permissions import Permission
from desktop.duty.board_words import day_text, time_text
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.table import Column, RowTable
from desktop.widgets.words import label


def line_text(line: ChangeLine) -> str:
    """“法官 12月2日 周三 09:00–11:00：王海涛 → 何丽”."""
    where = f"{line.body_name} {day_text(line.day)} {time_text(line.starts, line.ends)}"
    return f"{where}：{line.before or '（无）'} → {line.after or '（空缺）'}"


def undoable(row: ChangeRow) -> bool:
    """Whether a change can be taken back at all: one that was is not, and taking back is not either."""
    return not row.undone and row.kind is not ChangeKind.UNDO


class ChangesPane(QWidget):
    """The table of changes, and below it what the chosen one changed."""

    print_wanted = Signal(object)  # ChangeRow
    undo_wanted = Signal(object)
    editions_wanted = Signal()

    def __init__(self, desk: Desk, may_plan: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.may_plan = desk, may_plan
        self.plan: PlanRow | None = None
        self._newest: UUID | None = None
        self.table = RowTable[ChangeRow](
            (
                Column("编号", lambda row: row.number, 94, tip=lambda row: _tip(row)),
                Column("类别", lambda row: CHANGE_NAMES[row.kind] + (" · 已撤销" if row.undone else "")),
                Column("时间", lambda row: f"{local(row.at):%m-%d %H:%M}", 100),
            ),
            "公示以后的请假、替班、对调会记在这里。",
        )
        self.table.setAccessibleName("调整记录")
        self.detail = label("", "", wrap=True, select=True)
        self.print_button = QPushButton("打印调班通知")
        theme.dress(self.print_button, "fa6s.print")
        self.undo_button = QPushButton("撤销这次调整")
        theme.dress(self.undo_button, "fa6s.rotate-left")
        self.editions_button = QPushButton("历次公示…")
        theme.dress(self.editions_button, "fa6s.clock-rotate-left")
        self._lay_out()
        self.table.picked.connect(self._picked)
        self.print_button.clicked.connect(lambda: self._emit(self.print_wanted))
        self.undo_button.clicked.connect(lambda: self._emit(self.undo_wanted))
        self.editions_button.clicked.connect(self.editions_wanted)
        self._picked(None)

    def show_changes(self, rows: tuple[ChangeRow, ...], plan: PlanRow) -> None:
        """Show the changes of a plan; one that was just made is the chosen one, unless somebody is at work here."""
        self.plan = plan
        newest, before = (rows[0].id if rows else None), self._newest
        self._newest = newest
        self.table.show_rows(rows, key=lambda row: row.id)
        made = newest != before and not self.isAncestorOf(self.window().focusWidget() or self)
        if rows and (made or self.table.current() is None):
            self.table.setCurrentIndex(self.table.rows.index(0, 0))
        self.editions_button.setVisible(plan.edition > 0)
        self._picked(self.table.current())

    def _picked(self, row: ChangeRow | None) -> None:
        self.detail.setText(_tip(row) if row is not None else "")
        self.print_button.setVisible(row is not None and self.desk.may(Permission.RECEIPT_PRINT))
        open_ = self.plan is not None and self.plan.state is PlanState.PUBLISHED
        self.undo_button.setVisible(row is not None and self.may_plan and open_ and undoable(row))

    def _emit(self, signal: object) -> None:
        row = self.table.current()
        if row is not None:
            signal.emit(row)  # type: ignore[attr-defined]

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        pad = theme.px(8)
        layout.setContentsMargins(pad, pad, pad, pad)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.detail)
        row = QHBoxLayout()
        row.addWidget(self.print_button)
        row.addWidget(self.undo_button)
        layout.addLayout(row)
        layout.addWidget(self.editions_button)


def _tip(row: ChangeRow) -> str:
    head = [
        f"{row.number} {CHANGE_NAMES[row.kind]}　{row.staff_name}",
        f"原因：{row.reason}" if row.reason else "",
        row.proof,
    ]
    return "\n".join([*(part for part in head if part), *(line_text(line) for line in row.lines)])
