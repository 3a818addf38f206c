"""Dialogs of the accounts page: a new account, somebody's name and post, a one-time password."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QGroupBox, QPushButton, QVBoxLayout, QWidget

from db.errors import Refusal
from db.staff import actions, queries
from db.staff.permissions import ROLE_TITLES, Role
from db.staff.queries import StaffRow
from db.staff.rules import check_login, check_roles, tidy_login, tidy_staff_name
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.twice import Twice
from desktop.widgets.form import Form
from desktop.widgets.words import label


class RoleBoxes(QGroupBox):
    """One box a role; choosing the auditor takes the others away, and the other way round."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("角色", parent)
        layout = QVBoxLayout(self)
        self.boxes = {role: QCheckBox(title) for role, title in ROLE_TITLES.items()}
        for role, box in self.boxes.items():
            layout.addWidget(box)
            box.clicked.connect(lambda checked, role=role: self._separate(role, checked))

    def roles(self) -> frozenset[Role]:
        """The chosen roles."""
        return frozenset(role for role, box in self.boxes.items() if box.isChecked())

    def choose(self, roles: frozenset[Role]) -> None:
        """Show these roles."""
        for role, box in self.boxes.items():
            box.setChecked(role in roles)

    def _separate(self, role: Role, checked: bool) -> None:
        if not checked:
            return
        for other, box in self.boxes.items():
            if other is not role and Role.AUDITOR in (role, other):
                box.setChecked(False)


class _Sheet(QDialog):
    """A form with two buttons; stays open while what was typed breaks a rule."""

    def __init__(self, parent: QWidget | None, title: str, button: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(theme.px(460))
        self.box = QVBoxLayout(self)
        self.form = Form()
        self.box.addWidget(self.form)
        self.buttons = QDialogButtonBox()
        self.ok = self.buttons.addButton(f"{button}（Ctrl+Enter）", QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setObjectName("primary")
        self.ok.setShortcut(Qt.Modifier.CTRL | Qt.Key.Key_Return)
        self.buttons.addButton("取消（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        self.buttons.accepted.connect(self._try)
        self.buttons.rejected.connect(self.reject)

    def _try(self) -> None:
        for part, check in self.checks():
            try:
                check()
            except Refusal as refusal:
                self.form.complain(refusal.sentence, part)
                return
        self.accept()

    def checks(self) -> list[tuple[QWidget | None, Callable[[], object]]]:
        """What has to hold before the dialog closes, with the field it is about."""
        return []


class NewAccountDialog(_Sheet):
    """Login, name, post, and, for whoever may give roles, the roles."""

    def __init__(self, parent: QWidget | None, *, with_roles: bool) -> None:
        super().__init__(parent, "新建账号", "建立账号")
        self.login = self.form.line("登录名", hint="小写字母开头，3 至 32 个字符；以后不能改，可用姓名拼音。")
        self.name = self.form.line("姓名")
        self.post = self.form.line("岗位", placeholder="例如：二号窗口、代办员")
        self.role_boxes = RoleBoxes(self)
        self.role_boxes.setVisible(with_roles)
        self.box.addWidget(self.role_boxes)
        note = "建立后显示一次性密码，请当面交给本人；本人第一次登录时要改成自己的密码。"
        self.box.addWidget(label(note if with_roles else note + "角色由安全管理员另行设置。", "hint", wrap=True))
        self.box.addWidget(self.buttons)

    def checks(self) -> list[tuple[QWidget | None, Callable[[], object]]]:
        return [
            (self.login, lambda: check_login(self.chosen_login())),
            (self.name, lambda: tidy_staff_name(self.name.text())),
            (None, lambda: check_roles(self.role_boxes.roles())),
        ]

    def chosen_login(self) -> str:
        """The login as it will be kept."""
        return tidy_login(self.login.text())


class EditAccountDialog(_Sheet):
    """Name and post of an account; stays open until they are saved."""

    def __init__(self, parent: QWidget | None, desk: Desk, account: StaffRow) -> None:
        super().__init__(parent, f"修改 {account.login} 的资料", "保存")
        self.desk, self.account = desk, account
        self.name = self.form.line("姓名", account.name)
        self.post = self.form.line("岗位", account.post)
        self.box.addWidget(self.buttons)
        self._twice: Twice[StaffRow] = Twice(
            self, desk, read=lambda session: queries.account(session, desk.centre_id, account.id),
            twin=lambda row: EditAccountDialog(self, desk, row), adopt=self._adopt, failed=self._failed,
        )  # fmt: skip

    def accept(self) -> None:
        self.ok.setEnabled(False)
        self.desk.do(
            self, actions.edit_staff, staff_id=self.account.id, name=self.name.text(), post=self.post.text(),
            version=self.account.version, then=lambda _: super(EditAccountDialog, self).accept(), failed=self._refused,
        )  # fmt: skip

    def _adopt(self, account: StaffRow) -> None:
        self.account = account
        self.accept()

    def _refused(self, refusal: Refusal) -> None:
        if not self._twice.meets(refusal):
            self._failed(refusal)

    def _failed(self, refusal: Refusal) -> None:
        self.ok.setEnabled(True)
        self.form.complain(refusal.sentence)

    def checks(self) -> list[tuple[QWidget | None, Callable[[], object]]]:
        return [(self.name, lambda: tidy_staff_name(self.name.text()))]


@dataclass(frozen=True, slots=True)
class OneTime:
    """A password to be handed over: what it is for, the user it belongs to, and itself."""

    title: str
    user: str
    password: str = field(repr=False)


class OneTimePasswordDialog(QDialog):
    """Shows one-time passwords, this once; `print_wanted` where there is a printer to ask."""

    print_wanted = Signal()

    def __init__(self, parent: QWidget | None, handed: Sequence[OneTime], *, can_print: bool = False) -> None:
        super().__init__(parent)
        self.setWindowTitle("一次性密码")
        self.setMinimumWidth(theme.px(460))
        layout = QVBoxLayout(self)
        for each in handed:
            layout.addWidget(label(f"{each.title} {each.user} 的一次性密码：", "sectionTitle"))
            shown = label(each.password, "promise", select=True)
            shown.setAccessibleName(f"{each.title}一次性密码 {' '.join(each.password)}")
            layout.addWidget(shown)
        layout.addWidget(
            label(
                "只显示这一次，请当面交给本人，不要写在便笺上贴着。本人登录后会被要求改成自己的密码。"
                "忘记了可以再重置一次。",
                "hint",
                wrap=True,
            )
        )
        buttons = QDialogButtonBox()
        copy = QPushButton(theme.icon("fa6s.copy"), "复制")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText("\n".join(each.password for each in handed)))
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        self.paper = QPushButton(theme.icon("fa6s.print"), "打印密码条（Ctrl+P）", self)
        self.paper.setShortcut("Ctrl+P")
        self.paper.clicked.connect(self.print_wanted)
        self.paper.setVisible(False)
        if can_print:
            buttons.addButton(self.paper, QDialogButtonBox.ButtonRole.ActionRole)
            self.paper.show()
        done = buttons.addButton("已交给本人", QDialogButtonBox.ButtonRole.AcceptRole)
        done.setObjectName("primary")
        done.setDefault(True)
        buttons.accepted.connect(self.accept)
        layout.addWidget(buttons)
        done.setFocus()
