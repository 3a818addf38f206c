"""Automatic backups of the embedded database: a folder of checked copies, thinned, the rhythm in `db.retention`.

On PostgreSQL the server's administrator makes backups for all counters; a counter's window does not.
"""

import contextlib
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from db.backup import back_up
from db.backup_facts import Backup, Report, silent
from db.engine import reader
from db.journal.models import JournalEntry, JournalHead
from db.retention import is_due, is_due_at_exit, to_keep
from db.trouble import translated

_NAME = re.compile(r"linli-(\d{8}T\d{6})Z\.backup")


@dataclass(frozen=True, slots=True)
class AutoBackups:
    """The automatic backups of one embedded database, in a folder of their own below `root`."""

    engine: Engine
    root: Path

    @property
    def folder(self) -> Path:
        """The folder of this database's backups: two databases on one computer must not thin each other's."""
        file = Path(self.engine.url.database or "memory").absolute()
        return self.root / f"{file.stem}-{hashlib.sha256(str(file).encode()).hexdigest()[:8]}"

    def made(self) -> dict[datetime, Path]:
        """Every backup in the folder by the time it was made; other files are not touched or counted."""
        found = {}
        if self.folder.is_dir():
            for path in self.folder.iterdir():
                if match := _NAME.fullmatch(path.name):
                    found[datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)] = path
        return found

    def last(self) -> datetime | None:
        """When the newest backup was made."""
        return max(self.made(), default=None)

    def due(self, now: datetime, *, leaving: bool = False) -> bool:
        """Whether a backup is due now, or, `leaving`, because the window closes.

        Raises:
            DBAPIError: the database cannot be read.
        """
        if self.engine.dialect.name != "sqlite" or not self.engine.url.database:
            return False
        changed = last_change(self.engine)
        return is_due_at_exit(self.last(), changed) if leaving else is_due(self.last(), changed, now)

    def make(self, now: datetime, report: Report = silent) -> Backup:
        """Make and check a backup, then thin the older ones. Takes a few seconds a gigabyte: off the GUI thread.

        Raises:
            Unavailable: it could not be made, or did not pass its check; older ones stay.
        """
        self._sweep(now)
        found = back_up(self.engine, self._path(now), report, thorough=False)
        self._thin()
        return found

    def _path(self, now: datetime) -> Path:
        return self.folder / f"linli-{now.astimezone(UTC):%Y%m%dT%H%M%S}Z.backup"

    def _thin(self) -> None:
        made = self.made()
        for at in made.keys() - to_keep(made):
            with contextlib.suppress(FileNotFoundError):  # another window has thinned it already
                made[at].unlink()

    def _sweep(self, now: datetime) -> None:
        """Take away what a crash left half-written an hour ago or more; another window may be writing a younger one."""
        if self.folder.is_dir():
            for path in self.folder.glob(".linli-*.backup.part*"):
                with contextlib.suppress(FileNotFoundError):
                    if now.timestamp() - path.stat().st_mtime > 3600:
                        path.unlink()


@translated()
def last_change(engine: Engine) -> datetime | None:
    """When anything was last done in the hall, by the newest journal entry of each centre."""
    with Session(reader(engine)) as session:
        return session.scalar(
            select(JournalEntry.at)
            .join(
                JournalHead, (JournalHead.centre_id == JournalEntry.centre_id) & (JournalHead.seq == JournalEntry.seq)
            )
            .order_by(JournalEntry.at.desc())
            .limit(1)
        )
