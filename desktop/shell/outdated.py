"""Notices that the server's database was upgraded while this window stood open: its program is older than the data now."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from db.changes import Changes
from desktop.shell.desk import Desk

if TYPE_CHECKING:
    from db.migrations.version import SchemaState

SENTENCE = "数据库刚刚升级，这个窗口的程序旧了，已退出登录（没保存的录入登录后可恢复）。请更新邻里前台，再打开窗口。"


class Outdated(QObject):
    """Looks when it is told, and whenever something may have been missed; `told` gets the sentence."""

    def __init__(self, desk: Desk, told: Callable[[str], None]) -> None:
        super().__init__(desk)
        self._desk, self._told = desk, told
        desk.changed.connect(self._heard)
        desk.renewed.connect(self._look)

    def _heard(self, changes: Changes) -> None:
        from db.migrations.upgrade import UPGRADED  # here, because the window opens while it is imported

        if any(change.kind == UPGRADED for change in changes):
            self._look()

    def _look(self) -> None:
        from sqlalchemy import Engine

        from db.migrations.version import schema_state

        bind = self._desk.hall.bind
        if self._desk.actor is not None and isinstance(bind, Engine) and bind.dialect.name == "postgresql":
            self._desk.work.read(self, lambda: schema_state(bind), self._seen, lambda _refusal: None)

    def _seen(self, state: "SchemaState") -> None:
        from db.migrations.version import SchemaState

        if state is SchemaState.NEWER and self._desk.actor is not None:
            self._told(SENTENCE)
