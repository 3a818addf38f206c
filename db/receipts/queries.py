"""What can be asked about receipts and print jobs."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select, tuple_
from sqlalchemy.orm import Session, defer

from db.centre.models import Centre
from db.clock import start_of
from db.receipts import qr, rules
from db.receipts.content import CentreFacts, Medium, PaperContent, PaperKind, from_json
from db.receipts.models import UNFINISHED, PrintJob, Receipt, SigningKey
from db.receipts.rules import JobState, ReceiptState

PAGE = 200
_OPEN_JOBS = frozenset({JobState.WAITING, JobState.FAILED})


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of a list ended: the next one begins after it (newest first)."""

    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class ReceiptFilter:
    """What narrows the list of receipts; what is empty does not. Days are business days, both included."""

    kinds: frozenset[PaperKind] = frozenset()
    since: date | None = None
    until: date | None = None
    text: str = ""
    state: ReceiptState | None = None
    case_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A line of the list of receipts."""

    id: UUID
    number: str
    kind: PaperKind
    case_id: UUID | None
    case_number: str
    item_name: str
    issued_at: datetime
    issuer_name: str
    state: ReceiptState
    prints: int
    void_reason: str

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.issued_at, self.id)


@dataclass(frozen=True, slots=True)
class ReceiptSheet:
    """One receipt with the paper as it was printed, and what became of it."""

    row: ReceiptRow
    content: PaperContent
    voided_at: datetime | None
    voider_name: str
    replaces: tuple[UUID, str] | None
    replaced_by: tuple[UUID, str] | None


@dataclass(frozen=True, slots=True)
class JobRow:
    """A line of the print queue."""

    id: UUID
    receipt_id: UUID | None
    kind: PaperKind
    title: str
    medium: Medium | None
    large: bool
    copies: int
    reprint: int
    printer: str
    state: JobState
    attempts: int
    error: str
    created_at: datetime
    created_by: UUID
    creator_name: str
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class JobPaper:
    """A job with the paper it prints; `void` is the reason it is void, or empty."""

    job: JobRow
    content: PaperContent
    void: str


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A signing key of the centre, without its private half."""

    number: int
    key_id: str
    created_at: datetime
    retired_at: datetime | None
    revoked_at: datetime | None
    reason: str

    @property
    def state(self) -> str:
        """使用中, 已更换 (still verifies) or 已吊销 (proves nothing any more)."""
        if self.revoked_at is not None:
            return "已吊销"
        return "使用中" if self.retired_at is None else "已更换"


def signing_keys(session: Session, centre_id: UUID) -> tuple[KeyRow, ...]:
    """The keys that signed receipts of a centre, newest first."""
    found = session.scalars(
        select(SigningKey).where(SigningKey.centre_id == centre_id).order_by(SigningKey.number.desc())
    )
    return tuple(
        KeyRow(each.number, qr.key_id(each.public), each.created_at, each.retired_at, each.revoked_at, each.reason)
        for each in found
    )


def facts_of(centre: Centre) -> CentreFacts:
    """The centre as its papers name it."""
    return CentreFacts(
        name=centre.name,
        code=centre.code,
        short_name=centre.short_name,
        seal_org=centre.seal_org,
        phone=centre.phone,
        complaint_phone=centre.complaint_phone,
        address=centre.address,
        hours=centre.hours,
    )


def centre_facts(session: Session, centre_id: UUID) -> CentreFacts:
    """The centre as its papers name it, for papers composed outside an action (一次性告知书)."""
    return facts_of(session.get_one(Centre, centre_id))


