"""Rows that an act adds, held until they are all known and then written in the order that their foreign keys want.

So what belongs together can be made by several hands (a case, its papers, its receipt, the receipt's print job), each of
which names rows that another is still making; and nothing travels to a server before everything is said.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, insert
from sqlalchemy.schema import sort_tables

from db.prepared import Prepared

Row = Mapping[str, Any]


class Rows:
    """Whole rows: every column of the table, defaults made in Python are not filled in."""

    def __init__(self) -> None:
        self._held: dict[Table, list[Row]] = {}

    def __bool__(self) -> bool:
        return bool(self._held)

    def put(self, table: Table, *rows: Row) -> None:
        """Hold rows of a table."""
        if rows:
            self._held.setdefault(table, []).extend(rows)

    def write(self, connection: Connection) -> None:
        """Write what is held, and hold nothing any more; to a server it goes with the next journey, errors come there.

        Raises:
            DBAPIError: a constraint refuses a row.
        """
        if not self._held:
            return
        held, self._held = self._held, {}
        for table in _ordered(frozenset(held)):
            _into(table).later(connection, held[table])


@cache
def _into(table: Table) -> Prepared:
    return Prepared(insert(table))


@cache
def _ordered(tables: frozenset[Table]) -> tuple[Table, ...]:
    """Each table behind those that its rows point to."""
    from db import registry as registry  # every table that a foreign key may name

    return tuple(sort_tables(sorted(tables, key=lambda table: table.name)))
