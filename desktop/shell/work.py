"""The one bridge between the window's thread and everything that blocks."""

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from db.errors import Refusal

R = TypeVar("R")
Then = Callable[[Any], None]


class Cancelled(Exception):
    """The clerk stopped a long job."""


class Progress:
    """What a long job tells of itself; `step` raises `Cancelled` once the clerk has pressed stop."""

    def __init__(self, report: Callable[[int, int, str], None]) -> None:
        self._report = report
        self._stop = threading.Event()

    def cancel(self) -> None:
        """Ask the job to stop at its next step."""
        self._stop.set()

    def step(self, done: int, total: int, text: str = "") -> None:
        """`done` of `total` units are done.

        Raises:
            Cancelled: the job is to stop.
        """
        if self._stop.is_set():
            raise Cancelled
        self._report(done, total, text)


class _Answers(QObject):
    """Carries results back to the window's thread."""

    # The value comes in a tuple: PySide6 6.12 on Python 3.11 loses a reference to True each time it is emitted bare,
    # and the interpreter dies when none is left.
    done = Signal(object, object, object)  # owner, callback, (value,)
    bug = Signal(object)


def _nothing(_value: object) -> None:
    """Nobody waits for the answer; the owner is let go of on the window's thread all the same."""


class Work:
    """Runs functions off the window's thread; their callbacks come back on it, unless the owner has gone.

    Writes go one after the other in the order of the clicks; reads run beside them. The threads are Python's: Qt deletes
    a QRunnable on its pool's thread, where PySide looks for its wrapper without the interpreter's lock, and sometimes dies.
    """

    def __init__(self, bug: Callable[[BaseException], None]) -> None:
        sys.setswitchinterval(0.001)  # a reader that works on rows lets the window's thread in after 1 ms, not 5
        self._answers = _Answers()
        self._answers.done.connect(self._deliver)
        self._answers.bug.connect(bug)
        self._writes = ThreadPoolExecutor(1, "linli-write")
        self._reads = ThreadPoolExecutor(3, "linli-read")
        self._jobs = ThreadPoolExecutor(8, "linli-job")
        self._begun: set[Future[None]] = set()
        self._closed = False

    def write(self, owner: QObject, fn: Callable[[], R], then: Then | None, failed: Then) -> None:
        """Run `fn` after the writes before it; `failed` gets the `Refusal`."""
        self._start(self._writes, owner, fn, then, failed)

    def read(self, owner: QObject, fn: Callable[[], R], then: Then | None, failed: Then) -> None:
        """Run `fn` as soon as a reader is free."""
        self._start(self._reads, owner, fn, then, failed)

    def job(self, owner: QObject, fn: Callable[[], R], then: Then | None, failed: Then) -> None:
        """Run something long on a thread of its own; `failed` gets a `Refusal` or `Cancelled`."""
        self._start(self._jobs, owner, fn, then, failed)

    def wait(self, milliseconds: int = 30_000) -> bool:
        """Let everything that was begun end, at closing time; False when something did not."""
        return not wait_for(set(self._begun), milliseconds / 1000).not_done

    def close(self) -> None:
        """Let everything end; what is begun afterwards is not done, for its window has gone."""
        self.wait()
        self._closed = True
        for pool in (self._writes, self._reads, self._jobs):
            pool.shutdown(wait=False)

    def _start(
        self, pool: ThreadPoolExecutor, owner: QObject, fn: Callable[[], R], then: Then | None, failed: Then
    ) -> None:
        def task() -> None:
            try:
                value = fn()
            except (Refusal, Cancelled) as refusal:
                self._answers.done.emit(owner, failed, (refusal,))
            except BaseException as bug:  # noqa: BLE001 - shown to the clerk as a report; the window stays alive
                self._answers.done.emit(owner, failed, (Refusal("程序内部出错，本次操作没有完成，已生成错误报告。"),))
                self._answers.bug.emit(bug)
            else:
                self._answers.done.emit(owner, then or _nothing, (value,))

        if self._closed:
            return
        begun = pool.submit(task)
        self._begun.add(begun)
        begun.add_done_callback(self._begun.discard)

    @staticmethod
    def _deliver(owner: QObject, callback: Then, boxed: tuple[object]) -> None:
        if isValid(owner):
            callback(*boxed)
