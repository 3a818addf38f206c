"""Gapless numbers: taken from a locked row inside the transaction that makes the numbered thing real.

On a server those who want a number of the same series stand in line for it. An INSERT … ON CONFLICT alone would have all of
them wake up at each commit, of whom one goes on: with twenty counters a fifth of the server's CPU, and no order.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Integer, Text, Uuid, bindparam, cast, column, func, select, values
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.base import table_of
from db.numbers.models import NumberSeries
from db.prepared import Prepared, Question, ask, connection_of

_SERIES = table_of(NumberSeries)
_CENTRE, _COUNT = bindparam("of_centre", type_=Uuid()), bindparam("count", type_=Integer())


def take(where: Session | Connection, centre_id: UUID, series: str, count: int = 1) -> int:
    """The next number of a series, from 1; with `count` that many at once, of which the last is returned.

    A rolled-back transaction gives its numbers back, so there are no gaps.
    """
    connection = connection_of(where)
    [[row]] = ask(connection, taking(connection, centre_id, series, count))
    return int(row.last)


def taking(connection: Connection, centre_id: UUID, series: str, count: int = 1) -> Question:
    """`take` as a question, to be asked together with others; its answer is a row with `last`."""
    return _take(connection.dialect.name, 1), {"of_centre": centre_id, "series_0": series, "count": count}


def taking_each(connection: Connection, centre_id: UUID, series: Sequence[str]) -> Question:
    """The next numbers of several different series, as one question; `taken_each` reads its answer.

    The series are locked in the order given.
    """
    given: dict[str, object] = {f"series_{at}": each for at, each in enumerate(series)}
    return _take(connection.dialect.name, len(series)), {"of_centre": centre_id, "count": 1, **given}


def taken_each(rows: Sequence[Any], series: Sequence[str]) -> list[int]:
    """The numbers that `taking_each` took, in the order of the series."""
    found = {row.series: row.last for row in rows}
    return [found[each] for each in series]


@cache
def _take(dialect: str, series: int) -> Prepared:
    """Move so many series on by a count; the rows moved as (series, last), in their order."""
    names = [bindparam(f"series_{at}", type_=Text()) for at in range(series)]
    new: Any
    if dialect == "postgresql":
        line = func.hashtextextended(cast(_CENTRE, Text) + names[0], 0)
        gate = select(func.pg_advisory_xact_lock(line).label("passed")).subquery("gate")
        wanted = values(column("series", Text), name="wanted").data([(name,) for name in names])
        fields = select(_CENTRE, wanted.c.series, _COUNT).select_from(gate, wanted)
        new = postgresql.insert(_SERIES).from_select(["centre_id", "series", "last"], fields)
    else:
        new = sqlite.insert(_SERIES).values([{"centre_id": _CENTRE, "series": name, "last": _COUNT} for name in names])
    return Prepared(
        new.on_conflict_do_update(
            index_elements=["centre_id", "series"], set_={"last": _SERIES.c.last + _COUNT}
        ).returning(_SERIES.c.series, _SERIES.c.last)
    )


def last_taken(session: Session, centre_id: UUID, series: str) -> int:
    """The last number given out of a series, 0 before the first."""
    found = session.scalar(
        select(NumberSeries.last).where(NumberSeries.centre_id == centre_id, NumberSeries.series == series)
    )
    return found or 0
