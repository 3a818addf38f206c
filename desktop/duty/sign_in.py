"""Beside the board of the day: who is chosen, and what can be done: come, go, by phone, absent, somebody else, undo."""

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSpinBox, QVBoxLayout, QWidget

from db.clock import business_date
from db.duty.rows import DutyRow, SlotRow
from db.duty.states import EXPECTED, DutyState
from db.staff.permissions import Permission
from desktop.duty.board_words import time_text
from desktop.duty.people_pane_dialog import FormDialog
from desktop.duty.today_words import about, remark, standing
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.badge import Badge
from desktop.widgets.words import EmptyHint, label

COME, GO, PHONE, ABSENT, COVER, UNDO, RECEIVE, NUMBER = (
    "come", "go", "phone", "absent", "cover", "undo", "receive", "number",
)  # fmt: skip
BUTTONS = (
    (COME, "到岗签到", "回车", "fa6s.right-to-bracket"), (GO, "离岗", "回车", "fa6s.right-from-bracket"),
    (RECEIVE, "登记接待", "Ctrl+N", "fa6s.comments"), (PHONE, "电话签到…", "Alt+D", "fa6s.phone"),
    (ABSENT, "登记缺席…", "Alt+Q", "fa6s.user-slash"), (COVER, "找人替班…", "Alt+H", "fa6s.people-arrows"),
    (NUMBER, "接待人数…", "Alt+R", "fa6s.users"), (UNDO, "撤销签到", "Ctrl+Z", "fa6s.rotate-left"),
)  # fmt: skip
_AWAY = frozenset({DutyState.ABSENT, DutyState.ON_LEAVE})
PHONE_REASONS = ("在外调解，电话报到", "直接入户走访", "忘带轮值证，电话确认")
ABSENT_REASONS = ("临时公务", "身体不适", "联系不上")


def possible(duty: DutyRow, slot: SlotRow, now: datetime) -> frozenset[str]:
    """What can be done with a duty now; the action decides."""
    today = slot.day == business_date(now)
    if slot.cancelled:
        return frozenset()
    if duty.state in EXPECTED:
        signs = {COME, PHONE, ABSENT} if today else {ABSENT} if slot.day < business_date(now) else set()
        return frozenset(signs | ({COVER} if slot.day >= business_date(now) else set()))
    if duty.state is DutyState.ARRIVED:
        return frozenset({GO, UNDO, NUMBER, RECEIVE})
    if duty.state is DutyState.LEFT:
        return frozenset({UNDO, NUMBER, RECEIVE})
    if duty.state in _AWAY:
        missed = {UNDO, *({COME} if today else ())} if duty.state is DutyState.ABSENT else set()
        return frozenset(missed | ({COVER} if slot.day >= business_date(now) else set()))
    return frozenset()


class SignPane(QWidget):
    """`wanted` names what is to be done with the duty that is shown."""

    wanted = Signal(str)
    phone_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.duty: DutyRow | None = None
        self.slot: SlotRow | None = None
        self.can: frozenset[str] = frozenset()
        self.empty = EmptyHint("没有选中人员", "在左边用方向键或鼠标选一个人，\n按回车签到；也可以直接扫轮值证。")
        self.body = QFrame()
        self.body.setObjectName("card")
        self.name = label("", "promise", wrap=True, select=True)
        self.badge = Badge(shape=True)
        self.where = label("", "nextStep", wrap=True, select=True)
        self.about = label("", "hint", wrap=True, select=True)
        self.buttons: dict[str, QPushButton] = {}
        for name, title, key, icon in BUTTONS:
            self._add(name, f"{title}（{key}）", icon, title)
        self._add("call", "查看手机（Alt+T）", "fa6s.mobile-screen", "查看手机")
        self._lay_out()
        self.show_nobody()

    def show_nobody(self) -> None:
        """Nobody is chosen."""
        self.duty = self.slot = None
        self.can = frozenset()
        self.body.hide()
        self.empty.show()

    def show_duty(self, duty: DutyRow, slot: SlotRow) -> None:
        """Show who is chosen as they stand."""
        now = self.desk.now()
        self.duty, self.slot = duty, slot
        words, tone = standing(duty, slot, now)
        self.name.setText(duty.member_name)
        self.badge.show_state(words, tone)
        self.where.setText(f"{slot.body_name}\n{time_text(slot.starts, slot.ends)}　{slot.room_name or '地点未定'}")
        parts = (about(duty), remark(duty), f"接待 {duty.received} 人" if duty.received else "")
        self.about.setText("\n".join(part for part in parts if part))
        can = possible(duty, slot, now)
        if not self.desk.may(Permission.DUTY_ATTEND):
            can = frozenset()
        if not self.desk.may(Permission.DUTY_PLAN):
            can -= {COVER}
        self.can = can
        for name, button in self.buttons.items():
            button.setVisible(name in can or (name == "call" and self.desk.may(Permission.PERSON_UNMASK)))
        self.empty.hide()
        self.body.show()

    def _add(self, name: str, text: str, icon: str, title: str) -> None:
        button = QPushButton(text)
        theme.dress(button, icon, "on_accent" if name in (COME, GO) else "text")
        button.setAccessibleName(title)
        if name in (COME, GO):
            button.setObjectName("primary")
        button.clicked.connect(self.phone_wanted if name == "call" else lambda: self.wanted.emit(name))
        self.buttons[name] = button

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        inner = QVBoxLayout(self.body)
        inner.setContentsMargins(theme.px(12), theme.px(10), theme.px(12), theme.px(12))
        inner.setSpacing(theme.px(6))
        inner.addLayout(head)
        badge = QHBoxLayout()
        badge.addWidget(self.badge)
        badge.addStretch(1)
        inner.addLayout(badge)
        inner.addWidget(self.where)
        inner.addWidget(self.about)
        for button in self.buttons.values():
            inner.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.body)
        layout.addWidget(self.empty)
        layout.addStretch(1)


class ReceivedForm(FormDialog):
    """How many people were received, where nobody was entered one by one."""

    counted = Signal(int)

    def __init__(self, desk: Desk, duty: DutyRow, *, leaving: bool, parent: QWidget | None = None) -> None:
        super().__init__(desk, "离岗" if leaving else "接待人数", "离岗" if leaving else "保存", parent, width=440)
        self.form.add("", label(f"{duty.member_name}，今天这一班接待了几个人？", "nextStep", wrap=True))
        self.number = QSpinBox(maximum=999, value=duty.received, suffix=" 人")
        self.form.add("接待", self.number, "只填没有逐个登记接待的人数；逐个登记的自动累计")
        self.number.selectAll()
        self.number.setFocus()
        self.ok.setDefault(True)

    def save(self) -> None:
        self.counted.emit(self.number.value())
        self.accept()
