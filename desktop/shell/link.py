"""The banner that stands while the server cannot be reached. What was typed stays; what is shown is what was read last."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.badge import SHAPES
from desktop.widgets.tone import retone
from desktop.widgets.words import label

LOST = "与服务器的连接中断，正在自动重连。已填的内容都在，屏幕上是断开前的数据；恢复后自动刷新。"
FOUND = "与服务器的连接已恢复，数据已刷新。"
FOUND_MS = 4_000


class LinkBanner(QFrame):
    """Hidden while all is well; says that the link is lost, and for a moment that it is back."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(16), theme.px(6), theme.px(16), theme.px(6))
        self._shape: QLabel = label("")
        self.text: QLabel = label("", wrap=True)
        layout.addWidget(self._shape)
        layout.addWidget(self.text, 1)
        self._soon_gone = QTimer(self, singleShot=True, interval=FOUND_MS)
        self._soon_gone.timeout.connect(self.hide)
        desk.linked.connect(self._linked)
        desk.actor_changed.connect(lambda actor: None if actor is not None else self.hide())
        self.hide()

    def _linked(self, there: bool) -> None:
        if there:
            self._say("good", FOUND)
            self._soon_gone.start()
        else:
            self._soon_gone.stop()
            self._say("warn", LOST)

    def _say(self, tone: str, sentence: str) -> None:
        self._shape.setText(SHAPES[tone])
        self.text.setText(sentence)
        self.setAccessibleName(sentence)
        retone(self, tone)
        retone(self._shape, tone)
        self.show()
