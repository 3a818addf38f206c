"""What the verbs of the queue share: the lock on the day, the ticket, the counter, the front of its line.

Everything that calls somebody, or moves one who waits, first locks the centre's line of the day. So two clerks who press the
key at once are served one after the other, on PostgreSQL as on the embedded database (where BEGIN IMMEDIATE does it already),
and the law of the queue is decided on what is true. The lock is held for one turn of the client: what is to be known is asked
together with it, what is to be written goes together with the commit. Who arrives lines up at the end and waits for no caller;
whoever stands at a counter is moved under the lock of the ticket alone.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    false,
    func,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.action import Act
from db.base import table_of
from db.centre.models import Counter
from db.clock import business_date
from db.errors import NotAllowed, RuleBroken
from db.prepared import Prepared, Question, ask
from db.staff.permissions import Permission
from db.tickets.models import IS_AT_COUNTER, CounterItem, Ticket, TicketDay, TicketPolicy
from db.tickets.record import COLUMNS, TicketRecord, as_waiting, by_id, number
from db.tickets.rules import CounterScope, Heads, QueuePolicy
from db.tickets.states import AT_COUNTER, STATE_NAMES, TicketState

_T, _DAY, _POLICY = table_of(Ticket), table_of(TicketDay), table_of(TicketPolicy)
_COUNTER, _BOUND = table_of(Counter), table_of(CounterItem)
_TODAY = (_DAY.c.centre_id == bindparam("of_centre"), _DAY.c.business_date == bindparam("of_day"))
_LINE = cast(_DAY.c.centre_id, Text) + func.to_char(_DAY.c.business_date, "YYYYMMDD")
_LOCKED = func.pg_advisory_xact_lock(func.hashtextextended(_LINE, 0))
_LOCK = {
    "sqlite": Prepared(select(_DAY.c.taken).where(*_TODAY)),
    "postgresql": Prepared(select(_DAY.c.taken, _LOCKED).where(*_TODAY)),
}
_ARRIVE = Prepared(update(_DAY).where(*_TODAY).values(taken=_DAY.c.taken + 1).returning(_DAY.c.taken))
_MAKE = {
    dialect: Prepared(
        insert(_DAY)
        .values(centre_id=bindparam("of_centre"), business_date=bindparam("of_day"), taken=0, closed=False)
        .on_conflict_do_nothing()
    )
    for dialect, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_OF_COUNTER = (_COUNTER.c.centre_id == bindparam("of_centre"), _COUNTER.c.id == bindparam("of_counter"))
_ONE_COUNTER = Prepared(select(_COUNTER.c.id, _COUNTER.c.number, _COUNTER.c.active).where(*_OF_COUNTER))
_FLOOR = Prepared(
    select(_COUNTER.c.id, _COUNTER.c.number, _COUNTER.c.letters, _COUNTER.c.departments, _BOUND.c.item_id)
    .outerjoin(_BOUND, and_(_BOUND.c.centre_id == _COUNTER.c.centre_id, _BOUND.c.counter_id == _COUNTER.c.id))
    .where(_COUNTER.c.centre_id == bindparam("of_centre"), _COUNTER.c.active)
)
"""The counters in use; one that is bound to several items stands there with each."""
_LAW = Prepared(
    select(
        _POLICY.c.burst,
        _POLICY.c.overtake_limit,
        _POLICY.c.requeue_behind,
        _POLICY.c.requeue_times,
        _POLICY.c.undo_minutes,
    ).where(_POLICY.c.centre_id == bindparam("of_centre"))
)
_AT_COUNTER = Prepared(
    select(_T.c.letter, _T.c.seq, _T.c.state)
    .where(
        _T.c.centre_id == bindparam("of_centre"),
        _T.c.business_date == bindparam("of_day"),
        _T.c.counter_id == bindparam("of_counter"),
        IS_AT_COUNTER,
    )
    .limit(1)
)


def day_of(act: Act) -> dict[str, Any]:
    """The parameters of everything that is asked about today."""
    return {"of_centre": act.centre_id, "of_day": business_date(act.now)}


def locking(act: Act) -> Question:
    """Locks today's line until the transaction ends; no answer when it is the first of the day: then `make_day`."""
    return _LOCK[act.connection.dialect.name], day_of(act)


def arriving(act: Act) -> Question:
    """Takes the next place in the order of arrival, which others wait for; no answer when it is the first of the day."""
    return _ARRIVE, day_of(act)


def make_day(act: Act) -> None:
    """Make today's row, unless somebody else just did."""
    _MAKE[act.connection.dialect.name].run(act.connection, day_of(act))


def lock_day(act: Act) -> None:
    """Lock today's line until the transaction ends; the first of a day makes it."""
    if not act.ask(locking(act))[0]:
        make_day(act)
        act.ask(locking(act))


