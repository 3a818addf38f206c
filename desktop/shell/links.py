"""From a receipt to its case and back, and from a print job to its preview: pages ask, the window goes."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from db.receipts.queries import JobPaper
from desktop.shell.desk import Desk
from desktop.shell.page import Page
from desktop.shell.print_settings import Route

WAYS = (("case_wanted", "cases", "open_case"), ("receipt_wanted", "receipts", "show_receipt"))
"""Signal of a page (the id of what is wanted), the page that shows it, and the method that does."""


def join(page: Page, go: Callable[[str], Page | None]) -> None:
    """Let a page send the clerk on; `go` shows a page, or nothing where whoever is here may not see it."""
    for signal, place, verb in WAYS:
        wanted = getattr(page, signal, None)
        if wanted is not None:
            wanted.connect(_way(go, place, verb))


def _way(go: Callable[[str], Page | None], place: str, verb: str) -> Callable[[object], None]:
    def send(row_id: object) -> None:
        other = go(place)
        if other is not None:
            getattr(other, verb)(row_id)

    return send


def preview(desk: Desk, window: QWidget) -> Callable[[JobPaper, Route, Callable[[], None]], None]:
    """What `Printing.show_before` takes; the PDF viewer is loaded when it is first needed."""

    def show(paper: JobPaper, route: Route, go: Callable[[], None]) -> None:
        from desktop.shell.paper_view import previewer

        previewer(desk, window)(paper, route, go)

    return show
