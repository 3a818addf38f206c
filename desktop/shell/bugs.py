"""A bug is a dialog with a report that can be copied; it holds no personal data, and the window stays alive."""

import platform
import re
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.shell.version import VERSION
from desktop.widgets.words import label

_WORDS = r"[\u2e80-\uffef\U00010000-\U0003ffff·]+"  # compiled when a bug is there: that takes 10 ms
_DIGITS = r"\d[\d\-xX*]{3,}"
_QUOTED = r"(['\"]).*?\1"
MOST_CAUSES = 4


def report(bug: BaseException) -> str:
    """What a developer needs: version, platform, where it happened. No values of variables, no texts of the hall.

    Messages of exceptions may quote what was typed; quoted parts, Chinese text and runs of digits are blotted out, and
    what SQLAlchemy says of a statement and its parameters is cut off.
    """
    lines = [f"邻里前台 {VERSION}", f"Python {platform.python_version()} · {platform.platform()}", ""]
    seen: BaseException | None = bug
    for _ in range(MOST_CAUSES):
        if seen is None:
            break
        lines.append(f"{type(seen).__module__}.{type(seen).__qualname__}: {blotted(str(seen))}")
        for frame in traceback.extract_tb(seen.__traceback__):
            place = frame.filename.replace("\\", "/").split("/")[-3:]
            lines.append(f"  {'/'.join(place)}:{frame.lineno} {frame.name}")
        seen = seen.__cause__ or seen.__context__
        if seen is not None:
            lines.append("caused by")
    return "\n".join(lines)


def blotted(message: str) -> str:
    """A message without anything that may be about a person."""
    message = message.split("[SQL")[0].split("DETAIL:")[0]
    unquoted = re.sub(_QUOTED, "'…'", message, flags=re.DOTALL)
    return re.sub(_DIGITS, "#", re.sub(_WORDS, "…", unquoted)).strip()[:300]


class BugDialog(QDialog):
    """Says that it is our fault, that nothing is lost, and offers the report."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("程序出错")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumSize(620, 380)
        layout = QVBoxLayout(self)
        layout.addWidget(label("程序内部出错了，刚才这一步没有完成", "sectionTitle"))
        told = "已经保存的内容都还在，窗口可以继续使用。请复制下面的报告交给系统管理员；报告里没有居民信息。"
        layout.addWidget(label(told, "hint", wrap=True))
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setAccessibleName("错误报告")
        layout.addWidget(self.text)
        buttons = QDialogButtonBox()
        copy = buttons.addButton("复制报告（Ctrl+C）", QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self.copy)
        copy.setShortcut("Ctrl+C")
        buttons.addButton("继续工作（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

    def copy(self) -> None:
        """Put the report on the clipboard."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())


class BugCatcher(QObject):
    """Catches what nobody expected, on whatever thread, and shows it on the window's."""

    caught = Signal(object)  # a 1-tuple with the exception

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._open: BugDialog | None = None
        self._window = parent
        self.caught.connect(self._show)

    def install(self) -> None:
        """Take the place of Python's and Qt's own handlers."""
        sys.excepthook = self._hook
        threading.excepthook = lambda args: self.catch(args.exc_value) if args.exc_value else None
        qInstallMessageHandler(_to_stderr)

    def catch(self, bug: BaseException) -> None:
        """Show a bug; may be called on any thread."""
        sys.stderr.write(report(bug) + "\n")
        self.caught.emit((bug,))

    def note(self, sentence: str) -> None:
        """Something known that comes too late for a dialog: it goes to the error stream."""
        sys.stderr.write(sentence + "\n")

    def _hook(self, kind: type[BaseException], bug: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.exit(130)
        self.catch(bug.with_traceback(trace))

    def _show(self, boxed: tuple[BaseException]) -> None:
        if self._open is not None:
            return  # one report is enough; a timer that fails every second must not pile up dialogs
        self._open = BugDialog(report(boxed[0]), self._window)
        self._open.destroyed.connect(self._closed)
        self._open.open()

    def _closed(self) -> None:
        self._open = None


def _to_stderr(_kind: object, _context: object, message: str) -> None:
    sys.stderr.write(f"Qt: {message}\n")
