"""Importing a spreadsheet in three looks: which column is which, what would change, done. All or nothing; can be stopped."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from db.action import Request
from db.catalogue import actions
from db.catalogue.actions import Imported
from db.catalogue.columns import ColumnMap, guess, guess_at, missing
from db.catalogue.comparison import fingerprint
from db.catalogue.importing import Plan, plan
from db.catalogue.queries import standing
from db.catalogue.rows import Standing
from db.catalogue.sheet import Table, read_tables
from db.errors import NotAllowed, Refusal, Stale
from db.ids import new_id
from desktop.catalogue.mapping import MappingTable
from desktop.catalogue.meanwhile import changed_since, wish
from desktop.catalogue.preview import PlanView
from desktop.shell.desk import Desk
from desktop.shell.work import Cancelled, Progress
from desktop.widgets.conflict import ConflictDialog
from desktop.widgets.tone import retone
from desktop.widgets.words import label

FILES = "事项表格 (*.xlsx *.xls *.csv)"
WELCOME = (
    "选择行政服务中心给的事项表格（.xlsx、.xls 或 .csv）。先看每一列导入为什么、再看会新增和改动哪些事项，"
    "都看过以后才真正导入；有一处错误就一项也不导入。"
)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and the catalogue it was made against."""

    plan: Plan
    there: Mapping[str, Standing]


