"""Cards and codes that a reader types into whatever field has the focus.

Keys in a reader's beat (desktop/shell/burst.py) that end in Enter or Tab and hold an ID number are a card: the field they
fell into gets back what stood there before, the key that ended them does nothing, and the card goes to the person band.
Other bursts (receipt codes) are left to the window.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget

from db.people.scanned import read_card
from desktop.shell.burst import HAND_MS, Burst, goes_on
from desktop.shell.scanner import MODIFIERS, Stood

SHORTEST_CODE = 8
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_TYPING = frozenset(
    {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.KeypadModifier}
)


@dataclass(frozen=True, slots=True)
class _Before:
    """What a burst could spoil: the field it falls into, and what single keys mean something to."""

    stood: Stood
    kept: object


class ScanGuard(QObject):
    """Watches the keys of a page."""

    spoilt = Signal(object)  # a burst fell where single keys mean something: put back what `keep` gave
    card = Signal(object)  # Card

    def __init__(self, page: QWidget, keep: Callable[[], object] = lambda: None) -> None:
        super().__init__(page)
        self._page, self._keep = page, keep
        timer = QElapsedTimer()
        timer.start()
        self.clock: Callable[[], int] = timer.elapsed
        """Milliseconds that only go forward."""
        self._last = -HAND_MS
        self._told = 0
        self._burst: Burst[_Before] = Burst()
        self._scanned = False  # the key before ended a reader's burst
        self._filtering = False

    def watch(self, on: bool) -> None:
        """Begin or cease watching (a hidden page does not watch)."""
        app = QApplication.instance()
        if app is None or on == self._filtering:
            return
        self._filtering = on
        if on:
            app.installEventFilter(self)
        else:
            app.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent) or not isinstance(watched, QWidget):
            return False
        if watched is not QApplication.focusWidget() or not self._page.isAncestorOf(watched):
            return False
        if event.key() in MODIFIERS:
            return False
        pause = self._since_last(event)
        if event.key() in _ENDS:
            return self._end(event, pause)
        if event.text() and event.text().isprintable() and event.modifiers() in _TYPING:
            self._add(event.text(), watched, pause)
        else:
            self._burst = Burst()
        self._scanned = False
        return False

    def _since_last(self, event: QKeyEvent) -> int:
        """Milliseconds since the key before, by the system's own time: a window that was busy must not split a card."""
        told, self._told = self._told, event.timestamp()
        before, self._last = self._last, self.clock()
        return event.timestamp() - told if event.timestamp() and told else self._last - before

    def _add(self, text: str, watched: QWidget, pause: int) -> None:
        if not goes_on(pause):
            self._burst = Burst()
        burst = self._burst
        may_begin = not burst.text or pause > HAND_MS
        burst.add(text, pause, self._before(watched) if may_begin else burst.before[-1])

    def _before(self, watched: QWidget) -> _Before:
        field = watched.lineEdit() if isinstance(watched, QComboBox) and watched.isEditable() else watched
        return _Before(Stood.in_(field) if isinstance(field, QLineEdit) else Stood(), self._keep())

    def _end(self, event: QKeyEvent, pause: int) -> bool:
        """True: the key has done its work here."""
        burst, self._burst = self._burst, Burst()
        again, self._scanned = self._scanned or pause < HAND_MS, False
        if not goes_on(pause):
            return False
        if not burst.text:
            return again and event.key() != Qt.Key.Key_Tab  # the second key of a reader that ends with two
        scan = burst.whole(pause)
        if scan is None:
            return False
        self._scanned = len(scan.text) >= SHORTEST_CODE
        stood = scan.before.stood
        if stood.field is None and self._scanned:
            self.spoilt.emit(scan.before.kept)
        found = read_card(scan.text)
        if found is None or (stood.field is not None and stood.field.objectName() == "seek"):
            return False
        stood.put_back()
        self.card.emit(found)
        return True
