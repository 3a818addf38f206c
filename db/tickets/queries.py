"""What can be asked about the queue. Rows are bounded; every question starts at an index of the centre's day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from db.centre.models import Counter
from db.staff.models import Staff
from db.tickets import rules
from db.tickets.history import OwnerRow as OwnerRow
from db.tickets.history import PeriodRow as PeriodRow
from db.tickets.history import owners as owners
from db.tickets.history import periods as periods
from db.tickets.history import times as times
from db.tickets.line import in_use, policy_of, scopes_of, served_by, words
from db.tickets.models import Ticket, TicketDesk, TicketLetter
from db.tickets.priority import Priority, Proof
from db.tickets.rules import CounterScope, Errand, QueuePolicy, Waiting
from db.tickets.states import AT_COUNTER, TicketState


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket as screens show it."""

    id: UUID
    number: str
    state: TicketState
    since: datetime
    taken_at: datetime
    called_at: datetime | None
    priority: Priority
    proof: Proof
    item_id: UUID | None
    item_name: str
    person_id: UUID | None
    counter_id: UUID | None
    counter: str
    reserved_for: UUID | None
    reserved: str
    staff_id: UUID | None
    staff_name: str
    owner_id: UUID | None
    owner_name: str
    calls: int
    requeued: int
    waited: int
    served: int
    note: str
    line: Waiting  # how it stands in the line


@dataclass(frozen=True, slots=True)
class Figures:
    """Today in numbers."""

    taken: int = 0
    waiting: int = 0
    done: int = 0
    skipped: int = 0
    parked: int = 0
    mine: int = 0  # finished at this counter
    average_wait: int | None = None  # seconds until the call, of those called; None before the first call
    average_service: int | None = None  # seconds of service, of those finished


