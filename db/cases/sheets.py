"""One case with everything that belongs to it: facts, checklist, timeline, pauses, papers, and what can be done next."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.cases import ledger
from db.cases.facts import counter_name, staff_name
from db.cases.listing import CaseRow, rows_of
from db.cases.machine import Rectify, moves, rectify_refusal
from db.cases.models import Case, CaseEvent, CasePause
from db.cases.record import CasePaper, case_file, checklist
from db.cases.status import SIDE_TITLES, VERB_TITLES, Clock, MaterialState, Necessity, Status, Verb
from db.cases.terms import finished_late
from db.catalogue.models import Item
from db.catalogue.said import said
from db.clock import business_date
from db.people.models import Person
from db.people.rules import ID_TITLES, IdType
from db.receipts.queries import ReceiptRow, receipts_of_case


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """One paper of the checklist."""

    position: int
    name: str
    necessity: Necessity
    form: str
    copies: int
    pages: int
    state: MaterialState
    opinion: str
    told: bool
    due_on: date | None
    received_at: datetime | None
    reused: bool


@dataclass(frozen=True, slots=True)
class EventRow:
    """One step of the timeline. `title` is the word of the field for it."""

    at: datetime
    title: str
    move: str
    staff_name: str
    status: Status
    clock: Clock
    due_on: date | None
    reason: str
    detail: str
    receipt_id: UUID | None


@dataclass(frozen=True, slots=True)
class PauseRow:
    """A stretch in which the clock stood still; `ended_on` is None while it does."""

    kind: str
    reason: str
    started_on: date
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """A case as the detail shows it; ID and phone are masked."""

    row: CaseRow
    item_id: UUID
    item_version_id: UUID
    item_code: str
    item_role: str
    case_type: str
    forward_to: str
    result: str
    person_id: UUID
    id_type: str
    id_masked: str
    phone_masked: str
    agent_id: UUID | None
    agent: str
    agent_relation: str
    query_code: str
    accepted_on: date | None
    finished_at: datetime | None
    delivered_at: datetime | None
    finished_late: bool
    notice_due: date | None
    told_at: datetime | None
    tolerant: bool
    owner: str
    proxy: str
    proxy_step: str
    counter: str
    result_number: str
    external_number: str
    hotline_number: str
    note: str
    materials: tuple[MaterialRow, ...]
    events: tuple[EventRow, ...]
    pauses: tuple[PauseRow, ...]
    papers: tuple[ReceiptRow, ...]
    moves: tuple[tuple[Verb, str], ...]
    rectifications: tuple[tuple[Rectify, str], ...]
    visits: int


def sheet(session: Session, centre_id: UUID, case_id: UUID, today: date) -> CaseSheet | None:
    """The case with this id; None when the centre has none."""
    case = case_file(session, centre_id, case_id)
    if case is None:
        return None
    (row,) = rows_of(session, centre_id, [case.id], today)
    item = said(session, centre_id, case.item_version_id)
    assert item is not None  # a foreign key holds it
    person = session.get_one(Person, case.person_id)
    agent = session.get(Person, case.agent_id) if case.agent_id else None
    materials, _ = checklist(session, centre_id, case_id)
    state = ledger.state_of(case, materials, own=ledger.rule_of(item).accepts)
    return CaseSheet(
        row=row,
        item_id=case.item_id,
        item_version_id=item.id,
        item_code=session.scalars(select(Item.local_code).where(Item.id == case.item_id)).one(),
        item_role=item.role,
        case_type=item.case_type,
        forward_to=item.forward_to,
        result=item.result,
        person_id=person.id,
        id_type=ID_TITLES[IdType(person.id_type)],
        id_masked=person.id_masked,
        phone_masked=person.phone_masked,
        agent_id=case.agent_id,
        agent=agent.name if agent else "",
        agent_relation=case.agent_relation,
        query_code=case.query_code,
        accepted_on=case.accepted_on,
        finished_at=case.finished_at,
        delivered_at=case.delivered_at,
        finished_late=finished_late(case.due_on, business_date(case.finished_at) if case.finished_at else None),
        notice_due=case.notice_due,
        told_at=case.told_at,
        tolerant=case.tolerant,
        owner=staff_name(session, case.owner_id),
        proxy=staff_name(session, case.proxy_id),
        proxy_step=case.proxy_step,
        counter=counter_name(session, case.counter_id),
        result_number=case.result_number,
        external_number=case.external_number,
        hotline_number=case.hotline_number,
        note=case.note,
        materials=tuple(_material(each) for each in materials),
        events=_events(session, centre_id, case_id),
        pauses=_pauses(session, centre_id, case_id),
        papers=receipts_of_case(session, centre_id, case_id),
        moves=moves(state, today),
        rectifications=tuple((what, rectify_refusal(state, what, today)) for what in Rectify),
        visits=visits(session, centre_id, case.person_id, case.item_id),
    )


def visits(session: Session, centre_id: UUID, person_id: UUID, item_id: UUID) -> int:
    """On how many days somebody came for one item: 最多跑一趟 is kept when it is 1.

    Beginning a case, bringing papers, fetching the result and taking the application back count as coming.
    """
    cases = select(Case.id).where(Case.centre_id == centre_id, Case.person_id == person_id, Case.item_id == item_id)
    came = or_(CaseEvent.position == 1, CaseEvent.move.in_((Verb.SUPPLEMENT, Verb.DELIVER, Verb.WITHDRAW)))
    steps = select(CaseEvent.at).where(CaseEvent.centre_id == centre_id, CaseEvent.case_id.in_(cases), came)
    return len({business_date(at) for at in session.scalars(steps)})


def _material(material: CasePaper) -> MaterialRow:
    return MaterialRow(
        position=material.position,
        name=material.name,
        necessity=material.necessity,
        form=material.form,
        copies=material.copies,
        pages=material.pages,
        state=material.state,
        opinion=material.opinion,
        told=material.told,
        due_on=material.due_on,
        received_at=material.received_at,
        reused=material.reused_from is not None,
    )


def _events(session: Session, centre_id: UUID, case_id: UUID) -> tuple[EventRow, ...]:
    rows = select(CaseEvent).where(CaseEvent.centre_id == centre_id, CaseEvent.case_id == case_id)
    return tuple(
        EventRow(
            at=event.at,
            title=event_title(event.move),
            move=event.move,
            staff_name=event.staff_name,
            status=event.status,
            clock=event.clock,
            due_on=event.due_on,
            reason=event.reason,
            detail=event.detail,
            receipt_id=event.receipt_id,
        )
        for event in session.scalars(rows.order_by(CaseEvent.position))
    )


def event_title(move: str) -> str:
    """The word of the field for a step of the timeline."""
    return SIDE_TITLES.get(move) or VERB_TITLES[Verb(move)]


def _pauses(session: Session, centre_id: UUID, case_id: UUID) -> tuple[PauseRow, ...]:
    rows = select(CasePause).where(CasePause.centre_id == centre_id, CasePause.case_id == case_id)
    return tuple(
        PauseRow(each.kind, each.reason, each.started_on, each.ended_on)
        for each in session.scalars(rows.order_by(CasePause.started_on, CasePause.id))
    )
