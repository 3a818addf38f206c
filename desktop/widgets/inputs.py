"""What stands in the fields of a form, whatever fields they are: read by name, compared, put back.

Fields are found by what they are called on the screen (accessible name, else the text beside a tick). A widget of several
parts that belong together says itself what it holds: see `Holder`.
"""

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from PySide6.QtCore import QDate, QTime
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTimeEdit,
    QWidget,
)

SEEKING = "seeking"
"""A property of lines in which one only looks for something: what stands there is not kept."""


@runtime_checkable
class Holder(Protocol):
    """A widget whose parts are one thing (a table of papers, a list of rooms)."""

    def held(self) -> object:
        """What stands in it: a value that can be compared."""

    def hold(self, value: Any) -> None:
        """Put something else into it."""

    def in_words(self, value: Any) -> str:
        """Such a value as somebody reads it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in a field: the value to compare and put back, and the words somebody reads."""

    value: Any
    words: str


def fields_of(root: QWidget) -> dict[str, QWidget]:
    """The fields below a widget by their names, in the order in which they were made; two of a name are numbered."""
    found: dict[str, QWidget] = {}
    for widget in root.findChildren(QWidget):
        if not _is_field(widget) or _is_part(widget, root) or widget.property(SEEKING):
            continue
        name = widget.accessibleName() or (widget.text() if isinstance(widget, QCheckBox) else "")
        if not name:
            continue
        title, at = name, 2
        while title in found:
            title, at = f"{name}（{at}）", at + 1
        found[title] = widget
    return found


def entry(widget: QWidget) -> Entry:
    """What stands in a field."""
    if isinstance(widget, Holder):
        value = widget.held()
        return Entry(value, widget.in_words(value))
    if isinstance(widget, QCheckBox):
        return Entry(widget.isChecked(), "勾选" if widget.isChecked() else "不勾选")
    if isinstance(widget, QPlainTextEdit):
        return Entry(widget.toPlainText(), widget.toPlainText())
    if isinstance(widget, QComboBox):
        return Entry(widget.currentText(), widget.currentText())
    if isinstance(widget, QDateEdit):
        return Entry(widget.date(), widget.date().toString("yyyy-MM-dd"))
    if isinstance(widget, QTimeEdit):
        return Entry(widget.time(), widget.time().toString("HH:mm"))
    if isinstance(widget, QSpinBox | QDoubleSpinBox):
        return Entry(widget.value(), widget.text())
    assert isinstance(widget, QLineEdit)
    return Entry(widget.text(), widget.text())


def put(widget: QWidget, value: Any) -> None:
    """Let a field hold a value that `entry` has read from it or from its like."""
    if isinstance(widget, Holder):
        widget.hold(value)
    elif isinstance(widget, QCheckBox):
        widget.setChecked(value)
    elif isinstance(widget, QPlainTextEdit):
        widget.setPlainText(value)
    elif isinstance(widget, QComboBox):
        if widget.findText(value) < 0 and not widget.isEditable():
            widget.addItem(value)
        widget.setCurrentText(value)
    elif isinstance(widget, QDateEdit) and isinstance(value, QDate):
        widget.setDate(value)
    elif isinstance(widget, QTimeEdit) and isinstance(value, QTime):
        widget.setTime(value)
    elif isinstance(widget, QSpinBox | QDoubleSpinBox):
        widget.setValue(value)
    else:
        assert isinstance(widget, QLineEdit)
        widget.setText(value)


def _is_field(widget: QWidget) -> bool:
    kinds = (QLineEdit, QPlainTextEdit, QAbstractSpinBox, QComboBox, QCheckBox)
    return isinstance(widget, (*kinds, Holder))


def _is_part(widget: QWidget, root: QWidget) -> bool:
    """Whether it is only a part of another field (the line of a number, a cell of a table)."""
    above = widget.parentWidget()
    while above is not None and above is not root:
        if _is_field(above):
            return True
        above = above.parentWidget()
    return False
