"""Taking a number: the ticket and its slip."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Uuid, bindparam, func, select

from db.action import Act, LookAgain, action
from db.base import table_of
from db.catalogue.models import Item, ItemVersion
from db.centre.models import Centre
from db.clock import business_date
from db.errors import RuleBroken
from db.ids import new_id
from db.numbers.actions import taking as next_number
from db.prepared import Prepared, Question
from db.receipts.compose import compose_ticket
from db.receipts.content import TicketFacts
from db.receipts.jobs import print_paper
from db.staff.permissions import Permission
from db.tickets import rules
from db.tickets.day import locked, opened
from db.tickets.line import arriving, day_of, floor, scopes_from, ticket_of, words
from db.tickets.models import Ticket, TicketDay, TicketLetter
from db.tickets.priority import PRIORITY_NAMES, Priority, Proof, require_proof
from db.tickets.record import TicketRecord, add, number, own
from db.tickets.rules import CounterScope, Errand
from db.tickets.states import TicketState

DEFAULT_LETTER = "A"


@dataclass(frozen=True, slots=True)
class TicketTaken:
    """A fresh ticket; `ahead` is how many of its letter will be called before it, about."""

    ticket_id: UUID
    number: str
    ahead: int


_T, _DAY, _LETTER = table_of(Ticket), table_of(TicketDay), table_of(TicketLetter)
_ITEM, _VERSION = table_of(Item), table_of(ItemVersion)
_LETTERS = Prepared(
    select(_LETTER.c.letter, _LETTER.c.departments)
    .where(_LETTER.c.centre_id == bindparam("of_centre"))
    .order_by(_LETTER.c.letter)
)
_ITEM_OF = Prepared(
    select(_ITEM.c.enabled, _VERSION.c.name, _VERSION.c.department)
    .join(_VERSION, _VERSION.c.id == _ITEM.c.current_version_id)
    .where(_ITEM.c.centre_id == bindparam("of_centre"), _ITEM.c.id == bindparam("of_item", type_=Uuid()))
)
_NEWEST = (
    select(_DAY.c.taken * rules.PLACE_STEP)
    .where(_DAY.c.centre_id == bindparam("of_centre"), _DAY.c.business_date == bindparam("of_day"))
    .scalar_subquery()
)


def _before(place: Any, *lane: ColumnElement[bool]) -> Prepared:
    return Prepared(
        select(func.count().label("tickets")).where(
            _T.c.centre_id == bindparam("of_centre"),
            _T.c.business_date == bindparam("of_day"),
            _T.c.state == TicketState.WAITING,
            _T.c.letter == bindparam("of_letter"),
            _T.c.place < place,
            *lane,
        )
    )


_AHEAD_OF_NEW = {False: _before(_NEWEST), True: _before(_NEWEST, _T.c.fast)}
_AHEAD = {
    fast: _before(bindparam("of_place", type_=Integer()), *lane) for fast, lane in ((False, ()), (True, (_T.c.fast,)))
}
"""By whether the ticket is fast: how many of its letter stand before it."""


_foreseen: dict[UUID, str] = {}
"""Under which letter this process last gave out a number of a centre where no letter is for certain departments only."""


def _take_ahead(
    act: Act,
    *,
    item_id: UUID | None = None,
    letter: str = "",
    priority: Priority = Priority.NONE,
    slip: bool = False,
    **_: object,
) -> Sequence[Question]:
    """All that a number needs, where the letter can be foreseen; `take_ticket` looks whether it was right."""
    around = [*locked(act, arriving(act)), floor(act.centre_id), (_LETTERS, {"of_centre": act.centre_id})]
    around += [(_ITEM_OF, {"of_centre": act.centre_id, "of_item": item_id})] if item_id else []
    line = letter or _foreseen.get(act.centre_id)
    return [*around, *_numbering(act, line, priority is not Priority.NONE)] if line else around


def _numbering(act: Act, line: str, fast: bool) -> Sequence[Question]:
    """The next number of a letter and how many stand before it."""
    today = day_of(act)
    series = f"ticket/{today['of_day'].isoformat()}/{line}"
    return next_number(act.connection, act.centre_id, series), _before_new(act, line, fast)


def _before_new(act: Act, line: str, fast: bool) -> Question:
    return _AHEAD_OF_NEW[fast], {**day_of(act), "of_letter": line}


@action("ticket.take", Permission.TICKET_TAKE, "取号", ahead=_take_ahead)
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
    today, closed, counters, letters, *rest = act.found
    item, numbering = (rest[:1], rest[1:]) if item_id else ([], rest)
    name, department = _offered(item[0]) if item else ("", "")
    line = letter or letter_for(letters, department)
    if not letter:
        _foresee(act, letters, line, numbered=bool(numbering))
    require_server(scopes_from(counters), Errand(line, item_id, department))
    fast = priority is not Priority.NONE
    [arrived], changed = opened(act, arriving(act), today, closed)
    [[numbered], [before]] = numbering or act.ask(*_numbering(act, line, fast))
    if changed and numbering:
        [[before]] = act.ask(_before_new(act, line, fast))
    ticket = TicketRecord(
        id=new_id(),
        centre_id=act.centre_id,
        business_date=business_date(act.now),
        letter=line,
        seq=numbered.last,
        state=TicketState.WAITING,
        since=act.now,
        priority=priority,
        priority_proof=proof,
        item_id=item_id,
        item_name=name,
        department=department,
        person_id=None, counter_id=None, staff_id=None, reserved_for=None, owner_id=None,
        place=rules.place_of_arrival(arrived.taken),
        fast=fast,
        overtaken=0, requeued=0, calls=0, waited=0, served=0, steps=0,
        taken_at=act.now, called_at=None, closed_at=None,
        note="",
    )  # fmt: skip
    if first_asked:
        ticket.owner_id = act.actor.staff_id
    add(act, ticket)
    if first_asked:
        own(act, ticket, act.actor.staff_id)
    act.on("ticket", ticket.id)
    act.note(number=number(ticket), priority=str(priority), proof=str(proof))
    if slip:
        _print_slip(act, ticket, before.tickets)
    return TicketTaken(ticket.id, number(ticket), before.tickets)


def _foresee(act: Act, letters: Sequence[Any], line: str, *, numbered: bool) -> None:
    """Remember the letter for the next number.

    Raises:
        LookAgain: a number was taken under another letter, because the letters were changed since.
    """
    before = _foreseen.pop(act.centre_id, None)
    if not any(each.departments for each in letters):
        _foreseen[act.centre_id] = line
    if numbered and before != line:
        raise LookAgain


@action("ticket.slip", Permission.TICKET_TAKE, "补打号票")
def reprint_slip(act: Act, *, ticket_id: UUID) -> None:
    """Print the 号票 of a waiting ticket again, with how many are ahead now."""
    ticket = ticket_of(act, ticket_id)
    if ticket.state is not TicketState.WAITING:
        raise RuleBroken(f"{number(ticket)} 不在等候中，不用再打号票。")
    _print_slip(act, ticket, _ahead(act, ticket))
    act.on("ticket", ticket.id)
    act.note(number=number(ticket))


def letter_for(letters: Sequence[Any], department: str) -> str:
    """The letter under which errands of a department queue: the first that names it, else the first that names none."""
    named = [each.letter for each in letters if department and department in words(each.departments)]
    general = [each.letter for each in letters if not words(each.departments)]
    return next(iter(named + general), letters[0].letter if letters else DEFAULT_LETTER)


def _print_slip(act: Act, ticket: TicketRecord, ahead: int) -> None:
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


def item_of(act: Act, item_id: UUID | None) -> tuple[str, str]:
    """Name and department of an item that is in use."""
    if item_id is None:
        return "", ""
    return _offered(_ITEM_OF.rows(act.connection, {"of_centre": act.centre_id, "of_item": item_id}))


def _offered(rows: Sequence[Any]) -> tuple[str, str]:
    if not rows:
        raise RuleBroken("事项目录里没有这个事项，请重新选择。")
    [row] = rows
    if not row.enabled:
        raise RuleBroken(f"“{row.name}”本中心已停用，不能取这个事项的号。")
    return row.name, row.department


def require_server(scopes: dict[UUID, CounterScope], errand: Errand) -> None:
    if any(rules.serves(scope, errand) for scope in scopes.values()):
        return
    if not scopes:
        raise RuleBroken("本中心还没有启用的窗口，请先在设置里添加窗口。")
    raise RuleBroken("没有窗口受理这个事项或字头的号，请中心负责人在排队设置里绑定窗口。")


def _ahead(act: Act, ticket: TicketRecord) -> int:
    given = {**day_of(act), "of_letter": ticket.letter, "of_place": ticket.place}
    [row] = _AHEAD[ticket.fast].rows(act.connection, given)
    return int(row.tickets)
