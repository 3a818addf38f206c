"""Appends to the journal, at the end of the transaction that did what it tells.

A server counts and chains the entries itself, in the statement that writes them, the last one before the commit: the head
stands still for that long and not while a client thinks. The embedded database has one writer at a time, who does it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, Connection, Insert, LargeBinary, bindparam, cast, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.base import table_of
from db.journal.models import JournalEntry, JournalHead
from db.journal.rules import GENESIS, Entry, chained, sealed
from db.prepared import Prepared, Question, ask, connection_of
from db.vault import Vault

Fact = str | int | bool | None
Head = tuple[int, bytes]
"""Number and hash of a centre's newest entry."""


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
_FIELDS = tuple(name for name in Entry.__slots__ if name != "seq")
_NOTHING: Head = (0, GENESIS)
_READ_HEAD = Prepared(select(_HEAD.c.seq, _HEAD.c.hash).where(_HEAD.c.centre_id == bindparam("of_centre")))


def _embedded() -> tuple[Prepared, Prepared]:
    """The entry as it was chained, and the head it makes."""
    new = sqlite.insert(_HEAD)
    moved = {name: new.excluded[name] for name in ("seq", "previous", "hash")}
    return Prepared(insert(_ENTRY)), Prepared(new.on_conflict_do_update(index_elements=["centre_id"], set_=moved))


def added() -> Insert:
    """The entry, with its number and hashes from the head that it moves; the first of a centre makes the head. For a server."""
    seal, genesis = bindparam("seal", type_=LargeBinary()), bindparam(None, GENESIS, LargeBinary())
    new = postgresql.insert(_HEAD).values(
        centre_id=bindparam("centre_id"), seq=1, previous=genesis, hash=_hash(genesis, 1, seal)
    )
    moved = {"seq": _HEAD.c.seq + 1, "previous": _HEAD.c.hash, "hash": _hash(_HEAD.c.hash, _HEAD.c.seq + 1, seal)}
    head = (
        new.on_conflict_do_update(index_elements=["centre_id"], set_=moved)
        .returning(_HEAD.c.seq, _HEAD.c.previous, _HEAD.c.hash)
        .cte("moved")
    )
    said = [column for column in _ENTRY.c if column.name not in head.c]
    values = [bindparam(column.name, type_=column.type).label(column.name) for column in said]
    return insert(_ENTRY).from_select([*said, *(_ENTRY.c[c.name] for c in head.c)], select(*values, *head.c))


def _hash(previous: Any, seq: Any, seal: Any) -> Any:
    """`rules.chained`, by the server; a test holds the two together."""
    return func.sha256(previous.op("||")(func.int8send(cast(seq, BigInteger))).op("||")(seal))


_ADD, _MOVE_HEAD = _embedded()
ADD = Prepared(added())


def newest(centre_id: UUID) -> Question:
    """Number and hash of a centre's newest entry; no answer before the first."""
    return _READ_HEAD, {"of_centre": centre_id}


def append(where: Session | Connection, vault: Vault, author: Author, notes: Sequence[Note]) -> None:
    """Chain the notes onto the centre's journal; the head stands still until the transaction ends."""
    connection = connection_of(where)
    found = ask(connection, newest(author.centre_id))[0]
    seen = (found[0].seq, found[0].hash) if found else None
    told = telling(vault, author, notes, seen)
    if connection.dialect.name == "postgresql":
        ADD.run(connection, told)
    else:
        ask(connection, *following(told, seen))


def telling(vault: Vault, author: Author, notes: Sequence[Note], seen: Head | None) -> list[dict[str, Any]]:
    """The entries with their seals, for `ADD`, or for `following` on the embedded database.

    Args:
        seen: the newest entry as it was seen in this transaction, None before the first.
    """
    key = vault.derive("journal")
    entries = [_entry(author, note, nth, seen or _NOTHING) for nth, note in enumerate(notes)]
    return [{**{name: getattr(entry, name) for name in _FIELDS}, "seal": sealed(key, entry)} for entry in entries]


def following(told: Sequence[dict[str, Any]], seen: Head | None) -> list[Question]:
    """What is to be written so that the entries follow the newest one, where there is one writer at a time."""
    seq, previous = seen or _NOTHING
    written: list[Question] = []
    for fields in told:
        seq, before = seq + 1, previous
        previous = chained(before, seq, fields["seal"])
        place = {"seq": seq, "previous": before, "hash": previous}
        written.append((_ADD, {**fields, **place}))
    if written:
        written.append((_MOVE_HEAD, {"centre_id": told[0]["centre_id"], **place}))
    return written


def _entry(author: Author, note: Note, nth: int, seen: Head) -> Entry:
    return Entry(
        centre_id=author.centre_id,
        seq=0,  # whoever chains it says
        at=author.at,
        op=author.op,
        staff_id=author.staff_id,
        staff_name=author.staff_name,
        counter_id=author.counter_id,
        tag=note.tag,
        subject_kind=note.subject_kind,
        subject_id=note.subject_id,
        facts=msgspec.json.encode(note.facts, order="sorted").decode(),
        nth=nth,
        seen_seq=seen[0],
        seen=seen[1],
    )
