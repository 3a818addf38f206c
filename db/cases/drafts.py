"""Unfinished intakes: what a clerk had typed survives a crash of the window, sealed, one per clerk.

A draft is the shadow of a form and not an act: saving it is neither journalled nor counted as an operation. It goes in
the same transaction that makes the case real, so that no intake is offered again after it was accepted.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy import Uuid, bindparam, delete, select
from sqlalchemy.orm import Session

from db.action import Act, Actor
from db.base import table_of
from db.cases.models import IntakeDraft
from db.people.rules import PersonDetails
from db.prepared import Prepared
from db.vault import Vault


@dataclass(frozen=True, slots=True)
class DraftPaper:
    """One line of the checklist as it stood; `extra` is a paper that the item does not ask for."""

    name: str
    state: str = ""
    opinion: str = ""
    due: date | None = None
    reused_from: UUID | None = None
    pages: int = 0
    extra: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that had been typed. `person_id` is set where the person was found and not typed.

    `set_aside` are forms of tickets that wait for their person to come back (挂起).
    """

    person: PersonDetails | None = None
    person_id: UUID | None = None
    agent: PersonDetails | None = None
    agent_id: UUID | None = None
    agent_relation: str = ""
    item_id: UUID | None = None
    item_name: str = ""
    papers: tuple[DraftPaper, ...] = ()
    ticket_id: UUID | None = None
    note: str = ""
    set_aside: tuple["Draft", ...] = ()


_DRAFT = table_of(IntakeDraft)
_DROP = Prepared(delete(_DRAFT).where(_DRAFT.c.staff_id == bindparam("of_staff", type_=Uuid())))
EMPTY = Draft()
"""Nothing typed: not worth keeping."""


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft with the time when it was last saved."""

    draft: Draft
    saved_at: datetime


def keep_draft(session: Session, vault: Vault, actor: Actor, draft: Draft, now: datetime) -> None:
    """Save a clerk's draft over the one before (inside `Hall.transaction`)."""
    content = vault.seal_bytes(msgspec.json.encode(draft), "intake_draft", "content", actor.staff_id)
    row = session.get(IntakeDraft, actor.staff_id)
    if row is None:
        session.add(IntakeDraft(staff_id=actor.staff_id, centre_id=actor.centre_id, content=content, saved_at=now))
    else:
        row.content, row.saved_at = content, now


def drop_draft(session: Session, actor: Actor) -> None:
    """Forget a clerk's draft; nothing happens where there is none."""
    _DROP.later(session, {"of_staff": actor.staff_id})


def settle_draft(act: Act) -> None:
    """Forget the draft of whoever acts, in the same transaction: the intake has become a case."""
    _DROP.later(act.connection, {"of_staff": act.actor.staff_id})


def kept_draft(session: Session, vault: Vault, staff_id: UUID) -> KeptDraft | None:
    """The draft that a clerk left, or None. One that cannot be read any more (older program) counts as none."""
    row = session.scalar(select(IntakeDraft).where(IntakeDraft.staff_id == staff_id))
    if row is None:
        return None
    content = vault.open_bytes(row.content, "intake_draft", "content", staff_id)
    try:
        return KeptDraft(msgspec.json.decode(content, type=Draft), row.saved_at)
    except msgspec.ValidationError:
        return None
