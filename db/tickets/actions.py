"""What can be done with a queue ticket. Each verb is one step of `db.tickets.states`, in one transaction."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update

from db.action import Act, action
from db.errors import RuleBroken
from db.ids import new_id
from db.people.models import Person
from db.staff.permissions import Permission
from db.tickets import rules
from db.tickets.line import (
    advance,
    desk_of,
    heads,
    held,
    here,
    number,
    open_counter,
    own,
    policy_of,
    require_free,
    scopes_of,
    ticket_of,
    waiting_for,
)
from db.tickets.models import Ticket
from db.tickets.priority import Priority
from db.tickets.rules import CounterScope, Errand
from db.tickets.setup import bind_counter as bind_counter
from db.tickets.setup import set_letters as set_letters
from db.tickets.setup import set_policy as set_policy
from db.tickets.states import Step, TicketState
from db.tickets.taking import TicketTaken as TicketTaken
from db.tickets.taking import close_days as close_days
from db.tickets.taking import item_of, open_day, require_server
from db.tickets.taking import reprint_slip as reprint_slip
from db.tickets.taking import take_ticket as take_ticket
from db.tickets.undo import undo as undo


@dataclass(frozen=True, slots=True)
class Called:
    """Whom a counter called."""

    ticket_id: UUID
    number: str
    counter: str
    overtaking: bool


@action("ticket.call", Permission.TICKET_CALL, "叫号")
def call_next(act: Act) -> Called:
    """Call the next ticket to the clerk's counter.

    Raises:
        RuleBroken: somebody is still at the counter, or nobody waits for it.
    """
    counter = here(act)
    open_day(act)
    require_free(act, counter.id)
    policy = policy_of(act.session, act.centre_id)
    scope = scopes_of(act.session, act.centre_id)[counter.id]
    desk = desk_of(act, counter.id)
    front = heads(act, scope, policy)
    chosen = rules.choose(front, desk.fast_run, policy)
    if chosen is None:
        raise RuleBroken("现在没有本窗口可办的等候号。")
    overtaking = rules.overtakes(front, chosen)
    desk.fast_run = rules.next_run(desk.fast_run, chosen, overtaking)
    if overtaking:
        _count_overtaken(act, scope, chosen.place)
    ticket = act.session.get_one(Ticket, chosen.id)
    advance(act, ticket, Step.CALL)
    ticket.counter_id, ticket.staff_id, ticket.reserved_for = counter.id, act.actor.staff_id, None
    ticket.calls += 1
    ticket.called_at = act.now
    act.on("ticket", ticket.id)
    act.note(number=number(ticket), counter=counter.number, overtaking=overtaking)
    return Called(ticket.id, number(ticket), counter.number, overtaking)


@action("ticket.recall", Permission.TICKET_CALL, "重呼")
def recall(act: Act, *, ticket_id: UUID) -> int:
    """Call the same ticket again; returns how often it has been called."""
    ticket = held(act, ticket_id)
    rules.move(number(ticket), ticket.state, Step.RECALL)
    ticket.calls += 1
    ticket.called_at = act.now
    act.on("ticket", ticket.id)
    act.note(number=number(ticket), calls=ticket.calls)
    return ticket.calls


@action("ticket.start", Permission.TICKET_CALL, "开始办理")
def start_serving(act: Act, *, ticket_id: UUID) -> None:
    """The person stands at the counter. Whoever serves first answers for the visit (首问负责)."""
    ticket = held(act, ticket_id)
    _done(act, ticket, Step.START)
    if ticket.owner_id is None:
        own(act, ticket, act.actor.staff_id)


@action("ticket.skip", Permission.TICKET_CALL, "过号")
def skip(act: Act, *, ticket_id: UUID) -> None:
    """The person did not come."""
    _done(act, held(act, ticket_id), Step.SKIP)


@action("ticket.park", Permission.TICKET_CALL, "挂起")
def park(act: Act, *, ticket_id: UUID, reason: str = "") -> None:
    """Set the person aside (a form to fill in, a paper to fetch); the counter is free meanwhile."""
    _done(act, held(act, ticket_id), Step.PARK, note=reason.strip())


@action("ticket.unpark", Permission.TICKET_CALL, "恢复办理")
def unpark(act: Act, *, ticket_id: UUID) -> None:
    """Serve a parked person again, at the clerk's counter, which must be free."""
    counter = here(act)
    ticket = held(act, ticket_id)
    rules.move(number(ticket), ticket.state, Step.UNPARK)
    require_free(act, counter.id)
    _done(act, ticket, Step.UNPARK)
    ticket.counter_id, ticket.staff_id = counter.id, act.actor.staff_id


@action("ticket.transfer", Permission.TICKET_CALL, "转窗口")
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
    _done(act, ticket, Step.TRANSFER, note=reason.strip())
    ticket.counter_id, ticket.reserved_for = None, counter_id
    ticket.fast = counter_id is not None or ticket.priority is not Priority.NONE
    act.note(number=number(ticket), to=target.number if target else "")


@action("ticket.requeue", Permission.TICKET_CALL, "重新排队")
def requeue(act: Act, *, ticket_id: UUID) -> None:
    """A 过号 person is back and lines up again, some places behind the front."""
    ticket = ticket_of(act, ticket_id)
    rules.move(number(ticket), ticket.state, Step.REQUEUE)
    policy = policy_of(act.session, act.centre_id)
    rules.require_requeue(number(ticket), ticket.requeued, policy)
    everywhere = CounterScope(new_id())  # the whole hall's line
    lane = act.session.scalars(
        select(Ticket.place)
        .where(waiting_for(act, everywhere), Ticket.fast.is_(ticket.fast))
        .order_by(Ticket.place)
        .limit(policy.requeue_behind)
    ).all()
    _done(act, ticket, Step.REQUEUE)
    ticket.place = rules.place_again(ticket.place, lane, policy.requeue_behind)
    ticket.requeued += 1
    ticket.overtaken = 0
    ticket.counter_id = None


@action("ticket.finish", Permission.TICKET_CALL, "完成")
def finish(act: Act, *, ticket_id: UUID) -> None:
    """The person leaves the counter served."""
    _done(act, held(act, ticket_id), Step.FINISH)


@action("ticket.cancel", Permission.TICKET_TAKE, "取消排队号")
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
    act.on("ticket", ticket.id)
    act.note(number=number(ticket), person=person_id is not None, item=item_id is not None)


def _done(act: Act, ticket: Ticket, step: Step, *, note: str = "") -> None:
    advance(act, ticket, step, note=note)
    act.on("ticket", ticket.id)
    act.note(number=number(ticket))


def _count_overtaken(act: Act, scope: CounterScope, place: int) -> None:
    """Each ticket is counted at most `overtake_limit` times in its life, so this stays cheap in a long line too."""
    act.session.execute(
        update(Ticket)
        .where(waiting_for(act, scope), Ticket.place < place)
        .values(overtaken=Ticket.overtaken + 1)
        .execution_options(synchronize_session=False)
    )
