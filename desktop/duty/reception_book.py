"""The reception book as a table: newest first, read page by page as it is scrolled, narrowed by what is asked above it."""

from datetime import date, timedelta

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from db.clock import business_date, local
from db.duty.reception import CATEGORIES
from db.duty.reception_queries import Mark, ReceptionFilter, ReceptionPage, receptions
from db.duty.rows import BodyRow, ReceptionRow
from db.duty.states import RECEPTION_NAMES, ReceptionState
from desktop.rooms.fields import date_field, pydate
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.table import Column, RowTable

TONES = {
    ReceptionState.OPEN: "info", ReceptionState.PASSED: "warn", ReceptionState.TOLD: "good",
    ReceptionState.REDIRECTED: "",
}  # fmt: skip
OVERDUE = "overdue"
_SOON_MS = 200
PAGE = 60


class Book(QWidget):
    """`picked` tells which entry the cursor is on."""

    picked = Signal(object)  # ReceptionRow or None
    opened = Signal(object)  # ReceptionRow

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._next: Mark | None = None
        self._filter = ReceptionFilter()
        self._today = business_date(desk.now())
        self._make()
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self.reload)
        self._lay_out()
        self._connect()

    def reload(self) -> None:
        """Read the first page of what is asked for."""
        self._filter = self.wanted()
        self.desk.ask(self, receptions, self.desk.centre_id, self._filter, None, PAGE, then=self._show, topic="page")

    def wanted(self) -> ReceptionFilter:
        """What the fields say."""
        state = self.state.currentData()
        return ReceptionFilter(
            first=pydate(self.first) if self.between.isChecked() else None,
            last=pydate(self.last) if self.between.isChecked() else None,
            state=ReceptionState(state) if state and state != OVERDUE else None,
            category=str(self.category.currentData() or ""),
            body_id=self.body.currentData(),
            text=self.seek.text(),
            overdue_on=self._today if state == OVERDUE else None,
        )

    def show_bodies(self, bodies: tuple[BodyRow, ...]) -> None:
        """The bodies to choose from; what was chosen stays."""
        chosen = self.body.currentData()
        self.body.blockSignals(True)
        self.body.clear()
        self.body.addItem("所有轮值单位", None)
        for body in bodies:
            self.body.addItem(body.name, body.id)
        self.body.setCurrentIndex(max(self.body.findData(chosen), 0))
        self.body.blockSignals(False)

    def _show(self, page: ReceptionPage) -> None:
        self._next = page.next
        narrowed = self._filter != ReceptionFilter()
        self.table.empty = (
            "没有符合条件的登记，请放宽上面的条件。" if narrowed else "还没有接待登记。按 Ctrl+N 登记第一位来访群众。"
        )
        self.table.show_rows(page.rows, at_end=page.next is None, key=lambda row: row.id)
        if page.rows and self.table.current() is None:
            self.table.selectRow(0)
        self.picked.emit(self.table.current())

    def _more(self) -> None:
        if self._next is not None:
            self.desk.ask(
                self, receptions, self.desk.centre_id, self._filter, self._next, PAGE, then=self._add, topic="page"
            )

    def _add(self, page: ReceptionPage) -> None:
        self._next = page.next
        self.table.rows.add_rows(page.rows, at_end=page.next is None)

    def _late(self, row: ReceptionRow) -> bool:
        return row.state is ReceptionState.PASSED and row.due_on is not None and row.due_on < self._today

    def _make(self) -> None:
        self.table = RowTable[ReceptionRow](
            (
                Column("编号", lambda row: row.number, 100),
                Column("时间", lambda row: f"{local(row.at):%m-%d %H:%M}", 98, tip=lambda row: f"{local(row.at):%Y-%m-%d %H:%M}"),
                Column("状态", lambda row: f"{RECEPTION_NAMES[row.state]}{' 超期' if self._late(row) else ''}", 104,
                       tone=lambda row: "bad" if self._late(row) else TONES[row.state]),
                Column("来访人", lambda row: "匿名" if row.anonymous else row.visitor_masked, 76),
                Column("人数", lambda row: f"{row.people}", 46, right=True),
                Column("类别", lambda row: row.category, 84),
                Column("接待人", lambda row: row.receiver_name, 76),
                Column("轮值单位", lambda row: row.body_name, 132, tip=lambda row: row.body_name),
                Column("去向和期限", where_words),
            ),
            "正在读取…",
        )  # fmt: skip
        self.table.setAccessibleName("接待登记簿")
        self.seek = QLineEdit()
        self.seek.setPlaceholderText("查找（Ctrl+F）：编号、接待人、网格、转办单位、答复")
        self.seek.setAccessibleName("查找接待登记")
        self.seek.setClearButtonEnabled(True)
        self.state, self.category, self.body = QComboBox(), QComboBox(), QComboBox()
        self.state.addItem("所有状态", "")
        for state, name in RECEPTION_NAMES.items():
            self.state.addItem(name, state.value)
        self.state.addItem("超期未反馈", OVERDUE)
        self.category.addItem("所有类别", "")
        for category in CATEGORIES:
            self.category.addItem(category, category)
        self.body.addItem("所有轮值单位", None)
        for field, name in ((self.state, "状态"), (self.category, "类别"), (self.body, "轮值单位")):
            field.setAccessibleName(name)
        self.between = QCheckBox("日期")
        self.to = QLabel("至")
        self.first = date_field(_month(self._today), "从")
        self.last = date_field(self._today, "到")

    def _lay_out(self) -> None:
        self.top, below = QHBoxLayout(), QHBoxLayout()
        self.top.addWidget(self.seek, 1)
        for widget in (self.state, self.category, self.body, self.between, self.first, self.to, self.last):
            below.addWidget(widget)
        below.addStretch(1)
        self._days = (self.first, self.to, self.last)
        for box in (self.state, self.category, self.body):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(5)
            below.setStretch(below.indexOf(box), 2)
        self._dates(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        layout.addLayout(self.top)
        layout.addLayout(below)
        layout.addWidget(self.table, 1)

    def _connect(self) -> None:
        self.seek.textChanged.connect(lambda: self._soon.start())
        for box in (self.state, self.category, self.body):
            box.currentIndexChanged.connect(lambda _: self._soon.start())
        self.between.toggled.connect(self._dates)
        for field in (self.first, self.last):
            field.dateChanged.connect(lambda _: self._soon.start())
        self.table.picked.connect(self.picked)
        self.table.opened.connect(self.opened)
        self.table.rows.wants_more.connect(self._more)

    def _dates(self, on: bool) -> None:
        for field in self._days:
            field.setVisible(on)
        self._soon.start()


def where_words(row: ReceptionRow) -> str:
    """“转 区城管局，12月1日前”, “引导到 …”, “已反馈 11-20 电话”."""
    if row.redirected:
        return f"引导到{row.redirected}"
    parts = []
    if row.passed_to:
        parts.append(f"转{row.passed_to}")
    if row.told_on is not None:
        parts.append(f"{row.told_on:%m-%d} {row.told_how}反馈，{row.satisfaction}")
    elif row.due_on is not None:
        parts.append(f"限 {row.due_on:%m-%d}")
    return "，".join(parts) or (row.answer.splitlines()[0] if row.answer else "")


def _month(today: date) -> date:
    return today.replace(day=1) if today.day > 7 else (today - timedelta(days=30))
