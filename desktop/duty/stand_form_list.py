"""Leave and wishes of a body's members: what is on record and not over, newest first."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from db.clock import local
from db.duty.rows import StandRow
from db.duty.solve.problem import Want
from db.duty.stands import lift_stand
from desktop.duty.people_pane_words import WANT_NAMES, stand_words
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.ask import confirm
from desktop.widgets.table import Column, RowTable

_TONES = {Want.CANNOT: "warn", Want.AVOID: "", Want.PREFER: "good"}


class StandsTab(QWidget):
    """Whoever takes the calls enters and takes back; nothing is erased from the books."""

    add_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.table = RowTable[StandRow](
            (
                Column("姓名", lambda row: row.member_name, 100),
                Column("意愿", lambda row: WANT_NAMES[row.want], 110, tone=lambda row: _TONES[row.want]),
                Column("什么时候", stand_words),
                Column("为什么", lambda row: row.why, 150),
                Column("登记", lambda row: f"{local(row.created_at):%m-%d %H:%M}", 100),
            ),
            "没有请假和意愿。有人来电时按 Ctrl+G 登记：姓名首字母 回车，什么时候 回车，原因 回车。",
        )
        self.table.setAccessibleName("请假与意愿")
        self.add_button, self.lift_button = QPushButton("登记请假（Ctrl+G）"), QPushButton("取消选中的（销假）")
        self.lift_button.setShortcut("Del")
        self.lift_button.setEnabled(False)
        self.add_button.clicked.connect(self.add_wanted)
        self.lift_button.clicked.connect(self.lift)
        self.table.picked.connect(lambda row: self.lift_button.setEnabled(row is not None))
        buttons = QHBoxLayout()
        buttons.addWidget(self.add_button)
        buttons.addWidget(self.lift_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(8), theme.px(8), theme.px(8), theme.px(8))
        layout.addLayout(buttons)
        layout.addWidget(self.table, 1)

    def show_stands(self, rows: tuple[StandRow, ...]) -> None:
        """Show those of another body."""
        self.table.show_rows(rows, key=lambda row: row.id)
        self.lift_button.setEnabled(self.table.current() is not None)

    def lift(self) -> None:
        """Take the current one back, after a question."""
        row = self.table.current()
        if row is not None and confirm(
            self,
            "销假",
            f"{row.member_name}：{stand_words(row)} {WANT_NAMES[row.want]}，取消后可以照常排班。",
            "取消这条登记",
        ):
            self.desk.do(self, lift_stand, stand_id=row.id)
