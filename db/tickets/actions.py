"""What can be done with a queue ticket. Each verb is one step of `db.tickets.states`, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db.action import Act, action
from db.base import table_of
from db.errors import RuleBroken
from db.ids import new_id
from db.people.models import Person
from db.prepared import Prepared, Question
from db.staff.permissions import Permission
from db.tickets import rules
from db.tickets.day import close_days as close_days
from db.tickets.day import locked, opened
from db.tickets.line import (
    at_counter,
    day_of,
    floor,
    fronts,
    heads_from,
    held,
    here,
    law,
    locking,
    moving,
    nobody_at,
    open_counter,
    policy_from,
    policy_of,
    require_free,
    scopes_from,
    scopes_of,
    staying,
    ticket_of,
    waiting_for,
)
from db.tickets.models import Ticket, TicketDesk
from db.tickets.priority import Priority
from db.tickets.record import TicketRecord, advance, keep, number, own
from db.tickets.rules import CounterScope, Errand, QueuePolicy
from db.tickets.setup import bind_counter as bind_counter
from db.tickets.setup import set_letters as set_letters
from db.tickets.setup import set_policy as set_policy
from db.tickets.states import Step, TicketState
from db.tickets.taking import TicketTaken as TicketTaken
from db.tickets.taking import item_of, require_server
from db.tickets.taking import reprint_slip as reprint_slip
from db.tickets.taking import take_ticket as take_ticket
from db.tickets.undo import undo as undo

_DESK = table_of(TicketDesk)
_AT_DESK: dict[str, Any] = {"centre_id": bindparam("of_centre"), "counter_id": bindparam("of_counter")}
_RUN = Prepared(select(_DESK.c.fast_run).where(*(_DESK.c[name] == bind for name, bind in _AT_DESK.items())))
_SET_RUN = {
    dialect: Prepared(
        insert(_DESK)
        .values(**_AT_DESK, fast_run=bindparam("run"))
        .on_conflict_do_update(index_elements=list(_AT_DESK), set_={"fast_run": bindparam("run")})
    )
    for dialect, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}


@dataclass(frozen=True, slots=True)
class Called:
    """Whom a counter called."""

    ticket_id: UUID
    number: str
    counter: str
    overtaking: bool


_foreseen: dict[UUID, tuple[CounterScope, QueuePolicy]] = {}
"""What this process's counters served and the law they called by, at their last call: asked for ahead, never relied on."""


def _call_ahead(act: Act) -> Sequence[Question]:
    around = *locked(act, locking(act)), floor(act.centre_id), law(act.centre_id)
    foreseen = _foreseen.get(act.actor.counter_id) if act.actor.counter_id else None
    return around if foreseen is None else (*around, *_front_of(act, *foreseen))


def _front_of(act: Act, scope: CounterScope, policy: QueuePolicy) -> Sequence[Question]:
    """Who is at the counter, its run of overtaking calls, and the front of its line."""
    return at_counter(act, scope.counter_id), (_RUN, _desk(act, scope.counter_id)), *fronts(act, scope, policy)


def _desk(act: Act, counter_id: UUID) -> dict[str, Any]:
    return {"of_centre": act.centre_id, "of_counter": counter_id}


@action("ticket.call", Permission.TICKET_CALL, "叫号", ahead=_call_ahead)
def call_next(act: Act) -> Called:
    """Call the next ticket to the clerk's counter.

    Raises:
        RuleBroken: somebody is still at the counter, or nobody waits for it.
    """
    today, closed, counters, law_of_centre, *asked = act.found
    counter = next((each for each in counters if each.id == act.actor.counter_id), None) or here(act)
    scope, policy = scopes_from(counters)[counter.id], policy_from(law_of_centre)
    _, changed = opened(act, locking(act), today, closed)
    if changed or not asked or _foreseen.get(counter.id) != (scope, policy):
        asked = act.ask(*_front_of(act, scope, policy))
    _foreseen[counter.id] = scope, policy
    here_now, runs, *front_rows = asked
    nobody_at(here_now)
    front, tickets = heads_from(*front_rows)
    before = runs[0].fast_run if runs else 0
    chosen = rules.choose(front, before, policy)
    if chosen is None:
        raise RuleBroken("现在没有本窗口可办的等候号。")
    overtaking = rules.overtakes(front, chosen)
    run = rules.next_run(before, chosen, overtaking)
    if run != before:
        _SET_RUN[act.connection.dialect.name].later(act.connection, {**_desk(act, counter.id), "run": run})
    if overtaking:
        _overtaken(CounterScope(scope.counter_id, scope.letters, scope.items, scope.departments)).later(
            act.connection, {**day_of(act), "than": chosen.place}
        )
    ticket = tickets[chosen.id]
    advance(act, ticket, Step.CALL)
    ticket.counter_id, ticket.staff_id, ticket.reserved_for = counter.id, act.actor.staff_id, None
    ticket.calls += 1
    ticket.called_at = act.now
    keep(act, ticket)
    act.on("ticket", ticket.id)
    act.note(number=number(ticket), counter=counter.number, overtaking=overtaking)
    return Called(ticket.id, number(ticket), counter.number, overtaking)


