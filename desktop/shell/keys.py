"""The page that lists every key (快捷键): those of the page that is open, those of the window, those of other pages."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.shell import theme
from desktop.shell.person import PERSON_KEYS
from desktop.widgets.form import scrolled
from desktop.widgets.words import label

Keys = Sequence[tuple[str, str]]
Group = tuple[str, Keys]

WINDOW_KEYS: tuple[tuple[str, str], ...] = (
    ("Ctrl+K", "到处查找：事项、办件编号、回执、姓名"),
    ("Alt+1 … Alt+9", "切换到左侧的页面"),
    ("F1", "打开手册，停在当前页面的一章"),
    ("Ctrl+/", "显示这张快捷键表"),
    ("Ctrl++ / Ctrl+-", "放大、缩小字号（100–175%）"),
    ("Ctrl+D", "深色、浅色切换"),
    ("Shift+F5", "刷新当前页面"),
    ("Shift+Esc", "收起窗口下方的提示"),
    ("Ctrl+Q", "退出程序"),
    *PERSON_KEYS,
)

LONG = 20
"""Characters from which a meaning is wrapped."""


class KeysDialog(QDialog):
    """All keys in two columns, about equally long; Esc closes."""

    def __init__(self, groups: Sequence[Group], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("快捷键")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(theme.px(920), theme.px(660))
        body = QWidget()
        columns = QHBoxLayout(body)
        columns.setSpacing(theme.px(32))
        for part in _halves([group for group in groups if group[1]]):
            columns.addLayout(_column(part), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 14)
        layout.addWidget(scrolled(body))
        buttons = QDialogButtonBox()
        buttons.addButton("关闭（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)


def _halves(groups: Sequence[Group]) -> tuple[Sequence[Group], Sequence[Group]]:
    """The groups in their order, cut where both parts are about equally long."""
    sizes = [len(keys) + 2 for _, keys in groups]
    cut = min(range(len(groups) + 1), key=lambda at: abs(sum(sizes[:at]) - sum(sizes[at:])))
    return groups[:cut], groups[cut:]


def _column(groups: Sequence[Group]) -> QGridLayout:
    grid = QGridLayout()
    grid.setColumnStretch(1, 1)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(theme.px(6))
    row = 0
    for title, keys in groups:
        if row:
            grid.setRowMinimumHeight(row, theme.px(12))
        grid.addWidget(label(title, "sectionTitle"), row + 1, 0, 1, 2)
        row += 2
        for key, meaning in keys:
            grid.addWidget(label(key, "keyChip"), row, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(meaning, wrap=len(meaning) > LONG), row, 1)
            row += 1
    grid.setRowStretch(row, 1)
    return grid
