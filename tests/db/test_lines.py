"""Who waits for a silent server is let go, and the next one gets a new connection."""

import queue
import threading
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.engine import make_engine
from db.lines import Lines
from db.trouble import is_lost
from tests.faults.proxy import Proxy


def test_whoever_waits_for_a_silent_server_is_let_go_at_once(postgres_url: str) -> None:
    with Proxy(postgres_url) as proxy:
        engine = make_engine(proxy.url)
        lines = Lines(engine)
        began: queue.Queue[None] = queue.Queue()
        ended: queue.Queue[BaseException | None] = queue.Queue()

        def ask() -> None:
            try:
                with engine.connect() as connection:
                    connection.execute(text("SELECT 1"))
                    proxy.swallow.set()
                    began.put(None)
                    connection.execute(text("SELECT 2"))
            except DBAPIError as error:
                ended.put(error)
            else:
                ended.put(None)

        threading.Thread(target=ask, daemon=True).start()
        began.get(timeout=20)
        with pytest.raises(queue.Empty):
            ended.get(timeout=0.5)  # it waits, and would for ever
        hung = time.monotonic()
        lines.hang_up()
        error = ended.get(timeout=20)
        assert isinstance(error, DBAPIError)
        assert is_lost(error)  # so the click is sent again, with the same operation id
        assert time.monotonic() - hung < 10
        proxy.swallow.clear()
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT 3")) == 3
        assert len(lines._out) == 0
        engine.dispose()


def test_nobody_waiting_is_no_trouble(postgres_url: str) -> None:
    engine = make_engine(postgres_url)
    lines = Lines(engine)
    lines.hang_up()
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    lines.hang_up()
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    engine.dispose()
