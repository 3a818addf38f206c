"""Reading what a window shows of the queue: the whole floor once, then only the tickets that moved.

The statements are prepared: every window of a hall asks them at every move.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, Uuid, bindparam, case, false, func, or_, select
from sqlalchemy.orm import Session

from db.base import Code, table_of
from db.centre.models import Counter
from db.prepared import Prepared, ask
from db.staff.models import Staff
from db.tickets import rules
from db.tickets.floor import Watch, after
from db.tickets.line import policy_of, scopes_of
from db.tickets.models import Ticket, TicketDesk
from db.tickets.rules import Errand, Waiting
from db.tickets.seen import Desks, Floor, Seat, TicketRow, Totals
from db.tickets.states import OPEN_STATES, TicketState

AT_ONCE = 8
"""So many tickets are asked for in one statement."""
MOST = 40
"""When more tickets than this moved at once, the floor is read whole."""

_T, _DESK = table_of(Ticket), table_of(TicketDesk)
_C, _S = table_of(Counter), table_of(Staff)
_AT, _SENT = _C.alias("at"), _C.alias("sent")
_CALLER, _OWNER = _S.alias("caller"), _S.alias("owner")
_NAMES = ("taken_at", "called_at", "priority", "priority_proof", "item_id", "item_name", "department", "person_id",
          "counter_id", "reserved_for", "staff_id", "owner_id", "place", "fast", "overtaken", "calls", "requeued",
          "waited", "served", "steps", "note")  # fmt: skip
_COLUMNS = tuple(_T.c[name] for name in ("id", "letter", "seq", "state", "since", *_NAMES))
_OF = bindparam("of_centre", type_=Uuid())
_DAY = bindparam("of_day", type_=Date())


def tickets(*where: ColumnElement[bool]) -> Select[Any]:
    """Tickets with the names that belong to their ids."""
    return (
        select(
            *_COLUMNS,
            _AT.c.number.label("at_number"),
            _SENT.c.number.label("sent_number"),
            _CALLER.c.name.label("caller_name"),
            _OWNER.c.name.label("owner_name"),
        )
        .select_from(_T)
        .outerjoin(_AT, _AT.c.id == _T.c.counter_id)
        .outerjoin(_SENT, _SENT.c.id == _T.c.reserved_for)
        .outerjoin(_CALLER, _CALLER.c.id == _T.c.staff_id)
        .outerjoin(_OWNER, _OWNER.c.id == _T.c.owner_id)
        .where(*where)
    )


def row_of(each: Any) -> TicketRow:
    """A row of `tickets` as screens show it."""
    return _shown(each, each.at_number, each.sent_number, each.caller_name, each.owner_name)


def _shown(each: Any, at: str | None, sent: str | None, caller: str | None, owner: str | None) -> TicketRow:
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
        counter=at or "",
        reserved_for=each.reserved_for,
        reserved=sent or "",
        staff_id=each.staff_id,
        staff_name=caller or "",
        owner_id=each.owner_id,
        owner_name=owner or "",
        calls=each.calls,
        requeued=each.requeued,
        waited=each.waited,
        served=each.served,
        steps=each.steps,
        seq=each.seq,
        note=each.note,
        line=Waiting(each.id, each.place, each.fast, each.overtaken, errand),
    )


def _open() -> ColumnElement[bool]:
    """Equalities, not IN: the text of a prepared statement does not depend on a list. Each is a range of the index."""
    kind = Code(TicketState)
    return or_(false(), *(_T.c.state == bindparam(f"is_{state}", state, kind) for state in sorted(OPEN_STATES)))


_OPEN = Prepared(select(*_COLUMNS).where(_T.c.centre_id == _OF, _T.c.business_date == _DAY, _open()))
_NUMBERS = Prepared(select(_C.c.id, _C.c.number).where(_C.c.centre_id == _OF))
_PEOPLE = Prepared(select(_S.c.id, _S.c.name).where(_S.c.centre_id == _OF))
_OVER = Prepared(
    select(
        _T.c.letter,
        _T.c.state,
        _T.c.counter_id,
        func.max(_T.c.seq).label("last"),
        func.count().label("tickets"),
        func.sum(case((_T.c.calls > 0, 1), else_=0)).label("called"),
        func.sum(case((_T.c.calls > 0, _T.c.waited), else_=0)).label("waited"),
        func.sum(_T.c.served).label("served"),
    )
    .where(_T.c.centre_id == _OF, _T.c.business_date == _DAY, ~_open())
    .group_by(_T.c.letter, _T.c.state, _T.c.counter_id)
)
_RUNS = Prepared(select(_DESK.c.counter_id, _DESK.c.fast_run).where(_DESK.c.centre_id == _OF))
_RUN = Prepared(
    select(_DESK.c.counter_id, _DESK.c.fast_run).where(
        _DESK.c.centre_id == _OF, _DESK.c.counter_id == bindparam("of_counter", type_=Uuid())
    )
)
_MOVED = Prepared(
    tickets(
        _T.c.centre_id == _OF,
        _T.c.business_date == _DAY,
        or_(false(), *(_T.c.id == bindparam(f"id_{at}", type_=Uuid()) for at in range(AT_ONCE))),
    )
)


def desks(session: Session, centre_id: UUID) -> Desks:
    """The counters in use, who is logged in at each, what they serve, and the queue's law."""
    found = session.execute(
        select(_C.c.id, _C.c.number, _C.c.name, _C.c.version, _C.c.occupied_by, _S.c.name.label("who"))
        .outerjoin(_S, _S.c.id == _C.c.occupied_by)
        .where(_C.c.centre_id == centre_id, _C.c.active)
    )
    seats = [Seat(each.id, each.number, each.name, each.occupied_by, each.who or "", each.version) for each in found]
    seats.sort(key=lambda seat: (len(seat.number), seat.number))
    return Desks(tuple(seats), scopes_of(session, centre_id), policy_of(session, centre_id))


