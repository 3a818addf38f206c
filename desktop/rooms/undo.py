"""Ctrl+Z: the changes of this page, the last one first, taken back through the database's own undo."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from db.action import Action
from db.rooms.bookings import undo
from db.rooms.queries import BookingRow, WaitingRow, booking, series_of
from db.rooms.series import SeriesBooked, undo_together
from db.rooms.states import TAKES_ROOM
from db.rooms.waiting import wait_again
from desktop.rooms.words import title_of
from desktop.shell.desk import Desk

DEPTH = 50


@dataclass(frozen=True, slots=True)
class _Done:
    """One click: the booking it changed, and whether it changed others of the series too."""

    booking_id: UUID
    of_series: bool


@dataclass(frozen=True, slots=True)
class _Waited:
    """One click on the waiting list: who it was, the state it led to, and the booking that it made."""

    row: WaitingRow
    state: str
    booking_id: UUID | None


class UndoStack(QObject):
    """What this page has done and could take back."""

    taken_back = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self.desk = desk
        self._done: list[_Done | _Waited] = []

    def push(self, booking_id: UUID, *, of_series: bool = False) -> None:
        """Remember a click."""
        self._done = [*self._done[-DEPTH:], _Done(booking_id, of_series)]

    def push_waiting(self, row: WaitingRow, state: str, booking_id: UUID | None = None) -> None:
        """Remember what was done with somebody on the waiting list."""
        self._done = [*self._done[-DEPTH:], _Waited(row, state, booking_id)]

    def push_series(self, result: object, booking_id: UUID | None) -> None:
        """Remember a click that made or changed a series."""
        if isinstance(result, SeriesBooked):
            self.desk.ask(self, series_of, self.desk.centre_id, result.series_id, then=self._first_of)
        elif booking_id is not None:
            self.push(booking_id, of_series=True)

    def take_back(self) -> None:
        """Take the last click back, as the booking stands now."""
        if not self._done:
            self.desk.messages.info("没有可以撤销的操作。")
            return
        last = self._done.pop()
        if isinstance(last, _Waited) and last.booking_id is None:
            self._wait_again(last)
            return
        self.desk.ask(self, booking, self.desk.centre_id, last.booking_id, then=lambda row: self._undo(last, row))

    def _undo(self, last: _Done | _Waited, row: BookingRow | None) -> None:
        if row is None:
            self.desk.messages.warn("要撤销的预约已经找不到了。")
            return
        if isinstance(last, _Waited):
            self._wait_again(last, booking_id=row.id, version=row.version)
            return
        action: Action[..., Any] = undo_together if last.of_series else undo

        def done(_: object) -> None:
            self.desk.messages.info(f"已撤销：{title_of(row)}。")
            self.taken_back.emit()

        self.desk.do(self, action, booking_id=row.id, version=row.version, then=done)

    def _wait_again(self, last: _Waited, **booked: Any) -> None:
        def done(_: object) -> None:
            self.desk.messages.info(f"已撤销：{last.row.borrower}仍在候补。")
            self.taken_back.emit()

        self.desk.do(self, wait_again, waiting_id=last.row.id, seen=last.state, then=done, **booked)

    def _first_of(self, rows: tuple[BookingRow, ...]) -> None:
        first = next((row for row in rows if row.state in TAKES_ROOM), None)
        if first is not None:
            self.push(first.id, of_series=True)
