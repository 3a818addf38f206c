"""The frame of a settings panel: title, hint, form, and the button that keeps it (Ctrl+S)."""

from typing import Any

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from db.errors import Refusal
from desktop.shell.desk import Desk
from desktop.shell.twice import Twice
from desktop.widgets.form import Form, scrolled
from desktop.widgets.words import label


class Panel(QFrame):
    """One section. `kinds` are the changes that make it read anew."""

    kinds: frozenset[str] = frozenset()

    def __init__(self, desk: Desk, title: str, hint: str = "") -> None:
        super().__init__()
        self.setObjectName("panel")
        self.desk = desk
        self.twice: Twice[Any] | None = None  # of a panel whose row carries a version
        self.form = Form()
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(22, 18, 22, 18)
        self.box.setSpacing(10)
        self.box.addWidget(label(title, "sectionTitle"))
        if hint:
            self.box.addWidget(label(hint, "hint", wrap=True))
        self.area = scrolled(self.form)
        self.box.addWidget(self.area, 1)
        self.foot = QHBoxLayout()
        self.foot.addStretch(1)
        self.box.addLayout(self.foot)

    def add_save(self, text: str = "保存（Ctrl+S）") -> QPushButton:
        """The button that keeps what was typed."""
        button = QPushButton(text)
        button.setObjectName("primary")
        button.setShortcut("Ctrl+S")
        button.clicked.connect(self.save)
        self.foot.addWidget(button)
        return button

    def refresh(self) -> None:
        """Read what is shown."""

    def save(self) -> None:
        """Keep what was typed."""

    def refused(self, refusal: Refusal) -> None:
        """Say why not, or what somebody else has changed meanwhile; what was typed stays."""
        if self.twice is None or not self.twice.meets(refusal):
            self.failed(refusal)

    def failed(self, refusal: Refusal) -> None:
        """Say why not under the form."""
        self.form.complain(refusal.sentence)

    def kept(self, _result: object = None) -> None:
        """Say that it was kept."""
        if self.twice is not None:
            self.twice.begin()
        self.form.complain("")
        self.desk.messages.info("已保存。")
        self.refresh()
