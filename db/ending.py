"""The end of a click: its operation id is remembered, its journal entry chained, the other clients told.

The head of the journal is locked as late as can be and held until the commit is on the disk: with twenty counters of a hall
that is where they queue. So between the lock and the commit lies one journey to the server, and nothing but the hash.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, insert

from db.base import table_of
from db.changes import Changes
from db.journal.models import Operation
from db.journal.write import Author, Note, chained_on
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
    head: tuple[int, bytes] | None,
    commit: bool,
) -> None:
    """Write what every click leaves behind, and commit.

    Args:
        operation: the row that makes the click harmless when it comes again.
        origin: the client that tells the others, so that it knows its own echo.
        head: of the journal, when the action has locked it.
        commit: whether the transaction is the click's own; the embedded database leaves it to who began it.
    """
    _KEEP.later(connection, operation)
    ask(
        connection,
        *chained_on(connection, vault, author, notes, head),
        *announced(connection, author.centre_id, origin, changes),
        commit=commit,
    )
