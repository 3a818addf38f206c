"""Ctrl+Z: the changes of this page, the last one first, taken back through the database's own undo."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from db.action import Action
from db.errors import Refusal, Stale, Unavailable
from db.rooms.bookings import undo
from db.rooms.queries import BookingRow, WaitingRow, series_of
from db.rooms.series import SeriesBooked, undo_together
from db.rooms.states import TAKES_ROOM
from db.rooms.undoing import Undoing, undoing
from db.rooms.waiting import wait_again
from desktop.rooms.meanwhile import facts, hindered_back, waiting_state, words_back
from desktop.rooms.words import title_of
from desktop.shell.again import Again, Gesture, do_with

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop.rooms.page import RoomsPage

DEPTH = 50


@dataclass(frozen=True, slots=True)
class _Done:
    """One click: the booking it changed, the version it led to (0: not known), and whether it changed others of the
    series too.
    """

    booking_id: UUID
    step: int
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

    def __init__(self, page: "RoomsPage") -> None:
        super().__init__(page)
        self.page, self.desk = page, page.desk
        self._done: list[_Click] = []
        self._under_way: _Click | None = None
        self._more = 0  # presses while one was being taken back

    def push(self, booking_id: UUID, step: int = 0, *, of_series: bool = False) -> None:
        """Remember a click, and the version of the booking that it led to."""
        self._push(_Done(booking_id, step, of_series))

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
            self._look(last)

    def _undo_begun(self, rows: tuple[BookingRow, ...]) -> None:
        first = next((row for row in rows if row.state in TAKES_ROOM), None)
        if first is None:
            self._gone()
        else:
            self._look(_Done(first.id, 0, of_series=True))

    def _gone(self) -> None:
        self.desk.messages.warn("要撤销的预约已经找不到了。")
        self._next()

    def _look(self, last: _Done | _Waited) -> None:
        """What taking it back would do to the booking as it stands now."""
        show: Callable[[Undoing | None], None] = lambda found: self._show(last, found)  # noqa: E731
        self.desk.ask(self, self._question(last), then=show, failed=self._unread)

    def _question(self, last: _Done | _Waited) -> "Callable[[Session], Undoing | None]":
        booking_id, step = (last.booking_id, last.step) if isinstance(last, _Done) else (last.booking_id, 1)
        centre_id, me = self.desk.centre_id, self.desk.actor.staff_id if self.desk.actor else None
        assert booking_id is not None
        assert me is not None
        return lambda session: undoing(session, centre_id, booking_id, me, step)

    def _show(self, last: _Done | _Waited, found: Undoing | None) -> None:
        """Where somebody has changed it since, that is shown first, with what would be left of it."""
        if found is None:
            self._gone()
        elif not found.since or found.now == found.left:
            self._undo(last, found, beside=found.since)
        else:
            told = facts(self.page.seen.board.rooms if self.page.seen else ())
            series = isinstance(last, _Done) and last.of_series
            gesture = Gesture(
                replace(found, now=found.left), self._question(last), lambda each: told(each.now),
                lambda each: words_back(told(each.now), told(each.back), each, series=series),
                partial(self._undo, last, beside=True), hindered_back, since="您操作后",
            )  # fmt: skip
            first = Stale("您操作之后，别人又改过这个预约。")
            Again(self.page, self.desk, gesture, self._refused, self._left).meets(first)

    def _undo(self, last: _Done | _Waited, found: Undoing, *, beside: bool) -> None:
        def refused(refusal: Refusal) -> None:
            """Changed again since it was looked at: look once more."""
            if isinstance(refusal, Stale):
                self._look(last)
            else:
                self._refused(refusal)

        given: dict[str, Any] = {"booking_id": found.now.id, "version": found.now.version, "beside": beside}
        if isinstance(last, _Waited):
            self._wait_again(last, **given)
            return
        action: Action[..., Any] = undo_together if last.of_series else undo
        if not last.of_series:
            given["step"] = last.step
        self.desk.do(self, action, then=self._taken(f"已撤销：{title_of(found.now)}。"), failed=refused, **given)

    def _left(self) -> None:
        """Not taken back after all: it can be the next time."""
        if self._under_way is not None:
            self._done.append(self._under_way)
        self._under_way, self._more = None, 0

    def _wait_again(self, last: _Waited, **booked: Any) -> None:
        """Where somebody else has done something with them since, that is told, and can be taken back with it."""
        said = f"已撤销：{last.row.borrower}仍在候补。"
        done = replace(last.row, state=last.state)
        do_with(
            self.page, self.desk, waiting_state(self.desk.centre_id), done, f"{last.row.borrower}恢复为候补", wait_again,
            lambda now: {"waiting_id": now.id, "seen": now.state, **booked}, then=self._taken(said), failed=self._refused,
            left=self._left,
        )  # fmt: skip

    def _taken(self, said: str) -> Callable[[object], None]:
        def done(_: object) -> None:
            self.desk.messages.info(said)
            self.taken_back.emit()
            self._next()

        return done

    def _unread(self, refusal: Refusal) -> None:
        self.desk.tell(refusal)
        self._stop(refusal)

    def _refused(self, refusal: Refusal) -> None:
        self.desk.refuse(refusal)
        self._stop(refusal)

    def _stop(self, refusal: Refusal) -> None:
        """What could not be taken back because the link is gone can be when it is there again."""
        if isinstance(refusal, Unavailable):
            self._left()
        self._under_way, self._more = None, 0

    def _next(self) -> None:
        self._under_way = None
        if self._more:
            self._more -= 1
            self.take_back()
