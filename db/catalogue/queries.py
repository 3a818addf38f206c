"""What can be asked of the catalogue."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from db.catalogue.models import Item, ItemMaterial, ItemUse, ItemVersion
from db.catalogue.rows import ItemDetail, ItemRow, Standing, UseRow, VersionRow
from db.catalogue.rules import ItemContent, Material, differences, split_aliases
from db.errors import RuleBroken
from db.staff.models import Staff

VERSIONED = tuple(
    field.name for field in fields(ItemContent) if field.name not in ("local_code", "aliases", "materials")
)
"""Fields of `ItemContent` that are columns of `ItemVersion`."""

_LISTED = (
    Item.id, Item.current_version_id, Item.version, Item.enabled, Item.local_code, Item.aliases, Item.aliases_pinyin,
    ItemVersion.number, ItemVersion.name, ItemVersion.department, ItemVersion.delegating_department,
    ItemVersion.category, ItemVersion.item_type, ItemVersion.service_object, ItemVersion.role, ItemVersion.case_type,
    ItemVersion.promise_limit, ItemVersion.promise_unit, ItemVersion.limit_confirmed, ItemVersion.basic_code,
    ItemVersion.implementation_code, ItemVersion.business_code, ItemVersion.pinyin,
)  # fmt: skip


def items(session: Session, centre_id: UUID, only: Iterable[UUID] | None = None) -> tuple[ItemRow, ...]:
    """The items of the centre in their current version, by code: three columns' worth of searching and listing.

    Args:
        session: the hall.
        centre_id: the centre.
        only: these items; None: every one.
    """
    which = [Item.centre_id == centre_id, *([] if only is None else [Item.id.in_(list(only))])]
    rows = session.execute(
        select(*_LISTED)
        .join(ItemVersion, ItemVersion.id == Item.current_version_id)
        .where(*which)
        .order_by(Item.local_code)
    ).all()
    papers: dict[UUID, list[str]] = defaultdict(list)
    current = select(Item.current_version_id).where(*which)  # as a set: no index on it is needed
    for version_id, name in session.execute(
        select(ItemMaterial.item_version_id, ItemMaterial.name)
        .where(ItemMaterial.centre_id == centre_id, ItemMaterial.item_version_id.in_(current))
        .order_by(ItemMaterial.item_version_id, ItemMaterial.position)
    ):
        papers[version_id].append(name)
    return tuple(_listed(row, papers) for row in rows)


def _listed(row: Row[*tuple[Any, ...]], papers: Mapping[UUID, Sequence[str]]) -> ItemRow:
    found = row._mapping
    version_id: UUID = found["current_version_id"]
    return ItemRow(
        id=found["id"],
        version_id=version_id,
        version=found["version"],
        number=found["number"],
        enabled=found["enabled"],
        code=found["local_code"],
        name=found["name"],
        aliases=split_aliases(found["aliases"]),
        department=found["department"],
        category=found["category"],
        item_type=found["item_type"],
        service_object=found["service_object"],
        role=found["role"],
        case_type=found["case_type"],
        promise_limit=found["promise_limit"],
        promise_unit=found["promise_unit"],
        limit_confirmed=found["limit_confirmed"],
        codes=(found["local_code"], found["basic_code"], found["implementation_code"], found["business_code"]),
        materials=tuple(papers.get(version_id, ())),
        reading=found["pinyin"],
        alias_readings=tuple(found["aliases_pinyin"].split("\n")),
    )


def item(session: Session, centre_id: UUID, item_id: UUID) -> ItemDetail:
    """An item as it stands now.

    Raises:
        RuleBroken: there is no such item in this centre.
    """
    version_id = session.scalar(select(Item.current_version_id).where(Item.centre_id == centre_id, Item.id == item_id))
    if version_id is None:
        raise RuleBroken("这个事项不在本中心的目录里，请刷新后再试。")
    return item_version(session, centre_id, version_id)


def item_version(session: Session, centre_id: UUID, version_id: UUID) -> ItemDetail:
    """One version of an item, whether current or not: what a case was accepted under.

    Raises:
        RuleBroken: there is no such version in this centre.
    """
    found = session.execute(
        select(Item, ItemVersion, Staff.name)
        .join(Item, Item.id == ItemVersion.item_id)
        .outerjoin(Staff, Staff.id == ItemVersion.created_by)
        .where(ItemVersion.centre_id == centre_id, ItemVersion.id == version_id)
    ).one_or_none()
    if found is None:
        raise RuleBroken("这个事项版本不在本中心的目录里，请刷新后再试。")
    of, version, author = found
    content = contents(session, centre_id, [(of, version)])[version.id]
    return ItemDetail(
        id=of.id,
        version_id=version.id,
        version=of.version,
        number=version.number,
        enabled=of.enabled,
        current=of.current_version_id == version.id,
        content=content,
        created_at=version.created_at,
        created_by=author or "",
    )


def contents(
    session: Session, centre_id: UUID, versions: Iterable[tuple[Item, ItemVersion]]
) -> dict[UUID, ItemContent]:
    """The content of versions, by version id."""
    versions = list(versions)
    papers: dict[UUID, list[Material]] = defaultdict(list)
    ids = [version.id for _, version in versions]
    for start in range(0, len(ids), 500):
        for row in session.scalars(
            select(ItemMaterial)
            .where(ItemMaterial.centre_id == centre_id, ItemMaterial.item_version_id.in_(ids[start : start + 500]))
            .order_by(ItemMaterial.item_version_id, ItemMaterial.position)
        ):
            papers[row.item_version_id].append(
                Material(row.name, row.necessity, row.form, row.copies, row.source, row.note)
            )
    return {
        version.id: ItemContent(
            local_code=of.local_code,
            aliases=split_aliases(of.aliases),
            materials=tuple(papers[version.id]),
            **{name: getattr(version, name) for name in VERSIONED},
        )
        for of, version in versions
    }


def history(session: Session, centre_id: UUID, item_id: UUID) -> tuple[VersionRow, ...]:
    """Every version of an item, newest first, each with what it changed."""
    rows = session.execute(
        select(Item, ItemVersion, Staff.name)
        .join(Item, Item.id == ItemVersion.item_id)
        .outerjoin(Staff, Staff.id == ItemVersion.created_by)
        .where(ItemVersion.centre_id == centre_id, ItemVersion.item_id == item_id)
        .order_by(ItemVersion.number)
    ).all()
    said = contents(session, centre_id, [(of, version) for of, version, _ in rows])
    texts = [said[version.id] for _, version, _ in rows]
    changed = [(), *(differences(before, after) for before, after in pairwise(texts))]
    entries = [
        VersionRow(version.id, version.number, version.name, version.created_at, author or "", changes)
        for (_, version, author), changes in zip(rows, changed, strict=True)
    ]
    return tuple(reversed(entries))


def uses(session: Session, centre_id: UUID, staff_id: UUID) -> tuple[UseRow, ...]:
    """How often items were used in this centre, by `staff_id` and by the others."""
    rows = session.execute(
        select(ItemUse.item_id, ItemUse.staff_id, ItemUse.uses, ItemUse.last_at).where(ItemUse.centre_id == centre_id)
    )
    return tuple(UseRow(item_id, by == staff_id, count, last_at) for item_id, by, count, last_at in rows)


def standing(session: Session, centre_id: UUID) -> dict[str, Standing]:
    """The whole catalogue as an import compares it, by code."""
    rows = session.execute(
        select(Item, ItemVersion)
        .join(ItemVersion, ItemVersion.id == Item.current_version_id)
        .where(Item.centre_id == centre_id)
        .order_by(Item.local_code)
    ).all()
    said = contents(session, centre_id, [(of, version) for of, version in rows])
    return {
        of.local_code: Standing(of.id, of.version, version.id, version.number, of.enabled, said[version.id])
        for of, version in rows
    }
