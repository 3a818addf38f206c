"""What can be done to the catalogue. Versions are only added: a case keeps the one it was accepted under."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from db.action import Act, action
from db.base import table_of
from db.catalogue.comparison import Comparison, compare, fingerprint
from db.catalogue.models import Item, ItemMaterial, ItemUse, ItemVersion
from db.catalogue.queries import VERSIONED, contents, standing
from db.catalogue.reading import reading
from db.catalogue.rules import ItemContent, clean_aliases, faults, join_aliases, makes_version
from db.catalogue.starter import starter_items
from db.errors import RuleBroken, Stale
from db.ids import new_id
from db.prepared import Prepared
from db.staff.permissions import Permission

STALE = "这个事项刚被别人修改过，请刷新后核对再保存。"
BATCH = 100
"""New items written at once; an import can be stopped between two batches."""
Step = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, in numbers of items."""

    added: int
    changed: int
    unchanged: int
    disabled: int


@action("catalogue.seed", Permission.CATALOGUE_EDIT, "装入起步事项目录")
def seed_starter(act: Act) -> int:
    """Put the starter items that are not there yet into the catalogue; returns how many were added."""
    added = plant(act.session, act.centre_id, starter_items(), now=act.now, by=act.actor.staff_id)
    act.on("centre", act.centre_id)
    for item_id in added:
        act.touch("item", item_id)
    act.note(added=len(added))
    return len(added)


@action("catalogue.add", Permission.CATALOGUE_EDIT, "新增事项")
def add_item(act: Act, *, content: ItemContent) -> UUID:
    """Add an item; returns its id.

    Raises:
        RuleBroken: a field is wrong, or the code is taken.
    """
    _check(content)
    taken = act.session.scalar(
        select(Item.id).where(Item.centre_id == act.centre_id, Item.local_code == content.local_code)
    )
    if taken is not None:
        raise RuleBroken(f"事项编号“{content.local_code}”已经有了，请换一个编号。")
    (item_id,) = _insert(act.session, act.centre_id, [content], act.now, act.actor.staff_id)
    act.on("item", item_id)
    act.note(code=content.local_code, item=content.name)
    return item_id


@action("catalogue.edit", Permission.CATALOGUE_EDIT, "修改事项")
def edit_item(act: Act, *, item_id: UUID, version: int, content: ItemContent) -> int:
    """Change an item to `content`: a new version unless only the 俗称 differ. Returns the number of the content version.

    Raises:
        Stale: somebody changed it since `version` was read.
        RuleBroken: a field is wrong, or the code is another one (a code stays with its item).
    """
    item = _locked(act, item_id, version)
    if content.local_code != item.local_code:
        raise RuleBroken(f"事项编号不能修改（原为“{item.local_code}”）。需要换编号的，请停用后新增。")
    _check(content)
    before = _current(act.session, item)
    number = _change(act.session, item, before, content, act.now, act.actor.staff_id)
    act.on("item", item_id)
    act.note(code=item.local_code, item=content.name, content_version=number)
    return number


@action("catalogue.aliases", Permission.CATALOGUE_EDIT, "修改俗称")
def edit_aliases(act: Act, *, item_id: UUID, version: int, aliases: tuple[str, ...]) -> None:
    """Change the names that people say at the counter; no new version of the item.

    Raises:
        Stale: somebody changed the item since `version` was read.
        RuleBroken: too many, or one too long.
    """
    item = _locked(act, item_id, version)
    kept = clean_aliases(aliases)
    _check(replace(_current(act.session, item), aliases=kept))
    _name(item, kept)
    item.version += 1
    act.on("item", item_id)
    act.note(code=item.local_code, aliases=len(kept))


@action("catalogue.enable", Permission.CATALOGUE_EDIT, "启用或停用事项")
def set_enabled(act: Act, *, item_id: UUID, version: int, enabled: bool) -> None:
    """Offer the item at this centre's counters, or no longer; its cases go on.

    Raises:
        Stale: somebody changed the item since `version` was read.
    """
    item = _locked(act, item_id, version)
    item.enabled = enabled
    item.version += 1
    act.on("item", item_id)
    act.note(code=item.local_code, enabled=enabled)


