"""The rooms page: the grid in the middle, what can be done with a booking at the side."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from db.changes import Changes
from db.clock import business_date, local, start_of
from db.receipts.check import Standing, Verdict, check_scanned
from db.rooms import bookings
from db.rooms.board import Seen, look
from db.rooms.bookings import Booked
from db.rooms.queries import BookingRow, booking_by_number
from db.rooms.states import STATE_NAMES, BookingState, Step, possible
from db.staff.permissions import Permission
from desktop.rooms.bar import VIEWS, RoomsBar
from desktop.rooms.booking_dialog import BookingDialog
from desktop.rooms.canvas import NO_ROOMS, Content, View
from desktop.rooms.find import FindDialog
from desktop.rooms.geometry import Slot
from desktop.rooms.grid import RoomGrid
from desktop.rooms.legend import Legend
from desktop.rooms.menu import fill_menu
from desktop.rooms.month import MonthGrid
from desktop.rooms.saving import Saved
from desktop.rooms.side import DETACH, SLIP, BookingPane, WaitingPane
from desktop.rooms.steps import Steps
from desktop.rooms.today import TodayBoard
from desktop.rooms.undo import UndoStack
from desktop.rooms.verbs import BUTTONS
from desktop.rooms.words import brief_when, slot_of, title_of, whole_of
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.page import Page
from desktop.shell.scanner import is_room_slip
from desktop.widgets.table import Column, RowTable

if TYPE_CHECKING:
    from desktop.shell.printing import Printing

RELEASE_MS = 60_000
_RELOAD_MS = 120
KINDS = frozenset({"booking", "booking_series", "room", "room_closure", "room_waiting", "borrower"})


class RoomsPage(Page):
    """Left the grid (day, week, month), right the booking, today, and who waits."""

    title = "房间"
    icon = "fa6s.calendar-days"
    manual = "rooms"
    permission = Permission.ROOM_BOOK

    def __init__(self, desk: Desk, printing: "Printing | None" = None, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.printing = printing
        self.setObjectName("page")
        self.bar = RoomsBar(business_date(desk.now()))
        self.grid = RoomGrid(desk.now)
        self.grid.changeable = desk.may(Permission.ROOM_BOOK)
        self.month = MonthGrid(desk.now)
        self.pane = BookingPane(desk)
        self.today_board = TodayBoard(desk)
        self.waiting = WaitingPane()
        self.left_out = RowTable[BookingRow](
            (
                Column("时段", brief_when, 152, tip=whole_of),
                Column("借用方", title_of, tip=whole_of),
                Column("情况", lambda row: STATE_NAMES[row.state], 72, tip=whole_of),
            ),
            "这几天没有取消、跳过、未到或驳回的预约。",
        )
        self.undo, self.steps = UndoStack(self), Steps(self)
        self.seen: Seen | None = None
        self.dialog: QDialog | None = None
        self._view = self.bar.view  # as it was before the bar turned to another
        self.wanted: UUID | None = None  # the chosen booking, told about at the side once it is read
        self._reload_soon = QTimer(self, singleShot=True, interval=_RELOAD_MS)
        self._reload_soon.timeout.connect(self.refresh)
        self._release = QTimer(self, interval=RELEASE_MS)
        self._release.timeout.connect(self.steps.release_late)
        self._release.start()
        self._lay_out()
        self._connect()
        self._bind()

    # ---- what the window calls

    def refresh(self) -> None:
        days = self.bar.days()
        first, last = start_of(days[0]), start_of(days[-1] + timedelta(days=1))
        self.desk.ask(
            self, look, self.desk.centre_id, first, last, self.desk.now(), self.wanted, then=self._show, topic="look"
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._focus_grid()

    def changed(self, changes: Changes) -> None:
        if any(change.kind in KINDS for change in changes) and not self._reload_soon.isActive():
            self._reload_soon.start()  # not put off by each further one: in a busy hall they never end

    def scanned(self, text: str) -> bool:
        self.grid.abort()
        if not is_room_slip(text):
            return False
        self.desk.ask(self, check_scanned, self.desk.centre_id, text, then=self._judged, topic="scan")
        return True

    def keys(self) -> list[tuple[str, str]]:
        steps = [(each.key, f"{each.title}（能办时）") for each in BUTTONS]
        grid = [
            ("方向键", "移动光标"), ("Shift+方向键", "延长时段"), ("回车", "预约光标处，或打开预约"),
            ("M", "移动预约：方向键选位置，Shift+方向键改时长，回车放下，Esc 放弃"), ("Delete", "取消选中的预约"), ("+ / -", "放大、缩小"),
        ]  # fmt: skip
        return [(key, meaning) for key, meaning, _ in self._keys()] + grid + steps

    # ---- what the clerk does

    def book_at(self, slot: Slot, people: int = 0) -> None:
        """Open the booking dialog at a slot."""
        if self.seen is None or not self.seen.board.rooms:
            self.desk.messages.warn(NO_ROOMS)
            return
        dialog = BookingDialog(self.desk, self.seen.board.rooms, slot, parent=self)
        dialog.people.setValue(people)
        self._open_booking(dialog)

    def book_new(self) -> None:
        """Ctrl+N: a booking at the cursor, or of the first room."""
        slot = self.grid.cursor_slot
        if slot is None and self.seen is not None and self.seen.board.rooms:
            at = local(self.desk.now())
            begins = min(at.hour * 60 + 60, 20 * 60)
            slot = Slot(self.seen.board.rooms[0].id, self.bar.day, begins, begins + 60)
        if slot is not None:
            self.book_at(slot)
        elif self.seen is not None:
            self.desk.messages.warn(NO_ROOMS)

    def edit(self, row: BookingRow) -> None:
        """Open the dialog of a booking, where it can still be changed."""
        if self.seen is not None and Step.CHANGE in possible(row.state) and row.id not in self.seen.board.foreign:
            self._open_booking(BookingDialog(self.desk, self.seen.board.rooms, slot_of(row), row, self))
        else:
            self.pick(row)

    def press(self, name: str) -> None:
        """A button of the pane."""
        self.steps.press(name)

    def pick(self, row: BookingRow | None) -> None:
        """Tell about a booking at the side."""
        self.wanted = row.id if row is not None else None
        if row is None:
            self.pane.show_nothing()
            return
        self.tabs.setCurrentWidget(self.pane)
        self.refresh()

    def find_room(self) -> None:
        """Ctrl+F: look for a free room."""
        tools = {tool for room in (self.seen.board.rooms if self.seen else ()) for tool in room.equipment}
        dialog = FindDialog(self.desk, tuple(sorted(tools)), self.bar.day, self)
        dialog.wanted.connect(self.book_at)
        self.open_dialog(dialog)

    def open_dialog(self, dialog: QDialog) -> None:
        """Show a dialog of this page; the page remembers the newest one."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(partial(self._forget, dialog))
        self.dialog = dialog
        dialog.open()

    # ---- answers

    def _show(self, seen: Seen) -> None:
        self.seen = seen
        self.bar.offer(seen.board.rooms)
        self._show_rooms(seen)
        if seen.chosen is not None and seen.chosen.id == self.wanted:
            self.pane.show_booking(seen, seen.chosen.id in seen.board.foreign)
        elif self.wanted is None:
            self.pane.show_nothing()
        self.steps.shown(seen.chosen)
        self.today_board.show_today(seen)
        self.waiting.show_waiting(seen.waiting, seen.board.rooms)
        self.left_out.show_rows(seen.left_out, key=lambda row: row.id)
        free = sum(row.free for row in seen.waiting)
        self.tabs.setTabText(
            self.tabs.indexOf(self.waiting), f"候补 ● {free}" if free else f"候补 {len(seen.waiting) or ''}"
        )

    def _show_rooms(self, seen: Seen) -> None:
        """The rooms and days that the bar asks for."""
        shown = self.bar.chosen(seen.board.rooms)
        if self.bar.view == "month":
            self.month.show_month(seen.board, shown, self.bar.day)
            return
        self.grid.chosen = self.wanted
        self.grid.blockSignals(True)
        self.grid.show_content(Content(seen.board, shown, self.bar.days(), View(self.bar.view)))
        self.grid.blockSignals(False)

    def _saved(self, saved: Saved) -> None:
        self.desk.messages.info(f"{saved.sentence}（Ctrl+Z 撤销）" if saved.result is not None else saved.sentence)
        if isinstance(saved.result, Booked):
            self.undo.push(saved.result.booking_id, saved.result.version)
            self.wanted = saved.result.booking_id
        elif saved.of_series:
            self.undo.push_series(saved.result, saved.anchor)
            self.wanted = saved.anchor or self.wanted
        self.grid.setFocus()
        self.refresh()

    # ---- a slip is scanned

    def _judged(self, verdict: Verdict) -> None:
        """A genuine slip checks its booking in; any other is told."""
        number = verdict.sheet.row.case_number if verdict.sheet is not None else ""
        if verdict.standing is not Standing.GENUINE:
            self.desk.messages.problem(verdict.sentence)
        if number:
            check_in = verdict.standing is Standing.GENUINE
            self.desk.ask(
                self,
                booking_by_number,
                self.desk.centre_id,
                number,
                then=lambda row: self._found(row, check_in),
                topic="scan",
            )

    def _found(self, row: BookingRow | None, check_in: bool) -> None:
        if row is None:
            self.desk.messages.warn("凭单上的预约已经找不到了。")
            return
        self._go_to(row)
        if check_in and row.state is BookingState.BOOKED:
            self.steps.do(
                bookings.arrive, f"“{row.borrower}”已签到，房间使用中。", booking_id=row.id, version=row.version
            )
        elif check_in:
            self.desk.messages.info(f"这个预约{STATE_NAMES[row.state]}，不用再签到。")

    # ---- how it is put together

    def _open_booking(self, dialog: BookingDialog) -> None:
        dialog.saved.connect(self._saved)
        self.open_dialog(dialog)

    def _forget(self, dialog: QDialog, _result: int) -> None:
        """A dialog is closed, while it is still whole; a newer one stays known."""
        if self.dialog is dialog:
            self.dialog = None

    def _lay_out(self) -> None:
        self.new_button = QPushButton("预约（Ctrl+N）")
        theme.dress(self.new_button, "fa6s.plus")
        self.find_button = QPushButton("找空房（Ctrl+F）")
        theme.dress(self.find_button, "fa6s.magnifying-glass")
        self.more = QPushButton("更多（Alt+M）")
        self.more.setShortcut("Alt+M")
        self.menu = QMenu(self.more)
        fill_menu(self.menu, self)
        self.more.setMenu(self.menu)
        self.menu.aboutToHide.connect(self.more.update, Qt.ConnectionType.QueuedConnection)  # else it looks pressed
        for button in (self.new_button, self.find_button, self.more):
            self.bar.buttons.addWidget(button)
        self.views = QStackedWidget()
        self.views.addWidget(self.grid)
        self.views.addWidget(self.month)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.views, 1)
        column.addWidget(Legend())
        self.tabs = QTabWidget()
        pages = ((self.pane, "预约"), (self.today_board, "今日"), (self.waiting, "候补"), (self.left_out, "未成行"))
        for widget, title in pages:
            self.tabs.addTab(widget, title)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.tabs)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([theme.px(900), theme.px(340)])
        body = QHBoxLayout()
        body.addWidget(self.splitter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(16), theme.px(10), theme.px(16), theme.px(8))
        layout.setSpacing(theme.px(8))
        layout.addWidget(self.bar)
        layout.addLayout(body, 1)

    def _connect(self) -> None:
        self.bar.changed.connect(self._turned)
        self.bar.zoomed.connect(lambda by: self.grid.set_zoom(self.grid.zoom + by))
        self.new_button.clicked.connect(self.book_new)
        self.find_button.clicked.connect(self.find_room)
        self.grid.create_wanted.connect(self.book_at)
        self.grid.move_wanted.connect(self.steps.shift)
        self.grid.opened.connect(self.edit)
        self.grid.picked.connect(self.pick)
        self.grid.cancel_wanted.connect(self.steps.end)
        self.grid.refused.connect(lambda why: self.desk.messages.warn(f"没有移动：{why.rstrip('。')}。"))
        self.bar.now.clicked.connect(lambda: self.grid.show_now())
        self.month.day_wanted.connect(self._open_day)
        self.pane.wanted.connect(self.press)
        self.pane.chosen.connect(self._go_to)
        self.today_board.chosen.connect(self._go_to)
        self.left_out.opened.connect(self.pick)
        self.left_out.doubleClicked.connect(lambda _: None)
        self.waiting.offer_wanted.connect(self.steps.offer)
        self.waiting.take_wanted.connect(self.steps.take)
        self.waiting.drop_wanted.connect(self.steps.drop)

    def _turned(self) -> None:
        """Other days, rooms or another view: what is known already is shown at once, then it is read anew."""
        self.views.setCurrentWidget(self.month if self.bar.view == "month" else self.grid)
        if self.bar.view == "week_room" and self._view != "week_room" and self.grid.cursor_slot is not None:
            self.bar.follow(self.grid.cursor_slot.room_id)
        self._view = self.bar.view
        days = self.bar.days()
        if self.seen is not None:
            board = self.seen.board
            if board.first <= start_of(days[0]) and start_of(days[-1] + timedelta(days=1)) <= board.last:
                self._show_rooms(self.seen)
        self.refresh()

    def _open_day(self, day: date) -> None:
        self.bar.show_day(day)
        self.bar.show_view("day")
        self.grid.setFocus()

    def _go_to(self, row: BookingRow) -> None:
        """Show a booking where it stands."""
        self.wanted = row.id
        self.bar.show_day(local(row.starts_at).date())
        self.tabs.setCurrentWidget(self.pane)
        self.refresh()

    def _keys(self) -> tuple[tuple[str, str, Callable[[], object]], ...]:
        views = tuple((key, f"{text}视图", lambda view=view: self.bar.show_view(view)) for view, text, key in VIEWS)
        return (
            ("Ctrl+N", "新预约", self.book_new),
            ("Ctrl+F", "找空房间", self.find_room),
            ("Ctrl+Z", "撤销上一次改动", self.undo.take_back),
            ("Ctrl+T", "回到今天", lambda: self.bar.show_day(self.bar.today)),
            ("PgUp", "前一天（周、月）", lambda: self.bar.turn(-1)),
            ("PgDown", "后一天（周、月）", lambda: self.bar.turn(1)),
            ("F3", "到预约表", self._focus_grid),
            ("F6", "到右边，翻看预约、今日、候补、未成行", self._next_tab),
            *views,
        )

    def _focus_grid(self) -> None:
        (self.month if self.bar.view == "month" else self.grid).setFocus()

    def _next_tab(self) -> None:
        """The next of the pages at the side, with the keys on what can be worked there."""
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + 1) % self.tabs.count())
        shown = self.tabs.currentWidget()
        inside = [shown, *shown.findChildren(QWidget)]
        wanted = Qt.FocusPolicy.TabFocus
        field = next((w for w in inside if w.focusPolicy() & wanted and w.isVisible() and w.isEnabled()), None)
        (field or self.tabs.tabBar()).setFocus()

    def _bind(self) -> None:
        acts: list[tuple[str, Callable[[], object]]] = [(key, act) for key, _, act in self._keys()]
        acts += [(each.key, partial(self.press, each.step.value)) for each in BUTTONS if each.key]
        acts += [("Ctrl+P", partial(self.press, SLIP)), ("Alt+D", partial(self.press, DETACH))]
        for key, act in acts:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda act=act: act())
