"""Keys of a pane: bound where the pane is seen, listed for the page of keys."""

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QWidget

Key: TypeAlias = tuple[str, str, Callable[[], object]]


def bind(pane: QWidget, keys: tuple[Key, ...]) -> None:
    """Bind every key; Qt matches them only while the pane is visible."""
    for key, _, act in keys:
        shortcut = QShortcut(QKeySequence(key), pane)
        shortcut.activated.connect(lambda act=act: act())


def press(button: QAbstractButton) -> Callable[[], object]:
    """What a key does that stands for a button: nothing where the button is off."""
    return button.click


def listed(keys: tuple[Key, ...]) -> list[tuple[str, str]]:
    """The keys as the page of keys lists them."""
    return [(key, words) for key, words, _ in keys]