def here(act: Act) -> Any:
    """The counter at which the clerk sits: its id and number.

    Raises:
        RuleBroken: none was chosen, or it is closed.
    """
    if act.actor.counter_id is None:
        raise RuleBroken("请先选择您所在的窗口，再叫号。")
    return in_use_now(
        _ONE_COUNTER.row(act.connection, {"of_centre": act.centre_id, "of_counter": act.actor.counter_id})
    )


def open_counter(act: Act, counter_id: UUID, *, lock: bool = False) -> Counter:
    """A counter of this centre that is in use; `lock` it to change it."""
    query = select(Counter).where(Counter.centre_id == act.centre_id, Counter.id == counter_id)
    found: Counter = in_use_now(act.session.scalar(query.with_for_update(key_share=True) if lock else query))
    return found


def in_use_now(counter: Any) -> Any:
    """A counter that was looked for, when it is there and in use."""
    if counter is None:
        raise RuleBroken("本中心没有这个窗口，请重新选择窗口。")
    if not counter.active:
        raise RuleBroken(f"{counter.number} 号窗口已停用，请换一个窗口。")
    return counter


def moving(act: Act, *_: object, ticket_id: UUID, **__: object) -> Sequence[Question]:
    """What a verb asks ahead that moves one ticket in the line, or to a counter."""
    return locking(act), by_id(act, ticket_id)


def staying(act: Act, *_: object, ticket_id: UUID, **__: object) -> Sequence[Question]:
    """What a verb asks ahead that moves one ticket which is at a counter, and to no other."""
    return (by_id(act, ticket_id),)


def ticket_of(act: Act, ticket_id: UUID) -> TicketRecord:
    """Today's ticket, locked behind the line (for `staying` alone), so nobody moves it meanwhile."""
    *line, rows = act.found or act.ask(locking(act), by_id(act, ticket_id))
    if line == [[]]:
        lock_day(act)
        [rows] = act.ask(by_id(act, ticket_id))
    if not rows:
        raise RuleBroken("找不到这个号，请刷新后再试。")
    ticket = TicketRecord(*rows[0])
    if ticket.business_date != business_date(act.now):
        on = f"{ticket.business_date:%m月%d日}"
        raise RuleBroken(f"{number(ticket)} 是 {on} 的号，今天不能再用，请重新取号。")
    return ticket


def held(act: Act, ticket_id: UUID) -> TicketRecord:
    """A ticket that is at the clerk's own counter, or at none; a manager may move any.

    Raises:
        NotAllowed: another counter has it.
    """
    ticket = ticket_of(act, ticket_id)
    elsewhere = ticket.counter_id is not None and ticket.counter_id != act.actor.counter_id
    if elsewhere and ticket.state in AT_COUNTER | {TicketState.PARKED} and not may_manage(act):
        other = _ONE_COUNTER.row(act.connection, {"of_centre": act.centre_id, "of_counter": ticket.counter_id})
        if other is None or not other.active:
            return ticket  # nobody sits there any more who could
        raise NotAllowed(f"{number(ticket)} 在 {other.number} 号窗口（{STATE_NAMES[ticket.state]}），请由该窗口处理。")
    return ticket


def may_manage(act: Act) -> bool:
    """Whether the clerk may move tickets of other counters."""
    return Permission.TICKET_MANAGE in act.permissions


def at_counter(act: Act, counter_id: UUID) -> Question:
    """Whoever is called to or served at a counter today; what an earlier day has left open expires (`day.close_days`)."""
    return _AT_COUNTER, {**day_of(act), "of_counter": counter_id}


def require_free(act: Act, counter_id: UUID) -> None:
    """Refuse while somebody is at the counter, with what to do about it."""
    nobody_at(act.ask(at_counter(act, counter_id))[0])


def nobody_at(rows: Sequence[Any]) -> None:
    """Refuse on the answer to `at_counter`, with what to do about it."""
    if not rows:
        return
    [current] = rows
    if current.state is TicketState.CALLED:
        raise RuleBroken(f"{number(current)} 已呼叫、尚未到窗：来了请开始办理，没来请重呼或过号。")
    raise RuleBroken(f"{number(current)} 正在本窗口办理，请先完成或挂起。")


def law(centre_id: UUID) -> Question:
    """What the centre has set for its queue; read by `policy_from`."""
    return _LAW, {"of_centre": centre_id}


def policy_from(rows: Sequence[Any]) -> QueuePolicy:
    """What the centre has set, or the defaults."""
    return QueuePolicy(*rows[0]) if rows else QueuePolicy()


def policy_of(session: Session, centre_id: UUID) -> QueuePolicy:
    """What the centre has set, or the defaults."""
    return policy_from(ask(session, law(centre_id))[0])


