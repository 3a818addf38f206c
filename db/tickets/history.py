"""What became of a ticket: its periods, how long each thing took, who answered for the visit."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.centre.models import Counter
from db.staff.models import Staff
from db.tickets import rules
from db.tickets.models import Ticket, TicketOwner, TicketPeriod
from db.tickets.rules import Period, Times
from db.tickets.states import Step, TicketState


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A closed stretch of a ticket's life."""

    kind: TicketState
    began_at: datetime
    ended_at: datetime
    step: Step
    undone: bool
    counter: str
    staff_name: str
    note: str


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """Who answered for a visit, from when on."""

    staff_id: UUID | None
    staff_name: str
    since: datetime


def periods(session: Session, centre_id: UUID, ticket_id: UUID) -> tuple[PeriodRow, ...]:
    """The closed stretches of a ticket's life, in order; they join without gap or overlap."""
    rows = session.execute(
        select(TicketPeriod, Counter.number, Staff.name)
        .outerjoin(Counter, Counter.id == TicketPeriod.by_counter_id)
        .outerjoin(Staff, Staff.id == TicketPeriod.by_staff_id)
        .where(TicketPeriod.centre_id == centre_id, TicketPeriod.ticket_id == ticket_id)
        .order_by(TicketPeriod.position)
    ).all()
    undone = {period.undoes for period, _, _ in rows}
    return tuple(
        PeriodRow(
            period.kind,
            period.began_at,
            period.ended_at,
            period.step,
            period.position in undone,
            counter or "",
            name or "",
            period.note,
        )
        for period, counter, name in rows
    )


def times(session: Session, centre_id: UUID, ticket_id: UUID, now: datetime) -> Times:
    """How long a ticket has waited, walked, been served and on hold up to now."""
    closed = [Period(row.kind, row.began_at, row.ended_at) for row in periods(session, centre_id, ticket_id)]
    found = session.execute(
        select(Ticket.state, Ticket.since).where(Ticket.centre_id == centre_id, Ticket.id == ticket_id)
    ).one_or_none()
    if found is not None:
        closed.append(Period(found.state, found.since, now))
    return rules.times(closed)


def owners(session: Session, centre_id: UUID, ticket_id: UUID) -> tuple[OwnerRow, ...]:
    """Who answered for a visit (首问负责), from the first asked to the present one."""
    rows = session.execute(
        select(TicketOwner.staff_id, Staff.name, TicketOwner.since)
        .outerjoin(Staff, Staff.id == TicketOwner.staff_id)
        .where(TicketOwner.centre_id == centre_id, TicketOwner.ticket_id == ticket_id)
        .order_by(TicketOwner.position)
    )
    return tuple(OwnerRow(row.staff_id, row.name or "", row.since) for row in rows)
