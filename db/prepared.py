"""Statements of the hot paths: a Core statement compiled once for each kind of database, run below SQLAlchemy.

What SQLAlchemy does around a statement (cache key, execution context, result metadata) costs ten times the statement
itself; a click has a dozen of them. Here only the types' own conversions are left. Errors are the same `DBAPIError`s.
Events of SQLAlchemy (echo, before_cursor_execute) do not see these statements, and the ORM's pending changes are not
flushed before them.

**Journeys.** To a server each statement is a journey, and a journey costs more than most statements do. So

- ask together what is independent: `ask(where, (A, given), (B, given))` gives the rows of each, in one journey, in their
  order (a lock first, what it guards behind it);
- write with `later` what nobody needs an answer from: it goes with the next journey, in front of it, in order. Whether it
  was refused is heard there, at the latest at the end of the click; the sentence for the clerk is the same. The ORM's
  statements, savepoints and the commit send first what is late, so the order of writing is always kept.

On the embedded database, where a statement takes some microseconds, each is run as soon as it is named.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Executable, Table, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from db.texts import Given, LiteText, ServerText
from db.wire import Broken, Sent, Wire

NAMELESS = "linli_nameless"
"""In the info of a driver's connection: the server is not to be asked to remember statements by name."""
PLAIN = "linli_plain"
"""In the info of a driver's connection: whoever holds it ends its transactions here, and SQLAlchemy knows of none."""
_CURSOR, _WIRE = "linli_cursor", "linli_wire"


def connection_of(where: Session | Connection) -> Connection:
    """The connection of a session, or the connection itself: callers pass what they have."""
    return where if isinstance(where, Connection) else where.connection()


class Prepared:
    """A Core statement that is asked again and again.

    An `insert(table)` takes every column of its table: defaults made in Python are not filled in. Lists behind IN do
    not work (each length is another statement).
    """

    def __init__(self, statement: Executable) -> None:
        self.statement = statement
        self._lite: LiteText | None = None
        self._server: ServerText | None = None

    def rows(self, where: Session | Connection, given: Given) -> list[Any]:
        """Every row of the answer as a named tuple."""
        connection, wire = _way(where)
        if wire is None:
            return self.lite(connection.dialect).read(self._on_cursor(connection, given))
        text = self.server(connection.dialect)
        [answer] = _travel(connection, wire, [text.sent(given)])
        return text.read(wire, answer)

    def row(self, where: Session | Connection, given: Given) -> Any | None:
        """The first row of the answer as a named tuple, None when there is none."""
        rows = self.rows(where, given)
        return rows[0] if rows else None

    def raw(self, where: Session | Connection, given: Given) -> list[Any]:
        """The rows as the driver gives them, for those who convert many of them in a cheaper way."""
        connection, wire = _way(where)
        if wire is None:
            found: list[Any] = self._on_cursor(connection, given).fetchall()
            return found
        [answer] = _travel(connection, wire, [self.server(connection.dialect).sent(given)])
        return wire.rows(answer)

    def run(self, where: Session | Connection, given: Given | Sequence[Given]) -> int:
        """Write; with several mappings, each of them. Returns how many rows were touched."""
        connection, wire = _way(where)
        if wire is None:
            return int(self._on_cursor(connection, given).rowcount)
        text = self.server(connection.dialect)
        answers = _travel(connection, wire, [text.sent(one) for one in _several(given)])
        return sum(answer.command_tuples or 0 for answer in answers)

    def later(self, where: Session | Connection, given: Given | Sequence[Given]) -> None:
        """Write with the next journey; with several mappings, each of them. Errors are heard then."""
        connection, wire = _way(where)
        if wire is None:
            self.run(connection, given)
            return
        text = self.server(connection.dialect)
        for one in _several(given):
            wire.later(text.sent(one))

    def lite(self, dialect: Dialect) -> LiteText:
        """The statement for the embedded database."""
        if self._lite is None:
            self._lite = LiteText(self.statement, dialect)
        return self._lite

    def server(self, dialect: Dialect) -> ServerText:
        """The statement for PostgreSQL."""
        if self._server is None:
            self._server = ServerText(self.statement, dialect)
        return self._server

    def _on_cursor(self, connection: Connection, given: Given | Sequence[Given]) -> Any:
        text, cursor = self.lite(connection.dialect), _cursor(connection)
        try:
            if isinstance(given, Mapping):
                return cursor.execute(text.sql, text.bound(given))
            return cursor.executemany(text.sql, [text.bound(one) for one in given])
        except text.errors as error:
            raise refused(connection, text.sql, error) from error


