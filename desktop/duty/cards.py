"""From members and the signed codes of their cards to the faces that are printed. No Qt."""

from collections.abc import Sequence
from datetime import date

from db.duty.cards import CardCodes
from db.duty.posting import public
from db.duty.rows import MemberRow, SeatRow
from db.receipts.content import CentreFacts
from desktop.paper.duty_cards import CardFace


def faces(centre: CentreFacts, members: Sequence[MemberRow], codes: CardCodes, today: date) -> tuple[CardFace, ...]:
    """A face for each code, in the order of the codes; its number is the end of the member's id and the card's serial."""
    known = {member.id: member for member in members}
    return tuple(
        CardFace(
            centre=centre.name,
            name=public(known[code.member_id].name),
            kinds=tuple(_seat_text(seat) for seat in known[code.member_id].seats if seat.active),
            unit_post=public(known[code.member_id].unit_post),
            number=f"{centre.code}-{code.member_id.hex[-6:].upper()}-{code.serial}",
            code=code.payload,
            issued_on=f"{today.year}年{today.month}月",
        )
        for code in codes.codes
        if code.member_id in known
    )


def _seat_text(seat: SeatRow) -> str:
    return f"{seat.body_name}　{seat.level}{seat.kind}" if seat.kind else seat.body_name
