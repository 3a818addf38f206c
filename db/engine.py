"""Engines: the embedded database (SQLite from sqlcipher3) and PostgreSQL, set up so that check-then-write is safe."""

import time
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url

from db.errors import Unavailable
from db.kept import KEPT, Kept, awake, rest
from db.prepared import NAMELESS, forget_late, refused, send_late

READ = "linli_read"
"""Execution option of a connection that will only read."""
BUSY_SECONDS = 10
PREPARE = "prepare"
"""`?prepare=off` in the URL of a server: behind a pooler that does not know prepared statements (PgBouncer < 1.21)."""
STATEMENTS = 512
"""Statements that the embedded database keeps parsed, a connection."""
_TIMEOUTS = "-c lock_timeout=10s -c idle_in_transaction_session_timeout=30s -c statement_timeout=60s -c timezone=UTC"
"""One client that sleeps inside a transaction must not stop every counter, and no statement runs for ever."""
LINK: dict[str, int] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds; where the system does not know it, keepalives find the dead link
}
"""How soon a pulled cable is noticed (libpq, seconds unless said otherwise)."""
LISTEN = "listen"
"""In the URL of a server behind a pooler: `?listen=server:5432` is where notifications are heard, without the pooler; of
several servers (`a:5432,b:5432`) the first that answers."""


def embedded_url(file: Path) -> URL:
    """The URL of an embedded database file."""
    return URL.create("sqlite", database=str(file))


def make_engine(url: str | URL) -> Engine:
    """An engine for either database; nothing is connected yet.

    Raises:
        Unavailable: the URL names another kind of database, its port is no number, or a server has no such option.
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
    return _server(parsed)


def listening_url(engine: Engine) -> URL:
    """Where to listen: the engine's own address, or the server behind its pooler.

    Raises:
        ValueError: the port is no number.
    """
    direct = engine.get_execution_options().get(LISTEN)
    if not direct:
        return engine.url
    places = []
    for place in str(direct).split(","):
        host, _, port = place.rpartition(":")
        places.append(f"{host}:{int(port)}" if host else f"{port}:5432")
    return (
        engine.url._replace(host=None, port=None).difference_update_query(["port"]).update_query_dict({"host": places})
    )


def reader(engine: Engine) -> Engine:
    """The same engine for transactions that only read: they take no write lock."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{READ: True})
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _server(url: URL) -> Engine:
    """The driver remembers no statements at the server: `db.wire` does that, and a rollback does not forget them."""
    nameless, kept = url.query.get(PREPARE) == "off", Kept()
    engine = create_engine(
        url.difference_update_query([PREPARE, LISTEN]).set(drivername="postgresql+psycopg"),
        connect_args={**LINK, "application_name": "linli-desk", "options": _TIMEOUTS, "prepare_threshold": None},
        execution_options={LISTEN: url.query.get(LISTEN), KEPT: kept},
        pool_reset_on_return=None,
    )
    _spelled(engine.url)
    event.listen(engine, "engine_disposed", kept.let_go)
    event.listen(engine, "reset", _tidied)
    if nameless:
        event.listen(engine, "connect", _nameless)
    event.listen(engine, "checkin", lambda _, record: rest(record.info))
    event.listen(engine, "checkout", lambda driver, record, _: awake(driver, record.info))
    event.listen(engine, "before_cursor_execute", lambda connection, *_: send_late(connection))
    event.listen(engine, "commit", send_late)
    event.listen(engine, "rollback", forget_late)
    event.listen(engine, "rollback_savepoint", lambda connection, *_: forget_late(connection))
    return engine


def _spelled(url: URL) -> None:
    from psycopg.pq import Conninfo

    options = {option.keyword.decode() for option in Conninfo.get_defaults()}
    for wrong in sorted(set(url.query) - options):
        raise Unavailable(
            f"地址里“?”后面的 {wrong} 写错了，没有这个选项。例：?sslmode=verify-full&sslrootcert=证书文件。"
        )


def _nameless(_connection: Any, record: Any) -> None:
    record.info[NAMELESS] = True


def _embedded(url: URL) -> Engine:
    kept = Kept()
    engine = create_engine(
        url,
        module=sqlcipher3.dbapi2,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False, "cached_statements": STATEMENTS},
        execution_options={KEPT: kept},
    )
    event.listen(engine, "engine_disposed", kept.let_go)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin by itself: see _begin
    cursor = connection.cursor()
    _write_ahead(cursor)
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA cache_size=-16000")
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Of two windows that open a new file at once, SQLite refuses this to one without waiting (sqlite3_busy_handler)."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlcipher3.dbapi2.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _begin(connection: Connection) -> None:
    # With a deferred BEGIN two writers both check before either writes; IMMEDIATE lets one in at a time.
    begin = "BEGIN" if connection.get_execution_options().get(READ) else "BEGIN IMMEDIATE"
    try:
        connection.connection.cursor().execute(begin)
    except sqlcipher3.dbapi2.Error as error:
        raise refused(connection, begin, error) from error


def _tidied(connection: Any, _record: Any, _state: Any) -> None:
    """Whoever left a transaction open loses it; after a click there is none, and nothing to ask the driver for."""
    if connection.pgconn.transaction_status != 0:  # libpq's PQTRANS_IDLE
        connection.rollback()
