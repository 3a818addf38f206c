"""A scanner types: a fast burst that ends in Enter and reads like a receipt or a case number opens what it names.

The field it fell into gets back what stood there. ID cards on the counter page are the page's own matter
(desktop/counter/scan.py); this watches for codes of ours on every page.
"""

from dataclasses import dataclass

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

HAND_MS = 40
SHORTEST = 12


@dataclass(slots=True)
class _Burst:
    field: QWidget | None = None
    before: str = ""
    cursor: int = 0
    text: str = ""


class Scanner(QObject):
    """Watches the keys of the whole program."""

    read = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._clock = QElapsedTimer()
        self._clock.start()
        self._told = 0
        self._burst = _Burst()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if watched is not QApplication.focusWidget():
            return False
        fast = 0 <= self._since_last(event) < HAND_MS  # the system's clock may wrap around
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self._end(fast)
        if event.text() and event.text().isprintable():
            self._add(event.text(), watched, fast)
        return False

    def _since_last(self, event: QKeyEvent) -> int:
        """Milliseconds since the key before, by the system's own time: a window that was busy must not split a burst."""
        told, self._told = self._told, event.timestamp()
        handled = int(self._clock.restart())
        return event.timestamp() - told if event.timestamp() and told else handled

    def _add(self, text: str, watched: QObject, fast: bool) -> None:
        if not fast or not self._burst.text:
            self._burst = _Burst()
            if isinstance(watched, QLineEdit):
                self._burst = _Burst(watched, watched.text(), watched.cursorPosition())
            elif isinstance(watched, QPlainTextEdit):
                self._burst = _Burst(watched, watched.toPlainText(), watched.textCursor().position())
        self._burst.text += text

    def _end(self, fast: bool) -> bool:
        burst, self._burst = self._burst, _Burst()
        if not fast or len(burst.text) < SHORTEST or not is_ours(burst.text):
            return False
        if isinstance(burst.field, QLineEdit):
            burst.field.setText(burst.before)
            burst.field.setCursorPosition(burst.cursor)
        elif isinstance(burst.field, QPlainTextEdit):
            burst.field.setPlainText(burst.before)
        self.read.emit(burst.text)
        return True


def is_room_slip(text: str) -> bool:
    """Whether a text claims to be the QR of a room booking's slip."""
    from db.receipts.qr import claimed_kind
    from db.receipts.rules import KIND_CODES, OF_ROOMS

    return claimed_kind(text) in {KIND_CODES[kind] for kind in OF_ROOMS}


def is_duty_code(text: str) -> bool:
    """Whether a text claims to be the QR of a duty card (轮值证) or of a 公示表."""
    from db.duty.codes import claimed

    return claimed(text) is not None


def is_ours(text: str) -> bool:
    """Whether a text reads like a receipt's QR, a duty card or a case number of ours."""
    from db.cases.numbers import looks_like_case_number
    from db.receipts.qr import looks_like_receipt

    return looks_like_receipt(text) or looks_like_case_number(text) or is_duty_code(text)
