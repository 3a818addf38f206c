"""Where a slot stands on the grid, and which slot a point is in: plain numbers, in pixels of the whole picture.

A lane is one room on one day. Upright: lanes side by side, time runs down (day, week of one room). Lying: a row for each
room, a column for each day, time runs to the right (week of all rooms).
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

import msgspec

from db.clock import CHINA, local

DAY_MINUTES = 24 * 60
GAP = 3
"""Pixels left free on the long sides of a booking."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of one day in one room, in minutes since midnight in China; half-open."""

    room_id: UUID
    day: date
    begins: int
    ends: int

    @property
    def starts_at(self) -> datetime:
        """The instant it begins."""
        return datetime.combine(self.day, time(), CHINA) + timedelta(minutes=self.begins)

    @property
    def ends_at(self) -> datetime:
        """The instant it ends."""
        return datetime.combine(self.day, time(), CHINA) + timedelta(minutes=self.ends)

    def clock(self) -> str:
        """From when to when, as it is read."""
        return f"{minutes_text(self.begins)}–{minutes_text(self.ends)}"


@dataclass(frozen=True, slots=True)
class Lane:
    """One room on one day."""

    room_id: UUID
    day: date


class Box(msgspec.Struct, frozen=True, gc=False):
    """A rectangle. A struct, since a week has a thousand of them and a dataclass takes ten times as long to make."""

    x: float
    y: float
    w: float
    h: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a point is in it; half-open."""
        return self.x <= x < self.x + self.w and self.y <= y < self.y + self.h


@dataclass(frozen=True, slots=True)
class Frame:
    """The measures of a picture. `scale` are pixels a minute; `opens` and `closes` the minutes shown of each day."""

    lanes: tuple[Lane, ...]
    upright: bool
    opens: int
    closes: int
    scale: float
    across: float  # pixels of a lane across the time: its width upright, its height lying
    side: float  # pixels left of the lanes: the clock, or the rooms' names
    head: float  # pixels above the lanes: names or days
    columns: int = 1  # lying: days in a row

    @property
    def along(self) -> float:
        """Pixels of a day."""
        return (self.closes - self.opens) * self.scale

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the whole picture, clock and names included."""
        if self.upright:
            return self.side + self.across * len(self.lanes), self.head + self.along
        rows = -(-len(self.lanes) // self.columns)
        return self.side + self.along * self.columns, self.head + self.across * rows

    def origin(self, lane: int) -> tuple[float, float]:
        """The upper left corner of a lane."""
        if self.upright:
            return self.side + lane * self.across, self.head
        return self.side + (lane % self.columns) * self.along, self.head + (lane // self.columns) * self.across

    def lane_box(self, lane: int) -> Box:
        """All of a lane."""
        x, y = self.origin(lane)
        return Box(x, y, self.across, self.along) if self.upright else Box(x, y, self.along, self.across)

    def box(self, lane: int, begins: float, ends: float, gap: float = GAP) -> Box:
        """A stretch of a lane, cut to the minutes shown; `gap` pixels are left free on its long sides."""
        first, last = max(begins, self.opens), min(ends, self.closes)
        x, y = self.origin(lane)
        start, length = (first - self.opens) * self.scale, max((last - first) * self.scale, 0)
        if self.upright:
            return Box(x + gap, y + start, self.across - 2 * gap, length)
        return Box(x + start, y + gap, length, self.across - 2 * gap)

    def lane_of(self, room_id: UUID, day: date) -> int | None:
        """The lane of a room on a day."""
        wanted = Lane(room_id, day)
        return self.lanes.index(wanted) if wanted in self.lanes else None

    def at(self, x: float, y: float) -> tuple[int, float] | None:
        """The lane and the minute at a point; outside the lanes the nearest one; None when there is no lane."""
        if not self.lanes:
            return None
        if self.upright:
            lane = int((x - self.side) // self.across)
            minute = self.opens + (y - self.head) / self.scale
        else:
            rows = -(-len(self.lanes) // self.columns)
            row = min(max(int((y - self.head) // self.across), 0), rows - 1)
            column = min(max(int((x - self.side) // self.along), 0), self.columns - 1)
            lane = row * self.columns + column
            minute = self.opens + (x - self.side - column * self.along) / self.scale
        lane = min(max(lane, 0), len(self.lanes) - 1)
        return lane, min(max(minute, self.opens), self.closes)

    def snap(self) -> int:
        """To how many minutes a drag settles: finer the larger the picture."""
        hour = self.scale * 60
        return 5 if hour >= 110 else 15 if hour >= 22 else 30


def minutes_of(at: datetime, day: date) -> int:
    """Minutes from a day's midnight in China to an instant; negative before, over 1440 after."""
    there = local(at)
    return (there.date() - day).days * DAY_MINUTES + there.hour * 60 + there.minute


def minutes_text(minutes: int) -> str:
    """“09:05”; midnight at the end of a day is 24:00."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
