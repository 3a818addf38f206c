"""What stands where on the grid: every booking and closure of the board in the lanes it takes, also under another name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from db.clock import CHINA
from db.rooms.board import Board
from db.rooms.queries import BookingRow, ClosureRow, RoomRow
from db.rooms.rules import open_hours
from desktop.rooms.geometry import Box, Frame, Lane, minutes_of


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


def place(board: Board, frame: Frame) -> tuple[Placed, ...]:
    """Everything of the board in the lanes of the frame, closures first."""
    rooms = {room.id: room for room in board.rooms}
    found: list[Placed] = []
    reach = {room.id: _reach(board, room) for room in board.rooms}
    by_day: dict[date, list[tuple[int, Lane]]] = {}
    for at, lane in enumerate(frame.lanes):
        by_day.setdefault(lane.day, []).append((at, lane))
    rows: tuple[BookingRow | ClosureRow, ...] = (*board.closures, *board.bookings)
    for row in rows:
        owner = rooms.get(row.room_id)
        if owner is None:
            continue
        setup = owner.rules.setup_minutes if isinstance(row, BookingRow) else 0
        clearing = owner.rules.clearing_minutes if isinstance(row, BookingRow) else 0
        for day in _days_of(row, board):
            begins, ends = max(minutes_of(row.starts_at, day), 0), min(minutes_of(row.ends_at, day), 24 * 60)
            if ends <= begins or ends < frame.opens or begins > frame.closes:
                continue
            for at, lane in by_day.get(day, ()):
                if lane.room_id in reach[row.room_id]:
                    found.append(Placed(at, begins, ends, row, lane.room_id == row.room_id, setup, clearing))
    return tuple(found)


def open_spans(room: RoomRow, day: date) -> tuple[tuple[int, int], ...]:
    """The minutes of a day in which a room is open; the whole day where it has no hours."""
    if not room.rules.hours:
        return ((0, 24 * 60),)
    return tuple(
        (opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute)
        for opens, closes in open_hours(room.rules.hours, day)
    )


def shown_minutes(board: Board, rooms: tuple[RoomRow, ...], days: tuple[date, ...]) -> tuple[int, int]:
    """From when to when a day is shown: the rooms' hours, and what lies outside them; whole hours."""
    first, last = 8 * 60, 20 * 60
    spans = [span for room in rooms if room.rules.hours for day in days[:7] for span in open_spans(room, day)]
    if spans:
        first, last = min(opens for opens, _ in spans), max(closes for _, closes in spans)
    for row in board.bookings:
        for day in _days_of(row, board):
            if day in days:
                first = min(first, max(minutes_of(row.starts_at, day), 0))
                last = max(last, min(minutes_of(row.ends_at, day), 24 * 60))
    return first // 60 * 60, -(-last // 60) * 60


def box_of(placed: Placed, frame: Frame) -> Box:
    """Where it is drawn, without its buffers."""
    return frame.box(placed.lane, placed.begins, placed.ends)


def _reach(board: Board, room: RoomRow) -> frozenset[UUID]:
    """The rooms that are taken when this one is."""
    return frozenset(other.id for other in board.rooms if other is room or not set(other.parts).isdisjoint(room.parts))


def _days_of(row: BookingRow | ClosureRow, board: Board) -> Iterator[date]:
    """The days in China that a row touches, no more than the board shows."""
    first = max(row.starts_at, board.first).astimezone(CHINA).date()
    end = min(row.ends_at, board.last).astimezone(CHINA)
    last = end.date() - timedelta(days=1) if end.time() == time() else end.date()
    while first <= last:
        yield first
        first += timedelta(days=1)
