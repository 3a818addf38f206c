"""Are the case numbers of every day genuine, without gap and double?"""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.cases.models import Case
from db.cases.numbers import read_case_number, series_of
from db.errors import RuleBroken
from db.numbers.queries import counters
from db.numbers.rules import series_faults

_CHUNK = 5000


def problems(session: Session, centre_id: UUID) -> list[str]:
    """What is wrong with the case numbers of a centre, one sentence each."""
    return list(_faults(session, centre_id))


def _faults(session: Session, centre_id: UUID) -> Iterator[str]:
    counted = counters(session, centre_id, series_of(date.min).partition("/")[0] + "/")
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
                number = read_case_number(row.number)
            except RuleBroken:
                yield f"办件编号 {row.number} 不是系统编出的号，可能被改动。"
                continue
            if number.day != day:
                yield f"办件 {row.number} 登记在 {day}，与编号里的日期不符。"
                continue
            seqs.append(number.seq)
        yield from series_faults(f"{day} 的办件编号", seqs, counted.pop(series_of(day), 0))
    for series, last in counted.items():
        yield f"计数器 {series} 已到 {last}，却没有这一天的办件。"
