"""Statements of the hot paths: a Core statement compiled once for each kind of database, run on the driver's own cursor.

What SQLAlchemy does around a statement (cache key, execution context, result metadata) costs ten times the statement
itself; a click has a dozen of them. Here only the types' own conversions are left. Errors are the same `DBAPIError`s.
Events of SQLAlchemy (echo, before_cursor_execute) do not see these statements, and the ORM's pending changes are not
flushed before them.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Dialect, Executable, Insert, Table, bindparam, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

_CURSOR = "linli_cursor"
Given = Mapping[str, Any]
Convert = Callable[[Any], Any] | None


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
        self._texts: dict[str, _Text] = {}

    def rows(self, where: Session | Connection, given: Given) -> list[Any]:
        """Every row of the answer as a named tuple."""
        connection = connection_of(where)
        text = self._text(connection)
        return text.read(text.execute(connection, text.bound(given)))

    def row(self, where: Session | Connection, given: Given) -> Any | None:
        """The first row of the answer as a named tuple, None when there is none."""
        connection = connection_of(where)
        text = self._text(connection)
        rows = text.read(text.execute(connection, text.bound(given)))
        return rows[0] if rows else None

    def raw(self, where: Session | Connection, given: Given) -> list[Any]:
        """The rows as the driver gives them, for those who convert many of them in a cheaper way."""
        connection = connection_of(where)
        text = self._text(connection)
        found: list[Any] = text.execute(connection, text.bound(given)).fetchall()
        return found

    def run(self, where: Session | Connection, given: Given | Sequence[Given]) -> int:
        """Write; with several mappings, each of them. Returns how many rows were touched."""
        connection = connection_of(where)
        text = self._text(connection)
        if isinstance(given, Mapping):
            touched = text.execute(connection, text.bound(given)).rowcount
        elif len(given) == 1:
            touched = text.execute(connection, text.bound(given[0])).rowcount
        else:
            touched = text.execute(connection, [text.bound(each) for each in given], many=True).rowcount
        return int(touched)

    def _text(self, connection: Connection) -> "_Text":
        dialect = connection.dialect
        text = self._texts.get(dialect.name)
        if text is None:
            text = self._texts[dialect.name] = _Text(self.statement, dialect)
        if not connection.in_transaction():
            connection.begin()  # as SQLAlchemy does by itself before a statement
        return text


class Inserts:
    """Whole rows for several tables; one row for each goes to a server in one statement, since each is a journey."""

    def __init__(self, *tables: Table) -> None:
        self._tables = tables
        self._each = [Prepared(insert(table)) for table in tables]

    @cached_property
    def _together(self) -> Prepared:
        *first, last = [
            insert(table).values({column.key: bindparam(f"t{at}_{column.key}") for column in table.c})
            for at, table in enumerate(self._tables)
        ]
        return Prepared(last.add_cte(*(statement.cte(f"t{at}") for at, statement in enumerate(first))))

    def run(self, where: Session | Connection, *rows: Sequence[Given]) -> None:
        """Write the rows of each table, in the order of the tables; a table may have none."""
        connection = connection_of(where)
        if connection.dialect.name == "postgresql" and all(len(given) == 1 for given in rows):
            marked = {f"t{at}_{name}": value for at, [row] in enumerate(rows) for name, value in row.items()}
            self._together.run(connection, marked)
            return
        for statement, given in zip(self._each, rows, strict=True):
            if given:
                statement.run(connection, given)


class _Text:
    """A statement as one kind of database understands it, with the conversions of its parameters and columns."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        names = _whole_row(statement)
        compiled: Any = statement.compile(dialect=dialect, column_keys=names)  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)
        if compiled.post_compile_params or compiled.literal_execute_params:
            raise ValueError("a statement whose text depends on its parameters cannot be prepared")
        self.sql = str(compiled)
        self.dialect = dialect
        self.errors: Any = dialect.loaded_dbapi.Error
        self._binds = [_Bind(bind, name, dialect) for name, bind in compiled.binds.items()]
        places = {bind.name: bind for bind in self._binds}
        order = compiled.positiontup
        self._places = None if order is None else [places[name] for name in order]
        columns = _columns(statement)
        self._kinds = [kind for _, kind in columns]
        shape: Any = namedtuple("Row", [name for name, _ in columns], rename=True)  # type: ignore[misc]
        self._make: Callable[[Any], Any] = shape._make
        self._converts: list[Convert] | None = None

    def bound(self, given: Given) -> Any:
        """The parameters as the driver takes them."""
        if self._places is None:
            return {bind.name: bind.value(given) for bind in self._binds}
        return [bind.value(given) for bind in self._places]

    def read(self, cursor: Any) -> list[Any]:
        """What the cursor found, as named tuples with the values that the columns' types make."""
        raw = cursor.fetchall()
        if self._converts is None:  # some types ask the driver's type code, known once something was found out
            described = zip(self._kinds, cursor.description, strict=True)
            self._converts = [_result(kind, self.dialect, about[1]) for kind, about in described]
        if not any(self._converts):
            return [self._make(row) for row in raw]
        converts = self._converts
        return [
            self._make(
                value if convert is None else convert(value) for value, convert in zip(row, converts, strict=True)
            )
            for row in raw
        ]

    def execute(self, connection: Connection, parameters: Any, many: bool = False) -> Any:
        """Run on a cursor of the driver, and give the cursor.

        Raises:
            DBAPIError: as SQLAlchemy would; a lost connection is given up.
        """
        cursor = _cursor(connection)
        try:
            (cursor.executemany if many else cursor.execute)(self.sql, parameters)
        except self.errors as error:
            raise refused(connection, self.sql, error) from error
        return cursor


def _cursor(connection: Connection) -> Any:
    """The one cursor that serves all prepared statements of a driver's connection: each reads its answer at once."""
    kept = connection.info
    cursor = kept.get(_CURSOR)
    if cursor is None:
        cursor = kept[_CURSOR] = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]
    return cursor


def refused(connection: Connection, sql: str, error: Exception) -> BaseException:
    """A driver's error as the one that SQLAlchemy makes of it; parameters are not told, they may be personal data."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)  # type: ignore[arg-type]
    if lost:
        connection.invalidate(error)
    base = dialect.loaded_dbapi.Error
    return DBAPIError.instance(sql, None, error, base, True, lost, dialect)


class _Bind:
    """One parameter: its name, how its value is converted, and the value it has when none is given."""

    __slots__ = ("constant", "convert", "name", "required")

    def __init__(self, bind: Any, name: str, dialect: Dialect) -> None:
        self.name, self.required = name, bind.required
        self.convert: Convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
        self.constant = None if bind.required else self._converted(bind.value)

    def value(self, given: Given) -> Any:
        if self.required:
            return self._converted(given[self.name])
        return self.constant

    def _converted(self, value: Any) -> Any:
        return value if self.convert is None else self.convert(value)


def _whole_row(statement: Executable) -> list[str] | None:
    """The columns of an `insert(table)` to which nobody has said which columns it gets."""
    if not isinstance(statement, Insert) or statement._values or statement.select is not None:
        return None
    return [column.key for column in statement.table.columns]


def _columns(statement: Executable) -> list[tuple[str, Any]]:
    """Name and type of every column of the answer; none for what only writes."""
    found: Any = getattr(statement, "exported_columns", None)
    return [] if found is None else [(key, column.type) for key, column in found.items()]


def _result(kind: Any, dialect: Dialect, code: object) -> Convert:
    convert: Convert = kind.dialect_impl(dialect).result_processor(dialect, code)
    return convert
