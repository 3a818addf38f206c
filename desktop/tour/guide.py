"""What the tour does like a person: keys and clicks in the real window, waiting for what they bring, and pictures."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from db.receipts.content import Medium
from desktop.shell.window import MainWindow

PATIENCE_MS = 20_000
SETTLE_MS = 350


class StepFailed(Exception):
    """A step of the tour did not come to what it should."""


@dataclass
class FolderPrinter:
    """A printer that lays every paper into a folder as a PDF, numbered in the order of printing."""

    folder: Path
    printed: list[Path] = field(default_factory=list)

    def names(self) -> tuple[str, ...]:
        """One printer."""
        return ("文件夹打印机",)

    def trouble(self, printer: str) -> str:
        """Never in trouble."""
        return ""

    def send(self, pdf: bytes, printer: str, title: str, medium: Medium, copies: int) -> None:
        """Write the PDF."""
        safe = "".join(char if char.isalnum() or char in "〔〕-" else "_" for char in title)
        file = self.folder / f"paper-{len(self.printed) + 1:02d}-{safe}-{medium.value}.pdf"
        file.write_bytes(pdf)
        self.printed.append(file)


class Guide:
    """Types, clicks, waits and takes pictures; each picture is numbered and named by its step."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self.window, self.folder = window, folder
        self.pictures: list[Path] = []

    def wait(self, what: str, until: Callable[[], object]) -> None:
        """Let the window work until something is true.

        Raises:
            StepFailed: it did not become true in time.
        """
        waited = 0
        while not until():
            if waited >= PATIENCE_MS:
                raise StepFailed(f"等了 {PATIENCE_MS // 1000} 秒没有等到：{what}")
            self.breathe(50)
            waited += 50

    def breathe(self, milliseconds: int = SETTLE_MS) -> None:
        """Let the window draw and its answers come in."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def picture(self, name: str, widget: QWidget | None = None) -> None:
        """Save what is on the screen: the window with an open dialog over it, or one widget."""
        self.breathe()
        number = len(self.pictures) + 1
        file = self.folder / f"{number:02d}-{name}.png"
        shot = (widget or self.window).grab()
        dialog = self.dialog()
        if widget is None and dialog is not None:
            from PySide6.QtGui import QColor, QPainter

            painter = QPainter(shot)
            painter.fillRect(shot.rect(), QColor(0, 0, 0, 70))
            inner = dialog.grab()
            left = (self.window.width() - dialog.width()) // 2
            painter.drawPixmap(left, max((self.window.height() - dialog.height()) // 2, 0), inner)
            painter.end()
        if not shot.save(str(file)):
            raise StepFailed(f"无法写入 {file}")
        self.pictures.append(file)

    def dialog(self) -> QDialog | None:
        """The dialog that is open, if one is."""
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QDialog) and widget.isVisible() and widget is not self.window.jobs.dialog:
                return widget
        return None

    def close_dialog(self) -> None:
        """Close the dialog that is open and go back to the window, as a window manager would."""
        dialog = self.dialog()
        if dialog is not None:
            dialog.close()
        self.window.activateWindow()
        self.breathe(150)
        if self.window.focusWidget() is None and self.window.page is not None:
            self.window.page.setFocus()

    def type(self, text: str, into: QWidget | None = None) -> None:
        """Type a text, key by key."""
        target = into or self._focus()
        for char in text:
            if char.isascii():
                QTest.keyClicks(target, char)
            else:  # what an input method commits
                from PySide6.QtGui import QInputMethodEvent

                event = QInputMethodEvent()
                event.setCommitString(char)
                QApplication.sendEvent(target, event)
        self.breathe(60)

    def scan(self, text: str) -> None:
        """What a reader types: fast, and Enter at the end."""
        target = self._focus()
        QTest.keyClicks(target, text)
        QTest.keyClick(target, Qt.Key.Key_Return)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, times: int = 1) -> None:
        """Press a key where the focus is."""
        for _ in range(times):
            QTest.keyClick(self._focus(), key, modifier)
            self.breathe(60)

    def click(self, widget: QWidget) -> None:
        """Click a widget in its middle.

        Raises:
            StepFailed: it is hidden or grey.
        """
        if not widget.isVisible() or not widget.isEnabled():
            raise StepFailed(f"按不到“{widget.accessibleName() or type(widget).__name__}”")
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        self.breathe(60)

    def _focus(self) -> QWidget:
        return QApplication.focusWidget() or self.window.focusWidget() or self.window
