"""Clerks log in to the server by SCRAM through PgBouncer, each as their own role: set up by the lines of the manual's page."""

import queue
import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import URL, Engine, NullPool, create_engine, make_url, text

from db import wire
from db.action import Actor, Request
from db.engine import make_engine
from db.errors import Unavailable
from db.ids import new_id
from db.server import actions
from db.server.accounts import admit
from db.server.diagnosis import diagnose
from db.server.scram import server_secret
from db.server.secrets import use_secret
from db.server.setup import as_owner, set_up
from db.session import Hall
from db.staff.actions import deactivate
from db.staff.permissions import Role
from db.tickets.actions import take_ticket
from db.vault import Vault
from desktop.shell.manual import FOLDER
from tests.conftest import NOW, TEST_KEY
from tests.db.server.authority import Authority
from tests.db.server.conftest import silent
from tests.factories.centre import make_centre, make_counter
from tests.factories.staff import make_staff
from tests.faults.cluster import Cluster
from tests.faults.pooler import Pooler, program, version

pytestmark = [
    pytest.mark.skipif(not program(), reason="PgBouncer is not installed"),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="starts servers of its own"),
]
PATIENCE = 30
SECRET, OTHER = "Kulangsu-4471-deng", "Gulangyu-9981-hai"
WHO = "SELECT session_user, " + ", ".join(
    f"current_setting('{name}')"
    for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "TimeZone")
)
"""Who a window is to the server, and the limits that it would ask for itself without a pooler."""
HBA = "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
"""The superuser has no password here; everybody else has, for the pooler and for the server."""


def blocks() -> list[str]:
    """What the manual's page shows as it is to be typed: SQL, userlist.txt, pgbouncer.ini, the window's address."""
    found, open_block = [""], False
    for line in (FOLDER / "pooler.md").read_text().splitlines():
        inside = line.startswith("    ") or (open_block and not line)
        if inside:
            found[-1] += line[4:] + "\n"
        elif open_block:
            found.append("")
        open_block = inside
    return [block for block in found if block.strip()]


@dataclass
class Town:
    """A hall on a server that asks for passwords, and a pooler before it; `root`: who signed the pooler's certificate."""

    cluster: Cluster
    pooler: Pooler
    owner: Hall
    superuser: Engine
    centre: UUID
    root: Path

    def clerk(self, *roles: Role) -> "Clerk":
        """Somebody with a role and a password on the server."""
        counter = make_counter(self.owner, self.centre, number=new_id().hex[-6:])
        actor = make_staff(self.owner, self.centre, *(roles or (Role.CLERK,)), now=NOW, counter_id=counter)
        with self.owner.transaction() as session:
            name = admit(session, actor.staff_id, server_secret(SECRET, "nobody", "没有人"))
        return Clerk(self, actor, name)

    def asked(self, question: str, **given: Any) -> Any:
        """The server itself, not through the pooler."""
        with self.superuser.connect() as connection:
            return connection.scalar(text(question), given)


@dataclass
class Clerk:
    town: Town
    actor: Actor
    role: str

    def address(self, secret: str = SECRET, *, root: Path | None = None, sslmode: str = "verify-full") -> URL:
        """As the manual writes it."""
        query = {"listen": f"127.0.0.1:{self.town.cluster.port}", "sslmode": sslmode}
        if version() < (1, 21):
            query["prepare"] = "off"
        where = URL.create("postgresql", self.role, secret, "127.0.0.1", self.town.pooler.port, "linli")
        return where.update_query_dict({**query, "sslrootcert": str(root or self.town.root)})

    def window(self, secret: str = SECRET, sslmode: str = "verify-full") -> "Window":
        return Window(self, Hall(make_engine(self.address(secret, sslmode=sslmode)), Vault(TEST_KEY)))


