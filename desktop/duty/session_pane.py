"""The session the cursor is in: everything about it, and what can be done with it and with whoever sits there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from db.clock import local
from db.duty.rows import DutyRow, SlotRow
from db.duty.solve.problem import Half
from db.duty.states import COMING, DUTY_NAMES, DutyState, PlanState
from desktop.duty.board_rows import Place
from desktop.duty.board_words import HALVES, day_text, missing, time_text
from desktop.duty.plan_data import Seen
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.form import scrolled
from desktop.widgets.table import Column, RowTable
from desktop.widgets.words import EmptyHint, label

TONES = {
    DutyState.ON_LEAVE: "warn", DutyState.ABSENT: "bad", DutyState.COVERING: "info", DutyState.SWAPPED: "info",
    DutyState.ARRIVED: "good", DutyState.LEFT: "good",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """A button of the pane."""

    name: str
    title: str
    key: str
    icon: str


ACTS = (
    Act("choose", "选人", "回车", "fa6s.user-plus"),
    Act("why", "为什么", "F2", "fa6s.circle-question"),
    Act("lock", "锁定", "L", "fa6s.lock"),
    Act("take_out", "取下", "Delete", "fa6s.user-minus"),
    Act("leave", "请假", "F8", "fa6s.user-slash"),
    Act("swap", "对调", "F7", "fa6s.right-left"),
    Act("move", "改时间", "Alt+M", "fa6s.clock"),
    Act("cancel", "停班", "Alt+X", "fa6s.ban"),
)


class SessionPane(QWidget):
    """`wanted` names what is to be done with the place the cursor is on."""

    wanted = Signal(str)

    def __init__(self, desk: Desk, may_plan: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.may_plan = desk, may_plan
        self.empty = EmptyHint("没有选中班次", "在表里用方向键或鼠标选一个位置。")
        self.body = QWidget()
        self.title = label("", "itemName", wrap=True, select=True)
        self.facts = label("", "", wrap=True, select=True)
        self.trouble = label("", "nextStep", wrap=True, select=True)
        self.trouble.setProperty("tone", "bad")
        self.duties = RowTable[DutyRow](
            (
                Column("姓名", lambda row: row.member_name, 90, tip=lambda row: f"{row.kind} {row.unit_post}".strip()),
                Column("身份", lambda row: row.kind, 84),
                Column(
                    "状态", _state, tone=lambda row: TONES.get(row.state, ""), tip=lambda row: row.reason or _state(row)
                ),
            ),
            "还没有人",
        )
        self.duties.setAccessibleName("这一班的人员")
        self.duties.setMinimumHeight(theme.px(100))
        self.buttons: dict[str, QPushButton] = {}
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.px(5))
        for act in ACTS:
            button = QPushButton(f"{act.title}（{act.key}）")
            button.setAccessibleName(act.title)
            theme.dress(button, act.icon)
            button.clicked.connect(lambda _=False, name=act.name: self.wanted.emit(name))
            self.buttons[act.name] = button
        self._lay_out()
        self.show_nothing()

    def show_nothing(self) -> None:
        """No place is chosen."""
        self.body.hide()
        self.empty.show()

    def show_place(self, seen: Seen, slot: SlotRow, place: Place, marks: Mapping[UUID, str]) -> None:
        """Show a session and the place in it."""
        self.title.setText(f"{slot.body_name}\n{day_text(slot.day)} {HALVES[Half.of(slot.starts)]}")
        self.facts.setText(_facts(slot))
        mark = marks.get(place.duty.id, "") if place.duty is not None else ""
        self.trouble.setText(f"▲ {mark}")
        self.trouble.setVisible(bool(mark))
        self.duties.show_rows(slot.duties, key=lambda duty: duty.id)
        shown = self._possible(seen, slot, place)
        locked = place.duty is not None and place.duty.locked
        self.buttons["lock"].setText("解锁（L）" if locked else "锁定（L）")
        who = place.duty is not None
        self.buttons["choose"].setText("换人（回车）" if who else "选人（回车）")
        self.buttons["cancel"].setText("恢复举行（Alt+X）" if slot.cancelled else "停班（Alt+X）")
        for at, name in enumerate(name for name in self.buttons if name in shown):
            self._grid.addWidget(self.buttons[name], at // 2, at % 2)
        for name, button in self.buttons.items():
            button.setVisible(name in shown)
        self.empty.hide()
        self.body.show()

    def _possible(self, seen: Seen, slot: SlotRow, place: Place) -> set[str]:
        if not self.may_plan or seen.plan.state is PlanState.ARCHIVED:
            return set()
        if slot.cancelled:
            return {"move", "cancel"} if seen.plan.state is PlanState.DRAFT else set()
        if seen.plan.state is PlanState.DRAFT:
            return {"choose", "why", "move", "cancel", *({"lock", "take_out"} if place.duty is not None else set())}
        if over(slot, local(self.desk.now())):
            return {"why"}
        return {"choose", "why", "move", "cancel", *({"leave", "swap"} if place.duty is not None else set())}

    def _lay_out(self) -> None:
        inner = QVBoxLayout(self.body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(theme.px(8))
        for widget in (self.title, self.facts, self.trouble):
            inner.addWidget(widget)
        inner.addWidget(self.duties, 1)
        inner.addLayout(self._grid)
        inner.addStretch(0)
        holder = QWidget()
        box = QVBoxLayout(holder)
        pad = theme.px(10)
        box.setContentsMargins(pad, pad, pad, pad)
        box.addWidget(self.empty)
        box.addWidget(self.body, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(holder))


def _state(row: DutyRow) -> str:
    parts = [DUTY_NAMES[row.state] if row.state is not DutyState.DRAFT else "", "已锁定" if row.locked else ""]
    parts.append(f"替{row.covers_name}" if row.covers_name else "")
    return "，".join(part for part in parts if part)


def _facts(slot: SlotRow) -> str:
    lines = [f"{time_text(slot.starts, slot.ends)}　{slot.room_name or '房间未定'}"]
    if slot.cancelled:
        lines.append(f"不举行：{slot.cancelled}")
    if slot.planned != slot.day:
        lines.append(f"原定 {day_text(slot.planned)}，顺延")
    if slot.note and slot.note != "顺延":
        lines.append(slot.note)
    if slot.scope:
        lines.append(f"接待范围：{slot.scope}")
    if missing(slot):
        lines.append(f"还缺 {missing(slot)} 人" + (f"（{slot.vacant}）" if slot.vacant else ""))
    return "\n".join(lines)


def over(slot: SlotRow, now: datetime) -> bool:
    """Whether a session has ended; `now` is local."""
    return (slot.day, slot.ends) <= (now.date(), now.time())


def left_behind(slot: SlotRow, need: int) -> DutyRow | None:
    """The duty of somebody who does not come and whom nobody covers yet, in that need of a session."""
    here = [duty for duty in slot.duties if duty.need == need]
    if sum(duty.state in COMING for duty in here) >= slot.needs[need].count:
        return None
    covered = {duty.covers_name for duty in here if duty.state is not DutyState.REPLACED}
    gone = [
        duty
        for duty in here
        if duty.state in (DutyState.ON_LEAVE, DutyState.ABSENT) and duty.member_name not in covered
    ]
    return gone[-1] if gone else None
