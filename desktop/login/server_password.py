"""Changing the password of one's own role on the server: asked for at the first login, or wanted."""

from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from db.errors import Refusal
from db.server import actions
from db.server.scram import ServerSecret, server_secret
from db.server.secrets import as_user, use_secret
from desktop.login.password import RULES
from desktop.login.server import keep_secret
from desktop.shell.desk import Desk
from desktop.widgets.form import Form
from desktop.widgets.words import label


class ServerPasswordDialog(QDialog):
    """The new password twice. `forced`: it cannot be put off."""

    def __init__(
        self,
        desk: Desk,
        login: str,
        role_name: str,
        *,
        why: str = "",
        forced: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("修改服务器密码")
        self.setMinimumWidth(560)
        self._desk, self._login, self._role = desk, login, role_name
        layout = QVBoxLayout(self)
        if why:
            layout.addWidget(label(why, "nextStep", wrap=True))
        layout.addWidget(label(f"服务器用户 {role_name}", "hint", select=True))
        self.form = Form()
        self.new = self.form.line("新的服务器密码", secret=True, hint=RULES)
        self.again = self.form.line("再输一遍", secret=True)
        self.keep = QCheckBox("记在这台电脑的系统密钥环里，登录时不再问")
        self.keep.setChecked(True)
        self.form.add("", self.keep)
        layout.addWidget(self.form)
        buttons = QDialogButtonBox()
        self.ok = buttons.addButton("修改密码", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("退出登录" if forced else "取消（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.try_it)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.new.setFocus()

    def try_it(self) -> None:
        """Check it, make what the server is given of it, change; off the window's thread."""
        new, actor = self.new.text(), self._desk.actor
        if actor is None:
            return
        if new != self.again.text():
            self.form.complain("两次输入的新密码不一样。", self.again)
            return
        login, name = self._login, actor.name
        self.ok.setEnabled(False)
        self._desk.work.write(self, lambda: server_secret(new, login, name), self._change, self._refused)

    def _change(self, secret: ServerSecret) -> None:
        self._desk.do(self, actions.change_secret, secret=secret, then=self._changed, failed=self._refused)

    def _changed(self, _done: None) -> None:
        from sqlalchemy import Engine

        bind, secret = self._desk.hall.bind, self.new.text()
        if isinstance(bind, Engine):
            use_secret(bind, secret)
            if self.keep.isChecked():
                keep_secret(self._desk, as_user(bind.url, self._role).render_as_string(hide_password=False), secret)
        self._desk.messages.info("服务器密码已修改。")
        self.accept()

    def _refused(self, refusal: Refusal) -> None:
        self.ok.setEnabled(True)
        self.form.complain(refusal.sentence)
