"""The page of duties: its tabs are made when they are shown, and each hears only what concerns it."""

import subprocess
import sys
from datetime import date, timedelta

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.action import Actor
from desktop.duty.board import DutyBoard
from desktop.duty.board_rows import sheet_of
from desktop.duty.page import TABS, DutyPage
from desktop.shell.desk import Desk
from tests.desktop.duty.test_board_layout import BODIES, slot


def test_a_tab_is_made_when_it_is_first_shown(desk: Desk, seated: Actor, qtbot: QtBot) -> None:
    page = DutyPage(desk)
    qtbot.addWidget(page)
    page.show_tab("plan")
    made = set(page.panes)
    assert "plan" in made
    assert "people" not in made
    page.show_tab("people")
    assert "people" in page.panes
    assert page.key == "people"


def test_every_tab_can_be_shown_in_an_empty_hall(desk: Desk, seated: Actor, qtbot: QtBot) -> None:
    page = DutyPage(desk)
    qtbot.addWidget(page)
    page.resize(1186, 680)
    page.show()
    page.refresh()
    for tab in TABS:
        page.show_tab(tab.key)
        qtbot.waitUntil(page.panes[tab.key].isVisible)
        desk.work.wait()
        assert page.keys()


def hear(desk: Desk) -> None:
    """Let every answer arrive, and what is asked because of it."""
    while desk.work._begun:
        desk.work.wait()
        QApplication.processEvents()
    QApplication.processEvents()


@pytest.mark.parametrize("answered", [False, True])
def test_a_key_that_turns_to_a_tab_gives_its_pane_the_keys(
    desk: Desk, seated: Actor, qtbot: QtBot, answered: bool
) -> None:
    page = DutyPage(desk)
    qtbot.addWidget(page)

    def inside(key: str) -> bool:
        focus = page.focusWidget()
        return focus is not None and (focus is page.pane(key) or bool(page.pane(key).isAncestorOf(focus)))

    page.show()
    page.refresh()
    for at, tab in enumerate(TABS):
        page.show_tab(tab.key)
        qtbot.waitUntil(page.pane(tab.key).isVisible)
        if answered:
            hear(desk)
        page.tabs.tabBar().setFocus()
        page._go(at)
        assert inside(tab.key), tab.title
        assert page.focusWidget().isVisible(), tab.title
        hear(desk)
        assert inside(tab.key), tab.title
        assert page.focusWidget().isVisible(), tab.title


def test_what_is_unknown_is_left_to_other_pages(desk: Desk, seated: Actor, qtbot: QtBot) -> None:
    page = DutyPage(desk)
    qtbot.addWidget(page)
    assert not page.scanned("RY01-20261117-0001")


def test_neither_page_nor_solving_brings_the_solver_into_the_window() -> None:
    said = "import sys, desktop.duty.page, desktop.duty.plan_pane, db.duty.solve.run; print('ortools' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_of_a_year_only_what_is_seen_is_painted(qtbot: QtBot) -> None:
    first = date(2026, 1, 1)
    slots = tuple(
        slot(body, first + timedelta(days=at), hour, (f"甲{at}", f"乙{at}"))
        for at in range(365)
        for body in BODIES
        for hour in (9, 14)
    )
    board = DutyBoard()
    qtbot.addWidget(board)
    board.resize(900, 600)
    with qtbot.waitExposed(board):
        board.show()
    board.show_sheet(sheet_of(slots))
    board.go_to(board.sheet.order[-1].spot)
    board.grab()
    assert len(board.sheet.order) == 365 * 3 * 2 * 2
    assert 0 < board.painted < 150
    assert board.verticalScrollBar().value() > 0
