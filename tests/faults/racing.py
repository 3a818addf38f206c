"""Races between real processes on one database: each starts a round at the same moment and tells what came of it."""

import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.synchronize import Barrier
from typing import Any

from db.engine import make_engine
from db.errors import Refusal, RuleBroken, Stale
from db.session import Hall
from db.vault import Vault

PATIENCE = 120
"""Seconds after which a process that has not come is taken for dead (it is a hang then, not slowness)."""

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
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(racers)
    with context.Manager() as manager:
        scores = manager.dict()
        processes = [
            context.Process(target=_racer, args=(url, key, contest, setting, racer, rounds, barrier, scores))
            for racer in range(racers)
        ]
        for process in processes:
            process.start()
        for process in processes:
            process.join(PATIENCE)
        assert all(process.exitcode == 0 for process in processes), [process.exitcode for process in processes]
        return [scores[racer] for racer in range(racers)]


def _racer(
    url: str, key: bytes, contest: Contest, setting: Any, racer: int, rounds: int, barrier: Barrier, scores: Any
) -> None:
    engine = make_engine(url)
    hall, score = Hall(engine, Vault(key)), Score()
    for number in range(rounds):
        barrier.wait(PATIENCE)
        try:
            contest(hall, racer, number, setting)
            score.won.append(number)
        except (RuleBroken, Stale):
            score.lost.append(number)
        except Refusal as refusal:
            score.errors.append(refusal.sentence)
        except Exception as bug:  # noqa: BLE001 - counted, and the test fails on it
            score.errors.append(repr(bug))
    scores[racer] = score
    engine.dispose()