@lru_cache(maxsize=64)
def _overtaken(scope: CounterScope) -> Prepared:
    """Each ticket is counted at most `overtake_limit` times in its life, so this stays cheap in a long line too."""
    return Prepared(
        update(Ticket)
        .where(waiting_for(scope), Ticket.place < bindparam("than"))
        .values(overtaken=Ticket.overtaken + 1)
    )


@action("ticket.recall", Permission.TICKET_CALL, "重呼", ahead=staying)
def recall(act: Act, *, ticket_id: UUID) -> int:
    """Call the same ticket again; returns how often it has been called."""
    ticket = held(act, ticket_id)
    rules.move(number(ticket), ticket.state, Step.RECALL)
    ticket.calls += 1
    ticket.called_at = act.now
    keep(act, ticket)
    act.on("ticket", ticket.id)
    act.note(number=number(ticket), calls=ticket.calls)
    return ticket.calls


@action("ticket.start", Permission.TICKET_CALL, "开始办理", ahead=staying)
def start_serving(act: Act, *, ticket_id: UUID) -> None:
    """The person stands at the counter. Whoever serves first answers for the visit (首问负责)."""
    ticket = held(act, ticket_id)
    _step(act, ticket, Step.START)
    if ticket.owner_id is None:
        own(act, ticket, act.actor.staff_id)
    keep(act, ticket)


@action("ticket.skip", Permission.TICKET_CALL, "过号", ahead=staying)
def skip(act: Act, *, ticket_id: UUID) -> None:
    """The person did not come."""
    _done(act, held(act, ticket_id), Step.SKIP)


@action("ticket.park", Permission.TICKET_CALL, "挂起", ahead=staying)
def park(act: Act, *, ticket_id: UUID, reason: str = "") -> None:
    """Set the person aside (a form to fill in, a paper to fetch); the counter is free meanwhile."""
    _done(act, held(act, ticket_id), Step.PARK, note=reason.strip())


@action("ticket.unpark", Permission.TICKET_CALL, "恢复办理", ahead=moving)
def unpark(act: Act, *, ticket_id: UUID) -> None:
    """Serve a parked person again, at the clerk's counter, which must be free."""
    counter = here(act)
    ticket = held(act, ticket_id)
    rules.move(number(ticket), ticket.state, Step.UNPARK)
    require_free(act, counter.id)
    _step(act, ticket, Step.UNPARK)
    ticket.counter_id, ticket.staff_id = counter.id, act.actor.staff_id
    keep(act, ticket)


@action("ticket.transfer", Permission.TICKET_CALL, "转窗口", ahead=moving)
def transfer(act: Act, *, ticket_id: UUID, counter_id: UUID | None, reason: str = "") -> None:
    """Send a ticket to another counter, or (None) back to the line of all; it keeps its number and its place."""
    ticket = held(act, ticket_id)
    rules.move(number(ticket), ticket.state, Step.TRANSFER)
    target = open_counter(act, counter_id) if counter_id is not None else None
    if target is not None and counter_id in (ticket.reserved_for, ticket.counter_id):
        raise RuleBroken(f"{number(ticket)} 已在 {target.number} 号窗口，请选择另一个窗口。")
    if target is None:
        errand = Errand(ticket.letter, ticket.item_id, ticket.department)
        require_server(scopes_of(act.session, act.centre_id), errand)
    _step(act, ticket, Step.TRANSFER, note=reason.strip())
    ticket.counter_id, ticket.reserved_for = None, counter_id
    ticket.fast = counter_id is not None or ticket.priority is not Priority.NONE
    keep(act, ticket)
    act.note(number=number(ticket), to=target.number if target else "")


