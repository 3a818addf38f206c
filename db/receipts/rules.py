"""Rules of receipts: their numbers, their states, and what a job to print may go through. Pure values only."""

import re
from dataclasses import dataclass
from enum import StrEnum

from db.errors import RuleBroken
from db.receipts.content import Medium, PaperKind
from db.text import Field, clean

VOID_REASON = Field("作废原因", 200, required=True)
MAX_COPIES = 20

KIND_CODES: dict[PaperKind, int] = {
    PaperKind.RECEIVED: 1,
    PaperKind.NOTICE: 2,
    PaperKind.CORRECTION: 3,
    PaperKind.ACCEPTED: 4,
    PaperKind.REFUSED: 5,
    PaperKind.SPECIAL: 6,
    PaperKind.PROMISE: 7,
    PaperKind.DONE: 8,
    PaperKind.RETURNED: 9,
    PaperKind.HANDOVER: 10,
    PaperKind.DELIVERY: 11,
    PaperKind.WITHDRAWN: 12,
    PaperKind.PROXY: 13,
    PaperKind.TICKET: 14,
    PaperKind.BOOKING: 15,
    PaperKind.BOOKING_ENDED: 16,
    PaperKind.DUTY_CHANGE: 17,
    PaperKind.REDIRECT: 18,
}
"""What stands for a kind in a QR code. Printed papers depend on it: a code is never changed and never used again."""

OF_ROOMS = frozenset({PaperKind.BOOKING, PaperKind.BOOKING_ENDED})
"""Papers of a room booking: they belong to no case and carry the booking's number instead."""

OF_DUTIES = frozenset({PaperKind.DUTY_CHANGE, PaperKind.REDIRECT})
"""Papers of the duty rosters: they belong to no case and carry the number of a change or of a reception instead."""

UNNUMBERED = frozenset({PaperKind.TICKET})
"""Papers that are no receipts: they carry another number and are not kept."""

THERMAL = frozenset({PaperKind.TICKET})
"""Papers that go to the ticket printer unless a window is set otherwise; all others are A4 (shared/DOMAIN.md, Papers)."""


class ReceiptState(StrEnum):
    """What a receipt is worth."""

    VALID = "valid"
    VOID = "void"
    REPLACED = "replaced"

    @property
    def label(self) -> str:
        """The Chinese word for the state."""
        return {"valid": "有效", "void": "已作废", "replaced": "已重开"}[self.value]


class JobState(StrEnum):
    """Where a job to print stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The Chinese word for the state."""
        return {"waiting": "待打印", "sent": "已送出", "failed": "失败", "cancelled": "已取消"}[self.value]


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody may mean who types into the quick find of receipts; empty parts do not narrow."""

    text: str
    mark: str = ""
    year: int | None = None
    seq: int | None = None


def series(kind: PaperKind, year: int) -> str:
    """The series that numbers of a kind are taken from in a year."""
    return f"receipt/{kind.value}/{year}"


def number_text(short_name: str, kind: PaperKind, year: int, seq: int) -> str:
    """The number of a receipt: 机关简称+性质+〔年份〕+顺序号, e.g. 军门邻里受〔2026〕12号.

    The sequence is not padded with zeros (GB/T 9704-2012 §7.2.5: 发文顺序号不编虚位).
    """
    return f"{short_name}{kind.mark}〔{year}〕{seq}号"


def default_medium(kind: PaperKind) -> Medium:
    """The paper a kind is printed on where a window has no setting for it."""
    return Medium.THERMAL80 if kind in THERMAL else Medium.A4


def state_of(voided: bool, replaced: bool) -> ReceiptState:
    """The state that the columns of a receipt amount to."""
    if not voided:
        return ReceiptState.VALID
    return ReceiptState.REPLACED if replaced else ReceiptState.VOID


def check_reason(raw: str) -> str:
    """The reason for voiding a receipt, as it goes into the record. RuleBroken when there is none."""
    reason = clean(raw, VOID_REASON).text.strip()
    if len(reason) < 2:
        raise RuleBroken("作废回执须写明原因，例如：“材料份数填错”。")
    return reason


def check_copies(copies: int) -> int:
    """The number of copies, if it is one that somebody can mean."""
    if not 1 <= copies <= MAX_COPIES:
        raise RuleBroken(f"打印份数须在 1 到 {MAX_COPIES} 之间。")
    return copies


def may_retry(state: JobState) -> bool:
    """Whether a job may be sent to a printer (again): anything but one that was sent already."""
    return state is not JobState.SENT


def may_cancel(state: JobState) -> bool:
    """Whether there is anything left to cancel."""
    return state in (JobState.WAITING, JobState.FAILED)


def kinds_marked(text: str) -> frozenset[PaperKind]:
    """The kinds whose mark ends a text (军门邻里不受: 不予受理, not 受理); all of them when none does."""
    marked = [kind for kind in KIND_CODES if text.endswith(kind.mark)]
    longest = max((len(kind.mark) for kind in marked), default=0)
    return frozenset(kind for kind in marked if len(kind.mark) == longest) or frozenset(KIND_CODES)


_NUMBER = re.compile(r"(?P<mark>[^\d〔]*)〔(?P<year>\d{4})〕(?P<seq>\d{0,9})号?")


def sought(raw: str) -> Sought:
    """Read what was typed into the quick find: a number in any brackets, only its sequence, or a case number."""
    text = raw.strip()
    folded = re.sub(r"[\[［(（【{｛]", "〔", text)
    folded = re.sub(r"[\]］)）】}｝]", "〕", folded)
    found = _NUMBER.fullmatch(folded.replace(" ", ""))
    if found:
        seq = int(found["seq"]) if found["seq"] else None
        return Sought(text, found["mark"], int(found["year"]), seq)
    if re.fullmatch(r"\d{1,6}号?", text):
        return Sought(text, seq=int(text.rstrip("号")))
    return Sought(text)
