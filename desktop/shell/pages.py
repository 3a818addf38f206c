"""The pages of whoever is logged in: made when they are first shown, read anew when something changed meanwhile."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from db.changes import Changes
from desktop.shell.desk import Desk
from desktop.shell.page import Page
from desktop.shell.places import Place
from desktop.shell.scanner import is_duty_code, is_room_slip

if TYPE_CHECKING:
    from desktop.shell.printing import Printing


class Pages(QStackedWidget):
    """A stack of pages. `printing` is asked for when the first page is made."""

    shown = Signal(str, str)  # key and title of the page that stands there now

    def __init__(self, desk: Desk, printing: "Callable[[], Printing]") -> None:
        super().__init__()
        self._desk, self._printing = desk, printing
        self.places: tuple[Place, ...] = ()
        self.made: dict[str, Page] = {}
        self._stale: set[str] = set()

    @property
    def page(self) -> Page | None:
        """The page that is shown."""
        page = self.currentWidget()
        return page if isinstance(page, Page) else None

    def go(self, key: str) -> Page | None:
        """Show a page; None when whoever is here may not see it."""
        place = next((place for place in self.places if place.key == key), None)
        if place is None:
            return None
        page = self.of(place)
        self.setCurrentWidget(page)
        self.shown.emit(key, page.title or place.title)
        if key in self._stale:
            self._stale.discard(key)
            page.refresh()
        if not page.isAncestorOf(self.window().focusWidget() or self):
            page.setFocus()  # its keys work at once, wherever the focus was before
        return page

    def of(self, place: Place) -> Page:
        """The page of a place, made now if it was not yet."""
        page = self.made.get(place.key)
        if page is None:
            from desktop.shell.links import join  # late, like the pages it joins

            page = place.make(self._desk, self._printing())
            join(page, self.go)
            self.made[place.key] = page
            self.addWidget(page)
            self._stale.add(place.key)
        return page

    def drop(self) -> None:
        """Throw every page away, so that nothing of one person is left for the next."""
        for page in self.made.values():
            self.removeWidget(page)
            page.deleteLater()
        self.made.clear()

    def scanned(self, text: str) -> bool:
        """A code was read: the open page may take it, else the page whose business it is. Whether anybody took it."""
        page = self.page
        slip = is_room_slip(text)  # it checks a booking in, whatever page is open
        duty = is_duty_code(text)  # it signs somebody in
        if not slip and not duty and page is not None and page.scanned(text):
            return True
        for key in ("duty",) if duty else ("rooms", "receipts") if slip else ("cases", "receipts", "rooms", "duty"):
            page = self.go(key)
            if page is not None and page.scanned(text):
                return True
        return False

    def changed(self, changes: Changes) -> None:
        """Tell the page that is shown; the others are read anew when they are shown."""
        for key, page in self.made.items():
            if page is self.page:
                page.changed(changes)
            else:
                self._stale.add(key)

    def renew(self) -> None:
        """Something may have been missed while nobody listened."""
        self._stale = {key for key, page in self.made.items() if page is not self.page}
        if self.page is not None:
            self.page.refresh()
