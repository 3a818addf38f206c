"""Who borrows, and who may not for the time being."""

from datetime import date, timedelta

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from db.clock import business_date
from db.errors import Refusal
from db.rooms.admin import BorrowerFields, bar_borrower, save_borrower, unbar_borrower
from db.rooms.queries import BorrowerRow, borrower, borrowers
from db.rooms.rules import BorrowerKind
from db.staff.permissions import Permission
from desktop.rooms.fields import date_field, pydate
from desktop.rooms.fitting import open_at
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.twice import Twice
from desktop.widgets.form import Form
from desktop.widgets.table import Column, RowTable

MOST = 200
_INTO_THE_LIST = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class BorrowersDialog(QDialog):
    """A list to search, a form to change, and the blacklist."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setWindowTitle("借用方")
        self.dialog: QDialog | None = None
        self.seek = QLineEdit()
        self.seek.setObjectName("seek")
        self.seek.setPlaceholderText("名称或联系人，或拼音首字母")
        self.seek.setAccessibleName("查找借用方")
        self.table = RowTable[BorrowerRow](
            (
                Column("名称", lambda row: row.name),
                Column("类别", lambda row: row.kind, 100),
                Column("联系人", lambda row: row.contact, 110),
                Column("电话", lambda row: row.phone, 130),
                Column("借用", self._standing, 220, tone=lambda row: "bad" if self._barred(row) else "good"),
            ),
            "没有找到借用方。",
        )
        self.add_button, self.edit_button = QPushButton("新增（Ctrl+N）"), QPushButton("修改（回车）")
        self.bar_button, self.lift_button = QPushButton("暂停借用…（Alt+T）"), QPushButton("解除暂停（Alt+Q）")
        for button, key in ((self.add_button, "Ctrl+N"), (self.bar_button, "Alt+T"), (self.lift_button, "Alt+Q")):
            button.setShortcut(key)
        self._soon = QTimer(self, singleShot=True, interval=150)
        self._lay_out()
        self._soon.timeout.connect(self.reload)
        self.seek.textChanged.connect(lambda: self._soon.start())
        self.seek.installEventFilter(self)
        self.table.opened.connect(self._edit)
        self.table.picked.connect(self._enable)
        self.add_button.clicked.connect(lambda: self._edit(None))
        self.edit_button.clicked.connect(lambda: self._edit(self.table.current()))
        self.bar_button.clicked.connect(self._bar)
        self.lift_button.clicked.connect(self._lift)
        self._enable(None)
        self.reload()

    def reload(self) -> None:
        """Read the list anew."""
        text = self.seek.text().strip()
        self.desk.ask(
            self, borrowers, self.desk.centre_id, text, MOST, topic="list",
            then=lambda rows: self.table.show_rows(rows, key=lambda row: row.id),
        )  # fmt: skip

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down and Enter lead from the search into what it found."""
        pressed = watched is self.seek and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress
        if not pressed or event.key() not in _INTO_THE_LIST or not self.table.rows.rows:  # type: ignore[attr-defined]
            return super().eventFilter(watched, event)
        self.table.setFocus()
        if self.table.current() is None:
            self.table.selectRow(0)
        return True

    def _edit(self, row: BorrowerRow | None) -> None:
        self._open(BorrowerForm(self.desk, row, self))

    def _bar(self) -> None:
        row = self.table.current()
        if row is not None:
            self._open(BarForm(self.desk, row, self))

    def _lift(self) -> None:
        row = self.table.current()
        if row is not None:
            self.desk.do(self, unbar_borrower, borrower_id=row.id, then=lambda _: self.reload())

    def _open(self, dialog: "BorrowerForm | BarForm") -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.saved.connect(self.reload)
        self.dialog = dialog
        dialog.open()

    def _barred(self, row: BorrowerRow) -> bool:
        return row.barred_until is not None and row.barred_until >= business_date(self.desk.now())

    def _standing(self, row: BorrowerRow) -> str:
        return f"暂停至 {row.barred_until:%Y-%m-%d} {row.barred_reason}" if self._barred(row) else "可以借用"

    def _enable(self, row: BorrowerRow | None) -> None:
        may = self.desk.may(Permission.ROOM_APPROVE)
        self.edit_button.setEnabled(row is not None)
        self.bar_button.setEnabled(row is not None and may and not self._barred(row))
        self.lift_button.setEnabled(row is not None and may and self._barred(row))

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        for button in (self.add_button, self.edit_button, self.bar_button, self.lift_button):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addWidget(self.seek)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)
        open_at(self, 820, 520)


