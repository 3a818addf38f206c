"""A field that offers words and takes any other."""

from collections.abc import Iterable

from PySide6.QtWidgets import QComboBox, QLineEdit


def suggestions(words: Iterable[str], placeholder: str) -> QComboBox:
    """An editable box, empty until something is chosen or typed."""
    box = QComboBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.addItems(list(words))
    box.setCurrentText("")
    line_of(box).setPlaceholderText(placeholder)
    return box


def line_of(box: QComboBox) -> QLineEdit:
    """The line of an editable box."""
    line = box.lineEdit()
    assert line is not None
    return line
