"""Which database this computer works on: the embedded one, or a server; tried before it is kept."""

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from db.keyring_store import SystemKeyring
from db.server.accounts import ServerAccount, own_account
from db.server.diagnosis import Diagnosis, diagnose
from db.server.secrets import remember, with_secret, without_secret, without_user
from db.staff.permissions import Permission
from desktop.login.server import NO_KEYRING
from desktop.login.server_password import ServerPasswordDialog
from desktop.settings.panel import Panel
from desktop.shell.desk import Desk
from desktop.widgets.tone import retone
from desktop.widgets.words import label

if TYPE_CHECKING:
    from desktop.shell.window import MainWindow

HINT = (
    "一个大厅有几个窗口时，数据放在一台 PostgreSQL 服务器上，各窗口看到的内容实时一致。"
    "地址由系统管理员给出，里面的用户只在第一次连接时用：以后谁登录，就用谁自己的服务器用户连接。"
    "改动在下次启动时生效，本机原有的数据库不会被删除。"
)


class ServerPanel(Panel):
    """The address goes into this computer's settings, the password into its keyring."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "数据库服务器", HINT)
        self.now: QLabel = label("", wrap=True)
        self.form.add("现在使用", self.now)
        self._own: ServerAccount | None = None
        self.change = QPushButton("修改我的服务器密码…")
        self.change.clicked.connect(self.change_secret)
        self.change.hide()
        self.form.add("", self.change)
        self.address, self.secret = QLineEdit(), QLineEdit()
        self.test = QPushButton("测试连接")
        self.test.clicked.connect(self.try_it)
        self.told: QLabel = label("", wrap=True)
        self.told.setAccessibleName("测试结果")
        self.told.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        if desk.may(Permission.CENTRE_EDIT):
            self._offer_another()

    def _offer_another(self) -> None:
        """For whoever sets the centre up: where this computer's data are."""
        self.address = self.form.line(
            "服务器地址",
            placeholder="postgresql://用户名@服务器/数据库名",
            hint="留空表示使用本机的数据库；加上 ?sslmode=verify-full&sslrootcert=证书文件 可核验服务器证书",
        )
        self.secret = self.form.line("服务器密码", secret=True, hint="记在系统密钥环里，不写进设置文件")
        self.form.add("", self.test)
        self.form.add("", self.told)
        self.address.textEdited.connect(lambda: self.told.setText(""))
        self.add_save()

    def refresh(self) -> None:
        kept = self._window().memory.machine.database
        self.now.setText(self._in_use())
        if not self.address.isModified():
            self.address.setText(kept)
        self.desk.ask(self, own_account, then=self._connected_as, topic="own")

    def change_secret(self) -> None:
        """Another password for the server user one is connected as."""
        if self._own is not None:
            login = self._window().memory.machine.login
            ServerPasswordDialog(self.desk, login, self._own.role_name, parent=self).open()

    def _connected_as(self, own: ServerAccount | None) -> None:
        self._own = own
        self.change.setVisible(own is not None)
        if own is not None:
            self.now.setText(f"{self._in_use()}，服务器用户 {own.role_name}")

    def try_it(self) -> None:
        """Reach the server as it stands in the form; nothing is kept yet."""
        address, secret = self.address.text().strip(), self.secret.text()
        if not address:
            self._tell(Diagnosis(True, "使用本机的数据库，不需要测试。"))
            return
        self.told.setFocus()  # a disabled button hands the focus on to “保存”, and the next key would press it
        self.test.setEnabled(False)
        self.told.setText("正在连接……")
        retone(self.told, "")

        def attempt() -> Diagnosis:
            try:
                url = make_url(address)
            except (ArgumentError, ValueError):
                return diagnose(address)
            return diagnose(url.set(password=secret) if secret else with_secret(url, SystemKeyring()))

        self.desk.work.job(self, attempt, self._tell, self.refused)

    def save(self) -> None:
        """Keep the address for the next start."""
        address, secret = self.address.text().strip(), self.secret.text()
        if not address:
            self._keep("")
            return
        try:
            url = make_url(address)
        except (ArgumentError, ValueError):
            self.form.complain("地址应像 postgresql://用户名@服务器/数据库名。", self.address)
            return
        if url.get_backend_name() != "postgresql" or not url.database:
            self.form.complain("地址应像 postgresql://用户名@服务器/数据库名。", self.address)
            return
        secret = secret or url.password or ""
        if secret:
            self.desk.work.job(self, lambda: remember(url, secret, SystemKeyring()), self._remembered, self.refused)
        self._keep(without_secret(url))

    def _keep(self, address: str) -> None:
        self._window().memory.remember(database=address)
        self.address.setText(address)
        self.address.setModified(False)
        self.secret.clear()
        self.form.complain("")
        self.desk.messages.info("已保存，下次启动时使用。")
        self.refresh()

    def _remembered(self, kept: bool) -> None:
        if not kept:
            self.desk.messages.warn(NO_KEYRING)

    def _tell(self, found: Diagnosis) -> None:
        self.test.setEnabled(True)
        if self.told.hasFocus():
            self.test.setFocus()
        self.told.setText(found.sentence)
        retone(self.told, "good" if found.good else "bad")

    def _in_use(self) -> str:
        """The database that is open, not the one kept for the next start: `--database` may name another."""
        if self.desk.hall.bind.dialect.name == "sqlite":
            return "本机的数据库"
        return f"服务器 {without_user(self.desk.hall.bind.engine.url)}"

    def _window(self) -> "MainWindow":
        return cast("MainWindow", self.window())
