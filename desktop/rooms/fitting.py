"""How large a dialog opens: as it wants, and never larger than the screen, so that its buttons stay on it."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog

from desktop.shell import theme

FRAME = QSize(16, 48)
"""Pixels that a window manager needs around a window."""


def open_at(dialog: QDialog, width: int, height: int) -> None:
    """Give a dialog its size, in pixels at 100 % type."""
    room = dialog.screen().availableSize() - FRAME
    dialog.resize(QSize(theme.px(width), theme.px(height)).boundedTo(room))
