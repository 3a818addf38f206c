"""A case and its checklist as plain values inside a transaction: read, locked and written without the ORM.

The fields are the columns of `Case` and `CaseMaterial` (a test holds them together).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, and_, bindparam, delete, func, literal, or_, select
from sqlalchemy.orm import Session

from db.action import Act
from db.base import table_of
from db.cases.models import Case, CaseEvent, CaseMaterial
from db.cases.rules import NO_DATE_CALENDAR
from db.cases.status import Clock, MaterialState, Necessity, Outcome, Status
from db.ids import new_id
from db.prepared import Prepared, Question
from db.records import Kept, change, kept, values

_CASE, _PAPER, _EVENT = table_of(Case), table_of(CaseMaterial), table_of(CaseEvent)


@dataclass(slots=True)
class CaseFile:
    """A row of `case_file`."""

    centre_id: UUID
    number: str
    query_code: str
    item_id: UUID
    item_version_id: UUID
    item_name: str
    department: str
    person_id: UUID
    applicant: str
    business_date: date
    received_at: datetime
    handler_id: UUID
    owner_id: UUID
    status: Status = Status.RECEIVED
    clock: Clock = Clock.NOT_STARTED
    outcome: Outcome = Outcome.PENDING
    live: bool = True
    before: Status | None = None
    stage: str = ""
    agent_id: UUID | None = None
    agent_relation: str = ""
    ticket_id: UUID | None = None
    accepted_on: date | None = None
    finished_at: datetime | None = None
    delivered_at: datetime | None = None
    due_on: date | None = None
    yellow_on: date | None = None
    no_date_reason: str = ""
    notice_due: date | None = None
    told_at: datetime | None = None
    tolerant: bool = False
    supplement_due: date | None = None
    proxy_id: UUID | None = None
    proxy_step: str = ""
    counter_id: UUID | None = None
    agency: str = ""
    result_number: str = ""
    external_number: str = ""
    hotline_number: str = ""
    note: str = ""
    version: int = 0
    id: UUID = field(default_factory=new_id)


@dataclass(slots=True)
class CasePaper:
    """A row of `case_material`."""

    centre_id: UUID
    case_id: UUID
    position: int
    name: str
    necessity: Necessity
    state: MaterialState
    form: str = ""
    copies: int = 1
    pages: int = 0
    source: str = ""
    note: str = ""
    opinion: str = ""
    told: bool = False
    due_on: date | None = None
    received_at: datetime | None = None
    reused_from: UUID | None = None
    id: UUID = field(default_factory=new_id)


def kept_all(case: CaseFile, papers: Iterable[CasePaper]) -> dict[UUID, Kept]:
    """What a case and its checklist look like, by row."""
    return {case.id: kept(case), **{paper.id: kept(paper) for paper in papers}}


# ---- reading

_OF_CASE = (_CASE.c.centre_id == bindparam("of_centre"), _CASE.c.id == bindparam("of_case"))
_columns: Select[Any] = select(*(_CASE.c[name] for name in CaseFile.__slots__))
_READ = Prepared(_columns.where(*_OF_CASE))
_LOCK = Prepared(_columns.where(*_OF_CASE).with_for_update())
_last = (
    select(func.coalesce(func.max(_EVENT.c.position), 0))
    .where(_EVENT.c.centre_id == bindparam("of_centre"), _EVENT.c.case_id == bindparam("of_case"))
    .scalar_subquery()
)
_one = select(literal(1).label("one")).subquery("one")
_of_paper = and_(_PAPER.c.centre_id == bindparam("of_centre"), _PAPER.c.case_id == bindparam("of_case"))
_PAPERS = Prepared(
    select(_last.label("last"), *(_PAPER.c[name] for name in CasePaper.__slots__))
    .select_from(_one.outerjoin(_PAPER, _of_paper))
    .order_by(_PAPER.c.position)
)


def case_file(where: Session | Connection, centre_id: UUID, case_id: UUID) -> CaseFile | None:
    """A case; None when the centre has none of this id."""
    row = _READ.row(where, {"of_centre": centre_id, "of_case": case_id})
    return None if row is None else CaseFile(*row)


def checklist(where: Session | Connection, centre_id: UUID, case_id: UUID) -> tuple[list[CasePaper], int]:
    """The papers of a case in their order, and the place of the last step of its timeline (0: none)."""
    return _papers_of(_PAPERS.rows(where, {"of_centre": centre_id, "of_case": case_id}))


def locking(centre_id: UUID, case_id: UUID) -> tuple[Question, Question]:
    """Lock a case until the transaction ends, and read its checklist as it is behind the lock: to be asked together."""
    given = {"of_centre": centre_id, "of_case": case_id}
    return (_LOCK, given), (_PAPERS, given)


def locked(found: list[Any], papers: list[Any]) -> tuple[CaseFile, list[CasePaper], int] | None:
    """What `locking` found; None when the centre has no such case."""
    return (CaseFile(*found[0]), *_papers_of(papers)) if found else None


def _papers_of(rows: list[Any]) -> tuple[list[CasePaper], int]:
    return [CasePaper(*row[1:]) for row in rows if row.id is not None], rows[0].last


def undated(act: Act) -> list[tuple[UUID, date]]:
    """Open cases that have no promised date, or no last day for telling, because a year was not published.

    Each with the day on which it was received.
    """
    promised = and_(_CASE.c.clock == Clock.RUNNING, _CASE.c.no_date_reason == NO_DATE_CALENDAR)
    untold = and_(_CASE.c.clock == Clock.NOT_STARTED, _CASE.c.notice_due.is_(None))
    wanted = select(_CASE.c.id, _CASE.c.business_date).where(_CASE.c.centre_id == act.centre_id, _CASE.c.live)
    rows = act.connection.execute(wanted.where(or_(promised, untold)).order_by(_CASE.c.id))
    return [(row.id, row.business_date) for row in rows]


# ---- writing

_DROP = Prepared(delete(_PAPER).where(_PAPER.c.centre_id == bindparam("of_centre"), _PAPER.c.id == bindparam("of_id")))


def put_new(act: Act, case: CaseFile, papers: Iterable[CasePaper]) -> None:
    """Hold a new case with its checklist, to be written at the end of the act."""
    act.put(_CASE, values(case))
    put_papers(act, papers)


def put_papers(act: Act, papers: Iterable[CasePaper]) -> None:
    """Hold new lines of a checklist."""
    act.put(_PAPER, *map(values, papers))


def drop_papers(act: Act, ids: Iterable[UUID]) -> None:
    """Take lines of a checklist away."""
    gone = [{"of_centre": act.centre_id, "of_id": each} for each in ids]
    if gone:
        _DROP.later(act.connection, gone)


def change_case(act: Act, case: CaseFile, before: Kept) -> None:
    """Write what changed of a case."""
    change(act.connection, _CASE, case, before)


def change_paper(act: Act, paper: CasePaper, before: Kept) -> None:
    """Write what changed of a line of its checklist."""
    change(act.connection, _PAPER, paper, before)
