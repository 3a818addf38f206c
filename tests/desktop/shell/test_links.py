"""Pages send the clerk on to each other; a paper is shown before it is printed where its route asks for that."""

from collections.abc import Callable
from uuid import UUID

import pytest
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from db.action import Actor, Request
from db.ids import new_id
from db.receipts import queries
from db.receipts.actions import issue
from db.receipts.content import Medium, PaperKind
from desktop.shell import links
from desktop.shell.desk import Desk
from desktop.shell.page import Page
from desktop.shell.paper_view import PaperDialog
from desktop.shell.print_settings import Route
from tests.conftest import NOW
from tests.factories.receipts import case_facts


class Asking(Page):
    case_wanted = Signal(object)


class Cases(Page):
    opened: UUID | None = None

    def open_case(self, case_id: UUID) -> None:
        self.opened = case_id


def test_a_receipt_leads_to_its_case(qtbot: QtBot, desk: Desk) -> None:
    asking, cases = Asking(desk), Cases(desk)
    qtbot.addWidget(asking)
    qtbot.addWidget(cases)
    links.join(asking, lambda place: cases if place == "cases" else None)
    wanted = new_id()
    asking.case_wanted.emit(wanted)
    assert cases.opened == wanted


def test_who_may_not_see_the_other_page_stays_where_they_are(qtbot: QtBot, desk: Desk) -> None:
    asking = Asking(desk)
    qtbot.addWidget(asking)
    links.join(asking, lambda _place: None)
    asking.case_wanted.emit(new_id())


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def shown(qtbot: QtBot, desk: Desk, actor: Actor, window: QWidget, go: Callable[[], None]) -> PaperDialog:
    """The dialog over a window, with its paper rendered."""
    request = Request(actor, NOW, new_id())
    job_id = desk.hall.run(request, issue, kind=PaperKind.DONE, case=case_facts(), case_id=None).job_id
    assert job_id is not None
    [paper] = desk.hall.read(queries.job_papers, desk.centre_id, frozenset({job_id}))
    links.preview(desk, window)(paper, Route(Medium.A4, ask=True), go)
    [dialog] = window.findChildren(PaperDialog)
    qtbot.waitUntil(dialog.print_button.isEnabled, timeout=20_000)
    return dialog


def test_enter_prints_what_is_shown(qtbot: QtBot, desk: Desk, seated: Actor, window: QWidget) -> None:
    gone: list[str] = []
    dialog = shown(qtbot, desk, seated, window, lambda: gone.append("printed"))
    assert dialog.view.pages == 1
    dialog.print_button.click()
    assert gone == ["printed"]


def test_escape_leaves_the_paper_in_the_queue(qtbot: QtBot, desk: Desk, seated: Actor, window: QWidget) -> None:
    gone: list[str] = []
    dialog = shown(qtbot, desk, seated, window, lambda: gone.append("printed"))
    dialog.reject()
    assert gone == []
