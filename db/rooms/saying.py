"""Sentences about what stands in the way of a booking."""

from typing import Protocol

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from db.base import table_of
from db.clock import local
from db.duty.models import DutyBody, DutySlot
from db.prepared import Prepared, connection_of
from db.rooms.models import Booking, Closure
from db.rooms.occupancy import Clash
from db.rooms.rules import TAKEN_NAMES, Taken

_BOOKING, _CLOSURE = table_of(Booking), table_of(Closure)
_SLOT, _BODY = table_of(DutySlot), table_of(DutyBody)
_WHO = Prepared(select(_BOOKING.c.borrower_name, _BOOKING.c.purpose).where(_BOOKING.c.id == bindparam("of_source")))
_WHY = Prepared(select(_CLOSURE.c.reason).where(_CLOSURE.c.id == bindparam("of_source")))
_WHOSE = Prepared(
    select(_BODY.c.name).join(_SLOT, _SLOT.c.body_id == _BODY.c.id).where(_SLOT.c.id == bindparam("of_source"))
)


class Named(Protocol):
    """A room, as far as a sentence names it."""

    @property
    def name(self) -> str: ...


def clash_sentence(where: Session | Connection, room: Named, clash: Clash) -> str:
    """Which room is taken, by what, and from when to when, so that the clerk can offer something else."""
    starts, ends = local(clash.stretch.starts), local(clash.stretch.ends)
    when = f"{starts.month}月{starts.day}日 {starts:%H:%M}–{ends:%H:%M}"
    return f"{room.name}在 {when} 已有{_what(connection_of(where), clash)}，请换一个时段或房间。"


def _what(connection: Connection, clash: Clash) -> str:
    source = {"of_source": clash.source_id}
    if clash.kind is Taken.BOOKING:
        booking = _WHO.row(connection, source)
        if booking is not None:
            return f"“{booking.borrower_name}{'：' + booking.purpose if booking.purpose else ''}”的预约"
    if clash.kind is Taken.CLOSURE:
        closure = _WHY.row(connection, source)
        if closure is not None:
            return f"停用安排（{closure.reason}）"
    if clash.kind is Taken.DUTY:
        body = _WHOSE.row(connection, source)
        if body is not None:
            return f"{body.name}轮值"
    return f"{TAKEN_NAMES[clash.kind]}安排"
