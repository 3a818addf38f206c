"""Forms: labelled fields in the order of the Tab key, label at the left, and a place for what is wrong."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QSpacerItem,
    QVBoxLayout,
    QWidget,
)

from desktop.shell import theme
from desktop.widgets.tone import retone
from desktop.widgets.words import label

_GROWS = (QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Ignored)
_UNLIMITED = 10_000


class Form(QWidget):
    """Fields with labels; `complain` puts a sentence under the form and marks the field."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._box.addLayout(self._grid)
        self.trouble = label("", "hint", wrap=True)
        retone(self.trouble, "bad")
        self.trouble.hide()
        self._box.addWidget(self.trouble)
        self._rest = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)
        self._box.addItem(self._rest)
        self._marked: QWidget | None = None
        self._rows = 0

    def add(self, title: str, field: QWidget, hint: str = "") -> QWidget:
        """Add a field beside its label, the hint under it; the label names it for screen readers too.

        A field that does not want the whole width (a button, a number) keeps its own; a label that wraps gets it all.
        """
        name = QLabel(title)
        name.setBuddy(field)
        field.setAccessibleName(title)
        row, self._rows = self._rows, self._rows + 3
        if isinstance(field, QAbstractSpinBox):
            field.lineEdit().setTextMargins(theme.px(7), 0, 0, 0)  # the style sheet’s padding does not reach it
        tall = isinstance(field, QPlainTextEdit)
        top = tall or (isinstance(field, QLabel) and field.wordWrap())
        self._grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag.AlignVCenter)
        if field.sizePolicy().horizontalPolicy() in _GROWS or isinstance(field, QLabel):
            self._grid.addWidget(field, row, 1)
        else:
            self._grid.addWidget(field, row, 1, Qt.AlignmentFlag.AlignLeft)
        if tall:
            name.setContentsMargins(0, 6, 0, 0)
            if field.maximumHeight() > _UNLIMITED:  # the one field that takes what height is left
                self._grid.setRowStretch(row, 1)
                self._rest.changeSize(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Minimum)
        if hint:
            self._grid.addWidget(label(hint, "hint", wrap=True), row + 1, 1)
        self._grid.setRowMinimumHeight(row + 2, 6)
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
        if sentence:
            self._grow()
        if field is not None and sentence:
            retone(field, "bad")
            field.setFocus()

    def _grow(self) -> None:
        """A dialog that is as high as its fields gets room for the sentence: the fields would be pushed into each other."""
        window = self.window()
        layout = window.layout()
        if isinstance(window, QDialog) and layout is not None and window.isVisible():
            layout.activate()
            high = (
                layout.totalHeightForWidth(window.width()) if layout.hasHeightForWidth() else layout.sizeHint().height()
            )
            window.resize(window.width(), max(window.height(), min(high, window.screen().availableSize().height())))


def scrolled(body: QWidget) -> QScrollArea:
    """A body that may be taller than its place."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    body.setObjectName(body.objectName() or "scrolled")
    area.setWidget(body)
    return area
