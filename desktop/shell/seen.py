"""What goes on only while somebody looks: the minutes on a page, and looking again where no server tells what others did."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from desktop.shell.desk import Desk

CLOCK_MS = 15_000
"""The minutes move this often; no question to the database."""
POLL_MS = 5_000
"""Where no server tells what others did, a page looks again this often."""


class WhileSeen(QObject):
    """Calls `tick` and `look` now and then, as long as a widget is shown and not hidden; stops and goes on with it."""

    def __init__(self, widget: QWidget, desk: Desk, tick: Callable[[], None], look: Callable[[], None]) -> None:
        super().__init__(widget)
        self._widget, self._desk = widget, desk
        self.clock, self.poll = QTimer(self, interval=CLOCK_MS), QTimer(self, interval=POLL_MS)
        self.clock.timeout.connect(tick)
        self.poll.timeout.connect(look)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._widget and event.type() is QEvent.Type.Show:
            self.clock.start()
            if not self._desk.hears_others:
                self.poll.start()
        elif watched is self._widget and event.type() is QEvent.Type.Hide:
            self.clock.stop()
            self.poll.stop()
        return False
