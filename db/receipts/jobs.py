"""Jobs to print: queued in the transaction that makes the paper, taken by a window, reported sent or failed.

A job is taken by naming how often it was tried before; two windows that take the same job at once are told apart by it,
so that no paper comes out twice. A window that dies between taking and reporting leaves the job waiting, never lost.
"""

from uuid import UUID

from db.action import Act, action
from db.base import table_of
from db.errors import RuleBroken, Stale
from db.ids import new_id
from db.receipts import record, rules
from db.receipts.content import Medium, PaperContent, PaperKind, to_json
from db.receipts.models import PrintJob
from db.receipts.record import JobRecord
from db.receipts.rules import JobState
from db.records import Kept, kept
from db.staff.permissions import Permission
from db.text import line

_ERROR_CHARS = 500
_JOB = table_of(PrintJob)
_NEW: dict[str, object] = {
    **dict.fromkeys(("receipt_id", "ticket_id", "content", "finished_at")),
    "reprint": 0,
    "printer": "",
    "attempts": 0,
    "error": "",
}
"""What of a job nobody has said or done yet."""


def queue(
    act: Act,
    receipt_id: UUID,
    kind: PaperKind,
    number: str,
    *,
    medium: Medium | None = None,
    large: bool = False,
    copies: int = 1,
    reprint: int = 0,
) -> UUID:
    """A waiting job for a receipt, in the transaction of the action that wants it printed."""
    title = f"{kind.label} {number}"
    return _put(act, kind, title, medium, large, copies, receipt_id=receipt_id, reprint=reprint)


@action("print.paper", Permission.RECEIPT_PRINT, "打印无编号纸张")
def print_paper(
    act: Act,
    *,
    content: PaperContent,
    ticket_id: UUID | None = None,
    medium: Medium | None = None,
    large: bool = False,
    copies: int = 1,
) -> UUID:
    """Queue a paper that is no receipt: a 号票, or a 一次性告知书 before anything is filed. Returns the job."""
    job_id = _put(
        act, content.kind, content.title, medium, large, copies, content=to_json(content), ticket_id=ticket_id
    )
    act.on("print_job", job_id)
    act.note(kind=content.kind.value)
    return job_id


@action("print.take", Permission.RECEIPT_PRINT, "送往打印机")
def take_job(act: Act, *, job_id: UUID, attempts: int, printer: str, medium: Medium) -> UUID:
    """This window sends the job to its printer now. Stale when another window took it since `attempts` was read."""
    job, before, void = _locked(act, job_id)
    if not rules.may_retry(job.state):
        raise RuleBroken("这张纸已经送出，不必再打。需要再要一张请用“补打”。")
    if void:
        raise RuleBroken("这张回执已作废，不能再打印。")
    if job.attempts != attempts:
        raise Stale("这张纸正由另一个窗口打印，请稍候看结果。")
    job.attempts += 1
    job.state, job.error, job.finished_at = JobState.WAITING, "", None
    job.printer, job.medium = line(printer, "打印机"), medium.value
    return _written(act, job, before)


@action("print.sent", Permission.RECEIPT_PRINT, "打印已送出")
def report_sent(act: Act, *, job_id: UUID) -> UUID:
    """The printer has taken the paper over."""
    return _reported(act, job_id, JobState.SENT, "")


@action("print.failed", Permission.RECEIPT_PRINT, "打印失败")
def report_failed(act: Act, *, job_id: UUID, error: str) -> UUID:
    """The paper did not come out; `error` is the sentence that says why."""
    return _reported(act, job_id, JobState.FAILED, error[:_ERROR_CHARS])


@action("print.cancel", Permission.RECEIPT_PRINT, "取消打印")
def cancel_print(act: Act, *, job_id: UUID) -> UUID:
    """Give a job up that waits or failed. The receipt itself stays valid and can be reprinted."""
    job, before, _ = _locked(act, job_id)
    if not rules.may_cancel(job.state):
        raise RuleBroken(f"这个打印任务{job.state.label}，不能取消。")
    job.state, job.finished_at = JobState.CANCELLED, act.now
    return _written(act, job, before)


def cancel_waiting(act: Act, receipt_id: UUID) -> None:
    """Take back what was not printed yet of a receipt that is void now."""
    for job_id in record.cancel_waiting(act, receipt_id, "回执已作废"):
        act.touch("print_job", job_id)


def _reported(act: Act, job_id: UUID, state: JobState, error: str) -> UUID:
    job, before, _ = _locked(act, job_id)
    if job.state is not JobState.CANCELLED or state is JobState.SENT:  # what came out of the printer came out
        job.state, job.error, job.finished_at = state, error, act.now
    return _written(act, job, before)


def _locked(act: Act, job_id: UUID) -> tuple[JobRecord, Kept, bool]:
    """The job, what it looks like, and whether its receipt is void."""
    job, void = record.job(act, job_id)
    if job is None:
        raise RuleBroken("找不到这个打印任务，请刷新列表后再试。")
    return job, kept(job), void


def _put(
    act: Act, kind: PaperKind, title: str, medium: Medium | None, large: bool, copies: int, **more: object
) -> UUID:
    """A waiting job, written at the end of the act; `more` is the paper it prints."""
    job_id = new_id()
    row = {
        "id": job_id,
        "centre_id": act.centre_id,
        "kind": kind,
        "title": title,
        "medium": medium.value if medium else "",
        "large": large,
        "copies": rules.check_copies(copies),
        "state": JobState.WAITING,
        "created_at": act.now,
        "created_by": act.actor.staff_id,
        "creator_name": act.actor.name,
    }
    act.put(_JOB, _NEW | row | more)
    act.touch("print_job", job_id)
    return job_id


def _written(act: Act, job: JobRecord, before: Kept) -> UUID:
    record.write_job(act, job, before)
    act.on("print_job", job.id)
    act.note(state=job.state.value, attempts=job.attempts, printer=job.printer)
    return job.id
