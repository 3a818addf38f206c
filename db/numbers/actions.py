"""Gapless numbers: taken from a locked row inside the transaction that makes the numbered thing real."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.numbers.models import NumberSeries


def take(session: Session, centre_id: UUID, series: str) -> int:
    """The next number of a series, from 1. A rolled-back transaction gives its number back, so there are no gaps."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = (
        insert(NumberSeries)
        .values(centre_id=centre_id, series=series, last=1)
        .on_conflict_do_update(index_elements=["centre_id", "series"], set_={"last": NumberSeries.__table__.c.last + 1})
        .returning(NumberSeries.last)
    )
    return session.execute(statement).scalar_one()


def last_taken(session: Session, centre_id: UUID, series: str) -> int:
    """The last number given out of a series, 0 before the first."""
    found = session.scalar(
        select(NumberSeries.last).where(NumberSeries.centre_id == centre_id, NumberSeries.series == series)
    )
    return found or 0
