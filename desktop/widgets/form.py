"""Forms: labelled fields in the order of the Tab key, with the label above or left, and a place for what is wrong."""

from PySide6.QtWidgets import QFormLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from desktop.widgets.tone import retone
from desktop.widgets.words import label


class Form(QWidget):
    """Fields with labels; `complain` puts a sentence under the form and marks the field."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._grid = QFormLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(10)
        self._grid.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self._box.addLayout(self._grid)
        self.trouble = label("", "hint", wrap=True)
        retone(self.trouble, "bad")
        self.trouble.hide()
        self._box.addWidget(self.trouble)
        self._marked: QWidget | None = None

    def add(self, title: str, field: QWidget, hint: str = "") -> QWidget:
        """Add a field under its label; the label names it for screen readers too."""
        name = QLabel(title)
        name.setBuddy(field)
        field.setAccessibleName(title)
        if not hint:
            self._grid.addRow(name, field)
            return field
        held = QWidget()
        inner = QVBoxLayout(held)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(2)
        inner.addWidget(field)
        inner.addWidget(label(hint, "hint", wrap=True))
        self._grid.addRow(name, held)
        return field

    def line(
        self, title: str, text: str = "", *, hint: str = "", placeholder: str = "", secret: bool = False
    ) -> QLineEdit:
        """Add a line to type in."""
        field = QLineEdit(text)
        field.setPlaceholderText(placeholder)
        if secret:
            field.setEchoMode(QLineEdit.EchoMode.Password)
        self.add(title, field, hint)
        return field

    def complain(self, sentence: str, field: QWidget | None = None) -> None:
        """Say what is wrong, and where; "" takes it away."""
        if self._marked is not None:
            retone(self._marked, "")
        self._marked = field
        self.trouble.setText(sentence)
        self.trouble.setVisible(bool(sentence))
        if field is not None and sentence:
            retone(field, "bad")
            field.setFocus()


def scrolled(body: QWidget) -> QScrollArea:
    """A body that may be taller than its place."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    body.setObjectName(body.objectName() or "scrolled")
    area.setWidget(body)
    return area
