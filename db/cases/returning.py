"""What a returning person has been here for, and which of their papers need not be brought again. Queries only."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.cases.models import Case, CaseMaterial
from db.cases.status import MaterialState, Outcome, Status

ORIGINAL = "原件"
"""Form of a paper that is shown and handed back: nothing of it stays here, so it cannot be reused."""


@dataclass(frozen=True, slots=True)
class EarlierCase:
    """A line of what somebody has been here for."""

    id: UUID
    number: str
    item_id: UUID
    item_name: str
    status: Status
    outcome: Outcome
    received_at: datetime
    due_on: date | None


@dataclass(frozen=True, slots=True)
class ReusablePaper:
    """A paper that is already in the hall's files: where it came from and when."""

    material_id: UUID
    name: str
    form: str
    pages: int
    case_number: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Return:
    """A person's earlier visits, newest first."""

    cases: tuple[EarlierCase, ...]
    papers: tuple[ReusablePaper, ...]


def history(session: Session, centre_id: UUID, person_id: UUID, since: datetime, most: int = 6) -> Return:
    """Earlier cases of an applicant, and their applicant's own papers found good since an instant.

    Of papers with the same name only the newest is offered.
    """
    return Return(
        earlier_cases(session, centre_id, person_id, most), reusable_papers(session, centre_id, person_id, since)
    )


def earlier_cases(session: Session, centre_id: UUID, person_id: UUID, most: int) -> tuple[EarlierCase, ...]:
    """The newest cases of which somebody was applicant."""
    rows = session.scalars(
        select(Case)
        .where(Case.centre_id == centre_id, Case.person_id == person_id)
        .order_by(Case.received_at.desc(), Case.id.desc())
        .limit(most)
    )
    return tuple(
        EarlierCase(
            row.id, row.number, row.item_id, row.item_name, Status(row.status), Outcome(row.outcome),
            row.received_at, row.due_on,
        )
        for row in rows
    )  # fmt: skip


def reusable_papers(session: Session, centre_id: UUID, person_id: UUID, since: datetime) -> tuple[ReusablePaper, ...]:
    """Papers found 合格 on the applicant's own cases since an instant, that stayed in the files."""
    rows = session.execute(
        select(CaseMaterial, Case.number, Case.received_at)
        .join(Case, Case.id == CaseMaterial.case_id)
        .where(Case.centre_id == centre_id, Case.person_id == person_id, Case.received_at >= since)
        .where(CaseMaterial.centre_id == centre_id, CaseMaterial.state == MaterialState.OK)
        .where(Case.status != Status.WITHDRAWN)
        .where(CaseMaterial.form != ORIGINAL)
        .order_by(Case.received_at.desc(), Case.id.desc(), CaseMaterial.position)
        .limit(200)
    )
    newest: dict[str, ReusablePaper] = {}
    for material, number, received_at in rows:
        newest.setdefault(
            material.name,
            ReusablePaper(
                material.id, material.name, material.form, material.pages, number, material.received_at or received_at
            ),
        )
    return tuple(newest.values())
