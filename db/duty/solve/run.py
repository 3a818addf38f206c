"""The parent's side of the solver: one child process for each plan, with progress, cancel and no orphans.

The window's process never imports ortools. Where the child finds none (LoongArch has no wheel), or LINLI_SOLVER=greedy is set,
the least loaded first takes over, here, and says that nothing is proved.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from queue import Empty, SimpleQueue

import msgspec

from db.duty.solve.canonical import canonical
from db.duty.solve.child import Absent, Answer, Failed, Halt, MendAnswer, MendWork, Said, Told, Work
from db.duty.solve.greedy import greedy
from db.duty.solve.outcome import Outcome, Progress, Settings, Tell
from db.duty.solve.problem import Problem, Sitting
from db.errors import Unavailable

SOLVER = "LINLI_SOLVER"
"""Environment: `greedy` leaves the solver out."""
BEAT = 0.2
"""Seconds between two looks at whether it is to be cancelled."""
PATIENCE = 20.0
"""Seconds a child that was asked to stop may take to hand over what it has, before it is ended."""
_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)


def plan(problem: Problem, settings: Settings, tell: Tell) -> Outcome:
    """Make a plan; blocks. `tell` is called a few times a second and cancels by returning False (see `outcome`).

    Raises:
        Unavailable: the child could not be started or broke down.
        Whatever `tell` raises; the child is ended first.
    """
    with solver() as its:
        return its.solve(problem, settings, tell)


class Child:
    """A running child process; it may solve many problems, one after the other."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        self.absent = os.environ.get(SOLVER) == "greedy"
        self._lines: SimpleQueue[bytes] = SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def solve(self, problem: Problem, settings: Settings, tell: Tell) -> Outcome:
        """Solve one problem; see `plan`."""
        if not self.absent:
            self._say(Work(problem, settings))
        halted, waited = False, 0.0
        latest = Progress("准备", 0.0)
        decoder: msgspec.json.Decoder[Said] = msgspec.json.Decoder(Said)
        while not self.absent:
            line = self._next()
            message = decoder.decode(line) if line else None
            if isinstance(message, Answer):
                return message.outcome()
            if isinstance(message, Failed):
                raise Unavailable("排班计算出了错，没有排出结果。") from RuntimeError(message.trace)
            if isinstance(message, Absent):
                self.absent = True
            elif line == b"":
                raise Unavailable("排班计算的进程意外结束了，请再试一次。")
            elif isinstance(message, Told):
                latest = message.progress
            if halted:
                waited += BEAT
                if waited > PATIENCE:
                    raise Unavailable("排班计算没有及时停下来，已强行结束。")
            elif tell(latest) is False:
                halted = True
                self._say(Halt())
        return greedy(canonical(problem), settings)

    def mend(
        self, problem: Problem, published: tuple[Sitting, ...], since: date, hint: tuple[Sitting, ...]
    ) -> MendAnswer | None:
        """Mend a published plan (see `mend`); None where there is no solver. Blocks, a second or two.

        Raises:
            Unavailable: the child broke down.
        """
        if not self.absent:
            self._say(MendWork(problem, published, since, hint))
        decoder: msgspec.json.Decoder[Said] = msgspec.json.Decoder(Said)
        while not self.absent:
            line = self._next()
            message = decoder.decode(line) if line else None
            if isinstance(message, MendAnswer):
                return message
            if isinstance(message, Failed):
                raise Unavailable("补排计算出了错，没有结果。") from RuntimeError(message.trace)
            if isinstance(message, Absent):
                self.absent = True
            elif line == b"":
                raise Unavailable("补排计算的进程意外结束了，请再试一次。")
        return None

    def _next(self) -> bytes | None:
        """The next line; None when there is none yet, empty when the child is gone."""
        try:
            return self._lines.get(timeout=BEAT)
        except Empty:
            return None

    def _say(self, message: Work | MendWork | Halt) -> None:
        pipe = self.process.stdin
        if pipe is None:
            raise ValueError("the child has no pipe")
        try:
            pipe.write(msgspec.json.encode(message) + b"\n")
            pipe.flush()
        except OSError as broken:
            if not self._gone_without_solver():
                raise Unavailable("排班计算的进程没有启动，请再试一次。") from broken

    def _gone_without_solver(self) -> bool:
        """A child that found no ortools says so and ends, perhaps before it is asked anything."""
        try:
            return self.process.wait(PATIENCE) == 0
        except subprocess.TimeoutExpired:
            return False

    def _listen(self) -> None:
        pipe = self.process.stdout
        for line in pipe or ():
            self._lines.put(line)
        self._lines.put(b"")


@contextmanager
def solver() -> Iterator[Child]:
    """A child process that ends with the block, come what may."""
    root = Path(__file__).resolve().parents[3]
    process = subprocess.Popen(
        [sys.executable, "-m", "db.duty.solve.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=root,
        creationflags=_NO_WINDOW,
    )
    try:
        yield Child(process)
    finally:
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was still to be written has no reader any more
                    process.poll()
        process.wait()
