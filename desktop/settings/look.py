"""Appearance of this machine: light or dark, type size, voice."""

from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QComboBox

from desktop.settings.panel import Panel
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.theme import SCALES, Look, Mode

if TYPE_CHECKING:
    from desktop.shell.window import MainWindow

MODES = ((Mode.SYSTEM, "跟随系统"), (Mode.LIGHT, "浅色"), (Mode.DARK, "深色"))


class LookPanel(Panel):
    """Takes hold at once; nothing to save."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "外观", "只影响这台电脑。字号也可以随时按 Ctrl++ 和 Ctrl+-，深浅按 Ctrl+D。")
        self.mode = QComboBox()
        for mode, title in MODES:
            self.mode.addItem(title, mode)
        self.scale = QComboBox()
        for scale in SCALES:
            self.scale.addItem(f"{scale}%", scale)
        self.form.add("颜色", self.mode)
        self.form.add("字号", self.scale)
        self.mode.activated.connect(self._set)
        self.scale.activated.connect(self._set)
        theme.watch.changed.connect(self.refresh)

    def refresh(self) -> None:
        kept = self._window().memory.machine
        self.mode.setCurrentIndex(max(self.mode.findData(kept.mode), 0))
        self.scale.setCurrentIndex(max(self.scale.findData(kept.scale), 0))

    def _set(self) -> None:
        self._window().memory.set_look(Look(Mode(self.mode.currentData()), self.scale.currentData()))

    def _window(self) -> "MainWindow":
        return cast("MainWindow", self.window())
