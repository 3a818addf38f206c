"""The right side of the accounts page: one account, what it may do, and what can be done with it."""

from datetime import datetime

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from db.clock import local
from db.staff.permissions import Permission, Role
from db.staff.queries import StaffRow
from db.staff.rules import minutes_to_wait
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.staff.dialogs import RoleBoxes
from desktop.staff.matrix import allowed
from desktop.staff.server_part import ServerPart
from desktop.widgets.badge import Badge
from desktop.widgets.tone import Tone
from desktop.widgets.words import label, rule


def standing(account: StaffRow, now: datetime) -> tuple[str, Tone]:
    """The state of an account in a word, with its tone."""
    if not account.active:
        return "已停用", ""
    if account.locked_until is not None and (minutes := minutes_to_wait(account.locked_until, now)):
        return f"已锁定，{minutes} 分钟后解开", "bad"
    if account.must_change:
        return "待本人改密码", "warn"
    if not account.roles:
        return "没有角色", "warn"
    return "正常", "good"


class AccountCard(QFrame):
    """Shows one account; its buttons only tell the page what is wanted."""

    edit_wanted = Signal()
    reset_wanted = Signal()
    unlock_wanted = Signal()
    switch_wanted = Signal()  # deactivate, or take into use again
    roles_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._desk = desk
        self.account: StaffRow | None = None
        self.ticked: StaffRow | None = None  # whose roles were ticked and unticked, as they were then
        self.name = label("", "personName")
        self.state = Badge(shape=True)
        self.facts = label("", "hint", wrap=True)
        self.role_boxes = RoleBoxes(self)
        self.may = label("", "hint", wrap=True)
        self.save = self._button("fa6s.check", "保存角色（Ctrl+S）", self.roles_wanted)
        self.save.setObjectName("primary")
        self.edit = self._button("fa6s.pen", "修改资料（F2）", self.edit_wanted)
        self.reset = self._button("fa6s.key", "重置密码（Ctrl+R）", self.reset_wanted)
        self.unlock = self._button("fa6s.lock-open", "解锁（Ctrl+U）", self.unlock_wanted)
        self.switch = self._button("fa6s.user-slash", "停用", self.switch_wanted)
        self.server = ServerPart(desk, self)
        self.server.hide()
        self._lay_out()
        for box in self.role_boxes.boxes.values():
            box.toggled.connect(lambda _checked: self._roles_chosen())
        self.show_account(None)

    def show_account(self, account: StaffRow | None) -> None:
        """Show another account, or nothing. Ticks that are not saved yet stay when the same account is read anew."""
        same = account is not None and self.ticked is not None and account.id == self.ticked.id
        typed = same and self.ticked is not None and self.chosen() != self.ticked.roles
        self.account = account
        for part in (self.state, self.facts, self.role_boxes, self.may, self.save):
            part.setVisible(account is not None)
        if account is None:
            self.name.setText("在左边选一个账号")
            self._offer()
            return
        self.name.setText(f"{account.name}（{account.login}）")
        self.state.show_state(*standing(account, self._desk.now()))
        seen = f"{local(account.last_login_at):%Y-%m-%d %H:%M}" if account.last_login_at else "从未登录"
        self.facts.setText(f"岗位：{account.post or '未填'}　上次登录：{seen}　连续输错：{account.failures} 次")
        if not typed or self.chosen() == account.roles:
            self.ticked = account
            self.role_boxes.choose(account.roles)
        self._roles_chosen()

    def chosen(self) -> frozenset[Role]:
        """The roles as they are ticked."""
        return self.role_boxes.roles()

    def _roles_chosen(self) -> None:
        self.may.setText("可以：" + allowed(self.chosen()))
        self._offer()

    def _offer(self) -> None:
        """Grey out what makes no sense or is not allowed, with the reason as tooltip."""
        account, actor = self.account, self._desk.actor
        own = account is not None and actor is not None and account.id == actor.staff_id
        manages = account is not None and self._desk.may(Permission.STAFF_MANAGE)
        gives = account is not None and self._desk.may(Permission.STAFF_ROLES) and not own
        active = account is not None and account.active
        self.edit.setEnabled(manages)
        self.reset.setEnabled(manages and active and not own)
        self.unlock.setEnabled(manages and not own and account is not None and account.failures > 0)
        self.switch.setEnabled(manages and not own)
        self.switch.setText("停用（Ctrl+T）" if active or account is None else "恢复使用（Ctrl+T）")
        self.role_boxes.setEnabled(gives)
        self.save.setEnabled(gives and account is not None and self.chosen() != account.roles)
        why = "不能对自己的账号做这件事，请由另一位管理员操作。" if own else "您的账号没有这项权限。"
        for button in (self.edit, self.reset, self.unlock, self.switch, self.save):
            button.setToolTip("" if button.isEnabled() or account is None else self._why(button, own, manages, why))

    def _why(self, button: QPushButton, own: bool, manages: bool, why: str) -> str:
        forbidden = not self.role_boxes.isEnabled() if button is self.save else not manages
        if own or forbidden:
            return why
        return {self.save: "角色没有改动。", self.unlock: "这个账号没有输错过密码。"}.get(button, "这个账号已停用。")

    def _button(self, icon: str, text: str, wanted: SignalInstance) -> QPushButton:
        button = QPushButton(theme.icon(icon), text)
        button.clicked.connect(lambda: wanted.emit())
        return button

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 14, 16, 14)
        box.setSpacing(10)
        box.addWidget(self.name)
        line = QHBoxLayout()
        line.addWidget(self.state)
        line.addStretch(1)
        box.addLayout(line)
        box.addWidget(self.facts)
        first, second = QHBoxLayout(), QHBoxLayout()
        for row, buttons in ((first, (self.edit, self.reset)), (second, (self.unlock, self.switch))):
            for button in buttons:
                row.addWidget(button)
            box.addLayout(row)
        box.addWidget(self.server)
        box.addWidget(rule())
        box.addWidget(self.role_boxes)
        box.addWidget(self.may)
        box.addWidget(self.save)
        box.addStretch(1)
