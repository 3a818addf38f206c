"""A case as its papers need it, read from the rows of the hall."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from db.cases.around import Around, counter_title
from db.cases.record import CaseFile, CasePaper
from db.catalogue.facts import item_facts
from db.catalogue.said import Said
from db.centre.models import Counter
from db.people.rules import ID_TITLES, IdType
from db.receipts.content import CaseFacts, MaterialFacts
from db.staff.models import Staff


def material_facts(material: CasePaper) -> MaterialFacts:
    """One line of the checklist as it is printed."""
    return MaterialFacts(
        name=material.name,
        necessity=str(material.necessity),
        form=material.form,
        copies=material.copies,
        pages=material.pages,
        source=material.source,
        note=material.note,
        status=str(material.state),
        opinion=material.opinion,
        due=material.due_on,
    )


def case_facts(
    case: CaseFile, materials: Sequence[CasePaper], item: Said, around: Around, *, handled_by: str, **more: Any
) -> CaseFacts:
    """Everything a paper of this case can say; `more` overrides or adds (reason, basis, special …)."""
    person, agent = around.person, around.agent
    assert person is not None  # a foreign key holds it
    base: dict[str, Any] = {
        "number": case.number,
        "query_code": case.query_code,
        "applicant": case.applicant,
        "id_type": _id_title(person.id_type),
        "id_masked": person.id_masked,
        "phone_masked": person.phone_masked,
        "agent": agent.name if agent else "",
        "agent_relation": case.agent_relation,
        "agent_id_type": _id_title(agent.id_type) if agent else "",
        "agent_id_masked": agent.id_masked if agent else "",
        "agent_phone_masked": agent.phone_masked if agent else "",
        "item": item_facts(around.item_code, item),
        "materials": tuple(material_facts(each) for each in materials),
        "received_at": case.received_at,
        "accepted_on": case.accepted_on,
        "due_on": case.due_on,
        "handled_by": handled_by,
        "counter": around.counter,
        "agency": case.agency,
        "result_number": case.result_number,
        "extra": _external(case),
    }
    return CaseFacts(**(base | more))


def counter_name(session: Session, counter_id: UUID | None) -> str:
    """The counter as people call it: 1号窗口, or the name it was given."""
    counter = session.get(Counter, counter_id) if counter_id else None
    return counter_title(counter.number, counter.name) if counter else ""


def staff_name(session: Session, staff_id: UUID | None) -> str:
    """The name of somebody who works here."""
    found = session.get(Staff, staff_id) if staff_id else None
    return found.name if found else ""


def _id_title(id_type: str) -> str:
    return ID_TITLES[IdType(id_type)]


def _external(case: CaseFile) -> tuple[tuple[str, str], ...]:
    pairs = (("省网申报号", case.external_number), ("12345工单号", case.hotline_number))
    return tuple((label, value) for label, value in pairs if value)
