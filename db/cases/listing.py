"""The table of cases: filtered, sorted, in pages that begin where the last one ended. Queries only.

At a million cases a page must stay a short walk along one index, so each sort has an index that ends with (key, id), and
a filter that leaves few rows (a lamp) brings its own order. `place` finds a page far away by position, for the scroll
bar; it walks an index and touches no row before the page.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.cases.models import Case
from db.cases.status import Clock, Lamp, Outcome, Status
from db.cases.terms import lamp
from db.clock import start_of
from db.staff.models import Staff

PAGE = 100


class Sort(StrEnum):
    """What the table is sorted by. DUE lists only cases whose clock runs and that have a date."""

    NEWEST = "newest"
    OLDEST = "oldest"
    DUE = "due"
    APPLICANT = "applicant"


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What narrows the table; what is empty does not. Days are business days, both included."""

    live: bool | None = None
    status: Status | None = None
    lamp: Lamp | None = None
    item_id: UUID | None = None
    department: str = ""
    handler_id: UUID | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins or ends: the sort key of a row and its id."""

    key: Any
    id: UUID


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A line of the table."""

    id: UUID
    number: str
    applicant: str
    item_name: str
    department: str
    status: Status
    clock: Clock
    outcome: Outcome
    lamp: Lamp
    stage: str
    received_at: datetime
    due_on: date | None
    no_date_reason: str
    supplement_due: date | None
    notice_due: date | None
    handler_id: UUID
    handler: str
    agency: str
    version: int


@dataclass(frozen=True, slots=True)
class Listing:
    """What the table shows: a filter and a sort, on a day (for the lamps)."""

    filter: CaseFilter
    sort: Sort
    today: date

    @property
    def order(self) -> Sort:
        """The sort in force: cases chosen by their lamp are few and come by date."""
        return Sort.DUE if self.filter.lamp in (Lamp.RED, Lamp.YELLOW, Lamp.GREEN) else self.sort

    def cursor(self, row: CaseRow) -> Cursor:
        """Where a row stands in this listing."""
        key = {Sort.DUE: row.due_on, Sort.APPLICANT: row.applicant}.get(self.order, row.received_at)
        return Cursor(key, row.id)


def page(
    session: Session,
    centre_id: UUID,
    listing: Listing,
    after: Cursor | None = None,
    before: Cursor | None = None,
    limit: int = PAGE,
) -> tuple[CaseRow, ...]:
    """The rows after `after`, or the last rows before `before`, or the first ones; in the order of the listing."""
    backwards = before is not None
    column, descending = _key(listing.order)
    at_once = session.get_bind().dialect.name == "postgresql"
    found = _chosen(_lines() if at_once else select(Case.id), centre_id, listing)
    cursor = before or after
    if cursor is not None:
        here = tuple_(column, Case.id)
        there = tuple_(literal(cursor.key, column.type), literal(cursor.id, Case.id.type))
        found = found.where(here < there if descending != backwards else here > there)
    found = _ordered(found, column, descending != backwards).limit(limit)
    if (
        at_once
    ):  # a journey less, and no way back from the ids: among hundreds of halls each row is on a page of its own
        rows = tuple(_row(row, listing.today) for row in session.execute(found))
    else:
        rows = _rows(session, centre_id, listing, list(session.scalars(found)))
    return tuple(reversed(rows)) if backwards else rows


def place(
    session: Session, centre_id: UUID, listing: Listing, position: int, total: int, limit: int = PAGE
) -> tuple[CaseRow, ...]:
    """The rows from a position on, counted from 0; counts from whichever end is nearer."""
    column, descending = _key(listing.order)
    found = _chosen(select(Case.id), centre_id, listing)
    rest = max(total - position - limit, 0)
    if position <= rest:
        ids = session.scalars(_ordered(found, column, descending).offset(position).limit(limit)).all()
        return _rows(session, centre_id, listing, list(ids))
    wanted = min(limit, max(total - position, 0))
    ids = session.scalars(_ordered(found, column, not descending).offset(rest).limit(wanted)).all()
    return tuple(reversed(_rows(session, centre_id, listing, list(ids))))


def count(session: Session, centre_id: UUID, listing: Listing) -> int:
    """How many rows the listing has."""
    found: int = session.scalars(_chosen(select(func.count()).select_from(Case), centre_id, listing)).one()
    return found


def rows_of(session: Session, centre_id: UUID, ids: list[UUID], today: date) -> tuple[CaseRow, ...]:
    """These cases as lines of the table, in the order given."""
    return _rows(session, centre_id, Listing(CaseFilter(), Sort.NEWEST, today), ids)


