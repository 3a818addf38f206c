"""The end of a click: its operation id is remembered, its journal entry chained, the other clients told.

On the embedded database these are four statements of some microseconds each. On a server each one is a journey, so what
can go together goes together.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Text, bindparam, func, insert

from db.base import table_of
from db.changes import Changes
from db.journal.models import JournalEntry, Operation
from db.journal.write import MOVE, Author, Note, append, chain
from db.live import announcement, channel, notify
from db.prepared import Given, Prepared
from db.vault import Vault

_ENTRY, _OPERATION = table_of(JournalEntry), table_of(Operation)
_KEEP = Prepared(insert(_OPERATION))


def finish(
    connection: Connection,
    vault: Vault,
    author: Author,
    notes: Sequence[Note],
    operation: Given,
    origin: UUID,
    changes: Changes,
) -> None:
    """Write what every click leaves behind; the head of the journal is locked from here to the commit.

    Args:
        operation: the row that makes the click harmless when it comes again.
        origin: the client that tells the others, so that it knows its own echo.
    """
    if len(notes) != 1 or connection.dialect.name != "postgresql":
        _KEEP.run(connection, operation)
        append(connection, vault, author, notes)
        notify(connection, author.centre_id, origin, changes)
        return
    [row], head = chain(connection, vault, author, notes)
    given = {**_marked("e", row), **_marked("o", operation), **head}
    if changes:
        given |= {"channel": channel(author.centre_id), "payload": announcement(origin, changes)}
    _together(telling=bool(changes)).run(connection, given)


@cache
def _together(telling: bool) -> Prepared:
    """Entry, operation id, the head's move and the announcement in one statement."""
    written = [
        insert(table).values({column.name: bindparam(f"{mark}_{column.name}") for column in table.c}).cte(name)
        for mark, name, table in (("e", "entry", _ENTRY), ("o", "kept", _OPERATION))
    ]
    moved = MOVE.add_cte(*written)
    if telling:
        return Prepared(
            moved.returning(func.pg_notify(bindparam("channel", type_=Text()), bindparam("payload", type_=Text())))
        )
    return Prepared(moved)


def _marked(mark: str, row: Given) -> dict[str, Any]:
    return {f"{mark}_{name}": value for name, value in row.items()}
