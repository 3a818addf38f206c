"""Finding somebody while the phone rings: by characters, by pinyin, by initials, by post."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice, product
from uuid import UUID

from sqlalchemy.orm import Session

from db.catalogue.sounding import sounds_of as sounds_of
from db.catalogue.sounding import spoken as spoken
from db.duty.queries import members
from db.duty.rows import MemberRow

MOST_WAYS = 8
"""How many ways to read a name aloud are offered where characters have several."""


@dataclass(frozen=True, slots=True)
class Known:
    """A member with how the name sounds: the readings of each character."""

    row: MemberRow
    sounds: tuple[tuple[str, ...], ...]


def known_members(session: Session, centre_id: UUID) -> tuple[Known, ...]:
    """Everybody who takes turns, ready to be looked for; for a worker (readings take 0.1 ms a name)."""
    return tuple(Known(row, sounds_of(row.name)) for row in members(session, centre_id))


def heard_as(name: str) -> str:
    """A name as it may be typed: “曾敏 zm cm zengmin cengmin”; of rare readings the first few."""
    ways = list(islice(product(*sounds_of(name)), MOST_WAYS))
    initials = ("".join(sound[0] for sound in way) for way in ways)
    return " ".join(dict.fromkeys([name.lower(), *initials, *map("".join, ways)]))


def look_for(known: Iterable[Known], text: str) -> tuple[MemberRow, ...]:
    """Who fits, the best first: the beginning of a name, then its sound, then any part, then post and speciality."""
    sought = "".join(text.split()).lower()
    if not sought:
        return tuple(each.row for each in known)
    ranked = ((_rank(each, sought), each.row) for each in known)
    return tuple(row for rank, row in sorted((pair for pair in ranked if pair[0]), key=lambda pair: pair[0]))


def _rank(each: Known, sought: str) -> int:
    name = each.row.name.lower()
    if name.startswith(sought):
        return 1
    if sought.isascii() and spoken(sought, each.sounds):
        return 2
    if sought in name:
        return 3
    if sought.isascii() and any(spoken(sought, each.sounds[at:]) for at in range(1, len(each.sounds))):
        return 4
    about = (each.row.unit_post, each.row.specialty, *(f"{seat.kind}{seat.body_name}" for seat in each.row.seats))
    return 5 if any(sought in part.lower() for part in about) else 0
