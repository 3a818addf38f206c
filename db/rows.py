"""Rows that an act adds, held until its end and then written together.

To a server they go in one statement whatever their tables and however many they are: each table's rows are one JSON text,
which PostgreSQL takes apart again (`json_populate_recordset`). The text of the statement depends on the tables alone, so it
is planned once, and a hundred parameters need not be bound one by one: that costs a third of what `VALUES` does. The
embedded database gets one prepared `INSERT` a table.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Boolean, Connection, Date, Integer, LargeBinary, String, Table, Uuid, insert, text
from sqlalchemy.schema import sort_tables

from db.base import Code, UtcDateTime
from db.prepared import Prepared

Row = Mapping[str, Any]
Convert = Callable[[Any], Any]
_PLAIN = (Boolean, Date, Integer, String, Uuid)
"""Types whose values JSON carries as PostgreSQL reads them."""


class Rows:
    """Whole rows (every column of the table; defaults made in Python are not filled in), in no order of tables.

    Rows that name each other are written in one go, in the order in which the foreign keys want it.
    """

    def __init__(self) -> None:
        self._held: dict[Table, list[Row]] = {}

    def __bool__(self) -> bool:
        return bool(self._held)

    def put(self, table: Table, *rows: Row) -> None:
        """Hold rows of a table."""
        if rows:
            self._held.setdefault(table, []).extend(rows)

    def write(self, connection: Connection) -> None:
        """Write what is held, and hold nothing any more.

        Raises:
            DBAPIError: a constraint refuses a row.
        """
        held, self._held = self._held, {}
        if not held:
            return
        tables = _ordered(frozenset(held))
        if connection.dialect.name == "postgresql":
            _together(tables).run(connection, {table.name: as_json(table, held[table]) for table in tables})
            return
        for table in tables:
            _into(table).run(connection, held[table])


def as_json(table: Table, rows: list[Row]) -> str:
    """The rows of a table as PostgreSQL reads them again."""
    for name, convert in _converts(table):
        rows = [{**row, name: convert(row[name])} if row[name] is not None else row for row in rows]
    return msgspec.json.encode(rows).decode()


@cache
def _into(table: Table) -> Prepared:
    return Prepared(insert(table))


@cache
def _together(tables: tuple[Table, ...]) -> Prepared:
    """One statement for the rows of several tables. Their foreign keys are looked at when all of it is done."""
    *first, last = [populate(table) for table in tables]
    ahead = ", ".join(f"rows_{at} AS ({written})" for at, written in enumerate(first))
    return Prepared(text(f"WITH {ahead} {last}" if first else last))


def populate(table: Table) -> str:
    """The SQL that inserts the rows of a table out of the parameter of its name."""
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    source = f'json_populate_recordset(CAST(NULL AS "{table.name}"), CAST(:{table.name} AS json))'
    return f'INSERT INTO "{table.name}" ({columns}) SELECT {columns} FROM {source}'


@cache
def _ordered(tables: frozenset[Table]) -> tuple[Table, ...]:
    """Each table behind those that its rows point to."""
    from db import registry as registry  # every table that a foreign key may name

    return tuple(sort_tables(sorted(tables, key=lambda table: table.name)))


@cache
def _converts(table: Table) -> tuple[tuple[str, Convert], ...]:
    """The columns whose values JSON does not carry as they are, with what makes them so."""
    found = ((column.name, _convert(column.type)) for column in table.columns)
    return tuple((name, convert) for name, convert in found if convert is not None)


def _convert(kind: Any) -> Convert | None:
    if isinstance(kind, LargeBinary):
        return _hexadecimal
    if isinstance(kind, UtcDateTime):
        return _aware
    if isinstance(kind, Code):
        return _known(kind.kind)
    if isinstance(kind, _PLAIN):
        return None
    raise TypeError(f"a column of {kind!r} is not written as JSON")


def _hexadecimal(value: bytes) -> str:
    return "\\x" + value.hex()


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a naive datetime must not reach the database")
    return value


def _known(kind: type[StrEnum]) -> Convert:
    return lambda value: kind(value)