@dataclass(frozen=True, slots=True)
class DeskRules:
    """What decides whom a counter calls; changes seldom, so a panel keeps it."""

    scope: CounterScope
    policy: QueuePolicy
    number: str = ""  # of the counter


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything the queue panel of a counter shows."""

    current: TicketRow | None
    waiting: tuple[TicketRow, ...]  # in the order in which this counter would call them
    waiting_here: int  # how many this counter could call, shown or not
    parked: tuple[TicketRow, ...]
    skipped: tuple[TicketRow, ...]
    figures: Figures


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
    scopes = scopes_of(session, centre_id)
    scope = scopes.get(counter_id) or CounterScope(counter_id, frozenset("-"), others=frozenset(scopes))
    name = session.scalar(select(Counter.number).where(Counter.centre_id == centre_id, Counter.id == counter_id))
    return DeskRules(scope, policy_of(session, centre_id), name or "")


def panel(session: Session, centre_id: UUID, day: date, desk: DeskRules, *, limit: int = 40) -> Panel:
    """The queue as one counter sees it: two statements, at most some hundred rows, whatever the length of the line."""
    today = (Ticket.centre_id == centre_id, Ticket.business_date == day)
    line = (*today, Ticket.state == TicketState.WAITING, served_by(desk.scope))
    parts = [
        _ids(*line, Ticket.fast.is_(True), by=Ticket.place, limit=limit),
        _ids(*line, Ticket.fast.is_(False), by=Ticket.place, limit=limit),
        _ids(
            *today, Ticket.counter_id == desk.scope.counter_id, Ticket.state.in_(AT_COUNTER), by=Ticket.since, limit=1
        ),
        _ids(
            *today,
            Ticket.state == TicketState.PARKED,
            or_(Ticket.counter_id == desk.scope.counter_id, ~in_use(Ticket.counter_id)),  # mine, or of a closed counter
            by=Ticket.since,
            limit=limit,
        ),
        _ids(*today, Ticket.state == TicketState.SKIPPED, by=Ticket.since.desc(), limit=limit // 2),
    ]
    rows = _rows(session, Ticket.id.in_(union_all(*parts)))
    figures, waiting_here, fast_run = _figures(session, centre_id, day, desk.scope)
    by_state: dict[TicketState, list[TicketRow]] = {}
    for row in rows:
        by_state.setdefault(row.state, []).append(row)
    waiting = {row.id: row for row in by_state.get(TicketState.WAITING, [])}
    order = rules.forecast([row.line for row in waiting.values()], fast_run, desk.policy, limit)
    current = [*by_state.get(TicketState.SERVING, []), *by_state.get(TicketState.CALLED, [])]
    return Panel(
        current=current[0] if current else None,
        waiting=tuple(waiting[each.id] for each in order),
        waiting_here=waiting_here,
        parked=tuple(sorted(by_state.get(TicketState.PARKED, []), key=lambda row: row.since)),
        skipped=tuple(sorted(by_state.get(TicketState.SKIPPED, []), key=lambda row: row.since, reverse=True)),
        figures=figures,
    )


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
    return _figures(session, centre_id, day, CounterScope(counter_id or centre_id))[0]


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


def _ids(*where: ColumnElement[bool], by: Any, limit: int) -> Select[tuple[UUID]]:
    inner = select(Ticket.id).where(*where).order_by(by).limit(limit).subquery()
    return select(inner.c.id)


_AT, _SENT, _CALLER, _OWNER = aliased(Counter), aliased(Counter), aliased(Staff), aliased(Staff)


def _rows(session: Session, *where: ColumnElement[bool]) -> list[TicketRow]:
    found = session.execute(
        select(Ticket, _AT.number, _SENT.number, _CALLER.name, _OWNER.name)
        .outerjoin(_AT, _AT.id == Ticket.counter_id)
        .outerjoin(_SENT, _SENT.id == Ticket.reserved_for)
        .outerjoin(_CALLER, _CALLER.id == Ticket.staff_id)
        .outerjoin(_OWNER, _OWNER.id == Ticket.owner_id)
        .where(*where)
    )
    return [_row(each, *(name or "" for name in names)) for each, *names in found]


def _row(each: Ticket, at: str, sent: str, caller: str, owner: str) -> TicketRow:
    errand = Errand(each.letter, each.item_id, each.department, each.reserved_for)
    return TicketRow(
        id=each.id,
        number=rules.number_of(each.letter, each.seq),
        state=each.state,
        since=each.since,
        taken_at=each.taken_at,
        called_at=each.called_at,
        priority=each.priority,
        proof=each.priority_proof,
        item_id=each.item_id,
        item_name=each.item_name,
        person_id=each.person_id,
        counter_id=each.counter_id,
        counter=at,
        reserved_for=each.reserved_for,
        reserved=sent,
        staff_id=each.staff_id,
        staff_name=caller,
        owner_id=each.owner_id,
        owner_name=owner,
        calls=each.calls,
        requeued=each.requeued,
        waited=each.waited,
        served=each.served,
        note=each.note,
        line=Waiting(each.id, each.place, each.fast, each.overtaken, errand),
    )


def _figures(session: Session, centre_id: UUID, day: date, scope: CounterScope) -> tuple[Figures, int, int]:
    """The day by state in one statement; with it how many the counter could call, and its run of overtaking calls."""
    called = Ticket.calls > 0
    run = (
        select(TicketDesk.fast_run)
        .where(TicketDesk.centre_id == centre_id, TicketDesk.counter_id == scope.counter_id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Ticket.state,
            func.count().label("tickets"),
            func.sum(case((served_by(scope), 1), else_=0)).label("here"),
            func.sum(case((Ticket.counter_id == scope.counter_id, 1), else_=0)).label("mine"),
            func.sum(case((called, 1), else_=0)).label("called"),
            func.sum(case((called, Ticket.waited), else_=0)).label("waited"),
            func.sum(Ticket.served).label("served"),
            func.coalesce(run, literal(0)).label("run"),
        )
        .where(Ticket.centre_id == centre_id, Ticket.business_date == day)
        .group_by(Ticket.state)
    ).all()
    of = {row.state: row for row in rows}

    def count(state: TicketState, what: str = "tickets") -> int:
        return int(getattr(of[state], what)) if state in of else 0

    all_called, done = sum(int(row.called) for row in rows), count(TicketState.DONE)
    made = Figures(
        taken=sum(row.tickets for row in rows),
        waiting=count(TicketState.WAITING),
        done=done,
        skipped=count(TicketState.SKIPPED),
        parked=count(TicketState.PARKED),
        mine=count(TicketState.DONE, "mine"),
        average_wait=sum(int(row.waited) for row in rows) // all_called if all_called else None,
        average_service=count(TicketState.DONE, "served") // done if done else None,
    )
    return made, count(TicketState.WAITING, "here"), int(rows[0].run) if rows else 0
