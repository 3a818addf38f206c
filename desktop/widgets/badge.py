"""Small marks that are read at a glance: shape, word and colour say the same thing."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from desktop.widgets.tone import Tone, retone

SHAPES: dict[str, str] = {"good": "●", "warn": "▲", "bad": "■", "info": "◆", "": "○"}
"""The shape that goes with a tone: somebody who sees no colours tells them apart by it."""


class Badge(QLabel):
    """A word in a rounded box. With `shape`, the tone's shape stands before the word (a lamp)."""

    def __init__(self, text: str = "", tone: Tone = "", *, shape: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("badge")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._shape = shape
        self.show_state(text, tone)

    def show_state(self, text: str, tone: Tone = "") -> None:
        """Say something else."""
        self.setText(f"{SHAPES[tone]} {text}".strip() if self._shape else text)
        self.setAccessibleName(text)
        retone(self, tone)
