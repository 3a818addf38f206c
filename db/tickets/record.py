"""A ticket in the hands of an action: locked, changed, written back; and the traces of each step."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, insert, select, update

from db.action import Act
from db.base import table_of
from db.ids import new_id
from db.prepared import Prepared, Question
from db.tickets import rules
from db.tickets.models import Ticket, TicketOwner, TicketPeriod
from db.tickets.priority import Priority, Proof
from db.tickets.rules import Errand, Waiting
from db.tickets.states import Step, TicketState


@dataclass(slots=True)
class TicketRecord:
    """A row of `db.tickets.models.Ticket`, where the columns are explained."""

    id: UUID
    centre_id: UUID
    business_date: date
    letter: str
    seq: int
    state: TicketState
    since: datetime
    priority: Priority
    priority_proof: Proof
    item_id: UUID | None
    item_name: str
    department: str
    person_id: UUID | None
    counter_id: UUID | None
    staff_id: UUID | None
    reserved_for: UUID | None
    owner_id: UUID | None
    place: int
    fast: bool
    overtaken: int
    requeued: int
    calls: int
    waited: int
    served: int
    steps: int
    taken_at: datetime
    called_at: datetime | None
    closed_at: datetime | None
    note: str


_T, _PERIOD, _OWNER = table_of(Ticket), table_of(TicketPeriod), table_of(TicketOwner)
_NAMES = tuple(field.name for field in fields(TicketRecord))
COLUMNS = tuple(_T.c[name] for name in _NAMES)
"""In the order of a record, for whoever makes some with `TicketRecord(*row)`."""
_FIXED = {"id", "centre_id", "business_date", "letter", "seq", "priority", "priority_proof", "taken_at"}
_MOVING = tuple(name for name in _NAMES if name not in _FIXED)

_BY_ID = Prepared(
    select(*COLUMNS)
    .where(_T.c.centre_id == bindparam("of_centre"), _T.c.id == bindparam("of_ticket"))
    .with_for_update(key_share=True)
)
_ADD, _ADD_PERIOD = Prepared(insert(_T)), Prepared(insert(_PERIOD))
_KEEP = Prepared(
    update(_T)
    .where(_T.c.centre_id == bindparam("of_centre"), _T.c.id == bindparam("of_ticket"))
    .values({name: bindparam(f"to_{name}") for name in _MOVING})
)
_OWNER_COLUMNS = ("id", "centre_id", "ticket_id", "staff_id", "counter_id", "since")
_ADD_OWNER = Prepared(
    insert(_OWNER).from_select(
        ["position", *_OWNER_COLUMNS],
        select(
            func.coalesce(func.max(_OWNER.c.position), 0) + 1,
            *(bindparam(name, type_=_OWNER.c[name].type) for name in _OWNER_COLUMNS),
        ).where(
            _OWNER.c.centre_id == bindparam("centre_id", type_=Uuid()),
            _OWNER.c.ticket_id == bindparam("ticket_id", type_=Uuid()),
        ),
    )
)
"""Whoever answers for a visit stands behind those who did before."""


def by_id(act: Act, ticket_id: UUID) -> Question:
    """Locks the ticket of an id until the transaction ends; `TicketRecord(*row)` of the answer."""
    return _BY_ID, {"of_centre": act.centre_id, "of_ticket": ticket_id}


def add(act: Act, ticket: TicketRecord) -> None:
    """A ticket that did not exist."""
    _ADD.later(act.connection, {name: getattr(ticket, name) for name in _NAMES})


def keep(act: Act, ticket: TicketRecord) -> None:
    """Write a ticket back, with all that an action changed of it."""
    moved: dict[str, Any] = {f"to_{name}": getattr(ticket, name) for name in _MOVING}
    _KEEP.later(act.connection, {"of_centre": act.centre_id, "of_ticket": ticket.id, **moved})


def number(ticket: Ticket | TicketRecord) -> str:
    """The number as it is called, “A007”."""
    return rules.number_of(ticket.letter, ticket.seq)


def as_waiting(ticket: Ticket | TicketRecord) -> Waiting:
    """A ticket as the rules see it."""
    return Waiting(ticket.id, ticket.place, ticket.fast, ticket.overtaken, errand_of(ticket))


def errand_of(ticket: Ticket | TicketRecord) -> Errand:
    """What a ticket is for."""
    return Errand(ticket.letter, ticket.item_id, ticket.department, ticket.reserved_for)


def close_period(
    act: Act,
    ticket: TicketRecord,
    step: Step,
    *,
    kind: TicketState | None = None,
    undoes: int | None = None,
    note: str = "",
    at: datetime | None = None,
) -> None:
    """End the present stretch of a ticket's life, before `step` changes it.

    `kind`: how the stretch counts, when not by the state it was in. A clock behind that of another client ends it where it began.
    """
    ended_at = max(at or act.now, ticket.since)
    counts_as = kind or ticket.state
    seconds = rules.seconds_between(ticket.since, ended_at)
    ticket.steps += 1
    _ADD_PERIOD.later(
        act.connection,
        {
            "id": new_id(),
            "centre_id": act.centre_id,
            "ticket_id": ticket.id,
            "position": ticket.steps,
            "kind": counts_as,
            "began_at": ticket.since,
            "ended_at": ended_at,
            "seconds": seconds,
            "step": step,
            "undoes": undoes,
            "by_staff_id": act.actor.staff_id,
            "by_counter_id": act.actor.counter_id,
            "state_before": ticket.state,
            "counter_before": ticket.counter_id,
            "staff_before": ticket.staff_id,
            "reserved_before": ticket.reserved_for,
            "owner_before": ticket.owner_id,
            "place_before": ticket.place,
            "fast_before": ticket.fast,
            "requeued_before": ticket.requeued,
            "note": note,
        },
    )
    ticket.since = ended_at
    if counts_as is TicketState.WAITING:
        ticket.waited += seconds
    elif counts_as is TicketState.SERVING:
        ticket.served += seconds


def advance(act: Act, ticket: TicketRecord, step: Step, *, note: str = "", at: datetime | None = None) -> None:
    """Move a ticket by one step of the state machine, and leave the traces; `keep` writes the ticket itself.

    Raises:
        RuleBroken: the step is not allowed from its state.
    """
    state = rules.move(number(ticket), ticket.state, step)
    kind = TicketState.EXPIRED if step is Step.EXPIRE else None  # nobody waited or worked through the night
    close_period(act, ticket, step, kind=kind, note=note, at=at)
    ticket.state = state
    if note or step in {Step.TRANSFER, Step.PARK}:
        ticket.note = note  # whoever receives a person sent on still sees why
    ticket.closed_at = ticket.since if state not in rules.OPEN_STATES else None
    act.touch("ticket", ticket.id)


def own(act: Act, ticket: TicketRecord, staff_id: UUID | None) -> None:
    """Write down who answers for the visit from now on; `keep` writes the ticket itself."""
    _ADD_OWNER.later(
        act.connection,
        {
            "id": new_id(),
            "centre_id": act.centre_id,
            "ticket_id": ticket.id,
            "staff_id": staff_id,
            "counter_id": act.actor.counter_id,
            "since": act.now,
        },
    )
    ticket.owner_id = staff_id
