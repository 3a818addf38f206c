"""Borrowers by how they sound: “jmhcd” or “junmenhe” finds 军门合唱队, “lm” whoever has 林敏 as their contact."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.catalogue.reading import search_form
from db.catalogue.sounding import sounds_of, spoken, spoken_inside
from db.rooms.models import Borrower


def sounding(session: Session, centre_id: UUID, text: str, most: int) -> tuple[UUID, ...]:
    """Borrowers of that sound: beginnings of names first, then any part, then the contact. None where it is no letters."""
    letters = search_form(text)
    if not (letters.isascii() and any(char.isalpha() for char in letters)):
        return ()
    known = session.execute(
        select(Borrower.id, Borrower.name, Borrower.contact)
        .where(Borrower.centre_id == centre_id)
        .order_by(Borrower.name, Borrower.id)
    )
    ranked = [(rank, row.id) for row in known if (rank := _rank(letters, row.name, row.contact))]
    return tuple(borrower_id for _, borrower_id in sorted(ranked, key=lambda pair: pair[0])[:most])


def _rank(letters: str, name: str, contact: str) -> int:
    """0: it sounds differently."""
    sounds = sounds_of(name)
    if spoken(letters, sounds):
        return 1
    if spoken_inside(letters, sounds):
        return 2
    return 3 if spoken_inside(letters, sounds_of(contact)) else 0
