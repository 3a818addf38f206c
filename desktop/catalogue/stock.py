"""The catalogue in memory, one for all pages of a desk: loaded in a worker, replaced when the catalogue changes."""

from PySide6.QtCore import QObject, QTimer, Signal

from db.catalogue import queries
from db.catalogue.rows import UseRow
from db.catalogue.shelf import Found, Shelf, load
from db.changes import Changes
from desktop.shell.desk import Desk

USE_DELAY_MS = 1500
"""Uses are counted anew this long after the last ticket or case, not at each."""
_CATALOGUE = frozenset({"item", "centre"})
_USES = frozenset({"ticket", "case", "case_file"})


class Stock(QObject):
    """Where pages search items. `shelf` is None until the first load; `renewed` tells of each new one."""

    renewed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.desk = desk
        self.shelf: Shelf | None = None
        self._uses = QTimer(self, singleShot=True, interval=USE_DELAY_MS)
        self._uses.timeout.connect(self._count)
        desk.changed.connect(self._changed)
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
        """Read the catalogue anew; who is logged in decides the order of use."""
        actor = self.desk.actor
        if actor is not None:
            self.desk.ask(
                self, load, actor.centre_id, actor.staff_id, self.desk.now(), then=self._loaded, topic="catalogue"
            )

    def _loaded(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.renewed.emit()

    def _somebody(self, actor: object) -> None:
        if actor is None:
            self.shelf = None
            self.renewed.emit()
        else:
            self.reload()

    def _changed(self, changes: Changes) -> None:
        kinds = {change.kind for change in changes}
        if kinds & _CATALOGUE:
            self.reload()
        elif kinds & _USES:
            self._uses.start()

    def _count(self) -> None:
        actor = self.desk.actor
        if actor is not None and self.shelf is not None:
            self.desk.ask(self, queries.uses, actor.centre_id, actor.staff_id, then=self._counted, topic="uses")

    def _counted(self, uses: tuple[UseRow, ...]) -> None:
        if self.shelf is not None:
            self.shelf.used(uses, self.desk.now())
