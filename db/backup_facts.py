"""What is known of a backup."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Report = Callable[[int, int, str], None]
"""Progress: done, total, text; may raise to stop."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was reopened and found good. `journal` is the number of its newest journal entries, all centres."""

    file: Path
    size: int
    schema: str
    centres: tuple[str, ...]
    journal: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: the database now, and where the one before it lies (None when there was none)."""

    backup: Backup
    kept_aside: Path | None


def silent(_done: int, _total: int, _text: str) -> None:
    """Progress that nobody watches."""
