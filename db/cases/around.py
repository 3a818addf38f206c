"""What stands around a case and is asked in one question: item, people, counter, ticket, calendar, who issues its papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Date, FromClause, Select, Uuid, and_, bindparam, select, type_coerce

from db.action import Act
from db.base import table_of
from db.calendar.spelled import Spelled, of_row, spelled_columns
from db.cases.models import Case
from db.catalogue.models import Item, ItemVersion
from db.centre.models import Centre, Counter
from db.people.models import Person
from db.prepared import Prepared, Question
from db.receipts.issuing import Issuer, issuer_columns, issuer_of, with_key
from db.tickets.models import Ticket


class Wanted(NamedTuple):
    """Which rows stand around a case; `since` is the first day that its dates may be counted from."""

    of_version: UUID
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


_C, _I, _V, _K, _T = (table_of(each) for each in (Centre, Item, ItemVersion, Counter, Ticket))
_F = table_of(Case)
_P, _A = table_of(Person).alias("applicant"), table_of(Person).alias("agent")
_SOMEONE = Someone.__slots__


def _of(table: Any, row_id: Any) -> Any:
    return and_(table.c.centre_id == _C.c.id, table.c.id == row_id)


def _statement(sources: FromClause, by: Sequence[Any]) -> Select[Any]:
    """The one question; `by` is what the rows of `Wanted` are found by: parameters, or columns of the case."""
    version, person, agent, counter, ticket, since = by
    joined = with_key(
        sources.outerjoin(_V, _of(_V, version))
        .outerjoin(_I, _of(_I, _V.c.item_id))
        .outerjoin(_P, _of(_P, person))
        .outerjoin(_A, _of(_A, agent))
        .outerjoin(_K, _of(_K, counter))
        .outerjoin(_T, _of(_T, ticket))
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
        type_coerce(_T.c.owner_id, Uuid()).label("ticket_owner"),
        *spelled_columns(since),
        *issuer_columns(),
    )
    return select(*columns).select_from(joined).where(_C.c.id == bindparam("of_centre"))


_ids = [bindparam(name, type_=Uuid()) for name in Wanted._fields[:-1]]
_READ = Prepared(_statement(_C, [*_ids, bindparam("since", type_=Date())]))
_case = [
    _F.c[name] for name in ("item_version_id", "person_id", "agent_id", "counter_id", "ticket_id", "business_date")
]
_READ_OF_CASE = Prepared(_statement(_C.join(_F, _of(_F, bindparam("of_case", type_=Uuid()))), _case))


def asking_around(act: Act, wanted: Wanted) -> Question:
    """Everything at once, as a question to be asked together with others; its answer is for `around_of`."""
    return _READ, {"of_centre": act.centre_id, **wanted._asdict()}


def asking_around_case(act: Act, case_id: UUID) -> Question:
    """The same of a case as it is: nothing but its id need be known. No row where the centre has no such case."""
    return _READ_OF_CASE, {"of_centre": act.centre_id, "of_case": case_id}


def around_of(act: Act, row: Any) -> Around:
    """What was found."""
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
