"""What goes on only while somebody looks."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.shell.desk import Desk
from desktop.shell.seen import WhileSeen


def test_a_page_ticks_and_looks_while_it_is_shown_and_rests_while_it_is_hidden(desk: Desk, qtbot: QtBot) -> None:
    page, done = QWidget(), list[str]()
    qtbot.addWidget(page)
    seen = WhileSeen(page, desk, lambda: done.append("tick"), lambda: done.append("look"))
    assert not seen.clock.isActive()
    with qtbot.waitExposed(page):
        page.show()
    assert (seen.clock.isActive(), seen.poll.isActive()) == (True, True)
    seen.clock.setInterval(1)
    seen.poll.setInterval(1)
    qtbot.waitUntil(lambda: {"tick", "look"} <= set(done))
    page.hide()
    assert (seen.clock.isActive(), seen.poll.isActive()) == (False, False)
    page.show()
    assert seen.clock.isActive()


def test_where_a_server_tells_what_others_did_nobody_looks_again(desk: Desk, qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    desk._live = QObject()  # type: ignore[assignment]  # stands for a listener
    seen = WhileSeen(page, desk, lambda: None, lambda: None)
    with qtbot.waitExposed(page):
        page.show()
    assert (seen.clock.isActive(), seen.poll.isActive()) == (True, False)
    desk._live = None
