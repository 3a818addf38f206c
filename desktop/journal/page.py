"""日志: for the auditor. Filter, read, hold against the chain, export."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from db import verbs
from db.changes import Changes
from db.clock import business_date, local
from db.errors import Refusal
from db.journal import queries
from db.journal.actions import note_export, note_verification
from db.journal.queries import PAGE, JournalFilter, JournalRow
from db.staff import queries as staff_queries
from db.staff.permissions import Permission
from desktop.journal import jobs
from desktop.journal.detail import Detail
from desktop.journal.filters import Filters
from desktop.journal.jobs import Verification
from desktop.journal.verdict import VerdictBar
from desktop.journal.words import facts_line, subject
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.page import Page
from desktop.shell.work import Progress
from desktop.widgets.form import scrolled
from desktop.widgets.table import Column, RowTable

NOTHING = "这段时间没有符合条件的记录。\n放宽日期，或按 Ctrl+0 清空条件再看。"

COLUMNS = (
    Column[JournalRow]("序号", lambda row: str(row.seq), 60, right=True),
    Column[JournalRow]("时间", lambda row: f"{local(row.at):%m-%d %H:%M:%S}", 118),
    Column[JournalRow]("人员", lambda row: row.staff_name or "—", 84),
    Column[JournalRow]("操作", lambda row: verbs.title(row.tag), 128, tone=lambda row: _tone(row)),
    Column[JournalRow]("对象", subject, 64),
    Column[JournalRow]("内容", facts_line),
)


class JournalPage(Page):
    """Filters above, entries left, one entry right; the verdict of a verification between."""

    title = "日志"
    icon = "fa6s.clipboard-list"
    manual = "safety"
    permission = Permission.JOURNAL_READ

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._about: tuple[str, UUID] | None = None
        self._op: tuple[UUID, datetime] | None = None
        self._verification: Progress | None = None
        self._listing = False  # a list is under way
        self.filters = Filters(self)
        self.narrowed = QPushButton()
        self.narrowed.setObjectName("link")
        self.narrowed.hide()
        self.verify_button = QPushButton(theme.icon("fa6s.shield-halved"), "核对日志（Ctrl+H）")
        self.export_button = QPushButton(theme.icon("fa6s.file-export"), "导出（Ctrl+E）")
        self.verdict = VerdictBar(self)
        self.table: RowTable[JournalRow] = RowTable(COLUMNS, NOTHING)
        self.table.setAccessibleName("操作日志")
        self.detail = Detail(self)
        self._lay_out()
        self._connect()

    # ---- what the window calls

    def refresh(self) -> None:
        self.export_button.setEnabled(self.desk.may(Permission.JOURNAL_EXPORT))
        self.filters.start(business_date(self.desk.now()))
        self.desk.ask(self, lambda _session: verbs.titles(), then=self._titled, topic="titles")
        self.desk.ask(self, staff_queries.names, self.desk.centre_id, then=self.filters.show_people, topic="names")
        self._list()

    def changed(self, changes: Changes) -> None:
        if self.table.verticalScrollBar().value() == 0:  # whoever reads further down is not pulled away
            self._list()

    def search(self, text: str) -> None:
        self.filters.words.setText(text)

    def keys(self) -> list[tuple[str, str]]:
        return [(key, meaning) for key, meaning, _act in self._keys()]

    def wanted(self) -> JournalFilter:
        """What is being shown: the filters, or everything about one thing or one click."""
        if self._op is not None:
            op, at = self._op
            return JournalFilter(op=op, since=at, until=at + timedelta(microseconds=1))  # one click, one instant
        if self._about is not None:
            kind, row_id = self._about
            return JournalFilter(subject_kind=kind, subject_id=row_id)
        return self.filters.wanted()

    # ---- what the auditor does

    def verify(self) -> None:
        """Hold the whole journal against its chain, off the window's thread."""
        if self._verification is not None:
            return
        hall, centre = self.desk.hall, self.desk.centre_id
        self.verdict.begin()
        self._verification = self.desk.job(
            self,
            lambda progress: jobs.verify(hall, centre, progress),
            then=self._verified,
            failed=lambda refusal: self._ended(refusal.sentence),
            title="核对操作日志",
        )

    def stop(self) -> None:
        """Stop a verification, or put its result away."""
        if self._verification is not None:
            self._verification.cancel()
            self._verification = None
        self.verdict.hide()

    def export(self) -> None:
        """Write what is being shown to a spreadsheet."""
        if not self.export_button.isEnabled():
            return
        name = f"操作日志-{local(self.desk.now()):%Y%m%d-%H%M}.xlsx"
        chosen, _ = QFileDialog.getSaveFileName(self, "导出操作日志", name, "Excel 工作簿 (*.xlsx)")
        if chosen:
            self.export_to(Path(chosen).with_suffix(".xlsx"))

    def export_to(self, file: Path) -> None:
        """Count, tell the journal, then write: an export that nobody could trace must not exist."""
        wanted, centre = self.wanted(), self.desk.centre_id

        def counted(entries: int) -> None:
            self.desk.do(self, note_export, entries=entries, then=lambda _: self._write(file, wanted, centre))

        self.desk.ask(self, queries.count, centre, wanted, then=counted)

    def show_all(self) -> None:
        """Leave the one thing or one click, and clear the filters."""
        self._about = self._op = None
        self.filters.clear(business_date(self.desk.now()))

    def show_subject(self, kind: str, row_id: UUID) -> None:
        """Show everything about one thing, of all times."""
        self._about, self._op = (kind, row_id), None
        self._list()

    def show_op(self, op: UUID, at: datetime) -> None:
        """Show everything that one click did."""
        self._about, self._op = None, (op, at)
        self._list()

    # ---- inside

    def _titled(self, titles: dict[str, str]) -> None:
        self.filters.show_titles(titles)
        self.table.viewport().update()

    def _list(self) -> None:
        narrowed = self._about is not None or self._op is not None
        self.narrowed.setVisible(narrowed)
        self.filters.setEnabled(not narrowed)
        self.narrowed.setText(f"只显示{'同一次点击' if self._op else '同一个对象'}的记录。点这里或按 Ctrl+0 看全部。")
        self._listing = True

        def listed(rows: list[JournalRow]) -> None:
            self._listing = False
            self.table.show_rows(rows, at_end=len(rows) < PAGE, key=lambda row: row.seq)

        def failed(refusal: Refusal) -> None:
            self._listing = False
            self._missed(refusal)

        self.desk.ask(
            self, queries.page, self.desk.centre_id, self.wanted(), then=listed, failed=failed, topic="entries"
        )

    def _more(self) -> None:
        """Further rows of what is shown; a list that is under way brings its own."""
        shown = self.table.rows.rows
        if shown and not self._listing:
            self.desk.ask(
                self,
                queries.page,
                self.desk.centre_id,
                self.wanted(),
                before=shown[-1].seq,
                then=lambda rows: self.table.rows.add_rows(rows, at_end=len(rows) < PAGE),
                failed=self._missed,
                topic="entries",
            )

    def _missed(self, refusal: Refusal) -> None:
        self.table.rows.missed()
        self.desk.tell(refusal)

    def _verified(self, done: Verification) -> None:
        self._verification = None
        if done.faults:
            self.verdict.broken(done.faults)
        else:
            self.verdict.whole(done.entries)
        self.desk.do(self, note_verification, entries=done.entries, faults=len(done.faults))

    def _ended(self, sentence: str) -> None:
        self._verification = None
        self.verdict.hide()
        self.desk.messages.problem(sentence)

    def _progressed(self, done: int, total: int, _text: str) -> None:
        if self._verification is not None:
            self.verdict.tell(done, total)

    def _write(self, file: Path, wanted: JournalFilter, centre: UUID) -> None:
        hall = self.desk.hall
        self.desk.job(
            self,
            lambda progress: jobs.export(hall, centre, wanted, file, progress),
            then=lambda count: self.desk.messages.info(f"已导出 {count} 条到 {file}。"),
            title="导出操作日志",
        )

    def _keys(self) -> list[tuple[str, str, Callable[[], object]]]:
        return [
            ("Ctrl+F", "查找内容里的字", lambda: self.filters.words.setFocus()),
            ("Ctrl+0", "清空条件，看最近七天", self.show_all),
            ("Ctrl+B", "只看同一个对象的记录", self.detail.want_subject),
            ("Ctrl+G", "同一次点击的记录", self.detail.want_op),
            ("Ctrl+H", "核对日志是否被改动", self.verify),
            ("Ctrl+E", "导出为电子表格", self.export),
            ("Esc", "停止核对，收起结果", self.stop),
        ]

    def _connect(self) -> None:
        self.filters.edited.connect(self._list)
        self.filters.reset.clicked.connect(self.show_all)
        self.narrowed.clicked.connect(self.show_all)
        self.verify_button.clicked.connect(self.verify)
        self.export_button.clicked.connect(self.export)
        self.verdict.stop_wanted.connect(self.stop)
        self.table.picked.connect(self.detail.show_entry)
        self.table.rows.wants_more.connect(self._more)
        self.detail.subject_wanted.connect(self.show_subject)
        self.detail.op_wanted.connect(self.show_op)
        self.desk.progressed.connect(self._progressed)
        for key, _meaning, act in self._keys():
            QShortcut(QKeySequence(key), self).activated.connect(act)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addStretch(1)
        head.addWidget(self.verify_button)
        head.addWidget(self.export_button)
        split = QSplitter()
        split.addWidget(self.table)
        split.addWidget(scrolled(self.detail))
        split.setSizes([theme.px(800), theme.px(330)])
        split.setStretchFactor(0, 1)
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.addLayout(head)
        layout.addWidget(self.filters)
        layout.addWidget(self.narrowed)
        layout.addWidget(self.verdict)
        layout.addWidget(split, 1)


def _tone(row: JournalRow) -> str:
    """Refused logins stand out; nothing else does."""
    return "warn" if row.tag.endswith("_refused") else ""
