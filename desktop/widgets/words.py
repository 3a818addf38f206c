"""Labels with a role: titles, hints, key chips, and the hint of an empty page."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget


def label(text: str = "", role: str = "", *, wrap: bool = False, select: bool = False) -> QLabel:
    """A label; `role` is its object name in the style sheet (pageTitle, sectionTitle, hint, keyChip, figure …)."""
    made = QLabel(text)
    made.setObjectName(role)
    made.setWordWrap(wrap)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if select:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return made


def rule() -> QFrame:
    """A thin line between two parts."""
    made = QFrame()
    made.setObjectName("rule")
    return made


class EmptyHint(QWidget):
    """What an empty page says: what would be here, and what to do first."""

    pressed = Signal()

    def __init__(self, title: str, text: str = "", button: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        self.title = label(title, "sectionTitle")
        self.text = label(text, "hint", wrap=True)
        for part in (self.title, self.text):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(part)
        self.button = QPushButton(button)
        self.button.setVisible(bool(button))
        self.button.clicked.connect(self.pressed)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(2)

    def say(self, title: str, text: str = "") -> None:
        """Say something else."""
        self.title.setText(title)
        self.text.setText(text)
