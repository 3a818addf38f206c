"""What can be asked of people. Rows are masked; only `reveal` looks behind, after `db.people.actions.unmask`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from db.errors import RuleBroken
from db.people import sealing
from db.people.identity import read_id
from db.people.models import Person
from db.people.rules import IdType, PersonField, PersonKind, Sex, mask_address, read_phone
from db.people.scanned import is_tail
from db.text import code
from db.vault import Vault

MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as the screen may show it. Birthday and sex are read from the number where it tells them."""

    id: UUID
    kind: PersonKind
    name: str
    id_type: IdType
    id_masked: str
    phone_masked: str
    address_masked: str
    birthday: date | None
    sex: Sex | None
    note: str
    version: int


def get_person(session: Session, vault: Vault, centre_id: UUID, person_id: UUID) -> PersonRow | None:
    """One person by id."""
    person = session.scalar(select(Person).where(Person.centre_id == centre_id, Person.id == person_id))
    return None if person is None else _row(vault, person)


def find_by_number(session: Session, vault: Vault, centre_id: UUID, number: str) -> tuple[PersonRow, ...]:
    """Who has this ID number, in any spelling: none, one, or (passports) several."""
    index = sealing.id_index(vault, code(number).replace("-", ""))
    return _rows(session, vault, _of(centre_id).where(Person.id_index == index))


def find_by_phone(session: Session, vault: Vault, centre_id: UUID, phone: str) -> tuple[PersonRow, ...]:
    """Who gave this phone, in any spelling; newest first (families share one)."""
    try:
        index = sealing.phone_index(vault, read_phone(phone).number)
    except RuleBroken:
        return ()
    return _rows(session, vault, _of(centre_id).where(Person.phone_index == index))


def find_by_tail(session: Session, vault: Vault, centre_id: UUID, tail: str) -> tuple[PersonRow, ...]:
    """Whose ID number or phone ends in these four places (what people say at the counter), newest first."""
    end = code(tail)
    if not is_tail(end):
        return ()
    ends = or_(Person.id_masked.endswith(end, autoescape=True), Person.phone_masked.endswith(end, autoescape=True))
    return _rows(session, vault, _of(centre_id).where(ends))


def find_by_name(session: Session, vault: Vault, centre_id: UUID, text: str) -> tuple[PersonRow, ...]:
    """Whose name begins with, or else contains, the text."""
    text = text.strip()
    if not text:
        return ()
    starting = _rows(session, vault, _of(centre_id).where(Person.name.startswith(text, autoescape=True)))
    if len(starting) >= MOST_FOUND:
        return starting
    known = [row.id for row in starting]
    containing = _of(centre_id).where(Person.name.contains(text, autoescape=True), Person.id.not_in(known))
    return starting + _rows(session, vault, containing)[: MOST_FOUND - len(starting)]


def reveal(session: Session, vault: Vault, centre_id: UUID, person_id: UUID, field: PersonField) -> str:
    """The whole number, phone or address. Ask only after `unmask` was journalled."""
    person = session.scalar(select(Person).where(Person.centre_id == centre_id, Person.id == person_id))
    if person is None:
        raise RuleBroken("找不到这个人，可能属于别的中心。")
    return sealing.open_field(vault, field, getattr(person, sealing.column(field)), person.id)


def _of(centre_id: UUID) -> Select[Any]:
    return select(Person).where(Person.centre_id == centre_id)


def _rows(session: Session, vault: Vault, found: Select[Any]) -> tuple[PersonRow, ...]:
    people: Sequence[Person] = session.scalars(found.order_by(Person.id.desc()).limit(MOST_FOUND)).all()
    return tuple(_row(vault, person) for person in people)


def _row(vault: Vault, person: Person) -> PersonRow:
    number = sealing.open_field(vault, PersonField.ID, person.id_sealed, person.id)
    address = sealing.open_field(vault, PersonField.ADDRESS, person.address_sealed, person.id)
    kind = IdType(person.id_type)
    identity = read_id(kind, number, date.max)
    return PersonRow(
        id=person.id,
        kind=PersonKind(person.kind),
        name=person.name,
        id_type=kind,
        id_masked=person.id_masked,
        phone_masked=person.phone_masked,
        address_masked=mask_address(address),
        birthday=identity.birthday,
        sex=identity.sex,
        note=person.note,
        version=person.version,
    )
