"""Imports ahead, on a worker, what the first page needs: while somebody types the password, the window is not busy.

No module that defines classes of Qt: those are made on the window's thread.
"""

from importlib import import_module

AHEAD = (
    "qtpy.QtWidgets",  # what qtawesome stands on; it defines no classes
    "db.cases.counter",
    "db.cases.drafts",
    "db.cases.queries",
    "db.tickets.queries",
    "db.people.scanned",
    "pypinyin",
    "db.catalogue.search",
    "desktop.paper.render",
    "db.rooms.board",
    "db.catalogue.export",
)


def warm() -> None:
    """Import them; each is a no-op when it is there already."""
    for name in AHEAD:
        import_module(name)
