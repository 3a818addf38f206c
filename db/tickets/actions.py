"""What can be done with a queue ticket. Each verb is one step of `db.tickets.states`, in one transaction."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from db.action import Act, action
from db.catalogue.models import Item, ItemVersion
from db.centre.models import Centre
from db.clock import business_date, start_of
from db.errors import RuleBroken
from db.ids import new_id
from db.numbers.actions import take as next_number
from db.people.models import Person
from db.receipts.compose import compose_ticket
from db.receipts.content import TicketFacts
from db.receipts.jobs import print_paper
from db.staff.permissions import Permission
from db.tickets import rules
from db.tickets.line import (
    advance,
    arrival,
    desk_of,
    heads,
    held,
    here,
    lock_day,
    number,
    open_counter,
    own,
    policy_of,
    require_free,
    scopes_of,
    ticket_of,
    waiting_for,
    words,
)
from db.tickets.models import Ticket, TicketDay, TicketDesk, TicketLetter
from db.tickets.priority import PRIORITY_NAMES, Priority, Proof, require_proof
from db.tickets.rules import CounterScope, Errand
from db.tickets.setup import bind_counter as bind_counter
from db.tickets.setup import set_letters as set_letters
from db.tickets.setup import set_policy as set_policy
from db.tickets.states import OPEN_STATES, Step, TicketState
from db.tickets.undo import undo as undo

DEFAULT_LETTER = "A"


@dataclass(frozen=True, slots=True)
class TicketTaken:
    """A fresh ticket; `ahead` is how many of its letter will be called before it, about."""

    ticket_id: UUID
    number: str
    ahead: int


@dataclass(frozen=True, slots=True)
class Called:
    """Whom a counter called."""

    ticket_id: UUID
    number: str
    counter: str
    overtaking: bool


@action("ticket.take", Permission.TICKET_TAKE, "取号")
def take_ticket(
    act: Act,
    *,
    item_id: UUID | None = None,
    letter: str = "",
    priority: Priority = Priority.NONE,
    proof: Proof = Proof.NONE,
    first_asked: bool = False,
    slip: bool = False,
) -> TicketTaken:
    """Give out the next number, for an item or without one; a priority needs the proof that was seen.

    `letter` chooses the line when there is no item (or overrides the item's). `first_asked`: whoever gives out the number was
    asked first and answers for the visit until somebody takes it over (首问负责). `slip`: queue the 号票 for the printer, in
    the same transaction; it comes out after the commit.
    """
    require_proof(priority, proof)
    name, department = _item(act, item_id)
    line = letter or letter_for(act, department)
    scopes = scopes_of(act.session, act.centre_id)
    _require_server(scopes, Errand(line, item_id, department))
    _open_day(act)
    place = rules.place_of_arrival(arrival(act))
    today = business_date(act.now)
    ticket = Ticket(
        id=new_id(),
        centre_id=act.centre_id,
        business_date=today,
        letter=line,
        seq=next_number(act.session, act.centre_id, f"ticket/{today.isoformat()}/{line}"),
        state=TicketState.WAITING,
        since=act.now,
        priority=priority,
        priority_proof=proof,
        item_id=item_id,
        item_name=name,
        department=department,
        place=place,
        fast=priority is not Priority.NONE,
        overtaken=0, requeued=0, calls=0, waited=0, served=0, steps=0,
        taken_at=act.now,
    )  # fmt: skip
    ahead = _ahead(act, ticket)
    act.session.add(ticket)
    if first_asked:
        act.session.flush()
        own(act, ticket, act.actor.staff_id)
    act.on("ticket", ticket.id)
    act.note(number=number(ticket), priority=str(priority), proof=str(proof))
    if slip:
        act.session.flush()
        _print_slip(act, ticket, ahead)
    return TicketTaken(ticket.id, number(ticket), ahead)


@action("ticket.slip", Permission.TICKET_TAKE, "补打号票")
def reprint_slip(act: Act, *, ticket_id: UUID) -> None:
    """Print the 号票 of a waiting ticket again, with how many are ahead now."""
    ticket = ticket_of(act, ticket_id)
    if ticket.state is not TicketState.WAITING:
        raise RuleBroken(f"{number(ticket)} 不在等候中，不用再打号票。")
    _print_slip(act, ticket, _ahead(act, ticket))
    act.on("ticket", ticket.id)
    act.note(number=number(ticket))


@action("ticket.call", Permission.TICKET_CALL, "叫号")
def call_next(act: Act) -> Called:
    """Call the next ticket to the clerk's counter.

    Raises:
        RuleBroken: somebody is still at the counter, or nobody waits for it.
    """
    counter = here(act)
    _open_day(act)
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
        _require_server(scopes_of(act.session, act.centre_id), errand)
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
    everywhere = CounterScope(act.actor.counter_id or new_id())
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
        ticket.item_name, ticket.department = _item(act, item_id)
        ticket.item_id = item_id
    act.on("ticket", ticket.id)
    act.note(number=number(ticket), person=person_id is not None, item=item_id is not None)


@action("ticket.close_days", Permission.TICKET_TAKE, "往日号过期")
def close_days(act: Act) -> int:
    """Expire what earlier days left open; run by the first number or call of a day. Returns how many tickets."""
    today = business_date(act.now)
    days = act.session.scalars(
        select(TicketDay)
        .where(TicketDay.centre_id == act.centre_id, TicketDay.business_date < today, TicketDay.closed.is_(False))
        .order_by(TicketDay.business_date)
        .with_for_update()
    ).all()
    expired = 0
    for day in days:
        left = act.session.scalars(
            select(Ticket).where(
                Ticket.centre_id == act.centre_id,
                Ticket.business_date == day.business_date,
                Ticket.state.in_(OPEN_STATES),
            )
        ).all()
        for ticket in left:
            advance(act, ticket, Step.EXPIRE, at=start_of(day.business_date + timedelta(days=1)))
        day.closed = True
        expired += len(left)
    act.on("centre", act.centre_id)
    act.note(expired=expired, days=len(days))
    return expired


def letter_for(act: Act, department: str) -> str:
    """The letter under which errands of a department queue: the first that names it, else the first that names none."""
    rows = act.session.scalars(
        select(TicketLetter).where(TicketLetter.centre_id == act.centre_id).order_by(TicketLetter.letter)
    ).all()
    named = [each.letter for each in rows if department and department in words(each.departments)]
    general = [each.letter for each in rows if not words(each.departments)]
    return next(iter(named + general), rows[0].letter if rows else DEFAULT_LETTER)


def _done(act: Act, ticket: Ticket, step: Step, *, note: str = "") -> None:
    advance(act, ticket, step, note=note)
    act.on("ticket", ticket.id)
    act.note(number=number(ticket))


def _print_slip(act: Act, ticket: Ticket, ahead: int) -> None:
    facts = TicketFacts(
        number=number(ticket),
        item_name=ticket.item_name,
        priority=PRIORITY_NAMES[ticket.priority] if ticket.priority else "",
        ahead=ahead,
        taken_at=ticket.taken_at,
        centre_name=act.session.get_one(Centre, act.centre_id).name,
    )
    large = ticket.priority in {Priority.ELDERLY, Priority.DISABLED}
    print_paper(act, content=compose_ticket(facts), ticket_id=ticket.id, large=large)


def _open_day(act: Act) -> None:
    if lock_day(act):
        close_days(act)
        act.session.execute(update(TicketDesk).where(TicketDesk.centre_id == act.centre_id).values(fast_run=0))


def _item(act: Act, item_id: UUID | None) -> tuple[str, str]:
    """Name and department of an item that is in use."""
    if item_id is None:
        return "", ""
    row = act.session.execute(
        select(Item.enabled, ItemVersion.name, ItemVersion.department)
        .join(ItemVersion, ItemVersion.id == Item.current_version_id)
        .where(Item.centre_id == act.centre_id, Item.id == item_id)
    ).one_or_none()
    if row is None:
        raise RuleBroken("事项目录里没有这个事项，请重新选择。")
    if not row.enabled:
        raise RuleBroken(f"“{row.name}”本中心已停用，不能取这个事项的号。")
    return row.name, row.department


def _require_server(scopes: dict[UUID, CounterScope], errand: Errand) -> None:
    if any(rules.serves(scope, errand) for scope in scopes.values()):
        return
    if not scopes:
        raise RuleBroken("本中心还没有启用的窗口，请先在设置里添加窗口。")
    raise RuleBroken("没有窗口受理这个事项或字头的号，请中心负责人在排队设置里绑定窗口。")


def _count_overtaken(act: Act, scope: CounterScope, place: int) -> None:
    """Each ticket is counted at most `overtake_limit` times in its life, so this stays cheap in a long line too."""
    act.session.execute(
        update(Ticket)
        .where(waiting_for(act, scope), Ticket.place < place)
        .values(overtaken=Ticket.overtaken + 1)
        .execution_options(synchronize_session=False)
    )


def _ahead(act: Act, ticket: Ticket) -> int:
    line = [
        Ticket.centre_id == act.centre_id,
        Ticket.business_date == ticket.business_date,
        Ticket.state == TicketState.WAITING,
        Ticket.letter == ticket.letter,
        Ticket.place < ticket.place,
    ]
    if ticket.fast:
        line.append(Ticket.fast.is_(True))
    return act.session.scalar(select(func.count()).select_from(Ticket).where(*line)) or 0
