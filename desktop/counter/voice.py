"""Calling a number aloud, where the machine can speak; silence where it cannot."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

_DIGITS = dict(zip("0123456789", "零一二三四五六七八九", strict=True))


def spoken(number: str, counter: str) -> str:
    """“请 A 零零七 号到 3 号窗口”: digit by digit, as halls call."""
    digits = "".join(_DIGITS.get(char, f"{char} ") for char in number)
    return f"请 {digits} 号，到 {counter} 号窗口"


def machine_voice(parent: QObject) -> Callable[[str], None] | None:
    """The speaker of this machine, or None. Imported late: the library fails to load where there is no sound system."""
    try:
        from PySide6.QtTextToSpeech import QTextToSpeech
    except ImportError:
        return None
    if not QTextToSpeech.availableEngines():
        return None
    speaker = QTextToSpeech(parent)
    return speaker.say


class Voice(QObject):
    """Says calls aloud when it is switched on; finds its speaker at the first call."""

    def __init__(self, parent: QObject, find: Callable[[QObject], Callable[[str], Any] | None] = machine_voice) -> None:
        super().__init__(parent)
        self.on = False
        self._find = find
        self._say: Callable[[str], Any] | None = None
        self._sought = False

    @property
    def available(self) -> bool:
        """Whether this machine can speak; looks for it once."""
        if not self._sought:
            self._sought = True
            self._say = self._find(self)
        return self._say is not None

    def call(self, number: str, counter: str) -> None:
        """Call a number to a counter, if switched on and possible."""
        if self.on and self.available and self._say is not None:
            self._say(spoken(number, counter))
