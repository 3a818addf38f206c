"""What stands around a case and is asked in one question: item, people, counter, ticket, calendar, who issues its papers."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, select

from db.action import Act
from db.base import table_of
from db.calendar.spelled import Spelled, of_row, spelled_columns
from db.catalogue.models import Item
from db.centre.models import Centre, Counter
from db.people.models import Person
from db.prepared import Prepared
from db.receipts.issuing import Issuer, issuer_columns, issuer_of, with_key
from db.tickets.models import Ticket


class Wanted(NamedTuple):
    """Which rows stand around a case; `since` is the first day that its dates may be counted from."""

    of_item: UUID
    of_person: UUID
    of_agent: UUID | None
    of_counter: UUID | None
    of_ticket: UUID | None
    since: date


@dataclass(frozen=True, slots=True)
class Someone:
    """An applicant or a 代办人 as papers name them."""

    id: UUID
    name: str
    id_type: str
    id_masked: str
    phone_masked: str


@dataclass(frozen=True, slots=True)
class Around:
    """What was found; what is None is not there, or belongs to another centre."""

    item_code: str
    item_enabled: bool
    current_version_id: UUID | None
    person: Someone | None
    agent: Someone | None
    counter: str
    ticket_id: UUID | None
    ticket_owner: UUID | None
    calendar: Spelled
    issuer: Issuer


_C, _I, _K, _T = table_of(Centre), table_of(Item), table_of(Counter), table_of(Ticket)
_P, _A = table_of(Person).alias("applicant"), table_of(Person).alias("agent")
_SOMEONE = Someone.__slots__


def _of(table: Any, name: str) -> Any:
    return and_(table.c.centre_id == _C.c.id, table.c.id == bindparam(name))


def _statement() -> Select[Any]:
    sources = with_key(
        _C.outerjoin(_I, _of(_I, "of_item"))
        .outerjoin(_P, _of(_P, "of_person"))
        .outerjoin(_A, _of(_A, "of_agent"))
        .outerjoin(_K, _of(_K, "of_counter"))
        .outerjoin(_T, _of(_T, "of_ticket"))
    )
    columns = (
        _I.c.local_code.label("item_code"),
        _I.c.enabled.label("item_enabled"),
        _I.c.current_version_id,
        *(_P.c[name].label(f"person_{name}") for name in _SOMEONE),
        *(_A.c[name].label(f"agent_{name}") for name in _SOMEONE),
        _K.c.number.label("counter_number"),
        _K.c.name.label("counter_name"),
        _T.c.id.label("ticket_id"),
        _T.c.owner_id.label("ticket_owner"),
        *spelled_columns(),
        *issuer_columns(),
    )
    return select(*columns).select_from(sources).where(_C.c.id == bindparam("of_centre"))


_READ = Prepared(_statement())


def look_around(act: Act, wanted: Wanted) -> Around:
    """Ask for everything at once."""
    row: Any = _READ.row(act.connection, {"of_centre": act.centre_id, **wanted._asdict()})
    return Around(
        item_code=row.item_code or "",
        item_enabled=bool(row.item_enabled),
        current_version_id=row.current_version_id,
        person=_someone(row, "person"),
        agent=_someone(row, "agent"),
        counter=counter_title(row.counter_number, row.counter_name),
        ticket_id=row.ticket_id,
        ticket_owner=row.ticket_owner,
        calendar=of_row(row),
        issuer=issuer_of(act, row),
    )


def counter_title(number: str | None, name: str | None) -> str:
    """The counter as people call it: 1号窗口, or the name it was given; "" for none."""
    return name or (f"{number}号窗口" if number else "")


def _someone(row: Any, role: str) -> Someone | None:
    found = [getattr(row, f"{role}_{name}") for name in _SOMEONE]
    return None if found[0] is None else Someone(*found)
