"""What hung on the wall: every edition of a plan keeps the sheets that were new in it, one of each month, for ever."""

import calendar
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from db.action import Act
from db.base import table_of
from db.centre.models import Centre
from db.clock import business_date
from db.duty.cards import poster_code
from db.duty.models import DutyEdition, DutyPlan, DutySlot
from db.duty.packing import packed
from db.duty.plan_queries import plan as plan_row
from db.duty.plan_queries import plan_slots, slots_where
from db.duty.plans import bodies_of
from db.duty.posting import compose_poster
from db.duty.queries import bodies
from db.duty.rows import PosterContent, SlotRow
from db.ids import new_id
from db.receipts.queries import facts_of
from db.staff.models import Staff


class Sheet(msgspec.Struct, frozen=True):
    """A month of a plan as it was hung; `month` is its first day."""

    month: date
    content: PosterContent


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition in the list: why there is one, and which months it renewed."""

    id: UUID
    edition: int
    reason: str
    published_at: datetime
    staff_name: str
    months: tuple[date, ...]


_SHEETS = msgspec.json.Decoder(tuple[Sheet, ...])


def months_of(days: Collection[date]) -> tuple[date, ...]:
    """The months that some days lie in, by their first days, in order."""
    return tuple(sorted({day.replace(day=1) for day in days}))


def hang(act: Act, plan: DutyPlan, months: Collection[date], reason: str) -> int:
    """Make the next edition of a plan, whose sheets of these months are new; returns its number.

    The sessions and duties must be flushed: the sheets are made from what the database says now.
    """
    act.session.flush()
    plan.edition += 1
    chosen = bodies_of(act, plan)
    centre = facts_of(act.session.get_one(Centre, act.centre_id))
    slots = _slots_in(act.session, act.centre_id, plan.id, months)
    sheets = []
    for month in sorted(months):
        last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
        content = compose_poster(
            centre,
            chosen,
            [slot for slot in slots if month <= slot.day <= last],
            month,
            last,
            edition=plan.edition,
            issued_on=business_date(act.now),
            qr=poster_code(act, plan.id, plan.edition, month),
        )
        sheets.append(Sheet(month, content))
    act.session.add(
        DutyEdition(
            id=new_id(),
            centre_id=act.centre_id,
            plan_id=plan.id,
            edition=plan.edition,
            reason=reason,
            content=packed(tuple(sheets)),
            published_at=act.now,
            published_by=act.actor.staff_id,
        )
    )
    return plan.edition


def editions(session: Session, centre_id: UUID, plan_id: UUID) -> tuple[EditionRow, ...]:
    """Every edition of a plan, the newest first."""
    rows = session.execute(
        select(DutyEdition, Staff.name)
        .join(Staff, Staff.id == DutyEdition.published_by)
        .where(DutyEdition.centre_id == centre_id, DutyEdition.plan_id == plan_id)
        .order_by(DutyEdition.edition.desc())
    )
    return tuple(
        EditionRow(
            row.id, row.edition, row.reason, row.published_at, name,
            tuple(sheet.month for sheet in _SHEETS.decode(row.content)),
        )
        for row, name in rows
    )  # fmt: skip


def posters(session: Session, centre_id: UUID, plan_id: UUID, edition: int) -> tuple[PosterContent, ...]:
    """What hung on the wall at an edition: of every month the newest sheet up to then, in the order of months."""
    return tuple(sheet.content for sheet in _hanging(session, centre_id, plan_id, edition).values())


def sheet_edition(session: Session, centre_id: UUID, plan_id: UUID, month: date) -> int:
    """The edition in which a month's sheet was renewed last; 0 where there is none."""
    newest = _hanging(session, centre_id, plan_id, None).get(month.replace(day=1))
    return newest.content.edition if newest else 0


def draft_posters(session: Session, centre_id: UUID, plan_id: UUID, now: datetime) -> tuple[PosterContent, ...]:
    """How a plan would hang on the wall if it were published now: the preview, edition 0 and without a code."""
    row = plan_row(session, centre_id, plan_id)
    if row is None:
        return ()
    known = {body.id: body for body in bodies(session, centre_id, idle=True)}
    centre = facts_of(session.get_one(Centre, centre_id))
    slots = plan_slots(session, centre_id, plan_id)
    sheets = []
    for month in months_of([slot.day for slot in slots]):
        last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
        ours = [slot for slot in slots if month <= slot.day <= last]
        shown = [known[body_id] for body_id in row.body_ids]
        sheets.append(compose_poster(centre, shown, ours, month, last, edition=0, issued_on=business_date(now)))
    return tuple(sheets)


def _slots_in(session: Session, centre_id: UUID, plan_id: UUID, months: Collection[date]) -> tuple[SlotRow, ...]:
    table = table_of(DutySlot).c
    spans = [
        and_(table.day >= month, table.day <= month.replace(day=calendar.monthrange(month.year, month.month)[1]))
        for month in months
    ]
    return slots_where(session, table.centre_id == centre_id, table.plan_id == plan_id, or_(*spans))


def _hanging(session: Session, centre_id: UUID, plan_id: UUID, edition: int | None) -> dict[date, Sheet]:
    wanted = select(DutyEdition.content).where(DutyEdition.centre_id == centre_id, DutyEdition.plan_id == plan_id)
    if edition is not None:
        wanted = wanted.where(DutyEdition.edition <= edition)
    newest: dict[date, Sheet] = {}
    for kept in session.scalars(wanted.order_by(DutyEdition.edition)):
        newest |= {sheet.month: sheet for sheet in _SHEETS.decode(kept)}
    return dict(sorted(newest.items()))
