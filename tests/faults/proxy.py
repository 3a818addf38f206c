"""A proxy before PostgreSQL that can do what networks do: cut at a message, swallow everything, be slow."""

import socket
import struct
import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import make_url

ANSWERED = (b"Q", b"S")
"""Messages that the server answers at once: a simple query, and the end of an extended one."""


class Proxy:
    """Passes connections on to the server of a URL; `url` leads through it. Use it as a context manager."""

    def __init__(self, url: str) -> None:
        self._target = make_url(url)
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        query = {key: value for key, value in self._target.query.items() if key != "host"}
        self.url = self._target.set(
            host="127.0.0.1", port=port, query={**query, "sslmode": "disable"}
        ).render_as_string(hide_password=False)
        self.swallow = threading.Event()
        """While set, bytes go in and none comes out: a pulled cable, or a half-open link."""
        self.delay = 0.0
        """Seconds that every piece takes from one side to the other."""
        self.refuse = threading.Event()
        """While set, nobody can connect: the server is away."""
        self._cut: _Cut | None = None
        self._ends: list[socket.socket] = []
        self._over = threading.Event()

    def __enter__(self) -> "Proxy":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._over.set()
        self._listener.close()
        self.cut_all()

    def cut_at(self, message: int, *, replied: bool) -> "_Cut":
        """Cut the connection that sends the `message`-th client message from now on (from 1).

        `replied` false: before the server gets it; true: when the server has answered it, before the client hears so.
        """
        self._cut = _Cut(message, replied)
        return self._cut

    def cut_all(self) -> None:
        """Cut every connection there is."""
        ends, self._ends = self._ends, []
        for end in ends:
            _close(end)

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.refuse.is_set():
                client.close()
                continue
            server = self._upstream()
            self._ends += [client, server]
            pair = _Pair(client, server)
            threading.Thread(target=self._upwards, args=(pair,), daemon=True).start()
            threading.Thread(target=self._downwards, args=(pair,), daemon=True).start()

    def _upstream(self) -> socket.socket:
        folder = self._target.query.get("host")
        if folder:
            up = socket.socket(socket.AF_UNIX)
            up.connect(f"{folder}/.s.PGSQL.{self._target.port or 5432}")
            return up
        return socket.create_connection((self._target.host, self._target.port or 5432))

    def _upwards(self, pair: "_Pair") -> None:
        """Message by message: the first one of a connection has no type."""
        typed = False
        while True:
            message = _message(pair.client, typed)
            if message is None:
                return pair.close()
            if typed and self._cut is not None and self._cut.comes(pair):
                cut = self._cut
                if cut.replied:
                    pair.muted.set()
                    if not _send(pair.server, message):
                        return pair.close()
                    if message[:1] in ANSWERED:
                        pair.answered.wait(10)
                cut.done.set()
                self._cut = None
                return pair.close()
            typed = True
            self._pause()
            if not self.swallow.is_set() and not _send(pair.server, message):
                return pair.close()

    def _downwards(self, pair: "_Pair") -> None:
        while True:
            data = _receive(pair.server)
            if not data:
                return pair.close()
            if pair.muted.is_set():
                pair.answered.set()
                continue
            self._pause()
            if not self.swallow.is_set() and not _send(pair.client, data):
                return pair.close()

    def _pause(self) -> None:
        if self.delay:
            self._over.wait(self.delay)


class _Cut:
    """Where to cut, and whether it has happened."""

    def __init__(self, message: int, replied: bool) -> None:
        self.replied = replied
        self.done = threading.Event()
        self._left = message

    def comes(self, _pair: "_Pair") -> bool:
        self._left -= 1
        return self._left == 0


class _Pair:
    """The two ends of one connection."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client, self.server = client, server
        self.muted, self.answered = threading.Event(), threading.Event()

    def close(self) -> None:
        _close(self.client)
        _close(self.server)


def _message(source: socket.socket, typed: bool) -> bytes | None:
    head = _exactly(source, 5 if typed else 4)
    if head is None:
        return None
    (length,) = struct.unpack("!I", head[-4:])
    body = _exactly(source, length - 4)
    return None if body is None else head + body


def _exactly(source: socket.socket, count: int) -> bytes | None:
    got = b""
    while len(got) < count:
        data = _receive(source, count - len(got))
        if not data:
            return None
        got += data
    return got


def _receive(source: socket.socket, count: int = 65536) -> bytes:
    return _or(b"", lambda: source.recv(count))


def _send(sink: socket.socket, data: bytes) -> bool:
    def send() -> bool:
        sink.sendall(data)
        return True

    return _or(False, send)


def _or(otherwise: Any, attempt: Callable[[], Any]) -> Any:
    try:
        return attempt()
    except OSError:
        return otherwise


def _close(end: socket.socket) -> None:
    def hang_up() -> None:
        end.shutdown(socket.SHUT_RDWR)

    _or(None, hang_up)
    end.close()
