"""Engines: the embedded database (SQLite from sqlcipher3) and PostgreSQL, set up so that check-then-write is safe."""

from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url

from db.errors import Unavailable

READ = "linli_read"
"""Execution option of a connection that will only read."""
BUSY_SECONDS = 10
_TIMEOUTS = "-c lock_timeout=10s -c idle_in_transaction_session_timeout=30s"
"""One client that sleeps inside a transaction must not stop every counter."""


def embedded_url(file: Path) -> URL:
    """The URL of an embedded database file."""
    return URL.create("sqlite", database=str(file))


def make_engine(url: str | URL) -> Engine:
    """An engine for either database; nothing is connected yet.

    Raises:
        Unavailable: the URL names another kind of database, or its port is no number.
    """
    try:
        parsed = make_url(url)
    except ValueError as error:
        raise Unavailable("数据库地址里的端口应是数字，例：postgresql://用户@服务器:5432/库名。") from error
    kind = parsed.get_backend_name()
    if kind == "sqlite":
        return _embedded(parsed)
    if kind != "postgresql":
        raise Unavailable(
            f"邻里前台不用 {kind} 数据库，只用 sqlite（本机文件）和 postgresql（服务器），请改 --database。"
        )
    return create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        connect_args={"connect_timeout": 5, "application_name": "linli-desk", "options": _TIMEOUTS},
    )


def reader(engine: Engine) -> Engine:
    """The same engine for transactions that only read: they take no write lock."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{READ: True})
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _embedded(url: URL) -> Engine:
    engine = create_engine(
        url, module=sqlcipher3.dbapi2, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin by itself: see _begin
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA cache_size=-16000")
    cursor.close()


def _begin(connection: Connection) -> None:
    # With a deferred BEGIN two writers both check before either writes; IMMEDIATE lets one in at a time.
    reading = connection.get_execution_options().get(READ)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
