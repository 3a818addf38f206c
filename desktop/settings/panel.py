"""The frame of a settings panel: title, hint, form, and the button that keeps it (Ctrl+S)."""

from typing import Generic, TypeVar

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from db.errors import Refusal
from desktop.shell.desk import Desk
from desktop.shell.twice import Twice
from desktop.widgets.form import Form, scrolled
from desktop.widgets.words import label

Row = TypeVar("Row")


class Panel(QFrame):
    """One section. `kinds` are the changes that make it read anew."""

    kinds: frozenset[str] = frozenset()

    def __init__(self, desk: Desk, title: str, hint: str = "") -> None:
        super().__init__()
        self.setObjectName("panel")
        self.desk = desk
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
        """Say why not under the form; what was typed stays."""
        self.form.complain(refusal.sentence)

    def kept(self, _result: object = None) -> None:
        """Say that it was kept."""
        self.form.complain("")
        self.desk.messages.info("已保存。")
        self.refresh()


class RowPanel(Panel, Generic[Row]):
    """A section that edits a row with a version: who saves second sees what somebody else has changed meanwhile.

    It is made from a desk alone, so that another of its kind can say what the other one's row looks like in the fields.
    """

    title = ""
    hint = ""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, self.title, self.hint)
        self._row: Row | None = None
        self.twice: Twice[Row] = Twice(
            self, desk, read=self._now, twin=self._twin, adopt=self._adopt, failed=super().refused
        )

    def refused(self, refusal: Refusal) -> None:
        """Say why not, or what somebody else has changed meanwhile; what was typed stays."""
        if not self.twice.meets(refusal):
            super().refused(refusal)

    def kept(self, _result: object = None) -> None:
        """Say that it was kept; what stands in the fields is no longer only typed."""
        self.twice.begin()
        super().kept()

    def _now(self, session: Session) -> Row | None:
        """The row as it is now, None when it is gone; runs off the window's thread."""
        raise NotImplementedError

    def _put(self, row: Row) -> None:
        """Fill the fields with a row."""
        raise NotImplementedError

    def _twin(self, row: Row) -> QWidget:
        twin = type(self)(self.desk)
        twin.setParent(self)
        twin.hide()
        twin._put(row)
        return twin

    def _adopt(self, row: Row) -> None:
        self._row = row
        self.save()
