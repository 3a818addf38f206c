"""Changing one's own password: asked for by the rules at login, or wanted."""

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from db.clock import local
from db.errors import NotAllowed, Refusal, RuleBroken, Stale
from db.ids import new_id
from db.staff import actions as staff
from db.staff.login import prove
from db.staff.passwords import HashedPassword, hash_password
from db.staff.queries import PasswordState, password_state
from desktop.shell.desk import Desk
from desktop.widgets.form import Form
from desktop.widgets.words import label

RULES = "至少 10 位，含大写、小写、数字、符号中的三种，不含登录名和姓名。"

KEPT = "新密码已为您留着，不用再填。"
RESET = f"被系统管理员重设。请在“现在的密码”里填管理员给您的一次性密码；{KEPT}"
ELSEWHERE = f"已在别的窗口改过。是您本人改的，请填那个密码；不是您改的，请立刻告诉系统管理员。{KEPT}"


class PasswordDialog(QDialog):
    """Present password, new one twice. `forced`: it cannot be put off."""

    def __init__(
        self, desk: Desk, login: str, *, why: str = "", forced: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("修改密码")
        self.setMinimumWidth(440)
        self._desk, self._login = desk, login
        layout = QVBoxLayout(self)
        if why:
            layout.addWidget(label(why, "nextStep", wrap=True))
        self.form = Form()
        self.present = self.form.line("现在的密码", secret=True)
        self.new = self.form.line("新密码", secret=True, hint=RULES)
        self.again = self.form.line("再输一遍", secret=True)
        layout.addWidget(self.form)
        buttons = QDialogButtonBox()
        self.ok = buttons.addButton("修改密码", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("退出登录" if forced else "取消（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.try_it)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self._before: PasswordState | None = None
        if desk.actor is not None:
            desk.ask(self, password_state, desk.actor.centre_id, desk.actor.staff_id, then=self._opened)

    def _opened(self, state: PasswordState | None) -> None:
        self._before = state

    def try_it(self) -> None:
        """Prove, hash, change; each off the window's thread."""
        desk, actor = self._desk, self._desk.actor
        if actor is None:
            return
        if self.new.text() != self.again.text():
            self.form.complain("两次输入的新密码不一样。", self.again)
            return
        present, new, now = self.present.text(), self.new.text(), desk.now()
        login, name = self._login, actor.name

        def proven() -> tuple[str, HashedPassword]:
            if present == new:
                raise RuleBroken("新密码不能和现在的一样。")
            hashed = hash_password(new, login, name)
            return prove(desk.hall, actor, present, now, new_id()), hashed

        self.ok.setEnabled(False)
        desk.work.write(self, proven, self._change, self._refused)

    def _change(self, ready: tuple[str, HashedPassword]) -> None:
        proven, hashed = ready
        self._desk.do(
            self, staff.change_password, proven=proven, new=hashed, then=lambda _: self.accept(), failed=self._refused
        )

    def _refused(self, refusal: Refusal) -> None:
        """Where somebody has changed the password meanwhile, that is why: it is told, and the new one stays typed."""
        actor = self._desk.actor
        if actor is None or self._before is None or not isinstance(refusal, NotAllowed | Stale):
            self._failed(refusal)
            return
        self._desk.ask(
            self, password_state, actor.centre_id, actor.staff_id, then=lambda now: self._told(refusal, now),
            failed=lambda _: self._failed(refusal),
        )  # fmt: skip

    def _told(self, refusal: Refusal, now: PasswordState | None) -> None:
        if now is None or now == self._before:
            self._failed(refusal)
            return
        self._before = now
        self.present.clear()
        self._failed(
            RuleBroken(f"密码在 {local(now.changed_at):%m-%d %H:%M} {RESET if now.one_time else ELSEWHERE}"),
            self.present,
        )

    def _failed(self, refusal: Refusal, field: QWidget | None = None) -> None:
        self.ok.setEnabled(True)
        self.form.complain(refusal.sentence, field)
