"""A proxy before PostgreSQL that can do what networks do: cut at a message, swallow everything, be slow."""

import queue
import socket
import struct
import threading
import time
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
        """Seconds that every piece takes from one side to the other; what was sent together travels together."""
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
        with _Way(self, pair.server) as way:
            self._pass_up(pair, way)
        pair.close()

    def _pass_up(self, pair: "_Pair", way: "_Way") -> None:
        """Message by message: the first one of a connection has no type."""
        typed = False
        while (message := _message(pair.client, typed)) is not None:
            if typed and self._cut is not None and self._cut.comes(pair):
                cut = self._cut
                if cut.replied:
                    pair.muted.set()
                    if not _send(pair.server, message):
                        return
                    if message[:1] in ANSWERED:
                        pair.answered.wait(10)
                cut.done.set()
                self._cut = None
                return
            typed = True
            if not way.send(message):
                return

    def _downwards(self, pair: "_Pair") -> None:
        with _Way(self, pair.client) as way:
            while data := _receive(pair.server):
                if pair.muted.is_set():
                    pair.answered.set()
                elif not way.send(data):
                    break
        pair.close()


class _Way:
    """One direction of a connection: every piece arrives the proxy's delay after it set out, in their order.

    A long line is not a narrow one: pieces that were sent one behind the other are under way at the same time.
    """

    def __init__(self, proxy: Proxy, sink: socket.socket) -> None:
        self._proxy, self._sink = proxy, sink
        self._pieces: queue.Queue[tuple[float, bytes | None]] = queue.Queue()
        self._carrier: threading.Thread | None = None
        self._is_open = True

    def __enter__(self) -> "_Way":
        return self

    def __exit__(self, *_: Any) -> None:
        """What has set out arrives first."""
        self._pieces.join()
        if self._carrier is not None:
            self._pieces.put((0.0, None))

    def send(self, piece: bytes) -> bool:
        """Whether the other end is still there, as far as is known."""
        if not self._proxy.delay:
            self._pieces.join()
            self._arrive(piece)
            return self._is_open
        if self._carrier is None:
            self._carrier = threading.Thread(target=self._carry, daemon=True)
            self._carrier.start()
        self._pieces.put((time.monotonic() + self._proxy.delay, piece))
        return self._is_open

    def _carry(self) -> None:
        while True:
            due, piece = self._pieces.get()
            if piece is None:
                return
            time.sleep(max(0.0, due - time.monotonic()))
            self._arrive(piece)
            self._pieces.task_done()

    def _arrive(self, piece: bytes) -> None:
        if not self._proxy.swallow.is_set():
            self._is_open = self._is_open and _send(self._sink, piece)


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
