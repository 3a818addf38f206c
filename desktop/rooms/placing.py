"""What stands where on the grid: every booking and closure of the board in the lanes it takes, also under another name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from db.clock import CHINA
from db.rooms.board import Board
from db.rooms.queries import BookingRow, ClosureRow, RoomRow
from db.rooms.rules import open_hours
from desktop.rooms.geometry import Box, Frame, minutes_of


@dataclass(frozen=True, slots=True)
class Placed:
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
    rules = {room.id: room.rules for room in board.rooms}
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
            if isinstance(row, BookingRow):
                room_rules = rules[row.room_id]
                setup, clearing = room_rules.setup_minutes, room_rules.clearing_minutes
                found.append(Placed(at, begins, ends, row, own, setup, clearing))
            else:
                found.append(Placed(at, begins, ends, row, own))
    return tuple(found)


def open_spans(room: RoomRow, day: date) -> tuple[tuple[int, int], ...]:
    """The minutes of a day in which a room is open; the whole day where it has no hours."""
    if not room.rules.hours:
        return ((0, 24 * 60),)
    return tuple(
        (opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute)
        for opens, closes in open_hours(room.rules.hours, day)
    )


def shown_minutes(rooms: tuple[RoomRow, ...], days: tuple[date, ...], rows: tuple[Span, ...]) -> tuple[int, int]:
    """From when to when a day is shown: the rooms' hours, and what lies outside them; whole hours."""
    first, last = 8 * 60, 20 * 60
    spans = [span for room in rooms if room.rules.hours for day in days[:7] for span in open_spans(room, day)]
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
    starts, ends = row.starts_at.astimezone(CHINA), row.ends_at.astimezone(CHINA)
    if starts.date() == ends.date():
        yield row, starts.date(), starts.hour * 60 + starts.minute, ends.hour * 60 + ends.minute
        return
    first, last = max(starts, board.first.astimezone(CHINA)), min(ends, board.last.astimezone(CHINA))
    day = first.date()
    while datetime.combine(day, time(), CHINA) < last:
        begins, until = max(minutes_of(row.starts_at, day), 0), min(minutes_of(row.ends_at, day), 24 * 60)
        if until > begins:
            yield row, day, begins, until
        day += timedelta(days=1)
