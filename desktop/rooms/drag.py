"""What a drag proposes: pure, so that mouse and keyboard share it and a test can hold it."""

from dataclasses import dataclass, replace
from enum import StrEnum

from db.rooms.queries import BookingRow
from desktop.rooms.geometry import Frame, Slot


class Grip(StrEnum):
    """What is dragged."""

    CREATE = "create"
    MOVE = "move"
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class Drag:
    """A drag under way: what it began with, where it was gripped (minutes), and what it proposes now."""

    grip: Grip
    origin: Slot
    gripped: float
    proposal: Slot
    booking: BookingRow | None = None

    @property
    def has_moved(self) -> bool:
        """Whether letting go would change anything."""
        return self.grip is Grip.CREATE or self.proposal != self.origin


def begin(grip: Grip, origin: Slot, gripped: float, booking: BookingRow | None = None) -> Drag:
    """Start a drag that proposes nothing new yet."""
    return Drag(grip, origin, gripped, origin, booking)


def pulled(drag: Drag, frame: Frame, lane: int, minute: float) -> Drag:
    """The drag with the pointer at a minute of a lane."""
    step = frame.snap()
    origin = drag.origin
    if drag.grip is Grip.MOVE:
        length = drag.proposal.ends - drag.proposal.begins
        begins = _to(minute - (drag.gripped - origin.begins), step)
        begins = max(min(begins, frame.closes - length), frame.opens)
        place = frame.lanes[lane]
        return replace(drag, proposal=Slot(place.room_id, place.day, begins, begins + length))
    if drag.grip is Grip.START:
        begins = min(max(_to(minute, step), frame.opens), origin.ends - step)
        return replace(drag, proposal=replace(origin, begins=begins))
    if drag.grip is Grip.END:
        ends = max(min(_to(minute, step), frame.closes), origin.begins + step)
        return replace(drag, proposal=replace(origin, ends=ends))
    anchor = int(drag.gripped // step) * step
    if minute >= drag.gripped:
        ends = max(_up(minute, step), anchor + step)
        return replace(drag, proposal=replace(origin, begins=anchor, ends=min(ends, frame.closes)))
    begins = max(int(minute // step) * step, frame.opens)
    return replace(drag, proposal=replace(origin, begins=begins, ends=max(anchor + step, begins + step)))


def nudged(drag: Drag, frame: Frame, lanes: int, steps: int) -> Drag:
    """The drag moved by the keyboard: so many lanes, so many steps of time."""
    place = frame.lane_of(drag.proposal.room_id, drag.proposal.day)
    lane = min(max((place or 0) + lanes, 0), len(frame.lanes) - 1)
    offset = drag.gripped - drag.origin.begins
    return pulled(drag, frame, lane, drag.proposal.begins + offset + steps * frame.snap())


def stretched(drag: Drag, frame: Frame, steps: int) -> Drag:
    """The drag made longer or shorter at its end by the keyboard, by so many steps of time."""
    slot, step = drag.proposal, frame.snap()
    ends = max(min(slot.ends + steps * step, frame.closes), slot.begins + step)
    return replace(drag, proposal=replace(slot, ends=ends))


def _to(minute: float, step: int) -> int:
    return round(minute / step) * step


def _up(minute: float, step: int) -> int:
    return -int(-minute // step) * step
