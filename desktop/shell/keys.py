"""The page that lists every key (快捷键): those of the window, and those of the page that is open."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QVBoxLayout, QWidget

from desktop.widgets.form import scrolled
from desktop.widgets.words import label

WINDOW_KEYS: tuple[tuple[str, str], ...] = (
    ("Ctrl+K", "到处查找：事项、办件编号、回执、姓名"),
    ("Alt+1 … Alt+9", "切换到左侧的页面"),
    ("F1", "打开手册，停在当前页面的一章"),
    ("Ctrl+/", "显示这张快捷键表"),
    ("Ctrl+L", "立即锁屏，录入的内容保留"),
    ("Ctrl++ / Ctrl+-", "放大、缩小字号（100–175%）"),
    ("Ctrl+D", "深色、浅色切换"),
    ("F5", "刷新当前页面"),
    ("Ctrl+Q", "退出"),
)


class KeysDialog(QDialog):
    """All keys in two columns; Esc closes."""

    def __init__(self, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("快捷键")
        self.setMinimumSize(560, 520)
        body = QWidget()
        grid = QGridLayout(body)
        grid.setColumnStretch(1, 1)
        row = 0
        for title, keys in groups:
            if not keys:
                continue
            grid.addWidget(label(title, "sectionTitle"), row, 0, 1, 2)
            row += 1
            for key, meaning in keys:
                grid.addWidget(label(key, "keyChip"), row, 0, Qt.AlignmentFlag.AlignLeft)
                grid.addWidget(label(meaning, wrap=True), row, 1)
                row += 1
        grid.setRowStretch(row, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(scrolled(body))
        buttons = QDialogButtonBox()
        buttons.addButton("关闭（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
