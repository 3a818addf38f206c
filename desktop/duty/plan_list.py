"""The list of plans: what there is, how far each is, and a new one."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from db.duty.rows import PlanRow
from db.duty.solve.wording import proof_sentence
from desktop.duty.plan_words import TONES, days_text, filled_text, state_text
from desktop.shell import theme
from desktop.widgets.table import Column, RowTable
from desktop.widgets.words import EmptyHint, label

COLUMNS = (
    Column[PlanRow]("轮值表", lambda row: row.title),
    Column[PlanRow]("起止", lambda row: days_text(row.first, row.last), 210),
    Column[PlanRow]("状态", state_text, 140, tone=lambda row: TONES[row.state]),
    Column[PlanRow]("班次", lambda row: str(row.sessions), 70, right=True),
    Column[PlanRow]("人次", filled_text, 130, right=True, tone=lambda row: "warn" if row.filled < row.places else ""),
    Column[PlanRow]("证明", lambda row: proof_sentence(row.proof) if row.proof else "还没有排班"),
)


class PlanList(QWidget):
    """Enter opens a plan, Ctrl+N makes one."""

    opened = Signal(object)  # PlanRow
    new_wanted = Signal()
    archived_wanted = Signal(bool)

    def __init__(self, may_plan: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.may_plan = may_plan
        self.table = RowTable[PlanRow](COLUMNS, "没有轮值表")
        self.table.setAccessibleName("轮值表清单")
        self.new_button = QPushButton("新建轮值表（Ctrl+N）")
        self.new_button.setObjectName("primary")
        theme.dress(self.new_button, "fa6s.plus", "on_accent")
        self.old = QCheckBox("含已归档")
        self.hint = EmptyHint(*self._words(True), "新建轮值表（Ctrl+N）" if may_plan else "")
        if may_plan:
            self.hint.button.setObjectName("primary")
        head = QHBoxLayout()
        head.addWidget(label("轮值表", "sectionTitle"))
        head.addWidget(label("回车打开", "hint"))
        head.addStretch(1)
        head.addWidget(self.old)
        head.addWidget(self.new_button)
        self.new_button.setVisible(may_plan)
        self.views = QStackedWidget()
        self.views.addWidget(self.table)
        self.views.addWidget(self.hint)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.px(12), theme.px(10), theme.px(12), theme.px(10))
        layout.addLayout(head)
        layout.addWidget(self.views, 1)
        self.table.opened.connect(self.opened)
        self.new_button.clicked.connect(self.new_wanted)
        self.hint.pressed.connect(self.new_wanted)
        self.old.toggled.connect(self.archived_wanted)

    def show_plans(self, rows: tuple[PlanRow, ...], bodies: bool) -> None:
        """Show the plans; without any, say what comes first (`bodies`: whether there is a body to plan for)."""
        had = self.window().focusWidget() in (self.table, self.hint, self.hint.button)
        self.table.show_rows(rows, key=lambda row: row.id)
        if rows and self.table.current() is None:
            self.table.setCurrentIndex(self.table.rows.index(0, 0))
        self.hint.say(*self._words(bodies))
        self.hint.button.setVisible(self.may_plan and bodies)
        self.views.setCurrentWidget(self.table if rows else self.hint)
        if had:
            self.focus()

    def focus(self) -> None:
        """Put the keys where they work: on the plans; where there is none, on what can be done about it."""
        empty = self.hint if self.hint.button.isHidden() else self.hint.button
        (self.table if self.views.currentWidget() is self.table else empty).setFocus()

    def _words(self, bodies: bool) -> tuple[str, str]:
        if not self.may_plan:
            return "还没有公示的轮值表", "负责人公示后，这里能看到谁在哪一天值班。"
        if not bodies:
            return "还没有轮值单位", "请先在“人员与规则”里新增轮值单位、人员和值班规则，再来排班。"
        return "还没有轮值表", "选好单位和月份，按“排班”自动排出，公平性有证明，随时可以手工调整。"
