"""What the verbs of the queue share: the lock on the day, the ticket, the counter, the front of its line, one step recorded.

Everything that moves a ticket first locks the centre's row of the day. So two clerks who press the key at once are served one
after the other, on PostgreSQL as on the embedded database (where BEGIN IMMEDIATE does it already), and the law of the queue
is decided on what is true. The calls of a centre come minutes apart and take milliseconds: the lock is never felt.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.action import Act
from db.centre.models import Counter
from db.clock import business_date
from db.errors import NotAllowed, RuleBroken
from db.ids import new_id
from db.staff.permissions import Permission
from db.tickets import rules
from db.tickets.models import CounterItem, Ticket, TicketDay, TicketDesk, TicketOwner, TicketPeriod, TicketPolicy
from db.tickets.rules import CounterScope, Errand, Heads, QueuePolicy, Waiting
from db.tickets.states import AT_COUNTER, STATE_NAMES, Step, TicketState


def lock_day(act: Act) -> None:
    """Lock today's row until the transaction ends; the first of a day makes it."""
    day = business_date(act.now)
    insert = postgresql.insert if act.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    made = insert(TicketDay).values(centre_id=act.centre_id, business_date=day, taken=0, closed=False)
    act.session.execute(made.on_conflict_do_nothing())
    act.session.execute(
        select(TicketDay.taken)
        .where(TicketDay.centre_id == act.centre_id, TicketDay.business_date == day)
        .with_for_update()
    )


def arrival(act: Act) -> int:
    """The next place in the order of arrival today; the day is locked."""
    return act.session.execute(
        update(TicketDay)
        .where(TicketDay.centre_id == act.centre_id, TicketDay.business_date == business_date(act.now))
        .values(taken=TicketDay.taken + 1)
        .returning(TicketDay.taken)
    ).scalar_one()


def here(act: Act) -> Counter:
    """The counter at which the clerk sits.

    Raises:
        RuleBroken: none was chosen, or it is closed.
    """
    if act.actor.counter_id is None:
        raise RuleBroken("请先选择您所在的窗口，再叫号。")
    return open_counter(act, act.actor.counter_id)


def open_counter(act: Act, counter_id: UUID, *, lock: bool = False) -> Counter:
    """A counter of this centre that is in use; `lock` it to change it."""
    query = select(Counter).where(Counter.centre_id == act.centre_id, Counter.id == counter_id)
    found = act.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise RuleBroken("本中心没有这个窗口，请重新选择窗口。")
    if not found.active:
        raise RuleBroken(f"{found.number} 号窗口已停用，请换一个窗口。")
    return found


def number(ticket: Ticket) -> str:
    """The number as it is called, “A007”."""
    return rules.number_of(ticket.letter, ticket.seq)


def ticket_of(act: Act, ticket_id: UUID) -> Ticket:
    """Today's ticket; the day is locked first, so nobody moves it meanwhile."""
    lock_day(act)
    found = act.session.scalar(select(Ticket).where(Ticket.centre_id == act.centre_id, Ticket.id == ticket_id))
    if found is None:
        raise RuleBroken("找不到这个号，请刷新后再试。")
    if found.business_date != business_date(act.now):
        on = f"{found.business_date:%m月%d日}"
        raise RuleBroken(f"{number(found)} 是 {on} 的号，今天不能再用，请重新取号。")
    return found


def held(act: Act, ticket_id: UUID) -> Ticket:
    """A ticket that is at the clerk's own counter, or at none; a manager may move any.

    Raises:
        NotAllowed: another counter has it.
    """
    ticket = ticket_of(act, ticket_id)
    elsewhere = ticket.counter_id is not None and ticket.counter_id != act.actor.counter_id
    if elsewhere and ticket.state in AT_COUNTER | {TicketState.PARKED} and not may_manage(act):
        other = act.session.get_one(Counter, ticket.counter_id)
        if not other.active:
            return ticket  # nobody sits there any more who could
        raise NotAllowed(f"{number(ticket)} 在 {other.number} 号窗口（{STATE_NAMES[ticket.state]}），请由该窗口处理。")
    return ticket


def may_manage(act: Act) -> bool:
    """Whether the clerk may move tickets of other counters."""
    return Permission.TICKET_MANAGE in act.permissions


def at_counter(act: Act, counter_id: UUID) -> Ticket | None:
    """Whoever is called to or served at a counter."""
    return act.session.scalar(
        select(Ticket).where(
            Ticket.centre_id == act.centre_id, Ticket.counter_id == counter_id, Ticket.state.in_(AT_COUNTER)
        )
    )


def require_free(act: Act, counter_id: UUID) -> None:
    """Refuse while somebody is at the counter, with what to do about it."""
    current = at_counter(act, counter_id)
    if current is None:
        return
    if current.state is TicketState.CALLED:
        raise RuleBroken(f"{number(current)} 已呼叫、尚未到窗：来了请开始办理，没来请重呼或过号。")
    raise RuleBroken(f"{number(current)} 正在本窗口办理，请先完成或挂起。")


def policy_of(session: Session, centre_id: UUID) -> QueuePolicy:
    """What the centre has set, or the defaults."""
    row = session.get(TicketPolicy, centre_id)
    if row is None:
        return QueuePolicy()
    return QueuePolicy(row.burst, row.overtake_limit, row.requeue_behind, row.requeue_times, row.undo_minutes)


