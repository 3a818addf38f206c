"""The end of a click: its operation id is remembered, its journal entry chained, the other clients told.

The journal's entry is the last but one thing that is written: with twenty counters of a hall its head is where they would
queue, and so they do while the server commits, and not while a client thinks.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, insert

from db.base import table_of
from db.changes import Changes
from db.journal.models import Operation
from db.journal.write import Author, Head, Note, appending
from db.live import announced
from db.prepared import Prepared, ask
from db.texts import Given
from db.vault import Vault

_KEEP = Prepared(insert(table_of(Operation)))


def finish(
    connection: Connection,
    vault: Vault,
    author: Author,
    notes: Sequence[Note],
    operation: Given,
    origin: UUID,
    changes: Changes,
    *,
    seen: Head | None,
    commit: bool,
) -> None:
    """Write what every click leaves behind, and commit.

    Args:
        operation: the row that makes the click harmless when it comes again.
        origin: the client that tells the others, so that it knows its own echo.
        seen: the newest entry of the journal, as the click saw it.
        commit: whether the transaction is the click's own; the embedded database leaves it to who began it.
    """
    _KEEP.later(connection, operation)
    ask(
        connection,
        *appending(connection, vault, author, notes, seen),
        *announced(connection, author.centre_id, origin, changes),
        commit=commit,
    )
