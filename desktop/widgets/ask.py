"""Short questions: a reason, a confirmation. Modal, because nothing may happen before the answer."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop.widgets.words import label


class ReasonDialog(QDialog):
    """Asks for a reason; Ctrl+Enter answers, Esc leaves it."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        question: str,
        *,
        button: str = "确定",
        required: bool = True,
        suggestions: tuple[str, ...] = (),
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._required = required
        layout = QVBoxLayout(self)
        layout.addWidget(label(question, wrap=True))
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(question)
        self.text.setTabChangesFocus(True)
        self.text.setMinimumSize(420, 90)
        layout.addWidget(self.text)
        for words in suggestions:
            layout.addWidget(self._suggestion(words))
        self.buttons = QDialogButtonBox()
        self.ok = self.buttons.addButton(f"{button}（Ctrl+Enter）", QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton("取消（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        self.ok.setShortcut(Qt.Modifier.CTRL | Qt.Key.Key_Return)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout.addWidget(self.buttons)
        self.text.textChanged.connect(self._check)
        self._check()
        self.text.setFocus()

    def reason(self) -> str:
        """What was typed, without the space around it."""
        return self.text.toPlainText().strip()

    def _suggestion(self, words: str) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName("link")
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self.text.setPlainText(words))
        return button

    def _check(self) -> None:
        self.ok.setEnabled(bool(self.reason()) or not self._required)


def ask_reason(
    parent: QWidget | None,
    title: str,
    question: str,
    *,
    button: str = "确定",
    required: bool = True,
    suggestions: tuple[str, ...] = (),
) -> str | None:
    """The reason that was typed; None when the clerk left the question."""
    dialog = ReasonDialog(parent, title, question, button=button, required=required, suggestions=suggestions)
    return dialog.reason() if dialog.exec() else None


class ConfirmDialog(QDialog):
    """Says what will happen and asks once; Enter stands on the careful answer."""

    def __init__(self, parent: QWidget | None, title: str, text: str, button: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        layout = QVBoxLayout(self)
        layout.addWidget(label(text, wrap=True))
        self.setMinimumWidth(400)
        self.buttons = QDialogButtonBox()
        self.ok = self.buttons.addButton(button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setObjectName("danger")
        self.no = self.buttons.addButton("取消", QDialogButtonBox.ButtonRole.RejectRole)
        self.no.setDefault(True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout.addWidget(self.buttons)
        self.no.setFocus()


def confirm(parent: QWidget | None, title: str, text: str, button: str) -> bool:
    """Whether the clerk wants it."""
    return bool(ConfirmDialog(parent, title, text, button).exec())
