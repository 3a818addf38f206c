"""The bridge to the workers: answers come back on the window's thread, and everything a task held dies there."""

import threading
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from db.errors import Refusal, RuleBroken
from desktop.shell.work import Work


class Mortal:
    """Tells on which thread it died."""

    def __init__(self, deaths: list[threading.Thread]) -> None:
        self._deaths = deaths

    def __del__(self) -> None:
        self._deaths.append(threading.current_thread())


class Slow(set[Any]):
    """Keeps a worker busy with a task that has already been answered, until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def discard(self, future: Any) -> None:
        self.go.wait(10)
        super().discard(future)


@pytest.mark.parametrize("refused", [False, True])
def test_what_a_task_held_dies_on_the_windows_thread_even_when_its_worker_is_slow(qtbot: QtBot, refused: bool) -> None:
    work, owner, deaths, told = Work(lambda bug: None), QObject(), [], []
    slow, gate = Slow(), threading.Event()
    work._begun = slow

    def begin() -> None:
        held = Mortal(deaths)

        def fn() -> Mortal:
            gate.wait()
            if refused:
                raise RuleBroken("不行。" if held else "")
            return held

        work.read(owner, fn, lambda _: told.append(held is None), lambda _: told.append(held is None))

    begin()
    gate.set()
    qtbot.waitUntil(lambda: bool(told))
    slow.go.set()
    work.wait()
    assert deaths == []  # whoever waits may still ask for it
    for at in (2, 3):  # the next ones sweep
        work.write(owner, lambda: None, lambda _: told.append(True), told.append)
        qtbot.waitUntil(lambda at=at: len(told) == at)
    assert deaths == [threading.main_thread()]
    work.close()


def test_a_bug_in_a_task_is_told_and_whoever_waits_hears_a_sentence(qtbot: QtBot) -> None:
    bugs: list[BaseException] = []
    work, owner, told = Work(bugs.append), QObject(), []

    def broken() -> None:
        raise ZeroDivisionError

    work.write(owner, broken, None, told.append)
    qtbot.waitUntil(lambda: bool(bugs))
    work.close()
    assert isinstance(bugs[0], ZeroDivisionError)
    [refusal] = told
    assert isinstance(refusal, Refusal)
    assert "程序内部出错" in refusal.sentence


def test_who_is_gone_is_not_called_back(qtbot: QtBot) -> None:
    work, owner, other, told = Work(lambda bug: None), QObject(), QObject(), []
    gate = threading.Event()
    work.write(owner, gate.wait, lambda _: told.append("gone"), told.append)
    work.write(other, lambda: None, lambda _: told.append("there"), told.append)
    delete(owner)
    gate.set()
    qtbot.waitUntil(lambda: "there" in told)
    work.close()
    assert told == ["there"]
