"""Automatic backups while the window is open: looks once a minute whether one is due, and once more at closing time."""

from PySide6.QtCore import QObject, QTimer

from db.backup_auto import AutoBackups
from db.backup_facts import Backup
from db.errors import Refusal
from desktop.shell.desk import Desk
from desktop.shell.work import Progress

LOOK_EVERY = 60_000
"""Milliseconds."""


class BackupService(QObject):
    """Makes the automatic backups of one window, off its thread. The window makes one and calls `start`.

    A failure is told once, and again only after a backup has succeeded: a full disk must not shout every minute.
    """

    def __init__(self, desk: Desk, backups: AutoBackups) -> None:
        super().__init__(desk)
        self._desk, self._backups = desk, backups
        self._busy = False
        self._told = ""
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begin to look."""
        self._timer.start()

    def stop(self) -> None:
        """Look no more; the window closes. On the window's thread, unlike `at_exit`."""
        self._timer.stop()

    def look(self) -> None:
        """Make a backup if one is due; nothing when one is being made."""
        if self._busy:
            return
        self._busy = True
        now = self._desk.now()

        def make() -> Backup | None:
            return self._backups.make(now) if self._backups.due(now) else None

        self._desk.work.job(self, make, self._made, self._failed)

    def at_exit(self, progress: Progress) -> Backup | None:
        """The last backup, to be run through `desk.job` before the window closes; None when nothing changed.

        Raises:
            Unavailable: it could not be made.
        """
        now = self._desk.now()
        return self._backups.make(now, progress.step) if self._backups.due(now, leaving=True) else None

    def _made(self, backup: Backup | None) -> None:
        self._busy = False
        if backup is not None:
            self._told = ""

    def _failed(self, refusal: Refusal) -> None:
        self._busy = False
        if refusal.sentence != self._told:
            self._told = refusal.sentence
            self._desk.messages.warn(f"自动备份没有成功：{refusal.sentence}")
