"""Who goes together and who must not (同班、回避): the list of a body, and the form for two names."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from db.duty.rows import BodyRow, MemberRow, PairRow
from db.duty.stands import drop_pair, save_pair
from db.staff.permissions import Permission
from desktop.duty.people_pane_dialog import FormDialog
from desktop.duty.people_pane_find import Known
from desktop.duty.stand_form_who import WhoField
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.ask import confirm
from desktop.widgets.table import Column, RowTable

TOGETHER, APART = "必须同班", "不能同班（回避）"


class PairsTab(QWidget):
    """Insert asks for two names, Delete takes a line away."""

    add_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.table = RowTable[PairRow](
            (
                Column("人员", lambda row: row.one_name, 150),
                Column("与", lambda row: row.other_name, 150),
                Column("关系", lambda row: TOGETHER if row.together else APART, tone=_tone),
            ),
            "没有同班或回避的要求。夫妻、师徒要一起来，或有利害关系不能一起来的，在这里写明。",
        )
        self.table.setAccessibleName("同班与回避")
        self.add_button, self.drop_button = QPushButton("新增…（Insert）"), QPushButton("取消选中的（Delete）")
        self.add_button.setShortcut("Ins")
        self.drop_button.setShortcut("Del")
        for button in (self.add_button, self.drop_button):
            button.setEnabled(False)
        self.add_button.clicked.connect(self.add_wanted)
        self.drop_button.clicked.connect(self.drop)
        self.table.picked.connect(self._enable)
        buttons = QHBoxLayout()
        buttons.addWidget(self.add_button)
        buttons.addWidget(self.drop_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(8), theme.px(8), theme.px(8), theme.px(8))
        layout.addLayout(buttons)
        layout.addWidget(self.table, 1)

    def show_pairs(self, rows: tuple[PairRow, ...]) -> None:
        """Show those of another body."""
        self.table.show_rows(rows, key=lambda row: row.id)
        self._enable(self.table.current())

    def drop(self) -> None:
        """Take the current one away, after a question."""
        row = self.table.current()
        if row is None:
            return
        relation = TOGETHER if row.together else APART
        if confirm(
            self,
            "取消要求",
            f"{row.one_name} 与 {row.other_name}“{relation}”的要求取消后，排班时不再考虑。",
            "取消要求",
        ):
            self.desk.do(self, drop_pair, pair_id=row.id)

    def _enable(self, row: PairRow | None) -> None:
        may = self.desk.may(Permission.DUTY_PLAN)
        self.add_button.setEnabled(may)
        self.drop_button.setEnabled(may and row is not None)


class PairForm(FormDialog):
    """Two names of a body."""

    def __init__(self, desk: Desk, body: BodyRow, known: tuple[Known, ...], parent: QWidget | None = None) -> None:
        super().__init__(desk, f"同班与回避：{body.name}", "保存", parent, width=560)
        self.body = body
        inside = tuple(each for each in known if _sits_in(each.row, body))
        self.one, self.other = WhoField("人员"), WhoField("与")
        for title, field in (("人员", self.one), ("与", self.other)):
            field.show_known(inside)
            self.form.add(title, field)
        self.relation = QComboBox()
        self.relation.addItem(APART, False)
        self.relation.addItem(TOGETHER, True)
        self.form.add("关系", self.relation)
        self.one.taken.connect(self.other.setFocus)
        self.other.taken.connect(self.relation.setFocus)
        self.ok.setAutoDefault(False)
        self.no.setAutoDefault(False)
        self.one.setFocus()

    def save(self) -> None:
        one, other = self.one.chosen, self.other.chosen
        if one is None or other is None:
            self.form.complain("请选择两个人：输入姓名或拼音首字母后回车。")
            (self.one if one is None else self.other).setFocus()
            return
        self.ok.setEnabled(False)
        self.desk.do(
            self, save_pair, body_id=self.body.id, one_id=one.id, other_id=other.id,
            together=bool(self.relation.currentData()), then=self._saved, failed=self._refused,
        )  # fmt: skip


def _sits_in(row: MemberRow, body: BodyRow) -> bool:
    return row.active and any(seat.active and seat.body_id == body.id for seat in row.seats)


def _tone(row: PairRow) -> str:
    return "info" if row.together else "warn"
