"""What can be done with people: keep, correct, and look behind the mask."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from db.action import Act, action
from db.clock import business_date
from db.errors import RuleBroken, Stale
from db.ids import new_id
from db.people import record, sealing
from db.people.identity import Identity, read_id
from db.people.record import PersonRecord
from db.people.rules import FIELD_TITLES, IdType, PersonDetails, PersonField, read_phone
from db.records import kept
from db.staff.permissions import Permission
from db.text import ADDRESS, NAME, Field, clean, line

STALE = "这个人的资料刚被别人修改过，请核对后再改。"
_ORGANISATION_NAME = Field("单位名称", 200, required=True)


@dataclass(frozen=True, slots=True)
class _Read:
    """Details that passed the boundary."""

    name: str
    identity: Identity
    phone: str
    address: str
    note: str


@action("person.keep", Permission.PERSON_EDIT, "登记服务对象")
def keep_person(act: Act, *, details: PersonDetails) -> UUID:
    """The person with these details: found by ID number (without one, by name and phone), or made.

    What is given and differs is brought up to date; what is not given stays as it was. Two counters that register the
    same number at the same moment get the same person.

    Raises:
        RuleBroken: a name, number, phone or address that cannot be right.
    """
    read = _read(act, details)
    person = _find(act, read)
    if person is None:
        person = _make(act, read)
        act.note(created=True, id_type=str(read.identity.type))
    else:
        changed = _update(act, person, read)
        act.note(created=False, changed=",".join(changed) or None)
    act.on("person", person.id)
    return person.id


@action("person.edit", Permission.PERSON_EDIT, "修改服务对象")
def edit_person(act: Act, *, person_id: UUID, version: int, details: PersonDetails) -> int:
    """Replace what is known of a person by `details`, empty fields too; returns the new version.

    Raises:
        Stale: somebody else changed it first.
        RuleBroken: as `keep_person`, or the number belongs to somebody else.
    """
    person = _get(act, person_id)
    if person.version != version:
        raise Stale(STALE)
    read = _read(act, details)
    other = _same_number(act, read) if read.identity.number else None
    if other is not None and other.id != person.id:
        raise RuleBroken(f"这个证件号码已登记在“{other.name}”名下，请核对是哪一位。")
    changed = _changes(person, _opened(act, person), read)
    before = kept(person)
    _fill(act, person, read)
    person.version += 1
    record.write(act, person, before)
    act.on("person", person.id)
    act.note(changed=",".join(changed) or None)
    return person.version


@action("person.update", Permission.PERSON_EDIT, "补充联系方式")
def update_person(
    act: Act, *, person_id: UUID, name: str = "", phone: str = "", address: str = "", version: int | None = None
) -> UUID:
    """Bring somebody who was found up to date; what is left empty stays as it was.

    Raises:
        Stale: somebody else changed it since `version` was read (None: does not matter).
    """
    person = _get(act, person_id)
    if version is not None and person.version != version:
        raise Stale(STALE)
    known = _opened(act, person)
    identity = Identity(IdType(person.id_type), known[PersonField.ID])
    label = _ORGANISATION_NAME if identity.type is IdType.CREDIT_CODE else NAME
    kept_name = clean(name, label).text if name.strip() else person.name
    kept_address = clean(address, ADDRESS).text
    changed = _update(act, person, _Read(kept_name, identity, read_phone(phone).number, kept_address, ""))
    act.on("person", person.id)
    act.note(changed=",".join(changed) or None)
    return person.id


@action("person.unmask", Permission.PERSON_UNMASK, "查看完整信息")
def unmask(act: Act, *, person_id: UUID, field: PersonField, reason: str) -> bool:
    """Leave in the journal who looks behind a mask and why; `db.people.queries.reveal` then shows it.

    False where there is nothing behind the mask.

    Raises:
        RuleBroken: no reason was given.
    """
    field = PersonField(field)
    why = line(reason, "查看原因", 100, required=True)
    person = _get(act, person_id)
    act.on("person", person.id)
    act.note(field=FIELD_TITLES[field], reason=why)
    return getattr(person, sealing.column(field)) is not None


def _read(act: Act, details: PersonDetails) -> _Read:
    kind = IdType(details.id_type)
    identity = read_id(kind, details.id_number, business_date(act.now))
    label = _ORGANISATION_NAME if kind is IdType.CREDIT_CODE else NAME
    return _Read(
        name=clean(details.name, label).text,
        identity=identity,
        phone=read_phone(details.phone).number,
        address=clean(details.address, ADDRESS).text,
        note=line(details.note, "备注"),
    )


def _find(act: Act, read: _Read) -> PersonRecord | None:
    if read.identity.number:
        return _same_number(act, read)
    if not read.phone:
        return None
    index = sealing.phone_index(act.vault, read.phone)
    record.hold(act.connection, act.centre_id, index)
    return record.by_phone(act, index, read.name)


def _same_number(act: Act, read: _Read) -> PersonRecord | None:
    """Passports of two countries may share a number: there the name decides."""
    index = sealing.id_index(act.vault, read.identity.number)
    record.hold(act.connection, act.centre_id, index)
    kind = read.identity.type
    return record.by_number(act, index, kind, read.name if kind is IdType.PASSPORT else None)


def _make(act: Act, read: _Read) -> PersonRecord:
    person = PersonRecord(new_id(), act.centre_id, act.now, version=1)
    _fill(act, person, read)
    record.add(act, person)
    return person


def _update(act: Act, person: PersonRecord, read: _Read) -> list[str]:
    """Take over what was given anew; an empty field is not a wish to forget."""
    known = _opened(act, person)
    wanted = _Read(
        name=read.name,
        identity=read.identity,
        phone=read.phone or known[PersonField.PHONE],
        address=read.address or known[PersonField.ADDRESS],
        note=read.note or person.note,
    )
    changed = _changes(person, known, wanted)
    if changed:
        before = kept(person)
        _fill(act, person, wanted)
        person.version += 1
        record.write(act, person, before)
    return changed


def _changes(person: PersonRecord, known: Mapping[PersonField, str], wanted: _Read) -> list[str]:
    """Titles of the fields that differ from what is `known`; titles only, for the journal."""
    pairs = {
        "姓名": (person.name, wanted.name),
        "证件种类": (person.id_type, str(wanted.identity.type)),
        "证件号码": (known[PersonField.ID], wanted.identity.number),
        "电话": (known[PersonField.PHONE], wanted.phone),
        "住址": (known[PersonField.ADDRESS], wanted.address),
        "备注": (person.note, wanted.note),
    }
    return [title for title, (old, new) in pairs.items() if old != new]


def _opened(act: Act, person: PersonRecord) -> dict[PersonField, str]:
    return {
        field: sealing.open_field(act.vault, field, getattr(person, sealing.column(field)), person.id)
        for field in PersonField
    }


def _fill(act: Act, person: PersonRecord, read: _Read) -> None:
    number = sealing.seal_id(act.vault, read.identity.number, person.id)
    phone = sealing.seal_phone(act.vault, read.phone, person.id)
    person.kind = read.identity.kind
    person.name = read.name
    person.id_type = read.identity.type
    person.id_sealed, person.id_index, person.id_masked = number.content, number.index, number.masked
    person.phone_sealed, person.phone_index, person.phone_masked = phone.content, phone.index, phone.masked
    person.address_sealed = sealing.seal_address(act.vault, read.address, person.id)
    person.note = read.note


def _get(act: Act, person_id: UUID) -> PersonRecord:
    person = record.by_id(act, person_id)
    if person is None:
        raise RuleBroken("找不到这个人，可能属于别的中心。")
    return person