@dataclass
class Window:
    clerk: Clerk
    hall: Hall

    def do(self, action: Any, **given: Any) -> Any:
        return self.hall.run(Request(self.clerk.actor, NOW, new_id()), action, **given)

    def number(self) -> UUID:
        """Have a number drawn."""
        taken: UUID = self.do(take_ticket, item_id=None).ticket_id
        return taken


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    cluster = Cluster().make()
    url = make_url(cluster.url("linli"))
    set_up(url, silent)
    superuser = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    sql, users, ini, _address = blocks()
    with superuser.connect() as connection:
        connection.exec_driver_sql(sql.replace("%", "%%"))
        (cluster.data / "pg_hba.conf").write_text(HBA)
        for quiet in ("wal_writer_delay = '10s'", "autovacuum = off"):  # nothing else brings a commit to the disk
            connection.exec_driver_sql(f"ALTER SYSTEM SET {quiet}")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    owner = Hall(as_owner(url), Vault(TEST_KEY))
    ours, folder = Authority("ours"), tmp_path_factory.mktemp("tls")
    with started(cluster, users, ini, ours.server("127.0.0.1", folder)) as pooler:
        centre = make_centre(owner, now=NOW, code="JM01")
        yield Town(cluster, pooler, owner, superuser, centre, ours.written(folder))
    owner.bind.dispose()  # type: ignore[union-attr]
    cluster.remove()


def started(cluster: Cluster, users: str, ini: str, certificate: tuple[Path, Path]) -> Pooler:
    """The manual's settings with this machine's ports and files; the wheel's server is built without TLS."""
    pooler = Pooler(cluster, "transaction")
    for file in certificate:
        shutil.copy(file, pooler.folder / file.name)
        (pooler.folder / file.name).chmod(0o644)
    for written, here in (
        ("192.168.1.10 port=5432", f"127.0.0.1 port={cluster.port}"),
        ("6432", str(pooler.port)),
        ("listen_addr = *", "listen_addr = 127.0.0.1\nunix_socket_dir ="),
        ("/var/log/postgresql/pgbouncer.log", str(pooler.folder / "log")),
        ("/etc/pgbouncer/userlist.txt", str(pooler.folder / "users")),
        ("/etc/pgbouncer/pooler.crt", str(pooler.folder / "server.crt")),
        ("/etc/pgbouncer/pooler.key", str(pooler.folder / "server.key")),
        ("server_tls_ca_file = /etc/pgbouncer/server.crt\n", ""),
        ("server_tls_sslmode = verify-full", "server_tls_sslmode = disable"),
    ):
        assert written in ini, written
        ini = ini.replace(written, here)
    if version() >= (1, 21):
        ini += "max_prepared_statements = 200\n"
    (pooler.folder / "ini").write_text(ini)
    (pooler.folder / "users").write_text(users)
    return pooler


def test_each_clerk_is_let_in_as_themselves_and_the_certificate_is_verified(town: Town, tmp_path: Path) -> None:
    clerks = [town.clerk(), town.clerk()]
    windows = [clerk.window() for clerk in clerks]
    for _ in range(8):
        for window in windows:
            window.number()
            found = window.hall.read(lambda session: session.execute(text(WHO)).one())
            assert tuple(found) == (window.clerk.role, "10s", "1min", "30s", "UTC")
    clerk = clerks[0]
    assert diagnose(clerk.address()).good
    assert "证书没有通过核验" in diagnose(clerk.address(root=Authority("theirs").written(tmp_path))).sentence
    assert diagnose(clerk.address("wrong")).wants_password
    assert not diagnose(clerk.address().set(username="postgres")).good


def test_who_changes_their_password_goes_on_working(town: Town) -> None:
    """The pooler knows only what a client's latest log-in told it: it could make no new connection with the old password."""
    window = town.clerk().window()
    window.number()
    window.do(actions.change_secret, secret=server_secret(OTHER, "nobody", "没有人"))
    assert isinstance(window.hall.bind, Engine)
    before = window.hall.bind.pool
    use_secret(window.hall.bind, OTHER)
    assert window.hall.bind.pool is not before  # the next click logs in, whatever the pooler does when it cannot
    ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = :role"
    assert town.asked(ended, role=window.clerk.role) > 0
    window.number()
    assert diagnose(window.clerk.address(OTHER)).good
    assert diagnose(window.clerk.address(SECRET)).wants_password


def test_who_is_out_of_use_is_not_let_in(town: Town) -> None:
    boss, clerk = town.clerk(Role.SYSADMIN, Role.SECADMIN).window(), town.clerk()
    clerk.window().number()
    boss.do(deactivate, staff_id=clerk.actor.staff_id, version=1)
    assert not diagnose(clerk.address()).good


