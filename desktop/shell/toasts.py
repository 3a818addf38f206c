"""Sentences at the foot of the window: they come, can be read, and go; problems stay until they are closed."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from desktop.shell import theme
from desktop.widgets.badge import SHAPES
from desktop.widgets.tone import retone
from desktop.widgets.words import label

TONES = {"info": "good", "warn": "warn", "problem": "bad"}
SECONDS = {"info": 5, "warn": 10}
MOST = 3
GAP, FOOT, WIDEST = 6, 46, 560


class Toast(QFrame):
    """One sentence."""

    def __init__(self, level: str, sentence: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self.level, self.sentence = level, sentence
        tone = TONES[level]
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(12), theme.px(6), theme.px(6), theme.px(6))
        layout.setSpacing(theme.px(10))
        shape = label(SHAPES[tone])
        retone(shape, tone)
        layout.addWidget(shape, 0, Qt.AlignmentFlag.AlignVCenter)
        text: QLabel = label(sentence, wrap=True)
        layout.addWidget(text, 1)
        close = QPushButton("知道了")
        close.setObjectName("link")
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        close.clicked.connect(self.end)
        layout.addWidget(close)
        self.setAccessibleName(sentence)
        retone(self, tone)
        if level in SECONDS:
            QTimer.singleShot(SECONDS[level] * 1000, self, self.end)

    def end(self) -> None:
        """Go."""
        self.hide()
        self.deleteLater()


class Toasts(QWidget):
    """The place of the sentences: over the lower middle of the window, never in the way of the keyboard."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        window.installEventFilter(self)
        theme.watch.changed.connect(self._place)
        self.hide()

    def say(self, level: str, sentence: str) -> None:
        """Show a sentence; the same one twice is shown once."""
        self.end_said(sentence)
        toast = Toast(level, sentence, self)
        toast.installEventFilter(self)
        toast.show()
        for old in self.shown()[:-MOST]:
            old.end()
        self._place()
        QAccessible.updateAccessibility(QAccessibleEvent(toast, QAccessible.Event.Alert))

    def shown(self) -> list[Toast]:
        """The sentences on the screen, the oldest first."""
        return [toast for toast in self.findChildren(Toast) if not toast.isHidden()]

    def end_said(self, sentence: str) -> None:
        """What was said is not so any more."""
        for toast in self.shown():
            if toast.sentence == sentence:
                toast.end()

    def end_problems(self) -> None:
        """Whoever sits down now has not been here: what went wrong before is not theirs."""
        for toast in self.shown():
            if toast.level not in SECONDS:
                toast.end()

    def clear(self) -> None:
        """Take all away (somebody else sits down)."""
        for toast in self.shown():
            toast.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        resized = watched is self._window and event.type() == QEvent.Type.Resize
        gone = isinstance(watched, Toast) and event.type() == QEvent.Type.HideToParent
        if resized or gone:
            self._place()
        return False

    def _place(self) -> None:
        """Stack the sentences from the foot of the window upwards, each as high as its words need."""
        toasts = self.shown()
        if not toasts:
            self.hide()
            return
        width = min(theme.px(WIDEST), self._window.width() - 40)
        top = 0
        for toast in toasts:
            height = toast.heightForWidth(width)
            toast.setGeometry(0, top, width, height)
            top += height + GAP
        self.setGeometry(
            (self._window.width() - width) // 2, self._window.height() - top - theme.px(FOOT) + GAP, width, top - GAP
        )
        self.show()
        self.raise_()
