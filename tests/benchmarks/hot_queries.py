"""What the windows of a hall ask the database all day, as the pages ask it: for `bench_halls` and `tests/db/server/test_plans`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from db.calendar.queries import calendar_of
from db.cases import queries as cases
from db.cases.models import Case
from db.cases.status import Lamp, Status
from db.catalogue import queries as catalogue
from db.centre import queries as centre
from db.clock import business_date
from db.duty import board as duty_board
from db.duty import counting
from db.journal import queries as journal
from db.journal.queries import JournalFilter
from db.people import queries as people
from db.people.models import Person
from db.receipts import check as scanning
from db.receipts import queries as receipts
from db.receipts.models import Receipt
from db.receipts.queries import ReceiptFilter
from db.rooms import board, utilisation
from db.rooms import queries as rooms
from db.session import Hall
from db.staff import queries as staff
from db.tickets import queries as tickets
from db.tickets.models import Ticket

Ask = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Seat:
    """From where is asked: a clerk at a counter, at a moment."""

    centre_id: UUID
    staff_id: UUID
    counter_id: UUID
    now: datetime
    known_number: str
    """The ID number of somebody who was here on the last whole day."""


def hot_queries(hall: Hall, seat: Seat) -> dict[str, Ask]:
    """By name, each ready to be asked."""
    here, today = seat.centre_id, business_date(seat.now)
    read = partial(partial, hall.read)
    some = _some(hall, here)
    return {
        **_counter(hall, seat, some),
        **_lists(hall, seat, some),
        "board of rooms": read(board.look, here, *_day(seat.now), seat.now, None),
        "rooms today": read(rooms.today, here, seat.now),
        "duties today": read(duty_board.today, here, today),
        "received today": read(duty_board.received_in, here, today),
        "journal: first page": read(journal.page, here, JournalFilter()),
        "journal: next page": read(journal.page, here, JournalFilter(), before=some.middle),
        "journal: one tag": read(journal.page, here, JournalFilter(tags=("ticket.call",))),
        "journal: of one person": read(journal.page, here, JournalFilter(staff_id=seat.staff_id)),
        "journal: of one thing": read(journal.page, here, JournalFilter(subject_kind="case", subject_id=some.case.id)),
        "statistics: figures of cases": read(cases.counts, here, today),
        "statistics: deadlines": read(cases.deadlines, here, today),
        "statistics: counters": read(tickets.counters, here, today),
        "statistics: queue today": read(tickets.figures, here, today),
        "statistics: rooms of a month": read(utilisation.utilisation, here, today - timedelta(days=30), today),
        "statistics: duties of a year": read(counting.records, here, today.year),
    }


@dataclass(frozen=True, slots=True)
class _Some:
    """Things of the hall to be found again."""

    case: Any
    person: Any
    receipt: Any
    ticket: Any
    middle: int
    """A number in the journal that has entries before it."""


def _some(hall: Hall, here: UUID) -> _Some:
    def one(session: Any, model: Any, order: Any) -> Any:
        return session.scalars(select(model).where(model.centre_id == here).order_by(order).limit(1)).one()

    head = hall.read(journal.head, here)
    assert head is not None
    return _Some(
        hall.read(one, Case, Case.received_at.desc()),
        hall.read(one, Person, Person.id.desc()),
        hall.read(one, Receipt, Receipt.issued_at.desc()),
        hall.read(one, Ticket, Ticket.id.desc()),
        max(head[0] - 500, head[0] // 2),
    )


def _counter(hall: Hall, seat: Seat, some: _Some) -> dict[str, Ask]:
    """While somebody stands there."""
    here, today = seat.centre_id, business_date(seat.now)
    read = partial(partial, hall.read)
    rules = hall.read(tickets.desk_rules, here, seat.counter_id)
    a_year = seat.now - timedelta(days=365)
    return {
        "queue panel": read(tickets.panel, here, today, rules),
        "queue: rules of the desk": read(tickets.desk_rules, here, seat.counter_id),
        "queue: my ticket": read(tickets.current, here, today, seat.counter_id),
        "queue: who serves whom": read(tickets.serving, here, today),
        "queue: find A003": read(tickets.find, here, today, "A003"),
        "person by ID card": read(people.find_by_number, hall.vault, here, seat.known_number),
        "person by phone": read(people.find_by_phone, hall.vault, here, "13800010003"),
        "person by id": read(people.get_person, hall.vault, here, some.person.id),
        "person's earlier cases": read(cases.history, here, some.case.person_id, a_year),
        "person's visits for an item": read(cases.visits, here, some.case.person_id, some.case.item_id),
        "catalogue": read(catalogue.items, here),
        "catalogue: one item": read(catalogue.item, here, some.case.item_id),
        "catalogue: my uses": read(catalogue.uses, here, seat.staff_id),
        "calendar": read(calendar_of, here),
        "centre": read(centre.centre, here),
        "counters": read(centre.counters, here),
        "staff names": read(staff.names, here),
        "print jobs unfinished": read(receipts.unfinished_jobs, here, seat.staff_id),
    }


def _lists(hall: Hall, seat: Seat, some: _Some) -> dict[str, Ask]:
    """Cases and receipts, as tables and as answers to what was typed or scanned."""
    here, today = seat.centre_id, business_date(seat.now)
    read = partial(partial, hall.read)
    filters: dict[str, dict[str, Any]] = {
        "all": {},
        "open": {"live": True},
        "open, mine": {"live": True, "handler_id": seat.staff_id},
        "of a state": {"status": Status.DELIVERED},
        "of an item": {"item_id": some.case.item_id},
        "of a department": {"department": some.case.department},
        "of a clerk": {"handler_id": some.case.handler_id},
        "red lamps": {"lamp": Lamp.RED},
        "of a month": {"since": today - timedelta(days=60), "until": today - timedelta(days=30)},
    }
    listings = {
        name: cases.Listing(cases.CaseFilter(**each), cases.Sort.NEWEST, today) for name, each in filters.items()
    }
    due = cases.Listing(cases.CaseFilter(), cases.Sort.DUE, today)
    everything = listings["all"]
    first = hall.read(cases.page, here, everything)
    return {
        **{f"cases {name}": read(cases.page, here, each) for name, each in listings.items()},
        "cases by deadline": read(cases.page, here, due),
        "cases: next page": read(cases.page, here, everything, after=everything.cursor(first[-1])),
        "cases: count of all": read(cases.count, here, everything),
        "case by number": read(cases.find, hall.vault, here, some.case.number, today),
        "case by applicant": read(cases.find, hall.vault, here, some.case.applicant, today),
        "case by ID card": read(cases.find, hall.vault, here, seat.known_number, today),
        "case by foreign number": read(cases.find, hall.vault, here, "35000000000007", today),
        "case sheet": read(cases.sheet, here, some.case.id, today),
        "receipts: first page": read(receipts.receipts, here, ReceiptFilter(), today),
        "receipt by number": read(receipts.receipts, here, ReceiptFilter(text=some.receipt.number), today),
        "receipts of a case": read(receipts.receipts_of_case, here, some.case.id),
        "receipt sheet": read(receipts.receipt, here, some.receipt.id),
        "receipt scanned": read(scanning.check_scanned, here, some.receipt.payload),
    }


def _day(now: datetime) -> tuple[datetime, datetime]:
    return now - timedelta(hours=4), now + timedelta(hours=20)
