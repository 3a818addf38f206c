"""Appends to the journal, at the end of the transaction that did what it tells."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from uuid import UUID

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.orm import Session

from db.base import table_of
from db.journal.models import JournalEntry, JournalHead
from db.journal.rules import GENESIS, Entry, chained
from db.prepared import Prepared, Question, ask, connection_of
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


_ENTRY, _HEAD = table_of(JournalEntry), table_of(JournalHead)
READ_HEAD = Prepared(
    select(_HEAD.c.seq, _HEAD.c.hash).where(_HEAD.c.centre_id == bindparam("of_centre")).with_for_update()
)
_MOVE_HEAD = Prepared(
    update(_HEAD)
    .where(_HEAD.c.centre_id == bindparam("of_centre"))
    .values(seq=bindparam("to_seq"), hash=bindparam("to_hash"))
)
_ADD = Prepared(insert(_ENTRY))


def append(where: Session | Connection, vault: Vault, author: Author, notes: Sequence[Note]) -> None:
    """Chain the notes onto the centre's journal; the head row is locked until the transaction ends."""
    connection = connection_of(where)
    ask(connection, *chained_on(connection, vault, author, notes))


def chained_on(
    connection: Connection, vault: Vault, author: Author, notes: Sequence[Note], head: tuple[int, bytes] | None = None
) -> list[Question]:
    """What is to be written so that the notes follow the newest entry (`head`, when it is locked); the head row is locked."""
    if not notes:
        return []
    seq, previous = head or _lock_head(connection, author.centre_id)
    key = vault.derive("journal")
    written: list[Question] = []
    for note in notes:
        seq += 1
        entry = _entry(author, seq, note)
        fields = {name: getattr(entry, name) for name in Entry.__slots__}
        before, previous = previous, chained(key, previous, entry)
        written.append((_ADD, {**fields, "previous": before, "hash": previous}))
    return [*written, (_MOVE_HEAD, {"of_centre": author.centre_id, "to_seq": seq, "to_hash": previous})]


def _lock_head(connection: Connection, centre_id: UUID) -> tuple[int, bytes]:
    row = READ_HEAD.row(connection, {"of_centre": centre_id})
    if row is None:
        first = {"centre_id": centre_id, "seq": 0, "hash": GENESIS}
        _first_head(connection.dialect.name).run(connection, first)
        row = READ_HEAD.row(connection, {"of_centre": centre_id})
        assert row is not None
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


@cache
def _first_head(dialect: str) -> Prepared:
    """Makes the head of a centre's journal unless it is there. The dialects are large: only the one in use is imported."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql

        return Prepared(postgresql.insert(_HEAD).on_conflict_do_nothing())
    from sqlalchemy.dialects import sqlite

    return Prepared(sqlite.insert(_HEAD).on_conflict_do_nothing())