def floor(centre_id: UUID) -> Question:
    """The counters in use with the items they are bound to; read by `scopes_from`."""
    return _FLOOR, {"of_centre": centre_id}


def scopes_from(counters: Sequence[Any]) -> dict[UUID, CounterScope]:
    """What each counter in use serves."""
    items: dict[UUID, set[UUID]] = {each.id: set() for each in counters}
    for each in counters:
        if each.item_id is not None:
            items[each.id].add(each.item_id)
    open_ids = frozenset(items)
    return {
        each.id: CounterScope(
            each.id,
            frozenset(words(each.letters)),
            frozenset(items[each.id]),
            frozenset(words(each.departments)),
            open_ids - {each.id},
        )
        for each in counters
    }


def scopes_of(session: Session, centre_id: UUID) -> dict[UUID, CounterScope]:
    """What each counter in use serves."""
    return scopes_from(ask(session, floor(centre_id))[0])


def words(text: str) -> list[str]:
    """A list kept as text: separated by a comma (either width) or 、."""
    if not text:
        return []
    return [word for part in text.replace("，", ",").replace("、", ",").split(",") if (word := part.strip())]


def served_by(scope: CounterScope, centre: Any = Ticket.centre_id) -> ColumnElement[bool]:
    """`rules.serves` as a condition; a test holds the two together. Equalities, so that it can be prepared.

    `centre`: the centre, where it is known; the server then looks at the counters of that one alone.
    """
    if scope.unbound:
        open_to: ColumnElement[bool] = true()
    else:
        open_to = or_(
            false(),
            *(Ticket.letter == each for each in sorted(scope.letters)),
            *(Ticket.item_id == each for each in sorted(scope.items)),
            *(Ticket.department == each for each in sorted(scope.departments)),
        )
    # What was sent to a counter that has closed since is everybody's again.
    return or_(Ticket.reserved_for == scope.counter_id, and_(~in_use(Ticket.reserved_for, centre), open_to))


def in_use(counter_id: InstrumentedAttribute[UUID | None], centre: Any) -> ColumnElement[bool]:
    """Whether a column names a counter of a centre that is in use now."""
    return exists().where(Counter.centre_id == centre, Counter.id == counter_id, Counter.active)


def waiting_for(scope: CounterScope) -> ColumnElement[bool]:
    """The line of one counter on a day (`day_of`)."""
    return and_(
        Ticket.centre_id == bindparam("of_centre"),
        Ticket.business_date == bindparam("of_day"),
        Ticket.state == TicketState.WAITING,
        served_by(scope, bindparam("of_centre")),
    )


def fronts(act: Act, scope: CounterScope, policy: QueuePolicy) -> tuple[Question, Question]:
    """The front of one counter's line, by the index; read by `heads_from`."""
    front, full = _front(CounterScope(scope.counter_id, scope.letters, scope.items, scope.departments))
    given = day_of(act)
    return (front, given), (full, {**given, "of_limit": policy.overtake_limit})


@lru_cache(maxsize=64)
def _front(scope: CounterScope) -> tuple[Prepared, Prepared]:
    """The oldest of each lane, and whether somebody older than the oldest fast one has been overtaken often enough."""
    line = waiting_for(scope)
    oldest = [
        select(*COLUMNS).where(line, Ticket.fast.is_(lane)).order_by(_T.c.place).limit(1).subquery()
        for lane in (True, False)
    ]
    first_fast = select(_T.c.place).where(line, Ticket.fast.is_(True)).order_by(_T.c.place).limit(1).scalar_subquery()
    full = (
        select(_T.c.place)
        .where(line, _T.c.place < first_fast, _T.c.overtaken >= bindparam("of_limit", type_=Integer()))
        .limit(1)
    )
    return Prepared(union_all(*(select(each) for each in oldest))), Prepared(full)


def heads_from(front: Sequence[Any], full: Sequence[Any]) -> tuple[Heads, dict[UUID, TicketRecord]]:
    """The front of the line as `rules.heads` finds it in the whole line, and its tickets by id."""
    tickets = [TicketRecord(*row) for row in front]
    fast, ordinary = (next((as_waiting(each) for each in tickets if each.fast is lane), None) for lane in (True, False))
    # Where nobody older stands behind, nobody is overtaken, whatever the choice.
    blocked = bool(full) and fast is not None and ordinary is not None and ordinary.place < fast.place
    return Heads(fast, ordinary, blocked), {each.id: each for each in tickets}


def heads(act: Act, scope: CounterScope, policy: QueuePolicy) -> Heads:
    """The front of one counter's line, as `rules.heads` finds it in the whole line."""
    return heads_from(*act.ask(*fronts(act, scope, policy)))[0]
