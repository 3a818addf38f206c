"""The catalogue in memory, ready to be searched at every key stroke: items and the proofs that must not be issued.

Made in a worker (`load`), then only read; a change of the catalogue makes a new one, of what is known and what changed.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from db.catalogue.queries import items, uses
from db.catalogue.rows import ItemRow, UseRow
from db.catalogue.search import LIMIT, Entry, Hit, Index, usage_boost
from db.catalogue.starter import Proof, forbidden_proofs

OTHERS = 0.4
"""How much the use by colleagues counts against one's own."""


@dataclass(frozen=True, slots=True)
class Found:
    """A result: an item or a forbidden proof, and why it was found when that was not its name."""

    row: ItemRow | Proof
    why: str

    @property
    def refused(self) -> bool:
        """Whether this is a proof that must not be issued."""
        return isinstance(self.row, Proof)


class Shelf:
    """Items, proofs, their index, and what use has done to their order."""

    def __init__(self, rows: Iterable[ItemRow], proofs: Iterable[Proof], used: Iterable[UseRow], now: datetime) -> None:
        self.items = tuple(sorted(rows, key=lambda row: row.code))
        self.proofs = tuple(proofs)
        self.by_id: dict[UUID, ItemRow] = {row.id: row for row in self.items}
        self._rows: dict[Hashable, ItemRow | Proof] = {row.id: row for row in self.items}
        self._rows.update((proof.name, proof) for proof in self.proofs)
        self.boosts: Mapping[Hashable, float] = boosts(used, now)
        self._index = Index([*map(_entry, self.items), *map(_proof_entry, self.proofs)])

    def find(self, query: str, limit: int = LIMIT) -> list[Found]:
        """The best rows for what was typed so far; for nothing typed the most used items first, the proofs last."""
        return [Found(self._rows[hit.key], hit.why) for hit in self.hits(query, limit)]

    def hits(self, query: str, limit: int = LIMIT) -> list[Hit]:
        """As `find`, with keys and scores."""
        return self._index.find(query, self.boosts, limit)

    def used(self, use: Iterable[UseRow], now: datetime) -> None:
        """Take in new use counts; the index stays as it is."""
        self.boosts = boosts(use, now)


def load(session: Session, centre_id: UUID, staff_id: UUID, now: datetime) -> Shelf:
    """A query: the catalogue of a centre as one of its people searches it."""
    return Shelf(items(session, centre_id), forbidden_proofs(), uses(session, centre_id, staff_id), now)


def follow(session: Session, centre_id: UUID, known: Shelf, moved: Collection[UUID], now: datetime) -> Shelf:
    """A query: what is known, with these items as they are now; one that is gone is left out. Nothing else is read."""
    kept = [row for row in known.items if row.id not in moved]
    made = Shelf([*kept, *items(session, centre_id, moved)], known.proofs, (), now)
    made.boosts = known.boosts
    return made


def boosts(used: Iterable[UseRow], now: datetime) -> dict[Hashable, float]:
    """How far each used item is moved up, 0 to 1."""
    moved: dict[Hashable, float] = {}
    for use in used:
        days = (now - use.last_at).total_seconds() / 86_400
        boost = usage_boost(use.uses, days) * (1.0 if use.own else OTHERS)
        moved[use.item_id] = max(boost, moved.get(use.item_id, 0.0))
    return moved


def _entry(row: ItemRow) -> Entry:
    return Entry(
        key=row.id,
        name=row.name,
        reading=row.reading,
        aliases=row.aliases,
        alias_readings=row.alias_readings,
        codes=row.codes,
        context=(*_parts(row.department), row.category, row.service_object),
        materials=row.materials,
        enabled=row.enabled,
    )


def _parts(department: str) -> tuple[str, ...]:
    return (department, *department.split("/")) if "/" in department else (department,)


def _proof_entry(proof: Proof) -> Entry:
    return Entry(key=proof.name, name=proof.name, aliases=proof.aliases)
