"""Receipts and print jobs as plain values inside a transaction: locked, and what changes of them written, without the ORM."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, update

from db.action import Act
from db.base import table_of
from db.prepared import Prepared, ask
from db.receipts.content import PaperKind
from db.receipts.models import UNFINISHED, PrintJob, Receipt
from db.receipts.rules import JobState
from db.records import Kept, change

_RECEIPT, _JOB = table_of(Receipt), table_of(PrintJob)


@dataclass(slots=True)
class ReceiptRecord:
    """What of a row of `receipt` may change, and what it is called by."""

    id: UUID
    centre_id: UUID
    kind: PaperKind
    number: str
    case_id: UUID | None
    case_number: str
    item_code: str
    item_name: str
    prints: int
    voided_at: datetime | None
    voided_by: UUID | None
    voider_name: str
    void_reason: str
    replaced_by: UUID | None


@dataclass(slots=True)
class JobRecord:
    """What of a row of `print_job` may change."""

    id: UUID
    centre_id: UUID
    receipt_id: UUID | None
    medium: str
    printer: str
    state: JobState
    attempts: int
    error: str
    finished_at: datetime | None


_of_receipt = (_RECEIPT.c.centre_id == bindparam("of_centre"), _RECEIPT.c.id == bindparam("of_id"))
_of_job = (_JOB.c.centre_id == bindparam("of_centre"), _JOB.c.id == bindparam("of_id"))
_LOCK = Prepared(select(*(_RECEIPT.c[name] for name in ReceiptRecord.__slots__)).where(*_of_receipt).with_for_update())
_LOCK_JOB = Prepared(select(*(_JOB.c[name] for name in JobRecord.__slots__)).where(*_of_job).with_for_update())
_CONTENT = Prepared(select(_RECEIPT.c.content).where(*_of_receipt))
_VOID = Prepared(
    select(_RECEIPT.c.id)
    .join(_JOB, _JOB.c.receipt_id == _RECEIPT.c.id)
    .where(*_of_job, _RECEIPT.c.centre_id == _JOB.c.centre_id, _RECEIPT.c.voided_at.is_not(None))
)
_CANCEL = Prepared(
    update(_JOB)
    .where(_JOB.c.centre_id == bindparam("of_centre"), _JOB.c.receipt_id == bindparam("of_receipt"))
    .where(UNFINISHED)
    .values(state=JobState.CANCELLED, error=bindparam("why"), finished_at=bindparam("at"))
    .returning(_JOB.c.id)
)


def receipt(act: Act, receipt_id: UUID) -> ReceiptRecord | None:
    """A receipt, locked; None when the centre has none of this id."""
    row = _LOCK.row(act.connection, {"of_centre": act.centre_id, "of_id": receipt_id})
    return None if row is None else ReceiptRecord(*row)


def content(act: Act, receipt_id: UUID) -> bytes:
    """What a receipt says, as it is kept."""
    row = _CONTENT.row(act.connection, {"of_centre": act.centre_id, "of_id": receipt_id})
    assert row is not None
    kept: bytes = row.content
    return kept


def job(act: Act, job_id: UUID) -> tuple[JobRecord | None, bool]:
    """A print job, locked, and whether its receipt is void."""
    given = {"of_centre": act.centre_id, "of_id": job_id}
    found, void = ask(act.connection, (_LOCK_JOB, given), (_VOID, given))
    return (JobRecord(*found[0]) if found else None), bool(void)


def write_receipt(act: Act, record: ReceiptRecord, before: Kept) -> None:
    """Write what changed of a receipt."""
    change(act.connection, _RECEIPT, record, before)


def write_job(act: Act, record: JobRecord, before: Kept) -> None:
    """Write what changed of a job."""
    change(act.connection, _JOB, record, before)


def cancel_waiting(act: Act, receipt_id: UUID, why: str) -> list[UUID]:
    """Cancel what was not printed yet of a receipt; returns the jobs."""
    given = {"of_centre": act.centre_id, "of_receipt": receipt_id, "why": why, "at": act.now}
    return [row.id for row in _CANCEL.rows(act.connection, given)]
