"""The calendar in a window of its own, opened from the settings."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from desktop.calendar.editor import CalendarEditor
from desktop.shell.desk import Desk


class CalendarDialog(QDialog):
    """`CalendarDialog(desk, parent).open()`."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("工作日历")
        self.resize(1080, 680)
        self.editor = CalendarEditor(desk)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setText("关闭")
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.editor, 1)
        layout.addWidget(buttons)
        self.editor.refresh()
        self.editor.grid.setFocus()
