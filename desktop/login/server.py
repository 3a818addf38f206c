"""The server's password, asked for when the keyring does not have it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QVBoxLayout, QWidget
from sqlalchemy import make_url

from db.keyring_store import SystemKeyring
from db.server.secrets import remember
from desktop.shell.desk import Desk
from desktop.widgets.form import Form
from desktop.widgets.words import label


class ServerSecretDialog(QDialog):
    """`typed` gives what was typed; with the tick it goes into the system's keyring first."""

    typed = Signal(str)

    def __init__(self, desk: Desk, address: str, why: str, parent: QWidget | None = None) -> None:
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
        buttons.addButton("退出", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.try_it)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.secret.setFocus()

    def try_it(self) -> None:
        """Keep it where that was wanted, and try with it."""
        secret = self.secret.text()
        if not secret:
            self.form.complain("请输入服务器密码。", self.secret)
            return
        if self.keep.isChecked():
            url, messages = self._url, self._desk.messages

            def kept(there: bool) -> None:
                if not there:
                    messages.warn("这台电脑没有可用的系统密钥环，服务器密码每次启动都要输入。")

            self._desk.work.job(self._desk, lambda: remember(url, secret, SystemKeyring()), kept, lambda _refusal: None)
        self.hide()
        self.typed.emit(secret)
        self.deleteLater()
