"""A paper on the screen, exactly as it is printed, and the dialog that shows one before it is printed."""

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QPushButton, QVBoxLayout, QWidget

from db.errors import Unavailable
from db.receipts.queries import JobPaper
from desktop.paper.render import Rendered
from desktop.shell.desk import Desk
from desktop.shell.print_settings import Route
from desktop.shell.printing import rendered


class PaperView(QPdfView):
    """Shows PDF bytes; pages are painted by Qt's own render thread."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._buffer: QBuffer | None = None
        # A document that dies with its view, as its child, crashes Qt's render thread: it dies after it instead.
        app = QCoreApplication.instance()
        self._paper = QPdfDocument(app) if app is not None else QPdfDocument()
        self.destroyed.connect(self._paper.deleteLater)
        self.setDocument(self._paper)
        self.setPageMode(QPdfView.PageMode.MultiPage)
        self.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.setAccessibleName("纸张预览")

    def show_pdf(self, pdf: bytes) -> None:
        """Show another paper from its first page."""
        self.clear()
        self._buffer = QBuffer(self._paper)
        self._buffer.setData(QByteArray(pdf))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._paper.load(self._buffer)
        self.verticalScrollBar().setValue(0)

    def clear(self) -> None:
        """Show nothing."""
        self._paper.close()
        if self._buffer is not None:
            self._buffer.deleteLater()
            self._buffer = None

    @property
    def pages(self) -> int:
        """How many pages are shown."""
        return self._paper.pageCount()


class PaperDialog(QDialog):
    """A paper before it is printed: print it, keep it as PDF, or leave it in the queue."""

    def __init__(self, desk: Desk, paper: JobPaper, route: Route, go: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._title = paper.job.title
        self._pdf = b""
        self.setWindowTitle(f"打印预览 — {paper.job.title}")
        self.resize(720, 900)
        self.view = PaperView(self)
        self._buttons = self._make_buttons(go)
        layout = QVBoxLayout(self)
        layout.addWidget(self.view, 1)
        layout.addWidget(self._buttons)
        medium, large = paper.job.medium or route.medium, paper.job.large or route.large
        desk.work.read(
            self,
            lambda: rendered(paper.content, medium, large, paper.job.reprint, paper.void),
            self._show,
            lambda refusal: desk.messages.problem(refusal.sentence),
        )

    def _make_buttons(self, go: Callable[[], None]) -> QDialogButtonBox:
        box = QDialogButtonBox(self)
        self.print_button = QPushButton("打印(&P)")
        self.print_button.setDefault(True)
        self.print_button.setEnabled(False)
        self.print_button.setToolTip("打印这张纸（回车）")
        self.save_button = QPushButton("保存为 PDF(&S)")
        self.save_button.setToolTip("把这张纸存成 PDF 文件（Ctrl+S）")
        later = QPushButton("暂不打印(&C)")
        later.setToolTip("留在打印队列里，以后再打（Esc）")
        box.addButton(self.print_button, QDialogButtonBox.ButtonRole.AcceptRole)
        box.addButton(self.save_button, QDialogButtonBox.ButtonRole.ActionRole)
        box.addButton(later, QDialogButtonBox.ButtonRole.RejectRole)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        self.accepted.connect(go)
        self.save_button.clicked.connect(lambda: save_pdf(self, self._desk, self._pdf, self._title))
        QShortcut(QKeySequence.StandardKey.Save, self, self.save_button.click)
        return box

    def _show(self, made: Rendered) -> None:
        self._pdf = made.pdf
        self.view.show_pdf(made.pdf)
        self.print_button.setEnabled(True)
        self.print_button.setFocus(Qt.FocusReason.OtherFocusReason)


def previewer(desk: Desk, window: QWidget) -> Callable[[JobPaper, Route, Callable[[], None]], None]:
    """What `Printing.show_before` takes: shows each paper in a dialog of the window, which goes on working."""

    def show(paper: JobPaper, route: Route, go: Callable[[], None]) -> None:
        dialog = PaperDialog(desk, paper, route, go, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    return show


def save_pdf(owner: QWidget, desk: Desk, pdf: bytes, title: str) -> None:
    """Ask where to keep a PDF, and write it there off the window's thread."""
    if not pdf:
        return
    dialog = QFileDialog(owner, "保存为 PDF", f"{title}.pdf", "PDF 文件 (*.pdf)")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("pdf")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda file: write_pdf(owner, desk, pdf, file))
    dialog.open()


def write_pdf(owner: QWidget, desk: Desk, pdf: bytes, file: str) -> None:
    """Write a PDF off the window's thread, and say how it went."""

    def write() -> str:
        try:
            with open(file, "wb") as out:
                out.write(pdf)
        except OSError as error:
            raise Unavailable(f"没有保存成功（{error.strerror}）：{file}。请换一个位置再存。") from error
        return file

    desk.work.read(
        owner,
        write,
        lambda kept: desk.messages.info(f"已保存：{kept}"),
        lambda refusal: desk.messages.problem(refusal.sentence),
    )
