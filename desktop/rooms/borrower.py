"""Choosing who borrows: type a few characters, arrows and Enter; somebody new is registered on the spot."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from db.clock import business_date
from db.rooms.admin import BorrowerFields, save_borrower
from db.rooms.queries import BorrowerRow, borrowers
from db.rooms.rules import BorrowerKind
from desktop.shell.desk import Desk
from desktop.widgets.tone import retone
from desktop.widgets.words import label

SHOWN = 6


class _Line(QLineEdit):
    """Arrows and Enter go to the list below."""

    arrow = Signal(int)
    enter = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.arrow.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.enter.emit()
        else:
            super().keyPressEvent(event)


class BorrowerField(QWidget):
    """A borrower or none; `changed` tells that it is another one."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.chosen: BorrowerRow | None = None
        self._rows: tuple[BorrowerRow, ...] = ()
        self.line = _Line()
        self.line.setPlaceholderText("输入名称或联系人的几个字或拼音首字母，↓ 选择，回车确认")
        self.line.setAccessibleName("借用方")
        self.new_button = QPushButton("新借用方（Alt+N）")
        self.new_button.setShortcut("Alt+N")
        self.new_button.setAutoDefault(False)
        self.matches = QListWidget()
        self.matches.setObjectName("matches")
        self.matches.setAccessibleName("找到的借用方")
        self.matches.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.matches.hide()
        self.told = label("", "hint", wrap=True)
        self.new = self._new_form()
        self.new.hide()
        top = QHBoxLayout()
        top.addWidget(self.line, 1)
        top.addWidget(self.new_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.matches)
        layout.addWidget(self.told)
        layout.addWidget(self.new)
        self.line.textEdited.connect(self._ask)
        self.line.arrow.connect(self._arrow)
        self.line.enter.connect(self._enter)
        self.matches.itemClicked.connect(lambda _: self._enter())
        self.new_button.clicked.connect(self._open_new)
        self.setFocusProxy(self.line)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def choose(self, row: BorrowerRow) -> None:
        """Take a borrower."""
        self.chosen = row
        self.line.setText(row.name)
        self.matches.hide()
        self.new.hide()
        barred = row.barred_until is not None and row.barred_until >= business_date(self.desk.now())
        if barred:
            self.told.setText(f"■ 暂停借用至 {row.barred_until:%Y-%m-%d}：{row.barred_reason}")
        else:
            self.told.setText("　".join(part for part in (row.kind, row.contact, row.phone) if part))
        retone(self.told, "bad" if barred else "")
        self.changed.emit()

    def fix(self, name: str) -> None:
        """Show a borrower that cannot be changed here."""
        self.line.setText(name)
        self.line.setReadOnly(True)
        self.new_button.hide()

    def _ask(self, text: str) -> None:
        self.chosen = None
        self.told.setText("")
        self.changed.emit()
        self.desk.ask(self, borrowers, self.desk.centre_id, text.strip(), SHOWN, then=self._show, topic="borrowers")

    def _show(self, rows: tuple[BorrowerRow, ...]) -> None:
        if self.chosen is not None:
            return
        self._rows = rows
        self.matches.clear()
        for row in rows:
            self.matches.addItem("　".join(part for part in (row.name, row.kind, row.contact, row.phone) if part))
        self.matches.setVisible(bool(rows))
        self.matches.setFixedHeight(min(len(rows), SHOWN) * 30 + 6)
        if rows:
            self.matches.setCurrentRow(0)
        else:
            self.told.setText("没有找到，按 Alt+N 登记新借用方。")

    def _arrow(self, step: int) -> None:
        if not self.matches.isVisible():
            self._ask(self.line.text())
            return
        self.matches.setCurrentRow(min(max(self.matches.currentRow() + step, 0), len(self._rows) - 1))

    def _enter(self) -> None:
        if self.matches.isVisible() and 0 <= self.matches.currentRow() < len(self._rows):
            self.choose(self._rows[self.matches.currentRow()])
        self.focusNextChild()
        if self.chosen is not None and self.new_button.hasFocus():
            self.focusNextChild()  # who is found need not be registered: on to the next field

    # ---- somebody new ----

    def _new_form(self) -> QFrame:
        frame = QFrame()
        frame.setObjectName("panel")
        grid = QGridLayout(frame)
        self.kind = QComboBox()
        self.kind.addItems([kind.value for kind in BorrowerKind])
        self.name, self.contact, self.phone = QLineEdit(), QLineEdit(), QLineEdit()
        self.save = QPushButton("登记并选用")
        self.save.setAutoDefault(False)
        self.save.clicked.connect(self._register)
        fields = (("类别", self.kind), ("名称", self.name), ("联系人", self.contact), ("电话", self.phone))
        for at, (title, field) in enumerate(fields):
            field.setAccessibleName(title)
            grid.addWidget(QLabel(title), at // 2, at % 2 * 2)
            grid.addWidget(field, at // 2, at % 2 * 2 + 1)
        grid.addWidget(self.save, 2, 3)
        return frame

    def _open_new(self) -> None:
        self.matches.hide()
        self.new.show()
        if self.chosen is None and not self.name.text():
            self.name.setText(self.line.text().strip())
        self.name.setFocus()

    def _register(self) -> None:
        fields = BorrowerFields(
            BorrowerKind(self.kind.currentText()), self.name.text(), self.contact.text(), self.phone.text()
        )

        def saved(_: object) -> None:
            name = fields.name.strip()
            self.desk.ask(self, borrowers, self.desk.centre_id, name, 50, then=lambda rows: self._take(name, rows))

        self.desk.do(self, save_borrower, fields=fields, then=saved, failed=lambda r: self._complain(r.sentence))

    def _take(self, name: str, rows: tuple[BorrowerRow, ...]) -> None:
        own = [row for row in rows if row.name == name]
        if own:
            self.choose(max(own, key=lambda row: row.id))
            self.name.clear()
            self.contact.clear()
            self.phone.clear()
            self.line.setFocus()

    def _complain(self, sentence: str) -> None:
        self.told.setText(f"■ {sentence}")
        retone(self.told, "bad")
