"""Ctrl+Z: the changes of this page, the last one first, taken back through the database's own undo."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from db.action import Action
from db.errors import Refusal, Unavailable
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
class _Begun:
    """One click that booked a series."""

    series_id: UUID


@dataclass(frozen=True, slots=True)
class _Waited:
    """One click on the waiting list: who it was, the state it led to, and the booking that it made."""

    row: WaitingRow
    state: str
    booking_id: UUID | None


_Click = _Done | _Begun | _Waited


class UndoStack(QObject):
    """What this page has done and could take back, one after the other: pressed twice at once it takes back two."""

    taken_back = Signal()

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self.desk = desk
        self._done: list[_Click] = []
        self._under_way: _Click | None = None
        self._more = 0  # presses while one was being taken back

    def push(self, booking_id: UUID, *, of_series: bool = False) -> None:
        """Remember a click."""
        self._push(_Done(booking_id, of_series))

    def push_waiting(self, row: WaitingRow, state: str, booking_id: UUID | None = None) -> None:
        """Remember what was done with somebody on the waiting list."""
        self._push(_Waited(row, state, booking_id))

    def push_series(self, result: object, booking_id: UUID | None) -> None:
        """Remember a click that made or changed a series."""
        if isinstance(result, SeriesBooked):
            self._push(_Begun(result.series_id))
        elif booking_id is not None:
            self.push(booking_id, of_series=True)

    def _push(self, click: _Click) -> None:
        self._done = [*self._done[-DEPTH:], click]

    def take_back(self) -> None:
        """Take the last click back, as the booking stands now."""
        if self._under_way is not None:
            self._more += 1
            return
        if not self._done:
            self._more = 0
            self.desk.messages.info("没有可以撤销的操作。")
            return
        last = self._under_way = self._done.pop()
        if isinstance(last, _Begun):
            self.desk.ask(
                self, series_of, self.desk.centre_id, last.series_id, then=self._undo_begun, failed=self._unread
            )
        elif isinstance(last, _Waited) and last.booking_id is None:
            self._wait_again(last)
        else:
            self.desk.ask(
                self,
                booking,
                self.desk.centre_id,
                last.booking_id,
                then=lambda row: self._undo(last, row),
                failed=self._unread,
            )

    def _undo_begun(self, rows: tuple[BookingRow, ...]) -> None:
        first = next((row for row in rows if row.state in TAKES_ROOM), None)
        self._undo(_Done(first.id, of_series=True) if first else None, first)

    def _undo(self, last: _Done | _Waited | None, row: BookingRow | None) -> None:
        if row is None:
            self.desk.messages.warn("要撤销的预约已经找不到了。")
            self._next()
            return
        if isinstance(last, _Waited):
            self._wait_again(last, booking_id=row.id, version=row.version)
            return
        action: Action[..., Any] = undo_together if last is not None and last.of_series else undo
        self._do(action, f"已撤销：{title_of(row)}。", booking_id=row.id, version=row.version)

    def _wait_again(self, last: _Waited, **booked: Any) -> None:
        said = f"已撤销：{last.row.borrower}仍在候补。"
        self._do(wait_again, said, waiting_id=last.row.id, seen=last.state, **booked)

    def _do(self, action: Action[..., Any], said: str, **given: Any) -> None:
        def done(_: object) -> None:
            self.desk.messages.info(said)
            self.taken_back.emit()
            self._next()

        self.desk.do(self, action, then=done, failed=self._refused, **given)

    def _unread(self, refusal: Refusal) -> None:
        self.desk.tell(refusal)
        self._stop(refusal)

    def _refused(self, refusal: Refusal) -> None:
        self.desk.refuse(refusal)
        self._stop(refusal)

    def _stop(self, refusal: Refusal) -> None:
        """What could not be taken back because the link is gone can be when it is there again."""
        if isinstance(refusal, Unavailable) and self._under_way is not None:
            self._done.append(self._under_way)
        self._under_way, self._more = None, 0

    def _next(self) -> None:
        self._under_way = None
        if self._more:
            self._more -= 1
            self.take_back()
