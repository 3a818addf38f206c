"""The one bridge between the window's thread and everything that blocks."""

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from sys import getrefcount
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from db.errors import Refusal

R = TypeVar("R")
_MINE = 3
"""References to a task that nobody but the sweep holds: the list, the loop's name, the question itself."""
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


class _Task:
    """One function and who waits for it; everything it touches hangs on it, so that it goes where the task goes."""

    __slots__ = ("error", "failed", "fn", "owner", "tell", "then", "value")

    def __init__(
        self, owner: QObject, fn: Callable[[], Any], then: Then | None, failed: Then, tell: Callable[["_Task"], None]
    ) -> None:
        self.owner, self.fn, self.then, self.failed, self.tell = owner, fn, then, failed, tell
        self.value: Any = None
        self.error: BaseException | None = None

    def __call__(self) -> None:
        try:
            self.value = self.fn()
        except BaseException as error:  # noqa: BLE001 - told on the window's thread
            self.error = error
        self.tell(self)


class _Answers(QObject):
    """Carries tasks that have ended back to the window's thread."""

    ended = Signal(object)


class Work:
    """Runs functions off the window's thread; their callbacks come back on it, unless the owner has gone.

    Writes go one after the other in the order of the clicks; reads run beside them. The threads are Python's: Qt deletes
    a QRunnable on its pool's thread, where PySide looks for its wrapper without the interpreter's lock, and sometimes dies.
    """

    def __init__(self, bug: Callable[[BaseException], None]) -> None:
        sys.setswitchinterval(0.001)  # a reader that works on rows lets the window's thread in after 1 ms, not 5
        self._bug = bug
        self._answers = _Answers()
        self._answers.ended.connect(self._deliver)
        self._told: list[_Task] = []
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
        if self._closed:
            return
        begun = pool.submit(_Task(owner, fn, then, failed, self._answers.ended.emit))
        self._begun.add(begun)
        begun.add_done_callback(self._begun.discard)

    def _deliver(self, task: _Task) -> None:
        """On the window's thread: call back, and let go of the task when its worker has let go of it.

        Whoever lets go last destroys what the task's functions hold, Qt's objects among them: that must not be a worker.
        """
        error, task.error = task.error, None
        if error is None:
            if task.then is not None and isValid(task.owner):
                task.then(task.value)
        else:
            known = isinstance(error, (Refusal, Cancelled))
            if isValid(task.owner):
                task.failed(error if known else Refusal("程序内部出错，本次操作没有完成，已生成错误报告。"))
            if not known:
                self._bug(error)
        task.value = None
        self._told.append(task)
        self._told = [each for each in self._told if getrefcount(each) > _MINE]
