"""Gapless numbers: taken from a locked row inside the transaction that makes the numbered thing real."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Integer, Text, Uuid, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.base import table_of
from db.numbers.models import NumberSeries
from db.prepared import Prepared, Question, ask, connection_of

_SERIES = table_of(NumberSeries)
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_TAKE = {
    dialect: Prepared(
        insert(_SERIES)
        .on_conflict_do_update(
            index_elements=["centre_id", "series"], set_={"last": _SERIES.c.last + bindparam("count", type_=Integer())}
        )
        .returning(_SERIES.c.last)
    )
    for dialect, insert in _INSERT.items()
}


def take(where: Session | Connection, centre_id: UUID, series: str, count: int = 1) -> int:
    """The next number of a series, from 1; with `count` that many at once, of which the last is returned.

    A rolled-back transaction gives its numbers back, so there are no gaps.
    """
    connection = connection_of(where)
    [[(number,)]] = ask(connection, taking(connection, centre_id, series, count))
    return int(number)


def taking(connection: Connection, centre_id: UUID, series: str, count: int = 1) -> Question:
    """`take` as a question, to be asked together with others; its answer is a row with `last`."""
    row = {"centre_id": centre_id, "series": series, "last": count, "count": count}
    return _TAKE[connection.dialect.name], row


def taking_each(connection: Connection, centre_id: UUID, series: Sequence[str]) -> Question:
    """The next numbers of several different series, as one question; `taken_each` reads its answer.

    The series are locked in the order given.
    """
    given: dict[str, object] = {f"series_{at}": each for at, each in enumerate(series)}
    return _take_each(connection.dialect.name, len(series)), {"of_centre": centre_id, **given}


def taken_each(rows: Sequence[Any], series: Sequence[str]) -> list[int]:
    """The numbers that `taking_each` took, in the order of the series."""
    found = {row.series: row.last for row in rows}
    return [found[each] for each in series]


@cache
def _take_each(dialect: str, count: int) -> Prepared:
    centre = bindparam("of_centre", type_=Uuid())
    rows = [{"centre_id": centre, "series": bindparam(f"series_{at}", type_=Text()), "last": 1} for at in range(count)]
    return Prepared(
        _INSERT[dialect](_SERIES)
        .values(rows)
        .on_conflict_do_update(index_elements=["centre_id", "series"], set_={"last": _SERIES.c.last + 1})
        .returning(_SERIES.c.series, _SERIES.c.last)
    )


def last_taken(session: Session, centre_id: UUID, series: str) -> int:
    """The last number given out of a series, 0 before the first."""
    found = session.scalar(
        select(NumberSeries.last).where(NumberSeries.centre_id == centre_id, NumberSeries.series == series)
    )
    return found or 0
