"""Appends to the journal, at the end of the transaction that did what it tells."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.journal.models import JournalEntry, JournalHead
from db.journal.rules import GENESIS, Entry, chained
from db.vault import Vault

Fact = str | int | bool | None


@dataclass(slots=True)
class Note:
    """What one action has to tell, before it has a number and a hash."""

    tag: str
    subject_kind: str = ""
    subject_id: UUID | None = None
    facts: dict[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Author:
    """Who acted, when, at which counter, with which click."""

    centre_id: UUID
    staff_id: UUID | None
    staff_name: str
    counter_id: UUID | None
    at: datetime
    op: UUID


def append(session: Session, vault: Vault, author: Author, notes: Sequence[Note]) -> None:
    """Chain the notes onto the centre's journal; the head row is locked until the transaction ends."""
    if not notes:
        return
    seq, previous = _lock_head(session, author.centre_id)
    key = vault.derive("journal")
    rows = []
    for note in notes:
        seq += 1
        entry = _entry(author, seq, note)
        previous = chained(key, previous, entry)
        rows.append({**asdict(entry), "hash": previous})
    session.execute(insert(JournalEntry), rows)
    session.execute(update(JournalHead).where(JournalHead.centre_id == author.centre_id).values(seq=seq, hash=previous))


def _lock_head(session: Session, centre_id: UUID) -> tuple[int, bytes]:
    head = select(JournalHead.seq, JournalHead.hash).where(JournalHead.centre_id == centre_id).with_for_update()
    row = session.execute(head).one_or_none()
    if row is None:
        make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        session.execute(make(JournalHead).values(centre_id=centre_id, seq=0, hash=GENESIS).on_conflict_do_nothing())
        row = session.execute(head).one()
    return row.seq, row.hash


def _entry(author: Author, seq: int, note: Note) -> Entry:
    return Entry(
        centre_id=author.centre_id,
        seq=seq,
        at=author.at,
        op=author.op,
        staff_id=author.staff_id,
        staff_name=author.staff_name,
        counter_id=author.counter_id,
        tag=note.tag,
        subject_kind=note.subject_kind,
        subject_id=note.subject_id,
        facts=msgspec.json.encode(note.facts, order="sorted").decode(),
    )
