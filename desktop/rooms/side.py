"""Beside the grid: the chosen booking with what can be done and its history, and the waiting list."""

from uuid import UUID

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from db.clock import local
from db.rooms.board import Seen
from db.rooms.queries import BookingRow, RoomRow, StepRow, WaitingRow
from db.rooms.states import STATE_NAMES, STEP_NAMES, BookingState, Step, possible
from db.staff.permissions import Permission
from desktop.rooms.look import TONES
from desktop.rooms.story import step_text, whole_step
from desktop.rooms.verbs import BUTTONS, StepButton
from desktop.rooms.words import day_text, span_text, told, when_text
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.badge import Badge
from desktop.widgets.table import Column, RowTable
from desktop.widgets.words import EmptyHint, label

SLIP, DETACH = "slip", "detach"
_MARGIN = 10


class BookingPane(QWidget):
    """One booking. `wanted` names the step, or SLIP or DETACH."""

    wanted = Signal(str)
    chosen = Signal(object)  # BookingRow of the same series

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.row: BookingRow | None = None
        self._rooms: dict[UUID, RoomRow] = {}
        self.empty = EmptyHint("没有选中预约", "在左边拖出一段时间即可预约，\n或用方向键选好时段按回车。")
        self.body = QWidget()
        self.title = label("", "itemName", wrap=True, select=True)
        self.badge = Badge(shape=True)
        self.text = label("", "", wrap=True, select=True)
        self.buttons: dict[str, QPushButton] = {}
        self._button_grid = QGridLayout()
        self._button_grid.setSpacing(theme.px(6))
        self._columns = 0
        for button in BUTTONS:
            self._add(button.step.value, button)
        self._add(SLIP, StepButton(Step.BOOK, "打印凭单", "Ctrl+P", "fa6s.print"))
        self._add(DETACH, StepButton(Step.BOOK, "改为单次", "Alt+D", "fa6s.link-slash"))
        self.history = RowTable[StepRow](
            (
                Column("时间", lambda row: f"{local(row.at):%m-%d %H:%M}", 106, tip=self._whole_step),
                Column("操作", lambda row: STEP_NAMES[row.step], 88, tip=self._whole_step),
                Column("经办和变动", lambda row: step_text(row, self._rooms), tip=self._whole_step),
            ),
            "没有历史",
        )
        self.history.setAccessibleName("预约的历史")
        self.step = label("", "hint", wrap=True, select=True)
        self.step.hide()
        self.history.picked.connect(self._tell_step)
        self.series = RowTable[BookingRow](
            (
                Column("系列各场", when_text),
                Column("状态", lambda row: STATE_NAMES[row.state], 90, tone=lambda row: TONES[row.state]),
            ),
            "",
        )
        self.series.opened.connect(self.chosen)
        self._lay_out()
        self.show_nothing()

    def show_nothing(self) -> None:
        """No booking is chosen."""
        self.row = None
        self._keep_width()
        self.body.hide()
        self.empty.show()

    def show_booking(self, seen: Seen, foreign: bool) -> None:
        """Show the chosen booking of an answer."""
        row = seen.chosen
        if row is None:
            self.show_nothing()
            return
        self.row = row
        room = seen.board.room(row.room_id)
        self.title.setText(row.borrower)
        self.badge.show_state(STATE_NAMES[row.state], TONES[row.state])  # type: ignore[arg-type]
        self.text.setText(told(row, room).split("\n", 1)[1] + _also(row, seen))
        can = set() if foreign else {step.value for step in possible(row.state)}
        owned = room is not None and room.centre_id == self.desk.centre_id
        if not self.desk.may(Permission.ROOM_APPROVE) or not owned:
            can -= {Step.APPROVE.value, Step.REJECT.value}
        can |= {SLIP} if self.desk.may(Permission.RECEIPT_PRINT) and owned else set()
        can |= {DETACH} if row.series_id is not None and not foreign else set()
        for at, name in enumerate(name for name in self.buttons if name in can):
            self._button_grid.addWidget(self.buttons[name], at // 2, at % 2)
        for name, button in self.buttons.items():
            button.setVisible(name in can)
        self.buttons[SLIP].setText(
            f"{'打印取消单' if row.state in (BookingState.CANCELLED, BookingState.REJECTED, BookingState.SKIPPED) else '打印凭单'}（Ctrl+P）"
        )
        self._keep_width()
        self._rooms = {each.id: each for each in seen.board.rooms}
        self.history.show_rows(seen.history, key=lambda each: (row.id, each.position))
        self._tell_step(self.history.current())
        self.series.show_rows(seen.series, key=lambda each: each.id)
        self.series.setVisible(bool(seen.series))
        self.empty.hide()
        self.body.show()

    def _keep_width(self) -> None:
        """Both columns as wide as the widest button ever was: the grid beside them stays where the hand is."""
        widest = max(button.sizeHint().width() for button in self.buttons.values())
        if widest != self._columns:
            self._columns = widest
            for column in (0, 1):
                self._button_grid.setColumnMinimumWidth(column, widest)
            self.setMinimumWidth(2 * widest + self._button_grid.spacing() + 2 * theme.px(_MARGIN))

    def _whole_step(self, row: StepRow) -> str:
        return whole_step(row, self._rooms)

    def _tell_step(self, row: StepRow | None) -> None:
        """All of the step the cursor is on: what a line of the table cannot hold."""
        self.step.setText(self._whole_step(row) if row is not None else "")
        self.step.setVisible(row is not None)

    def _add(self, name: str, spec: StepButton) -> None:
        button = QPushButton(f"{spec.title}（{spec.key}）")
        theme.dress(button, spec.icon)
        button.setAccessibleName(spec.title)
        button.clicked.connect(lambda: self.wanted.emit(name))
        self.buttons[name] = button

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)
        inner = QVBoxLayout(self.body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addLayout(head)
        inner.addWidget(self.text)
        inner.addLayout(self._button_grid)
        inner.addWidget(self.series, 1)
        inner.addWidget(self.history, 1)
        inner.addWidget(self.step)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[theme.px(_MARGIN)] * 4)
        layout.addWidget(self.empty)
        layout.addWidget(self.body)


