"""The members of the chosen body: looked for by name or initials, with what a manager may do and the phone behind its mask."""

from datetime import date
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from db.staff.permissions import Permission
from desktop.duty.people_pane_seen import People, Placed
from desktop.duty.people_pane_words import count_tip, member_columns, term_words
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.table import RowTable
from desktop.widgets.words import label


class MembersTab(QWidget):
    """Signals carry the row they are about; the pane opens the forms."""

    add_wanted = Signal()
    edit_wanted = Signal(object)  # Placed
    leave_wanted = Signal(object)  # Placed or None
    end_wanted = Signal(object)
    phone_wanted = Signal(object)
    card_wanted = Signal(object)

    def __init__(self, desk: Desk, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._seen = People()
        self._body_id: UUID | None = None
        self.seek = QLineEdit()
        self.seek.setPlaceholderText("查找（Ctrl+F）：姓名、拼音首字母、单位职务、专长")
        self.seek.setAccessibleName("查找人员")
        self.seek.setClearButtonEnabled(True)
        self.idle = QCheckBox("含停用和任期已满")
        self.table = RowTable(member_columns(today), "这个单位还没有人员。按 Ctrl+N 登记，或按“导入花名册”。")
        self.table.setAccessibleName("轮值人员")
        self.detail = label("", "hint", wrap=True, select=True)
        self._buttons()
        self._lay_out()
        self.seek.textChanged.connect(self._show)
        self.seek.returnPressed.connect(self._into_table)
        self.idle.toggled.connect(self._show)
        self.table.picked.connect(self._enable)
        self.table.opened.connect(lambda _: self.edit_button.click())
        self._enable(None)

    def show_people(self, seen: People, body_id: UUID | None) -> None:
        """Those of another body, or the same anew."""
        self._seen, self._body_id = seen, body_id
        self._show()

    def _show(self) -> None:
        rows = self._seen.placed(self._body_id, self.seek.text(), idle=self.idle.isChecked())
        sought = bool(self.seek.text().strip())
        self.table.empty = (
            "没有找到，请换几个字或拼音首字母。" if sought else "这个单位还没有人员。按 Ctrl+N 登记，或按“导入花名册”。"
        )
        self.table.show_rows(rows, key=lambda row: row.seat.id)
        if rows and self.table.current() is None:
            self.table.selectRow(0)
        self._enable(self.table.current())

    def _into_table(self) -> None:
        if self.table.rows.rows:
            self.table.selectRow(0)
            self.table.setFocus()

    def _enable(self, row: Placed | None) -> None:
        may = self.desk.may(Permission.DUTY_PLAN)
        self.add_button.setEnabled(may and self._body_id is not None)
        self.edit_button.setEnabled(may and row is not None)
        self.end_button.setEnabled(may and row is not None)
        self.end_button.setText("停用或结束任期…" if row is None or row.member.active else "恢复使用")
        self.card_button.setEnabled(may and row is not None)
        self.leave_button.setEnabled(self.desk.may(Permission.DUTY_ATTEND))
        has_phone = row is not None and bool(row.member.phone_masked)
        self.phone_button.setEnabled(has_phone and self.desk.may(Permission.PERSON_UNMASK))
        self.detail.setText(_told(row) if row is not None else "")

    def _buttons(self) -> None:
        self.add_button = QPushButton("新增人员（Ctrl+N）")
        self.edit_button = QPushButton("修改（回车）")
        self.leave_button = QPushButton("替他登记请假…")
        self.phone_button = QPushButton("查看手机（Alt+T）")
        self.card_button = QPushButton("轮值证…")
        self.end_button = QPushButton("停用或结束任期…")
        for button, signal in (
            (self.edit_button, self.edit_wanted), (self.leave_button, self.leave_wanted),
            (self.phone_button, self.phone_wanted), (self.card_button, self.card_wanted),
            (self.end_button, self.end_wanted),
        ):  # fmt: skip
            button.clicked.connect(lambda _=False, signal=signal: self._emit(signal))
        self.add_button.clicked.connect(self.add_wanted)

    def _emit(self, signal: object) -> None:
        signal.emit(self.table.current())  # type: ignore[attr-defined]

    def _lay_out(self) -> None:
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.seek, 1)
        top.addWidget(self.idle)
        top.addWidget(self.add_button)
        for button in (
            self.edit_button, self.leave_button, self.phone_button, self.card_button, self.end_button,
        ):  # fmt: skip
            bottom.addWidget(button)
        bottom.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(8), theme.px(8), theme.px(8), theme.px(8))
        layout.setSpacing(theme.px(6))
        layout.addLayout(top)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.detail)
        layout.addLayout(bottom)


def _told(row: Placed) -> str:
    others = [seat.body_name for seat in row.member.seats if seat.active and seat.body_id != row.seat.body_id]
    parts = (
        row.member.unit_post,
        row.member.specialty,
        f"手机 {row.member.phone_masked}" if row.member.phone_masked else "没有登记手机",
        f"任期 {term_words(row.seat)}", count_tip(row), f"同时在：{'、'.join(others)}" if others else "", row.member.note,
    )  # fmt: skip
    return "　·　".join(part for part in parts if part)
