"""The child process in which ortools lives: `python -m db.duty.solve.child`, one JSON message a line.

In: Work (a problem and how to solve it), as often as wanted, one at a time; Halt asks for the best so far. When the pipe ends
the parent is gone, and so is the child. Out: Told (progress) and, for each Work, one Answer or Failed; Absent where ortools
cannot be imported. Nothing is written to a disk.
"""

import os
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import date
from queue import SimpleQueue
from typing import BinaryIO, TypeAlias

import msgspec

from db.duty.solve.library import load
from db.duty.solve.outcome import Impossible, Outcome, Planned, Progress, Settings, Stopped
from db.duty.solve.problem import Problem, Sitting
from db.duty.solve.search import Search


class Work(msgspec.Struct, tag=True):
    """A problem to be solved."""

    problem: Problem
    settings: Settings


class MendWork(msgspec.Struct, tag=True):
    """A published plan to be mended from a day on; `hint` is a plan to begin from."""

    problem: Problem
    published: tuple[Sitting, ...]
    since: date
    hint: tuple[Sitting, ...]


class Halt(msgspec.Struct, tag=True):
    """Stop and hand over the best so far."""


class Told(msgspec.Struct, tag=True):
    """How far it is."""

    progress: Progress


class Answer(msgspec.Struct, tag=True):
    """The outcome, under what it is."""

    planned: Planned | None = None
    impossible: Impossible | None = None
    stopped: Stopped | None = None

    @staticmethod
    def of(outcome: Outcome) -> "Answer":
        """The message for an outcome."""
        if isinstance(outcome, Planned):
            return Answer(planned=outcome)
        if isinstance(outcome, Impossible):
            return Answer(impossible=outcome)
        return Answer(stopped=outcome)

    def outcome(self) -> Outcome:
        """The outcome of a message."""
        outcome = self.planned or self.impossible or self.stopped
        if outcome is None:
            raise ValueError("an answer without an outcome")
        return outcome


class MendAnswer(msgspec.Struct, tag=True):
    """The mended plan from the day on, and whether it is proved the best; no sittings: none was found."""

    sittings: tuple[Sitting, ...] | None
    proved: bool = False


class Failed(msgspec.Struct, tag=True):
    """A fault of the program; `trace` is for the log."""

    trace: str


class Absent(msgspec.Struct, tag=True):
    """There is no ortools here; `why` is what its import said."""

    why: str


Asked: TypeAlias = Work | MendWork | Halt
Said: TypeAlias = Told | Answer | MendAnswer | Failed | Absent


def main(read: BinaryIO, write: BinaryIO) -> int:
    """Solve what comes in until the pipe ends; returns the exit code."""

    def say(message: Said) -> None:
        write.write(msgspec.json.encode(message) + b"\n")
        write.flush()

    try:
        load()
    except ImportError as gone:
        say(Absent(str(gone)))
        return 0
    inbox = Inbox(read, lambda progress: say(Told(progress)))
    threading.Thread(target=inbox.listen, daemon=True).start()
    while True:
        work, search = inbox.next()
        try:
            say(_mended(work, search) if isinstance(work, MendWork) else _solved(work, search))
        except Exception:  # noqa: BLE001  a fault is told to the parent, which logs it; the child stays for the next problem
            say(Failed(traceback.format_exc()))


def _solved(work: Work, search: Search) -> Answer:
    from db.duty.solve.stages import solve

    return Answer.of(solve(work.problem, work.settings, search))


def _mended(work: MendWork, search: Search) -> MendAnswer:
    from db.duty.solve.mend import mend

    found = mend(work.problem, work.published, work.since, work.hint, search)
    return MendAnswer(found.sittings, found.proved) if found is not None else MendAnswer(None)


class Inbox:
    """What the parent asks for, read on a thread of its own so that a long search can be stopped."""

    def __init__(self, read: BinaryIO, tell: Callable[[Progress], None]) -> None:
        self._read, self._tell = read, tell
        self._waiting: SimpleQueue[tuple[Work | MendWork, Search]] = SimpleQueue()
        self._latest: Search | None = None

    def next(self) -> tuple[Work | MendWork, Search]:
        """The next problem; waits for it."""
        return self._waiting.get()

    def listen(self) -> None:
        """Read until the pipe ends; then this process ends too, whatever it is doing."""
        decoder = msgspec.json.Decoder(Asked)
        for line in self._read:
            message = decoder.decode(line)
            if isinstance(message, Work | MendWork):
                self._latest = Search(self._tell)
                self._waiting.put((message, self._latest))
            elif self._latest is not None:
                self._latest.stop()
        os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.stdin.buffer, sys.stdout.buffer))
