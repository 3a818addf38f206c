"""A case page on a small hall, driven by keys."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from db.action import Actor
from desktop.cases.page import CasesPage
from desktop.shell.desk import Desk
from tests.conftest import NOW
from tests.factories.cases import Counter, make_counter_for_cases


@pytest.fixture
def counter(desk: Desk, seated: Actor) -> Counter:
    """The counter at which the cases of the test are made, past the page."""
    return make_counter_for_cases(desk.hall, seated, NOW)


@pytest.fixture
def page(desk: Desk, seated: Actor, counter: Counter, qtbot: QtBot) -> Iterator[CasesPage]:
    """The page, shown and read."""
    made = CasesPage(desk)
    qtbot.addWidget(made)
    made.resize(1200, 680)
    desk.changed.connect(made.changed)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    desk.changed.disconnect(made.changed)
    made.close()
