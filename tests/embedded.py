"""One engine for all embedded halls of a test process: what SQLAlchemy has compiled for one test serves the next."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from db.engine import embedded_url, make_engine


class Embedded:
    """An engine that is pointed at one database file after the other; no test waits for the disk."""

    def __init__(self) -> None:
        self._file = Path("nowhere.sqlite")
        self._engine = make_engine(embedded_url(self._file))
        event.listen(self._engine, "do_connect", self._lead)
        event.listen(self._engine, "connect", hurry)

    def at(self, file: Path) -> Engine:
        """The engine, on that file."""
        self._file, self._engine.url = file, embedded_url(file)
        self.leave()  # last: nothing that leads to the file before stays in the pool
        return self._engine

    def leave(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _lead(self, _dialect: Any, _record: Any, arguments: list[Any], _named: Any) -> None:
        arguments[0] = str(self._file)


def hurry(connection: Any, _record: Any) -> None:
    """Let no test wait for the disk."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")  # a test's database need not survive a power cut
    cursor.close()
