"""One journal entry in full."""

from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from db.clock import local
from db.journal.queries import JournalRow
from db.verbs import title
from desktop.journal.words import facts_of, subject
from desktop.shell import theme
from desktop.widgets.words import label, rule


class Detail(QFrame):
    """Everything of an entry, to be read and copied, and the way to its neighbours."""

    subject_wanted = Signal(str, object)  # kind, UUID: everything about the same thing
    op_wanted = Signal(object, object)  # UUID, datetime: everything of the same click

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._row: JournalRow | None = None
        self._body: QWidget | None = None
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(16, 14, 16, 14)
        self.head = label("", "itemName", wrap=True)
        self._box.addWidget(self.head)
        self._box.addStretch(1)
        self.same_subject = QPushButton(theme.icon("fa6s.crosshairs"), "只看这个对象（Ctrl+B）")
        self.same_op = QPushButton(theme.icon("fa6s.hand-pointer"), "同一次点击的记录（Ctrl+G）")
        self.same_subject.clicked.connect(self.want_subject)
        self.same_op.clicked.connect(self.want_op)
        for button in (self.same_subject, self.same_op):
            line = QHBoxLayout()
            line.addWidget(button)
            self._box.addLayout(line)
        self.show_entry(None)

    def show_entry(self, row: JournalRow | None) -> None:
        """Show another entry, or nothing."""
        self._row = row
        self.same_subject.setEnabled(row is not None and row.subject_id is not None)
        self.same_op.setEnabled(row is not None)
        if self._body is not None:
            self._box.removeWidget(self._body)
            self._body.deleteLater()
            self._body = None
        if row is None:
            self.head.setText("在左边选一条记录")
            return
        self.head.setText(title(row.tag))
        self._body = self._written(row)
        self._box.insertWidget(1, self._body)

    def want_subject(self) -> None:
        """Ask for everything about the same thing."""
        row = self._row
        if row is not None and row.subject_id is not None:
            self.subject_wanted.emit(row.subject_kind, row.subject_id)

    def want_op(self) -> None:
        """Ask for everything of the same click."""
        if self._row is not None:
            self.op_wanted.emit(self._row.op, self._row.at)

    def _written(self, row: JournalRow) -> QWidget:
        body = QWidget()
        form = QFormLayout(body)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(6)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for name, text in (
            ("序号", str(row.seq)),
            ("时间", f"{local(row.at):%Y-%m-%d %H:%M:%S}"),
            ("人员", row.staff_name or "（无账号）"),
            ("对象", subject(row) or "—"),
        ):
            form.addRow(label(name, "hint"), self._text(text))
        form.addRow(rule())
        facts = facts_of(row)
        for name, text in facts:
            form.addRow(label(name, "hint"), self._text(text))
        if not facts:
            form.addRow(label("没有更多内容", "hint"))
        form.addRow(rule())
        for name, code in (("标签", row.tag), ("对象编号", _spelled(row.subject_id)), ("操作编号", _spelled(row.op))):
            form.addRow(label(name, "hint"), self._text(code, small=True))
        form.addRow(label("校验值", "hint"), self._text(row.hash.hex()[:32], small=True))
        return body

    @staticmethod
    def _text(text: str, *, small: bool = False) -> QWidget:
        shown = label(text, "hint" if small else "", wrap=True, select=True)
        shown.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        return shown


def _spelled(value: UUID | None) -> str:
    return str(value) if value is not None else "—"