def receipts(
    session: Session,
    centre_id: UUID,
    wanted: ReceiptFilter,
    today: date,
    after: Cursor | None = None,
    limit: int = PAGE,
) -> tuple[ReceiptRow, ...]:
    """A page of the list, newest first. `today` fills in the year where only a sequence number was typed."""
    conditions = _conditions(wanted)
    if after is not None:
        conditions.append(tuple_(Receipt.issued_at, Receipt.id) < (after.at, after.id))
    sought = rules.sought(wanted.text)
    if sought.text and (sought.seq is not None or sought.year is None):
        return _few(session, _named(session, centre_id, sought, today), conditions)[:limit]
    if sought.text:
        conditions.extend(_numbered(sought, today))
    query = _listed().where(Receipt.centre_id == centre_id, *conditions)
    ordered = query.order_by(Receipt.issued_at.desc(), Receipt.id.desc()).limit(limit)
    return tuple(_row(each) for each in session.scalars(ordered))


def receipts_of_case(session: Session, centre_id: UUID, case_id: UUID) -> tuple[ReceiptRow, ...]:
    """Every paper of a case, oldest first, the void ones too."""
    query = _listed().where(Receipt.centre_id == centre_id, Receipt.case_id == case_id)
    return tuple(_row(each) for each in session.scalars(query.order_by(Receipt.issued_at, Receipt.id)))


def receipt(session: Session, centre_id: UUID, receipt_id: UUID) -> ReceiptSheet | None:
    """One receipt with its paper; None when there is none of this id."""
    found = session.scalar(select(Receipt).where(Receipt.centre_id == centre_id, Receipt.id == receipt_id))
    return None if found is None else sheet(session, found)


def sheet(session: Session, found: Receipt) -> ReceiptSheet:
    """A receipt's row with its paper and its links."""
    return ReceiptSheet(
        row=_row(found),
        content=from_json(found.content),
        voided_at=found.voided_at,
        voider_name=found.voider_name,
        replaces=_other(session, found.centre_id, found.replaces),
        replaced_by=_other(session, found.centre_id, found.replaced_by),
    )


def jobs(
    session: Session, centre_id: UUID, states: frozenset[JobState] = frozenset(), limit: int = PAGE
) -> tuple[JobRow, ...]:
    """The print queue, newest first; only jobs in `states` where some are named."""
    query = _queued().where(PrintJob.centre_id == centre_id)
    if states:
        query = query.where(PrintJob.state.in_(states))
    if states and states <= _OPEN_JOBS:
        query = query.where(UNFINISHED)
    found = session.execute(query.order_by(PrintJob.created_at.desc(), PrintJob.id.desc()).limit(limit))
    return tuple(_job(each) for each in found)


def unfinished_jobs(session: Session, centre_id: UUID, staff_id: UUID) -> tuple[JobRow, ...]:
    """What somebody wanted printed and nobody has seen come out, oldest first."""
    found = session.execute(
        _queued()
        .where(PrintJob.centre_id == centre_id, UNFINISHED, PrintJob.created_by == staff_id)
        .order_by(PrintJob.created_at, PrintJob.id)
        .limit(PAGE)
    )
    return tuple(_job(each) for each in found)


def job_papers(session: Session, centre_id: UUID, job_ids: frozenset[UUID]) -> tuple[JobPaper, ...]:
    """Jobs with what they print, in the order in which they were asked for."""
    found = session.execute(
        # by key alone: with the centre in the condition SQLite walks the whole index of the centre
        select(PrintJob, Receipt)
        .outerjoin(Receipt, Receipt.id == PrintJob.receipt_id)
        .where(PrintJob.id.in_(job_ids))
        .order_by(PrintJob.created_at, PrintJob.id)
    )
    return tuple(_job_paper(job, of) for job, of in found if job.centre_id == centre_id)


def _queued() -> Select[Any]:
    """Jobs without their paper."""
    return select(*(getattr(PrintJob, name) for name in JobRow.__slots__))


def _listed() -> Select[Receipt]:
    """Receipts without their content, which a list does not need."""
    return select(Receipt).options(
        defer(Receipt.content), defer(Receipt.payload), defer(Receipt.salt), defer(Receipt.sha256)
    )


