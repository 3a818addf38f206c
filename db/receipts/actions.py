"""What can be done with receipts: issue, reprint, void, void and issue anew. A number, once taken, is never free again."""

from dataclasses import dataclass, replace
from uuid import UUID

from db.action import Act, action
from db.clock import business_date
from db.errors import RuleBroken
from db.receipts import record, rules
from db.receipts.compose import compose
from db.receipts.content import CaseFacts, Medium, PaperKind, from_json
from db.receipts.issuing import About, Make, Ready, mint
from db.receipts.jobs import cancel_waiting, queue
from db.receipts.record import ReceiptRecord
from db.receipts.wording import day
from db.records import Kept, kept
from db.staff.permissions import Permission


@dataclass(frozen=True, slots=True)
class Issued:
    """A receipt that now exists; `job_id` is the job that will print it, if it is to be printed."""

    receipt_id: UUID
    number: str
    job_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Reprinted:
    """A job that prints a receipt again; `count` is how often it was reprinted (0: this is the first print)."""

    job_id: UUID
    count: int


@action("receipt.issue", Permission.RECEIPT_PRINT, "出具回执")
def issue(
    act: Act,
    *,
    kind: PaperKind,
    case: CaseFacts,
    case_id: UUID | None,
    printed: bool = True,
    ready: Ready | None = None,
) -> Issued:
    """Give a case a numbered, signed paper, kept exactly as it is printed; with `printed` it waits for the printer.

    Call it inside the action that makes the paper due: same transaction, no gap. It is written together with what else
    the act has `put`, at the latest at its end; the case row has to be there or be put by then.
    """
    return _issue(act, _about(kind, case, case_id), _composed(act, kind, case), printed, ready=ready)


def issue_apart(
    act: Act, *, kind: PaperKind, number: str, name: str, make: Make, replaces: UUID | None = None, reason: str = ""
) -> Issued:
    """Give something that is no case (a room booking) a numbered, signed paper that waits for the printer.

    `make` composes it for the centre under the receipt's number; `number` and `name` are what lists show instead of case
    and item. With `replaces`, that receipt is void from now on, for the reason.
    """
    about = About(kind, None, number, "", name)
    if replaces is None:
        return _issue(act, about, make, printed=True)
    old, before = _void(act, replaces, reason)
    new = _issue(act, about, make, printed=True, replaces=old.id)
    old.replaced_by = new.receipt_id
    record.write_receipt(act, old, before)
    return new


@action("receipt.reprint", Permission.RECEIPT_PRINT, "补打回执")
def reprint(
    act: Act, *, receipt_id: UUID, medium: Medium | None = None, large: bool = False, copies: int = 1
) -> Reprinted:
    """Print again what was printed, marked 补打 and how often. A void receipt is not printed again."""
    row = _locked(act, receipt_id)
    if row.voided_at is not None:
        raise RuleBroken(f"回执 {row.number} 已作废，不能补打。需要新的回执请用“作废并重开”。")
    before, count = kept(row), row.prints
    row.prints += 1
    record.write_receipt(act, row, before)
    job_id = queue(act, row.id, row.kind, row.number, medium=medium, large=large, copies=copies, reprint=count)
    act.on("receipt", row.id)
    act.note(number=row.number, reprint=count)
    return Reprinted(job_id, count)


@action("receipt.void", Permission.RECEIPT_VOID, "作废回执")
def void(act: Act, *, receipt_id: UUID, reason: str) -> UUID:
    """Take a receipt's worth away, with a reason. Its number stays taken, its content stays readable."""
    row, before = _void(act, receipt_id, reason)
    record.write_receipt(act, row, before)
    act.on("receipt", row.id)
    act.note(number=row.number, reason=row.void_reason)
    return row.id


@action("receipt.reissue", Permission.RECEIPT_VOID, "作废并重开回执")
def reissue(act: Act, *, receipt_id: UUID, reason: str, case: CaseFacts | None = None, printed: bool = True) -> Issued:
    """Void a receipt and issue a new one of the same kind in its place; each names the other.

    With `case`, the new one says what is true now; without, it repeats what the old one said under a new number.
    """
    old, before = _void(act, receipt_id, reason)
    if case is not None:
        about = _about(old.kind, case, old.case_id)
        make = _composed(act, old.kind, case)
    else:
        about = About(old.kind, old.case_id, old.case_number, old.item_code, old.item_name)
        make = _repeated(act, old)
    new = _issue(act, about, make, printed, replaces=old.id)
    old.replaced_by = new.receipt_id
    record.write_receipt(act, old, before)
    act.on("receipt", old.id)
    act.note(number=old.number, reason=old.void_reason, replaced_by=new.number)
    return new


def _about(kind: PaperKind, case: CaseFacts, case_id: UUID | None) -> About:
    return About(kind, case_id, case.number, case.item.code, case.item.name)


def _composed(act: Act, kind: PaperKind, case: CaseFacts) -> Make:
    return lambda centre, number: compose(kind, centre, case, number, act.now, "")


def _repeated(act: Act, old: ReceiptRecord) -> Make:
    said = from_json(record.content(act, old.id))
    return lambda _centre, number: replace(said, number=number, issued_on=day(business_date(act.now)))


def _issue(
    act: Act, about: About, make: Make, printed: bool, *, replaces: UUID | None = None, ready: Ready | None = None
) -> Issued:
    if about.kind in rules.UNNUMBERED:
        raise RuleBroken(f"{about.kind.label}不编回执号，请直接打印。")
    minted = mint(act, about, make, prints=int(printed), replaces=replaces, ready=ready)
    act.on("receipt", minted.id)
    act.note(number=minted.number, kind=about.kind.value)
    job_id = queue(act, minted.id, minted.kind, minted.number) if printed else None
    return Issued(minted.id, minted.number, job_id)


def _locked(act: Act, receipt_id: UUID) -> ReceiptRecord:
    row = record.receipt(act, receipt_id)
    if row is None:
        raise RuleBroken("找不到这张回执，请刷新列表后再试。")
    return row


def _void(act: Act, receipt_id: UUID, reason: str) -> tuple[ReceiptRecord, Kept]:
    """The receipt as it is void from now on, to be written, and what it was."""
    why = rules.check_reason(reason)
    row = _locked(act, receipt_id)
    if row.voided_at is not None:
        raise RuleBroken(f"回执 {row.number} 早已作废（{row.void_reason}），不能再作废一次。")
    before = kept(row)
    row.voided_at, row.voided_by, row.voider_name, row.void_reason = act.now, act.actor.staff_id, act.actor.name, why
    cancel_waiting(act, row.id)
    return row, before
