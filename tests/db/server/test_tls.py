"""sslmode=verify-full: the server's certificate is verified, and what is wrong with it is said."""

import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from db.server.diagnosis import diagnose
from tests.db.server.authority import Authority

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the tests’ server has a Unix socket")


@pytest.fixture
def ours() -> Authority:
    return Authority("ours")


class Door:
    """Speaks TLS to the client and plain to the tests' server, whose wheel is built without TLS."""

    def __init__(self, url: str, certificate: Path, key: Path) -> None:
        target = make_url(url)
        self._folder = target.query["host"]
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        self._listener = socket.create_server(("127.0.0.1", 0))
        plain = target.set(host="127.0.0.1", port=self._listener.getsockname()[1], query={})
        self.url = plain.render_as_string(hide_password=False)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        client.recv(8)  # “may we speak TLS?” (SSLRequest)
        client.sendall(b"S")
        try:
            inside = self._context.wrap_socket(client, server_side=True)
        except OSError:
            client.close()  # the client did not like the certificate
            return
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{self._folder}/.s.PGSQL.5432")
        for source, sink in ((inside, server), (server, inside)):
            threading.Thread(target=_pump, args=(source, sink), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        return


@pytest.fixture
def door(ours: Authority, postgres_url: str, tmp_path: Path) -> Iterator[Door]:
    """A server for 127.0.0.1 whose certificate `ours` has signed."""
    made = Door(postgres_url, *ours.server("127.0.0.1", tmp_path))
    yield made
    made.close()


def test_only_the_certificate_of_our_authority_for_this_server_is_taken(
    door: Door, ours: Authority, tmp_path: Path
) -> None:
    secure = f"{door.url}?sslmode=verify-full&sslrootcert="
    found = diagnose(f"{secure}{ours.written(tmp_path)}")
    assert found.sentence.startswith("连得上")  # it was reached, logged in to, and its tables were seen
    assert "证书没有通过核验" in diagnose(f"{secure}{Authority('theirs').written(tmp_path)}").sentence
    by_name = secure.replace("@127.0.0.1:", "@localhost:")
    assert "证书没有通过核验" in diagnose(f"{by_name}{ours.written(tmp_path)}").sentence
    assert "证书没有通过核验" in diagnose(f"{secure}{tmp_path / 'missing.crt'}").sentence
