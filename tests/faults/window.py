"""A real window on a real server behind a proxy, and what its event loop feels."""

import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import Engine, event

from db.action import Actor, Request
from db.backup_auto import AutoBackups
from db.engine import make_engine
from db.ids import new_id
from db.session import Hall
from db.staff.permissions import Role
from db.vault import Vault
from desktop.counter.page import CounterPage
from desktop.shell.opening import Opened
from desktop.shell.start import Start
from tests.conftest import NOW, TEST_KEY
from tests.desktop.shell.conftest import NoPrinters
from tests.factories.calendar import make_calendar
from tests.factories.centre import make_centre, make_counter
from tests.factories.staff import make_staff
from tests.faults.proxy import Proxy

PATIENCE_MS = 60_000
WAITING = ("/db/session.py", "psycopg", "/socket.py", "concurrent/futures/_base.py", "/threading.py", "/subprocess.py")
"""What a thread that waits for a server, a lock or another thread has in its stack. (To hand a task over is no waiting.)"""
INNERMOST = 4
"""Frames of the stack in which it has it."""


class Pulse(QObject):
    """Ticks on the window's thread; a pause between two ticks is a time in which the window stood still.

    On a machine that others keep busy a pause on the wall may be nobody's fault here. So two things are measured that are
    ours alone: `worked`, the longest pause in processor time of the window's thread, and `waits`, where that thread was found
    waiting when a pause had lasted a while: a second thread looks.
    """

    EVERY, LATE = 0.005, 0.04

    def __init__(self) -> None:
        super().__init__()
        self.worked = self.wall = 0.0
        self.waits: list[str] = []
        self._window = threading.get_ident()
        self._last, self._used = time.monotonic(), time.thread_time()
        self._over = threading.Event()
        self._timer = QTimer(self, interval=int(self.EVERY * 1000))
        self._timer.timeout.connect(self._beat)

    def __enter__(self) -> "Pulse":
        threading.Thread(target=self._beside, daemon=True).start()
        self._last, self._used = time.monotonic(), time.thread_time()
        self._timer.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._beat()
        self._timer.stop()
        self._over.set()

    def _beat(self) -> None:
        now, used = time.monotonic(), time.thread_time()
        self.wall, self.worked = max(self.wall, now - self._last), max(self.worked, used - self._used)
        self._last, self._used = now, used

    def _beside(self) -> None:
        while not self._over.wait(self.EVERY):
            if time.monotonic() - self._last > self.LATE:
                frame = sys._current_frames().get(self._window)
                stack = traceback.format_stack(frame) if frame else []
                if any(mark in line for line in stack[-INNERMOST:] for mark in WAITING):
                    self.waits.append("".join(stack[-12:]))


@dataclass
class Shown:
    """The window, logged in at counter 1, and the server as it really is."""

    proxy: Proxy
    start: Start
    truth: Hall
    clerk: Actor
    bot: QtBot
    asked_here: list[str] = field(default_factory=list)  # statements run on the window's own thread
    said: list[tuple[str, str]] = field(default_factory=list)
    bugs: list[BaseException] = field(default_factory=list)

    @property
    def page(self) -> CounterPage:
        page = self.start.window.page
        assert isinstance(page, CounterPage)
        return page

    def wait(self, until: Callable[[], object]) -> None:
        self.bot.waitUntil(until, timeout=PATIENCE_MS)  # type: ignore[arg-type]

    def elsewhere(self, action: Any, **given: Any) -> Any:
        """A click at another window that has no trouble."""
        return self.truth.run(Request(self.clerk, NOW, new_id()), action, **given)


@contextmanager
def shown(url: str, folder: Path, bot: QtBot, qapp: QApplication) -> Iterator[Shown]:
    """Found a hall on the server, open a window on it through a proxy, and sit down at counter 1."""
    truth = Hall(make_engine(url), Vault(TEST_KEY))
    centre_id = make_centre(truth, now=NOW)
    make_calendar(truth, centre_id)
    counter = make_counter(truth, centre_id)
    clerk = make_staff(truth, centre_id, Role.CLERK, Role.MANAGER, now=NOW, counter_id=counter)
    with Proxy(url) as proxy:
        engine = make_engine(proxy.url)
        hall = Hall(engine, Vault(TEST_KEY))
        opened = Opened(hall, engine, None, AutoBackups(engine, folder / "backups"))
        start = Start(qapp, opened, lambda: NOW, folder / "desk.json", printers=NoPrinters())
        here = Shown(proxy, start, truth, clerk, bot)
        _watch(engine, here.asked_here)
        _hurry(engine, proxy)
        start.desk.bug.disconnect(start.window.bugs.catch)
        start.desk.bug.connect(here.bugs.append)
        start.desk.messages.said.connect(lambda level, sentence: here.said.append((level, sentence)))
        start.show()
        with bot.waitSignal(start.desk.renewed, timeout=PATIENCE_MS):
            start.window.enter(clerk)
        start.window.go("counter")
        here.wait(lambda: here.page.queue.panel is not None and here.page.calendar is not None)
        yield here
        proxy.delay = 0.0
        proxy.swallow.clear()
        proxy.cut_all()
        for page in start.window.pages.values():
            page.can_leave = lambda: True  # type: ignore[method-assign]
        start.window.close()
        start.window.deleteLater()
        qapp.removeEventFilter(start.window.idle)
        qapp.removeEventFilter(start.window.scanner)
        truth.bind.dispose()  # type: ignore[union-attr]
        assert here.bugs == []


def _hurry(engine: Engine, proxy: Proxy) -> None:
    """Who connects into silence gives up after libpq's least, 2 s: it does so three times before a click is refused."""

    def hurry(_dialect: Any, _record: Any, _given: Any, named: dict[str, Any]) -> None:
        if proxy.swallow.is_set():
            named["connect_timeout"] = 2

    event.listen(engine, "do_connect", hurry)


def _watch(engine: Engine, seen: list[str]) -> None:
    """Note every connection that is taken on the window's own thread: prepared statements need one too."""
    own = threading.get_ident()

    def note(*_: Any) -> None:
        if threading.get_ident() == own:
            seen.append("".join(traceback.format_stack(limit=14)))

    event.listen(engine, "checkout", note)
