"""回执: every numbered paper of the hall, found, judged, shown as it was printed, printed again or voided."""

from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from db.changes import Changes
from db.clock import business_date, local
from db.errors import Refusal
from db.live import MANY
from db.receipts import actions, check, qr, queries
from db.receipts.actions import Issued, Reprinted
from db.receipts.check import Verdict
from db.receipts.queries import PAGE, Cursor, JobRow, ReceiptRow, ReceiptSheet
from db.staff.permissions import Permission
from desktop.receipts.filters import Filters
from desktop.receipts.preview import TONES, Preview, printed_words
from desktop.receipts.queue import QueuePanel
from desktop.receipts.verdict import VerdictBar
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.page import Page
from desktop.shell.printing import Printing
from desktop.widgets.ask import ask_reason
from desktop.widgets.table import Column, RowTable

VOID_REASONS = ("材料份数填错", "申请人信息写错", "事项选错")
NOTHING_YET = "还没有回执。\n在“窗口”页受理办件后，开出的每一张回执都会列在这里。"
NOTHING_FOUND = "没有符合条件的回执。\n换一个日期范围，或清空查找条件再试。"

COALESCE_MS = 120
"""A burst of changes is read once."""
KINDS = frozenset({"receipt", "print_job"})
CASE_TAIL = 11
"""Characters of a case number that tell the cases of a month apart: 1117-0034-3."""

COLUMNS = (
    Column[ReceiptRow]("编号", lambda row: row.number, 184),
    Column[ReceiptRow]("状态", lambda row: row.state.label, 82, tone=lambda row: TONES[row.state]),
    Column[ReceiptRow]("种类", lambda row: row.kind.label, 92),
    Column[ReceiptRow]("事项", lambda row: row.item_name),
    Column[ReceiptRow]("办件尾号", lambda row: row.case_number[-CASE_TAIL:], 106, tip=lambda row: row.case_number),
    Column[ReceiptRow]("开出", lambda row: f"{local(row.issued_at):%m-%d %H:%M}", 104, tip=lambda row: _moment(row)),
    Column[ReceiptRow]("经办人", lambda row: row.issuer_name, 66),
    Column[ReceiptRow]("打印", lambda row: str(row.prints), 46, right=True, tip=lambda row: printed_words(row.prints)),
)


