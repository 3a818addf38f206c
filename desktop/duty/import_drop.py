"""Taking an imported history back: the wrong file, or the wrong body."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from db.duty.import_undoing import drop_import
from db.duty.plan_queries import plan, plans
from db.duty.rows import PlanRow
from db.duty.states import PLAN_NAMES, PlanState
from db.errors import Refusal
from desktop.duty.people_pane_dialog import bounded
from desktop.duty.plan_words import days_text
from desktop.shell.again import Kind, do_with
from desktop.shell.desk import Desk
from desktop.widgets.ask import confirm
from desktop.widgets.table import Column, RowTable
from desktop.widgets.tone import retone
from desktop.widgets.words import label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

COLUMNS = (
    Column[PlanRow]("导入的历史轮值", lambda row: row.title),
    Column[PlanRow]("起止", lambda row: days_text(row.first, row.last), 210),
    Column[PlanRow]("班次", lambda row: str(row.sessions), 70, right=True),
    Column[PlanRow]("人次", lambda row: str(row.filled), 70, right=True),
)
HINT = (
    "撤回后，这些班次不再计入每个人的轮值次数；一起导入的人员和任职保留。\n"
    "今天以后的班次导入在一份拟定的轮值表里，请到“排班”里删除那份轮值表。"
)


def is_imported(row: PlanRow) -> bool:
    """Whether a plan is a history that came out of a table: put away, and never on the wall."""
    return row.state is PlanState.ARCHIVED and row.edition == 0


def ask_to_drop(parent: QWidget, row: PlanRow) -> bool:
    """The question before a history is taken back."""
    said = f"“{row.title}”的 {row.sessions} 班、{row.filled} 人次从历史中去掉，轮值次数随之减少。人员和任职保留。"
    return confirm(parent, "撤回导入", said, "撤回")


def as_imported(centre_id: UUID) -> Kind[PlanRow]:
    """What is read and told of a history into which somebody has imported more meanwhile."""

    def read(session: "Session", row: PlanRow) -> PlanRow | None:
        return plan(session, centre_id, row.id)

    return Kind(
        read,
        lambda row: {
            "名称": row.title, "起止": days_text(row.first, row.last), "班次": f"{row.sessions} 班",
            "人次": f"{row.filled} 人次", "情况": PLAN_NAMES[row.state],
        },
    )  # fmt: skip


class ImportedDialog(QDialog):
    """Enter or the button takes the chosen history back, after a question."""

    dropped = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setWindowTitle("撤回导入")
        self.standing = label(HINT, "hint", wrap=True)
        self.table = RowTable[PlanRow](COLUMNS, "没有导入过历史轮值。")
        self.table.setAccessibleName("导入的历史轮值")
        buttons = QDialogButtonBox()
        self.ok = buttons.addButton("撤回…（Delete）", QDialogButtonBox.ButtonRole.ActionRole)
        self.ok.setShortcut("Delete")
        self.ok.setEnabled(False)
        self.ok.clicked.connect(self.drop)
        buttons.addButton("关闭（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.standing)
        layout.addWidget(buttons)
        self.table.picked.connect(lambda row: self.ok.setEnabled(row is not None))
        self.table.opened.connect(lambda _: self.drop())
        bounded(self, 760, 400)
        self.refresh()
        self.table.setFocus()

    def refresh(self) -> None:
        """Read what was imported."""
        self.desk.ask(self, plans, self.desk.centre_id, archived=True, then=self._show, topic="imported")

    def drop(self) -> None:
        """Take the chosen one back."""
        row = self.table.current()
        if row is None or not ask_to_drop(self, row):
            return
        self.ok.setEnabled(False)
        given: Callable[[PlanRow], dict[str, Any]] = lambda now: {  # noqa: E731
            "plan_id": now.id, "version": now.version,
        }  # fmt: skip
        do_with(
            self, self.desk, as_imported(self.desk.centre_id), row, f"撤回导入“{row.title}”", drop_import, given,
            then=lambda duties: self._done(row, duties), failed=self._refused, left=self.refresh,
        )  # fmt: skip

    def _done(self, row: PlanRow, duties: int) -> None:
        self.desk.messages.info(f"已撤回“{row.title}”：去掉 {duties} 人次。")
        self.dropped.emit()
        self.refresh()

    def _refused(self, refusal: Refusal) -> None:
        self.standing.setText(f"■ {refusal.sentence}")
        retone(self.standing, "bad")
        self.refresh()

    def _show(self, rows: tuple[PlanRow, ...]) -> None:
        found = tuple(row for row in rows if is_imported(row))
        self.table.show_rows(found, key=lambda row: row.id)
        if found and self.table.current() is None:
            self.table.selectRow(0)
        self.ok.setEnabled(bool(found))