class _Form(QDialog):
    """A form with one question and two buttons."""

    saved = Signal()

    def __init__(self, title: str, button: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.form = Form()
        buttons = QDialogButtonBox()
        self.ok = buttons.addButton(f"{button}（Ctrl+Enter）", QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setShortcut(Qt.Modifier.CTRL | Qt.Key.Key_Return)
        buttons.addButton("取消（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.save)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.form)
        layout.addWidget(buttons)
        self.setMinimumWidth(theme.px(460))

    def save(self) -> None:
        raise NotImplementedError

    def _saved(self, _: object) -> None:
        self.saved.emit()
        self.accept()

    def _refused(self, refusal: Refusal) -> None:
        self.form.complain(refusal.sentence)


class BorrowerForm(_Form):
    """A borrower. The phone is never shown in full: a new one is typed, or the one that is kept stays."""

    def __init__(self, desk: Desk, row: BorrowerRow | None, parent: QWidget | None = None) -> None:
        super().__init__("修改借用方" if row else "新增借用方", "保存", parent)
        self.desk, self.row = desk, row
        self.kind = QComboBox()
        self.kind.addItems([kind.value for kind in BorrowerKind])
        if row is not None:
            self.kind.setCurrentText(row.kind)
        self.form.add("类别", self.kind)
        self.name = self.form.line("名称", row.name if row else "")
        self.contact = self.form.line("联系人", row.contact if row else "")
        known = row.phone if row else ""
        self.phone = self.form.line("电话", hint=f"原号码 {known}，不改就留空" if known else "")
        self.without = QCheckBox("删除原号码")
        if known:
            self.form.add("", self.without)
            self.phone.textChanged.connect(lambda text: self.without.setEnabled(not text.strip()))
        self.name.setFocus()
        if row is not None:
            self._twice: Twice[BorrowerRow] = Twice(
                self, desk, read=lambda session: borrower(session, desk.centre_id, row.id),
                twin=lambda new: BorrowerForm(desk, new, self), adopt=self._adopt, failed=super()._refused,
                facts=(row, _facts),
            )  # fmt: skip

    def _adopt(self, row: BorrowerRow) -> None:
        self.row = row
        self.save()

    def _refused(self, refusal: Refusal) -> None:
        if self.row is None or not self._twice.meets(refusal):
            super()._refused(refusal)

    def save(self) -> None:
        kind = BorrowerKind(self.kind.currentText())
        fields = BorrowerFields(
            kind, self.name.text(), self.contact.text(), self.phone.text(), self.without.isChecked()
        )
        self.desk.do(
            self, save_borrower, fields=fields, borrower_id=self.row.id if self.row else None,
            version=self.row.version if self.row else 0, then=self._saved, failed=self._refused,
        )  # fmt: skip


def _facts(row: BorrowerRow) -> dict[str, str]:
    """What the form does not show."""
    barred = f"至 {row.barred_until:%Y-%m-%d} {row.barred_reason}" if row.barred_until else ""
    return {"现有电话": row.phone, "暂停借用": barred}


class BarForm(_Form):
    """Until when somebody may not borrow, and why."""

    def __init__(self, desk: Desk, row: BorrowerRow, parent: QWidget | None = None) -> None:
        super().__init__(f"暂停借用：{row.name}", "暂停", parent)
        self.desk, self.row = desk, row
        until: date = business_date(desk.now()) + timedelta(days=30)
        self.until = date_field(until, "暂停到")
        self.form.add("暂停到（含）", self.until)
        self.reason = self.form.line("原因", placeholder="例如：三次预约未到")
        self.reason.setFocus()

    def save(self) -> None:
        self.desk.do(
            self, bar_borrower, borrower_id=self.row.id, until=pydate(self.until), reason=self.reason.text(),
            then=self._saved, failed=self._refused,
        )  # fmt: skip
