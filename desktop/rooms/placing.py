"""What stands where on the grid: every booking and closure of the board in the lanes it takes, also under another name."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import msgspec

from db.rooms.board import Board
from db.rooms.queries import BookingRow, ClosureRow, RoomRow
from db.rooms.rules import open_hours
from desktop.rooms.geometry import DAY_MINUTES, GAP, Box, Frame


class Placed(msgspec.Struct, frozen=True, gc=False):
    """A booking or a closure in a lane, in minutes of its day. `own` is false where only a part of it reaches here."""

    lane: int
    begins: int
    ends: int
    row: BookingRow | ClosureRow
    own: bool = True
    setup: int = 0
    clearing: int = 0


Span = tuple[BookingRow | ClosureRow, int, int, int]
"""A row on one day (its ordinal), from one minute to another."""


def spans_of(board: Board) -> tuple[Span, ...]:
    """Every row of the board on each day it touches, closures first; worked out once for a board."""
    found: list[Span] = []
    rows: tuple[BookingRow | ClosureRow, ...] = (*board.closures, *board.bookings)
    for row in rows:
        starts, ends = _minute(row.starts_at), _minute(row.ends_at)
        day, begins = divmod(starts, DAY_MINUTES)
        if ends - starts + begins < DAY_MINUTES:
            found.append((row, day, begins, ends - starts + begins))
        else:
            found += _days_of(row, starts, ends, board)
    return tuple(found)


def place(board: Board, frame: Frame, spans: tuple[Span, ...]) -> tuple[Placed, ...]:
    """Everything of the board in the lanes of the frame, closures first."""
    lanes: dict[tuple[int, int], list[tuple[int, bool, int, int]]] = {}  # plain numbers: an UUID is dear to look up
    for room in board.rooms:
        reach = {each.id for each in board.reach(room)}
        for at, lane in enumerate(frame.lanes):
            if lane.room_id in reach:
                one = (at, lane.room_id == room.id, room.rules.setup_minutes, room.rules.clearing_minutes)
                lanes.setdefault((room.id.int, lane.day.toordinal()), []).append(one)
    found: list[Placed] = []
    for row, day, begins, ends in spans:
        if ends < frame.opens or begins > frame.closes:
            continue
        for at, own, setup, clearing in lanes.get((row.room_id.int, day), ()):
            if isinstance(row, BookingRow):
                found.append(Placed(at, begins, ends, row, own, setup, clearing))
            else:
                found.append(Placed(at, begins, ends, row, own))
    return tuple(found)


class Piece(msgspec.Struct, frozen=True, gc=False):
    """Where a placed row is painted, in whole pixels of the picture: the block, its buffers, and all that it may cover."""

    placed: Placed
    left: int
    top: int
    width: int
    height: int
    before: int  # pixels of the buffers, along the time
    behind: int
    last: int  # lying: where the next thing in its lane begins; words that find no room in the block stand before it
    west: int
    north: int
    east: int
    south: int

    def holds(self, x: float, y: float) -> bool:
        """Whether a point of the picture is in the block; half-open."""
        return self.left <= x < self.left + self.width and self.top <= y < self.top + self.height


def pieces_of(placed: tuple[Placed, ...], frame: Frame) -> tuple[Piece, ...]:
    """What is painted of each; a thousand at once, so plain arithmetic (`Frame.box` says the same of one)."""
    corners = [frame.origin(lane) for lane in range(len(frame.lanes))]
    opens, closes, scale, upright = frame.opens, frame.closes, frame.scale, frame.upright
    across = frame.across - 2 * GAP
    found: list[Piece] = []
    for each, free in zip(placed, _free_until(placed, closes), strict=True):
        x, y = corners[each.lane]
        first = each.begins if each.begins > opens else opens
        until = each.ends if each.ends < closes else closes
        start, end = (first - opens) * scale, (max(until, first) - opens) * scale
        before, behind = int(each.setup * scale + 0.5), int(each.clearing * scale + 0.5)
        if upright:
            left, right, top, bottom = x + GAP, x + GAP + across, y + start, y + end
        else:
            left, right, top, bottom = x + start, x + end, y + GAP, y + GAP + across
        left, top = int(left + 0.5), int(top + 0.5)
        width, height = max(int(right + 0.5) - left, 2), max(int(bottom + 0.5) - top, 2)
        if upright:
            edges = (left, top - before, left + width, top + height + behind)
            found.append(Piece(each, left, top, width, height, before, behind, 0, *edges))
        else:
            last = int(x + (free - opens) * scale)
            edges = (left - before, top, max(left + width + behind, last), top + height)
            found.append(Piece(each, left, top, width, height, before, behind, last, *edges))
    return tuple(found)


def _free_until(placed: tuple[Placed, ...], closes: int) -> list[int]:
    """For each the minute at which the next thing begins in its lane; the end of the day when nothing does."""
    begins: dict[int, list[int]] = {}
    for each in placed:
        begins.setdefault(each.lane, []).append(each.begins - each.setup)
    for lane in begins.values():
        lane.sort()
        lane.append(closes)
    found = []
    for each in placed:
        lane = begins[each.lane]
        found.append(lane[bisect_left(lane, each.ends, hi=len(lane) - 1)])
    return found


def open_spans(room: RoomRow, day: date) -> tuple[tuple[int, int], ...]:
    """The minutes of a day in which a room is open; the whole day where it has no hours."""
    if not room.rules.hours:
        return ((0, 24 * 60),)
    return tuple(
        (opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute)
        for opens, closes in open_hours(room.rules.hours, day)
    )


OpenAt = dict[tuple[UUID, date], tuple[tuple[int, int], ...]]
"""The minutes in which each room that has hours is open on each day."""


def open_at(rooms: tuple[RoomRow, ...], days: tuple[date, ...]) -> OpenAt:
    """The opening hours of every lane, worked out once."""
    return {(room.id, day): open_spans(room, day) for room in rooms if room.rules.hours for day in days}


def shown_minutes(opening: OpenAt, days: tuple[date, ...], rows: tuple[Span, ...]) -> tuple[int, int]:
    """From when to when a day is shown: the rooms' hours, and what lies outside them; whole hours."""
    first, last = 8 * 60, 20 * 60
    spans = [span for each in opening.values() for span in each]
    if spans:
        first, last = min(opens for opens, _ in spans), max(closes for _, closes in spans)
    wanted = {day.toordinal() for day in days}
    for row, day, begins, ends in rows:
        if (begins < first or ends > last) and day in wanted and isinstance(row, BookingRow):
            first, last = min(first, begins), max(last, ends)
    return first // 60 * 60, -(-last // 60) * 60


