"""How long a connection to the database is used, and by whom: one stays with those who click, a rested one is asked first.

What the pool and SQLAlchemy do to hand a connection out and take it back costs as much as half of what a small click does
itself. So the connection of the last click is kept for the next one; whoever clicks meanwhile takes another from the pool.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DisconnectionError

from db.prepared import PLAIN, forget_late

KEPT = "linli_kept"
"""Execution option of an engine: its `Kept`."""
REST_SECONDS = 5
"""After so long without use a connection is asked whether its server still answers."""
_SINCE = "linli_since"


class Kept:
    """The connection of the last click."""

    def __init__(self) -> None:
        self._spare: list[Connection] = []

    def take(self, engine: Engine) -> Connection:
        """The kept one, if nobody has it and its server still answers; else one from the pool."""
        try:
            spare = self._spare.pop()
        except IndexError:
            return engine.connect()
        try:
            if spare.dialect.name == "postgresql":
                awake(spare.connection.driver_connection, spare.info)
        except DisconnectionError as error:
            spare.invalidate(error)
            spare.close()
            return engine.connect()
        return spare

    def give(self, connection: Connection, pool: object) -> None:
        """Keep it, unless there is one already; one whose pool was ended meanwhile ends too."""
        if connection.engine.pool is not pool:
            connection.invalidate()
        if self._spare or connection.invalidated:
            connection.close()
            return
        rest(connection.info)
        self._spare.append(connection)

    def let_go(self, _engine: Engine) -> None:
        """End it: the pool that it came from is not there any more."""
        while self._spare:
            spare = self._spare.pop()
            spare.invalidate()
            spare.close()


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection for a click, in a transaction, which is rolled back where the click fails.

    On a server the click itself commits (`db.ending`), and what is not committed then is nothing; the embedded database
    commits at the end. There SQLAlchemy begins and ends the transaction, here the first and the last journey do.
    """
    kept: Kept | None = engine.get_execution_options().get(KEPT)
    if kept is None:  # not made by `db.engine`: set-up, which connects once
        with engine.begin() as connection:
            yield connection
        return
    pool = engine.pool
    connection = kept.take(engine)
    try:
        if engine.dialect.name == "postgresql":
            connection.info[PLAIN] = True
            yield connection
        else:
            with connection.begin():
                yield connection
    except BaseException:
        forget_late(connection)
        connection.close()  # the pool rolls back what is not committed
        raise
    kept.give(connection, pool)


def rest(info: Any) -> None:
    """A connection (by the info of its driver's connection) is not used from now on."""
    info.pop(PLAIN, None)
    info[_SINCE] = time.monotonic()


def awake(driver: Any, info: Any) -> None:
    """Ask a connection that has rested for a sign of life: the server may have gone in the meantime.

    Not at every click: that is a journey to the server each time. One that dies within the seconds between is found by
    its first statement, and the click is sent again (`Hall.run`).

    Raises:
        DisconnectionError: nobody answers.
    """
    since = info.get(_SINCE)
    if since is None or time.monotonic() - since < REST_SECONDS:
        return
    import psycopg

    try:
        driver.autocommit = True
        driver.execute("")
        driver.autocommit = False
    except psycopg.Error as error:
        raise DisconnectionError from error
