"""Sentences about what stands in the way of a booking."""

from sqlalchemy.orm import Session

from db.clock import local
from db.rooms.models import Booking, Closure, Room
from db.rooms.occupancy import Clash
from db.rooms.rules import TAKEN_NAMES, Taken


def clash_sentence(session: Session, room: Room, clash: Clash) -> str:
    """Which room is taken, by what, and from when to when, so that the clerk can offer something else."""
    starts, ends = local(clash.stretch.starts), local(clash.stretch.ends)
    when = f"{starts.month}月{starts.day}日 {starts:%H:%M}–{ends:%H:%M}"
    return f"{room.name}在 {when} 已有{_what(session, clash)}，请换一个时段或房间。"


def _what(session: Session, clash: Clash) -> str:
    if clash.kind is Taken.BOOKING:
        booking = session.get(Booking, clash.source_id)
        if booking is not None:
            return f"“{booking.borrower_name}{'：' + booking.purpose if booking.purpose else ''}”的预约"
    if clash.kind is Taken.CLOSURE:
        closure = session.get(Closure, clash.source_id)
        if closure is not None:
            return f"停用安排（{closure.reason}）"
    return f"{TAKEN_NAMES[clash.kind]}安排"
