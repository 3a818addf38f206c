"""What stands where on the grid: every booking and closure of the board in the lanes it takes, also under another name."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import msgspec

from db.rooms.board import Board
from db.rooms.queries import BookingRow, ClosureRow, RoomRow
from db.rooms.rules import open_hours
from desktop.rooms.geometry import DAY_MINUTES, Box, Frame


class Placed(msgspec.Struct, frozen=True, gc=False):
    """A booking or a closure in a lane, in minutes of its day. `own` is false where only a part of it reaches here."""

    lane: int
    begins: int
    ends: int
    row: BookingRow | ClosureRow
    own: bool = True
    setup: int = 0
    clearing: int = 0


Span = tuple[BookingRow | ClosureRow, date, int, int]
"""A row on one day, from one minute to another."""


def spans_of(board: Board) -> tuple[Span, ...]:
    """Every row of the board on each day it touches, closures first; worked out once for a board."""
    rows: tuple[BookingRow | ClosureRow, ...] = (*board.closures, *board.bookings)
    return tuple(span for row in rows for span in _days_of(row, board))


def place(board: Board, frame: Frame, spans: tuple[Span, ...]) -> tuple[Placed, ...]:
    """Everything of the board in the lanes of the frame, closures first."""
    buffers = {room.id: (room.rules.setup_minutes, room.rules.clearing_minutes) for room in board.rooms}
    lanes: dict[tuple[UUID, date], list[tuple[int, bool]]] = {}
    for room in board.rooms:
        reach = _reach(board, room)
        for at, lane in enumerate(frame.lanes):
            if lane.room_id in reach:
                lanes.setdefault((room.id, lane.day), []).append((at, lane.room_id == room.id))
    found: list[Placed] = []
    for row, day, begins, ends in spans:
        if ends < frame.opens or begins > frame.closes:
            continue
        for at, own in lanes.get((row.room_id, day), ()):
            setup, clearing = buffers[row.room_id] if isinstance(row, BookingRow) else (0, 0)
            found.append(Placed(at, begins, ends, row, own, setup, clearing))
    return tuple(found)


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
    wanted = set(days)
    for row, day, begins, ends in rows:
        if day in wanted and isinstance(row, BookingRow):
            first, last = min(first, begins), max(last, ends)
    return first // 60 * 60, -(-last // 60) * 60


def box_of(placed: Placed, frame: Frame) -> Box:
    """Where it is drawn, without its buffers."""
    return frame.box(placed.lane, placed.begins, placed.ends)


def _reach(board: Board, room: RoomRow) -> frozenset[UUID]:
    """The rooms that are taken when this one is."""
    return frozenset(other.id for other in board.rooms if other is room or not set(other.parts).isdisjoint(room.parts))


def _days_of(row: BookingRow | ClosureRow, board: Board) -> Iterator[Span]:
    """The days in China that a row touches, no more than the board shows."""
    starts, ends = _minute(row.starts_at), _minute(row.ends_at)
    day, begins = divmod(starts, DAY_MINUTES)
    if ends - starts + begins < DAY_MINUTES:
        yield row, date.fromordinal(day), begins, ends - starts + begins
        return
    first, last = max(starts, _minute(board.first)), min(ends, _minute(board.last))
    for day in range(first // DAY_MINUTES, -(-last // DAY_MINUTES)):
        midnight = day * DAY_MINUTES
        begins, until = max(starts - midnight, 0), min(ends - midnight, DAY_MINUTES)
        if until > begins:
            yield row, date.fromordinal(day), begins, until


_EPOCH = datetime(1, 1, 1, tzinfo=UTC)
_MINUTES_OF_CHINA = DAY_MINUTES + 8 * 60
"""Day 1 is the first; China is eight hours ahead."""


def _minute(at: datetime) -> int:
    """Whole minutes in China since the day before the first of January of the year 1, so that days are ordinals.

    Plain arithmetic: a time zone's own conversion takes several times as long, and a week has two thousand of them.
    """
    since = at - _EPOCH
    return since.days * DAY_MINUTES + since.seconds // 60 + _MINUTES_OF_CHINA
