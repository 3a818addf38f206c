"""Are the ticket numbers of every day and letter without gap and double?"""

from collections.abc import Iterator
from itertools import groupby
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.numbers.queries import counters
from db.numbers.rules import series_faults
from db.tickets.models import Ticket

_CHUNK = 5000


def problems(session: Session, centre_id: UUID) -> list[str]:
    """What is wrong with the ticket numbers of a centre, one sentence each."""
    return list(_faults(session, centre_id))


def _faults(session: Session, centre_id: UUID) -> Iterator[str]:
    counted = counters(session, centre_id, "ticket/")
    rows = session.execute(
        select(Ticket.business_date, Ticket.letter, Ticket.seq)
        .where(Ticket.centre_id == centre_id)
        .order_by(Ticket.business_date, Ticket.letter, Ticket.seq)
        .execution_options(yield_per=_CHUNK)
    )
    for (day, letter), tickets in groupby(rows, key=lambda row: (row.business_date, row.letter)):
        last = counted.pop(f"ticket/{day.isoformat()}/{letter}", 0)
        yield from series_faults(f"{day} {letter} 号票", (row.seq for row in tickets), last)
    for series, last in counted.items():
        yield f"计数器 {series} 已到 {last}，却没有这一组号票。"
