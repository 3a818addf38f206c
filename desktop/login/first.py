"""What somebody does right after logging in, before they work: give-out passwords are changed, the login page kept up to date."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from db.server.accounts import ServerAccount, own_account
from desktop.login.known import seen_by
from desktop.login.password import PasswordDialog
from desktop.login.server_password import ServerPasswordDialog
from desktop.login.turns import Turns
from desktop.shell.desk import Desk

if TYPE_CHECKING:
    from db.staff.login import LoggedIn
    from desktop.shell.machine import KnownHall
    from desktop.shell.window import MainWindow

WHY_SERVER = "这是系统管理员给出的服务器密码，只用一次：请换成自己的。它只在换电脑时才要再输入。"


class FirstSteps(QObject):
    """One dialog after the other; who declines one is logged out."""

    def __init__(self, desk: Desk, window: "MainWindow", entered: "LoggedIn", turns: Turns | None) -> None:
        super().__init__(window)
        self._desk, self._window, self._entered, self._turns = desk, window, entered, turns

    def begin(self) -> None:
        """The password of the account first."""
        if not self._entered.must_change:
            self._server()
            return
        dialog = PasswordDialog(
            self._desk, self._entered.login, why=self._entered.why_change, forced=True, parent=self._window
        )
        dialog.accepted.connect(lambda: self._desk.messages.info("密码已修改。"))
        dialog.accepted.connect(self._server)
        self._ask(dialog)

    def _server(self) -> None:
        """Then that of the role on the server."""
        if self._turns is not None:
            self._desk.ask(self, seen_by, self._turns.known.server, then=self._seen)
            self._desk.ask(self, own_account, then=self._connected)

    def _seen(self, known: "KnownHall | None") -> None:
        if known is not None and self._turns is not None:
            self._turns.known = known
            self._window.memory.remember(hall=known)

    def _connected(self, own: ServerAccount | None) -> None:
        if own is None or not own.one_time:
            return
        login = self._entered.login
        dialog = ServerPasswordDialog(
            self._desk, login, own.role_name, why=WHY_SERVER, forced=True, parent=self._window
        )
        self._ask(dialog)

    def _ask(self, dialog: QDialog) -> None:
        dialog.rejected.connect(self._window.leave)
        dialog.open()
