"""An item as its papers need it (一次性告知书 before anything is filed)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from db.catalogue.queries import item
from db.catalogue.rules import ItemContent, limit_text
from db.catalogue.said import Said
from db.receipts.compose import compose_notice
from db.receipts.content import ItemFacts, MaterialFacts, PaperContent
from db.receipts.queries import centre_facts


def notice(session: Session, centre_id: UUID, item_id: UUID, issued_at: datetime) -> PaperContent:
    """A query: the 一次性告知书 of an item as it stands now: basis, conditions, process, limits, every material.

    Raises:
        RuleBroken: there is no such item in this centre.
    """
    content = item(session, centre_id, item_id).content
    return compose_notice(
        centre_facts(session, centre_id), item_facts(content.local_code, content), material_facts(content), issued_at
    )


def item_facts(code: str, content: ItemContent | Said) -> ItemFacts:
    """What papers say of an item, or of the version a case was accepted under; unconfirmed limits are not printed."""
    return ItemFacts(
        code=code,
        name=content.name,
        department=content.department,
        item_type=content.item_type,
        service_object=content.service_object,
        case_type=content.case_type,
        legal_limit=limit_text(content.legal_limit, content.legal_unit),
        promise_limit=limit_text(content.promise_limit, content.promise_unit),
        fee=content.fee,
        basis=content.basis,
        conditions=content.conditions,
        process=content.process,
        result=content.result,
        phone=content.phone,
        complaint_phone=content.complaint_phone,
        role=content.role,
        visits=f"{content.visits} 次" if content.visits is not None else "",
        limit_confirmed=content.limit_confirmed,
    )


def material_facts(content: ItemContent) -> tuple[MaterialFacts, ...]:
    """The materials as papers list them, nobody having looked at any."""
    return tuple(
        MaterialFacts(
            name=material.name,
            necessity=material.necessity,
            form=material.form,
            copies=material.copies,
            source=material.source,
            note=material.note,
        )
        for material in content.materials
    )
