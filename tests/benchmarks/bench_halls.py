"""One hall alone against the same hall among 10, 100, 832 in one database: every hot query of a counter, under its account's role.

    uv run python -m tests.benchmarks.bench_halls [--sizes 1,10,100] [--days 250] [--full 20] [--folder DIR] [--asks 60]

A hall has 48 cases a day: 250 days are 12,000 cases, 832 halls 10 million. `--full`: of so many last days everything is kept
(papers, receipts with their content, journal, operations: 13 kB a case), of earlier days cases, people and tickets alone.
Prints the CPU of each query (milliseconds: the server's by the kernel's account of the backend, and the client's), the ratios to
the hall alone, and bytes. Exit 1 when a query costs more than 1.3 times what it costs alone, server and client together: that
is what a counter waits for.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Engine, make_url, text

from db.action import Request
from db.cases import actions as cases
from db.cases.intake import Intake, MaterialGiven
from db.cases.status import MaterialState, Necessity
from db.catalogue.queries import item_version
from db.engine import make_engine
from db.ids import new_id
from db.kept import writing
from db.server.accounts import admit
from db.server.scram import server_secret
from db.server.setup import as_owner, set_up
from db.session import Hall
from db.tickets.actions import call_next, finish, start_serving, take_ticket
from db.vault import Vault
from tests.benchmarks import many_halls
from tests.benchmarks.hot_queries import Seat, hot_queries
from tests.benchmarks.many_halls import Size
from tests.benchmarks.played_hall import TODAY, Played, known_number, play
from tests.conftest import TEST_KEY
from tests.faults.cluster import Cluster, server_tool

LIMIT, FLOOR = 1.3, 0.5
"""The ratio that is allowed, and the milliseconds below which a ratio is noise."""
SETTINGS = (
    "shared_buffers = 2GB", "maintenance_work_mem = 512MB", "max_wal_size = 8GB", "wal_level = minimal",
    "max_wal_senders = 0", "autovacuum = off", "full_page_writes = off",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A database that was filled: a clerk of one of its halls, and how large it is."""

    hall: Hall
    seat: Seat
    clerk: Any
    intake: Intake
    bytes: int


SECRET = server_secret("Kulangsu-4471-deng", "nobody", "没有人")


def silent(_done: int, _total: int, _words: str) -> None:
    """Nobody looks."""


def played_hall(cluster: Cluster, kept: Path) -> Played:
    """Play one hall in a database of its own and keep what was played as a file; the next run takes it from there."""
    if (kept / "played.json").exists():
        return msgspec.json.decode((kept / "played.json").read_bytes(), type=Played)
    url = cluster.url("played")
    set_up(url, silent)
    engine, owner = make_engine(url), as_owner(url)
    played = play(Hall(owner, Vault(TEST_KEY)), lambda: many_halls.remember_morning(engine))
    many_halls.remember_day(engine)
    engine.dispose()
    owner.dispose()
    _tool(cluster, "pg_dump", "-n", "played", "-f", str(kept / "played.sql"), "-d", "played")
    (kept / "played.json").write_bytes(msgspec.json.encode(played))
    return played


def build(cluster: Cluster, kept: Path, played: Played, size: Size, measured: int) -> Found:
    """A database of so many halls, one of them ready to be worked in by a clerk with a role of its own."""
    name = f"halls_{size.halls}_{size.days}"
    url = make_url(cluster.url(name))
    set_up(url, silent)
    _tool(cluster, "psql", "-q", "-f", str(kept / "played.sql"), "-d", name)
    engine, vault = make_engine(url), Vault(TEST_KEY)
    many_halls.multiply(engine, size)

    def of(played_id: Any) -> Any:
        return many_halls.id_in(engine, size, measured, played_id)

    centre_id, staff_id = of(played.centre_id), of(played.clerk.staff_id)
    many_halls.own(engine, vault, size, measured, centre_id)
    owner = as_owner(url)
    with Hall(owner, vault).transaction() as session:
        role = admit(session, staff_id, SECRET)
    counter_id = many_halls.id_in(engine, size, measured, played.free_counter)
    clerk = played.as_clerk(centre_id, staff_id, counter_id)
    with engine.connect() as connection:
        large = connection.scalar(text("SELECT pg_database_size(current_database())")) or 0
    engine.dispose()
    owner.dispose()
    hall = Hall(make_engine(url.set(username=role)), vault)
    seat = Seat(centre_id, staff_id, counter_id, TODAY, known_number(3))
    return Found(hall, seat, clerk, _intake(hall, centre_id, of), large)


