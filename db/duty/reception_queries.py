"""What can be asked of the reception book: pages of masked entries, one entry, and what is behind the mask."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from db.clock import start_of
from db.duty.models import DutyBody, DutyMember, DutySlot, Reception
from db.duty.reception import CATEGORIES, SEALED, TABLE
from db.duty.rows import ReceptionRow
from db.duty.states import ReceptionState
from db.errors import RuleBroken
from db.vault import Vault


@dataclass(frozen=True, slots=True)
class ReceptionFilter:
    """What narrows the book; empty and None narrow nothing. Days are both included; `overdue` is passed on and past its limit."""

    first: date | None = None
    last: date | None = None
    state: ReceptionState | None = None
    category: str = ""
    receiver_id: UUID | None = None
    slot_id: UUID | None = None
    body_id: UUID | None = None
    text: str = ""
    overdue_on: date | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page ended."""

    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class ReceptionPage:
    """Entries, the newest first; `next` is where the following page begins, None at the end."""

    rows: tuple[ReceptionRow, ...]
    next: Mark | None


@dataclass(frozen=True, slots=True)
class Opened:
    """What is behind the mask of an entry; "" where there is nothing."""

    visitor: str
    phone: str
    address: str
    content: str
    demand: str


def receptions(
    session: Session,
    centre_id: UUID,
    wanted: ReceptionFilter | None = None,
    after: Mark | None = None,
    most: int = 50,
) -> ReceptionPage:
    """A page of the book."""
    asked = _asked(centre_id, wanted or ReceptionFilter())
    if after is not None:
        asked = asked.where(
            Reception.at <= after.at,
            or_(Reception.at < after.at, and_(Reception.at == after.at, Reception.id < after.id)),
        )
    rows = session.execute(asked.order_by(Reception.at.desc(), Reception.id.desc()).limit(most + 1)).all()
    shown = rows[:most]
    end = shown[-1][0] if len(rows) > most else None
    return ReceptionPage(tuple(_row(*row) for row in shown), Mark(end.at, end.id) if end is not None else None)


def reception(session: Session, centre_id: UUID, reception_id: UUID) -> ReceptionRow | None:
    """One entry."""
    found = session.execute(_asked(centre_id, ReceptionFilter()).where(Reception.id == reception_id)).one_or_none()
    return None if found is None else _row(*found)


def categories(session: Session, centre_id: UUID, since: date) -> tuple[str, ...]:
    """Categories to offer: those of the field, then others that were written since a day, the most frequent first."""
    used = session.execute(
        select(Reception.category, func.count())
        .where(Reception.centre_id == centre_id, Reception.at >= start_of(since))
        .group_by(Reception.category)
        .order_by(func.count().desc(), Reception.category)
    )
    return (*CATEGORIES, *(row[0] for row in used if row[0] not in CATEGORIES))


def reveal_reception(session: Session, vault: Vault, centre_id: UUID, reception_id: UUID) -> Opened:
    """The whole entry. Ask only after `reception_open` was journalled."""
    row = session.scalar(select(Reception).where(Reception.centre_id == centre_id, Reception.id == reception_id))
    if row is None:
        raise RuleBroken("没有找到这条接待登记，可能属于别的中心。")
    found = {}
    for name in SEALED:
        sealed = getattr(row, f"{name}_sealed")
        found[name] = vault.open(sealed, TABLE, f"{name}_sealed", row.id) if sealed else ""
    return Opened(**found)


def _asked(centre_id: UUID, wanted: ReceptionFilter) -> Select[Reception, str, str]:
    asked: Select[Reception, str, str] = (
        select(Reception, DutyBody.name, DutyMember.name)
        .outerjoin(DutySlot, DutySlot.id == Reception.slot_id)
        .outerjoin(DutyBody, DutyBody.id == DutySlot.body_id)
        .outerjoin(DutyMember, DutyMember.id == Reception.receiver_id)
        .where(Reception.centre_id == centre_id)
    )
    if wanted.first is not None:
        asked = asked.where(Reception.at >= start_of(wanted.first))
    if wanted.last is not None:
        asked = asked.where(Reception.at < start_of(wanted.last + timedelta(days=1)))
    if wanted.overdue_on is not None:
        asked = asked.where(Reception.state == ReceptionState.PASSED, Reception.due_on < wanted.overdue_on)
    pairs = (
        (Reception.state, wanted.state),
        (Reception.category, wanted.category or None),
        (Reception.receiver_id, wanted.receiver_id),
        (Reception.slot_id, wanted.slot_id),
        (DutySlot.body_id, wanted.body_id),
    )
    for column, value in pairs:
        if value is not None:
            asked = asked.where(column == value)
    text = wanted.text.strip()
    if text:
        looked_in = (
            Reception.number, Reception.grid, Reception.passed_to, Reception.answer, Reception.proposal,
            Reception.outcome, Reception.visitor_masked, Reception.phone_masked, DutyMember.name,
        )  # fmt: skip
        asked = asked.where(or_(*(column.contains(text, autoescape=True) for column in looked_in)))
    return asked


def _row(row: Reception, body_name: str | None, receiver_name: str | None) -> ReceptionRow:
    return ReceptionRow(
        id=row.id,
        number=row.number,
        at=row.at,
        slot_id=row.slot_id,
        body_name=body_name or "",
        receiver_id=row.receiver_id,
        receiver_name=receiver_name or "",
        anonymous=row.anonymous,
        visitor_masked=row.visitor_masked,
        phone_masked=row.phone_masked,
        grid=row.grid,
        people=row.people,
        category=row.category,
        answer=row.answer,
        proposal=row.proposal,
        passed_to=row.passed_to,
        due_on=row.due_on,
        outcome=row.outcome,
        told_on=row.told_on,
        told_how=row.told_how,
        satisfaction=row.satisfaction,
        visited_by=row.visited_by,
        redirected=row.redirected,
        state=ReceptionState(row.state),
        version=row.version,
    )
