"""The connections that are in use just now, and hanging them up when the server is found to be silent.

A click that waits for the answer of a server that never comes (a half-open link, a frozen host) would wait for ever: the
kernel sees nothing wrong while somebody on the way still acknowledges. The listener of `db.live` finds out by its
heartbeat; then whoever waits is let go, and the click is sent again with the same operation id, or refused by a sentence.
"""

import socket
from typing import Any

from sqlalchemy import Engine, event


class Lines:
    """Follows an engine's pool."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._out: dict[int, Any] = {}
        event.listen(engine, "checkout", self._taken)
        event.listen(engine, "checkin", self._back)
        event.listen(engine, "invalidate", self._back)

    def hang_up(self) -> None:
        """Close the sockets of all that are in use; who waits on one gets an error at once. From any thread.

        Those that rest in the pool are as dead: the next click makes a new one, which has a time limit.
        """
        for driver in list(self._out.values()):
            handle = driver.pgconn.socket if not driver.closed else -1
            if handle < 0:
                continue
            line = socket.socket(fileno=handle)
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:  # it has just been closed by its owner
                continue
            finally:
                line.detach()  # the descriptor stays libpq's
        self._engine.dispose()

    def _taken(self, driver: Any, _record: Any, _proxy: Any) -> None:
        self._out[id(driver)] = driver

    def _back(self, driver: Any, *_: Any) -> None:
        self._out.pop(id(driver), None)
