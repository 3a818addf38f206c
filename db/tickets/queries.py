"""What can be asked about the queue; every question starts at an index of the centre's day."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from db.centre.models import Counter
from db.staff.models import Staff
from db.tickets import rules
from db.tickets.history import OwnerRow as OwnerRow
from db.tickets.history import PeriodRow as PeriodRow
from db.tickets.history import owners as owners
from db.tickets.history import periods as periods
from db.tickets.history import times as times
from db.tickets.line import policy_of, scopes_of, words
from db.tickets.models import Ticket, TicketLetter
from db.tickets.rules import CounterScope, QueuePolicy
from db.tickets.seen import SHOWN, DeskRules
from db.tickets.seen import Figures as Figures
from db.tickets.seen import Panel as Panel
from db.tickets.seen import TicketRow as TicketRow
from db.tickets.states import AT_COUNTER, TicketState
from db.tickets.watching import desks, floor, row_of, tickets


@dataclass(frozen=True, slots=True)
class CounterRow:
    """A counter, who is there, and how many tickets were sent to it."""

    id: UUID
    number: str
    name: str
    letters: tuple[str, ...]
    departments: tuple[str, ...]
    items: tuple[UUID, ...]
    version: int
    ticket: str
    staff_name: str
    reserved: int


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter of the queue."""

    letter: str
    name: str
    departments: tuple[str, ...]


def desk_rules(session: Session, centre_id: UUID, counter_id: UUID) -> DeskRules:
    """What a counter serves, and the centre's policy; a counter that is not in use serves nothing else than what was sent to it."""
    return desks(session, centre_id).rules_of(counter_id)


def panel(session: Session, centre_id: UUID, day: date, desk: DeskRules, *, limit: int = SHOWN) -> Panel:
    """The queue as one counter sees it."""
    return floor(session, centre_id, day)[0].panel(desk, limit)


def current(session: Session, centre_id: UUID, day: date, counter_id: UUID) -> TicketRow | None:
    """Whom a counter has called or serves."""
    found = _rows(
        session,
        Ticket.centre_id == centre_id,
        Ticket.business_date == day,
        Ticket.counter_id == counter_id,
        Ticket.state.in_(AT_COUNTER),
    )
    return found[0] if found else None


def serving(session: Session, centre_id: UUID, day: date) -> tuple[TicketRow, ...]:
    """Who is at which counter now, and with whom; by counter."""
    rows = _rows(session, Ticket.centre_id == centre_id, Ticket.business_date == day, Ticket.state.in_(AT_COUNTER))
    return tuple(sorted(rows, key=lambda row: (len(row.counter), row.counter)))


def ticket(session: Session, centre_id: UUID, ticket_id: UUID) -> TicketRow | None:
    """One ticket."""
    found = _rows(session, Ticket.centre_id == centre_id, Ticket.id == ticket_id)
    return found[0] if found else None


def find(session: Session, centre_id: UUID, day: date, text: str) -> TicketRow | None:
    """The ticket of a day by its number as typed.

    Raises:
        RuleBroken: what was typed is no ticket number.
    """
    letter, seq = rules.parse_number(text)
    found = _rows(
        session,
        Ticket.centre_id == centre_id,
        Ticket.business_date == day,
        Ticket.letter == letter,
        Ticket.seq == seq,
    )
    return found[0] if found else None


def figures(session: Session, centre_id: UUID, day: date, counter_id: UUID | None = None) -> Figures:
    """A day in numbers; `mine` is of one counter."""
    return floor(session, centre_id, day)[0].figures(counter_id)


def counters(session: Session, centre_id: UUID, day: date) -> tuple[CounterRow, ...]:
    """The counters in use, with who is there and how many tickets wait for each by name."""
    scopes = scopes_of(session, centre_id)
    found = {row.counter_id: row for row in serving(session, centre_id, day)}
    sent = dict(
        session.execute(
            select(Ticket.reserved_for, func.count())
            .where(
                Ticket.centre_id == centre_id,
                Ticket.business_date == day,
                Ticket.state == TicketState.WAITING,
                Ticket.reserved_for.is_not(None),
            )
            .group_by(Ticket.reserved_for)
        ).all()
    )
    rows = session.execute(
        select(Counter, Staff.name)
        .outerjoin(Staff, Staff.id == Counter.occupied_by)
        .where(Counter.centre_id == centre_id, Counter.active)
    )
    return tuple(
        sorted(
            (
                _counter(each, scopes[each.id], name or "", found.get(each.id), sent.get(each.id, 0))
                for each, name in rows
            ),
            key=lambda row: (len(row.number), row.number),
        )
    )


def letters(session: Session, centre_id: UUID) -> tuple[LetterRow, ...]:
    """The letters of the queue; the default one where none was set."""
    rows = session.scalars(
        select(TicketLetter).where(TicketLetter.centre_id == centre_id).order_by(TicketLetter.letter)
    ).all()
    if not rows:
        return (LetterRow("A", "综合", ()),)
    return tuple(LetterRow(each.letter, each.name, tuple(words(each.departments))) for each in rows)


def policy(session: Session, centre_id: UUID) -> QueuePolicy:
    """The numbers of the queue's law in this centre."""
    return policy_of(session, centre_id)


def _counter(each: Counter, scope: CounterScope, staff: str, at: TicketRow | None, reserved: int) -> CounterRow:
    return CounterRow(
        id=each.id,
        number=each.number,
        name=each.name,
        letters=tuple(sorted(scope.letters)),
        departments=tuple(sorted(scope.departments)),
        items=tuple(sorted(scope.items)),
        version=each.version,
        ticket=at.number if at else "",
        staff_name=staff or (at.staff_name if at else ""),
        reserved=reserved,
    )


def _rows(session: Session, *where: ColumnElement[bool]) -> list[TicketRow]:
    return [row_of(each) for each in session.execute(tickets(*where))]