def scopes_of(session: Session, centre_id: UUID) -> dict[UUID, CounterScope]:
    """What each counter in use serves."""
    items: dict[UUID, set[UUID]] = {}
    bound = select(CounterItem.counter_id, CounterItem.item_id).where(CounterItem.centre_id == centre_id)
    for counter_id, item_id in session.execute(bound):
        items.setdefault(counter_id, set()).add(item_id)
    counters = session.scalars(select(Counter).where(Counter.centre_id == centre_id, Counter.active)).all()
    open_ids = frozenset(each.id for each in counters)
    return {
        each.id: CounterScope(
            each.id,
            frozenset(words(each.letters)),
            frozenset(items.get(each.id, ())),
            frozenset(words(each.departments)),
            open_ids - {each.id},
        )
        for each in counters
    }


def words(text: str) -> list[str]:
    """A list kept as text: separated by a comma (either width) or 、."""
    return [word for part in text.replace("，", ",").replace("、", ",").split(",") if (word := part.strip())]


def served_by(scope: CounterScope) -> ColumnElement[bool]:
    """`rules.serves` as a condition; a test holds the two together."""
    if scope.unbound:
        open_to: ColumnElement[bool] = true()
    else:
        open_to = or_(
            Ticket.letter.in_(sorted(scope.letters)) if scope.letters else false(),
            Ticket.item_id.in_(sorted(scope.items)) if scope.items else false(),
            Ticket.department.in_(sorted(scope.departments)) if scope.departments else false(),
        )
    # What was sent to a counter that has closed since is everybody's again.
    return or_(Ticket.reserved_for == scope.counter_id, and_(~in_use(Ticket.reserved_for), open_to))


def in_use(counter_id: InstrumentedAttribute[UUID | None]) -> ColumnElement[bool]:
    """Whether a column names a counter that is in use now."""
    return exists().where(Counter.id == counter_id, Counter.active)


def waiting_for(act: Act, scope: CounterScope) -> ColumnElement[bool]:
    """The line of one counter, now."""
    return and_(
        Ticket.centre_id == act.centre_id,
        Ticket.business_date == business_date(act.now),
        Ticket.state == TicketState.WAITING,
        served_by(scope),
    )


def heads(act: Act, scope: CounterScope, policy: QueuePolicy) -> Heads:
    """The front of one counter's line, as `rules.heads` finds it in the whole line, by the index."""
    line = waiting_for(act, scope)
    fast, ordinary = (
        act.session.scalar(select(Ticket).where(line, Ticket.fast.is_(lane)).order_by(Ticket.place).limit(1))
        for lane in (True, False)
    )
    if fast is None or ordinary is None or fast.place < ordinary.place:
        blocked = False  # nobody is overtaken, whatever the choice
    else:
        full = exists().where(line, Ticket.place < fast.place, Ticket.overtaken >= policy.overtake_limit)
        blocked = bool(act.session.scalar(select(full)))
    return Heads(as_waiting(fast) if fast else None, as_waiting(ordinary) if ordinary else None, blocked)


def as_waiting(ticket: Ticket) -> Waiting:
    """A ticket as the rules see it."""
    return Waiting(ticket.id, ticket.place, ticket.fast, ticket.overtaken, errand_of(ticket))


def errand_of(ticket: Ticket) -> Errand:
    """What a ticket is for."""
    return Errand(ticket.letter, ticket.item_id, ticket.department, ticket.reserved_for)


def desk_of(act: Act, counter_id: UUID) -> TicketDesk:
    """The row that counts a counter's overtaking calls."""
    desk = act.session.get(TicketDesk, (act.centre_id, counter_id))
    if desk is None:
        desk = TicketDesk(centre_id=act.centre_id, counter_id=counter_id, fast_run=0)
        act.session.add(desk)
    return desk


def close_period(
    act: Act,
    ticket: Ticket,
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
    act.session.add(
        TicketPeriod(
            id=new_id(),
            centre_id=act.centre_id,
            ticket_id=ticket.id,
            position=ticket.steps,
            kind=counts_as,
            began_at=ticket.since,
            ended_at=ended_at,
            seconds=seconds,
            step=step,
            undoes=undoes,
            by_staff_id=act.actor.staff_id,
            by_counter_id=act.actor.counter_id,
            state_before=ticket.state,
            counter_before=ticket.counter_id,
            staff_before=ticket.staff_id,
            reserved_before=ticket.reserved_for,
            owner_before=ticket.owner_id,
            place_before=ticket.place,
            fast_before=ticket.fast,
            requeued_before=ticket.requeued,
            note=note,
        )
    )
    ticket.since = ended_at
    if counts_as is TicketState.WAITING:
        ticket.waited += seconds
    elif counts_as is TicketState.SERVING:
        ticket.served += seconds


def advance(act: Act, ticket: Ticket, step: Step, *, note: str = "", at: datetime | None = None) -> None:
    """Move a ticket by one step of the state machine, and leave the traces.

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


def own(act: Act, ticket: Ticket, staff_id: UUID | None) -> None:
    """Write down who answers for the visit from now on."""
    before = select(TicketOwner.position).where(
        TicketOwner.centre_id == act.centre_id, TicketOwner.ticket_id == ticket.id
    )
    position = act.session.scalar(before.order_by(TicketOwner.position.desc()).limit(1)) or 0
    act.session.add(
        TicketOwner(
            id=new_id(),
            centre_id=act.centre_id,
            ticket_id=ticket.id,
            position=position + 1,
            staff_id=staff_id,
            counter_id=act.actor.counter_id,
            since=act.now,
        )
    )
    ticket.owner_id = staff_id