class ImportDialog(QDialog):
    """Choose a file, correct the columns, look, import."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tables: tuple[Table, ...] = ()
        self._mapping: ColumnMap | None = None
        self._planned: Planned | None = None
        self._progress: Progress | None = None
        self._op: UUID = new_id()
        self.setWindowTitle("导入事项目录")
        self.resize(980, 660)
        self.said = label(WELCOME, "", wrap=True)
        self.mapping = MappingTable(self)
        self.mapping.edited.connect(self._corrected)
        self.plan_view = PlanView(self)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(QWidget())
        self.stack.addWidget(self._mapping_page())
        self.stack.addWidget(self.plan_view)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(True)
        self.stop = QPushButton("停止")
        self.stop.clicked.connect(self._stop)
        self._lay_out()
        desk.progressed.connect(self._progressed)
        self._show_step(0)

    def open_file(self, path: Path) -> None:
        """Read a file in a worker and guess its columns."""
        self.said.setText(f"文件：{path}")
        self._work("读取表格", lambda progress: read_tables(path, progress.step), self._read)

    def reject(self) -> None:
        """Leave; what is being done is stopped first."""
        if self._progress is not None:
            self._stop()
            return
        super().reject()

    def _lay_out(self) -> None:
        self.choose = QPushButton("选择文件…（Ctrl+O）")
        self.choose.setShortcut("Ctrl+O")
        self.back = QPushButton("上一步")
        self.look = QPushButton("预览（回车）")
        self.go = QPushButton("导入")
        leave = QPushButton("关闭（Esc）")
        for button, act in (
            (self.choose, self._choose),
            (self.back, lambda: self._show_step(1)),
            (self.look, self._look),
            (self.go, self._go),
            (leave, self.reject),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(act)
        self.look.setObjectName("primary")
        self.go.setObjectName("primary")
        buttons = QHBoxLayout()
        buttons.addWidget(self.choose)
        buttons.addWidget(self.bar, 1)
        buttons.addWidget(self.stop)
        buttons.addStretch(1)
        for button in (leave, self.back, self.look, self.go):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addWidget(self.said)
        layout.addWidget(self.stack, 1)
        layout.addLayout(buttons)

    def _mapping_page(self) -> QWidget:
        page = QWidget()
        top = QHBoxLayout()
        self.sheets = QComboBox()
        self.sheets.setAccessibleName("工作表")
        self.sheets.activated.connect(self._sheet_chosen)
        self.header = QSpinBox()
        self.header.setAccessibleName("标题所在的行")
        self.header.setMinimum(1)
        self.header.valueChanged.connect(self._header_chosen)
        for text, widget in (("工作表", self.sheets), ("标题在第几行", self.header)):
            top.addWidget(label(text))
            top.addWidget(widget)
        self.hint = label("", "hint", wrap=True)
        top.addWidget(self.hint, 1)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(top)
        layout.addWidget(self.mapping, 1)
        return page

    def _show_step(self, step: int) -> None:
        self.stack.setCurrentIndex(step)
        self.back.setVisible(step == 2)
        self.look.setVisible(step == 1)
        self.go.setVisible(step == 2)
        busy = self._progress is not None
        self.bar.setVisible(busy)
        self.stop.setVisible(busy)
        self.stop.setEnabled(busy)
        for button in (self.choose, self.back, self.look, self.go):
            button.setEnabled(not busy)
        if step == 1 and self._mapping is not None:
            lacking = missing(self._mapping)
            self.look.setEnabled(not busy and not lacking)
            self.hint.setText(
                f"还没有哪一列是{'、'.join(lacking)}，请指定。" if lacking else "核对每一列，不要的选“（不导入）”。"
            )
            retone(self.hint, "bad" if lacking else "")
            self.look.setDefault(True)
        if step == 2 and self._planned is not None:
            compared = self._planned.plan.comparison
            something = bool(compared.new or compared.changed or compared.gone)
            self.go.setEnabled(not busy and not self._planned.plan.errors and something)
            self.go.setText(f"导入（新增 {len(compared.new)}，改动 {len(compared.changed)}）")

    def _choose(self) -> None:
        dialog = QFileDialog(self, "选择事项表格", "", FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open_file(Path(name)))
        dialog.open()

    def _read(self, tables: tuple[Table, ...]) -> None:
        self._tables = tables
        self.sheets.clear()
        self.sheets.addItems([table.name for table in tables])
        best = max(range(len(tables)), key=lambda at: sum(field is not None for field in guess(tables[at]).fields))
        self.sheets.setCurrentIndex(best)
        self._sheet_chosen()

    def _sheet_chosen(self) -> None:
        self._use(guess(self._tables[self.sheets.currentIndex()]))

    def _header_chosen(self, row: int) -> None:
        if self._tables:
            self._use(guess_at(self._tables[self.sheets.currentIndex()], row - 1))

    def _use(self, mapping: ColumnMap) -> None:
        table = self._tables[self.sheets.currentIndex()]
        self.header.blockSignals(True)
        self.header.setMaximum(len(table.rows))
        self.header.setValue(mapping.header + 1)
        self.header.blockSignals(False)
        self._mapping = mapping
        self.mapping.show_mapping(table, mapping)
        self._show_step(1)

    def _corrected(self, mapping: ColumnMap) -> None:
        self._mapping = mapping
        self._show_step(1)

    def _look(self) -> None:
        self._plan(self._planned_now)

    def _plan(self, then: Callable[[Planned], None]) -> None:
        table, mapping = self._tables[self.sheets.currentIndex()], self._mapping
        hall, centre_id = self._desk.hall, self._desk.centre_id
        if mapping is None:
            return

        def work(progress: Progress) -> Planned:
            there = hall.read(standing, centre_id)
            known = {code: item.content for code, item in there.items()}
            return Planned(plan(table, mapping, known, progress.step), there)

        self._work("核对表格", work, then)

    def _planned_now(self, planned: Planned) -> None:
        self._planned = planned
        self._op = new_id()  # this preview, imported once however often the button is pressed
        self.plan_view.show_plan(planned.plan)
        self._show_step(2)
        self.go.setDefault(True)
        self.go.setFocus()

    def _go(self) -> None:
        actor, planned, now, op = self._desk.actor, self._planned, self._desk.now(), self._op
        if self._progress is not None:  # a key that is held presses the button again
            return
        if planned is None or actor is None:
            self._refused(NotAllowed("请先登录。"))
            return
        hall, gone = self._desk.hall, self.plan_view.disable_gone.isChecked()

        def work(progress: Progress) -> Imported:
            return hall.run(
                Request(actor, now, op),
                actions.import_items,
                rows=planned.plan.rows,
                seen=fingerprint(planned.there),
                disable_gone=gone,
                step=progress.step,
            )

        self._work("导入事项目录", work, self._imported, self._not_imported)

    def _not_imported(self, refusal: Refusal) -> None:
        """Where the catalogue has changed since the preview, the sheet is compared once more."""
        seen = self._planned
        if isinstance(refusal, Stale) and seen is not None:
            self._plan(lambda now: self._changed_meanwhile(seen, now))
        else:
            self._refused(refusal)

    def _changed_meanwhile(self, seen: Planned, now: Planned) -> None:
        """What somebody else has changed, and what the import would do now; the new preview stands behind it."""
        self._planned_now(now)
        wanted = wish(
            now.plan.comparison, len(now.plan.errors), seen.there, now.there,
            disable_gone=self.plan_view.disable_gone.isChecked(),
        )  # fmt: skip
        facts = changed_since(seen.there, now.there)
        if not facts and not wanted.hindered:  # changed, and changed back
            self._go()
            return
        dialog = ConflictDialog(self, "预览之后，目录刚被别人改过，还没有导入。", (), facts, wanted)
        dialog.accepted.connect(self._go)
        dialog.rejected.connect(lambda: self._say("还没有导入。下面是按最新目录重做的预览，请核对。", "warn"))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _imported(self, done: Imported) -> None:
        self._desk.messages.info(
            f"导入完成：新增 {done.added} 项，改动 {done.changed} 项，不变 {done.unchanged} 项，停用 {done.disabled} 项。"
        )
        self.accept()

    def _work(
        self,
        title: str,
        fn: Callable[[Progress], T],
        then: Callable[[T], None],
        failed: Callable[[Refusal], None] | None = None,
    ) -> None:
        """Run something long; the bar shows how far it is, the button stops it, and the dialog is usable again after."""

        def stoppable(progress: Progress) -> T | None:
            try:
                return fn(progress)
            except Cancelled:
                return None

        def ended(value: T | None) -> None:
            self._progress = None
            self._show_step(self.stack.currentIndex())
            if value is None:
                self._desk.messages.info("已停止，没有改动任何事项。")
            else:
                then(value)

        self.bar.setRange(0, 0)
        self._progress = self._desk.job(self, stoppable, then=ended, failed=failed or self._refused, title=title)
        self._show_step(self.stack.currentIndex())

    def _stop(self) -> None:
        if self._progress is not None:
            self._progress.cancel()
            self.stop.setEnabled(False)

    def _progressed(self, done: int, total: int, text: str) -> None:
        if self._progress is not None:
            self.bar.setRange(0, total)
            self.bar.setValue(done)
            self.bar.setFormat(text)

    def _refused(self, refusal: Refusal) -> None:
        self._progress = None
        self._say(refusal.sentence, "bad")
        self._show_step(self.stack.currentIndex())

    def _say(self, sentence: str, tone: str) -> None:
        self.said.setText(sentence)
        retone(self.said, tone)
