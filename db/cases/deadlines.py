"""What must not be forgotten: overdue, due today, due by the next working day; and papers and notices with a day of their own."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from db.calendar.queries import calendar_of
from db.calendar.rules import Unpublished, next_working_day
from db.cases.listing import CaseRow, rows_of
from db.cases.models import Case
from db.cases.status import Clock, Status
from db.clock import start_of

MOST = 100


class Group(StrEnum):
    """The groups of the deadlines view, in the order in which they hurt."""

    OVERDUE = "已超期"
    TODAY = "今天到期"
    TOMORROW = "明天到期"
    PAPERS = "补交到期"
    NOTICE = "补正告知到期"


@dataclass(frozen=True, slots=True)
class DeadlineGroup:
    """One group: how many there are, and the first 100 by date. `until` is the last day it looks at."""

    group: Group
    until: date
    total: int
    rows: tuple[CaseRow, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures above the table."""

    live: int
    overdue: int
    yellow: int
    paused: int
    received_today: int


def next_day(session: Session, centre_id: UUID, today: date) -> date:
    """The next working day; where the calendar is not published, simply tomorrow."""
    found = next_working_day(calendar_of(session, centre_id), today + timedelta(days=1))
    return today + timedelta(days=1) if isinstance(found, Unpublished) else found


def deadlines(session: Session, centre_id: UUID, today: date) -> tuple[DeadlineGroup, ...]:
    """Every group of the view. “明天” reaches to the next working day, so that a Friday shows Monday."""
    tomorrow = next_day(session, centre_id, today)
    running = and_(Case.centre_id == centre_id, Case.clock == Clock.RUNNING)
    lapsing = and_(Case.centre_id == centre_id, Case.supplement_due <= tomorrow, Case.live)
    untold = and_(
        Case.centre_id == centre_id,
        Case.status == Status.RECEIVED,
        Case.clock == Clock.NOT_STARTED,
        Case.told_at.is_(None),
        Case.notice_due <= tomorrow,
    )
    return (
        _group(session, centre_id, Group.OVERDUE, today, and_(running, Case.due_on < today), today),
        _group(session, centre_id, Group.TODAY, today, and_(running, Case.due_on == today), today),
        _group(
            session, centre_id, Group.TOMORROW, tomorrow,
            and_(running, Case.due_on > today, Case.due_on <= tomorrow), today,
        ),
        _group(session, centre_id, Group.PAPERS, tomorrow, lapsing, today),
        _group(session, centre_id, Group.NOTICE, tomorrow, untold, today),
    )  # fmt: skip


def _group(
    session: Session, centre_id: UUID, group: Group, until: date, condition: ColumnElement[bool], today: date
) -> DeadlineGroup:
    key = {Group.PAPERS: Case.supplement_due, Group.NOTICE: Case.notice_due}.get(group, Case.due_on)
    ids = session.scalars(select(Case.id).where(condition).order_by(key, Case.id).limit(MOST)).all()
    total = len(ids)
    if total == MOST:
        total = session.scalars(select(func.count()).select_from(Case).where(condition)).one()
    return DeadlineGroup(group, until, total, rows_of(session, centre_id, list(ids), today))


def counts(session: Session, centre_id: UUID, today: date) -> Counts:
    """The figures above the table; each is a count along one index."""
    ours = Case.centre_id == centre_id
    running = and_(ours, Case.clock == Clock.RUNNING)

    def number(condition: ColumnElement[bool]) -> int:
        return session.scalars(select(func.count()).select_from(Case).where(condition)).one()

    return Counts(
        live=number(and_(ours, Case.live == True)),  # noqa: E712 - `IS 1` would not use the index
        overdue=number(and_(running, Case.due_on < today)),
        yellow=number(and_(running, Case.due_on >= today, Case.yellow_on <= today)),
        paused=number(and_(ours, Case.clock == Clock.PAUSED)),
        received_today=number(and_(ours, Case.received_at >= start_of(today))),
    )
