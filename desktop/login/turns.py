"""A counter's computer that several clerks use in turn: each is connected to the server as themselves, and only while here.

Logging in opens the hall as the account's own role, leaving lets go of it: between two people nobody is connected. The
password of each role is in the system's keyring under that role's name, or is asked for.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from db.errors import Refusal
from desktop.shell.desk import Desk
from desktop.shell.machine import KnownHall
from desktop.shell.surroundings import NoWindow

if TYPE_CHECKING:
    from desktop.login.server import ServerSecretDialog
    from desktop.shell.opening import Opened

Opening = Callable[[str, str], "Opened"]
"""Opens the hall with a typed server password ("" for the keyring's) as a user of the server ("" for the address's)."""


class Turns(QObject):
    """`opened` is told whose hall it is now; the window that asks for passwords is `parent`."""

    def __init__(
        self, desk: Desk, opening: Opening, known: KnownHall, opened: Callable[["Opened"], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.known = known
        self._desk, self._opening, self._opened, self._window = desk, opening, opened, parent

    def begin(self, login: str, then: Callable[[], None], failed: Callable[[Refusal], None]) -> None:
        """Connect as the role of a login; asks for its server password when the keyring has none, or another."""
        self._try(login, then, failed, None)

    def _try(
        self,
        login: str,
        then: Callable[[], None],
        failed: Callable[[Refusal], None],
        asked: "ServerSecretDialog | None",
    ) -> None:
        from db.staff.rules import tidy_login
        from desktop.login.known import role_of

        user = role_of(self.known, tidy_login(login))
        secret = asked.secret.text() if asked is not None else ""

        def attempt() -> "Opened | NoWindow":
            try:
                return self._opening(secret, user)
            except NoWindow as hindrance:
                return hindrance

        def answered(found: "Opened | NoWindow") -> None:
            if not isinstance(found, NoWindow):
                if asked is not None:
                    asked.remember()
                self._opened(found)
                then()
            elif found.secret_of:
                self._ask(found, login, then, failed)
            else:
                failed(Refusal(found.sentence))

        self._desk.work.write(self, attempt, answered, failed)

    def _ask(self, found: NoWindow, login: str, then: Callable[[], None], failed: Callable[[Refusal], None]) -> None:
        from desktop.login.server import ServerSecretDialog

        why = f"第一次在这台电脑登录，或服务器密码改过了：请输入 {login} 的服务器密码。"
        dialog = ServerSecretDialog(self._desk, found.secret_of, why, self._window, leave="取消")
        dialog.typed.connect(lambda _secret: self._try(login, then, failed, dialog))
        dialog.rejected.connect(lambda: failed(Refusal("没有输入服务器密码，还没有登录。")))
        dialog.open()
