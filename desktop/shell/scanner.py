"""A scanner types: keys in a reader's beat that end in Enter and read like a receipt or a case number open what they name.

The field they fell into gets back what stood there. ID cards on the counter page are the page's own matter
(desktop/counter/scan.py); this watches for codes of ours on every page. What is a reader's beat: desktop/shell/burst.py.
"""

from dataclasses import dataclass

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from desktop.shell.burst import HAND_MS, Burst, goes_on

SHORTEST = 12
MODIFIERS = frozenset(
    {
        Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta, Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
    }
)  # fmt: skip
"""Keys that a reader presses for a capital letter: they are no pause and no end."""


@dataclass(frozen=True, slots=True)
class Stood:
    """A field and what stood in it."""

    field: QLineEdit | QPlainTextEdit | None = None
    text: str = ""
    cursor: int = 0

    @classmethod
    def in_(cls, watched: QObject) -> "Stood":
        """What stands in a field now; nothing in what is none."""
        if isinstance(watched, QLineEdit):
            return cls(watched, watched.text(), watched.cursorPosition())
        if isinstance(watched, QPlainTextEdit):
            return cls(watched, watched.toPlainText(), watched.textCursor().position())
        return cls()

    def put_back(self) -> None:
        """Let it stand there again."""
        if isinstance(self.field, QLineEdit):
            self.field.setText(self.text)
            self.field.setCursorPosition(self.cursor)
        elif self.field is not None:
            self.field.setPlainText(self.text)


class Scanner(QObject):
    """Watches the keys of the whole program."""

    read = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._clock = QElapsedTimer()
        self._clock.start()
        self._told = 0
        self._burst: Burst[Stood] = Burst()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if watched is not QApplication.focusWidget() or event.key() in MODIFIERS:
            return False
        pause = self._since_last(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self._end(pause)
        if event.text() and event.text().isprintable():
            self._add(event.text(), watched, pause)
        else:
            self._burst = Burst()
        return False

    def _since_last(self, event: QKeyEvent) -> int:
        """Milliseconds since the key before, by the system's own time: a window that was busy must not split a burst."""
        told, self._told = self._told, event.timestamp()
        handled = int(self._clock.restart())
        return event.timestamp() - told if event.timestamp() and told else handled

    def _add(self, text: str, watched: QObject, pause: int) -> None:
        if not goes_on(pause):
            self._burst = Burst()
        burst = self._burst
        may_begin = not burst.text or pause > HAND_MS
        burst.add(text, pause, Stood.in_(watched) if may_begin else burst.before[-1])

    def _end(self, pause: int) -> bool:
        burst, self._burst = self._burst, Burst()
        scan = burst.whole(pause) if goes_on(pause) else None
        if scan is None or len(scan.text) < SHORTEST or not is_ours(scan.text):
            return False
        scan.before.put_back()
        self.read.emit(scan.text)
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
