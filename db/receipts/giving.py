"""Papers that may be asked for again (房间凭单, 调班通知, 引导单): the same words are a reprint, other words a new paper."""

from collections.abc import Callable

from sqlalchemy import select

from db.action import Act
from db.receipts.actions import Issued, issue_apart, reprint
from db.receipts.content import PaperContent, PaperKind, from_json
from db.receipts.models import Receipt

Compose = Callable[[str], PaperContent]
"""Makes the paper under a receipt's number."""


def give_out(act: Act, *, kind: PaperKind, number: str, name: str, compose: Compose, reason: str) -> Issued:
    """The newest paper of this number again where it says the same, else a new one in its place.

    Args:
        number: of the booking, change or reception that the paper is about; `name` says it in lists.
        reason: why the older paper is void when its words are others now.
    """
    old = _newest(act, kind, number)
    if old is not None and from_json(old.content).blocks == compose("").blocks:
        again = reprint(act, receipt_id=old.id)
        issued = Issued(old.id, old.number, again.job_id)
    else:
        issued = issue_apart(
            act,
            kind=kind,
            number=number,
            name=name,
            make=lambda _centre, receipt: compose(receipt),
            replaces=old.id if old is not None else None,
            reason=reason,
        )
    act.on("receipt", issued.receipt_id)
    act.note(number=issued.number)
    return issued


def _newest(act: Act, kind: PaperKind, number: str) -> Receipt | None:
    return act.session.scalars(
        select(Receipt)
        .where(
            Receipt.centre_id == act.centre_id,
            Receipt.kind == kind,
            Receipt.case_number == number,
            Receipt.voided_at.is_(None),
        )
        .order_by(Receipt.issued_at.desc(), Receipt.seq.desc())
        .limit(1)
    ).one_or_none()
