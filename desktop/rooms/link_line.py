"""A line that can be pressed and is cut, with dots, to the width there is: a side panel need not be scrolled sideways."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from desktop.shell import theme


class LinkLine(QPushButton):
    """A button of one line at the left. Screen readers hear all of it."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.whole = text
        self.setObjectName("link")
        self.setAccessibleName(text)
        self.setStyleSheet("text-align: left;")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(60), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._cut()

    def _cut(self) -> None:
        """As many characters as there is room for."""
        room = self.width() - theme.px(16)
        text = self.fontMetrics().elidedText(self.whole, Qt.TextElideMode.ElideRight, max(room, 0))
        if text != self.text():
            self.setText(text)
