"""A person as plain values inside a transaction: found, locked and written without the ORM."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Connection, Select, Uuid, bindparam, func, select

from db.action import Act
from db.base import table_of
from db.people.models import Person
from db.people.rules import IdType
from db.prepared import Prepared
from db.records import Kept, change, values
from db.texts import Given

_PERSON = table_of(Person)


@dataclass(slots=True)
class PersonRecord:
    """A row of `person`."""

    id: UUID
    centre_id: UUID
    created_at: datetime
    version: int
    kind: str = ""
    name: str = ""
    id_type: str = ""
    id_sealed: bytes | None = None
    id_index: bytes | None = None
    id_masked: str = ""
    phone_sealed: bytes | None = None
    phone_index: bytes | None = None
    phone_masked: str = ""
    address_sealed: bytes | None = None
    note: str = ""


_all: Select[Any] = select(*(_PERSON.c[name] for name in PersonRecord.__slots__)).where(
    _PERSON.c.centre_id == bindparam("of_centre", type_=Uuid())
)
_BY_ID = Prepared(_all.where(_PERSON.c.id == bindparam("of_id")).with_for_update())
_same_number = _all.where(_PERSON.c.id_index == bindparam("index"), _PERSON.c.id_type == bindparam("id_type"))
_BY_NUMBER = Prepared(_same_number.order_by(_PERSON.c.id).limit(1).with_for_update())
_BY_NUMBER_AND_NAME = Prepared(
    _same_number.where(_PERSON.c.name == bindparam("name")).order_by(_PERSON.c.id).limit(1).with_for_update()
)
_BY_PHONE = Prepared(
    _all.where(_PERSON.c.phone_index == bindparam("index"), _PERSON.c.id_type == bindparam("id_type"))
    .where(_PERSON.c.name == bindparam("name"))
    .order_by(_PERSON.c.id)
    .limit(1)
    .with_for_update()
)
_HOLD = Prepared(select(func.pg_advisory_xact_lock(bindparam("number", type_=BigInteger()))))


def by_id(act: Act, person_id: UUID) -> PersonRecord | None:
    """The person, locked; None when the centre has none of this id."""
    return _found(_BY_ID, act, {"of_id": person_id})


def by_number(act: Act, index: bytes, id_type: IdType, name: str | None = None) -> PersonRecord | None:
    """Who has this ID number, locked; with `name`, only if it is theirs too."""
    given = {"index": index, "id_type": str(id_type)}
    if name is None:
        return _found(_BY_NUMBER, act, given)
    return _found(_BY_NUMBER_AND_NAME, act, given | {"name": name})


def by_phone(act: Act, index: bytes, name: str) -> PersonRecord | None:
    """Who was registered without a document under this name and phone, locked."""
    return _found(_BY_PHONE, act, {"index": index, "id_type": str(IdType.NONE), "name": name})


def hold(connection: Connection, centre_id: UUID, index: bytes) -> None:
    """Until the transaction ends nobody else makes a person of this number (the embedded database has one writer)."""
    if connection.dialect.name == "postgresql":
        _HOLD.later(connection, {"number": int.from_bytes(centre_id.bytes[-4:] + index[:4], signed=True)})


def add(act: Act, person: PersonRecord) -> None:
    """Write a new person; what is asked next finds them."""
    act.put(_PERSON, values(person))
    act.flush()


def write(act: Act, person: PersonRecord, before: Kept) -> None:
    """Write what changed of a person."""
    change(act.connection, _PERSON, person, before)


def _found(statement: Prepared, act: Act, given: Given) -> PersonRecord | None:
    row = statement.row(act.connection, {"of_centre": act.centre_id, **given})
    return None if row is None else PersonRecord(*row)
