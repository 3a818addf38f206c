"""Keeping a floor up to date from the tickets that moved, without reading the others again.

What a move does to tickets that it does not name is worked out here by the same rules as in the actions: a call that
overtakes is counted for everybody it passes. Where that cannot be told from what was read (several steps of a priority
ticket at once, a ticket that was over and is open again) the answer is None: the floor is read anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from db.tickets import rules
from db.tickets.rules import CounterScope
from db.tickets.seen import Desks, Floor, TicketRow, Totals
from db.tickets.states import TicketState


@dataclass(frozen=True, slots=True)
class Watch:
    """What a window knows of a day's queue."""

    day: date
    desks: Desks
    floor: Floor
    last: Mapping[str, int]  # the highest number of each letter


def totals_of(row: TicketRow) -> Totals:
    """What a ticket that is over adds to the day."""
    return Totals(1, int(row.calls > 0), row.waited if row.calls else 0, row.served)


def after(known: Watch, moved: Iterable[TicketRow], runs: Mapping[UUID, int]) -> Watch | None:
    """What is known once some tickets have been read again; `runs` are the counters' runs that were read with them.

    Returns None where the whole floor has to be read.
    """
    rows, over, last = dict(known.floor.rows), dict(known.floor.over), dict(known.last)
    news = sorted(moved, key=lambda row: row.line.place)
    calls: list[tuple[CounterScope, int]] = []
    for row in news:
        before = rows.pop(row.id, None)
        if before is None and row.seq <= last.get(row.line.errand.letter, 0):
            return None  # it was over
        call = _overtaking(before, row, known.desks.scopes)
        if call is _UNCLEAR:
            return None
        if call is not None:
            calls.append(call)
    _count(rows, calls)
    for row in news:
        letter = row.line.errand.letter
        last[letter] = max(last.get(letter, 0), row.seq)
        if row.is_open:
            rows[row.id] = row
        else:
            key = (row.state, row.counter_id)
            over[key] = over.get(key, Totals()) + totals_of(row)
    return replace(known, floor=Floor(rows, over, {**known.floor.runs, **runs}), last=last)


_UNCLEAR = (CounterScope(UUID(int=0)), 0)


def _overtaking(
    before: TicketRow | None, row: TicketRow, scopes: Mapping[UUID, CounterScope]
) -> tuple[CounterScope, int] | None:
    """The line and the place up to which a priority ticket was called past others; `_UNCLEAR` when it may have been."""
    fast = before.line.fast if before is not None else row.line.fast
    if not (fast or row.line.fast) or row.calls == (before.calls if before is not None else 0):
        return None
    if before is not None and before.state is not TicketState.WAITING and row.steps == before.steps:
        return None  # called again: nobody is passed
    one_step = row.steps == (before.steps if before is not None else 0) + 1
    scope = scopes.get(row.counter_id) if row.counter_id is not None else None
    if not one_step or row.state is not TicketState.CALLED or scope is None:
        return _UNCLEAR
    return scope, (before or row).line.place


def _count(rows: dict[UUID, TicketRow], calls: list[tuple[CounterScope, int]]) -> None:
    """Who was passed by: everybody older in the caller's line."""
    for scope, place in calls:
        for row in list(rows.values()):
            line = row.line
            if row.state is TicketState.WAITING and line.place < place and rules.serves(scope, line.errand):
                rows[row.id] = replace(row, line=replace(line, overtaken=line.overtaken + 1))
