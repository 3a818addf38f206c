"""Handing one-time passwords over: shown this once, and printed on a slip where there is a printer."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from db.centre.queries import CentreRow, centre
from desktop.shell.desk import Desk
from desktop.staff.dialogs import OneTime, OneTimePasswordDialog

if TYPE_CHECKING:
    from desktop.shell.printing import Printing

NOTE = (
    "只能用一次：第一次登录时会要求改成自己的密码。服务器密码在一台电脑上只输入一次。改好后请撕碎这张纸；"
    "没有用就丢了这张纸，请马上告诉系统管理员重发。"
)


def window_one(login: str, password: str) -> OneTime:
    """The password of an account."""
    return OneTime("登录账号", login, password)


def server_one(role_name: str, password: str) -> OneTime:
    """The password of a user of the server."""
    return OneTime("服务器用户", role_name, password)


class HandingOver(QObject):
    """One dialog at a time."""

    def __init__(self, desk: Desk, page: QWidget, printing: "Printing | None") -> None:
        super().__init__(page)
        self._desk, self._page, self._printing = desk, page, printing

    def over(self, name: str, handed: Sequence[OneTime]) -> None:
        """Show them, until they have been handed over."""
        dialog = OneTimePasswordDialog(self._page, handed, can_print=self._printing is not None)
        dialog.print_wanted.connect(lambda: self.print_slip(name, handed))
        dialog.exec()

    def print_slip(self, name: str, handed: Sequence[OneTime]) -> None:
        """On paper, with what to do with it."""
        self._desk.ask(self, centre, self._desk.centre_id, then=lambda row: self._render(row, name, handed))

    def _render(self, row: CentreRow, name: str, handed: Sequence[OneTime]) -> None:
        from desktop.paper.password_slip import Slip, slip

        given = Slip(row.fields.name, name, tuple((each.title, each.user, each.password) for each in handed), NOTE)
        printing = self._printing
        if printing is not None:
            self._desk.job(
                self,
                lambda _progress: slip(given).pdf,
                then=lambda pdf: printing.print_apart(pdf, "密码条"),
                title="密码条",
            )
