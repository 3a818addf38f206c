"""角色权限表: which role may do what, in one table; and in words, what chosen roles allow."""

from collections.abc import Collection
from dataclasses import dataclass

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from db.staff.permissions import PERMISSION_TITLES, ROLE_PERMISSIONS, ROLE_TITLES, Permission, Role, permissions_of
from desktop.shell import theme
from desktop.widgets.table import Column, RowTable
from desktop.widgets.words import label

YES, NO = "● 可以", "–"


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One permission, and the roles that hold it."""

    permission: Permission
    title: str
    roles: frozenset[Role]


def matrix() -> list[MatrixRow]:
    """Every permission in its order."""
    return [
        MatrixRow(permission, title, frozenset(role for role in Role if permission in ROLE_PERMISSIONS[role]))
        for permission, title in PERMISSION_TITLES.items()
    ]


def allowed(roles: Collection[Role]) -> str:
    """What somebody with these roles may do, as one line of words."""
    held = permissions_of(frozenset(roles))
    words = [title for permission, title in PERMISSION_TITLES.items() if permission in held]
    return "；".join(words) if words else "还没有角色：能登录之外什么也不能做。"


def _mark(role: Role) -> Column[MatrixRow]:
    return Column(ROLE_TITLES[role], lambda row: YES if role in row.roles else NO, 104)


class MatrixDialog(QDialog):
    """The table on its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("角色权限表")
        self.resize(theme.px(920), theme.px(640))
        layout = QVBoxLayout(self)
        layout.addWidget(label("每个角色能做什么", "sectionTitle"))
        layout.addWidget(label("一个人可以有几个角色，权限相加；审计员除外，不能兼任任何其他角色。", "hint", wrap=True))
        table: RowTable[MatrixRow] = RowTable([Column("权限", lambda row: row.title), *(_mark(role) for role in Role)])
        table.setAccessibleName("角色权限表")
        table.show_rows(matrix())
        layout.addWidget(table, 1)
        buttons = QDialogButtonBox()
        buttons.addButton("关闭（Esc）", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
