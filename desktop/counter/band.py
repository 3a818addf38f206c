"""The frame of a band: its number and title, a mark when it is settled, and what belongs to its head."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.counter.seek import retone


class Band(QFrame):
    """One of the three bands that fill from top to bottom."""

    def __init__(self, number: int, title: str, key: str, body: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("band")
        self._number = str(number)
        self.badge = QLabel(self._number)
        self.badge.setObjectName("badge")
        heading = QLabel(title)
        heading.setObjectName("bandTitle")
        keys = QLabel(key)
        keys.setObjectName("hint")
        self.body = body
        self._head = QHBoxLayout()
        self._head.setSpacing(8)
        for widget in (self.badge, heading, keys):
            self._head.addWidget(widget)
        self._head.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.setSpacing(6)
        layout.addLayout(self._head)
        layout.addWidget(body, 1)

    def add_button(self, text: str, tip: str) -> QPushButton:
        """A small button at the right of the head."""
        button = QPushButton(text)
        button.setObjectName("link")
        button.setToolTip(tip)
        button.setAutoDefault(False)
        self._head.addWidget(button)
        return button

    def add_to_head(self, widget: QWidget) -> None:
        """Something that belongs to the band's title."""
        self._head.insertWidget(3, widget)

    def add_to_end(self, widget: QWidget) -> None:
        """A button that the body made itself."""
        self._head.addWidget(widget)

    def settle(self, tone: str) -> None:
        """good: settled, warn: something is missing, "": not begun. Told by sign and colour."""
        self.badge.setText({"good": "✓", "warn": "!"}.get(tone, self._number))
        retone(self.badge, tone)
        retone(self, tone)