def floor(session: Session, centre_id: UUID, day: date) -> tuple[Floor, dict[str, int]]:
    """Every open ticket of a day and the sums of the others; with it the highest number of each letter.

    The names are read beside the tickets and not joined to them: the server expects few open tickets among those of hundreds
    of halls, and would look through every hall's counters for each.
    """
    asked = {"of_centre": centre_id, "of_day": day}
    questions = [(each, asked) for each in (_OPEN, _OVER, _RUNS, _NUMBERS, _PEOPLE)]
    tickets_open, sums, desk_runs, numbers, people = ask(session, *questions)
    at: dict[UUID | None, str] = dict(numbers)
    who: dict[UUID | None, str] = dict(people)
    rows = [
        _shown(one, at.get(one.counter_id), at.get(one.reserved_for), who.get(one.staff_id), who.get(one.owner_id))
        for one in tickets_open
    ]
    over: dict[tuple[TicketState, UUID | None], Totals] = {}
    last: dict[str, int] = {}
    for each in sums:
        key = (each.state, each.counter_id)
        totals = Totals(int(each.tickets), int(each.called), int(each.waited), int(each.served))
        over[key] = over.get(key, Totals()) + totals
        last[each.letter] = max(last.get(each.letter, 0), each.last)
    for row in rows:
        letter = row.line.errand.letter
        last[letter] = max(last.get(letter, 0), row.seq)
    runs = {each.counter_id: each.fast_run for each in desk_runs}
    return Floor({row.id: row for row in rows}, over, runs), last


def watch(session: Session, centre_id: UUID, day: date) -> Watch:
    """Everything a window needs to begin with."""
    found, last = floor(session, centre_id, day)
    return Watch(day, desks(session, centre_id), found, last)


def follow(session: Session, centre_id: UUID, known: Watch, moved: frozenset[UUID], counter_id: UUID | None) -> Watch:
    """What is known after some tickets moved: reads those, and the run of one counter; the floor where that is not enough."""
    if len(moved) <= MOST:
        rows = _moved(session, centre_id, known.day, sorted(moved))
        asked = {"of_centre": centre_id, "of_counter": counter_id}
        runs = {each.counter_id: each.fast_run for each in _RUN.rows(session, asked)} if counter_id else {}
        new = after(known, rows, runs)
        if new is not None:
            return new
    found, last = floor(session, centre_id, known.day)
    return Watch(known.day, known.desks, found, last)


def _moved(session: Session, centre_id: UUID, day: date, ids: list[UUID]) -> Iterable[TicketRow]:
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        some += some[-1:] * (AT_ONCE - len(some))  # the statement has so many places
        asked: dict[str, Any] = {f"id_{at}": each for at, each in enumerate(some)}
        for each in _MOVED.rows(session, {"of_centre": centre_id, "of_day": day, **asked}):
            yield row_of(each)
