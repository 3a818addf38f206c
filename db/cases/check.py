"""Are the case numbers of every day without gap and double, and does every case agree with itself and its timeline?"""

from collections.abc import Iterator
from itertools import groupby
from uuid import UUID

from sqlalchemy import and_, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from db.cases.models import Case, CaseEvent
from db.cases.numbers import read_case_number, series_of
from db.cases.status import OPEN, STATUS_TITLES, Clock, Outcome, Status
from db.errors import RuleBroken
from db.numbers.queries import counters
from db.numbers.rules import series_faults

_CHUNK = 5000
_NAMED = 20


def problems(session: Session, centre_id: UUID) -> list[str]:
    """What is wrong with the cases of a centre, one sentence each."""
    return [*_number_faults(session, centre_id), *_state_faults(session, centre_id), *_told_faults(session, centre_id)]


def _number_faults(session: Session, centre_id: UUID) -> Iterator[str]:
    counted = counters(session, centre_id, "case/")
    rows = session.execute(
        select(Case.business_date, Case.number)
        .where(Case.centre_id == centre_id)
        .order_by(Case.business_date, Case.number)
        .execution_options(yield_per=_CHUNK)
    )
    for day, cases in groupby(rows, key=lambda row: row.business_date):
        seqs = []
        for row in cases:
            try:
                read = read_case_number(row.number)
            except RuleBroken:
                yield f"办件编号 {row.number} 的校验位不对，可能被改动。"
                continue
            if read.day != day:
                yield f"办件 {row.number} 的收件日期是 {day}，与编号不符。"
            seqs.append(read.seq)
        yield from series_faults(f"{day} 办件编号", sorted(seqs), counted.pop(series_of(day), 0))
    for series, last in counted.items():
        yield f"计数器 {series} 已到 {last}，却没有这一天的办件。"


def _state_faults(session: Session, centre_id: UUID) -> Iterator[str]:
    """Status, clock and outcome that cannot stand together (the laws of db.cases.machine)."""
    timed = Case.clock != Clock.NONE
    wrong = or_(
        Case.live != Case.status.in_(OPEN),
        and_(timed, (Case.status == Status.SUSPENDED) != (Case.clock == Clock.PAUSED)),
        and_(timed, Case.status.in_(OPEN), Case.clock == Clock.STOPPED),
        and_(timed, not_(Case.status.in_(OPEN)), Case.clock != Clock.STOPPED),
        and_(Case.status.in_(OPEN), Case.outcome != Outcome.PENDING),
        and_(not_(Case.status.in_(OPEN)), Case.outcome == Outcome.PENDING),
    )
    rows = session.execute(select(Case.number, Case.status).where(Case.centre_id == centre_id, wrong).limit(_NAMED))
    for row in rows:
        yield f"办件 {row.number} 的状态“{STATUS_TITLES[row.status]}”与计时、结果对不上，可能被改动。"


def _told_faults(session: Session, centre_id: UUID) -> Iterator[str]:
    """Cases whose row says something else than the last step of their timeline."""
    last = (
        select(CaseEvent.case_id, func.max(CaseEvent.position).label("position"), func.count().label("steps"))
        .where(CaseEvent.centre_id == centre_id)
        .group_by(CaseEvent.case_id)
        .subquery()
    )
    step = aliased(CaseEvent)
    rows = session.execute(
        select(Case.number, step.id)
        .outerjoin(last, last.c.case_id == Case.id)
        .outerjoin(step, and_(step.centre_id == centre_id, step.case_id == Case.id, step.position == last.c.position))
        .where(Case.centre_id == centre_id)
        .where(or_(step.id.is_(None), step.status != Case.status, last.c.steps != last.c.position))
        .limit(_NAMED)
    )
    for row in rows:
        what = "没有进度记录" if row.id is None else "与进度记录对不上"
        yield f"办件 {row.number} {what}，可能被改动。"
