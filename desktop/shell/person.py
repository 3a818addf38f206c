"""The person at the keyboard, at the foot of the navigation: name, counter, and what one does with one's own account."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from desktop.shell import theme
from desktop.widgets.words import label

PERSON_KEYS = (
    ("Ctrl+L", "立即锁屏，录入的内容保留"),
    ("Ctrl+Shift+W", "换窗口"),
    ("Ctrl+Shift+P", "修改密码"),
    ("Ctrl+Shift+L", "退出登录，换人"),
)
_ICONS = ("fa6s.lock", "fa6s.desktop", "fa6s.key", "fa6s.right-from-bracket")


class PersonButton(QPushButton):
    """Two lines: who, and at which counter. Pressed, it opens the menu of the account."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("person")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.name: QLabel = label("", "personLine")
        self.counter: QLabel = label("", "personCounter")
        self._icon = QLabel()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name)
        words.addWidget(self.counter)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 6, 6, 6)
        layout.setSpacing(8)
        layout.addWidget(self._icon)
        layout.addLayout(words, 1)
        self.menu_ = QMenu(self)
        self.clicked.connect(self._open)

    def offer(self, window: QWidget, verbs: tuple[Callable[[], object], ...]) -> None:
        """Fill the menu, in the order of PERSON_KEYS; its keys work everywhere in the window."""
        for (key, title), does in zip(PERSON_KEYS, verbs, strict=True):
            action = QAction(title.split("，")[0], window)
            action.setShortcut(QKeySequence(key))
            action.setShortcutVisibleInContextMenu(True)
            action.triggered.connect(lambda _=False, do=does: do())
            window.addAction(action)
            self.menu_.addAction(action)

    def show_person(self, name: str, counter: str) -> None:
        """Name and counter of whoever is here."""
        self.name.setText(name)
        self.counter.setText(counter.split(" ")[0])  # “1号窗口”; its name stands in the status line
        self.setAccessibleName(f"{name}，{counter}，账号菜单")
        self.setToolTip(f"{name}　{counter}")

    def dress(self) -> None:
        """Icons and height in the look of the moment."""
        side = theme.px(18)
        self._icon.setPixmap(theme.icon("fa6s.circle-user", "nav_text").pixmap(QSize(side, side)))
        self.setFixedHeight(theme.px(50))
        for action, name in zip(self.menu_.actions(), _ICONS, strict=True):
            action.setIcon(theme.icon(name))

    def _open(self) -> None:
        self.menu_.ensurePolished()
        height = self.menu_.sizeHint().height()
        self.menu_.popup(self.mapToGlobal(QPoint(0, -height - 4)))
