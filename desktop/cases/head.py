"""The line over the list: quick find, the figures that are filters when they are pressed, the way to the deadlines."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from db.cases.queries import Counts
from desktop.shell import theme

FIGURES = ("live", "red", "yellow", "paused", "today")


class CaseHead(QWidget):
    """`figure_pressed` names the figure; the page knows what it filters by."""

    figure_pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.find_box = QLineEdit()
        self.find_box.setObjectName("seek")
        self.find_box.setPlaceholderText("查找办件：编号、今天的序号、查询码、姓名、证件号、省网申报号（Ctrl+F）")
        self.find_box.setAccessibleName("查找办件")
        self.find_box.setClearButtonEnabled(True)
        self.deadlines_button = QPushButton("期限提醒（Ctrl+T）")
        theme.dress(self.deadlines_button, "fa6s.clock")
        self.deadlines_button.setCheckable(True)
        self.figures: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.find_box, 1)
        for name in FIGURES:
            button = QPushButton("…")
            button.setObjectName("link")
            button.clicked.connect(lambda _=False, name=name: self.figure_pressed.emit(name))
            self.figures[name] = button
            row.addWidget(button)
        row.addWidget(self.deadlines_button)

    def show_counts(self, found: Counts) -> None:
        """Say how many there are of each."""
        texts = {
            "live": f"在办 {found.live:,}",
            "red": f"■ 超期 {found.overdue:,}",
            "yellow": f"▲ 将到期 {found.yellow:,}",
            "paused": f"◆ 暂停 {found.paused:,}",
            "today": f"今日收件 {found.received_today:,}",
        }
        for name, text in texts.items():
            self.figures[name].setText(text)