def _also(row: BookingRow, seen: Seen) -> str:
    """What it is for, and which neighbouring centre asked."""
    lines = (("内容", row.purpose), ("申请中心", seen.asked_by))
    return "".join(f"\n{title} {text}" for title, text in lines if text)


class WaitingPane(QWidget):
    """Who waits; a freed slot stands first and can be given with one key."""

    offer_wanted = Signal(object)  # WaitingRow
    take_wanted = Signal(object)
    drop_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rooms: dict[UUID, RoomRow] = {}
        self.table = RowTable[WaitingRow](
            (
                Column("房间", lambda row: self._room(row, "number"), 46, tip=self._told),
                Column("时段", lambda row: f"{local(row.starts_at):%m-%d %H:%M}", 98, tip=self._told),
                Column("候补", lambda row: row.borrower, tip=self._told),
                Column(
                    "情况",
                    lambda row: "可以安排" if row.free else "已通知" if row.state == "offered" else "等候",
                    84,
                    tone=lambda row: "good" if row.free else "",
                ),
            ),
            "没有候补。时段被占时，可在预约窗口里登记候补。",
        )
        self.told = label("", "hint", wrap=True, select=True)
        self.offer = QPushButton("已通知对方")
        self.take = QPushButton("转为预约（回车）")
        self.take.setObjectName("primary")
        self.drop = QPushButton("放弃候补")
        buttons = QGridLayout()
        buttons.setSpacing(theme.px(6))
        for at, (button, signal) in enumerate(
            ((self.take, self.take_wanted), (self.offer, self.offer_wanted), (self.drop, self.drop_wanted))
        ):
            buttons.addWidget(button, min(at, 1), max(at - 1, 0), 1, 1 if at else 2)
            button.clicked.connect(lambda _=False, signal=signal: self._press(signal))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(8), theme.px(8), theme.px(8), theme.px(8))
        layout.addWidget(self.table, 1)
        layout.addWidget(self.told)
        layout.addLayout(buttons)
        self.table.picked.connect(self._enable)
        self.table.opened.connect(lambda row: self.take_wanted.emit(row) if row.free else None)
        self._enable(None)

    def show_waiting(self, rows: tuple[WaitingRow, ...], rooms: tuple[RoomRow, ...]) -> None:
        """Those whose slot is free stand first."""
        self._rooms = {room.id: room for room in rooms}
        self.table.show_rows(sorted(rows, key=lambda row: not row.free), key=lambda row: row.id)
        self._enable(self.table.current())

    def _press(self, signal: SignalInstance) -> None:
        """A button, which may be switched off by what it does: the keys stay on this page, where Ctrl+Z is."""
        self.table.setFocus()
        signal.emit(self.table.current())

    def _room(self, row: WaitingRow, what: str) -> str:
        room = self._rooms.get(row.room_id)
        return str(getattr(room, what)) if room is not None else ""

    def _told(self, row: WaitingRow) -> str:
        """Where, when, who and how to reach them."""
        when = f"{day_text(local(row.starts_at).date())} {span_text(row.starts_at, row.ends_at)}"
        who = "　".join(part for part in (row.borrower, row.phone, row.purpose) if part)
        return f"{self._room(row, 'name')}　{when}\n{who}"

    def _enable(self, row: WaitingRow | None) -> None:
        self.told.setText(self._told(row) if row is not None else "")
        self.take.setEnabled(row is not None and row.free)
        self.offer.setEnabled(row is not None and row.state == "waiting")
        self.drop.setEnabled(row is not None)
