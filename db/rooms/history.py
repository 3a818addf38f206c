"""The history of a booking: every step with what was before and after, so that it can be read, replayed and taken back."""

from collections.abc import Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from db.action import Act
from db.base import table_of
from db.ids import new_id
from db.prepared import Prepared
from db.rooms.models import Booking, BookingEvent
from db.rooms.states import Step

if TYPE_CHECKING:
    from db.rooms.making import Fresh

_TIMES = ("starts_at", "ends_at", "arrived_at", "left_at")
_STRETCH = frozenset({"starts_at", "ends_at"})
_EVENT = table_of(BookingEvent)
_LAST = (
    select(func.coalesce(func.max(_EVENT.c.position), 0))
    .where(_EVENT.c.centre_id == bindparam("centre_id"), _EVENT.c.booking_id == bindparam("booking_id"))
    .scalar_subquery()
)
_ADD = Prepared(
    insert(_EVENT).values(
        {column.name: bindparam(column.name, type_=column.type) for column in _EVENT.c} | {"position": _LAST + 1}
    )
)


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of a booking that steps change. Times are aware UTC."""

    room_id: UUID
    series_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    state: str
    use: str
    purpose: str
    responsible: str
    people: int
    reason: str
    arrived_at: datetime | None
    left_at: datetime | None
    people_came: int | None
    equipment_after: str
    problems: str


_NAMES = Snapshot.__struct_fields__
_FIELDS = attrgetter(*_NAMES)


def snapshot(booking: "Booking | Fresh") -> str:
    """The booking as it stands, as JSON; times in UTC, whatever zone the caller gave them in."""
    fields = dict(zip(_NAMES, _FIELDS(booking), strict=True))
    for name in _TIMES:
        at = fields[name]
        if at is not None and at.tzinfo is not UTC:
            fields[name] = at.astimezone(UTC)
    for name in ("reason", "equipment_after", "problems"):
        fields[name] = fields[name] or ""
    return msgspec.json.encode(Snapshot(**fields)).decode()


def read_snapshot(kept: str) -> Snapshot | None:
    """What a step kept; None before the first one."""
    return msgspec.json.decode(kept, type=Snapshot) if kept else None


def put_back(booking: Booking, step: BookingEvent) -> bool:
    """Give a booking back what a step has changed; False where all of that has been changed again since."""
    back = fields_back(booking, step)
    for name, value in back.items():
        setattr(booking, name, value.astimezone(UTC) if isinstance(value, datetime) else value)
    return bool(back) or step.before == step.after


def fields_back(booking: Booking, step: BookingEvent) -> dict[str, Any]:
    """What would be different without a step: the fields that it has changed and nobody since, as they were before.

    Beginning and end are one: where somebody has set either since, both stay.
    """
    now, old, new = (read_snapshot(kept) for kept in (snapshot(booking), step.before, step.after))
    if now is None or old is None or new is None:
        return {}
    since = {name for name in _NAMES if getattr(new, name) != getattr(now, name)}
    if since & _STRETCH:
        since |= _STRETCH
    names = (name for name in _NAMES if name not in since and getattr(old, name) != getattr(new, name))
    return {name: getattr(old, name) for name in names}


def write(
    act: Act, booking: Booking, step: Step, *, before: str | None, reason: str = "", undoes: BookingEvent | None = None
) -> None:
    """Add a step to the history; a step that is an undo names the step it takes back."""
    row = first(act, booking) | {
        "step": step.value,
        "before": before or "",
        "reason": reason or (f"撤销第 {undoes.position} 步" if undoes else ""),
        "undoes": undoes.position if undoes else None,
    }
    _ADD.later(act.connection, row)


def first(act: Act, booking: "Booking | Fresh") -> dict[str, object]:
    """The row of a booking's first step, for those who write it together with the booking."""
    return {
        "id": new_id(),
        "centre_id": booking.centre_id,
        "booking_id": booking.id,
        "position": 1,
        "at": act.now,
        "staff_id": act.actor.staff_id,
        "staff_name": act.actor.name,
        "step": Step.BOOK.value,
        "before": "",
        "after": snapshot(booking),
        "reason": booking.reason,
        "undoes": None,
        "op": act.op,
    }


def last_undoable(act: Act, booking: Booking) -> BookingEvent | None:
    """The newest step that has not been taken back and is no undo itself."""
    return next(iter(undoable(act.session, booking.centre_id, booking.id)), None)


def undoable(session: Session, centre_id: UUID, booking_id: UUID) -> list[BookingEvent]:
    """The steps that have not been taken back and are no undo themselves, the newest first."""
    events = session.scalars(
        select(BookingEvent)
        .where(BookingEvent.centre_id == centre_id, BookingEvent.booking_id == booking_id)
        .order_by(BookingEvent.position.desc())
    ).all()
    undone = {event.undoes for event in events if event.undoes is not None}
    return [event for event in events if event.step != Step.UNDO and event.position not in undone]


def meant(steps: Sequence[BookingEvent], staff_id: UUID, position: int = 0) -> BookingEvent | None:
    """The step that somebody wants to take back: the one at a position, else their newest."""
    wanted = (each for each in steps if each.position == position or (not position and each.staff_id == staff_id))
    return next(wanted, None)
