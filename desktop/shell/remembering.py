"""What the window remembers about this machine while it stands: its look, its type size, who was here last and where."""

from pathlib import Path

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from db.errors import Unavailable
from desktop.shell import machine, theme
from desktop.shell.desk import Desk
from desktop.shell.machine import Machine


class Memory(QObject):
    """`machine` is what is remembered now, `file` where it is written."""

    def __init__(self, desk: Desk, settings: Machine, file: Path, window: QObject) -> None:
        super().__init__(window)
        self._desk, self.machine, self.file = desk, settings, file

    def set_look(self, look: theme.Look) -> None:
        """Dress the window, and remember it."""
        self.note(mode=look.mode, scale=look.scale)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, look)
        self._save()

    def bigger(self, steps: int) -> None:
        """One type size up or down."""
        at = theme.SCALES.index(self.machine.look.scale) + steps
        if 0 <= at < len(theme.SCALES):
            self.set_look(theme.Look(self.machine.mode, theme.SCALES[at]))

    def flip(self) -> None:
        """Dark to light and back."""
        dark = theme.is_dark(self.machine.mode)
        self.set_look(theme.Look(theme.Mode.LIGHT if dark else theme.Mode.DARK, self.machine.scale))

    def note(self, **fields: object) -> None:
        """Keep something that need not be written before the next that must."""
        self.machine = msgspec.structs.replace(self.machine, **fields)

    def remember(self, **fields: object) -> None:
        """Keep something, and write it."""
        self.note(**fields)
        self._save()

    def _save(self) -> None:
        """A disk that refuses is told, not fatal."""
        kept, file = self.machine, self.file

        def write() -> None:
            try:
                machine.save(file, kept)
            except OSError as error:
                raise Unavailable(f"设置没有保存（{file.parent} 无法写入），下次打开会恢复原样。") from error

        self._desk.work.read(self, write, None, lambda refusal: self._desk.messages.warn(refusal.sentence))
