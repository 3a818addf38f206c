"""What every form of the duty pages has: labelled fields, Ctrl+Enter, Esc, and everything typed kept when it is refused."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from db.errors import Refusal
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.twice import Twice
from desktop.widgets.form import Form, scrolled


class FormDialog(QDialog):
    """Subclasses add fields to `form` and override `save`, which ends in `_saved` or `_refused`."""

    saved = Signal()

    def __init__(
        self, desk: Desk, title: str, button: str, parent: QWidget | None, *, width: int = 520, height: int = 0
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self.twice: Twice[Any] | None = None  # of a form that changes what is there
        self.setWindowTitle(title)
        self.form = Form()
        buttons = QDialogButtonBox()
        self.ok = buttons.addButton(f"{button}（Ctrl+Enter）", QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setShortcut(QKeySequence(Qt.Modifier.CTRL | Qt.Key.Key_Return))
        self.no = buttons.addButton("取消（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.save)
        buttons.rejected.connect(self.reject)
        self.box = QVBoxLayout(self)
        self.box.addWidget(scrolled(self.form) if height else self.form, 1)
        self.box.addWidget(buttons)
        self.setMinimumWidth(theme.px(width))
        if height:
            self.resize(theme.px(width), theme.px(height))

    def showEvent(self, event: QShowEvent) -> None:
        """Lines that wrap need the height of the width there is: Qt's first size knows only the width they would like."""
        super().showEvent(event)
        needed = self.box.totalHeightForWidth(self.width())
        if needed > self.height():
            self.resize(self.width(), needed)

    def save(self) -> None:
        """Ask for it."""
        raise NotImplementedError

    def _saved(self, _: object = None) -> None:
        self.saved.emit()
        self.accept()

    def _refused(self, refusal: Refusal) -> None:
        if self.twice is None or not self.twice.meets(refusal):
            self._failed(refusal)

    def _failed(self, refusal: Refusal) -> None:
        self.ok.setEnabled(True)
        self.form.complain(refusal.sentence)


def bounded(dialog: QDialog, width: int, height: int) -> None:
    """Give a dialog its size at the type size chosen, but never more than the window it stands over."""
    wide, high = theme.px(width), theme.px(height)
    parent = dialog.parentWidget()
    if parent is not None:
        room = parent.window().size()
        wide, high = min(wide, max(room.width() - 24, 640)), min(high, max(room.height() - 24, 420))
    dialog.resize(wide, high)


def roomy(*fields: QAbstractSpinBox) -> None:
    """Air before the text of number, time and date fields that stand beside others (`Form.add` gives it to the rest)."""
    for field in fields:
        line = field.lineEdit()
        line.setTextMargins(theme.px(6), 0, 0, 0)


def side_by_side(*parts: QWidget, stretch: int = -1) -> QWidget:
    """Widgets in a row; the one at `stretch` takes what is left, else they stand at the left."""
    held = QWidget()
    box = QHBoxLayout(held)
    box.setContentsMargins(0, 0, 0, 0)
    for at, part in enumerate(parts):
        box.addWidget(part, 1 if at == stretch else 0)
    if stretch < 0:
        box.addStretch(1)
    else:
        held.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return held
