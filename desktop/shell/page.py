"""What the window expects of a page."""

from PySide6.QtWidgets import QWidget

from db.changes import Changes
from db.staff.permissions import Permission
from desktop.shell.desk import Desk


class Page(QWidget):
    """A page of the window. Subclasses set the class attributes and override what they need."""

    title = ""  # Chinese, in the navigation
    icon = ""  # qtawesome name
    manual = ""  # chapter of resources/manual that F1 opens
    permission: Permission | None = None  # who sees the page; None: everybody

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk

    def refresh(self) -> None:
        """Read anew everything that is shown; called when the page comes up."""

    def changed(self, changes: Changes) -> None:
        """Something was committed. While hidden, a page may ignore this: `refresh` comes when it is shown."""

    def scanned(self, text: str) -> bool:
        """A scanner read `text` somewhere in the window; True when this page has taken it."""
        return False

    def search(self, text: str) -> None:
        """Show what the window's search box found for this page."""

    def keys(self) -> list[tuple[str, str]]:
        """Every key of this page and what it does, for the page that lists the keys."""
        return []

    def can_leave(self) -> bool:
        """Whether the page may be left without losing what was typed."""
        return True
