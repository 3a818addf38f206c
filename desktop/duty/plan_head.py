"""Above the board: which plan, how far it is, and what can be done with it now."""

from dataclasses import dataclass

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLayout, QMenu, QPushButton, QWidget

from db.duty.rows import PlanRow
from db.duty.states import PlanState
from desktop.duty.plan_words import TONES, state_text
from desktop.shell import theme
from desktop.widgets.badge import Badge

ROOMY = 1020
"""Pixels at 100 % from which on the buttons show their keys."""


@dataclass(frozen=True, slots=True)
class Verb:
    """A button over the board; `states` of the plan in which it stands there, `strong` the one that is done next."""

    name: str
    title: str
    key: str
    icon: str
    states: frozenset[PlanState]
    strong: bool = False
    plans: bool = True  # whether it needs the permission to plan
    tip: str = ""


DRAFT, PUBLISHED = frozenset({PlanState.DRAFT}), frozenset({PlanState.PUBLISHED})
SHOWN = PUBLISHED | {PlanState.ARCHIVED}
VERBS = (
    Verb("solve", "排班", "F9", "fa6s.wand-magic-sparkles", DRAFT, True, tip="逐月自动排出，锁定的不动"),
    Verb("best", "全年最优方案", "Shift+F9", "fa6s.award", DRAFT, tip="整段时间一起求最优，时间长一些"),
    Verb("publish", "公示", "F8", "fa6s.bullhorn", DRAFT, tip="检查空缺和房间冲突，然后公示"),
    Verb("leave", "请假重排", "F8", "fa6s.user-slash", PUBLISHED, True, tip="有人请假：最少改动地补上"),
    Verb("swap", "两人对调", "F7", "fa6s.right-left", PUBLISHED),
    Verb("poster", "打印公示表", "Ctrl+P", "fa6s.print", DRAFT | SHOWN, plans=False),
)


class PlanHead(QWidget):
    """`wanted` names a verb; `back` goes to the list; `other` chooses another plan."""

    wanted = Signal(str)
    back = Signal()
    other = Signal(object)  # PlanRow

    def __init__(self, may_plan: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.may_plan = may_plan
        self.list_button = QPushButton("‹ 全部")
        self.list_button.setToolTip("全部轮值表（Alt+←）")
        self.list_button.setAccessibleName("全部轮值表")
        self.plans = QComboBox()
        self.plans.setAccessibleName("轮值表")
        self.plans.setMinimumContentsLength(16)
        self.plans.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.badge = Badge(shape=True)
        self.buttons: dict[str, QPushButton] = {}
        self.more = QPushButton("更多")
        self.menu = QMenu(self.more)
        self.more.setMenu(self.menu)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.addWidget(self.list_button)
        layout.addWidget(self.plans, 1)
        layout.addWidget(self.badge)
        for verb in VERBS:
            layout.addWidget(self._button(verb))
        layout.addWidget(self.more)
        self.list_button.clicked.connect(self.back)
        self.plans.activated.connect(lambda at: self.other.emit(self.plans.itemData(at)))

    def offer(self, rows: tuple[PlanRow, ...], chosen: PlanRow) -> None:
        """Know the plans, and show which is open and what can be done with it."""
        self.plans.blockSignals(True)
        self.plans.clear()
        for row in rows:
            self.plans.addItem(row.title, row)
            if row.id == chosen.id:
                self.plans.setCurrentIndex(self.plans.count() - 1)
        self.plans.blockSignals(False)
        self.plans.setToolTip(chosen.title)
        self.badge.show_state(state_text(chosen), TONES[chosen.state])  # type: ignore[arg-type]
        for verb in VERBS:
            self.buttons[verb.name].setVisible(chosen.state in verb.states and (self.may_plan or not verb.plans))
        self._name_buttons()

    def busy(self, solving: bool) -> None:
        """While it is solved, nothing else may change the draft."""
        for name in ("solve", "best", "publish"):
            self.buttons[name].setEnabled(not solving)

    def minimumSizeHint(self) -> QSize:
        """Narrower than the buttons with their keys: then the keys are left to the tooltips."""
        return QSize(theme.px(560), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._name_buttons()

    def _name_buttons(self) -> None:
        """With the keys where there is room for them."""
        roomy = self.width() >= theme.px(ROOMY)
        for verb in VERBS:
            self.buttons[verb.name].setText(f"{verb.title}（{verb.key}）" if roomy else verb.title)

    def _button(self, verb: Verb) -> QPushButton:
        button = QPushButton(f"{verb.title}（{verb.key}）")
        button.setAccessibleName(verb.title)
        button.setToolTip(f"{verb.tip or verb.title}（{verb.key}）")
        theme.dress(button, verb.icon)
        button.clicked.connect(lambda: self.wanted.emit(verb.name))
        self.buttons[verb.name] = button
        return button