def _row(found: Receipt) -> ReceiptRow:
    return ReceiptRow(
        id=found.id,
        number=found.number,
        kind=found.kind,
        case_id=found.case_id,
        case_number=found.case_number,
        item_name=found.item_name,
        issued_at=found.issued_at,
        issuer_name=found.issuer_name,
        state=rules.state_of(found.voided_at is not None, found.replaced_by is not None),
        prints=found.prints,
        void_reason=found.void_reason,
    )


def _conditions(wanted: ReceiptFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if len(wanted.kinds) == 1:
        conditions.append(Receipt.kind == next(iter(wanted.kinds)))
    elif wanted.kinds:
        conditions.append(Receipt.kind.in_(wanted.kinds))
    if wanted.since:
        conditions.append(Receipt.issued_at >= start_of(wanted.since))
    if wanted.until:
        conditions.append(Receipt.issued_at < start_of(date.fromordinal(wanted.until.toordinal() + 1)))
    if wanted.case_id:
        conditions.append(Receipt.case_id == wanted.case_id)
    if wanted.state:
        conditions.append(_in_state(wanted.state))
    return conditions


def _in_state(state: ReceiptState) -> ColumnElement[bool]:
    if state is ReceiptState.VALID:
        return Receipt.voided_at.is_(None)
    replaced = Receipt.replaced_by.is_not(None) if state is ReceiptState.REPLACED else Receipt.replaced_by.is_(None)
    return and_(Receipt.voided_at.is_not(None), replaced)


def _named(session: Session, centre_id: UUID, sought: rules.Sought, today: date) -> set[UUID]:
    """The few receipts that what was typed may name.

    Each way is looked up by its own index: with one OR of them all, the database walks the whole table by date.
    """
    ways = [[Receipt.number == sought.text], [Receipt.case_number == sought.text]]
    if sought.seq is not None:
        ways.append([*_numbered(sought, today), Receipt.seq == sought.seq])
    ids: set[UUID] = set()
    for way in ways:
        ids.update(session.scalars(select(Receipt.id).where(Receipt.centre_id == centre_id, *way).limit(PAGE)))
    return ids


def _few(session: Session, ids: set[UUID], conditions: list[ColumnElement[bool]]) -> tuple[ReceiptRow, ...]:
    """These receipts of one centre, newest first. By key alone: beside a centre_id the database would prefer that index."""
    if not ids:
        return ()
    found = session.scalars(_listed().where(Receipt.id.in_(ids), *conditions))
    newest = sorted(found, key=lambda each: (each.issued_at, each.id), reverse=True)
    return tuple(_row(each) for each in newest)


def _numbered(sought: rules.Sought, today: date) -> list[ColumnElement[bool]]:
    """Kind and year that a typed number has, or may have."""
    years = (sought.year,) if sought.year else (today.year, today.year - 1)
    return [Receipt.kind.in_(rules.kinds_marked(sought.mark)), Receipt.year.in_(years)]


def _other(session: Session, centre_id: UUID, other: UUID | None) -> tuple[UUID, str] | None:
    if other is None:
        return None
    number = session.scalar(select(Receipt.number).where(Receipt.centre_id == centre_id, Receipt.id == other))
    return (other, number or "")


def _job(row: Any) -> JobRow:
    return JobRow(
        id=row.id,
        receipt_id=row.receipt_id,
        kind=row.kind,
        title=row.title,
        medium=Medium(row.medium) if row.medium else None,
        large=row.large,
        copies=row.copies,
        reprint=row.reprint,
        printer=row.printer,
        state=row.state,
        attempts=row.attempts,
        error=row.error,
        created_at=row.created_at,
        created_by=row.created_by,
        creator_name=row.creator_name,
        finished_at=row.finished_at,
    )


def _job_paper(job: PrintJob, of: Receipt | None) -> JobPaper:
    content = job.content if of is None else of.content
    if content is None:
        raise ValueError(f"print job {job.id} has no paper")
    void = "" if of is None else of.void_reason
    return JobPaper(_job(job), from_json(content), void)