def test_a_role_that_is_made_again_gets_no_connection_of_the_one_before(town: Town) -> None:
    boss, clerk = town.clerk(Role.SYSADMIN).window(), town.clerk()
    clerk.window().number()
    of_role = "SELECT count(*) FROM pg_stat_activity WHERE usename = :role"
    assert town.asked(of_role, role=clerk.role) > 0
    boss.do(actions.dismiss, staff_id=clerk.actor.staff_id)
    assert not diagnose(clerk.address()).good
    again = boss.do(actions.admit, staff_id=clerk.actor.staff_id, secret=server_secret(OTHER, "nobody", "没有人"))
    assert again == clerk.role
    clerk.window(OTHER).number()


def test_a_click_is_heard_beside_the_pooler_as_ones_own_role(town: Town) -> None:
    clerk = town.clerk()
    ear, heard, renewed = clerk.window(sslmode="prefer"), queue.Queue[Any](), queue.Queue[None]()
    ear.hall.announcer.listen(heard.put)
    live = ear.hall.listen(lambda _there: None, lambda: renewed.put(None))
    assert live is not None
    live.follow(town.centre)
    renewed.get(timeout=PATIENCE)
    taken = clerk.window().number()
    assert taken in {change.id for change in heard.get(timeout=PATIENCE)}
    live.close()


def test_what_a_click_has_done_is_on_the_disk_when_it_is_told(town: Town) -> None:
    window = town.clerk().window()
    window.number()
    for _ in range(5):
        before = town.asked("SELECT pg_current_wal_insert_lsn()::text")
        window.number()
        assert town.asked("SELECT pg_current_wal_flush_lsn() > CAST(:before AS pg_lsn)", before=before)


def test_the_pooler_changes_no_connection_between_a_commit_and_the_waiting_for_the_disk(town: Town) -> None:
    """It gives a connection to another client when a journey ends, and the message for the disk is in the same journey."""
    address = town.clerk().address().difference_update_query(["listen", "prepare"])
    over, ready = threading.Event(), threading.Barrier(4)
    pid = wire.Call(b"SELECT pg_backend_pid()")

    def line() -> tuple[Any, wire.Wire]:
        driver = psycopg.connect(address.render_as_string(hide_password=False), prepare_threshold=None)
        return driver, wire.Wire(driver, keeps=False)

    def others() -> None:
        driver, busy = line()
        ready.wait(PATIENCE)
        while not over.is_set():
            busy.travel([(pid, ())], commit=True)
        driver.close()

    threads = [threading.Thread(target=others) for _ in range(3)]
    for thread in threads:
        thread.start()
    driver, ours = line()
    ready.wait(PATIENCE)
    used = set()
    for _ in range(60):
        answers = ours._there_and_back([(wire.Call(b"BEGIN"), ()), (pid, ()), *wire._END, (pid, ())])
        pair = {ours.rows(answers[1])[0][0], ours.rows(answers[-1])[0][0]}
        assert len(pair) == 1
        used |= pair
    over.set()
    for thread in threads:
        thread.join(PATIENCE)
    driver.close()
    assert used


def test_the_administrators_commands_refuse_to_go_through_it(town: Town) -> None:
    with Pooler(town.cluster, "session", auth_type="trust") as pooler:
        for command in (lambda: set_up(pooler.url("linli"), silent), lambda: as_owner(pooler.url("linli")).connect()):
            with pytest.raises(Unavailable, match="5432"):
                command()


def test_the_passwords_checks_are_for_the_pooler_alone(town: Town) -> None:
    clerk = town.clerk()
    direct = (
        clerk.address()
        .set(port=town.cluster.port)
        .difference_update_query(["sslmode", "sslrootcert", "listen", "prepare"])
    )
    driver = psycopg.connect(direct.render_as_string(hide_password=False))
    with driver, pytest.raises(psycopg.errors.InsufficientPrivilege):
        driver.execute("SELECT * FROM pgbouncer.secret_of(%s)", (clerk.role,))
    assert town.asked("SELECT count(*) FROM pgbouncer.secret_of('postgres')") == 0
