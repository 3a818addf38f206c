"""The first number or call of a day: what earlier days left open expires."""

from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select, update

from db.action import Act, action
from db.base import Code, table_of
from db.clock import start_of
from db.prepared import Prepared, Question
from db.staff.permissions import Permission
from db.tickets.line import day_of, make_day
from db.tickets.models import Ticket, TicketDay, TicketDesk
from db.tickets.record import COLUMNS, TicketRecord, advance, keep
from db.tickets.states import OPEN_STATES, Step, TicketState

_T, _DAY, _DESK = table_of(Ticket), table_of(TicketDay), table_of(TicketDesk)
_EARLIER = (_DAY.c.centre_id == bindparam("of_centre"), _DAY.c.business_date < bindparam("of_day"))
_LAST_CLOSED = Prepared(select(_DAY.c.closed).where(*_EARLIER).order_by(_DAY.c.business_date.desc()).limit(1))
_LEFT_OPEN = Prepared(
    select(_DAY.c.business_date)
    .where(*_EARLIER, _DAY.c.closed.is_(False))
    .order_by(_DAY.c.business_date)
    .with_for_update()
)
_CLOSE = Prepared(update(_DAY).where(*_EARLIER, _DAY.c.closed.is_(False)).values(closed=True))
_OPEN_TICKETS = Prepared(
    select(*COLUMNS).where(
        _T.c.centre_id == bindparam("of_centre"),
        _T.c.business_date == bindparam("of_day"),
        or_(*(_T.c.state == bindparam(f"is_{state}", state, Code(TicketState)) for state in sorted(OPEN_STATES))),
    )
)
_REST = Prepared(update(_DESK).where(_DESK.c.centre_id == bindparam("of_centre")).values(fast_run=0))


@action("ticket.close_days", Permission.TICKET_TAKE, "往日号过期")
def close_days(act: Act) -> int:
    """Expire what earlier days left open; run by the first number or call of a day. Returns how many tickets."""
    days = [row.business_date for row in _LEFT_OPEN.rows(act.connection, day_of(act))]
    expired = 0
    for day in days:
        left = _OPEN_TICKETS.rows(act.connection, {**day_of(act), "of_day": day})
        for row in left:
            ticket = TicketRecord(*row)
            advance(act, ticket, Step.EXPIRE, at=start_of(day + timedelta(days=1)))
            keep(act, ticket)
        expired += len(left)
    _CLOSE.later(act.connection, day_of(act))
    act.on("centre", act.centre_id)
    act.note(expired=expired, days=len(days))
    return expired


def locked(act: Act, lock: Question) -> tuple[Question, Question]:
    """Lock today with `lock` (`line.locking` or `line.arriving`); `opened` makes of the answers what there is to do."""
    return lock, (_LAST_CLOSED, day_of(act))


def opened(act: Act, lock: Question, today: list[Any], closed: list[Any]) -> tuple[list[Any], bool]:
    """The answer to `lock` now that today is open, and whether what was asked behind it must be asked again.

    The first of a day makes it, and what earlier days left open expires.
    """
    as_it_was = True
    if not today:
        make_day(act)
        today, closed = act.ask(*locked(act, lock))
        as_it_was = False
    if closed and closed[0].closed is False:
        close_days(act)
        _REST.later(act.connection, day_of(act))
        as_it_was = False
    return today, not as_it_was
