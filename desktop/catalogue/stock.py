"""The catalogue in memory, one for all pages of a desk: loaded in a worker, then only the items that changed are read.

One question is under way at a time, so that no older answer comes after a newer one; what changes meanwhile is asked next.
"""

from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from db.catalogue import queries
from db.catalogue.rows import UseRow
from db.catalogue.shelf import Found, Shelf, follow, load
from db.changes import Changes
from db.errors import Refusal
from db.live import MANY
from desktop.shell.desk import Desk

USE_DELAY_MS = 1500
"""Uses are counted anew this long after the last case, not at each; a ticket uses no item yet."""
COALESCE_MS = 120
"""A burst of changes is read once."""
_USES = frozenset({"case", "case_file"})


class Stock(QObject):
    """Where pages search items. `shelf` is None until the first load; `renewed` tells of each new one."""

    renewed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.desk = desk
        self.shelf: Shelf | None = None
        self._uses = QTimer(self, singleShot=True, interval=USE_DELAY_MS)
        self._uses.timeout.connect(self._count)
        self._soon = QTimer(self, singleShot=True, interval=COALESCE_MS)
        self._soon.timeout.connect(self.ask)
        self._all = True  # the whole catalogue is wanted
        self._moved: set[UUID] = set()
        self._asked: object | None = None  # the question under way
        desk.changed.connect(self._changed)
        desk.renewed.connect(self._missed)
        desk.actor_changed.connect(self._somebody)
        self.reload()

    @staticmethod
    def of(desk: Desk) -> "Stock":
        """The stock of this desk; made at the first call."""
        return desk.findChild(Stock) or Stock(desk)

    def find(self, query: str, limit: int = 50) -> list[Found]:
        """The best rows for what was typed; nothing before the first load."""
        return self.shelf.find(query, limit) if self.shelf is not None else []

    def reload(self) -> None:
        """Read the catalogue anew, behind the question that is under way; who is logged in decides the order of use."""
        self._all = True
        self.ask()

    def ask(self) -> None:
        """Read what is still to be read; nothing when a question is under way or everything is known."""
        actor = self.desk.actor
        if self._asked is not None or actor is None:
            return
        known = None if self._all else self.shelf
        moved, self._moved, self._all = frozenset(self._moved), set(), False
        if known is not None and not moved:
            return
        this = self._asked = object()

        def answered(shelf: Shelf) -> None:
            if self._asked is this:
                if known is not None and self.shelf is not None:
                    shelf.boosts = self.shelf.boosts  # counted while the question was under way
                self._asked, self.shelf = None, shelf
                self.renewed.emit()
                self._ask_if_more()

        def failed(refusal: Refusal) -> None:
            if self._asked is this:
                self._asked, self._all = None, True  # with the next change
                self.desk.tell(refusal)

        now = self.desk.now()
        if known is None:
            self.desk.ask(self, load, actor.centre_id, actor.staff_id, now, then=answered, failed=failed)
        else:
            self.desk.ask(self, follow, actor.centre_id, known, moved, now, then=answered, failed=failed)

    def _ask_if_more(self) -> None:
        if self._all or self._moved:
            self.ask()

    def _somebody(self, actor: object) -> None:
        self._asked, self._all = None, True  # an answer that is still under way is not for them
        self._moved.clear()
        if actor is None:
            self.shelf = None
            self.renewed.emit()
        else:
            self.ask()

    def _missed(self) -> None:
        """The link was lost for a while: what changed meanwhile nobody tells."""
        self._all = True
        self.ask()

    def _changed(self, changes: Changes) -> None:
        moved = {change.id for change in changes if change.kind == "item"}
        whole = MANY in moved or any(change.kind == "centre" for change in changes)
        if moved or whole:
            self._moved |= moved
            self._all = self._all or whole
            if not self._soon.isActive():
                self._soon.start()
        if any(change.kind in _USES for change in changes):
            self._uses.start()

    def _count(self) -> None:
        actor = self.desk.actor
        if actor is not None and self.shelf is not None:
            self.desk.ask(self, queries.uses, actor.centre_id, actor.staff_id, then=self._counted, topic="uses")

    def _counted(self, uses: tuple[UseRow, ...]) -> None:
        if self.shelf is not None:
            self.shelf.used(uses, self.desk.now())
