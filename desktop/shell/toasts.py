"""Sentences at the foot of the window: they come, can be read, and go; problems stay until they are closed."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.shell import theme
from desktop.widgets.badge import SHAPES
from desktop.widgets.tone import retone

TONES = {"info": "good", "warn": "warn", "problem": "bad"}
SECONDS = {"info": 5, "warn": 10}
MOST = 3


class Toast(QFrame):
    """One sentence."""

    def __init__(self, level: str, sentence: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        retone(self, TONES[level])
        self.level, self.sentence = level, sentence
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 8, 8, 8)
        text = QLabel(f"{SHAPES[TONES[level]]}　{sentence}")
        text.setWordWrap(True)
        text.setTextFormat(Qt.TextFormat.PlainText)
        layout.addWidget(text, 1)
        close = QPushButton("知道了")
        close.setObjectName("link")
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        close.clicked.connect(self.end)
        layout.addWidget(close)
        self.setAccessibleName(sentence)
        if level in SECONDS:
            QTimer.singleShot(SECONDS[level] * 1000, self.end)

    def end(self) -> None:
        """Go."""
        self.hide()
        self.deleteLater()


class Toasts(QWidget):
    """The place of the sentences: over the lower middle of the window, never in the way of the keyboard."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(6)
        window.installEventFilter(self)
        self.hide()

    def say(self, level: str, sentence: str) -> None:
        """Show a sentence; the same one twice is shown once."""
        for toast in self.shown():
            if toast.sentence == sentence:
                toast.end()
        toast = Toast(level, sentence, self)
        toast.destroyed.connect(lambda: QTimer.singleShot(0, self._place))
        self._box.addWidget(toast)
        for old in self.shown()[:-MOST]:
            old.end()
        self._place()

    def shown(self) -> list[Toast]:
        """The sentences on the screen, the oldest first."""
        return [toast for toast in self.findChildren(Toast) if not toast.isHidden()]

    def clear(self) -> None:
        """Take all away (somebody else sits down)."""
        for toast in self.shown():
            toast.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        if not self.shown():
            self.hide()
            return
        width = min(theme.px(640), self._window.width() - 40)
        self.setFixedWidth(width)
        self.adjustSize()
        self.move((self._window.width() - width) // 2, self._window.height() - self.height() - theme.px(44))
        self.show()
        self.raise_()
