"""Taking and giving back parts of the building: the only code that writes the occupancy relation.

Bookings, closures and duties all come through here. On the embedded database the transaction is already the only writer;
on PostgreSQL an advisory lock per part is taken in sorted order before the check, so that races wait instead of
deadlocking on the exclusion constraint, which stays behind as a net.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Connection, Text, Uuid, bindparam, delete, func, insert, select, text
from sqlalchemy.orm import Session

from db.base import table_of
from db.ids import new_id
from db.prepared import Prepared, ask, connection_of
from db.rooms.models import Occupancy, Room, RoomTakes
from db.rooms.rules import Taken

DAY = 86_400
_TABLE, _TAKES, _ROOM = table_of(Occupancy), table_of(RoomTakes), table_of(Room)
_COLUMNS = (_TABLE.c.part_id, _TABLE.c.starts, _TABLE.c.ends, _TABLE.c.kind, _TABLE.c.source_id)
_FROM_S, _TO_S = bindparam("from_s", type_=BigInteger()), bindparam("to_s", type_=BigInteger())
_BEGINS = _TABLE.c.starts > _FROM_S - DAY  # no row is longer than a day: the range of the index is bounded
_MEETS = (_TABLE.c.starts < _TO_S, _TABLE.c.ends > _FROM_S)
_CLASH = Prepared(
    select(*_COLUMNS)
    .where(_TABLE.c.part_id == bindparam("part"), _BEGINS, *_MEETS, _TABLE.c.source_id != bindparam("except_for"))
    .order_by(_TABLE.c.starts)
)
_FROM: ColumnElement[int] = _FROM_S - _ROOM.c.setup_minutes * 60
_TO: ColumnElement[int] = _TO_S + _ROOM.c.clearing_minutes * 60
CLASH_OF_ROOM = Prepared(
    select(*_COLUMNS)
    .join(_TAKES, _TAKES.c.part_id == _TABLE.c.part_id)
    .join(_ROOM, _ROOM.c.id == _TAKES.c.room_id)
    .where(
        _ROOM.c.id == bindparam("of_room"), _TABLE.c.starts > _FROM - DAY, _TABLE.c.starts < _TO,
        _TABLE.c.ends > _FROM, _TABLE.c.source_id != bindparam("not_this"),
    )
    .order_by(_TABLE.c.part_id, _TABLE.c.starts)
)  # fmt: skip
"""What meets [from_s, to_s) in a room, its own buffers counted in; for those who have not read the room yet."""
_BETWEEN = (
    select(*_COLUMNS)
    .where(_TABLE.c.part_id.in_(bindparam("parts", expanding=True)), _BEGINS, *_MEETS)
    .order_by(_TABLE.c.starts)
)
_ADD = Prepared(insert(_TABLE))
_DROP = Prepared(
    delete(_TABLE).where(_TABLE.c.centre_id == bindparam("of_centre"), _TABLE.c.source_id == bindparam("of_source"))
)
_LOCK = Prepared(select(func.pg_advisory_xact_lock(bindparam("key", type_=BigInteger()))))
LOCK_ROOM = Prepared(
    text(
        "SELECT part_id, pg_advisory_xact_lock(('x' || right(replace(part_id::text, '-', ''), 16))::bit(64)::bigint) AS locked"
        " FROM (SELECT part_id FROM room_takes WHERE room_id = :of_room ORDER BY part_id OFFSET 0) AS sorted"
    )
    .bindparams(bindparam("of_room", type_=Uuid()))
    .columns(part_id=Uuid(), locked=Text())
)
"""PostgreSQL only: as `lock` for all parts of a room, which it tells. Its own statement, since one that waited for a lock
still sees what was there before it waited; those behind it in the same journey see what was committed meanwhile."""
NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A half-open interval of aware UTC times, buffers counted in."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Clash:
    """What stands in the way: the part, when, and the booking, closure or duty that has it."""

    part_id: UUID
    stretch: Stretch
    kind: Taken
    source_id: UUID


def lock(where: Session | Connection, parts: Iterable[UUID]) -> None:
    """Make everybody else who wants one of these parts wait until the transaction ends."""
    connection = connection_of(where)
    if connection.dialect.name == "postgresql":
        keys = [int.from_bytes(part.bytes[8:], "big", signed=True) for part in sorted(set(parts))]
        ask(connection, *((_LOCK, {"key": key}) for key in keys))


def clashes(
    where: Session | Connection, parts: Sequence[UUID], stretch: Stretch, except_for: UUID | None = None
) -> list[Clash]:
    """Everything that overlaps the stretch in one of the parts, leaving out what `except_for` has itself."""
    [found] = clashes_of_all(where, [(parts, stretch)], except_for)
    return found


def clashes_of_all(
    where: Session | Connection, wanted: Sequence[tuple[Sequence[UUID], Stretch]], except_for: UUID | None = None
) -> list[list[Clash]]:
    """As `clashes` for several stretches, all asked in one journey."""
    nobody = except_for or NOBODY
    questions = [
        (_CLASH, {"part": part, "from_s": second(of.starts), "to_s": second(of.ends), "except_for": nobody})
        for parts, of in wanted
        for part in parts
    ]
    answers = iter(ask(where, *questions))
    return [[clash for _ in parts for clash in as_clashes(next(answers))] for parts, _ in wanted]


def as_clashes(rows: Iterable[Any]) -> list[Clash]:
    """Rows of the relation as what stands in the way."""
    return [
        Clash(row.part_id, Stretch(instant(row.starts), instant(row.ends)), Taken(row.kind), row.source_id)
        for row in rows
    ]


def taken_between(session: Session, parts: Iterable[UUID], stretch: Stretch) -> list[Clash]:
    """Everything that any of the parts is taken by in a stretch of whatever length, in order: one statement."""
    asked = {"parts": sorted(set(parts)), "from_s": second(stretch.starts), "to_s": second(stretch.ends)}
    return as_clashes(session.connection().execute(_BETWEEN, asked))


Want = tuple[UUID, Sequence[UUID], Stretch, Taken, UUID]
"""Centre, parts, stretch, kind and source of what is to be taken."""


def take(
    where: Session | Connection,
    centre_id: UUID,
    parts: Sequence[UUID],
    stretch: Stretch,
    kind: Taken,
    source_id: UUID,
) -> None:
    """Write that the source has the parts; the caller has locked and checked."""
    take_all(where, [(centre_id, parts, stretch, kind, source_id)])


def take_all(where: Session | Connection, wanted: Sequence[Want]) -> None:
    """As `take`, for many sources at once."""
    rows = rows_of(wanted)
    if rows:
        _ADD.later(where, rows)


def rows_of(wanted: Sequence[Want]) -> list[dict[str, object]]:
    """The rows that say it, for those who write them together with others."""
    return [
        {
            "id": new_id(),
            "centre_id": centre_id,
            "part_id": part,
            "starts": first,
            "ends": last,
            "kind": kind,
            "source_id": source_id,
        }
        for centre_id, parts, stretch, kind, source_id in wanted
        for part in parts
        for first, last in _days(stretch)
    ]


def give_back(where: Session | Connection, centre_id: UUID, source_id: UUID) -> None:
    """The source has nothing any more."""
    give_back_all(where, centre_id, (source_id,))


def give_back_all(where: Session | Connection, centre_id: UUID, source_ids: Iterable[UUID]) -> None:
    """As `give_back`, for many sources at once."""
    given = [{"of_centre": centre_id, "of_source": source_id} for source_id in source_ids]
    if given:
        _DROP.later(where, given)


def _days(stretch: Stretch) -> list[tuple[int, int]]:
    """The stretch in whole seconds, cut into pieces of at most a day."""
    first, last = second(stretch.starts), second(stretch.ends)
    return [(start, min(start + DAY, last)) for start in range(first, last, DAY)]


def second(at: datetime) -> int:
    """The second of an instant, as the relation keeps it."""
    return int(at.timestamp())


def instant(second: int) -> datetime:
    """The instant of a second in the relation."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
