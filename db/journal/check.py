"""Holds the journal in the database against its chain, and against the operations it must tell of."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.base import table_of
from db.clock import local
from db.journal.chain import ChainCheck, Finding, Link
from db.journal.models import JournalEntry, Operation
from db.journal.queries import head
from db.journal.rules import Entry
from db.vault import Vault
from db.verbs import title

PAGE = 2000
_TABLE = table_of(JournalEntry)
_FIELDS = Entry.__slots__
Report = Callable[[int, int, str], None]


def verify_chain(session: Session, vault: Vault, centre_id: UUID, report: Report) -> list[Finding]:
    """Recompute the whole chain of a centre, in one read transaction, 2,000 entries at a time.

    Args:
        session: a read-only session.
        vault: whose key the chain was made with.
        centre_id: the centre.
        report: progress; may raise to stop.

    Returns:
        What is wrong, empty when the journal is whole.
    """
    newest = head(session, centre_id)
    total = newest[0] if newest else 0
    check = ChainCheck(vault.derive("journal"), title)
    columns = [_TABLE.c[name] for name in (*_FIELDS, "seal", "previous", "hash")]
    after = -1
    while True:
        rows = session.execute(
            select(*columns)
            .where(_TABLE.c.centre_id == centre_id, _TABLE.c.seq > after)
            .order_by(_TABLE.c.seq)
            .limit(PAGE)
        ).all()
        for row in rows:
            *values, seal, previous, hashed = row
            check.take(Link(Entry(*values), seal, previous, hashed))
        if not rows:
            return check.findings(newest)
        after = rows[-1].seq
        report(min(after, total), total, f"已核对 {after} 条")


def untold_operations(session: Session, centre_id: UUID) -> list[str]:
    """Operations that were done and are told by no journal entry: the end of the journal was cut and its head set back."""
    done = select(Operation.op).where(Operation.centre_id == centre_id)
    told = select(JournalEntry.op).where(JournalEntry.centre_id == centre_id)
    missing = done.except_(told).subquery()
    rows = session.execute(
        select(Operation.at, Operation.tag)
        .join(missing, missing.c.op == Operation.op)
        .where(Operation.centre_id == centre_id)
        .order_by(Operation.at)
        .limit(20)
    ).all()
    return [f"{local(row.at):%Y-%m-%d %H:%M:%S} 的操作“{title(row.tag)}”没有日志记录，日志可能被删除。" for row in rows]


def repeated_entries(session: Session, centre_id: UUID) -> list[str]:
    """Entries that stand in the journal twice: a copy keeps its genuine seal, but no two clicks have the same."""
    rows = session.execute(
        select(func.min(JournalEntry.seq).label("first"), func.max(JournalEntry.seq).label("copy"))
        .where(JournalEntry.centre_id == centre_id)
        .group_by(JournalEntry.seal)
        .having(func.count() > 1)
        .order_by(func.max(JournalEntry.seq))
        .limit(20)
    ).all()
    return [f"操作日志第 {row.copy} 条是第 {row.first} 条的抄件，不是系统写入的。" for row in rows]


def journal_faults(session: Session, vault: Vault, centre_id: UUID, report: Report) -> list[str]:
    """Everything that is wrong with a centre's journal, as sentences.

    Copies, and operations without an entry, are told only when the chain is whole: else they repeat what the chain has told.
    """
    found = [finding.sentence for finding in verify_chain(session, vault, centre_id, report)]
    return found or repeated_entries(session, centre_id) or untold_operations(session, centre_id)
