"""One's own account: who I am, what I may do, change of password; and the idle lock of the centre."""

from typing import TYPE_CHECKING, cast

from msgspec.structs import replace
from PySide6.QtWidgets import QPushButton, QSpinBox
from sqlalchemy.orm import Session

from db.centre.actions import change_settings
from db.centre.queries import CentreRow, centre
from db.centre.rules import LOCK_MINUTES
from db.staff.permissions import ROLE_PERMISSIONS, ROLE_TITLES, Permission
from desktop.settings.panel import RowPanel
from desktop.shell.desk import Desk
from desktop.widgets.words import label

if TYPE_CHECKING:
    from desktop.shell.window import MainWindow


class AccountPanel(RowPanel[CentreRow]):
    """Everybody sees it; the minutes are set by whoever may edit the centre."""

    title = "账号和锁屏"
    hint = "离开座位按 Ctrl+L 立即锁屏，录入的内容都会保留。"
    kinds = frozenset({"centre"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.who = label("", select=True)
        self.roles = label("", wrap=True)
        self.form.add("登录的人", self.who)
        self.form.add("可做的事", self.roles)
        self.change = QPushButton("修改密码…　Ctrl+Shift+P")
        self.change.clicked.connect(self._change_password)
        self.form.add("密码", self.change)
        self.minutes = QSpinBox()
        self.minutes.setRange(*LOCK_MINUTES)
        self.minutes.setSuffix(" 分钟没有操作就锁屏")
        self.minutes.setEnabled(desk.may(Permission.CENTRE_EDIT))
        self.form.add("自动锁屏", self.minutes, "整个中心统一，由中心负责人或系统管理员设置")
        if desk.may(Permission.CENTRE_EDIT):
            self.add_save()

    def refresh(self) -> None:
        actor = self.desk.actor
        if actor is None:
            return
        self.who.setText(actor.name)
        held = [title for role, title in ROLE_TITLES.items() if ROLE_PERMISSIONS[role] <= actor.permissions]
        self.roles.setText("、".join(held))
        self.desk.ask(self, centre, actor.centre_id, then=self._show, topic="centre")

    def save(self) -> None:
        if self._row is None:
            return
        settings = replace(self._row.settings, idle_minutes=self.minutes.value())
        self.desk.do(
            self, change_settings, version=self._row.version, settings=settings, then=self.kept, failed=self.refused
        )

    def _show(self, row: CentreRow) -> None:
        if not self.twice.dirty:
            self._put(row)
            self.twice.begin()

    def _now(self, session: Session) -> CentreRow:
        return centre(session, self.desk.centre_id)

    def _put(self, row: CentreRow) -> None:
        self._row = row
        self.minutes.setValue(row.settings.idle_minutes)

    def _change_password(self) -> None:
        cast("MainWindow", self.window()).change_password()