Question = tuple[Prepared, Given]


def ask(where: Session | Connection, *questions: Question, commit: bool = False) -> list[list[Any]]:
    """The rows of each question, all of them asked in one journey, in their order; a write among them gives none.

    `commit`: on a server the transaction ends with the same journey; whoever began it then finds nothing left to commit.
    """
    connection, wire = _way(where)
    if wire is None:
        return [statement.rows(connection, given) for statement, given in questions]
    texts = [statement.server(connection.dialect) for statement, _ in questions]
    sent = [text.sent(given) for text, (_, given) in zip(texts, questions, strict=True)]
    answers = _travel(connection, wire, sent, commit=commit)
    return [text.read(wire, answer) for text, answer in zip(texts, answers, strict=True)]


def send_late(connection: Connection) -> None:
    """Send what waits for the next journey: before somebody else's statement, and before the commit."""
    wire = connection.info.get(_WIRE)
    if wire is not None and wire.late:
        _travel(connection, wire, [])


def forget_late(connection: Connection) -> None:
    """What waits for the next journey is never sent: its transaction is rolled back."""
    if connection.invalidated:
        return  # and what waited is gone with the driver's connection
    wire = connection.info.get(_WIRE)
    if wire is not None:
        wire.forget()


class Inserts:
    """Whole rows for several tables, written with the next journey (`Prepared.later`)."""

    def __init__(self, *tables: Table) -> None:
        self._each = [Prepared(insert(table)) for table in tables]

    def run(self, where: Session | Connection, *rows: Sequence[Given]) -> None:
        """Write the rows of each table, in the order of the tables; a table may have none."""
        connection = connection_of(where)
        for statement, given in zip(self._each, rows, strict=True):
            statement.later(connection, given)


def refused(connection: Connection, sql: str, error: Exception) -> BaseException:
    """A driver's error as the one that SQLAlchemy makes of it; parameters are not told, they may be personal data."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)  # type: ignore[arg-type]
    if lost:
        connection.invalidate(error)
    base = dialect.loaded_dbapi.Error
    return DBAPIError.instance(sql, None, error, base, True, lost, dialect)


def _several(given: Given | Sequence[Given]) -> Sequence[Given]:
    return [given] if isinstance(given, Mapping) else given


def _way(where: Session | Connection) -> tuple[Connection, Wire | None]:
    """The connection, and what leads from it to the server; None on the embedded database."""
    connection = connection_of(where)
    kept = connection.info
    if PLAIN not in kept and not connection.in_transaction():
        connection.begin()  # as SQLAlchemy does by itself before a statement
    wire: Wire | None = kept.get(_WIRE)
    if wire is None and connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        wire = kept[_WIRE] = Wire(driver, keeps=NAMELESS not in kept)
    return connection, wire


def _travel(connection: Connection, wire: Wire, sent: Sequence[Sent], *, commit: bool = False) -> list[Any]:
    try:
        return wire.travel(sent, commit=commit)
    except Broken as broken:
        raise refused(connection, broken.sql, broken.error) from broken.error


def _cursor(connection: Connection) -> Any:
    """The one cursor that serves all prepared statements of a driver's connection: each reads its answer at once."""
    kept = connection.info
    cursor = kept.get(_CURSOR)
    if cursor is None:
        cursor = kept[_CURSOR] = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
    return cursor
