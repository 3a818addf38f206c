"""What other counters did, told by PostgreSQL as it happens: NOTIFY inside the transaction that did it, LISTEN beside it.

One channel a centre, by a name that only its own staff can read: PostgreSQL lets everybody LISTEN to whatever they can name.
The name is read once by each client. The listener has a connection and a thread of its own, asks for a sign of life when nothing was heard
for a while (a half-open link looks like silence), and connects again by itself when the server or the network was away.
Nothing here is needed on the embedded database, which has one window.
"""

import random
import selectors
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import Connection, Engine, Text, bindparam, func, select

from db.base import table_of
from db.centre.models import CentreChannel
from db.changes import Change, Changes
from db.engine import LINK, listening_url
from db.prepared import Prepared

if TYPE_CHECKING:
    from psycopg import Connection as Driver

HEARTBEAT = 5.0
"""Seconds of silence after which the server is asked for a sign of life, and in which it has to give one."""
BACKOFF = (0.2, 0.5, 1.0, 2.0, 3.0)
"""Seconds between attempts to connect again; the last one goes on for ever. With a connect timeout of 5 s, under 10 s."""
MOST_BYTES = 7_900
"""PostgreSQL carries less than 8,000 bytes in one notification."""
MANY = UUID(int=0)
"""Stands for the id when too many things of a kind changed to name them one by one."""

_CHANNEL = table_of(CentreChannel)
_NAME = Prepared(select(_CHANNEL.c.name).where(_CHANNEL.c.centre_id == bindparam("centre_id")))
TELL = func.pg_notify(bindparam("channel", type_=Text()), bindparam("payload", type_=Text()))
"""What the server is to do with both."""
_NOTIFY = Prepared(select(TELL))
POLL = 5.0
"""Seconds after which everything visible is read anew where a pooler may keep the notifications to itself."""
_TICK = 0.25
_KNOWN: "WeakKeyDictionary[Engine, dict[UUID, str]]" = WeakKeyDictionary()
"""The channels that a database's clients in this process have read; a centre never gets another."""


class _Told(msgspec.Struct, array_like=True):
    """What a notification carries: who did it, and (kind, id) of what changed."""

    origin: UUID
    changes: list[tuple[str, UUID]]


def announcement(origin: UUID, changes: Changes) -> str:
    """The text of a notification; kinds alone where the ids would not fit."""
    named = sorted((change.kind, change.id) for change in changes)
    for pairs in (named, sorted({(kind, MANY) for kind, _ in named})):
        told = msgspec.json.encode(_Told(origin, pairs))
        if len(told) <= MOST_BYTES:
            return told.decode()
    raise ValueError("more kinds of changes than a notification can name")


def heard(payload: str) -> tuple[UUID, Changes]:
    """Who did it, and what changed.

    Raises:
        msgspec.DecodeError: not one of ours.
    """
    told = msgspec.json.decode(payload, type=_Told)
    return told.origin, frozenset(Change(kind, row_id) for kind, row_id in told.changes)


def telling(connection: Connection, centre_id: UUID, origin: UUID, changes: Changes) -> tuple[str, str] | None:
    """Channel and text by which the centre's other clients are told; None on the embedded database, or with nothing to tell."""
    if not changes or connection.dialect.name != "postgresql":
        return None
    channel = _channel(connection, centre_id)
    return (channel, announcement(origin, changes)) if channel else None


def _channel(connection: Connection, centre_id: UUID) -> str | None:
    """The name of a centre's channel; None for a centre that is not one's own. Asked of the server once."""
    known = _KNOWN.setdefault(connection.engine, {})
    if centre_id not in known:
        row = _NAME.row(connection, {"centre_id": centre_id})
        if row is None:
            return None
        known[centre_id] = row.name
    return known[centre_id]


def notify(connection: Connection, centre_id: UUID, origin: UUID, changes: Changes) -> None:
    """Have the centre's other clients told when this transaction commits, outside a click."""
    if told := telling(connection, centre_id, origin, changes):
        _NOTIFY.raw(connection, {"channel": told[0], "payload": told[1]})


