"""Races between real processes on one database: each starts a round at the same moment and tells what came of it."""

import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from multiprocessing.synchronize import Barrier
from queue import Empty
from typing import Any

from db.engine import make_engine
from db.errors import Refusal, RuleBroken, Stale
from db.session import Hall
from db.vault import Vault

PATIENCE = 120
"""Seconds after which a process that has not come is taken for dead (it is a hang then, not slowness)."""
LOOK = 5
"""Seconds between two looks whether the racers live."""

Contest = Callable[[Hall, int, int, Any], None]
"""hall, racer, round, setting: do what is raced for; raise a Refusal when somebody else was first."""


@dataclass
class Score:
    """What one racer saw: rounds won, rounds politely lost, everything else."""

    won: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def race(url: str, key: bytes, contest: Contest, setting: Any, *, racers: int = 4, rounds: int = 200) -> list[Score]:
    """Run the contest in that many processes and rounds; the contest is a module-level function."""
    return _stable(racers).run(url, key, contest, setting, rounds)


class Stable:
    """Racers that stand by between the races: to import the programme takes each of them a second."""

    def __init__(self, racers: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._barrier = barrier = context.Barrier(racers)  # kept: its semaphores go with it
        self._calls = [context.SimpleQueue() for _ in range(racers)]
        self._scores = context.Queue()
        self._processes = [
            context.Process(target=_racer, args=(racer, call, barrier, self._scores), daemon=True)
            for racer, call in enumerate(self._calls)
        ]
        for process in self._processes:
            process.start()

    def run(self, url: str, key: bytes, contest: Contest, setting: Any, rounds: int) -> list[Score]:
        """One race. When a racer dies, all are sent away, and the next race has new ones."""
        for call in self._calls:
            call.put((url, key, contest, setting, rounds))
        scores: dict[int, Score] = {}
        while len(scores) < len(self._calls):
            try:
                racer, score = self._scores.get(timeout=LOOK)
            except Empty:
                codes = [process.exitcode for process in self._processes]
                if any(code is not None for code in codes):
                    self._send_away()
                    raise AssertionError(f"a racer died; exit codes {codes}") from None
            else:
                scores[racer] = score
        return [scores[racer] for racer in range(len(self._calls))]

    def _send_away(self) -> None:
        _stable.cache_clear()
        for process in self._processes:
            process.kill()


@cache
def _stable(racers: int) -> Stable:
    return Stable(racers)


def _racer(racer: int, calls: Any, barrier: Barrier, scores: Any) -> None:
    while True:
        url, key, contest, setting, rounds = calls.get()
        scores.put((racer, _raced(url, key, contest, setting, racer, rounds, barrier)))


def _raced(url: str, key: bytes, contest: Contest, setting: Any, racer: int, rounds: int, barrier: Barrier) -> Score:
    engine = make_engine(url)
    hall, score = Hall(engine, Vault(key)), Score()
    for number in range(rounds):
        barrier.wait(PATIENCE)  # broken when somebody hangs: then all racers die of it, and are told about
        try:
            contest(hall, racer, number, setting)
            score.won.append(number)
        except (RuleBroken, Stale):
            score.lost.append(number)
        except Refusal as refusal:
            score.errors.append(refusal.sentence)
        except Exception as bug:  # noqa: BLE001 - counted, and the test fails on it
            score.errors.append(repr(bug))
    engine.dispose()
    return score
