"""The server's password, asked for when the keyring does not have it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QVBoxLayout, QWidget
from sqlalchemy import make_url

from db.keyring_store import SystemKeyring
from db.server.secrets import remember
from desktop.shell.desk import Desk
from desktop.widgets.form import Form
from desktop.widgets.words import label

NO_KEYRING = "这台电脑没有可用的系统密钥环，服务器密码每次登录都要输入。"


class ServerSecretDialog(QDialog):
    """`typed` gives what was typed; `remember` keeps it, where that is wanted, once it has proved right."""

    typed = Signal(str)

    def __init__(
        self, desk: Desk, address: str, why: str, parent: QWidget | None = None, *, leave: str = "退出"
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("连接服务器")
        self.setMinimumWidth(480)
        self._desk, self._url = desk, make_url(address)
        layout = QVBoxLayout(self)
        layout.addWidget(label(why, "nextStep", wrap=True))
        where = f"{self._url.host or '本机'}，数据库 {self._url.database}"
        layout.addWidget(
            label(f"服务器 {where}，用户 {self._url.username}。密码由系统管理员建立账号时给出。", "hint", wrap=True)
        )
        self.form = Form()
        self.secret = self.form.line("服务器密码", secret=True)
        self.keep = QCheckBox("记在这台电脑的系统密钥环里，下次不再问")
        self.keep.setChecked(True)
        self.form.add("", self.keep)
        layout.addWidget(self.form)
        buttons = QDialogButtonBox()
        buttons.addButton("连接", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(leave, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.try_it)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.secret.setFocus()

    def try_it(self) -> None:
        """Let it be tried."""
        if not self.secret.text():
            self.form.complain("请输入服务器密码。", self.secret)
            return
        self.hide()
        self.typed.emit(self.secret.text())

    def remember(self) -> None:
        """It was right: keep it where that was wanted."""
        if self.keep.isChecked():
            keep_secret(self._desk, self._url.render_as_string(hide_password=False), self.secret.text())
        self.deleteLater()


def keep_secret(desk: Desk, address: str, secret: str) -> None:
    """Have the system's keyring keep the password of an address's user; say so where there is none."""
    messages, url = desk.messages, make_url(address)

    def kept(there: bool) -> None:
        if not there:
            messages.warn(NO_KEYRING)

    desk.work.job(desk, lambda: remember(url, secret, SystemKeyring()), kept, lambda _refusal: None)
