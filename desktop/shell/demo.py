"""A throw-away hall on a Tuesday morning: a database in a temporary folder, deleted when the window closes."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from db.backup_auto import AutoBackups
from db.demo import DEMO_NOW, build
from db.engine import embedded_url, make_engine
from db.keys import new_vault
from db.migrations.upgrade import prepare
from db.session import Hall
from desktop.login.page import ShownAccount
from desktop.shell.opening import Opened


@dataclass(frozen=True)
class DemoHall:
    """The hall, its accounts, and a clock that starts on that morning."""

    opened: Opened
    accounts: Sequence[ShownAccount]
    clock: Callable[[], datetime]
    folder: Path


@contextmanager
def demo_hall() -> Iterator[DemoHall]:
    """Build the hall; everything is gone afterwards. Its key is kept nowhere."""
    with tempfile.TemporaryDirectory(prefix="linli-demo-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        engine = make_engine(embedded_url(folder / "hall.sqlite"))
        prepare(engine)
        hall = Hall(engine, new_vault())
        accounts = build(hall, DEMO_NOW)
        opened = Opened(hall, engine, None, AutoBackups(engine, folder / "backups"))
        shown = [ShownAccount(one.login, one.password, f"{one.name}（{one.title}）") for one in accounts]
        yield DemoHall(opened, shown, running_from(DEMO_NOW), folder)
        opened.close()


def running_from(begin: datetime) -> Callable[[], datetime]:
    """A clock that shows `begin` now and goes on from there."""
    started = time.monotonic()
    return lambda: begin + timedelta(seconds=time.monotonic() - started)
