"""A process that does one thing over and over and is killed with SIGKILL at random moments, again and again.

Importing the programme takes a second, so a nursery process imports it once and forks each victim; a victim opens its own
connection. Run as `python -m tests.faults.killing URL SETTING` it is the nursery: a line on its input asks for a victim,
whose lines and end come out.

    parent → nursery:  born                        nursery → parent:  pid 4711 / tried OP / done OP RESULT / ended -9
"""

import os
import random
import select
import subprocess
import sys
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from uuid import UUID

import msgspec

ROOT = Path(__file__).parents[2]


@dataclass
class Toll:
    """What the victims said before they died."""

    tried: list[UUID] = field(default_factory=list)
    done: dict[UUID, bytes] = field(default_factory=dict)
    killed: int = 0


class Nursery:
    """The parent's side."""

    def __init__(self, url: str, setting: bytes, dice: random.Random) -> None:
        self.toll = Toll()
        self._dice = dice
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.killing", url, b64encode(setting).decode()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._orders: IO[bytes] = self._process.stdin
        self._lines = self._process.stdout.fileno()
        self._rest = b""

    def live_and_die(self) -> None:
        """One victim: let it work for a random while, kill it, hear what it had said."""
        self._orders.write(b"born\n")
        self._orders.flush()
        while not (line := self._line()).startswith("pid "):
            self._hear(line)  # what the nursery did to warm up
        pid = int(line.removeprefix("pid "))
        wanted, seconds = self._dice.randrange(3), self._dice.random() * 0.03
        heard = 0
        while heard < wanted:
            heard += self._hear(self._line())
        select.select([], [], [], seconds)  # a moment somewhere inside the next transaction
        os.kill(pid, 9)
        while True:
            line = self._line()
            if line.startswith("ended "):
                assert line == "ended -9", line
                self.toll.killed += 1
                return
            self._hear(line)

    def close(self) -> None:
        """No more victims."""
        self._orders.close()
        assert self._process.wait(30) == 0

    def _hear(self, line: str) -> int:
        word, op, *result = line.split(" ", 2)
        if word == "tried":
            self.toll.tried.append(UUID(op))
            return 0
        assert word == "done", line
        self.toll.done[UUID(op)] = b64decode(result[0])
        return 1

    def _line(self) -> str:
        while b"\n" not in self._rest:
            ready, _, _ = select.select([self._lines], [], [], 60)
            assert ready, "the nursery has gone silent"
            more = os.read(self._lines, 65536)
            assert more, "the nursery has died"
            self._rest += more
        line, self._rest = self._rest.split(b"\n", 1)
        return line.decode()


def _tell(line: str) -> None:
    os.write(1, line.encode() + b"\n")  # shorter than PIPE_BUF: whole or not at all


class Clerk:
    """Accepts one case after the other."""

    def __init__(self, url: str, setting: bytes) -> None:
        from db.engine import make_engine
        from db.session import Hall
        from db.vault import Vault
        from tests.conftest import TEST_KEY
        from tests.faults.killing_setting import Setting

        self.given = msgspec.json.decode(setting, type=Setting)
        self.engine = make_engine(url)
        self.hall = Hall(self.engine, Vault(TEST_KEY))

    def accept(self) -> None:
        """One case, with a word before and a word after."""
        from db.action import Request
        from db.cases import actions as cases
        from db.ids import new_id
        from tests.conftest import NOW

        op = new_id()
        _tell(f"tried {op}")
        moved = self.hall.run(Request(self.given.actor, NOW, op), cases.accept, intake=self.given.intake)
        _tell(f"done {op} {b64encode(msgspec.json.encode(moved)).decode()}")


def _nursery(clerk: Clerk) -> None:
    """Fork victims on demand. The statements are compiled once, here; no connection outlives the fork."""
    clerk.accept()
    clerk.engine.dispose()
    for _ in sys.stdin.buffer:
        pid = os.fork()
        if pid == 0:
            _tell(f"pid {os.getpid()}")
            while True:
                clerk.accept()
        _, status = os.waitpid(pid, 0)
        _tell(f"ended {-os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)}")


if __name__ == "__main__":
    _nursery(Clerk(sys.argv[1], b64decode(sys.argv[2])))
