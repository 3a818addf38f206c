"""The end of a click: its operation id is remembered, its journal entry chained, the other clients told.

The journal's entry is the last but one thing that is written: with twenty counters of a hall its head is where they would
queue, and so they do while the server commits, and not while a client thinks.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, insert, literal_column, select

from db.base import table_of
from db.changes import Changes
from db.journal import write as journal
from db.journal.models import Operation
from db.journal.write import Author, Head, Note
from db.live import TELL, telling
from db.prepared import Prepared, ask
from db.vault import Vault

_OPERATION = table_of(Operation)
_KEEP = Prepared(insert(_OPERATION))


def _end(*also: object) -> Prepared:
    """The operation and the entry that tells of it (they share who, when and what), and a commit that does not wait."""
    kept = insert(_OPERATION).values({c.name: bindparam(c.name, type_=c.type) for c in _OPERATION.c}).cte("kept")
    unhurried = func.set_config(
        *map(literal_column, ("'synchronous_commit'", "'off'", "true"))
    )  # `db.wire` waits for the disk without locks
    return Prepared(select(unhurried, *also).add_cte(kept, journal.added().cte("entry")))


_END, _END_AND_TELL = _end(), _end(TELL)


def finish(
    connection: Connection,
    vault: Vault,
    author: Author,
    notes: Sequence[Note],
    result: bytes,
    origin: UUID,
    changes: Changes,
    *,
    seen: Head | None,
    commit: bool,
) -> None:
    """Write what every click leaves behind, and commit.

    Args:
        notes: what its actions have to tell, the click's own last.
        result: what is returned when the click comes again.
        origin: the client that tells the others, so that it knows its own echo.
        seen: the newest entry of the journal, as the click saw it.
        commit: whether the transaction is the click's own; the embedded database leaves it to who began it.
    """
    told = journal.telling(vault, author, notes, seen)
    if connection.dialect.name == "postgresql":
        *before, own = told
        journal.ADD.later(connection, before)
        own["result"] = result
        tell = telling(connection, author.centre_id, origin, changes)
        if tell is None:
            _END.later(connection, own)
        else:
            own["channel"], own["payload"] = tell
            _END_AND_TELL.later(connection, own)
        ask(connection, commit=commit)
    else:
        _KEEP.run(connection, {**told[-1], "result": result})
        ask(connection, *journal.following(told, seen))
