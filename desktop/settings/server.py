"""Which database this computer works on: the embedded one, or a server; tried before it is kept."""

from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QLabel, QPushButton
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from db.keyring_store import SystemKeyring
from db.server.diagnosis import Diagnosis, diagnose
from db.server.secrets import remember, with_secret, without_secret
from desktop.settings.panel import Panel
from desktop.shell.desk import Desk
from desktop.widgets.tone import retone
from desktop.widgets.words import label

if TYPE_CHECKING:
    from desktop.shell.window import MainWindow

HINT = (
    "一个大厅有几个窗口时，数据放在一台 PostgreSQL 服务器上，各窗口看到的内容实时一致。"
    "地址由系统管理员给出；改动在下次启动时生效，本机原有的数据库不会被删除。"
)


class ServerPanel(Panel):
    """The address goes into this computer's settings, the password into its keyring."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "数据库服务器", HINT)
        self.now: QLabel = label("", wrap=True)
        self.form.add("现在使用", self.now)
        self.address = self.form.line(
            "服务器地址",
            placeholder="postgresql://用户名@服务器/数据库名",
            hint="留空表示使用本机的数据库；加上 ?sslmode=verify-full&sslrootcert=证书文件 可核验服务器证书",
        )
        self.secret = self.form.line("服务器密码", secret=True, hint="记在系统密钥环里，不写进设置文件")
        self.test = QPushButton("测试连接")
        self.test.clicked.connect(self.try_it)
        self.form.add("", self.test)
        self.told: QLabel = label("", wrap=True)
        self.told.setAccessibleName("测试结果")
        self.form.add("", self.told)
        self.address.textEdited.connect(lambda: self.told.setText(""))
        self.add_save()

    def refresh(self) -> None:
        kept = self._window().machine.database
        self.now.setText(_named(kept))
        if not self.address.isModified():
            self.address.setText(kept)

    def try_it(self) -> None:
        """Reach the server as it stands in the form; nothing is kept yet."""
        address, secret = self.address.text().strip(), self.secret.text()
        if not address:
            self._tell(Diagnosis(True, "使用本机的数据库，不需要测试。"))
            return
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
        self._window().remember(database=address)
        self.address.setText(address)
        self.address.setModified(False)
        self.secret.clear()
        self.form.complain("")
        self.desk.messages.info("已保存，下次启动时使用。")
        self.refresh()

    def _remembered(self, kept: bool) -> None:
        if not kept:
            self.desk.messages.warn("这台电脑没有可用的系统密钥环，服务器密码每次启动都要输入。")

    def _tell(self, found: Diagnosis) -> None:
        self.test.setEnabled(True)
        self.told.setText(found.sentence)
        retone(self.told, "good" if found.good else "bad")

    def _window(self) -> "MainWindow":
        return cast("MainWindow", self.window())


def _named(address: str) -> str:
    return f"服务器 {address}" if address.startswith("postgresql") else "本机的数据库"