@action("ticket.requeue", Permission.TICKET_CALL, "重新排队", ahead=moving)
def requeue(act: Act, *, ticket_id: UUID) -> None:
    """A 过号 person is back and lines up again, some places behind the front."""
    ticket = ticket_of(act, ticket_id)
    rules.move(number(ticket), ticket.state, Step.REQUEUE)
    policy = policy_of(act.session, act.centre_id)
    rules.require_requeue(number(ticket), ticket.requeued, policy)
    everywhere = CounterScope(new_id())  # the whole hall's line
    lane = act.session.scalars(
        select(Ticket.place)
        .where(waiting_for(everywhere), Ticket.fast.is_(ticket.fast))
        .order_by(Ticket.place)
        .limit(policy.requeue_behind),
        day_of(act),
    ).all()
    _step(act, ticket, Step.REQUEUE)
    ticket.place = rules.place_again(ticket.place, lane, policy.requeue_behind)
    ticket.requeued += 1
    ticket.overtaken = 0
    ticket.counter_id = None
    keep(act, ticket)


@action("ticket.finish", Permission.TICKET_CALL, "完成", ahead=staying)
def finish(act: Act, *, ticket_id: UUID) -> None:
    """The person leaves the counter served."""
    _done(act, held(act, ticket_id), Step.FINISH)


@action("ticket.cancel", Permission.TICKET_TAKE, "取消排队号", ahead=moving)
def cancel(act: Act, *, ticket_id: UUID, reason: str = "") -> None:
    """The person gives the number up."""
    _done(act, held(act, ticket_id), Step.CANCEL, note=reason.strip())


@action("ticket.take_over", Permission.TICKET_CALL, "接手首问责任")
def take_over(act: Act, *, ticket_id: UUID) -> None:
    """Accept from now on to answer for a visit; only the one who receives the person can do it.

    Raises:
        RuleBroken: the person is not at the clerk's counter, or the clerk answers for them already.
    """
    counter = here(act)
    ticket = ticket_of(act, ticket_id)
    at_mine = ticket.counter_id == counter.id and ticket.state in {
        TicketState.CALLED,
        TicketState.SERVING,
        TicketState.PARKED,
    }
    if not at_mine:
        raise RuleBroken(f"{number(ticket)} 不在本窗口，不能接手；请先叫到本窗口。")
    if ticket.owner_id == act.actor.staff_id:
        raise RuleBroken(f"{number(ticket)} 的首问责任人已经是您。")
    own(act, ticket, act.actor.staff_id)
    keep(act, ticket)
    act.on("ticket", ticket.id)
    act.note(number=number(ticket))


@action("ticket.link", Permission.TICKET_CALL, "登记来办人和事项")
def link(act: Act, *, ticket_id: UUID, person_id: UUID | None = None, item_id: UUID | None = None) -> None:
    """Say who holds the ticket and what for, as far as it turned out at the counter; None leaves a field as it is."""
    ticket = held(act, ticket_id)
    if person_id is not None:
        found = select(Person.id).where(Person.centre_id == act.centre_id, Person.id == person_id)
        if act.session.scalar(found) is None:
            raise RuleBroken("找不到这位来办人，请重新登记。")
        ticket.person_id = person_id
    if item_id is not None:
        ticket.item_name, ticket.department = item_of(act, item_id)
        ticket.item_id = item_id
    keep(act, ticket)
    act.on("ticket", ticket.id)
    act.note(number=number(ticket), person=person_id is not None, item=item_id is not None)


def _step(act: Act, ticket: TicketRecord, step: Step, *, note: str = "") -> None:
    advance(act, ticket, step, note=note)
    act.on("ticket", ticket.id)
    act.note(number=number(ticket))


def _done(act: Act, ticket: TicketRecord, step: Step, *, note: str = "") -> None:
    _step(act, ticket, step, note=note)
    keep(act, ticket)
