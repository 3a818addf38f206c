"""The manual (手册): resources/manual/*.md in a window of its own, opened by F1 at the chapter of the page."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from desktop.shell import theme
from desktop.shell.manual_type import set_type

FOLDER = theme.RESOURCES / "manual"
ORDER = (
    "start", "window", "counter", "queue", "cases", "catalogue", "receipts", "rooms", "duty", "duty-plan", "calendar",
    "settings", "staff", "safety", "backup", "server", "pooler", "journal",
)  # fmt: skip


def chapters() -> list[tuple[str, str, Path]]:
    """Name, title (the first heading) and file of every chapter, in reading order."""
    files = {file.stem: file for file in FOLDER.glob("*.md")}
    names = [name for name in ORDER if name in files] + sorted(files.keys() - set(ORDER))
    return [(name, _title(files[name]), files[name]) for name in names]


class Manual(QWidget):
    """Chapters left, text right; the field on top finds words in all chapters."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("邻里前台手册")
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.resize(theme.px(980), theme.px(680))
        self.seek = QLineEdit()
        self.seek.setPlaceholderText("在手册里找（例：补打、容缺、锁屏）")
        self.seek.setAccessibleName("在手册里找")
        self.list = QListWidget()
        self.list.setAccessibleName("章节")
        self.list.setFixedWidth(theme.px(220))
        self.text = QTextBrowser()
        self.text.setOpenExternalLinks(False)
        self.text.setAccessibleName("手册内容")
        left = QVBoxLayout()
        left.addWidget(self.seek)
        left.addWidget(self.list)
        layout = QHBoxLayout(self)
        layout.addLayout(left)
        layout.addWidget(self.text, 1)
        self._files: dict[str, Path] = {}
        self._fill("")
        self.seek.textChanged.connect(self._fill)
        self.list.currentItemChanged.connect(self._read)

    def open_at(self, chapter: str) -> None:
        """Show the manual, at a chapter if there is one of that name."""
        self.seek.clear()
        for at in range(self.list.count()):
            if self.list.item(at).data(Qt.ItemDataRole.UserRole) == chapter or at == 0:
                self.list.setCurrentRow(at)
                if self.list.item(at).data(Qt.ItemDataRole.UserRole) == chapter:
                    break
        self.show()
        self.raise_()
        self.activateWindow()

    def _fill(self, wanted: str) -> None:
        self.list.clear()
        for name, title, file in chapters():
            self._files[name] = file
            if wanted and wanted not in file.read_text(encoding="utf-8"):
                continue
            item = QListWidgetItem(title)
            item.setData(Qt.ItemDataRole.UserRole, name)
            self.list.addItem(item)

    def _read(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        name = item.data(Qt.ItemDataRole.UserRole)
        self.text.document().setDefaultStyleSheet(f"a {{ color: {theme.colour('info').name()}; }}")
        self.text.setMarkdown(self._files[name].read_text(encoding="utf-8"))
        set_type(self.text.document())
        wanted = self.seek.text()
        if wanted:
            self.text.find(wanted)


def _title(file: Path) -> str:
    with file.open(encoding="utf-8") as lines:
        return next((line.lstrip("# ").strip() for line in lines if line.startswith("#")), file.stem)
