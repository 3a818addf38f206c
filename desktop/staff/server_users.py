"""What the accounts page does with login roles on the server: reads them, gives them, takes them away."""

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from db.errors import Refusal
from db.server import actions
from db.server.accounts import ServerAccount, server_accounts
from db.server.scram import ServerSecret, server_secret
from db.staff.passwords import one_time_password
from db.staff.queries import StaffRow
from desktop.shell.desk import Desk
from desktop.staff.server_part import ServerPart
from desktop.widgets.ask import confirm

Handed = Callable[[str, str], None]
"""Told the name of the role and its password, when the server has them."""


class ServerUsers(QObject):
    """`known` is told when the roles have been read. `there`: whether the hall is on a server with roles."""

    known = Signal()

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self._roles: dict[UUID, ServerAccount] = {}
        self.there = False

    def refresh(self) -> None:
        """Read them anew."""
        self._desk.ask(self, server_accounts, self._desk.centre_id, then=self._read, topic="roles")

    def show(self, part: ServerPart, account: StaffRow | None) -> None:
        """Show the role of an account."""
        part.show_role(account, self._roles.get(account.id) if account is not None else None, self.there)

    def admit(self, account: StaffRow, handed: Handed) -> None:
        """Give an account its role, or, after a question, a new password for it."""
        if account.id in self._roles:
            text = (
                f"给 {account.name}（{account.login}）重发服务器密码？原来的服务器密码立即失效，各台电脑上要重新输入。"
            )
            if not confirm(self._page, "重发服务器密码", text, "重发"):
                return
        self.give(account.id, account.login, account.name, handed, None)

    def give(
        self, staff_id: UUID, login: str, name: str, handed: Handed, failed: Callable[[Refusal], None] | None
    ) -> None:
        """Make a one-time password off the window's thread, have the server take it, hand it over."""

        def make(_progress: object) -> tuple[str, ServerSecret]:
            password = one_time_password(login, name)
            return password, server_secret(password, login, name)

        def made(both: tuple[str, ServerSecret]) -> None:
            password, secret = both
            self._desk.do(
                self, actions.admit, staff_id=staff_id, secret=secret,
                then=lambda role_name: handed(role_name, password), failed=failed,
            )  # fmt: skip

        self._desk.job(self, make, then=made, title="生成服务器密码")

    def dismiss(self, account: StaffRow) -> None:
        """Take an account's role away, after a question."""
        text = f"取消 {account.name}（{account.login}）的服务器用户？本人不能再从任何电脑登录；账号、办件和日志都保留。"
        if confirm(self._page, "取消服务器用户", text, "取消服务器用户"):
            self._desk.do(
                self, actions.dismiss, staff_id=account.id,
                then=lambda _: self._desk.messages.info(f"{account.name} 不能再连接服务器。"),
            )  # fmt: skip

    def _read(self, rows: tuple[ServerAccount, ...] | None) -> None:
        self.there = rows is not None
        self._roles = {row.staff_id: row for row in rows or ()}
        self.known.emit()