class ReceiptsPage(Page):
    """Filters and list left, the paper right; the print queue takes the place of the list when it is wanted."""

    title = "回执"
    icon = "fa6s.receipt"
    manual = "receipts"
    permission = Permission.RECEIPT_PRINT

    case_wanted = Signal(object)  # UUID of a case to open

    def __init__(self, desk: Desk, printing: Printing, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.filters = Filters(self)
        self.verdict = VerdictBar(self)
        self.table: RowTable[ReceiptRow] = RowTable(COLUMNS, NOTHING_YET)
        self.table.setAccessibleName("回执列表")
        self.queue = QueuePanel(desk, printing, self)
        self.preview = Preview(desk, self)
        self.queue_button = QPushButton(theme.icon("fa6s.list-check"), "打印队列（Ctrl+J）")
        self.queue_button.setCheckable(True)
        self.left = QStackedWidget()
        self._wanted: UUID | None = None
        self._filling = False
        self._asked = self._anew = False  # a list is under way; another is wanted behind it
        self._moved: Changes = frozenset()  # since the last reading
        self._soon = QTimer(self, singleShot=True, interval=COALESCE_MS)
        self._soon.timeout.connect(self._catch_up)
        self._lay_out()
        self._connect()
        self._bind()

    # ---- what the window calls

    def refresh(self) -> None:
        self.filters.start(business_date(self.desk.now()))
        self._soon.stop()
        self._moved = frozenset()
        self._list()
        self.queue.refresh()
        if self._wanted is not None:
            self.show_receipt(self._wanted)  # it may have been voided or printed while nobody looked
        if not self.isAncestorOf(self.focusWidget() or self):
            self.table.setFocus()

    def changed(self, changes: Changes) -> None:
        kinds = {change.kind for change in changes}
        if kinds & KINDS:
            self._moved |= changes
            if not self._soon.isActive():
                self._soon.start()

    def _catch_up(self) -> None:
        """What was committed in the last moments, read once: a desk that prints makes a burst of changes a click."""
        moved, self._moved = self._moved, frozenset()
        if any(change.kind == "receipt" for change in moved):
            self._list()
        self.queue.refresh()
        if self._wanted is not None and {self._wanted, MANY} & {row.id for row in moved if row.kind == "receipt"}:
            self.show_receipt(self._wanted)  # what is wanted by now, not what is still shown

    def scanned(self, text: str) -> bool:
        if not qr.looks_like_receipt(text):
            return False
        self._judge(text)
        return True

    def search(self, text: str) -> None:
        self._leave_queue()
        self.filters.text.setText(text)

    def keys(self) -> list[tuple[str, str]]:
        return [(key, meaning) for key, meaning, _act in self._keys()]

    # ---- what the clerk does

    def show_receipt(self, receipt_id: UUID) -> None:
        """Take one receipt in hand, wherever it stands in the list."""
        self._wanted = receipt_id

        def found(sheet: ReceiptSheet | None) -> None:
            if self._wanted == receipt_id:  # a scan may have been judged meanwhile
                self._shown(sheet)

        self.desk.ask(self, queries.receipt, self.desk.centre_id, receipt_id, then=found, topic="sheet")

    def reprint(self) -> None:
        """Print the receipt in hand again."""
        sheet = self._in_hand(self.preview.reprint)
        if sheet is not None:
            self.desk.do(self, actions.reprint, receipt_id=sheet.row.id, then=self._reprinted)

    def void(self) -> None:
        """Void the receipt in hand, with a reason."""
        sheet = self._in_hand(self.preview.void)
        if sheet is None:
            return
        question = f"作废 {sheet.row.number}。编号保留，不再使用；纸质回执请收回。作废原因："
        reason = ask_reason(self, "作废回执", question, button="作废", suggestions=VOID_REASONS)
        if reason is not None:
            self.desk.do(self, actions.void, receipt_id=sheet.row.id, reason=reason, then=self.show_receipt)

    def reissue(self) -> None:
        """Void the receipt in hand and issue it again under a new number."""
        sheet = self._in_hand(self.preview.reissue)
        if sheet is None:
            return
        question = (
            f"作废 {sheet.row.number}，用新编号照原内容重开一张并打印。"
            "内容本身写错的，请先到“办件”页更正，更正时会自动作废重开。原因："
        )
        reason = ask_reason(
            self, "作废并重开", question, button="作废并重开", suggestions=("纸张污损", *VOID_REASONS[:1])
        )
        if reason is not None:
            self.desk.do(self, actions.reissue, receipt_id=sheet.row.id, reason=reason, then=self._reissued)

    def open_case(self) -> None:
        """Go to the case of the receipt in hand."""
        sheet = self._in_hand(self.preview.case)
        if sheet is not None and sheet.row.case_id is not None:
            self.case_wanted.emit(sheet.row.case_id)

    def toggle_queue(self) -> None:
        """Between the list of receipts and the print queue."""
        if self.left.currentIndex() == 1:
            self._leave_queue()
            return
        self.left.setCurrentIndex(1)
        self.queue_button.setChecked(True)
        self.queue.refresh()
        self.queue.table.setFocus()

    # ---- answers

    def _list(self, after: Cursor | None = None) -> None:
        """One question is under way at a time: a list that is wanted meanwhile is asked next, further rows are left to it."""
        if self._asked:
            self._anew = self._anew or after is None
            return
        self._asked = True
        today = business_date(self.desk.now())
        wanted = self.filters.wanted(today)

        def found(rows: tuple[ReceiptRow, ...]) -> None:
            self._asked = False
            if self._anew:
                self._anew = False
                self._list()
                return
            at_end = len(rows) < PAGE
            if after is not None:
                self.table.rows.add_rows(rows, at_end=at_end)
                return
            self.table.empty = NOTHING_FOUND if self.filters.narrowed() else NOTHING_YET
            self._filling = True
            self.table.show_rows(rows, at_end=at_end)
            self.table.scheduleDelayedItemsLayout()  # as many rows as before: Qt would not look whether there is room for more
            self._filling = False
            self._follow()

        def failed(refusal: Refusal) -> None:
            self._asked = self._anew = False
            self.table.rows.missed()
            self.desk.tell(refusal)

        self.desk.ask(self, queries.receipts, self.desk.centre_id, wanted, today, after, then=found, failed=failed)

    def _more(self) -> None:
        rows = self.table.rows.rows
        if rows:
            self._list(rows[-1].cursor)

    def _picked(self, row: ReceiptRow | None) -> None:
        if row is not None and not self._filling and row.id != self._wanted:
            self.show_receipt(row.id)

    def _job_picked(self, job: JobRow | None) -> None:
        if job is not None and job.receipt_id is not None and self.left.currentIndex() == 1:
            self.show_receipt(job.receipt_id)

    def _judge(self, text: str) -> None:
        self.desk.ask(self, check.check_scanned, self.desk.centre_id, text, then=self._judged, topic="verdict")

    def _judged(self, verdict: Verdict) -> None:
        self.verdict.show_verdict(verdict)
        if verdict.sheet is not None:
            self._shown(verdict.sheet)

    def _shown(self, sheet: ReceiptSheet | None) -> None:
        self._wanted = sheet.row.id if sheet is not None else None
        if sheet is None or sheet != self.preview.sheet:  # what was read anew and is the same keeps its paper
            self.preview.show_sheet(sheet)
        self._follow()

    def _follow(self) -> None:
        """Put the cursor on the receipt in hand, or on nothing when the list does not hold it.

        With none in hand, or one that a filter has left out, the newest of the list is taken in hand.
        """
        rows = self.table.rows.rows
        at = next((at for at, row in enumerate(rows) if row.id == self._wanted), -1)
        if at < 0 and rows and (self._wanted is None or self.filters.narrowed()) and self.verdict.verdict is None:
            self.show_receipt(rows[0].id)
            at = 0
        if not rows and self.verdict.verdict is None:
            self._wanted = None
            self.preview.show_sheet(None)
        self._filling = True
        self.table.setCurrentIndex(self.table.rows.index(at, 0))
        self._filling = False

    def _reprinted(self, made: Reprinted) -> None:
        self.desk.messages.info(f"已送往打印机，纸上注明补打第 {made.count} 次。" if made.count else "已送往打印机。")

    def _reissued(self, made: Issued) -> None:
        self.desk.messages.info(f"已作废并重开，新编号 {made.number}。")
        self.show_receipt(made.receipt_id)

    def _counted(self, waiting: int) -> None:
        self.queue_button.setText(f"打印队列（Ctrl+J）· {waiting} 张未打出" if waiting else "打印队列（Ctrl+J）")

    def _in_hand(self, button: QPushButton) -> ReceiptSheet | None:
        """The receipt shown on the right, if the button for what is wanted is not grey."""
        return self.preview.sheet if button.isEnabled() else None

    # ---- how it is put together

    def _escape(self) -> None:
        if self.left.currentIndex() == 1:
            self._leave_queue()
        elif self.verdict.verdict is not None:
            self.verdict.clear()
        else:
            self.filters.text.clear()
        self.table.setFocus()

    def _leave_queue(self) -> None:
        self.left.setCurrentIndex(0)
        self.queue_button.setChecked(False)
        self.table.setFocus()

    def _connect(self) -> None:
        self.filters.changed.connect(self._list)
        self.table.picked.connect(self._picked)
        self.table.opened.connect(lambda _row: self.open_case())
        self.table.rows.wants_more.connect(self._more)
        self.verdict.scanned.connect(self._judge)
        self.verdict.open_wanted.connect(self.show_receipt)
        self.preview.other_wanted.connect(self.show_receipt)
        self.queue.table.picked.connect(self._job_picked)
        self.queue.counted.connect(self._counted)
        self.queue.close_wanted.connect(self._leave_queue)
        self.queue_button.clicked.connect(lambda _on: self.toggle_queue())
        for button, act in (
            (self.preview.reprint, self.reprint),
            (self.preview.save, self.preview.save_as),
            (self.preview.void, self.void),
            (self.preview.reissue, self.reissue),
            (self.preview.case, self.open_case),
        ):
            button.clicked.connect(act)

    def _keys(self) -> tuple[tuple[str, str, object], ...]:
        return (
            ("Ctrl+F", "查找回执", self.filters.text.setFocus),
            ("Ctrl+E", "扫码验真", self.verdict.field.setFocus),
            ("Ctrl+P", "补打选中的回执", self.reprint),
            ("Ctrl+S", "保存为 PDF", self.preview.save_as),
            ("Ctrl+Del", "作废", self.void),
            ("Ctrl+R", "作废并重开", self.reissue),
            ("Ctrl+O", "打开所属办件（列表里按 Enter 也可以）", self.open_case),
            ("Ctrl+J", "打印队列：查看、重打、取消", self.toggle_queue),
            ("Esc", "关闭验真结果或打印队列、清空查找", self._escape),
        )

    def _bind(self) -> None:
        for key, _meaning, act in self._keys():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.queue.table)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self.queue.do_cancel)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.verdict.field, 1)
        head.addWidget(self.queue_button)
        listing = QWidget()
        column = QVBoxLayout(listing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(self.filters)
        column.addWidget(self.table, 1)
        self.left.addWidget(listing)
        self.left.addWidget(self.queue)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.addWidget(self.left)
        parts.addWidget(self.preview)
        parts.setStretchFactor(0, 1)
        parts.setSizes([theme.px(840), theme.px(330)])
        parts.setChildrenCollapsible(False)
        self.preview.setMinimumWidth(theme.px(320))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        outer.setSpacing(theme.px(8))
        outer.addLayout(head)
        outer.addWidget(self.verdict)
        outer.addWidget(parts, 1)


def _moment(row: ReceiptRow) -> str:
    return f"{local(row.issued_at):%Y-%m-%d %H:%M:%S}"
