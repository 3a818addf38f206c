"""The rooms of the centre and when they are closed."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from sqlalchemy.orm import Session

from db.clock import CHINA, business_date, local
from db.errors import Refusal
from db.rooms.admin import close_room, lift_closure
from db.rooms.queries import ClosureRow, RoomRow, closures_between, rooms
from desktop.rooms.fields import date_field, pydate, pytime, time_field
from desktop.rooms.fitting import open_at
from desktop.rooms.room_form import RoomForm
from desktop.shell.desk import Desk
from desktop.widgets.form import Form
from desktop.widgets.table import Column, RowTable
from desktop.widgets.words import label

FAR = timedelta(days=800)
REASONS = ("维修", "选举", "节假日", "大型活动")
_Answer = tuple[tuple[RoomRow, ...], tuple[ClosureRow, ...]]


class RoomsDialog(QDialog):
    """Enter changes a room."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setWindowTitle("房间管理")
        self.dialog: QDialog | None = None
        self.table = RowTable[RoomRow](
            (
                Column("编号", lambda row: row.number, 70),
                Column("名称", lambda row: row.name),
                Column("楼层", lambda row: row.floor, 60),
                Column("容纳", lambda row: f"{row.capacity} 人", 76, right=True),
                Column("面积", lambda row: f"{row.area:g} ㎡", 80, right=True),
                Column("用途", lambda row: "、".join(row.uses), 190),
                Column("情况", _standing, 116, tone=lambda row: "" if row.active else "warn"),
            ),
            "还没有房间，按“新增房间”开始。",
        )
        self.closures = RowTable[ClosureRow](
            (
                Column("房间", self._room_name, 180),
                Column(
                    "停用",
                    lambda row: f"{local(row.starts_at):%Y-%m-%d %H:%M} 至 {local(row.ends_at):%Y-%m-%d %H:%M}",
                    300,
                ),
                Column("原因", lambda row: row.reason),
            ),
            "没有停用安排。",
        )
        self._rooms: tuple[RoomRow, ...] = ()
        self._lay_out()
        self.table.opened.connect(self._edit)
        self.reload()

    def reload(self) -> None:
        """Read rooms and closures anew."""
        centre_id, now = self.desk.centre_id, self.desk.now()

        def query(session: Session) -> _Answer:
            own = tuple(row for row in rooms(session, centre_id, idle=True) if row.centre_id == centre_id)
            return own, closures_between(session, centre_id, now, now + FAR)

        self.desk.ask(self, query, then=self._show, topic="rooms")

    def add(self) -> None:
        """A form for a new room."""
        self._open(RoomForm(self.desk, None, self._rooms, self))

    def close_one(self) -> None:
        """A form for a closure of the current room."""
        row = self.table.current()
        if row is not None:
            self._open(ClosureForm(self.desk, row, self))

    def _edit(self, row: RoomRow) -> None:
        self._open(RoomForm(self.desk, row, tuple(each for each in self._rooms if each.id != row.id), self))

    def _reopen(self) -> None:
        row = self.closures.current()
        if row is not None:
            self.desk.do(self, lift_closure, closure_id=row.id, then=lambda _: self.reload())

    def _open(self, dialog: "RoomForm | ClosureForm") -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.saved.connect(self.reload)
        self.dialog = dialog
        dialog.open()

    def _show(self, answer: _Answer) -> None:
        self._rooms = answer[0]
        self.table.show_rows(answer[0], key=lambda row: row.id)
        if answer[0] and self.table.current() is None:
            self.table.selectRow(0)
            self.table.setFocus()  # Enter changes the room, as its button says
        self.closures.show_rows(sorted(answer[1], key=lambda row: row.starts_at), key=lambda row: row.id)

    def _room_name(self, row: ClosureRow) -> str:
        return next((room.name for room in self._rooms if room.id == row.room_id), "")

    def _lay_out(self) -> None:
        self.add_button, self.edit_button = QPushButton("新增房间（Ctrl+N）"), QPushButton("修改（回车）")
        self.close_button, self.lift_button = QPushButton("停用一段时间…（Alt+T）"), QPushButton("取消停用（Alt+Q）")
        for button, key in ((self.add_button, "Ctrl+N"), (self.close_button, "Alt+T"), (self.lift_button, "Alt+Q")):
            button.setShortcut(key)
        self.add_button.clicked.connect(self.add)
        self.edit_button.clicked.connect(lambda: self._edit(row) if (row := self.table.current()) else None)
        self.close_button.clicked.connect(self.close_one)
        self.lift_button.clicked.connect(self._reopen)
        self.table.picked.connect(lambda row: self.edit_button.setEnabled(row is not None))
        self.table.picked.connect(lambda row: self.close_button.setEnabled(row is not None))
        self.closures.picked.connect(lambda row: self.lift_button.setEnabled(row is not None))
        for button in (self.edit_button, self.close_button, self.lift_button):
            button.setEnabled(False)
            button.setAutoDefault(False)
        self.add_button.setAutoDefault(False)
        top, below = QHBoxLayout(), QHBoxLayout()
        for button in (self.add_button, self.edit_button, self.close_button):
            top.addWidget(button)
        top.addStretch(1)
        below.addWidget(label("停用安排", "sectionTitle"), 1)
        below.addWidget(self.lift_button)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self.table, 3)
        layout.addLayout(below)
        layout.addWidget(self.closures, 1)
        open_at(self, 920, 600)


class ClosureForm(QDialog):
    """From when to when a room is closed, and why."""

    saved = Signal()

    def __init__(self, desk: Desk, room: RoomRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.room_id = desk, room.id
        self.setWindowTitle(f"停用 {room.name}")
        tomorrow = business_date(desk.now()) + timedelta(days=1)
        self.first, self.last = date_field(tomorrow, "开始日期"), date_field(tomorrow, "结束日期")
        self.begins, self.ends = time_field(8 * 60, "开始时间"), time_field(21 * 60, "结束时间")
        self.first.dateChanged.connect(lambda day: self.last.setDate(max(day, self.last.date())))
        self.reason = QComboBox(editable=True)
        self.reason.addItems(REASONS)
        self.form = Form()
        for title, day, clock in (("从", self.first, self.begins), ("到", self.last, self.ends)):
            held = QWidget()
            row = QHBoxLayout(held)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(day)
            row.addWidget(clock)
            row.addWidget(QLabel(""), 1)
            self.form.add(title, held)
        self.form.add("原因", self.reason)
        buttons = QDialogButtonBox()
        self.ok = buttons.addButton("停用（Ctrl+Enter）", QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setShortcut(Qt.Modifier.CTRL | Qt.Key.Key_Return)
        buttons.addButton("取消（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.save)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.form)
        layout.addWidget(buttons)

    def save(self) -> None:
        """Ask for it."""
        self.desk.do(
            self, close_room, room_id=self.room_id, starts_at=_at(pydate(self.first), pytime(self.begins)),
            ends_at=_at(pydate(self.last), pytime(self.ends)), reason=self.reason.currentText(), then=self._saved,
            failed=self._refused,
        )  # fmt: skip

    def _saved(self, _: UUID) -> None:
        self.saved.emit()
        self.accept()

    def _refused(self, refusal: Refusal) -> None:
        self.form.complain(refusal.sentence)


def _standing(row: RoomRow) -> str:
    if not row.active:
        return "停用"
    told = [word for word, is_so in (("需审批", row.needs_approval), ("共享", row.shared)) if is_so]
    return "、".join(told) or "启用"


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, CHINA)
