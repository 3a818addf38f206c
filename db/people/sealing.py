"""Where the sealed fields of a person stand, and how equal ones are found."""

from dataclasses import dataclass
from uuid import UUID

from db.people.rules import PersonField, mask_id, mask_phone
from db.vault import Vault

TABLE = "person"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A number as it is stored: sealed, findable, and masked. All empty where there is none."""

    content: bytes | None
    index: bytes | None
    masked: str


def column(field: PersonField) -> str:
    """The column that a sealed value is bound to."""
    return f"{field}_sealed"


def id_index(vault: Vault, number: str) -> bytes:
    """The blind index of an ID number in its one spelling."""
    return vault.blind(number, "person.id")


def phone_index(vault: Vault, number: str) -> bytes:
    """The blind index of a phone in its one spelling."""
    return vault.blind(number, "person.phone")


def seal_id(vault: Vault, number: str, person_id: UUID) -> Sealed:
    """An ID number for a row."""
    if not number:
        return Sealed(None, None, "")
    return Sealed(_seal(vault, PersonField.ID, number, person_id), id_index(vault, number), mask_id(number))


def seal_phone(vault: Vault, number: str, person_id: UUID) -> Sealed:
    """A phone for a row."""
    if not number:
        return Sealed(None, None, "")
    return Sealed(_seal(vault, PersonField.PHONE, number, person_id), phone_index(vault, number), mask_phone(number))


def seal_address(vault: Vault, address: str, person_id: UUID) -> bytes | None:
    """An address for a row; nobody searches by it."""
    return _seal(vault, PersonField.ADDRESS, address, person_id) if address else None


def open_field(vault: Vault, field: PersonField, sealed: bytes | None, person_id: UUID) -> str:
    """The text again, "" where there was none."""
    return vault.open(sealed, TABLE, column(field), person_id) if sealed else ""


def _seal(vault: Vault, field: PersonField, text: str, person_id: UUID) -> bytes:
    return vault.seal(text, TABLE, column(field), person_id)
