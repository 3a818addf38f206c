"""What the filters of the case table offer: read from the catalogue and the staff, never by going through the cases."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.catalogue.models import Item, ItemVersion
from db.staff.models import Staff


@dataclass(frozen=True, slots=True)
class Choices:
    """Departments, clerks (id, name) and items (id, name), each in the order in which they are offered."""

    departments: tuple[str, ...]
    clerks: tuple[tuple[UUID, str], ...]
    items: tuple[tuple[UUID, str], ...]


def choices(session: Session, centre_id: UUID) -> Choices:
    """Everything the filters offer."""
    items = session.execute(
        select(Item.id, ItemVersion.name, ItemVersion.department)
        .join(ItemVersion, ItemVersion.id == Item.current_version_id)
        .where(Item.centre_id == centre_id)
        .order_by(ItemVersion.name)
    ).all()
    clerks = session.execute(select(Staff.id, Staff.name).where(Staff.centre_id == centre_id).order_by(Staff.name))
    return Choices(
        departments=tuple(sorted({row.department for row in items if row.department})),
        clerks=tuple((row.id, row.name) for row in clerks),
        items=tuple((row.id, row.name) for row in items),
    )