@action("catalogue.confirm", Permission.CATALOGUE_EDIT, "核对办结时限")
def confirm_limit(
    act: Act,
    *,
    item_id: UUID,
    version: int,
    promise_limit: int | None,
    promise_unit: str,
    legal_limit: int | None,
    legal_unit: str,
) -> int:
    """Vouch for an item's limits (待核 → 已核), as they are given here; from now on promised dates are printed.

    Returns the number of the content version.

    Raises:
        Stale: somebody changed the item since `version` was read.
        RuleBroken: a 承诺件 without a promised limit, or a limit that cannot be.
    """
    item = _locked(act, item_id, version)
    before = _current(act.session, item)
    after = replace(
        before,
        promise_limit=promise_limit,
        promise_unit=promise_unit,
        legal_limit=legal_limit,
        legal_unit=legal_unit,
        limit_confirmed=True,
    )
    _check(after)
    number = _change(act.session, item, before, after, act.now, act.actor.staff_id)
    act.on("item", item_id)
    act.note(code=item.local_code, promise=promise_limit, unit=promise_unit, content_version=number)
    return number


@action("catalogue.import", Permission.CATALOGUE_EDIT, "导入事项目录")
def import_items(
    act: Act,
    *,
    rows: tuple[ItemContent, ...],
    seen: str,
    disable_gone: bool = False,
    step: Step | None = None,
) -> Imported:
    """Make the catalogue say what a spreadsheet says: all of it or nothing.

    `seen` is the `fingerprint` of the catalogue that the preview was made against. `step(done, total, text)` is told how far
    it is and may raise to stop; then nothing was changed.

    Raises:
        Stale: the catalogue has changed since the preview.
        RuleBroken: a row is wrong.
    """
    _hold_all(act)
    there = standing(act.session, act.centre_id)
    if fingerprint(there) != seen:
        raise Stale("预览之后目录又有改动，没有导入。请重新预览，核对后再导入。")
    for content in rows:
        _check(content)
    compared = compare({code: known.content for code, known in there.items()}, rows)
    _apply(act, compared, {known.content.local_code: known.item_id for known in there.values()}, step)
    disabled = 0
    if disable_gone:
        for content in compared.gone:
            disabled += _disable(act, there[content.local_code].item_id)
    act.on("centre", act.centre_id)
    done = Imported(len(compared.new), len(compared.changed), len(compared.unchanged), disabled)
    act.note(added=done.added, changed=done.changed, unchanged=done.unchanged, disabled=done.disabled)
    return done


def _apply(act: Act, compared: Comparison, ids: dict[str, UUID], step: Step | None) -> None:
    total = len(compared.new) + len(compared.changed)
    for done in range(0, len(compared.new), BATCH):
        batch = compared.new[done : done + BATCH]
        if step is not None:
            step(done, total, batch[0].name)
        for item_id in _insert(act.session, act.centre_id, batch, act.now, act.actor.staff_id):
            act.touch("item", item_id)
    for done, change in enumerate(compared.changed, len(compared.new)):
        if step is not None:
            step(done, total, change.after.name)
        item = act.session.get_one(Item, ids[change.after.local_code])
        _change(act.session, item, change.before, change.after, act.now, act.actor.staff_id)
        act.touch("item", item.id)


def _disable(act: Act, item_id: UUID) -> bool:
    item = act.session.get_one(Item, item_id)
    if not item.enabled:
        return False
    item.enabled = False
    item.version += 1
    act.touch("item", item_id)
    return True


def plant(
    session: Session, centre_id: UUID, items: Iterable[ItemContent], *, now: datetime, by: UUID | None
) -> list[UUID]:
    """Add those items whose code is not there yet, in a transaction of the caller; returns their ids. For setting up a hall."""
    there = set(session.scalars(select(Item.local_code).where(Item.centre_id == centre_id)))
    missing = [content for content in items if content.local_code not in there]
    for content in missing:
        _check(content)
    added: list[UUID] = []
    for start in range(0, len(missing), BATCH):
        added += _insert(session, centre_id, missing[start : start + BATCH], now, by)
    return added


def count_use(act: Act, item_id: UUID) -> None:
    """Part of another action that uses an item (taking a ticket, accepting a case): next time it comes earlier."""
    row = {
        "centre_id": act.centre_id,
        "staff_id": act.actor.staff_id,
        "item_id": item_id,
        "uses": 1,
        "last_at": act.now,
    }
    _count_use(act.connection.dialect.name).later(act.connection, row)


