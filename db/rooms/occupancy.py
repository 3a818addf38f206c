"""Taking and giving back parts of the building: the only code that writes the occupancy relation.

Bookings, closures and duties all come through here. On the embedded database the transaction is already the only writer;
on PostgreSQL an advisory lock per part is taken in sorted order before the check, so that races wait instead of
deadlocking on the exclusion constraint, which stays behind as a net.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, Connection, bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from db.base import table_of
from db.ids import new_id
from db.prepared import Prepared, connection_of
from db.rooms.models import Occupancy
from db.rooms.rules import Taken

DAY = 86_400
_TABLE = table_of(Occupancy)
_CLASH = Prepared(
    select(_TABLE.c.part_id, _TABLE.c.starts, _TABLE.c.ends, _TABLE.c.kind, _TABLE.c.source_id)
    .where(
        _TABLE.c.part_id == bindparam("part"),
        _TABLE.c.starts > bindparam("from_s") - DAY,
        _TABLE.c.starts < bindparam("to_s"),
        _TABLE.c.ends > bindparam("from_s"),
        _TABLE.c.source_id != bindparam("except_for"),
    )
    .order_by(_TABLE.c.starts)
)
_BETWEEN = (
    select(_TABLE.c.part_id, _TABLE.c.starts, _TABLE.c.ends, _TABLE.c.kind, _TABLE.c.source_id)
    .where(
        _TABLE.c.part_id.in_(bindparam("parts", expanding=True)),
        _TABLE.c.starts > bindparam("from_s") - DAY,
        _TABLE.c.starts < bindparam("to_s"),
        _TABLE.c.ends > bindparam("from_s"),
    )
    .order_by(_TABLE.c.starts)
)
_ADD = Prepared(insert(_TABLE))
_DROP = Prepared(
    delete(_TABLE).where(_TABLE.c.centre_id == bindparam("of_centre"), _TABLE.c.source_id == bindparam("of_source"))
)
_LOCK = Prepared(select(func.pg_advisory_xact_lock(bindparam("key", type_=BigInteger()))))
_NOBODY = UUID(int=0)


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
    if connection.dialect.name != "postgresql":
        return
    for part in sorted(set(parts)):
        key = int.from_bytes(part.bytes[8:], "big", signed=True)
        _LOCK.raw(connection, {"key": key})


def clashes(
    where: Session | Connection, parts: Sequence[UUID], stretch: Stretch, except_for: UUID | None = None
) -> list[Clash]:
    """Everything that overlaps the stretch in one of the parts, leaving out what `except_for` has itself."""
    connection = connection_of(where)
    found: list[Clash] = []
    for part in parts:
        for first, last in _days(stretch):
            found += _clashes_of(connection, part, first, last, except_for or _NOBODY)
    return list(dict.fromkeys(found))


def taken_between(session: Session, parts: Iterable[UUID], stretch: Stretch) -> list[Clash]:
    """Everything that any of the parts is taken by in a stretch of whatever length, in order: one statement."""
    asked = {"parts": sorted(set(parts)), "from_s": _second(stretch.starts), "to_s": _second(stretch.ends)}
    rows = session.connection().execute(_BETWEEN, asked)
    return [
        Clash(row.part_id, Stretch(instant(row.starts), instant(row.ends)), Taken(row.kind), row.source_id)
        for row in rows
    ]


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
    """As `take`, for many sources in one statement."""
    rows = rows_of(wanted)
    if rows:
        _ADD.run(where, rows)


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
    _DROP.run(where, {"of_centre": centre_id, "of_source": source_id})


def give_back_all(where: Session | Connection, centre_id: UUID, source_ids: Iterable[UUID]) -> None:
    """As `give_back`, for many sources at once."""
    given = [{"of_centre": centre_id, "of_source": source_id} for source_id in source_ids]
    if given:
        _DROP.run(where, given)


def _clashes_of(connection: Connection, part: UUID, first: int, last: int, except_for: UUID) -> list[Clash]:
    rows = _CLASH.rows(connection, {"part": part, "from_s": first, "to_s": last, "except_for": except_for})
    return [
        Clash(row.part_id, Stretch(instant(row.starts), instant(row.ends)), Taken(row.kind), row.source_id)
        for row in rows
    ]


def _days(stretch: Stretch) -> list[tuple[int, int]]:
    """The stretch in whole seconds, cut into pieces of at most a day."""
    first, last = _second(stretch.starts), _second(stretch.ends)
    return [(start, min(start + DAY, last)) for start in range(first, last, DAY)]


def _second(at: datetime) -> int:
    return int(at.timestamp())


def instant(second: int) -> datetime:
    """The instant of a second in the relation."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
