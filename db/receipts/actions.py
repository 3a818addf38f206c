"""What can be done with receipts: issue, reprint, void, void and issue anew. A number, once taken, is never free again."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

import msgspec
from sqlalchemy import select

from db.action import Act, action
from db.centre.models import Centre
from db.clock import business_date
from db.errors import RuleBroken
from db.ids import new_id
from db.numbers.actions import take
from db.receipts import qr, rules
from db.receipts.claim import Claim
from db.receipts.compose import compose
from db.receipts.content import CaseFacts, Medium, PaperContent, PaperKind, from_json, to_json
from db.receipts.jobs import cancel_waiting, queue
from db.receipts.keys import signer
from db.receipts.models import Receipt
from db.receipts.queries import facts_of
from db.receipts.wording import day
from db.staff.permissions import Permission

_CAPTIONS = {True: "扫一扫，查进度", False: "凭此码到窗口查进度、验真伪"}
"""Under the QR code, with and without the address of a page to look it up on."""


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


class _ReceiptSettings(msgspec.Struct):
    """The part of the centre's settings that receipts need."""

    receipt_prefix: str = ""


@dataclass(frozen=True, slots=True)
class _About:
    """What a receipt is about."""

    kind: PaperKind
    case_id: UUID | None
    case_number: str
    item_code: str
    item_name: str


@action("receipt.issue", Permission.RECEIPT_PRINT, "出具回执")
def issue(act: Act, *, kind: PaperKind, case: CaseFacts, case_id: UUID | None, printed: bool = True) -> Issued:
    """Give a case a numbered, signed paper, kept exactly as it is printed; with `printed` it waits for the printer.

    Call it inside the action that makes the paper due (the case row must be flushed): same transaction, no gap.
    """
    return _issue(act, _about(kind, case, case_id), _composed(act, kind, case), printed)


def issue_apart(
    act: Act, *, kind: PaperKind, number: str, name: str, make: "Make", replaces: UUID | None = None, reason: str = ""
) -> Issued:
    """Give something that is no case (a room booking) a numbered, signed paper that waits for the printer.

    `make` composes it for the centre under the receipt's number; `number` and `name` are what lists show instead of case
    and item. With `replaces`, that receipt is void from now on, for the reason.
    """
    about = _About(kind, None, number, "", name)
    if replaces is None:
        return _issue(act, about, make, printed=True)
    old = _void(act, replaces, reason)
    new = _issue(act, about, make, printed=True, replaces=old.id)
    old.replaced_by = new.receipt_id
    return new


@action("receipt.reprint", Permission.RECEIPT_PRINT, "补打回执")
def reprint(
    act: Act, *, receipt_id: UUID, medium: Medium | None = None, large: bool = False, copies: int = 1
) -> Reprinted:
    """Print again what was printed, marked 补打 and how often. A void receipt is not printed again."""
    row = _locked(act, receipt_id)
    if row.voided_at is not None:
        raise RuleBroken(f"回执 {row.number} 已作废，不能补打。需要新的回执请用“作废并重开”。")
    count = row.prints
    row.prints += 1
    job_id = queue(act, row, medium=medium, large=large, copies=copies, reprint=count)
    act.on("receipt", row.id)
    act.note(number=row.number, reprint=count)
    return Reprinted(job_id, count)


@action("receipt.void", Permission.RECEIPT_VOID, "作废回执")
def void(act: Act, *, receipt_id: UUID, reason: str) -> UUID:
    """Take a receipt's worth away, with a reason. Its number stays taken, its content stays readable."""
    row = _void(act, receipt_id, reason)
    act.on("receipt", row.id)
    act.note(number=row.number, reason=row.void_reason)
    return row.id