def box_of(placed: Placed, frame: Frame) -> Box:
    """Where it is drawn, without its buffers."""
    return frame.box(placed.lane, placed.begins, placed.ends)


def _days_of(row: BookingRow | ClosureRow, starts: int, ends: int, board: Board) -> Iterator[Span]:
    """The days in China that a long row touches, no more than the board shows."""
    first, last = max(starts, _minute(board.first)), min(ends, _minute(board.last))
    for day in range(first // DAY_MINUTES, -(-last // DAY_MINUTES)):
        midnight = day * DAY_MINUTES
        begins, until = max(starts - midnight, 0), min(ends - midnight, DAY_MINUTES)
        if until > begins:
            yield row, day, begins, until


_EPOCH = datetime(1, 1, 1, tzinfo=UTC)
_MINUTES_OF_CHINA = DAY_MINUTES + 8 * 60
"""Day 1 is the first; China is eight hours ahead."""


def _minute(at: datetime) -> int:
    """Whole minutes in China since the day before the first of January of the year 1, so that days are ordinals.

    Plain arithmetic: a time zone's own conversion takes several times as long, and a week has two thousand of them.
    """
    since = at - _EPOCH
    return since.days * DAY_MINUTES + since.seconds // 60 + _MINUTES_OF_CHINA
