"""Above the grid: which days, which view, which rooms."""

from datetime import date, timedelta
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QPushButton, QSpinBox, QVBoxLayout, QWidget

from db.rooms.queries import RoomRow
from desktop.rooms.fields import date_field, inset, pydate, qdate, use_field
from desktop.rooms.words import day_text
from desktop.shell import theme
from desktop.widgets.words import label

VIEWS = (
    ("day", "日", "Ctrl+1"),
    ("week_room", "单间周", "Ctrl+2"),
    ("week", "周", "Ctrl+3"),
    ("month", "月", "Ctrl+4"),
)


class RoomsBar(QWidget):
    """`changed` tells that other days, another view or other rooms are wanted; `zoom` -1 or 1."""

    changed = Signal()
    zoomed = Signal(int)

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.today = today
        self.view = "day"
        self.day_edit = date_field(today, "日期")
        self.title = label("", "sectionTitle")
        self.back, self.forth = QPushButton("‹"), QPushButton("›")
        self.now = QPushButton("今天")
        for button, name, tip in ((self.back, "往前", "PageUp"), (self.forth, "往后", "PageDown")):
            button.setAccessibleName(name)
            button.setToolTip(f"{name}（{tip}）")
        self.views = QButtonGroup(self)
        self.room_box = QComboBox()
        self.room_box.setAccessibleName("房间")
        self.use = use_field(every="全部用途")
        self.people = inset(QSpinBox(maximum=999, singleStep=10, prefix="≥ ", suffix=" 人"))
        self.people.setSpecialValueText("人数不限")
        self.people.setAccessibleName("至少容纳")
        self.tool = QComboBox()
        self.tool.setAccessibleName("设备")
        self.tool.addItem("全部设备", "")
        self.smaller, self.larger = QPushButton("－"), QPushButton("＋")
        for button, name in ((self.smaller, "缩小"), (self.larger, "放大")):
            button.setAccessibleName(name)
            button.setToolTip(f"{name}（Ctrl+滚轮，{'-' if button is self.smaller else '+'}）")
        self._lay_out()
        self._title()
        self._dress()
        theme.watch.changed.connect(self._dress)

    @property
    def day(self) -> date:
        """The day that the view shows or stands in."""
        return pydate(self.day_edit)

    def days(self) -> tuple[date, ...]:
        """The days of the view."""
        if self.view == "day":
            return (self.day,)
        if self.view == "month":
            first = self.day.replace(day=1)
            first -= timedelta(days=first.weekday())
            return tuple(first + timedelta(days=n) for n in range(42))
        monday = self.day - timedelta(days=self.day.weekday())
        return tuple(monday + timedelta(days=n) for n in range(7))

    def chosen(self, rooms: tuple[RoomRow, ...]) -> tuple[RoomRow, ...]:
        """The rooms that pass: one in the week of a room, else by use, capacity and equipment."""
        if self.view == "week_room":
            wanted = self.room_box.currentData()
            return tuple(room for room in rooms if room.id == wanted) or rooms[:1]
        use, tool = self.use.currentData(), self.tool.currentData()
        return tuple(
            room
            for room in rooms
            if (not use or use in room.uses)
            and (not tool or tool in room.equipment)
            and room.capacity >= self.people.value()
        )

    def offer(self, rooms: tuple[RoomRow, ...]) -> None:
        """Know the rooms and their equipment; what is chosen stays."""
        _refill(self.room_box, [(f"{room.number} {room.name}", room.id) for room in rooms])
        tools = sorted({tool for room in rooms for tool in room.equipment})
        _refill(self.tool, [("全部设备", ""), *((tool, tool) for tool in tools)])

    def follow(self, room_id: UUID) -> None:
        """The room that the week of a room shows, without a word: whoever asks for the view is told already."""
        self.room_box.blockSignals(True)
        self.room_box.setCurrentIndex(_at(self.room_box, room_id))
        self.room_box.blockSignals(False)

    def show_view(self, view: str) -> None:
        """Another view."""
        self.view = view
        for button in self.views.buttons():
            button.setChecked(button.property("view") == view)
        one = view == "week_room"
        self.room_box.setVisible(one)
        for field in (self.use, self.people, self.tool):
            field.setVisible(not one)
        for button in (self.smaller, self.larger):
            button.setEnabled(view != "month")
        self._told()

    def show_day(self, day: date) -> None:
        """Another day."""
        self.day_edit.setDate(qdate(day))

    def turn(self, by: int) -> None:
        """A day, a week or a month on or back."""
        if self.view == "month":
            first = self.day.replace(day=1)
            self.show_day(
                (first + timedelta(days=32)).replace(day=1) if by > 0 else (first - timedelta(days=1)).replace(day=1)
            )
        else:
            self.show_day(self.day + timedelta(days=by * (1 if self.view == "day" else 7)))

    def _dress(self) -> None:
        """Buttons of one sign are as wide as the type size wants."""
        for button in (self.back, self.forth, self.smaller, self.larger):
            button.setFixedWidth(theme.px(38))

    def _told(self) -> None:
        self._title()
        self.changed.emit()

    def _title(self) -> None:
        days = self.days()
        if self.view == "day":
            text = f"{days[0].year}年{day_text(days[0])}" + (" · 今天" if days[0] == self.today else "")
        elif self.view == "month":
            text = f"{self.day.year}年{self.day.month}月"
        else:
            week = days[0].isocalendar().week
            text = f"{days[0].month}月{days[0].day}日 — {days[-1].month}月{days[-1].day}日 · 第{week}周"
        self.title.setText(text)

    def _lay_out(self) -> None:
        top, below = QHBoxLayout(), QHBoxLayout()
        for widget in (self.back, self.now, self.forth, self.day_edit):
            top.addWidget(widget)
        top.addWidget(self.title, 1)
        for view, text, key in VIEWS:
            button = QPushButton(text)
            button.setToolTip(f"{text}视图（{key}）")
            button.setAccessibleName(f"{text}视图")
            button.setCheckable(True)
            button.setChecked(view == self.view)
            button.setProperty("view", view)
            button.clicked.connect(lambda _=False, view=view: self.show_view(view))
            self.views.addButton(button)
            top.addWidget(button)
        filters: tuple[QWidget, ...] = (self.room_box, self.use, self.people, self.tool)
        for field in filters:
            below.addWidget(field)
        below.addStretch(1)
        below.addWidget(self.smaller)
        below.addWidget(self.larger)
        self.buttons = QHBoxLayout()
        below.addLayout(self.buttons)
        self.room_box.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(top)
        layout.addLayout(below)
        self.back.clicked.connect(lambda: self.turn(-1))
        self.forth.clicked.connect(lambda: self.turn(1))
        self.now.clicked.connect(lambda: self.show_day(self.today))
        self.smaller.clicked.connect(lambda: self.zoomed.emit(-1))
        self.larger.clicked.connect(lambda: self.zoomed.emit(1))
        self.day_edit.dateChanged.connect(self._told)
        for box in (self.room_box, self.use, self.tool):
            box.currentIndexChanged.connect(self._told)
        self.people.valueChanged.connect(self._told)


def _refill(box: QComboBox, entries: list[tuple[str, object]]) -> None:
    """Other entries without a signal, unless they are the same; the chosen one stays."""
    if [box.itemText(at) for at in range(box.count())] == [text for text, _ in entries]:
        return
    kept = box.currentData()
    box.blockSignals(True)
    box.clear()
    for text, data in entries:
        box.addItem(text, data)
    box.setCurrentIndex(_at(box, kept))
    box.blockSignals(False)


def _at(box: QComboBox, data: object) -> int:
    """Where an entry stands, the first when it does not; Qt's own search does not know when two ids are equal."""
    return next((at for at in range(box.count()) if box.itemData(at) == data), 0)
