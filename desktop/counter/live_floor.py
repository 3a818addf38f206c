"""What a window knows of today's queue, kept true: read whole once, then only the tickets that others have moved.

One question is under way at a time, so that no older answer comes after a newer one; what moves meanwhile is asked next.
"""

from datetime import date
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from db.changes import Changes
from db.clock import business_date
from db.errors import Refusal
from db.live import MANY
from db.tickets import watching
from db.tickets.floor import Watch
from desktop.shell.desk import Desk

COALESCE_MS = 60
"""A burst of changes is read once."""
SELDOM = frozenset({"counter", "staff", "ticket_letter", "ticket_policy"})
"""Who sits where and what a counter serves: the floor is read anew, names and all."""


class LiveFloor(QObject):
    """Belongs to a page that is seen; while it is hidden nobody calls `changed`, and `refresh` comes when it is shown."""

    read = Signal(object)  # Watch

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self.known: Watch | None = None
        self._all = True  # the whole floor is wanted
        self._moved: set[UUID] = set()
        self._asked: object | None = None  # the question under way
        self._soon = QTimer(self, singleShot=True, interval=COALESCE_MS)
        self._soon.timeout.connect(self._ask)

    @property
    def waits(self) -> bool:
        """Whether something is still to be read."""
        return self._asked is not None or self._soon.isActive()

    def refresh(self) -> None:
        """Read the whole floor."""
        self._all = True
        self._ask()

    def changed(self, changes: Changes) -> None:
        """Something was committed here or elsewhere; what concerns the queue is read soon, once for a burst."""
        moved = {change.id for change in changes if change.kind == "ticket"}
        seldom = MANY in moved or any(change.kind in SELDOM for change in changes)
        if moved or seldom:
            self._moved |= moved
            self._all = self._all or seldom
            if not self._soon.isActive():
                self._soon.start()

    def now(self) -> None:
        """A click of this window is done: show what it did without waiting for more."""
        if self._soon.isActive() or self._asked is not None:
            self._soon.stop()
            self._ask()
        else:
            self.refresh()  # nothing was announced: the answer of an earlier, identical click

    def forget(self) -> None:
        """Somebody else sits here, or nobody: an answer that is still under way is not for them."""
        self._soon.stop()
        self._moved.clear()
        self.known, self._all, self._asked = None, True, None

    def next_day(self) -> None:
        """The clock went on; after midnight the floor is another one."""
        if self.known is not None and self.known.day != self._today():
            self.refresh()

    def _today(self) -> date:
        return business_date(self._desk.now())

    def _ask(self) -> None:
        actor, today = self._desk.actor, self._today()
        if self._asked is not None or actor is None:
            return
        known = None if self._all or self.known is None or self.known.day != today else self.known
        moved, self._moved, self._all = frozenset(self._moved), set(), False
        if known is not None and not moved:
            return
        this = self._asked = object()

        def answered(new: Watch) -> None:
            if self._asked is this:
                self._asked, self.known = None, new
                self.read.emit(new)
                if self._moved or self._all:
                    self._ask()

        def failed(refusal: Refusal) -> None:
            if self._asked is this:
                self._asked, self._all = None, True  # with the next change, or when the link is back
                self._desk.tell(refusal)

        if known is None:
            self._desk.ask(self, watching.watch, actor.centre_id, today, then=answered, failed=failed)
        else:
            self._desk.ask(
                self, watching.follow, actor.centre_id, known, moved, actor.counter_id, then=answered, failed=failed
            )
