"""The timeline of a case, newest step at the bottom; a list that can be read line by line with the arrow keys."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from db.cases.queries import CaseSheet, EventRow
from db.cases.status import CLOCK_TITLES, STATUS_TITLES, Clock
from desktop.cases.words import long_time
from desktop.shell import theme

_MARKS = {Clock.RUNNING: "▶", Clock.PAUSED: "‖", Clock.NOT_STARTED: "○", Clock.STOPPED: "■", Clock.NONE: "◇"}


def step_text(event: EventRow) -> str:
    """One step in two or three lines: when and what, who and where it led, why."""
    lines = [
        f"{_MARKS[event.clock]} {long_time(event.at)}　{event.title}",
        f"　 {event.staff_name} · {STATUS_TITLES[event.status]} · {CLOCK_TITLES[event.clock]}"
        + (f" · 承诺 {event.due_on:%m-%d}" if event.due_on else ""),
    ]
    more = "；".join(part for part in (event.detail, event.reason) if part)
    if more:
        lines.append(f"　 {more}")
    return "\n".join(lines)


class Timeline(QListWidget):
    """Every step of one case."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("办理进度")
        self.setWordWrap(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setSpacing(theme.px(2))

    def show_case(self, sheet: CaseSheet) -> None:
        """Show another case from its newest step."""
        self.clear()
        for event in sheet.events:
            item = QListWidgetItem(step_text(event))
            item.setSizeHint(QSize())
            item.setToolTip(step_text(event))
            self.addItem(item)
        self.scrollToBottom()
