"""Backups of a hall, whichever database it is on: made beside the work, checked before they count, restored whole.

A backup holds everything but the data key: without the key (or the recovery code) the personal data in it stays sealed.
"""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from db import backup_embedded, backup_postgres
from db.backup_facts import Backup, Report, Restored, silent
from db.errors import RuleBroken


def back_up(engine: Engine, file: Path, report: Report = silent, *, thorough: bool = True) -> Backup:
    """Write a backup while others go on working; it appears under its name only when it has been checked.

    Args:
        engine: the hall's database.
        file: where to; must not exist.
        report: progress; may raise to stop, and nothing is left behind.
        thorough: check every index too, not only the structure (embedded database).

    Raises:
        RuleBroken: the file exists.
        Unavailable: no space, no permission, no tools, or the backup did not pass its check.
    """
    if file.exists():
        raise RuleBroken(f"文件已存在：{file}。请换一个文件名，旧备份不会被覆盖。")
    if engine.dialect.name == "postgresql":
        return backup_postgres.back_up(engine, file, report)
    return backup_embedded.back_up(engine, file, report, thorough=thorough)


def verify(engine: Engine, file: Path) -> Backup:
    """Reopen a backup made for this kind of database and check it.

    Raises:
        Unavailable: it is missing, damaged, or no backup of a hall; of a newer schema.
    """
    if engine.dialect.name == "postgresql":
        return backup_postgres.verify(file)
    return backup_embedded.verify(file)


def restore(engine: Engine, file: Path, now: datetime, report: Report = silent) -> Restored:
    """Put a checked backup in the place of the present database, and keep the present one aside.

    Args:
        engine: the database to replace; closed by this.
        file: the backup.
        now: names what is kept aside.
        report: progress.

    Raises:
        Unavailable: the backup is not good, or a window still works on the database; nothing was changed.
    """
    if engine.dialect.name == "postgresql":
        return backup_postgres.restore(engine, file, now, report)
    return backup_embedded.restore(engine, file, now, report)
