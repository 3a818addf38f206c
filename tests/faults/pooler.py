"""A PgBouncer of a test's own before a server: the one on the PATH, or the program that LINLI_PGBOUNCER names."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from tests.faults.cluster import Cluster, unprivileged

PATIENCE = 30
CONNECT_QUERY = (
    "SET lock_timeout = '10s'; SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '30s';"
    " SET timezone = 'UTC'"
)
"""What the client asks for in `options` when it is connected itself: the pooler leaves that out, and says this instead."""


def program() -> str:
    """The path of PgBouncer, "" where there is none."""
    return os.environ.get("LINLI_PGBOUNCER") or shutil.which("pgbouncer") or ""


def version() -> tuple[int, ...]:
    """Such as (1, 24, 1)."""
    said = subprocess.run([program(), "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"PgBouncer (\d+)\.(\d+)\.(\d+)", said)
    return tuple(int(each) for each in found.groups()) if found else ()


class Pooler:
    """PgBouncer on loopback before a cluster. Use it as a context manager."""

    def __init__(
        self, cluster: Cluster, mode: str, users: Iterable[str] = ("postgres",), **settings: str | int
    ) -> None:
        self.cluster = cluster
        self.folder = Path(tempfile.mkdtemp(prefix="linli-pooler-"))
        with socket.create_server(("127.0.0.1", 0)) as held:
            self.port: int = held.getsockname()[1]
        (self.folder / "users").write_text("".join(f'"{user}" ""\n' for user in users))
        options = {
            "listen_addr": "127.0.0.1",
            "listen_port": self.port,
            "unix_socket_dir": "",
            "auth_type": "trust",
            "auth_file": self.folder / "users",
            "pool_mode": mode,
            "ignore_startup_parameters": "options,extra_float_digits",
            "logfile": self.folder / "log",
            **settings,
        }
        database = (
            f"* = host=127.0.0.1 port={cluster.port} connect_query='{CONNECT_QUERY.replace(chr(39), chr(39) * 2)}'"
        )
        lines = "\n".join(f"{name} = {value}" for name, value in options.items())
        (self.folder / "ini").write_text(f"[databases]\n{database}\n[pgbouncer]\n{lines}\n")
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "postgres") -> str:
        """An address that leads through the pooler."""
        return self.cluster.url(database).replace(f":{self.cluster.port}/", f":{self.port}/")

    def __enter__(self) -> "Pooler":
        user = unprivileged(self.folder)  # like the server, it does not run as root
        self._process = subprocess.Popen([program(), str(self.folder / "ini")], user=user, stderr=subprocess.DEVNULL)
        until = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                assert time.monotonic() < until, (self.folder / "log").read_text()
                time.sleep(0.05)

    def __exit__(self, *_error: object) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)