def _key(order: Sort) -> tuple[InstrumentedAttribute[Any], bool]:
    """The column of a sort, and whether it runs downwards."""
    return {
        Sort.NEWEST: (Case.received_at, True),
        Sort.OLDEST: (Case.received_at, False),
        Sort.DUE: (Case.due_on, False),
        Sort.APPLICANT: (Case.applicant, False),
    }[order]


def _ordered(found: Select[Any], column: InstrumentedAttribute[Any], descending: bool) -> Select[Any]:
    if descending:
        return found.order_by(column.desc(), Case.id.desc())
    return found.order_by(column, Case.id)


def _chosen(found: Select[Any], centre_id: UUID, listing: Listing) -> Select[Any]:
    wanted = listing.filter
    conditions: list[ColumnElement[bool]] = [Case.centre_id == centre_id]
    if wanted.live is not None and wanted.status is None:
        conditions.append(Case.live == wanted.live)
    if wanted.status is not None:
        conditions.append(Case.status == wanted.status)
    if wanted.item_id is not None:
        conditions.append(Case.item_id == wanted.item_id)
    if wanted.department:
        conditions.append(Case.department == wanted.department)
    if wanted.handler_id is not None:
        conditions.append(Case.handler_id == wanted.handler_id)
    if wanted.since is not None:
        conditions.append(Case.received_at >= start_of(wanted.since))
    if wanted.until is not None:
        conditions.append(Case.received_at < start_of(wanted.until + timedelta(days=1)))
    if wanted.lamp is not None:
        conditions.append(_shining(wanted.lamp, listing.today))
    elif listing.order is Sort.DUE:
        conditions.append(and_(Case.clock == Clock.RUNNING, Case.due_on.is_not(None)))
    return found.where(*conditions)


def _shining(wanted: Lamp, today: date) -> ColumnElement[bool]:
    """The lamp as a condition; the same law as db.cases.terms.lamp."""
    if wanted is Lamp.PAUSED:
        return Case.clock == Clock.PAUSED
    running = Case.clock == Clock.RUNNING
    if wanted is Lamp.RED:
        return and_(running, Case.due_on < today)
    if wanted is Lamp.YELLOW:
        return and_(running, Case.due_on >= today, Case.yellow_on <= today)
    if wanted is Lamp.GREEN:
        return and_(running, Case.due_on >= today, Case.yellow_on > today)
    return and_(Case.clock != Clock.PAUSED, (Case.clock != Clock.RUNNING) | Case.due_on.is_(None))


def _lines() -> Any:
    """The columns of a line. The join is an outer one although every case has a handler: among hundreds of halls the
    server takes it for rare that a handler is of the same hall, and would sort the hall's every case for a page of them.
    """
    return select(
        Case.id, Case.number, Case.applicant, Case.item_name, Case.department, Case.status, Case.clock,
        Case.outcome, Case.yellow_on, Case.stage, Case.received_at, Case.due_on, Case.no_date_reason,
        Case.supplement_due, Case.handler_id, Staff.name.label("handler"), Case.agency, Case.version,
        Case.centre_id, Case.notice_due,
    ).outerjoin(Staff, Staff.id == Case.handler_id)  # fmt: skip


def _rows(session: Session, centre_id: UUID, listing: Listing, ids: list[UUID]) -> tuple[CaseRow, ...]:
    """Fetch the rows of a page whose ids the index has given.

    The centre is checked on the rows and not in the statement: the embedded database, asked for both, walks the centre's
    whole index instead of fetching a hundred rows by their keys.
    """
    if not ids:
        return ()
    found = session.execute(_lines().where(Case.id.in_(ids)))
    by_id = {row.id: _row(row, listing.today) for row in found if row.centre_id == centre_id}
    return tuple(by_id[each] for each in ids if each in by_id)


def _row(found: Any, today: date) -> CaseRow:
    return CaseRow(
        id=found.id,
        number=found.number,
        applicant=found.applicant,
        item_name=found.item_name,
        department=found.department,
        status=found.status,
        clock=found.clock,
        outcome=found.outcome,
        lamp=lamp(found.clock, found.due_on, found.yellow_on, today),
        stage=found.stage,
        received_at=found.received_at,
        due_on=found.due_on,
        no_date_reason=found.no_date_reason,
        supplement_due=found.supplement_due,
        notice_due=found.notice_due,
        handler_id=found.handler_id,
        handler=found.handler,
        agency=found.agency,
        version=found.version,
    )
