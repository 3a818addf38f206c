"""What can be asked of the journal."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from db.base import table_of
from db.journal.models import JournalEntry, JournalHead

PAGE = 200
_TABLE = table_of(JournalEntry)


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One entry as the auditor reads it; `facts` is JSON."""

    seq: int
    at: datetime
    staff_id: UUID | None
    staff_name: str
    counter_id: UUID | None
    tag: str
    subject_kind: str
    subject_id: UUID | None
    facts: str
    op: UUID
    hash: bytes


_COLUMNS = tuple(_TABLE.c[name] for name in JournalRow.__slots__)


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """Which entries to show; an empty filter shows all. Times are half-open: since ≤ at < until."""

    since: datetime | None = None
    until: datetime | None = None
    staff_id: UUID | None = None
    tags: tuple[str, ...] = ()
    subject_kind: str = ""
    subject_id: UUID | None = None
    words: str = ""
    op: UUID | None = field(default=None)


def page(
    session: Session, centre_id: UUID, wanted: JournalFilter, *, before: int | None = None, limit: int = PAGE
) -> list[JournalRow]:
    """The newest entries that match, at most `limit`, with numbers below `before` (the last one shown)."""
    query = _matching(centre_id, wanted)
    if before is not None:
        query = query.where(_TABLE.c.seq < before)
    if session.get_bind().dialect.name == "sqlite" and _is_narrow(wanted) and not wanted.words:
        query = _by_number(session, centre_id, query.with_only_columns(_TABLE.c.seq), wanted, limit)
    rows = session.execute(query.order_by(_newest_first(wanted)).limit(limit)).mappings()
    return [_row(row) for row in rows]


def _by_number(
    session: Session, centre_id: UUID, numbers: Select[Any], wanted: JournalFilter, limit: int
) -> Select[Any]:
    """The entries whose numbers an index alone has given.

    The embedded database keeps the rows in the tree of their key and, asked for whole rows, would walk that from the newest to
    the oldest entry rather than fetch each by its key.
    """
    found = session.scalars(numbers.order_by(_newest_first(wanted)).limit(limit)).all()
    return select(*_COLUMNS).where(_TABLE.c.centre_id == centre_id, _TABLE.c.seq.in_(found))


def every(session: Session, centre_id: UUID, wanted: JournalFilter) -> Iterator[JournalRow]:
    """All entries that match, oldest first, read in pages: for the export."""
    after = 0
    while True:
        query = _matching(centre_id, wanted).where(_TABLE.c.seq > after).order_by(_TABLE.c.seq).limit(PAGE * 10)
        rows = session.execute(query).mappings().all()
        if not rows:
            return
        for row in rows:
            yield _row(row)
        after = rows[-1]["seq"]


def count(session: Session, centre_id: UUID, wanted: JournalFilter) -> int:
    """How many entries match."""
    return session.execute(select(func.count()).select_from(_matching(centre_id, wanted).subquery())).scalar_one()


def head(session: Session, centre_id: UUID) -> tuple[int, bytes] | None:
    """Number and hash of the newest entry, as the head row says."""
    row = session.execute(
        select(JournalHead.seq, JournalHead.hash).where(JournalHead.centre_id == centre_id)
    ).one_or_none()
    return None if row is None else (row.seq, row.hash)


def _newest_first(wanted: JournalFilter) -> ColumnElement[int]:
    """The entries of a person, and those of one tag, lie in this order in an index. With another condition that an index
    serves, `+ 0` keeps the database from walking the whole journal by number.
    """
    ordered = wanted.staff_id or len(wanted.tags) == 1
    few = wanted.subject_id or wanted.op or (wanted.tags and not ordered)
    return (_TABLE.c.seq + 0).desc() if few else _TABLE.c.seq.desc()


def _is_narrow(wanted: JournalFilter) -> bool:
    """Whether an index holds the numbers of what is wanted."""
    return bool(wanted.staff_id or wanted.tags or wanted.subject_id) and not wanted.op


def _matching(centre_id: UUID, wanted: JournalFilter) -> Select[tuple[object, ...]]:
    return select(*_COLUMNS).where(_TABLE.c.centre_id == centre_id, *_conditions(wanted))


def _conditions(wanted: JournalFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        conditions.append(_TABLE.c.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(_TABLE.c.at < wanted.until)
    for name in ("staff_id", "subject_id", "op"):
        if (value := getattr(wanted, name)) is not None:
            conditions.append(_TABLE.c[name] == value)
    if wanted.tags:
        conditions.append(_TABLE.c.tag.in_(wanted.tags))
    if wanted.subject_kind and wanted.subject_id is None:  # an id is of one thing, whatever its kind
        conditions.append(_TABLE.c.subject_kind == wanted.subject_kind)
    for word in wanted.words.split():
        conditions.append(_mentions(word))
    return conditions


def _mentions(word: str) -> ColumnElement[bool]:
    return or_(
        _TABLE.c.facts.contains(word, autoescape=True),
        _TABLE.c.staff_name.contains(word, autoescape=True),
        and_(_TABLE.c.tag == word),
    )


def _row(row: RowMapping) -> JournalRow:
    return JournalRow(**{name: row[name] for name in JournalRow.__slots__})
