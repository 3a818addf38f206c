"""The navigation at the left: one button a page, Alt+1 … by its place, and who is sitting here."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QVBoxLayout, QWidget

from desktop.shell import theme
from desktop.shell.person import PersonButton
from desktop.shell.places import Place
from desktop.widgets.words import label

WIDTH = 148


class Nav(QFrame):
    """Emits the key of the place that was pressed."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("nav")
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(8, 14, 8, 10)
        self._box.setSpacing(4)
        self.title = label("邻里前台", "navTitle")
        self.title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._box.addWidget(self.title)
        self._box.addSpacing(10)
        self._box.addStretch(1)
        self.person = PersonButton()
        self._box.addWidget(self.person)
        self.buttons: dict[str, QPushButton] = {}
        self._keys: list[QShortcut] = []
        self._icons: dict[str, str] = {}
        theme.watch.changed.connect(self.dress)

    def show_places(self, places: Sequence[Place]) -> None:
        """Offer these pages."""
        for button in self.buttons.values():
            self._group.removeButton(button)
            button.deleteLater()
        self.buttons, self._icons = {}, {}
        for key in self._keys:
            key.deleteLater()
        # A button’s own shortcut would show it pressed for a tenth of a second before anything happens.
        self._keys = [
            QShortcut(QKeySequence(f"Alt+{at + 1}"), self, lambda key=place.key: self.chosen.emit(key))
            for at, place in enumerate(places)
        ]
        for at, place in enumerate(places):
            button = QPushButton(place.title)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(f"{place.title}（Alt+{at + 1}）")
            button.setAccessibleName(f"{place.title}，Alt+{at + 1}")
            button.clicked.connect(lambda _=False, key=place.key: self.chosen.emit(key))
            self._group.addButton(button)
            self._box.insertWidget(2 + at, button)
            self.buttons[place.key], self._icons[place.key] = button, place.icon
        self.dress()

    def mark(self, key: str) -> None:
        """Show which page is open."""
        if key in self.buttons:
            self.buttons[key].setChecked(True)

    def dress(self) -> None:
        """Width and icons in the size and colours of the moment."""
        self.setFixedWidth(theme.px(WIDTH))
        if self.buttons:
            self.person.dress()
        for key, button in self.buttons.items():
            button.setIcon(theme.icon(self._icons[key], "nav_text"))
            button.setIconSize(QSize(theme.px(18), theme.px(18)))
