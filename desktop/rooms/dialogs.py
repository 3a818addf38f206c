"""Opens the larger dialogs of the rooms page; their modules are imported when they are first wanted."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog

if TYPE_CHECKING:
    from desktop.rooms.page import RoomsPage


def open_rooms(page: "RoomsPage") -> QDialog:
    """Rooms, hours, closures."""
    from desktop.rooms.rooms_dialog import RoomsDialog

    return _open(page, RoomsDialog(page.desk, page))


def open_borrowers(page: "RoomsPage") -> QDialog:
    """Borrowers and the blacklist."""
    from desktop.rooms.borrowers import BorrowersDialog

    return _open(page, BorrowersDialog(page.desk, page))


def open_utilisation(page: "RoomsPage") -> QDialog:
    """Hours booked of hours open."""
    from desktop.rooms.utilisation import UtilisationDialog

    return _open(page, UtilisationDialog(page.desk, page))


def open_import(page: "RoomsPage") -> QDialog:
    """Bookings from a file, seen first."""
    from desktop.rooms.import_dialog import ImportDialog

    dialog = ImportDialog(page.desk, page)
    dialog.imported.connect(lambda _: page.refresh())
    return _open(page, dialog)


def open_wall(page: "RoomsPage") -> QDialog:
    """The foyer's week and the signs at the doors."""
    from desktop.rooms.wall import WallDialog

    rooms = page.seen.board.rooms if page.seen else ()
    return _open(page, WallDialog(page.desk, page.printing, rooms, page.bar.day, page))


def _open(page: "RoomsPage", dialog: QDialog) -> QDialog:
    page.open_dialog(dialog)
    return dialog