@cache
def _count_use(dialect: str) -> Prepared:
    """The dialects are large: only the one in use is imported."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    use = table_of(ItemUse)
    first = insert(use).values({column.name: bindparam(column.name) for column in use.c})
    again = {"uses": use.c.uses + 1, "last_at": first.excluded.last_at}
    return Prepared(first.on_conflict_do_update(index_elements=list(use.primary_key), set_=again))


def _check(content: ItemContent) -> None:
    found = faults(content)
    if found:
        raise RuleBroken(
            f"事项“{content.name or content.local_code}”：" + "".join(fault.sentence for fault in found[:5])
        )


def _locked(act: Act, item_id: UUID, version: int) -> Item:
    item = act.session.scalar(
        select(Item).where(Item.centre_id == act.centre_id, Item.id == item_id).with_for_update(key_share=True)
    )
    if item is None:
        raise RuleBroken("这个事项不在本中心的目录里，请刷新后再试。")
    if item.version != version:
        raise Stale(STALE)
    return item


def _hold_all(act: Act) -> None:
    """Lock the catalogue: of two imports the second looks when the first is done. Clicks only point at items, and go on."""
    rows = select(Item.id).where(Item.centre_id == act.centre_id).order_by(Item.local_code)
    act.session.execute(rows.with_for_update(key_share=True)).all()


def _current(session: Session, item: Item) -> ItemContent:
    version = session.get_one(ItemVersion, item.current_version_id)
    return contents(session, item.centre_id, [(item, version)])[version.id]


def _insert(
    session: Session, centre_id: UUID, items: Sequence[ItemContent], now: datetime, by: UUID | None
) -> list[UUID]:
    """New items with their first versions, in three statements; returns their ids in the same order."""
    rows: list[dict[str, object]] = []
    versions: list[dict[str, object]] = []
    materials: list[dict[str, object]] = []
    for content in items:
        version_id, item_id = new_id(), new_id()
        rows.append(
            {"id": item_id, "centre_id": centre_id, "local_code": content.local_code, "enabled": True, "version": 1}
            | {"current_version_id": version_id, **_names(content.aliases)}
        )
        versions.append(_version_row(version_id, item_id, centre_id, 1, content, now, by))
        materials += _material_rows(version_id, centre_id, content)
    for table, found in ((Item, rows), (ItemVersion, versions), (ItemMaterial, materials)):
        if found:
            session.execute(insert(table), found)
    return [row["id"] for row in rows]  # type: ignore[misc]


def _change(
    session: Session, item: Item, before: ItemContent, after: ItemContent, now: datetime, by: UUID | None
) -> int:
    number = session.get_one(ItemVersion, item.current_version_id).number
    if makes_version(before, after):
        number += 1
        item.current_version_id = _write(session, item, number, after, now, by)
    _name(item, after.aliases)
    item.version += 1
    return number


def _name(item: Item, aliases: tuple[str, ...]) -> None:
    for column, text in _names(aliases).items():
        setattr(item, column, text)


def _names(aliases: tuple[str, ...]) -> dict[str, str]:
    return {"aliases": join_aliases(aliases), "aliases_pinyin": "\n".join(map(reading, clean_aliases(aliases)))}


def _write(session: Session, item: Item, number: int, content: ItemContent, now: datetime, by: UUID | None) -> UUID:
    version_id = new_id()
    session.execute(insert(ItemVersion), [_version_row(version_id, item.id, item.centre_id, number, content, now, by)])
    materials = _material_rows(version_id, item.centre_id, content)
    if materials:
        session.execute(insert(ItemMaterial), materials)
    return version_id


def _version_row(
    version_id: UUID, item_id: UUID, centre_id: UUID, number: int, content: ItemContent, now: datetime, by: UUID | None
) -> dict[str, object]:
    own: dict[str, object] = {name: getattr(content, name) for name in VERSIONED}
    return own | {
        "id": version_id,
        "centre_id": centre_id,
        "item_id": item_id,
        "number": number,
        "pinyin": reading(content.name),
        "created_at": now,
        "created_by": by,
    }


def _material_rows(version_id: UUID, centre_id: UUID, content: ItemContent) -> list[dict[str, object]]:
    return [
        {
            "id": new_id(),
            "centre_id": centre_id,
            "item_version_id": version_id,
            "position": position,
            "name": material.name,
            "necessity": material.necessity,
            "form": material.form,
            "copies": material.copies,
            "source": material.source,
            "note": material.note,
        }
        for position, material in enumerate(content.materials, 1)
    ]
