"""A room as its manager sets it up."""

import re
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from db.errors import Refusal, RuleBroken
from db.rooms.admin import ALL_DAY_EVERY_DAY, RoomFields, add_room, edit_room
from db.rooms.hours import read_hours, write_hours
from db.rooms.parts import divide
from db.rooms.queries import RoomRow, photo_of, rooms
from db.rooms.rules import USES, BorrowerKind
from desktop.rooms.fields import inset, named
from desktop.rooms.fitting import open_at
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.twice import Twice
from desktop.shell.work import Progress
from desktop.widgets.form import Form, scrolled
from desktop.widgets.words import label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MOST_PHOTO_BYTES = 3_000_000


class RoomForm(QDialog):
    """Ctrl+Enter saves. A new room may be the whole of a divisible hall (整厅) that takes other rooms' parts."""

    saved = Signal()

    def __init__(
        self, desk: Desk, room: RoomRow | None, others: tuple[RoomRow, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.desk, self.room, self._others = desk, room, others
        self.photo: bytes | None = None
        self.setWindowTitle(f"修改房间 {room.name}" if room else "新增房间")
        rules = room.rules if room else None
        self.number, self.name = QLineEdit(room.number if room else ""), QLineEdit(room.name if room else "")
        self.floor = QLineEdit(room.floor if room else "")
        self.area = inset(QDoubleSpinBox(maximum=99999, value=room.area if room else 0, suffix=" ㎡"))
        self.service = _tick("服务面积（不勾为办公面积）", room.service_area if room else True)
        self.capacity = QSpinBox(maximum=9999, value=room.capacity if room else 30, suffix=" 人")
        self.uses = {use: _tick(use, bool(room and use in room.uses)) for use in USES}
        self.equipment = QLineEdit("、".join(room.equipment) if room else "")
        self.fee = QLineEdit(room.fee if room else "免费")
        allowed = rules.borrowers if rules else ()
        self.kinds = {kind: _tick(kind.value, kind in allowed) for kind in BorrowerKind}
        self.approval = _tick("预约需要负责人审批", bool(room and room.needs_approval))
        self.shared = _tick("阵地共享：相邻中心可以申请", bool(room and room.shared))
        self.active = _tick("启用", room.active if room else True)
        self.numbers = {
            name: inset(QSpinBox(maximum=9999, value=value, suffix=suffix)) for name, value, suffix in _numbers(room)
        }
        for name, words in _NOUGHT.items():
            self.numbers[name].setSpecialValueText(words)
        self.hours = QPlainTextEdit(write_hours(rules.hours if rules else ALL_DAY_EVERY_DAY))
        self.hours.setTabChangesFocus(True)
        self.hours.setFixedHeight(theme.px(88))
        self.note = QLineEdit(room.note if room else "")
        mine = set(room.parts) if room else set()
        self.inner = {  # a room that this one is a part of cannot be a part of it
            other.id: _tick(f"{other.number} {other.name}", bool(mine) and set(other.parts) <= mine)
            for other in others
            if not mine or not mine < set(other.parts)
        }
        self._divided = self.whole()
        self._version = room.version if room else 0
        self.picture, self.photo_button = QLabel(), QPushButton("选择照片…")
        self.photo_off = QPushButton("去掉照片")
        self.photo_off.setEnabled(bool(room and room.has_photo))
        self.photo_button.setAutoDefault(False)
        self.photo_off.setAutoDefault(False)
        self.photo_button.clicked.connect(self._choose_photo)
        self.photo_off.clicked.connect(self._no_photo)
        self._lay_out()
        if room is not None and room.has_photo:
            desk.ask(self, photo_of, desk.centre_id, room.id, then=self._stood)
        if room is not None:
            self._twice: Twice[RoomRow] = Twice(
                self, desk, read=lambda session: _room(session, desk.centre_id, room.id),
                twin=lambda row: RoomForm(desk, row, others, self), adopt=self._adopt, failed=self._failed,
            )  # fmt: skip

    def fields(self) -> RoomFields:
        """What is typed.

        Raises:
            RuleBroken: the opening hours are not understood.
        """
        return RoomFields(
            number=self.number.text(), name=self.name.text(), floor=self.floor.text(), area=self.area.value(),
            service_area=self.service.isChecked(), capacity=self.capacity.value(),
            uses=tuple(use for use, box in self.uses.items() if box.isChecked()),
            equipment=tuple(part.strip() for part in re.split("[、，,；;]", self.equipment.text()) if part.strip()),
            fee=self.fee.text(), borrowers=tuple(kind for kind, box in self.kinds.items() if box.isChecked()),
            needs_approval=self.approval.isChecked(), shared=self.shared.isChecked(), active=self.active.isChecked(),
            note=self.note.text(), photo=self.photo, hours=read_hours(self.hours.toPlainText()),
            **{name: box.value() for name, box in self.numbers.items()},
        )  # fmt: skip

    def whole(self) -> tuple[UUID, ...]:
        """The rooms that this one is the whole of."""
        return tuple(room_id for room_id, box in self.inner.items() if box.isChecked())

    def save(self) -> None:
        """Ask for it; what is wrong stands under the form. Parts first: when they cannot be had, nothing is changed."""
        try:
            fields = self.fields()
        except RuleBroken as wrong:
            self.form.complain(wrong.sentence, self.hours)
            self._area.ensureWidgetVisible(self.hours)
            return
        if self.room is None:
            self.desk.do(self, add_room, fields=fields, whole_of=self.whole(), then=self._saved, failed=self._refused)
        elif self.whole() != self._divided:
            self.desk.do(
                self, divide, room_id=self.room.id, version=self._version, whole_of=self.whole(),
                then=lambda version: self._then_edit(version, fields), failed=self._refused,
            )  # fmt: skip
        else:
            self._edit(fields)

    def _then_edit(self, version: int, fields: RoomFields) -> None:
        self._version, self._divided = version, self.whole()
        self._edit(fields)

    def _edit(self, fields: RoomFields) -> None:
        assert self.room is not None
        self.desk.do(
            self, edit_room, room_id=self.room.id, version=self._version, fields=fields, then=self._saved,
            failed=self._refused,
        )  # fmt: skip

    def _saved(self, _: object) -> None:
        self.saved.emit()
        self.accept()

    def _refused(self, refusal: Refusal) -> None:
        if self.room is None or not self._twice.meets(refusal):
            self._failed(refusal)

    def _adopt(self, room: RoomRow) -> None:
        self.room, self._version = room, room.version
        mine = set(room.parts)
        self._divided = tuple(other.id for other in self._others if other.id in self.inner and set(other.parts) <= mine)
        self.save()

    def _failed(self, refusal: Refusal) -> None:
        self.form.complain(refusal.sentence)

    def _choose_photo(self) -> None:
        dialog = QFileDialog(self, "选择房间照片", "", "图片 (*.png *.jpg *.jpeg)")
        dialog.fileSelected.connect(lambda name: self._read_photo(Path(name)))
        dialog.open()

    def _read_photo(self, path: Path) -> None:
        def read(_progress: Progress) -> bytes:
            try:
                if path.stat().st_size > MOST_PHOTO_BYTES:
                    raise RuleBroken("照片超过 3 MB，请换一张小些的。")
                return path.read_bytes()
            except OSError as error:
                raise RuleBroken(f"读不出 {path.name}，请检查文件。") from error

        self.desk.job(self, read, then=self._show_photo, failed=self._refused, title="读取照片")

    def _no_photo(self) -> None:
        self.photo = b""
        self.picture.clear()
        self.photo_off.setEnabled(False)

    def _show_photo(self, data: bytes) -> None:
        """A file was chosen: what is no picture is refused, and the photo that stood there stays."""
        if self._put_photo(data):
            self.photo = data
            self.form.complain("")
        else:
            self.form.complain("这个文件不是图片，请另选一张。")

    def _stood(self, data: bytes | None) -> None:
        """The photo that the room has arrived."""
        self._put_photo(data)

    def _put_photo(self, data: bytes | None) -> bool:
        """Show a photo. Returns whether it is a picture."""
        pixmap = QPixmap()
        good = bool(data) and pixmap.loadFromData(data or b"")
        if good:
            self.photo_off.setEnabled(True)
            self.picture.setPixmap(pixmap.scaledToHeight(theme.px(72), Qt.TransformationMode.SmoothTransformation))
            self.picture.setAccessibleName("房间照片")
        return good

    def _lay_out(self) -> None:
        self.form = Form()
        add = self.form.add
        add("编号", self.number)
        add("名称", self.name)
        add("楼层", self.floor)
        add("面积", _row(self.area, self.service))
        self.area.setAccessibleName("面积")
        add("容纳", self.capacity)
        add("用途", _boxes(list(self.uses.values()), 4))
        add("设备", self.equipment, "用顿号或逗号隔开：投影、音响、空调")
        add(
            "开放时间",
            self.hours,
            "一行一条：周一至周五 08:00-12:00 14:30-17:30；季节写在后面：（06-01至09-30）。留空为全天。",
        )
        add("收费", self.fee)
        add("可以预约的", _boxes(list(self.kinds.values()), 5), "都不勾表示谁都可以")
        add("使用", _row(self.active, self.approval, self.shared))
        for title, names, hint in _NUMBER_ROWS:
            parts = [named(_TITLES[name], self.numbers[name]) for name in names]
            add(title, _row(*parts), hint)
        add("照片", _row(self.picture, self.photo_button, self.photo_off))
        add("备注", self.note)
        add("列表中的位置", self.numbers["position"], "数字小的排在前面")
        if self.inner:
            hint = "可分隔的大厅：勾选它包括的房间，预约整厅时一并占用"
            if self.room is not None:
                hint += "；改动后，今后的预约、停用和轮值按新的划分占用，过去的不变"
            add("整厅包括", _boxes(list(self.inner.values()), 3), hint)
        buttons = QDialogButtonBox()
        self.ok = buttons.addButton("保存（Ctrl+Enter）", QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setShortcut(Qt.Modifier.CTRL | Qt.Key.Key_Return)
        buttons.addButton("取消（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.save)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        self._area = scrolled(self.form)
        layout.addWidget(self._area, 1)
        layout.addWidget(self.form.trouble)  # below what scrolls: it is always seen
        if self.room is not None:
            layout.addWidget(label("已有的预约不受修改影响。", "hint"))
        layout.addWidget(buttons)
        open_at(self, 800, 640)
        self.number.setFocus()


_TITLES = {
    "setup_minutes": "布置", "clearing_minutes": "清场", "release_minutes": "未到释放", "shortest_minutes": "最短",
    "longest_minutes": "最长", "days_ahead": "最多提前", "week_quota": "每周", "month_quota": "每月",
}  # fmt: skip
_NUMBER_ROWS = (
    ("前后留出", ("setup_minutes", "clearing_minutes"), "预约前后各占用的时间，别的预约排不进来"),
    ("每次时长", ("shortest_minutes", "longest_minutes"), ""),
    ("提前与未到", ("days_ahead", "release_minutes"), "开始后过了这么久没有签到，时段自动释放并提示候补"),
    ("每个借用方", ("week_quota", "month_quota"), "同一借用方在这个房间最多预约几次"),
)
_NOUGHT = {
    "setup_minutes": "不留", "clearing_minutes": "不留", "release_minutes": "不自动释放", "longest_minutes": "不限",
    "days_ahead": "不限", "week_quota": "不限", "month_quota": "不限",
}  # fmt: skip
"""What nought means, where it is no number of minutes, days or times."""


def _room(session: "Session", centre_id: UUID, room_id: UUID) -> RoomRow | None:
    return next((row for row in rooms(session, centre_id, idle=True) if row.id == room_id), None)


def _tick(text: str, on: bool) -> QCheckBox:
    box = QCheckBox(text)
    box.setChecked(on)
    return box


def _numbers(room: RoomRow | None) -> tuple[tuple[str, int, str], ...]:
    rules = room.rules if room else None
    return (
        ("setup_minutes", rules.setup_minutes if rules else 0, " 分钟"),
        ("clearing_minutes", rules.clearing_minutes if rules else 0, " 分钟"),
        ("release_minutes", room.release_minutes if room else 20, " 分钟"),
        ("shortest_minutes", rules.shortest_minutes if rules else 30, " 分钟"),
        ("longest_minutes", rules.longest_minutes if rules else 480, " 分钟"),
        ("days_ahead", rules.days_ahead if rules else 90, " 天"),
        ("week_quota", rules.week_quota if rules else 0, " 次"),
        ("month_quota", rules.month_quota if rules else 0, " 次"),
        ("position", room.position if room else 0, ""),
    )


def _row(*parts: QWidget) -> QWidget:
    held = QWidget()
    box = QHBoxLayout(held)
    box.setContentsMargins(0, 0, 0, 0)
    for part in parts:
        box.addWidget(part)
    box.addStretch(1)
    return held


def _boxes(boxes: list[QCheckBox], columns: int) -> QWidget:
    held = QWidget()
    grid = QGridLayout(held)
    grid.setContentsMargins(0, 0, 0, 0)
    for at, box in enumerate(boxes):
        grid.addWidget(box, at // columns, at % columns)
    return held
