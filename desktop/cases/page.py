"""办件: the table of cases with filters and quick find, the deadlines, and one case on the right with its moves."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from db.cases.numbers import looks_like_case_number
from db.cases.queries import (
    CaseFilter,
    CaseRow,
    CaseSheet,
    Choices,
    DeadlineGroup,
    Listing,
    Sort,
    choices,
    counts,
    find,
    find_number,
    sheet,
)
from db.cases.status import Lamp
from db.changes import Changes
from db.clock import business_date
from db.live import MANY
from db.receipts.check import Standing, Verdict, check_scanned
from db.receipts.qr import looks_like_receipt
from db.receipts.queries import ReceiptRow
from db.staff.permissions import Permission
from desktop.cases.deadlines import DeadlinesView
from desktop.cases.detail import CaseDetail
from desktop.cases.filters import FilterBar
from desktop.cases.head import CaseHead
from desktop.cases.moves import Moves
from desktop.cases.table import SORT_TITLES, CaseTable, NarrowTable, columns
from desktop.cases.verbs import BUTTONS
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.page import Page
from desktop.widgets.words import label

NOTHING_YET = "还没有在办的办件。\n到“窗口”页（Alt+1）收件、受理以后，办件会列在这里；看办完的请把范围改为“全部”。"
NOTHING_FOUND = "没有符合条件的办件。\n换一个筛选条件，或按 Alt+0 清除筛选。"
NOT_FOUND = "没有找到。\n可以输入完整的办件编号、今天的序号（如 7）、查询码、姓名、证件号、电话或省网申报号。"
_FIND_MS = 200
_RELOAD_MS = 250
_REST_MS = 60


class CasesPage(Page):
    """Left the list (all, found, or by deadline), right the case."""

    title = "办件"
    icon = "fa6s.folder-open"
    manual = "cases"
    permission = Permission.CASE_READ

    receipt_wanted = Signal(object)  # UUID of a receipt to show

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.setObjectName("page")
        self.head = CaseHead()
        self.find_box, self.figures = self.head.find_box, self.head.figures
        self.filters = FilterBar()
        self.table = CaseTable(desk, self.today)
        self.found = NarrowTable(columns(self.today), NOT_FOUND)
        self.deadlines = DeadlinesView(desk, self.today)
        self.detail = CaseDetail()
        self.moves = Moves(desk, self.detail, self)
        self.sort = Sort.NEWEST
        self._wanted: UUID | None = None
        self._pick_first = True
        self.total = label("", "hint")
        self._find_soon = QTimer(self, singleShot=True, interval=_FIND_MS)
        self._rest_soon = QTimer(self, singleShot=True, interval=_REST_MS)
        self._others: set[UUID] = set()  # cases that changed since the last reading
        self._reload_soon = QTimer(self, singleShot=True, interval=_RELOAD_MS)
        self._lay_out()
        self._connect()
        self._bind()

    def today(self) -> date:
        """The business day."""
        return business_date(self.desk.now())

    # ---- what the window calls

    def refresh(self) -> None:
        self.filters.start_days(self.today())
        self.desk.ask(self, choices, self.desk.centre_id, then=self._offer, topic="choices")
        if self.table.model_of_cases.listing is None:
            self._list()
        else:
            self._reload()

    def changed(self, changes: Changes) -> None:
        moved = {change.id for change in changes if change.kind == "case_file"}
        if moved:
            self._others |= moved
            if not self._reload_soon.isActive():  # a busy hall must not put it off for ever
                self._reload_soon.start()

    def scanned(self, text: str) -> bool:
        if looks_like_case_number(text):
            self._open_number(text)
            return True
        if looks_like_receipt(text):
            self.desk.ask(self, check_scanned, self.desk.centre_id, text, then=self._judged, topic="scan")
            return True
        return False

    def search(self, text: str) -> None:
        self.find_box.setText(text)
        self._find()

    def keys(self) -> list[tuple[str, str]]:
        moves = [(each.key, f"{each.title}（能办时）") for each in BUTTONS.values()]
        side = [
            ("Alt+K", "接手"),
            ("Alt+Q", "代办下一步"),
            ("Alt+N", "外部编号"),
            ("Alt+X", "更正"),
            ("Alt+W", "为什么不能办"),
        ]
        return [(key, meaning) for key, meaning, _ in self._keys()] + moves + side

    # ---- what the clerk does

    def open_case(self, case_id: UUID) -> None:
        """Show a case on the right, wherever it stands in the list."""
        self._wanted = case_id
        self._rest_soon.stop()

        def read(found: CaseSheet | None) -> None:
            if self._wanted == case_id:  # another one may be wanted by now, or none
                self._show_sheet(found)

        self.desk.ask(self, sheet, self.desk.centre_id, case_id, self.today(), then=read, topic="sheet")

    def show_deadlines(self) -> None:
        """Between the table and the deadlines."""
        self._find_soon.stop()
        self.desk.forget(self, "find")  # what is still being looked for must not come before it
        on = self.lists.currentWidget() is not self.deadlines
        self._show_list(self.deadlines if on else self.table)
        if on:
            self.deadlines.refresh()
            self.deadlines.table.setFocus()
        else:
            self._back_to_table()

    # ---- asking

    def _list(self) -> None:
        if self.desk.actor is None:
            return
        wanted = self.filters.chosen(self.desk.actor.staff_id, self.today())
        self.table.empty = NOTHING_YET if wanted == CaseFilter(live=True) else NOTHING_FOUND
        self._pick_first = True
        self.table.show_listing(Listing(wanted, self.sort, self.today()))
        self._show_list(self.table)
        self._count()

    def _reload(self) -> None:
        self.table.model_of_cases.reload()
        self._count()
        if self.lists.currentWidget() is self.deadlines:
            self.deadlines.refresh()
        if self.lists.currentWidget() is self.found:
            self._find()
        moved, self._others = self._others, set()
        mine = not moved or bool(moved & {self._wanted, MANY})  # the case on the right is read when it has changed
        if mine and self._wanted is not None and not self._rest_soon.isActive():  # else the cursor goes to another case
            self.open_case(self._wanted)

    def _count(self) -> None:
        self.desk.ask(self, counts, self.desk.centre_id, self.today(), then=self.head.show_counts, topic="counts")

    def _find(self) -> None:
        text = self.find_box.text().strip()
        if not text:
            self.desk.forget(self, "find")
            if self.lists.currentWidget() is self.found:
                self._show_list(self.table)
            return
        vault, centre_id = self.desk.hall.vault, self.desk.centre_id
        self.desk.ask(self, find, vault, centre_id, text, self.today(), then=self._show_found, topic="find")

    def _open_number(self, text: str) -> None:
        def found(case_id: UUID | None) -> None:
            if case_id is None:
                self.desk.messages.warn("本中心没有这个编号的办件，请核对编号或查是不是别的中心开的。")
            else:
                self.open_case(case_id)

        self.desk.ask(self, find_number, self.desk.centre_id, text, then=found, topic="scan")

    # ---- answers

    def _offer(self, found: Choices) -> None:
        self.filters.offer(found)

    def _show_total(self, total: int) -> None:
        if self.lists.currentWidget() is not self.table:
            return  # the count came late: what stands in front has words of its own
        self.total.setText(f"共 {total:,} 件 · {SORT_TITLES[self._order()]}")
        if not total and self._wanted is None:
            self.detail.show_nothing()
        elif total and self._pick_first and self._wanted is None:
            self.table.selectRow(0)
        self._pick_first = False

    def _order(self) -> Sort:
        listing = self.table.model_of_cases.listing
        return listing.order if listing is not None else self.sort

    def _show_group(self, group: DeadlineGroup) -> None:
        if self.lists.currentWidget() is self.deadlines:
            more = f"，列出前 {len(group.rows)} 件" if group.total > len(group.rows) else ""
            self.total.setText(f"{group.group} {group.total:,} 件{more}")

    def _show_found(self, rows: tuple[CaseRow, ...]) -> None:
        self.found.show_rows(rows, key=lambda row: row.id)
        self._show_list(self.found)
        self.total.setText(f"找到 {len(rows)} 件")
        if rows and self.found.current() is None:
            self.found.selectRow(0)
        if not rows:
            self._wanted = None
            self.detail.show_nothing()

    def _show_sheet(self, found: CaseSheet | None) -> None:
        if found is None:
            self.detail.show_nothing()
            return
        self.detail.show_sheet(found, self.today())

    def _judged(self, verdict: Verdict) -> None:
        """A receipt was scanned: open its case; say so where the paper is void or not to be trusted."""
        case_id = verdict.sheet.row.case_id if verdict.sheet is not None else None
        if case_id is not None:
            self.open_case(case_id)
        if verdict.standing is Standing.VOID:
            self.desk.messages.warn(verdict.sentence)
        elif verdict.standing is not Standing.GENUINE:
            self.desk.messages.problem(verdict.sentence)

    def _picked(self, row: CaseRow | None) -> None:
        """The cursor moved: show the case when it has come to rest, so that a held key does not ask for every line."""
        if row is not None and row.id != self._wanted:
            self._wanted = row.id
            self._rest_soon.start()

    def _rested(self) -> None:
        if self._wanted is not None:
            self.open_case(self._wanted)

    # ---- how it is put together

    def _lay_out(self) -> None:
        self.lists = QStackedWidget()
        for each in (self.table, self.found, self.deadlines):
            self.lists.addWidget(each)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.lists, 1)
        column.addWidget(self.total)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.detail)
        self.detail.setMinimumWidth(theme.px(400))
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setSizes([theme.px(760), theme.px(440)])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        layout.setSpacing(theme.px(10))
        layout.addWidget(self.head)
        layout.addWidget(self.filters)
        layout.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        self.table.model_of_cases.on_count = self._show_total
        self.filters.changed.connect(self._filtered)
        self.find_box.textChanged.connect(lambda: self._find_soon.start())
        self.find_box.returnPressed.connect(self._find_now)
        self._find_soon.timeout.connect(self._find)
        self._rest_soon.timeout.connect(self._rested)
        self._reload_soon.timeout.connect(self._reload)
        self.table.picked.connect(self._picked)
        self.found.picked.connect(self._picked)
        self.deadlines.picked.connect(self._picked)
        self.deadlines.shown.connect(self._show_group)
        for table in (self.table, self.found):
            table.opened.connect(lambda _row: self._focus_moves())
        self.deadlines.opened.connect(lambda _row: self._focus_moves())
        self.table.sort_wanted.connect(self._sort)
        self.head.deadlines_button.clicked.connect(lambda _on: self.show_deadlines())
        self.moves.moved.connect(lambda moved: self.open_case(moved.case_id))
        self.detail.paper_wanted.connect(self._open_paper)
        self.head.figure_pressed.connect(self._press_figure)

    def _press_figure(self, name: str) -> None:
        """A figure over the list: show the cases it counts."""
        lamps = {"red": Lamp.RED, "yellow": Lamp.YELLOW, "paused": Lamp.PAUSED}
        if name == "today":
            self.filters.choose(scope="all", span="0")
        else:
            self.filters.choose(lamp=lamps.get(name))

    def _open_paper(self, row: ReceiptRow) -> None:
        self.receipt_wanted.emit(row.id)

    def _filtered(self) -> None:
        self._wanted = None
        self._list()

    def _sort(self, section: int) -> None:
        wanted = self.table.next_sort(section, self.sort)
        if wanted is None:
            self.desk.messages.info("可以按期限、编号、收件时间和申请人排序。")
            return
        self.sort = wanted
        self._filtered()

    def _find_now(self) -> None:
        self._find_soon.stop()
        self._find()
        self.found.setFocus()

    def _show_list(self, which: QWidget) -> None:
        self.lists.setCurrentWidget(which)
        self.head.deadlines_button.setChecked(which is self.deadlines)
        self.filters.setEnabled(which is self.table)

    def _focus_moves(self) -> None:
        """Enter in the list: to the first thing that can be done."""
        for button in self.detail.buttons.values():
            button.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return

    def _focus_list(self) -> None:
        shown = self.lists.currentWidget()
        table = self.deadlines.table if shown is self.deadlines else shown
        if table is not None:
            table.setFocus()

    def _escape(self) -> None:
        if self.find_box.text():
            self.find_box.clear()
        self.desk.forget(self, "find")
        self._show_list(self.table)
        self._back_to_table()

    def _back_to_table(self) -> None:
        """The table is in front again: the case on the right is the one its cursor is on."""
        self._show_total(self.table.model_of_cases.total)
        self._picked(self.table.current())
        self.table.setFocus()

    def _keys(self) -> tuple[tuple[str, str, Callable[[], object]], ...]:
        return (
            ("Ctrl+F", "查找办件", self.find_box.setFocus),
            ("Ctrl+T", "期限提醒：今天、明天、超期", self.show_deadlines),
            ("Alt+0", "清除筛选，回到在办", self.filters.reset),
            ("F2", "到列表", self._focus_list),
            ("F3", "到右边的操作", self._focus_moves),
            ("F6", "翻看情况、进度、材料、回执", self._next_tab),
            ("Esc", "清空查找，回到列表", self._escape),
        )

    def _next_tab(self) -> None:
        tabs = self.detail.tabs
        tabs.setCurrentIndex((tabs.currentIndex() + 1) % tabs.count())

    def _bind(self) -> None:
        for key, _meaning, act in self._keys():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda act=act: act())
