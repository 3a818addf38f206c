"""What the catalogue's queries answer with: frozen rows, no database objects."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.catalogue.rules import AT_ONCE, UNCONFIRMED, Difference, ItemContent, limit_text


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as lists show and search it, in its current version."""

    id: UUID
    version_id: UUID
    version: int  # for optimistic edits
    number: int  # of the content version
    enabled: bool
    code: str
    name: str
    aliases: tuple[str, ...]
    department: str
    category: str
    item_type: str
    service_object: str
    role: str
    case_type: str
    promise_limit: int | None
    promise_unit: str
    limit_confirmed: bool
    codes: tuple[str, ...]
    materials: tuple[str, ...]
    reading: str
    alias_readings: tuple[str, ...]

    @property
    def at_once(self) -> bool:
        """Whether the item is done on the spot (即办件)."""
        return self.case_type == AT_ONCE

    @property
    def promise(self) -> str:
        """The promise in a few characters, marked 待核 when it has not been confirmed."""
        if self.at_once:
            return "即办" if self.limit_confirmed else f"即办（{UNCONFIRMED}）"
        text = limit_text(self.promise_limit, self.promise_unit) or "未定"
        return text if self.limit_confirmed else f"{text}（{UNCONFIRMED}）"


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """Everything one version of an item says, and where that version stands."""

    id: UUID
    version_id: UUID
    version: int
    number: int
    enabled: bool
    current: bool
    content: ItemContent
    created_at: datetime
    created_by: str  # name of the account; empty for what came with the program


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One entry of an item's history, newest first: what it changed against the version before."""

    id: UUID
    number: int
    name: str
    created_at: datetime
    created_by: str
    changes: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class UseRow:
    """How often somebody used an item, and when last."""

    item_id: UUID
    own: bool
    uses: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """An item as an import finds it."""

    item_id: UUID
    version: int
    version_id: UUID
    number: int
    enabled: bool
    content: ItemContent
