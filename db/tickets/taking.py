"""Taking a number: the ticket, its slip, and the opening of the day."""

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
from db.receipts.compose import compose_ticket
from db.receipts.content import TicketFacts
from db.receipts.jobs import print_paper
from db.staff.permissions import Permission
from db.tickets import rules
from db.tickets.line import (
    advance,
    arrival,
    lock_day,
    number,
    own,
    scopes_of,
    ticket_of,
    words,
)
from db.tickets.models import Ticket, TicketDay, TicketDesk, TicketLetter
from db.tickets.priority import PRIORITY_NAMES, Priority, Proof, require_proof
from db.tickets.rules import CounterScope, Errand
from db.tickets.states import OPEN_STATES, Step, TicketState

DEFAULT_LETTER = "A"


@dataclass(frozen=True, slots=True)
class TicketTaken:
    """A fresh ticket; `ahead` is how many of its letter will be called before it, about."""

    ticket_id: UUID
    number: str
    ahead: int


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
    name, department = item_of(act, item_id)
    line = letter or letter_for(act, department)
    scopes = scopes_of(act.session, act.centre_id)
    require_server(scopes, Errand(line, item_id, department))
    open_day(act)
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


def open_day(act: Act) -> None:
    """Lock today; what earlier days left open expires the first time."""
    lock_day(act)
    before = select(TicketDay.closed).where(
        TicketDay.centre_id == act.centre_id, TicketDay.business_date < business_date(act.now)
    )
    if act.session.scalar(before.order_by(TicketDay.business_date.desc()).limit(1)) is False:
        close_days(act)
        act.session.execute(update(TicketDesk).where(TicketDesk.centre_id == act.centre_id).values(fast_run=0))


def item_of(act: Act, item_id: UUID | None) -> tuple[str, str]:
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


def require_server(scopes: dict[UUID, CounterScope], errand: Errand) -> None:
    if any(rules.serves(scope, errand) for scope in scopes.values()):
        return
    if not scopes:
        raise RuleBroken("本中心还没有启用的窗口，请先在设置里添加窗口。")
    raise RuleBroken("没有窗口受理这个事项或字头的号，请中心负责人在排队设置里绑定窗口。")


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
