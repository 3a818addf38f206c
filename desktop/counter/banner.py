"""A line above the bands: a question of the moment with its answers as buttons, or what went wrong."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from desktop.counter.seek import retone


class Banner(QFrame):
    """Hidden while there is nothing to say. Its first answer has Alt+Y, the second Alt+U, closing is Alt+X."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.first = QPushButton()
        self.second = QPushButton()
        self.close_button = QPushButton("知道了 Alt+X")
        self.close_button.setObjectName("link")
        self._answers: dict[QPushButton, Callable[[], None]] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.addWidget(self.text, 1)
        for button in (self.first, self.second, self.close_button):
            button.setAutoDefault(False)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            layout.addWidget(button)
        self.first.clicked.connect(lambda: self._answer(self.first))
        self.second.clicked.connect(lambda: self._answer(self.second))
        self.close_button.clicked.connect(self.hide)
        self.hide()

    def ask(
        self, text: str, first: str, yes: Callable[[], None], second: str = "", other: Callable[[], None] | None = None
    ) -> None:
        """Ask; nothing waits for the answer."""
        self.text.setText(text)
        retone(self, "info")
        self.first.setText(f"{first} Alt+Y")
        self.second.setText(f"{second} Alt+U")
        self._answers = {self.first: yes}
        if other is not None:
            self._answers[self.second] = other
        self.first.show()
        self.second.setVisible(other is not None)
        self.show()

    def say(self, text: str, tone: str) -> None:
        """Tell; it stays until it is closed or something else is said."""
        self.text.setText(text)
        retone(self, tone)
        self._answers = {}
        self.first.hide()
        self.second.hide()
        self.show()

    def end_said(self, text: str) -> None:
        """What was told is not so any more; a question, or anything else, stays."""
        if self.text.text() == text:
            self.hide()

    def answer(self, at: int) -> None:
        """The key of an answer was pressed."""
        button = (self.first, self.second)[at]
        if self.isVisible() and button in self._answers:
            self._answer(button)

    def _answer(self, button: QPushButton) -> None:
        chosen = self._answers.get(button)
        self.hide()
        if chosen is not None:
            chosen()
