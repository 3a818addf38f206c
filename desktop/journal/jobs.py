"""The two long jobs of the journal page, run off the window's thread."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from db import verbs
from db.journal import queries
from db.journal.check import journal_faults
from db.journal.export import write_xlsx
from db.journal.queries import JournalFilter, JournalRow
from db.session import Hall
from desktop.shell.work import Progress

TELL_EVERY = 500


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of holding the journal against its chain."""

    entries: int
    faults: tuple[str, ...]


def verify(hall: Hall, centre_id: UUID, progress: Progress) -> Verification:
    """Recompute the chain of a centre, and look for operations the journal does not tell of."""

    def check(session: Session) -> Verification:
        newest = queries.head(session, centre_id)
        faults = journal_faults(session, hall.vault, centre_id, progress.step)
        return Verification(newest[0] if newest else 0, tuple(faults))

    return hall.read(check)


def export(hall: Hall, centre_id: UUID, wanted: JournalFilter, file: Path, progress: Progress) -> int:
    """Write the entries that match to an .xlsx file, in one read transaction; returns how many.

    Raises:
        Unavailable: the file cannot be written.
    """

    def write(session: Session) -> int:
        newest = queries.head(session, centre_id)
        total = queries.count(session, centre_id, wanted)
        anchor = f"导出时日志共 {newest[0]} 条，末尾校验值 {newest[1].hex()}。" if newest else "日志是空的。"
        return write_xlsx(
            file, _told(queries.every(session, centre_id, wanted), total, progress), verbs.titles(), anchor
        )

    return hall.read(write)


def _told(rows: Iterator[JournalRow], total: int, progress: Progress) -> Iterator[JournalRow]:
    for done, row in enumerate(rows):
        if done % TELL_EVERY == 0:
            progress.step(done, total, f"已导出 {done} 条")
        yield row
