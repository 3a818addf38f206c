"""Cards and codes that a reader types into whatever field has the focus.

A reader types faster than any hand: keys that follow each other within a few milliseconds are one burst. When a burst ends
in Enter or Tab and holds an ID number, the field it fell into gets back what stood there before, the key that ended it does
nothing, and the card goes to the person band. Other bursts (receipt codes) are left to the window.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget

from db.people.scanned import read_card

HAND_MS = 40
"""Nobody types two characters within this time again and again; readers do, the slowest at 20 to 30 ms."""
SHORTEST_CODE = 8
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


@dataclass(slots=True)
class _Burst:
    field: QLineEdit | None
    text_before: str = ""
    cursor_before: int = 0
    text: str = ""


class ScanGuard(QObject):
    """Watches the keys of a page."""

    burst_began = Signal()  # the first key of what may become a burst: remember what it could spoil
    spoilt = Signal()  # a burst fell where single keys mean something: put back what was remembered
    card = Signal(object)  # Card

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        timer = QElapsedTimer()
        timer.start()
        self.clock: Callable[[], int] = timer.elapsed
        """Milliseconds that only go forward."""
        self._last = -HAND_MS
        self._told = 0
        self._burst = _Burst(None)
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
        fast = 0 <= self._since_last(event) < HAND_MS  # the system's clock may wrap around
        if event.key() in _ENDS:
            return self._end(event, fast)
        if event.text() and event.text().isprintable() and event.modifiers() in (
            Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.KeypadModifier,
        ):  # fmt: skip
            self._add(event.text(), watched, fast)
        return False

    def _since_last(self, event: QKeyEvent) -> int:
        """Milliseconds since the key before, by the system's own time: a window that was busy must not split a card."""
        told, self._told = self._told, event.timestamp()
        before, self._last = self._last, self.clock()
        return event.timestamp() - told if event.timestamp() and told else self._last - before

    def _add(self, text: str, watched: QWidget, fast: bool) -> None:
        if not fast:
            field = watched if isinstance(watched, QLineEdit) else None
            if isinstance(watched, QComboBox) and watched.isEditable():
                field = watched.lineEdit()
            self._burst = _Burst(field, field.text() if field else "", field.cursorPosition() if field else 0)
            self.burst_began.emit()
        self._burst.text += text

    def _end(self, event: QKeyEvent, fast: bool) -> bool:
        """True: the key has done its work here."""
        burst, self._burst = self._burst, _Burst(None)
        if not fast:
            return False
        if not burst.text:
            return event.key() != Qt.Key.Key_Tab  # the second key of a reader that ends with two
        if burst.field is None and len(burst.text) >= SHORTEST_CODE:
            self.spoilt.emit()
        found = read_card(burst.text)
        if found is None or (burst.field is not None and burst.field.objectName() == "seek"):
            return False
        if burst.field is not None:
            burst.field.setText(burst.text_before)
            burst.field.setCursorPosition(burst.cursor_before)
        self.card.emit(found)
        return True
