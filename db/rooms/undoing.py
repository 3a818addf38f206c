"""What somebody would take back of a booking: how they left it, how it is now, and how it would be without their step."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from msgspec.structs import replace

from db.rooms import history
from db.rooms.booking_rows import BookingRow
from db.rooms.history import Snapshot
from db.rooms.models import Booking
from db.rooms.queries import booking
from db.rooms.states import BookingState, Step

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_SHOWN = frozenset(BookingRow.__struct_fields__) & frozenset(Snapshot.__struct_fields__)


@dataclass(frozen=True, slots=True)
class Undoing:
    """A step that is to be taken back.

    Args:
        now: the booking as it is.
        left: as it was left by the step.
        back: as it would be without the step; what was changed since stays.
        since: whether it was changed after the step.
    """

    now: BookingRow
    left: BookingRow
    back: BookingRow
    since: bool


def undoing(session: "Session", centre_id: UUID, booking_id: UUID, staff_id: UUID, step: int) -> Undoing | None:
    """What taking a step back would do (`step` as in `db.rooms.bookings.undo`); None when the booking is gone."""
    now = booking(session, centre_id, booking_id)
    if now is None:
        return None
    kept_as = session.get_one(Booking, booking_id)  # a room of a neighbour is another centre's
    steps = history.undoable(session, kept_as.centre_id, booking_id)
    mine = history.meant(steps, staff_id, step)
    kept = history.read_snapshot(mine.after) if mine is not None else None
    if mine is None or kept is None:
        return Undoing(now, now, now, since=False)
    left = replace(now, **{name: getattr(kept, name) for name in _SHOWN} | {"state": BookingState(kept.state)})
    if mine.step == Step.BOOK:
        back = replace(now, state=BookingState.CANCELLED)
    else:
        fields = history.fields_back(kept_as, mine)
        back = replace(now, **{name: value for name, value in fields.items() if name in _SHOWN})
    return Undoing(now, left, replace(back, state=BookingState(back.state)), since=steps[0] is not mine)