class Live:
    """Listens on a thread of its own and calls back on it.

    `on_changes` gets what others changed; `on_link` whether the server can be reached; `on_renew` is called when
    something may have been missed (listening has begun, or begun again): what is on the screen is read anew.
    """

    def __init__(
        self,
        engine: Engine,
        origin: UUID,
        on_changes: Callable[[Changes], None],
        on_link: Callable[[bool], None],
        on_renew: Callable[[], None],
    ) -> None:
        self._engine, self._origin = engine, origin
        self._on_changes, self._on_link, self._on_renew = on_changes, on_link, on_renew
        self._wanted: UUID | None = None
        self._over = threading.Event()
        self._hurry = threading.Event()
        self._thread = threading.Thread(target=self._run, name="linli-live", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def follow(self, centre_id: UUID | None) -> None:
        """Listen to a centre's channel from now on; None: to none (nobody is logged in)."""
        self._wanted = centre_id

    def hurry(self) -> None:
        """Somebody else saw an error: ask for a sign of life, or try to connect, right now."""
        self._hurry.set()

    def close(self) -> None:
        """Stop; returns when the thread has ended or after a heartbeat."""
        self._over.set()
        self._hurry.set()
        if self._thread.is_alive():
            self._thread.join(HEARTBEAT)

    def _run(self) -> None:
        failures, linked = 0, True
        while not self._over.is_set():
            try:
                with self._connected() as driver:
                    if not linked:
                        self._on_link(True)
                    failures, linked = 0, True
                    self._listen(driver)
            except Exception:  # noqa: BLE001 - whatever ends the connection, the answer is to connect again
                if linked and not self._over.is_set():
                    linked = False
                    self._on_link(False)
            pause = BACKOFF[min(failures, len(BACKOFF) - 1)]
            failures += 1
            self._hurry.clear()
            if not self._over.is_set():  # `close` may have hurried it just before
                self._hurry.wait(pause * random.uniform(0.8, 1.2))  # not every client at once

    def _connected(self) -> "Driver[Any]":
        from psycopg import connect

        _, options = self._engine.dialect.create_connect_args(listening_url(self._engine))
        return connect(**{**options, **LINK, "application_name": "linli-live"}, autocommit=True)

    def _listen(self, driver: "Driver[Any]") -> None:
        line = _Line(driver)
        with selectors.DefaultSelector() as selector:
            selector.register(driver.pgconn.socket, selectors.EVENT_READ)
            following: UUID | None = None
            stops, deaf, renewed = _stops(driver), False, time.monotonic()
            while not self._over.is_set():
                if self._wanted != following:
                    following = self._wanted
                    deaf = not self._tune(driver, following) or stops
                    renewed = time.monotonic()
                    self._on_renew()
                elif deaf and following is not None and time.monotonic() - renewed > POLL:
                    renewed = time.monotonic()
                    self._on_renew()
                now_please = self._hurry.is_set()
                if now_please:  # one that comes only now is heard the next time
                    self._hurry.clear()
                line.keep_alive(now_please)
                if selector.select(_TICK):
                    self._pass_on(line.take())

    def _tune(self, driver: "Driver[Any]", centre_id: UUID | None) -> bool:
        """Listen to a centre's channel and to no other; False where that cannot be done."""
        from psycopg import sql
        from psycopg.errors import ReadOnlySqlTransaction

        found = None
        if centre_id is not None:
            found = driver.execute("SELECT name FROM centre_channel WHERE centre_id = %s", (centre_id,)).fetchone()
        try:
            driver.execute("UNLISTEN *")
            if centre_id is not None and found is not None:
                _KNOWN.setdefault(self._engine, {})[centre_id] = found[0]
                driver.execute(sql.SQL("LISTEN {}").format(sql.Identifier(found[0])))
        except ReadOnlySqlTransaction:
            return False  # a standby: everything visible is read anew now and then
        return found is not None

    def _pass_on(self, payloads: list[str]) -> None:
        """One call for everything that came together; our own echo is left out."""
        told: set[Change] = set()
        for payload in payloads:
            try:
                origin, changes = heard(payload)
            except msgspec.DecodeError:
                continue  # of another program or another version: not for us
            if origin != self._origin:
                told |= changes
        if told:
            self._on_changes(frozenset(told))


class _Line:
    """The connection below its driver: what came in, and whether the other end is still there."""

    def __init__(self, driver: "Driver[Any]") -> None:
        self._pg = driver.pgconn
        self._last = time.monotonic()
        self._asked: float | None = None

    def keep_alive(self, now_please: bool) -> None:
        """Ask for a sign of life after silence.

        Raises:
            TimeoutError: none came.
        """
        now = time.monotonic()
        if self._asked is not None:
            if now - self._asked > HEARTBEAT:
                raise TimeoutError("no sign of life")
        elif now_please or now - self._last > HEARTBEAT:
            self._pg.send_query(b"SELECT 1")
            self._pg.flush()
            self._asked = now

    def take(self) -> list[str]:
        """The payloads that have come in."""
        self._pg.consume_input()
        self._last = time.monotonic()
        if self._asked is not None and not self._pg.is_busy():
            while self._pg.get_result() is not None:
                pass
            self._asked = None
        found = []
        while (notice := self._pg.notifies()) is not None:
            found.append(notice.extra.decode())
        return found


def _stops(driver: "Driver[Any]") -> bool:
    """Whether notifications may not come: a pooler makes up the process number that a server tells at the start, and a
    standby hears nothing.
    """
    row = driver.execute("SELECT pg_backend_pid(), pg_is_in_recovery()").fetchone()
    return row is None or row[0] != driver.pgconn.backend_pid or row[1]
