"""人员: the accounts of a centre. 系统管理员 makes and unlocks accounts, 安全管理员 gives roles; both see the same page."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPushButton, QSplitter, QVBoxLayout, QWidget

from db.action import Action
from db.changes import Changes
from db.errors import Refusal
from db.staff import actions, queries
from db.staff.passwords import HashedPassword, hash_password, one_time_password
from db.staff.permissions import ROLE_TITLES, Permission
from db.staff.queries import StaffRow
from desktop.shell import theme
from desktop.shell.again import ALREADY, do_with
from desktop.shell.desk import Desk
from desktop.shell.page import Page
from desktop.staff.card import AccountCard, standing
from desktop.staff.dialogs import EditAccountDialog, NewAccountDialog, OneTime
from desktop.staff.handing import HandingOver, server_one, window_one
from desktop.staff.matrix import MatrixDialog
from desktop.staff.meanwhile import as_seen, titles
from desktop.staff.server_users import ServerUsers
from desktop.widgets.ask import confirm
from desktop.widgets.form import scrolled
from desktop.widgets.table import Column, RowTable

if TYPE_CHECKING:
    from desktop.shell.printing import Printing

NOBODY = "还没有别的账号。\n按 Ctrl+N 给第一位同事建立账号。"


class StaffPage(Page):
    """The list left, one account right."""

    title = "人员"
    icon = "fa6s.users"
    manual = "safety"
    permission = None  # STAFF_MANAGE or STAFF_ROLES: the window asks for either

    def __init__(self, desk: Desk, printing: "Printing | None" = None, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.rows: list[StaffRow] = []
        self.server = ServerUsers(desk, self)
        self.handing = HandingOver(desk, self, printing)
        self.new = QPushButton(theme.icon("fa6s.user-plus", "on_accent"), "新建账号（Ctrl+N）")
        self.new.setObjectName("primary")
        self.matrix = QPushButton(theme.icon("fa6s.table"), "角色权限表（Ctrl+M）")
        self.seek = QLineEdit()
        self.seek.setPlaceholderText("查找登录名、姓名、岗位（Ctrl+F）")
        self.seek.setAccessibleName("查找账号")
        self.inactive = QCheckBox("显示已停用的账号")
        self.table: RowTable[StaffRow] = RowTable(self._columns(), NOBODY)
        self.table.setAccessibleName("账号列表")
        self.card = AccountCard(desk, self)
        self._lay_out()
        self._connect()

    # ---- what the window calls

    def refresh(self) -> None:
        self.new.setEnabled(self.desk.may(Permission.STAFF_MANAGE))
        self.desk.ask(self, queries.accounts, self.desk.centre_id, then=self._listed, topic="accounts")
        self.server.refresh()

    def changed(self, changes: Changes) -> None:
        if any(change.kind == "staff" for change in changes):
            self.refresh()

    def search(self, text: str) -> None:
        self.seek.setText(text)

    def keys(self) -> list[tuple[str, str]]:
        return [(key, meaning) for key, meaning, _act in self._keys()]

    # ---- what the administrator does

    def new_account(self) -> None:
        """Ask for a new account, make it, show its one-time password once."""
        dialog = NewAccountDialog(self, with_roles=self.desk.may(Permission.STAFF_ROLES))
        if not dialog.exec():
            return
        login, name, post = dialog.chosen_login(), dialog.name.text(), dialog.post.text()
        roles = dialog.role_boxes.roles()

        def ready(made: tuple[str, HashedPassword]) -> None:
            password, hashed = made
            self.desk.do(
                self,
                actions.create_staff,
                login=login,
                name=name,
                post=post,
                roles=roles,
                password=hashed,
                then=lambda staff_id: self._made(staff_id, login, name, password),
            )

        self._new_password(login, name, ready)

    def edit(self) -> None:
        """Change the name and post of the account in hand."""
        account = self._in_hand(self.card.edit)
        if account is None:
            return
        EditAccountDialog(self, self.desk, account).exec()

    def reset(self) -> None:
        """Give the account in hand a one-time password."""
        account = self._in_hand(self.card.reset)
        if account is None:
            return
        text = f"给 {account.name}（{account.login}）一个新的一次性密码？现在的密码立即失效。"
        if confirm(self, "重置密码", text, "重置密码"):
            self._with_new_password(account, actions.reset_password)

    def unlock(self) -> None:
        """Open the account in hand after failed logins."""
        account = self._in_hand(self.card.unlock)
        if account is not None:
            self.desk.do(
                self, actions.unlock, staff_id=account.id, then=lambda _: self._say(f"{account.name} 可以登录了。")
            )

    def switch(self) -> None:
        """Take the account in hand out of use, or into use again."""
        account = self._in_hand(self.card.switch)
        if account is None:
            return
        if not account.active:
            text = f"恢复 {account.name}（{account.login}）的账号，并给一个一次性密码？原有角色仍然有效。"
            if confirm(self, "恢复账号", text, "恢复使用"):
                self._with_new_password(account, actions.reactivate)
            return
        text = f"停用 {account.name}（{account.login}）？本人立即不能再操作；经办过的记录都保留，以后可以恢复。"
        if confirm(self, "停用账号", text, "停用"):
            self._change(
                account, f"停用 {account.name}", actions.deactivate, hindered=lambda now: "" if now.active else ALREADY
            )

    def save_roles(self) -> None:
        """Give the account in hand the roles that are ticked."""
        account = self._in_hand(self.card.save)
        if account is not None:
            roles = self.card.chosen()
            words = f"把 {account.name} 的角色设为：{titles(roles)}"
            self._change(
                self.card.ticked or account, words, actions.set_roles, roles=roles,
                then=lambda _: self._say(f"已设置 {account.name} 的角色，下一次操作起生效。"),
            )  # fmt: skip

    def admit(self) -> None:
        """Give the account in hand its user on the server, or a new password for it."""
        account = self._in_hand(self.card.server.admit)
        if account is not None:
            self.server.admit(account, lambda role, password: self._hand(account.name, server_one(role, password)))

    def dismiss(self) -> None:
        """Take the server user of the account in hand away."""
        account = self._in_hand(self.card.server.dismiss)
        if account is not None:
            self.server.dismiss(account)

    def show_matrix(self) -> None:
        """Show which role may do what."""
        MatrixDialog(self).exec()

    # ---- inside

    def _change(
        self,
        account: StaffRow,
        words: str,
        action: Action[..., None],
        *,
        then: Callable[[object], None] | None = None,
        hindered: Callable[[StaffRow], str] = lambda _row: "",
        **more: object,
    ) -> None:
        """Do something with an account; what somebody else has changed of it since it was shown is told first."""
        given: Callable[[StaffRow], dict[str, object]] = lambda now: {  # noqa: E731
            "staff_id": now.id, "version": now.version, **more,
        }  # fmt: skip
        do_with(self, self.desk, as_seen(self.desk), account, words, action, given, then=then, hindered=hindered)

    def _with_new_password(self, account: StaffRow, action: Action[..., None]) -> None:
        """Both the new password of an account in use and the first one of an account that comes back."""
        back = action is actions.reactivate
        words = f"恢复 {account.name} 的账号" if back else f"给 {account.name} 一个新的一次性密码"

        def hindered(now: StaffRow) -> str:
            if back:
                return ALREADY if now.active else ""
            return "" if now.active else f"{now.name} 的账号现在已停用。"

        def ready(made: tuple[str, HashedPassword]) -> None:
            password, hashed = made
            self._change(
                account, words, action, hindered=hindered, password=hashed,
                then=lambda _: self._hand(account.name, window_one(account.login, password)),
            )  # fmt: skip

        self._new_password(account.login, account.name, ready)

    def _new_password(self, login: str, name: str, ready: Callable[[tuple[str, HashedPassword]], None]) -> None:
        """Make and hash a one-time password off the window's thread."""

        def make(_progress: object) -> tuple[str, HashedPassword]:
            password = one_time_password(login, name)
            return password, hash_password(password, login, name)

        self.desk.job(self, make, then=ready, title="生成一次性密码")

    def _made(self, staff_id: UUID, login: str, name: str, password: str) -> None:
        """An account was made: on a server it gets its user there at once, and both passwords go on one slip."""
        first = window_one(login, password)
        if not self.server.there:
            self._hand(name, first)
            return

        def failed(refusal: Refusal) -> None:
            self.desk.messages.problem(f"账号已建立，服务器用户没有建立：{refusal.sentence}")
            self._hand(name, first)

        self.server.give(
            staff_id, login, name, lambda role, second: self._hand(name, first, server_one(role, second)), failed
        )

    def _hand(self, name: str, *handed: OneTime) -> None:
        self.handing.over(name, handed)

    def _say(self, sentence: str) -> None:
        self.desk.messages.info(sentence)

    def _in_hand(self, button: QPushButton) -> StaffRow | None:
        """The account shown, when the button for it is offered."""
        return self.card.account if button.isEnabled() else None

    def _listed(self, rows: list[StaffRow]) -> None:
        self.rows = rows
        self._filter()

    def _filter(self) -> None:
        words = self.seek.text().lower().split()
        shown = [
            row
            for row in self.rows
            if (row.active or self.inactive.isChecked())
            and all(word in f"{row.login} {row.name} {row.post}".lower() for word in words)
        ]
        self.table.empty = NOBODY if not self.rows else "没有符合条件的账号。"
        self.table.show_rows(shown, key=lambda row: row.id)
        if self.table.current() is None and shown:
            self.table.selectRow(0)
        self._show(self.table.current())

    def _show(self, account: StaffRow | None) -> None:
        self.card.show_account(account)
        self.server.show(self.card.server, account)

    def _columns(self) -> list[Column[StaffRow]]:
        return [
            Column("登录名", lambda row: row.login, 118),
            Column("姓名", lambda row: row.name, 108),
            Column("角色", _role_words, tip=lambda row: f"{_role_words(row)}\n{row.post}".strip()),
            Column(
                "状态",
                lambda row: standing(row, self.desk.now())[0],
                196,
                tone=lambda row: standing(row, self.desk.now())[1],
            ),
        ]

    def _keys(self) -> list[tuple[str, str, Callable[[], object]]]:
        return [
            ("Ctrl+N", "新建账号", self.new_account),
            ("Ctrl+F", "查找账号", lambda: self.seek.setFocus()),
            ("F2", "修改资料", self.edit),
            ("Ctrl+R", "重置密码", self.reset),
            ("Ctrl+U", "解锁账号", self.unlock),
            ("Ctrl+T", "停用或恢复账号", self.switch),
            ("Ctrl+E", "建立服务器用户、重发服务器密码", self.admit),
            ("Ctrl+S", "保存角色", self.save_roles),
            ("Ctrl+M", "角色权限表", self.show_matrix),
        ]

    def _connect(self) -> None:
        self.new.clicked.connect(self.new_account)
        self.matrix.clicked.connect(self.show_matrix)
        self.seek.textChanged.connect(self._filter)
        self.inactive.toggled.connect(self._filter)
        self.table.picked.connect(self._show)
        self.server.known.connect(lambda: self.server.show(self.card.server, self.card.account))
        self.card.server.admit_wanted.connect(self.admit)
        self.card.server.dismiss_wanted.connect(self.dismiss)
        self.table.opened.connect(lambda _row: self.edit())
        self.card.edit_wanted.connect(self.edit)
        self.card.reset_wanted.connect(self.reset)
        self.card.unlock_wanted.connect(self.unlock)
        self.card.switch_wanted.connect(self.switch)
        self.card.roles_wanted.connect(self.save_roles)
        for key, _meaning, act in self._keys():
            QShortcut(QKeySequence(key), self).activated.connect(act)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addStretch(1)
        head.addWidget(self.matrix)
        head.addWidget(self.new)
        tools = QHBoxLayout()
        tools.addWidget(self.seek, 1)
        tools.addWidget(self.inactive)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(tools)
        column.addWidget(self.table, 1)
        split = QSplitter()
        split.addWidget(left)
        split.addWidget(scrolled(self.card))
        split.setSizes([theme.px(660), theme.px(470)])
        split.setStretchFactor(0, 1)
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.addLayout(head)
        layout.addWidget(split, 1)


def _role_words(row: StaffRow) -> str:
    return "、".join(title for role, title in ROLE_TITLES.items() if role in row.roles) or "—"
