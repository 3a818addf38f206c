"""Looking for a free room: “30 人、投影、周六下午、2 小时”."""

from datetime import date, datetime, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from sqlalchemy.orm import Session

from db.clock import business_date
from db.rooms.asking import Asked, FreeSlot, free_slots, read_request
from desktop.rooms.fields import date_field, inset, pydate, use_field
from desktop.rooms.fitting import open_at
from desktop.rooms.geometry import Slot, minutes_of
from desktop.rooms.room_card import RoomCard
from desktop.rooms.words import day_text, span_text
from desktop.shell.desk import Desk
from desktop.widgets.table import Column, RowTable
from desktop.widgets.words import label


class FindDialog(QDialog):
    """A sentence or fields; the answer is a list of slots, Enter books one."""

    wanted = Signal(object, int)  # Slot, people

    def __init__(self, desk: Desk, equipment: tuple[str, ...], day: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self._equipment = desk, equipment
        self.setWindowTitle("找空房间")
        self.sentence = QLineEdit()
        self.sentence.setObjectName("seek")
        self.sentence.setAccessibleName("要什么样的房间")
        self.sentence.setPlaceholderText("例如：30 人、投影、周六下午、2 小时")
        self.day = date_field(day, "日期")
        self.first = QSpinBox(minimum=0, maximum=23, value=8, suffix=" 点起")
        self.last = QSpinBox(minimum=1, maximum=24, value=21, suffix=" 点止")
        self.hours = QDoubleSpinBox(minimum=0.5, maximum=12, value=2, singleStep=0.5, decimals=1, suffix=" 小时")
        self.people = QSpinBox(maximum=999, suffix=" 人")
        self.use = use_field(every="任何用途")
        self.tools = QLineEdit()
        self.tools.setPlaceholderText("设备，用顿号隔开")
        for field, name in (
            (self.first, "最早"), (self.last, "最晚"), (self.hours, "时长"), (self.people, "人数"), (self.tools, "设备"),
        ):  # fmt: skip
            field.setAccessibleName(name)
        for spin in (self.first, self.last, self.hours, self.people):
            inset(spin)
        self.table = RowTable[FreeSlot](
            (
                Column("房间", lambda row: f"{row.room.number} {row.room.name}", 190),
                Column(
                    "时段", lambda row: f"{day_text(row.starts_at.date())} {span_text(row.starts_at, row.ends_at)}", 220
                ),
                Column("容纳", lambda row: f"{row.room.capacity} 人", 80, right=True),
                Column("设备", lambda row: "、".join(row.room.equipment)),
            ),
            "写下要求按回车，或在上面填好后按“查找”。",
        )
        self.card = RoomCard(desk)
        self.told = label("", "hint", wrap=True)
        self.search_button = QPushButton("查找（回车）")
        self.book_button = QPushButton("预约选中的时段（Ctrl+Enter）")
        self.book_button.setObjectName("primary")
        self.book_button.setShortcut(Qt.Modifier.CTRL | Qt.Key.Key_Return)
        self._lay_out()
        self.sentence.returnPressed.connect(self.read)
        self.search_button.clicked.connect(self.search)
        self.table.opened.connect(self._book)
        self.table.picked.connect(lambda row: self.card.show_room(row.room if row is not None else None))
        self.table.picked.connect(lambda row: self.book_button.setEnabled(row is not None))
        self.book_button.clicked.connect(lambda: self._book(self.table.current()))
        self.book_button.setEnabled(False)

    def read(self) -> None:
        """Put the sentence into the fields and search."""
        asked = read_request(self.sentence.text(), business_date(self.desk.now()), self._equipment)
        if asked.day is not None:
            self.day.setDate(date_field(asked.day, "").date())
        if asked.hours:
            self.first.setValue(asked.hours[0])
            self.last.setValue(asked.hours[1])
        if asked.minutes:
            self.hours.setValue(asked.minutes / 60)
        self.people.setValue(asked.people or 0)
        self.tools.setText("、".join(asked.equipment))
        self.use.setCurrentIndex(max(self.use.findData(asked.use), 0))
        self.search()

    def search(self) -> None:
        """Ask for what the fields say."""
        asked = Asked(
            people=self.people.value(), equipment=tuple(part for part in self.tools.text().split("、") if part.strip()),
            use=self.use.currentData(), day=pydate(self.day), hours=(self.first.value(), self.last.value()),
            minutes=int(self.hours.value() * 60),
        )  # fmt: skip
        centre_id, now = self.desk.centre_id, self.desk.now()

        def query(session: Session) -> tuple[FreeSlot, ...]:
            return free_slots(session, centre_id, asked, now)

        self.desk.ask(self, query, then=self._show, topic="free")

    def _show(self, rows: tuple[FreeSlot, ...]) -> None:
        self.table.empty = "没有合适的空房间，请放宽时间、人数或设备。"
        self.table.show_rows(rows)
        rooms = len({row.room.id for row in rows})
        self.told.setText(f"{rooms} 个房间、{len(rows)} 个时段可用，容量最接近的在前。" if rows else "")
        if rows:
            self.table.selectRow(0)
            self.table.setFocus()

    def _book(self, row: FreeSlot | None) -> None:
        if row is None:
            return
        day: date = _day(row.starts_at)
        begins = minutes_of(row.starts_at, day)
        length = int((row.ends_at - row.starts_at) / timedelta(minutes=1))
        self.accept()
        self.wanted.emit(Slot(row.room.id, day, begins, begins + length), self.people.value())

    def _lay_out(self) -> None:
        fields, more = QHBoxLayout(), QHBoxLayout()
        for part in (QLabel("日期"), self.day, self.first, self.last, QLabel("时长"), self.hours):
            fields.addWidget(part)
        fields.addStretch(1)
        wanted: tuple[QWidget, ...] = (QLabel("人数"), self.people, self.use, self.tools, self.search_button)
        for widget in wanted:
            more.addWidget(widget)
        self.search_button.setAutoDefault(False)
        self.book_button.setAutoDefault(False)
        bottom = QHBoxLayout()
        bottom.addWidget(self.told, 1)
        bottom.addWidget(self.book_button)
        layout = QVBoxLayout(self)
        layout.addWidget(self.sentence)
        layout.addLayout(fields)
        layout.addLayout(more)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.card)
        layout.addLayout(bottom)
        open_at(self, 800, 520)
        self.sentence.setFocus()


def _day(at: datetime) -> date:
    return business_date(at)
