"""A desk to test screens at."""

import gc
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy.orm import configure_mappers

from db.action import Actor
from db.errors import Refusal
from db.session import Hall
from db.staff.permissions import Role
from desktop.shell.desk import Desk
from desktop.shell.warm import warm
from tests.conftest import NOW
from tests.factories.centre import make_centre, make_counter
from tests.factories.staff import make_staff

PATIENCE_MS = 60_000


SOON_MS = (1, 1, 2, 2, 3, 3, 5, 5)
"""An answer of the database is here within a few milliseconds; pytest-qt looks every ten."""


class PatientBot(QtBot):
    """Waits as long as a busy machine needs, whoever asks for less: what is waited for comes, or the test has found a hang."""

    def waitUntil(self, callback: Any, *, timeout: int = PATIENCE_MS) -> None:
        for pause in SOON_MS:
            try:
                held = callback()
            except AssertionError:
                held = False
            if held is None or held is True:
                return
            self.wait(pause)
        super().waitUntil(callback, timeout=max(timeout, PATIENCE_MS))

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **kwargs: Any) -> Any:
        return super().waitSignal(signal, timeout=max(timeout, PATIENCE_MS), **kwargs)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """pytest-qt's own, with more patience."""
    return PatientBot(request)


@pytest.fixture(scope="session", autouse=True)
def settled(qapp: QApplication) -> None:
    """As in the program once its window stands: no desk that closes has to look through all modules for garbage."""
    warm()
    configure_mappers()
    gc.freeze()


@pytest.fixture
def hall(embedded_hall: Hall) -> Hall:
    """Screens are tested on the embedded database: they reach either one through the same hall."""
    return embedded_hall


@pytest.fixture
def desk(hall: Hall, qtbot: QtBot) -> Iterator[Desk]:
    """A desk with nobody logged in, at NOW."""
    made = Desk(hall, lambda: NOW)
    bugs: list[BaseException] = []
    made.bug.connect(bugs.append)
    yield made
    made.close()
    gc.enable()  # a desk leaves it off: in the program nothing comes after
    if bugs:
        raise bugs[0]


class OnTheirWay:
    """Answers that have been read and are still under way: they arrive when the test says so."""

    def __init__(self) -> None:
        self._waiting: list[Callable[[], object]] = []

    def read(self, _owner: QObject, fn: Callable[[], Any], then: Any, failed: Any) -> None:
        """Stands for `Work.read`."""
        try:
            answer = partial(then, fn())
        except Refusal as refusal:
            answer = partial(failed, refusal)
        self._waiting.append(answer)

    def arrive(self) -> None:
        """All that have been asked for by now, in the order of the questions."""
        waiting, self._waiting = self._waiting, []
        for answer in waiting:
            answer()

    def __len__(self) -> int:
        return len(self._waiting)


@pytest.fixture
def under_way(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> OnTheirWay:
    """From now on answers wait for the test."""
    desk.work.wait()
    QApplication.processEvents()
    answers = OnTheirWay()
    monkeypatch.setattr(desk.work, "read", answers.read)
    return answers


@pytest.fixture
def seated(desk: Desk) -> Actor:
    """A clerk and manager in one, logged in at counter 1."""
    centre_id = make_centre(desk.hall, now=NOW)
    counter_id = make_counter(desk.hall, centre_id)
    actor = make_staff(desk.hall, centre_id, Role.CLERK, Role.MANAGER, now=NOW, counter_id=counter_id)
    desk.log_in(actor)
    return actor