def clicks(found: Found) -> dict[str, Callable[[], Any]]:
    """The walk-in cycle, click by click: each asks for what the one before it left."""
    kept: dict[str, Any] = {}

    def do(action: Any, **given: Any) -> Any:
        return found.hall.run(Request(found.clerk, TODAY, new_id()), action, **given)

    def call() -> None:
        kept["ticket"] = do(call_next).ticket_id

    return {
        "click: take a number": lambda: do(take_ticket, item_id=None),
        "click: call next": call,
        "click: begin to serve": lambda: do(start_serving, ticket_id=kept["ticket"]),
        "click: take a case in": lambda: do(cases.receive, intake=found.intake),
        "click: finish": lambda: do(finish, ticket_id=kept["ticket"]),
    }


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one query, milliseconds of CPU: the server's, and the client's beside it."""

    server: float
    client: float

    @property
    def both(self) -> float:
        return self.server + self.client


Asks = dict[str, Callable[[], Any]]


def measure(halls: dict[int, Found], asks: int) -> dict[str, dict[int, Cost]]:
    """Query → number of halls → cost, the lower quartile of `asks`; the sizes take turns, so that what else the machine
    does falls on all of them alike. Clicks are made in their order, as at a counter.
    """
    accounts = {size: _accounts(found) for size, found in halls.items()}
    reading = {size: hot_queries(found.hall, found.seat) for size, found in halls.items()}
    working = {size: clicks(found) for size, found in halls.items()}
    names = list(next(iter(reading.values())))
    result = {
        name: _in_turns({size: {name: each[name]} for size, each in reading.items()}, accounts, asks)[name]
        for name in names
    }
    return result | _in_turns(working, accounts, asks)


def _in_turns(asked: dict[int, Asks], accounts: dict[int, list[Path]], asks: int) -> dict[str, dict[int, Cost]]:
    costs: dict[tuple[str, int], list[Cost]] = {}
    for turn in range(8 + asks):  # the driver prepares at the sixth, the server settles on a plan
        for size, questions in asked.items():
            for name, ask in questions.items():
                cost = _cost(ask, accounts[size])
                if turn >= 8:
                    costs.setdefault((name, size), []).append(cost)
    return {name: {size: _low(costs[name, size]) for size in asked} for name in next(iter(asked.values()))}


def _low(costs: list[Cost]) -> Cost:
    return Cost(
        *(statistics.quantiles((getattr(cost, each) for cost in costs), n=4)[0] for each in ("server", "client"))
    )


def _cost(ask: Callable[[], Any], accounts: list[Path]) -> Cost:
    server, client = _run(accounts), time.thread_time_ns()
    ask()
    client = time.thread_time_ns() - client
    return Cost((_run(accounts) - server) / 1e6, client / 1e6)


def _run(accounts: list[Path]) -> int:
    return sum(int(account.read_text().split()[0]) for account in accounts)


def _accounts(found: Found) -> list[Path]:
    """Where the kernel tells the nanoseconds that the hall's two backends have run: one answers questions, one clicks."""
    assert isinstance(found.hall.bind, Engine)
    asked = text("SELECT pg_backend_pid()")
    with writing(found.hall.bind) as clicking, found.hall.bind.connect() as reading:
        pids = [reading.scalar(asked), clicking.scalar(asked)]
        clicking.rollback()
    return [Path(f"/proc/{pid}/schedstat") for pid in pids]


