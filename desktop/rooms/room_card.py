"""What somebody who chooses a room wants to see of it: the photo, and its facts in two lines."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from db.rooms.queries import RoomRow, photo_of
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.words import label


class RoomCard(QWidget):
    """One room, or nothing. Photos are read when they are first wanted and kept while the window stands."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.room: RoomRow | None = None
        self._photos: dict[object, QPixmap] = {}
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.hide()
        self.facts = label("", "hint", wrap=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.picture)
        layout.addWidget(self.facts, 1)

    def show_room(self, room: RoomRow | None) -> None:
        """Tell about a room; the photo follows when it has been read."""
        self.room = room
        self.facts.setText(facts_of(room) if room else "")
        self.picture.clear()
        self.picture.setVisible(room is not None and room.has_photo)  # its place is there before it has been read
        if room is None or not room.has_photo:
            return
        self.picture.setFixedSize(self._size())
        kept = self._photos.get((room.id, room.version))
        if kept is not None:
            self._put(kept)
            return
        self.desk.ask(
            self, photo_of, room.centre_id, room.id, then=lambda data: self._arrived(room, data), topic="photo"
        )

    def _arrived(self, room: RoomRow, data: bytes | None) -> None:
        picture = QPixmap()
        if data and picture.loadFromData(data):
            fitted = picture.scaled(
                self._size(), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            self._photos[(room.id, room.version)] = fitted
            if self.room is not None and self.room.id == room.id:
                self._put(fitted)

    def _put(self, picture: QPixmap) -> None:
        self.picture.setPixmap(picture)
        self.picture.setAccessibleName(f"{self.room.name if self.room else ''}的照片")

    @staticmethod
    def _size() -> QSize:
        return QSize(theme.px(112), theme.px(72))


def facts_of(room: RoomRow) -> str:
    """Where it is, what it holds and has, and on which terms."""
    where = "　".join(
        part
        for part in (
            room.floor, f"容纳 {room.capacity} 人" if room.capacity else "", f"{room.area:g} ㎡" if room.area else "",
            "、".join(room.equipment),
        )
        if part
    )  # fmt: skip
    rules = room.rules
    terms = "　".join(
        part
        for part in (
            room.fee,
            "相邻中心的共享房间，由该中心审批" if room.lent else room.approval,
            f"只借给{'、'.join(rules.borrowers)}" if rules.borrowers else "",
            f"布置 {rules.setup_minutes} 分钟、清场 {rules.clearing_minutes} 分钟"
            if rules.setup_minutes or rules.clearing_minutes
            else "",
            room.note,
        )
        if part
    )
    return "\n".join(line for line in (where, terms) if line)
