"""The login role of an account on the server: what it is, and the buttons for it. Hidden where there is no such server."""

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from db.server.accounts import ServerAccount
from db.staff.permissions import Permission
from db.staff.queries import StaffRow
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.widgets.badge import Badge
from desktop.widgets.tone import Tone
from desktop.widgets.words import label


def server_standing(account: StaffRow, role: ServerAccount | None) -> tuple[str, Tone]:
    """The state of an account's server user in a word, with its tone."""
    if role is None:
        return "没有服务器用户，不能登录", "warn"
    if not account.active:
        return "账号停用，不能连接服务器", ""
    return ("待本人改服务器密码", "warn") if role.one_time else ("可以连接服务器", "good")


class ServerPart(QFrame):
    """Its buttons only tell the page what is wanted."""

    admit_wanted = Signal()
    dismiss_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.state = Badge(shape=True)
        self.role = label("", "hint", select=True)
        self.admit = self._button("fa6s.server", "建立服务器用户（Ctrl+E）", self.admit_wanted)
        self.dismiss = self._button("fa6s.plug-circle-xmark", "取消服务器用户", self.dismiss_wanted)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(self.state)
        head.addStretch(1)
        box.addLayout(head)
        box.addWidget(self.role)
        row = QHBoxLayout()
        row.addWidget(self.admit)
        row.addWidget(self.dismiss)
        box.addLayout(row)

    def show_role(self, account: StaffRow | None, role: ServerAccount | None, there: bool) -> None:
        """Show the role of an account; `there`: the hall is on a server with roles at all."""
        self.setVisible(there and account is not None)
        if account is None:
            self._offer(False, False, "")
            return
        self.state.show_state(*server_standing(account, role))
        self.role.setText(f"服务器用户 {role.role_name}" if role is not None else "")
        self.role.setVisible(role is not None)
        self.admit.setText("重发服务器密码（Ctrl+E）" if role is not None else "建立服务器用户（Ctrl+E）")
        actor = self._desk.actor
        own = actor is not None and actor.staff_id == account.id
        may = self._desk.may(Permission.STAFF_MANAGE) and not own
        why = "自己的服务器密码在“设置 › 数据库服务器”里修改。" if own else "您的账号没有这项权限。"
        self._offer(may and account.active, may and role is not None, why if not may else "这个账号已停用。")

    def _offer(self, admit: bool, dismiss: bool, why: str) -> None:
        self.admit.setEnabled(admit)
        self.dismiss.setEnabled(dismiss)
        self.admit.setToolTip("" if admit else why)
        self.dismiss.setToolTip("" if dismiss else why)

    def _button(self, icon: str, text: str, wanted: SignalInstance) -> QPushButton:
        button = QPushButton(theme.icon(icon), text)
        button.clicked.connect(lambda: wanted.emit())
        return button