@action("receipt.reissue", Permission.RECEIPT_VOID, "作废并重开回执")
def reissue(act: Act, *, receipt_id: UUID, reason: str, case: CaseFacts | None = None, printed: bool = True) -> Issued:
    """Void a receipt and issue a new one of the same kind in its place; each names the other.

    With `case`, the new one says what is true now; without, it repeats what the old one said under a new number.
    """
    old = _void(act, receipt_id, reason)
    if case is not None:
        about = _about(old.kind, case, old.case_id)
        make = _composed(act, old.kind, case)
    else:
        about = _About(old.kind, old.case_id, old.case_number, old.item_code, old.item_name)
        make = _repeated(act, old)
    new = _issue(act, about, make, printed, replaces=old.id)
    old.replaced_by = new.receipt_id
    act.on("receipt", old.id)
    act.note(number=old.number, reason=old.void_reason, replaced_by=new.number)
    return new


def _about(kind: PaperKind, case: CaseFacts, case_id: UUID | None) -> _About:
    return _About(kind, case_id, case.number, case.item.code, case.item.name)


Make = Callable[[Centre, str], PaperContent]


def _composed(act: Act, kind: PaperKind, case: CaseFacts) -> Make:
    return lambda centre, number: compose(kind, facts_of(centre), case, number, act.now, "")


def _repeated(act: Act, old: Receipt) -> Make:
    said = from_json(old.content)
    return lambda _centre, number: replace(said, number=number, issued_on=day(business_date(act.now)))


def _issue(act: Act, about: _About, make: Make, printed: bool, replaces: UUID | None = None) -> Issued:
    if about.kind in rules.UNNUMBERED:
        raise RuleBroken(f"{about.kind.label}不编回执号，请直接打印。")
    row = _mint(act, about, make, replaces)
    act.on("receipt", row.id)
    act.note(number=row.number, kind=about.kind.value)
    if not printed:
        return Issued(row.id, row.number)
    row.prints = 1
    return Issued(row.id, row.number, queue(act, row))


def _mint(act: Act, about: _About, make: Make, replaces: UUID | None) -> Receipt:
    """The row of a new receipt, with its number, its signed text, and its content as printed."""
    centre = act.session.get_one(Centre, act.centre_id)
    issued_on = business_date(act.now)
    year = issued_on.year
    seq = take(act.session, act.centre_id, rules.series(about.kind, year))
    number = rules.number_text(centre.short_name or centre.name, about.kind, year, seq)
    prefix = _prefix(centre)
    unsigned = make(centre, number).with_qr("", _CAPTIONS[bool(prefix)])
    salt = os.urandom(qr.SALT_BYTES)
    digest = qr.content_digest(salt, to_json(unsigned))
    claim = Claim(centre.code, rules.KIND_CODES[about.kind], issued_on, seq, about.item_code, digest)
    key = signer(act)
    payload = qr.sign(claim, key.private, key.public, prefix)
    content = to_json(replace(unsigned, qr=payload))
    row = Receipt(
        id=new_id(),
        centre_id=act.centre_id,
        kind=about.kind,
        year=year,
        seq=seq,
        number=number,
        case_id=about.case_id,
        case_number=about.case_number,
        item_code=about.item_code,
        item_name=about.item_name,
        content=content,
        sha256=hashlib.sha256(content).digest(),
        salt=salt,
        payload=payload,
        issued_at=act.now,
        issued_on=issued_on,
        issued_by=act.actor.staff_id,
        issuer_name=act.actor.name,
        prints=0,
        replaces=replaces,
    )
    act.session.add(row)
    act.session.flush()
    return row


def _prefix(centre: Centre) -> str:
    return msgspec.json.decode(centre.settings, type=_ReceiptSettings).receipt_prefix


def _locked(act: Act, receipt_id: UUID) -> Receipt:
    row = act.session.scalar(
        select(Receipt).where(Receipt.centre_id == act.centre_id, Receipt.id == receipt_id).with_for_update()
    )
    if row is None:
        raise RuleBroken("找不到这张回执，请刷新列表后再试。")
    return row


def _void(act: Act, receipt_id: UUID, reason: str) -> Receipt:
    why = rules.check_reason(reason)
    row = _locked(act, receipt_id)
    if row.voided_at is not None:
        raise RuleBroken(f"回执 {row.number} 早已作废（{row.void_reason}），不能再作废一次。")
    row.voided_at, row.voided_by, row.voider_name, row.void_reason = (
        act.now,
        act.actor.staff_id,
        act.actor.name,
        why,
    )
    cancel_waiting(act, row.id)
    return row
