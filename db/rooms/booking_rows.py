"""Bookings as rows for the screen: hundreds at a time, so they are converted in bulk.

A week of ten rooms is a thousand bookings. The driver's rows become frozen structs in one call: SQLite's texts are read
as UUIDs and instants by it, PostgreSQL's values are taken as they are.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from operator import itemgetter
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, bindparam, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import GenericFunction

from db.base import UtcDateTime, table_of
from db.prepared import Prepared
from db.rooms.models import Booking
from db.rooms.states import TAKES_ROOM, BookingState

LONGEST = timedelta(days=1)
"""No booking is longer: what reaches into a stretch of time began at most so long before it."""


class BookingRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A booking as the grid draws it; times are aware UTC, without buffers."""

    id: UUID
    number: str
    version: int
    room_id: UUID
    series_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    state: BookingState
    borrower_id: UUID
    borrower: str
    use: str
    purpose: str
    responsible: str
    people: int
    reason: str
    arrived_at: datetime | None
    left_at: datetime | None


class _Instant(GenericFunction[datetime]):
    """An instant as the driver gives it, in UTC."""

    type = UtcDateTime()
    inherit_cache = True
    _register = False


@compiles(_Instant)
def _as_it_is(element: Any, compiler: Any, **given: Any) -> str:
    return str(compiler.process(element.clauses, **given))


@compiles(_Instant, "sqlite")
def _with_zone(element: Any, compiler: Any, **given: Any) -> str:
    return f"({compiler.process(element.clauses, **given)} || '+00:00')"  # kept as naive text in UTC


_B = table_of(Booking)
_STARTS = _Instant(_B.c.starts_at)
_COLUMNS: tuple[ColumnElement[Any], ...] = (
    _B.c.id, _B.c.number, _B.c.version, _B.c.room_id, _B.c.series_id, _STARTS, _Instant(_B.c.ends_at),
    _B.c.state, _B.c.borrower_id, _B.c.borrower_name, _B.c.use, _B.c.purpose, _B.c.responsible, _B.c.people,
    _B.c.reason, _Instant(_B.c.arrived_at), _Instant(_B.c.left_at),
)  # fmt: skip
_IN_ORDER = itemgetter(_COLUMNS.index(_STARTS), 0)
"""Of a row as the driver gives it: when it begins, then its id."""
_ALL = select(*_COLUMNS)
_OF_CENTRE = _B.c.centre_id == bindparam("of_centre")
_BY_ID = Prepared(
    _ALL.where(_B.c.id == bindparam("of_booking"), or_(_OF_CENTRE, _B.c.asked_by == bindparam("of_centre")))
)
_BY_NUMBER = Prepared(_ALL.where(_OF_CENTRE, _B.c.number == bindparam("of_number")))
_ASKED_BY_NAME = Prepared(select(_B.c.asked_by_name).where(_OF_CENTRE, _B.c.id == bindparam("of_booking")))
_OF_SERIES = Prepared(_ALL.where(_OF_CENTRE, _B.c.series_id == bindparam("of_series")).order_by(_B.c.starts_at))


def bookings_between(
    session: Session,
    centre_id: UUID,
    first: datetime,
    last: datetime,
    states: Iterable[BookingState] = TAKES_ROOM,
) -> tuple[BookingRow, ...]:
    """Bookings that take place in [first, last), aware UTC; at most a day long, so the range read is bounded."""
    given = {"of_centre": centre_id, "since": first - LONGEST, "first": first, "last": last}
    found = _between(frozenset(states)).raw(session, given)
    found.sort(key=_IN_ORDER)  # by time they come already; the database would copy every row to sort those of one time
    return msgspec.convert(found, tuple[BookingRow, ...])


def booking(session: Session, centre_id: UUID, booking_id: UUID) -> BookingRow | None:
    """One booking of the centre's rooms, or one that it asked a neighbour for."""
    return next(iter(_rows(_BY_ID, session, {"of_centre": centre_id, "of_booking": booking_id})), None)


def booking_by_number(session: Session, centre_id: UUID, number: str) -> BookingRow | None:
    """The booking of a number, as read off a slip."""
    return next(iter(_rows(_BY_NUMBER, session, {"of_centre": centre_id, "of_number": number})), None)


def asked_by_name(session: Session, centre_id: UUID, booking_id: UUID) -> str:
    """The neighbouring centre that asked for one of the centre's rooms; "" where it is the centre's own booking."""
    found = _ASKED_BY_NAME.rows(session, {"of_centre": centre_id, "of_booking": booking_id})
    return str(found[0].asked_by_name) if found else ""


def series_of(session: Session, centre_id: UUID, series_id: UUID) -> tuple[BookingRow, ...]:
    """Every occurrence of a series in order, those left out too."""
    return _rows(_OF_SERIES, session, {"of_centre": centre_id, "of_series": series_id})


@cache
def _between(states: frozenset[BookingState]) -> Prepared:
    """One statement for each set of states: a list behind IN cannot be prepared."""
    asked: Select[Any] = _ALL.where(
        _OF_CENTRE,
        _B.c.starts_at >= bindparam("since"),
        _B.c.starts_at < bindparam("last"),
        _B.c.ends_at > bindparam("first"),
        or_(*(_B.c.state == state.value for state in sorted(states))),
    )
    return Prepared(asked.order_by(_B.c.starts_at))


def _rows(statement: Prepared, session: Session, given: dict[str, object]) -> tuple[BookingRow, ...]:
    return msgspec.convert(statement.raw(session, given), tuple[BookingRow, ...])
