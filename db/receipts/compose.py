"""From facts to a paper: the one door through which every document of a hall is worded.

A paper is composed without its QR first; what is signed is what it says (`PaperContent.with_qr`).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from db.receipts import letters, wording
from db.receipts.content import (
    Big,
    Block,
    CaseFacts,
    CentreFacts,
    Fields,
    ItemFacts,
    MaterialFacts,
    PaperContent,
    PaperKind,
    Text,
    TicketFacts,
)
from db.receipts.notice import notice

_Letter = Callable[[CentreFacts, CaseFacts, datetime], PaperContent]


def _notice(centre: CentreFacts, case: CaseFacts, issued_at: datetime) -> PaperContent:
    return notice(centre, case.item, case.materials, issued_at, case)


_LETTERS: dict[PaperKind, _Letter] = {
    PaperKind.RECEIVED: letters.received,
    PaperKind.NOTICE: _notice,
    PaperKind.CORRECTION: letters.correction,
    PaperKind.ACCEPTED: letters.accepted,
    PaperKind.REFUSED: letters.refused,
    PaperKind.SPECIAL: letters.special,
    PaperKind.PROMISE: letters.promise,
    PaperKind.DONE: letters.done,
    PaperKind.RETURNED: letters.returned,
    PaperKind.HANDOVER: letters.handover,
    PaperKind.DELIVERY: letters.delivery,
    PaperKind.WITHDRAWN: letters.withdrawn,
    PaperKind.PROXY: letters.proxy,
}
CASE_PAPERS = frozenset(_LETTERS)


def compose(
    kind: PaperKind, centre: CentreFacts, case: CaseFacts, number: str, issued_at: datetime, qr: str = ""
) -> PaperContent:
    """The paper `kind` of a case under its receipt number. Raises ValueError for a kind that is of no case."""
    letter = _LETTERS.get(kind)
    if letter is None:
        raise ValueError(f"{kind} is not a paper of a case")
    content = replace(letter(centre, case, issued_at), number=number)
    return content.with_qr(qr) if qr else content


def compose_notice(
    centre: CentreFacts, item: ItemFacts, materials: tuple[MaterialFacts, ...], issued_at: datetime
) -> PaperContent:
    """一次性告知书 for whoever asks, before anything is filed: no applicant, no number, one copy."""
    return notice(centre, item, materials, issued_at)


def compose_ticket(ticket: TicketFacts, qr: str = "", qr_caption: str = "") -> PaperContent:
    """排队号票: the number as large as the paper allows, who waits before it, and why it may come earlier."""
    rows = [
        ("办理事项", ticket.item_name),
        ("优先类别", ticket.priority),
        ("取号时间", wording.moment(ticket.taken_at)),
    ]
    blocks: list[Block] = [
        Big(ticket.number, "您的号码"),
        Text(f"前面还有 {ticket.ahead} 人等候" if ticket.ahead else "前面没有人等候，请留意叫号", "strong"),
        Fields(tuple(row for row in rows if row[1])),
        Text("请留意叫号；过号请到导服台说明，当日有效。", "note"),
    ]
    if ticket.note:
        blocks.append(Text(ticket.note, "note"))
    return PaperContent(
        kind=PaperKind.TICKET,
        title=PaperKind.TICKET.label,
        number="",
        organisation=ticket.centre_name,
        issued_on="",
        blocks=tuple(blocks),
        qr=qr,
        qr_caption=qr_caption,
    )
