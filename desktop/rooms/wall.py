"""Paper for walls, seen before it is printed: the week for the foyer, today's sign for a door."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from db.rooms.posting import poster
from db.rooms.queries import RoomRow
from desktop.paper.render import Rendered, warning
from desktop.rooms.fields import date_field, pydate
from desktop.rooms.fitting import open_at
from desktop.shell.desk import Desk
from desktop.shell.paper_view import PaperView, save_pdf
from desktop.widgets.form import Form

if TYPE_CHECKING:
    from desktop.shell.printing import Printing

WEEK, DOOR = "一周安排（大厅公示）", "今日安排（门牌）"


class WallDialog(QDialog):
    """Ctrl+P prints, Ctrl+S keeps it as PDF, Esc leaves it."""

    def __init__(
        self,
        desk: Desk,
        printing: "Printing | None",
        rooms: tuple[RoomRow, ...],
        day: date,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk, self.printing = desk, printing
        self.made: Rendered | None = None
        self._asked = 0
        self.setWindowTitle("打印公示")
        self.what = QComboBox()
        self.what.addItems([WEEK, DOOR])
        self.room_box = QComboBox()
        for room in rooms:
            if room.centre_id == desk.centre_id:
                self.room_box.addItem(f"{room.number} {room.name}", room)
        self.day = date_field(day, "日期")
        self.paper = QComboBox()
        self.paper.addItems(["A4 横向", "A3 横向"])
        self.colour = QCheckBox("彩色")
        self.colour.setChecked(True)
        self.view = PaperView(self)
        self.print_button, self.save_button = QPushButton("打印（Ctrl+P）"), QPushButton("保存为 PDF（Ctrl+S）")
        self.print_button.setObjectName("primary")
        self._lay_out()
        self.what.currentIndexChanged.connect(self.reload)
        self.room_box.currentIndexChanged.connect(self.reload)
        self.day.dateChanged.connect(self.reload)
        self.paper.currentIndexChanged.connect(self.reload)
        self.colour.toggled.connect(self.reload)
        self.print_button.clicked.connect(self.print_now)
        self.save_button.clicked.connect(self._save)
        QShortcut(QKeySequence.StandardKey.Print, self, self.print_button.click)
        QShortcut(QKeySequence.StandardKey.Save, self, self.save_button.click)
        self.reload()

    @property
    def title(self) -> str:
        """What the file and the print job are called."""
        if self.what.currentText() == WEEK:
            return f"房间一周安排 {self._monday():%Y-%m-%d}"
        return f"门牌 {self.room_box.currentText()} {pydate(self.day):%Y-%m-%d}"

    def reload(self) -> None:
        """Lay it out anew, off the window's thread."""
        week = self.what.currentText() == WEEK
        for field in (self.paper, self.colour):
            field.setEnabled(week)
        self.room_box.setEnabled(not week)
        room, first = self.room_box.currentData(), self._monday() if week else pydate(self.day)
        a3, coloured = self.paper.currentIndex() == 1, self.colour.isChecked()
        hall, centre_id = self.desk.hall, self.desk.centre_id

        def make() -> Rendered:
            from desktop.rooms.door import door_sign
            from desktop.rooms.weekly import foyer_sheet

            found = hall.read(poster, centre_id, first, 7 if week else 1)
            if week:
                return foyer_sheet(found, a3=a3, coloured=coloured)
            return door_sign(found, next(each for each in found.rooms if each.id == room.id))

        self._ready(None)  # what is seen until then is not what is asked for now
        if week or room is not None:
            self._asked += 1
            asked = self._asked

            def show(made: Rendered) -> None:
                if asked == self._asked:  # a sheet that was asked for before may be ready later
                    self._show(made)

            self.desk.work.read(self, make, show, lambda refusal: self.desk.messages.problem(refusal.sentence))

    def print_now(self) -> None:
        """Send it to the printer of the A4 papers."""
        if self.made is not None and self.printing is not None:
            self.printing.print_apart(self.made.pdf, self.title)
            self.accept()

    def _ready(self, made: Rendered | None) -> None:
        self.made = made
        self.print_button.setEnabled(made is not None and self.printing is not None)
        self.save_button.setEnabled(made is not None)

    def _show(self, made: Rendered) -> None:
        self._ready(made)
        self.view.show_pdf(made.pdf)
        if made.missing:
            self.desk.messages.warn(warning(made.missing))

    def _save(self) -> None:
        if self.made is not None:
            save_pdf(self, self.desk, self.made.pdf, self.title)

    def _monday(self) -> date:
        day = pydate(self.day)
        return day - timedelta(days=day.weekday())

    def _lay_out(self) -> None:
        form = Form()
        for title, field in (("内容", self.what), ("房间", self.room_box), ("日期", self.day), ("纸张", self.paper)):
            form.add(title, field)
        form.add("颜色", self.colour)
        left = QVBoxLayout()
        left.addWidget(form)
        left.addStretch(1)
        for button in (self.print_button, self.save_button):
            button.setAutoDefault(False)
            left.addWidget(button)
        layout = QHBoxLayout(self)
        layout.addLayout(left)
        layout.addWidget(self.view, 1)
        open_at(self, 1080, 660)
