"""What a long job shows: how far it is, and a way to cancel it."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QProgressDialog, QWidget

from desktop.shell.desk import Desk
from desktop.shell.work import Progress

PATIENCE_MS = 400
"""A job that is over sooner shows nothing."""


class JobDialog(QObject):
    """One dialog at a time, over the window."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.dialog: QProgressDialog | None = None
        desk.job_began.connect(self._began)
        desk.progressed.connect(self._moved)
        desk.job_ended.connect(self._ended)

    def _began(self, title: str, progress: Progress) -> None:
        dialog = QProgressDialog(title or "正在处理…", "取消（Esc）", 0, 0, self._window)
        dialog.setWindowTitle(title or "请稍候")
        dialog.setMinimumDuration(PATIENCE_MS)
        dialog.canceled.connect(progress.cancel)
        self.dialog = dialog

    def _moved(self, done: int, total: int, text: str) -> None:
        if self.dialog is not None:
            self.dialog.setMaximum(total)
            self.dialog.setValue(min(done, max(total - 1, 0)))
            if text:
                self.dialog.setLabelText(text)

    def _ended(self) -> None:
        if self.dialog is not None:
            self.dialog.reset()
            self.dialog.deleteLater()
            self.dialog = None
