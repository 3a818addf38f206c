"""What a spreadsheet would change in a catalogue: new, changed, unchanged, gone."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from db.catalogue.rows import Standing
from db.catalogue.rules import Difference, ItemContent, differences


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item that would say something else."""

    before: ItemContent
    after: ItemContent
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What an import would do; `gone` are the items the spreadsheet does not have."""

    new: tuple[ItemContent, ...]
    changed: tuple[ItemChange, ...]
    unchanged: tuple[ItemContent, ...]
    gone: tuple[ItemContent, ...]


def compare(there: Mapping[str, ItemContent], rows: Iterable[ItemContent]) -> Comparison:
    """Put the rows beside the catalogue, by code."""
    new: list[ItemContent] = []
    changed: list[ItemChange] = []
    unchanged: list[ItemContent] = []
    coming: set[str] = set()
    for row in rows:
        coming.add(row.local_code)
        known = there.get(row.local_code)
        if known is None:
            new.append(row)
        elif known == row:
            unchanged.append(row)
        else:
            changed.append(ItemChange(known, row, differences(known, row)))
    gone = tuple(content for code, content in there.items() if code not in coming)
    return Comparison(tuple(new), tuple(changed), tuple(unchanged), gone)


def fingerprint(there: Mapping[str, Standing]) -> str:
    """A mark of the catalogue's state: another one when any item was added or edited."""
    digest = hashlib.sha256()
    for code in sorted(there):
        known = there[code]
        version: UUID = known.version_id
        digest.update(f"{code}\0{known.version}\0{version}\n".encode())
    return digest.hexdigest()
