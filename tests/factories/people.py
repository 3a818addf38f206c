"""Made-up people: region codes with order codes nobody was given."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from stdnum.cn import ric

from db.people.actions import keep_person
from db.people.rules import IdType, PersonDetails, PersonField

if TYPE_CHECKING:
    from tests.factories.stage import Example, Stage


def made_up_id(region: str = "350304", born: str = "19580312", order: str = "022") -> str:
    """An ID number with the right check digit."""
    body = f"{region}{born}{order}"
    return body + ric.calc_check_digit(body + "0")


def details(name: str = "吴·秀英", **given: str) -> PersonDetails:
    """A woman of 68 with a phone and an address."""
    return PersonDetails(
        name=name,
        id_type=IdType(given.get("id_type", IdType.RESIDENT)),
        id_number=given.get("id_number", made_up_id()),
        phone=given.get("phone", "13800000000"),
        address=given.get("address", "福建省莆田市荔城区镇海街道梅峰路18号"),
    )


def make_person(stage: Stage, **given: str) -> UUID:
    """A person of the stage's centre."""
    kept: UUID = stage.run(keep_person, details=details(**given))
    return kept


EXAMPLES: dict[str, Example] = {
    "person.keep": lambda stage: {"details": details()},
    "person.edit": lambda stage: {
        "person_id": make_person(stage),
        "version": 1,
        "details": details(phone="13900000000"),
    },
    "person.update": lambda stage: {"person_id": make_person(stage), "phone": "13911112222"},
    "person.unmask": lambda stage: {"person_id": make_person(stage), "field": PersonField.ID, "reason": "核对取件人"},
}
