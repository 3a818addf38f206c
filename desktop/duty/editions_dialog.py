"""What hung on the wall: every edition of a plan, as it was."""

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QSplitter, QVBoxLayout, QWidget

from db.clock import local
from db.duty.editions import EditionRow, editions, posters
from db.duty.rows import PlanRow, PosterContent, PosterLine
from desktop.duty.board_words import day_text
from desktop.duty.people_pane_dialog import bounded
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.table import Column, RowTable
from desktop.widgets.words import label

if TYPE_CHECKING:
    from desktop.shell.printing import Printing


def _one(text: str) -> str:
    return text.replace("\n", "、")


LINES = (
    Column[PosterLine]("日期", lambda row: day_text(row.day) if isinstance(row.day, date) else str(row.day), 120),
    Column[PosterLine]("时段", lambda row: row.time, 110),
    Column[PosterLine]("地点", lambda row: row.room, 100),
    Column[PosterLine]("轮值人员", lambda row: _one(row.members), 160),
    Column[PosterLine]("身份", lambda row: _one(row.kinds), 120),
    Column[PosterLine]("单位职务", lambda row: _one(row.unit_posts), 240),
    Column[PosterLine]("备注", lambda row: row.note),
)


class EditionsDialog(QDialog):
    """Left the editions, right the sheets of the chosen one."""

    def __init__(
        self, desk: Desk, row: PlanRow, printing: "Printing | None" = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.printing = printing
        self.desk, self.row = desk, row
        self.sheets: tuple[PosterContent, ...] = ()
        self.setWindowTitle("历次公示")
        self.list = RowTable[EditionRow](
            (
                Column("版次", lambda each: f"第{each.edition}版", 70),
                Column("公示时间", lambda each: f"{local(each.published_at):%Y-%m-%d %H:%M}", 140),
                Column("原因", lambda each: each.reason),
            ),
            "还没有公示过。",
        )
        self.list.setAccessibleName("版次")
        self.sheet = QComboBox()
        self.sheet.setAccessibleName("月份")
        self.title = label("", "sectionTitle", wrap=True)
        self.lines = RowTable[PosterLine](LINES, "")
        self.lines.setAccessibleName("公示内容")
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.sheet, self.title):
            column.addWidget(widget)
        column.addWidget(self.lines, 1)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.list)
        parts.addWidget(right)
        parts.setSizes([theme.px(310), theme.px(810)])
        buttons = QDialogButtonBox()
        self.print_button = buttons.addButton("打印这一版（Ctrl+P）", QDialogButtonBox.ButtonRole.ActionRole)
        self.print_button.setShortcut("Ctrl+P")
        self.print_button.setEnabled(False)
        self.print_button.clicked.connect(self._print)
        buttons.addButton("关闭（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(label(row.title, "itemName", wrap=True))
        layout.addWidget(parts, 1)
        layout.addWidget(buttons)
        bounded(self, 1160, 620)
        self.list.picked.connect(self._picked)
        self.sheet.currentIndexChanged.connect(self._turn)
        desk.ask(self, editions, desk.centre_id, row.id, then=self._found)

    def _found(self, rows: tuple[EditionRow, ...]) -> None:
        self.list.show_rows(sorted(rows, key=lambda each: -each.edition), key=lambda each: each.id)
        if rows:
            self.list.setCurrentIndex(self.list.rows.index(0, 0))

    def _print(self) -> None:
        from desktop.duty.outputs import open_outputs

        row = self.list.current()
        if row is not None:
            open_outputs(self, self.desk, self.printing, plan=self.row, edition=row.edition)

    def _picked(self, row: EditionRow | None) -> None:
        self.print_button.setEnabled(row is not None)
        if row is not None:
            self.desk.ask(
                self, posters, self.desk.centre_id, self.row.id, row.edition, then=self._show, topic="posters"
            )

    def _show(self, sheets: tuple[PosterContent, ...]) -> None:
        self.sheets = sheets
        kept = self.sheet.currentIndex()
        self.sheet.blockSignals(True)
        self.sheet.clear()
        self.sheet.addItems([each.title for each in sheets])
        self.sheet.setCurrentIndex(kept if 0 <= kept < len(sheets) else 0)
        self.sheet.blockSignals(False)
        self.sheet.setVisible(len(sheets) > 1)
        self._turn()

    def _turn(self) -> None:
        at = self.sheet.currentIndex()
        shown = self.sheets[at] if 0 <= at < len(self.sheets) else None
        self.title.setText(f"{shown.title}（第{shown.edition}版，{shown.issued_on}）" if shown is not None else "")
        self.lines.show_rows(shown.lines if shown is not None else ())
