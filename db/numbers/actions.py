"""Gapless numbers: taken from a locked row inside the transaction that makes the numbered thing real."""

from uuid import UUID

from sqlalchemy import Connection, Integer, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.base import table_of
from db.numbers.models import NumberSeries
from db.prepared import Prepared, connection_of

_SERIES = table_of(NumberSeries)
_TAKE = {
    dialect: Prepared(
        insert(_SERIES)
        .on_conflict_do_update(
            index_elements=["centre_id", "series"], set_={"last": _SERIES.c.last + bindparam("count", type_=Integer())}
        )
        .returning(_SERIES.c.last)
    )
    for dialect, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}


def take(where: Session | Connection, centre_id: UUID, series: str, count: int = 1) -> int:
    """The next number of a series, from 1; with `count` that many at once, of which the last is returned.

    A rolled-back transaction gives its numbers back, so there are no gaps.
    """
    connection = connection_of(where)
    row = {"centre_id": centre_id, "series": series, "last": count, "count": count}
    [(number,)] = _TAKE[connection.dialect.name].rows(connection, row)
    return int(number)


def last_taken(session: Session, centre_id: UUID, series: str) -> int:
    """The last number given out of a series, 0 before the first."""
    found = session.scalar(
        select(NumberSeries.last).where(NumberSeries.centre_id == centre_id, NumberSeries.series == series)
    )
    return found or 0