def _intake(hall: Hall, centre_id: Any, of: Callable[[Any], Any]) -> Intake:
    """A case that the counter can accept: the first item of the catalogue that is handled here."""
    from sqlalchemy import select

    from db.catalogue.models import ItemVersion
    from db.people.queries import find_by_number

    def one(session: Any) -> Any:
        return session.scalars(
            select(ItemVersion.id).where(
                ItemVersion.centre_id == centre_id, ItemVersion.name == "高龄津贴申领", ItemVersion.limit_confirmed
            )
        ).first()

    detail = hall.read(item_version, centre_id, hall.read(one))
    person = hall.read(find_by_number, hall.vault, centre_id, known_number(3))[0]
    papers = tuple(
        MaterialGiven(
            each.name,
            MaterialState.OK,
            pages=1,
            copies=each.copies,
            form=each.form,
            necessity=Necessity(each.necessity),
        )
        for each in detail.content.materials
    )
    return Intake(person_id=person.id, item_version_id=detail.version_id, materials=papers)


def _tool(cluster: Cluster, name: str, *arguments: str) -> None:
    subprocess.run(
        [server_tool(name), "-h", "127.0.0.1", "-p", str(cluster.port), "-U", "postgres", *arguments],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def _show(results: dict[str, dict[int, Cost]]) -> int:
    sizes = list(next(iter(results.values())))
    heads = "".join(f"{f'{size} halls':>28}" for size in sizes[1:])
    print(f"{'CPU, ms: server + client':32}{f'{sizes[0]} hall':>15}{heads}")
    over = []
    for name, costs in results.items():
        alone = costs[sizes[0]]
        cells = f"{alone.server:>7.2f} + {alone.client:<5.2f}"
        for size in sizes[1:]:
            cost = costs[size]
            ratio = cost.both / alone.both
            cells += f"{cost.server:>8.2f} + {cost.client:<5.2f}{cost.server / alone.server:>5.2f} {ratio:>5.2f}"
            if ratio > LIMIT and cost.both > FLOOR:
                over.append(f"{name} at {size} halls: {ratio:.2f}")
        print(f"{name:32}{cells}")
    print("ratios: of the server's part, of both")
    print("\n".join(("over 1.3 times:", *over)) if over else f"every query within {LIMIT} times of the hall alone")
    return 1 if over else 0


def main() -> int:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1,10,100")
    parser.add_argument("--days", type=int, default=250)
    parser.add_argument("--full", type=int, default=20)
    parser.add_argument("--asks", type=int, default=60)
    parser.add_argument(
        "--folder", type=Path, default=None, help="where the databases go, if not into the temporary files"
    )
    parser.add_argument("--played", type=Path, default=None, help="keeps the played hall for the next run")
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="linli-halls-", dir=chosen.folder))
    kept = chosen.played or folder
    kept.mkdir(parents=True, exist_ok=True)
    cluster = Cluster(folder)
    cluster.make()
    cluster.stop()
    cluster.start(*SETTINGS)
    try:
        played = played_hall(cluster, kept)
        halls: dict[int, Found] = {}
        for many in (int(each) for each in chosen.sizes.split(",")):
            began = time.perf_counter()
            size = Size(1, many, chosen.days, min(chosen.full, chosen.days))
            halls[many] = build(cluster, kept, played, size, (many + 1) // 2)
            took, cases_in = time.perf_counter() - began, many * chosen.days * 48
            print(
                f"{many} halls, {cases_in:,} cases: {halls[many].bytes / 1e9:.2f} GB, built in {took:.0f} s", flush=True
            )
        results = measure(halls, chosen.asks)
        for found in halls.values():
            assert isinstance(found.hall.bind, Engine)
            found.hall.bind.dispose()
    finally:
        cluster.remove()
    return _show(results)


if __name__ == "__main__":
    sys.exit(main())
