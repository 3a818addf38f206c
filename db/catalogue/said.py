"""What a version of an item says, kept in memory once it was read: a version never changes, what changes is a new one."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from db.base import table_of
from db.catalogue.models import ItemMaterial, ItemVersion
from db.catalogue.rules import Material
from db.prepared import Prepared

MOST = 2000
"""Versions kept, a process; some kilobytes each."""

_VERSION, _PAPER = table_of(ItemVersion), table_of(ItemMaterial)


@dataclass(frozen=True, slots=True)
class Said:
    """A version as cases need it; the fields are those of `ItemVersion`."""

    id: UUID
    item_id: UUID
    name: str
    department: str
    item_type: str
    service_object: str
    role: str
    case_type: str
    promise_limit: int | None
    promise_unit: str
    legal_limit: int | None
    legal_unit: str
    limit_confirmed: bool
    fee: str
    basis: str
    conditions: str
    process: str
    result: str
    phone: str
    complaint_phone: str
    visits: int | None
    forward_to: str
    seal_delegated: bool
    materials: tuple[Material, ...]


_OF_VERSION = (_VERSION.c.centre_id == bindparam("of_centre"), _VERSION.c.id == bindparam("of_version"))
_READ = Prepared(select(*(_VERSION.c[name] for name in Said.__slots__ if name != "materials")).where(*_OF_VERSION))
_PAPERS = Prepared(
    select(_PAPER.c.name, _PAPER.c.necessity, _PAPER.c.form, _PAPER.c.copies, _PAPER.c.source, _PAPER.c.note)
    .where(_PAPER.c.centre_id == bindparam("of_centre"), _PAPER.c.item_version_id == bindparam("of_version"))
    .order_by(_PAPER.c.position)
)
_kept: dict[tuple[UUID, UUID], Said] = {}


def recalled(centre_id: UUID, version_id: UUID) -> Said | None:
    """What a version says, when this process has read it before."""
    return _kept.get((centre_id, version_id))


def said(where: Session | Connection, centre_id: UUID, version_id: UUID) -> Said | None:
    """What a version of the centre's catalogue says, None when there is none of this id. Whether it still holds is
    another question: `Item.current_version_id`."""
    found = _kept.get((centre_id, version_id))
    if found is not None:
        return found
    given = {"of_centre": centre_id, "of_version": version_id}
    row: Any = _READ.row(where, given)
    if row is None:
        return None
    papers = tuple(Material(*paper) for paper in _PAPERS.rows(where, given))
    found = Said(**row._asdict(), materials=papers)
    if len(_kept) >= MOST:
        _kept.clear()
    _kept[centre_id, version_id] = found
    return found
