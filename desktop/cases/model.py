"""A table of a million rows that holds a few thousand: pages are fetched as they come into view, off the window's thread."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PySide6.QtCore import QModelIndex, QObject, Qt, QTimer

from db.cases.queries import PAGE, CaseRow, Cursor, Listing, count, page, place
from db.errors import Refusal
from desktop.shell.desk import Desk
from desktop.widgets.table import Column, Index, RowModel

KEPT_PAGES = 60
_SOON_MS = 15
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_SHOWN = frozenset(
    int(role)
    for role in (
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ForegroundRole,
        Qt.ItemDataRole.TextAlignmentRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
    )
)


@dataclass(frozen=True, slots=True)
class _Fetched:
    """An answer and what was asked."""

    generation: int
    commits: int
    number: int
    rows: tuple[CaseRow, ...]


class CaseModel(RowModel[CaseRow]):
    """Rows by position; what is not there yet shows “…” and is asked for when `look_at` says that it is in view."""

    def __init__(self, desk: Desk, columns: Sequence[Column[CaseRow]], parent: QObject | None = None) -> None:
        super().__init__(columns)
        self.setParent(parent)
        self._desk = desk
        self._listing: Listing | None = None
        self._pages: OrderedDict[int, tuple[CaseRow, ...]] = OrderedDict()
        self._stale: set[int] = set()
        self._total = 0
        self._generation = 0
        self._asked_for: int | None = None
        self._next: Listing | None = None  # wanted, and its first page is not here yet
        self._anew = False  # something was committed since it was asked for
        self._commits = 0
        self._view: tuple[int, int] = (0, 0)
        self.counted = False
        self.on_count: Callable[[int], None] = lambda _: None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._fetch)

    @property
    def listing(self) -> Listing | None:
        """What is shown."""
        return self._listing

    @property
    def total(self) -> int:
        """How many rows there are, as far as is known."""
        return self._total

    def show_listing(self, listing: Listing) -> None:
        """Show something else, from its top; the old rows stay until the first new page is here."""
        self._generation += 1
        self._asked_for, self._next, self._anew = 0, listing, False

        def arrived(rows: tuple[CaseRow, ...]) -> None:
            self._restart(listing, rows)
            if self._anew:
                self.reload()

        def failed(refusal: Refusal) -> None:
            self._asked_for = None  # `reload` asks for it again
            self._desk.tell(refusal)

        self._desk.ask(self, page, self._desk.centre_id, listing, then=arrived, failed=failed, topic="first")

    def reload(self) -> None:
        """Something was committed: ask anew for what is in view and for the count; keep what is shown until then.

        A listing whose first page is still under way is asked anew behind it.
        """
        if self._next is not None and self._asked_for is None:
            self.show_listing(self._next)
            return
        if self._next is not None:
            self._anew = True
        if self._next is not None or self._listing is None:
            return
        self._commits += 1
        self._stale = set(self._pages)
        self._soon.start()
        self._count()

    def look_at(self, first: int, last: int) -> None:
        """These positions are in view: fetch what is missing, and one page ahead of the scrolling."""
        self._view = (first, last)
        if not self._soon.isActive():
            self._soon.start()

    def position_of(self, case_id: UUID) -> int | None:
        """Where a case stands, if its page is here."""
        places = (
            int(number) * PAGE + at
            for number, rows in self._pages.items()
            for at, row in enumerate(rows)
            if row.id == case_id
        )
        return next(places, None)

    def _restart(self, listing: Listing, rows: tuple[CaseRow, ...]) -> None:
        self.beginResetModel()
        self._listing, self._pages, self._stale = listing, OrderedDict({0: rows}), set()
        self._total = len(rows)
        self._asked_for = self._next = None
        self.counted = len(rows) < PAGE
        self.endResetModel()
        if self.counted:
            self.on_count(self._total)
        else:
            self._count()

    def _count(self) -> None:
        generation = self._generation
        listing = self._listing
        if listing is None:
            return

        def counted(total: int) -> None:
            if generation == self._generation:
                self._resize(total)

        self._desk.ask(self, count, self._desk.centre_id, listing, then=counted, topic="count")

    def _resize(self, total: int) -> None:
        """Grow or shrink at the end: the header then moves no section that is in view."""
        had = self._total
        if total > had:
            self.beginInsertRows(QModelIndex(), had, total - 1)
            self._total = total
            self.endInsertRows()
        elif total < had:
            self.beginRemoveRows(QModelIndex(), total, had - 1)
            self._total = total
            self._drop(number for number in self._pages if number * PAGE >= total)
            self.endRemoveRows()
        self.counted = True
        self.on_count(total)
        self._soon.start()

    def _drop(self, numbers: Iterable[int]) -> None:
        for number in list(numbers):
            self._pages.pop(number, None)
            self._stale.discard(number)

    def _wanted(self) -> int | None:
        """The first page in view that is missing or stale, else the neighbour that scrolling reaches next."""
        first, last = self._view[0] // PAGE, self._view[1] // PAGE
        end = max((self._total - 1) // PAGE, 0)
        nearby = (*range(first, last + 1), last + 1, first - 1)
        missing = (each for each in nearby if each not in self._pages or each in self._stale)
        return next((each for each in missing if 0 <= each <= end), None)

    def _fetch(self) -> None:
        """Ask for one page at a time: a dragged scroll bar must not leave a queue of pages nobody looks at any more."""
        listing, number = self._listing, self._wanted()
        if listing is None or number is None or self._asked_for is not None:
            return
        self._asked_for = number
        generation, commits = self._generation, self._commits

        def arrived(rows: tuple[CaseRow, ...]) -> None:
            self._arrived(_Fetched(generation, commits, number, rows))

        def failed(refusal: Refusal) -> None:
            if generation == self._generation:
                self._asked_for = None
            self._desk.messages.problem(refusal.sentence)

        after, before = self._neighbours(listing, number)
        centre_id = self._desk.centre_id
        if number == 0 or after is not None:
            self._desk.ask(self, page, centre_id, listing, after, then=arrived, failed=failed)
        elif before is not None:
            self._desk.ask(self, page, centre_id, listing, None, before, then=arrived, failed=failed)
        else:
            at = number * PAGE
            self._desk.ask(self, place, centre_id, listing, at, self._total, then=arrived, failed=failed)

    def _neighbours(self, listing: Listing, number: int) -> tuple[Cursor | None, Cursor | None]:
        """The end of the page before and the beginning of the page after, where they are here and whole."""
        previous, following = self._pages.get(number - 1, ()), self._pages.get(number + 1, ())
        after = listing.cursor(previous[-1]) if len(previous) == PAGE and number - 1 not in self._stale else None
        before = listing.cursor(following[0]) if following and number + 1 not in self._stale else None
        return after, before

    def _arrived(self, fetched: _Fetched) -> None:
        if fetched.generation != self._generation:
            return
        self._asked_for = None
        number, rows = fetched.number, fetched.rows
        self._pages[number] = rows
        self._pages.move_to_end(number)
        if fetched.commits == self._commits:  # else it was read before what was committed since
            self._stale.discard(number)
        while len(self._pages) > KEPT_PAGES:
            self._stale.discard(self._pages.popitem(last=False)[0])
        first = number * PAGE
        if rows and first < self._total:
            last = min(first + len(rows), self._total) - 1
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))
        self._soon.start()

    # what the view asks

    @property
    def rows(self) -> Sequence[CaseRow]:
        """The rows that are here, for those who only want to know whether there are any."""
        return next(iter(self._pages.values()), ())

    def row_at(self, index: Index) -> CaseRow | None:
        """The row of an index; None where it is not here yet."""
        if not index.isValid():
            return None
        rows = self._pages.get(index.row() // PAGE, ())
        at = index.row() % PAGE
        return rows[at] if at < len(rows) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else self._total

    def canFetchMore(self, parent: Index) -> bool:
        return False

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in _SHOWN:  # fonts, sizes, ticks: asked for every cell at every painting
            return None
        at = index.row()
        rows = self._pages.get(at // PAGE, ())
        if at % PAGE >= len(rows):
            return "…" if role == _DISPLAY else None
        return self.cell(self.columns[index.column()], rows[at % PAGE], role)
