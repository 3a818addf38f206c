"""What screens are told of the queue: frozen rows, and what a counter's panel is of everything that is open today.

Nothing here asks a database: `db.tickets.floor` keeps a floor up to date, `db.tickets.watching` reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from db.tickets import rules
from db.tickets.priority import Priority, Proof
from db.tickets.rules import CounterScope, QueuePolicy, Waiting
from db.tickets.states import AT_COUNTER, OPEN_STATES, TicketState

SHOWN = 40
"""So many of a line are shown; the heading tells how many there are."""


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket as screens show it."""

    id: UUID
    number: str
    state: TicketState
    since: datetime
    taken_at: datetime
    called_at: datetime | None
    priority: Priority
    proof: Proof
    item_id: UUID | None
    item_name: str
    person_id: UUID | None
    counter_id: UUID | None
    counter: str
    reserved_for: UUID | None
    reserved: str
    staff_id: UUID | None
    staff_name: str
    owner_id: UUID | None
    owner_name: str
    calls: int
    requeued: int
    waited: int
    served: int
    steps: int  # how many stretches of its life are closed
    seq: int
    note: str
    line: Waiting  # how it stands in the line

    @property
    def is_open(self) -> bool:
        """Whether anything can still happen to it today."""
        return self.state in OPEN_STATES

    @property
    def at_counter(self) -> bool:
        """Whether it occupies a counter."""
        return self.state in AT_COUNTER


@dataclass(frozen=True, slots=True)
class Figures:
    """Today in numbers."""

    taken: int = 0
    waiting: int = 0
    done: int = 0
    skipped: int = 0
    parked: int = 0
    mine: int = 0  # finished at this counter
    average_wait: int | None = None  # seconds until the call, of those called; None before the first call
    average_service: int | None = None  # seconds of service, of those finished


@dataclass(frozen=True, slots=True)
class DeskRules:
    """What decides whom a counter calls."""

    scope: CounterScope
    policy: QueuePolicy
    number: str = ""  # of the counter


@dataclass(frozen=True, slots=True)
class Seat:
    """A counter in use, and who is logged in there."""

    id: UUID
    number: str
    name: str
    staff_id: UUID | None
    staff_name: str
    version: int


@dataclass(frozen=True, slots=True)
class Desks:
    """The counters in use, what each serves, and the queue's law; changes seldom."""

    seats: tuple[Seat, ...]  # by number
    scopes: Mapping[UUID, CounterScope]
    policy: QueuePolicy

    def rules_of(self, counter_id: UUID) -> DeskRules:
        """A counter that is not in use serves nothing else than what was sent to it."""
        closed = CounterScope(counter_id, frozenset("-"), others=frozenset(self.scopes))
        number = next((seat.number for seat in self.seats if seat.id == counter_id), "")
        return DeskRules(self.scopes.get(counter_id, closed), self.policy, number)


@dataclass(frozen=True, slots=True)
class Totals:
    """Tickets that are over: how many, how many of them were called, and their seconds."""

    tickets: int = 0
    called: int = 0
    waited: int = 0  # of those called
    served: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.tickets + other.tickets,
            self.called + other.called,
            self.waited + other.waited,
            self.served + other.served,
        )


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything the queue panel of a counter shows."""

    current: TicketRow | None
    waiting: tuple[TicketRow, ...]  # in the order in which this counter would call them
    waiting_here: int  # how many this counter could call, shown or not
    parked: tuple[TicketRow, ...]
    skipped: tuple[TicketRow, ...]
    figures: Figures
    elsewhere: tuple[TicketRow, ...] = ()  # open at other counters: called, served, parked


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A counter as the manager sees it."""

    seat: Seat
    current: TicketRow | None
    waiting: int  # how many it could call now
    oldest: datetime | None  # since when the first of them waits
    parked: tuple[TicketRow, ...]
    done: int  # finished there today


@dataclass(frozen=True, slots=True)
class Floor:
    """A centre's day: every open ticket, and the sums of those that are over."""

    rows: Mapping[UUID, TicketRow]
    over: Mapping[tuple[TicketState, UUID | None], Totals] = field(default_factory=lambda: MappingProxyType({}))
    runs: Mapping[UUID, int] = field(default_factory=lambda: MappingProxyType({}))  # overtaking calls in a row

    def panel(self, desk: DeskRules, limit: int = SHOWN) -> Panel:
        """What one counter's panel shows."""
        me, others = desk.scope.counter_id, desk.scope.others
        by_state: dict[TicketState, list[TicketRow]] = {}
        for row in self.rows.values():
            by_state.setdefault(row.state, []).append(row)
        waiting = {
            row.id: row for row in by_state.get(TicketState.WAITING, ()) if rules.serves(desk.scope, row.line.errand)
        }
        order = rules.forecast([row.line for row in waiting.values()], self.runs.get(me, 0), desk.policy, limit)
        parked, skipped = (by_state.get(state, []) for state in (TicketState.PARKED, TicketState.SKIPPED))
        busy = [row for row in self.rows.values() if row.at_counter]
        away = [row for row in (*busy, *parked) if row.counter_id != me and row.counter_id in others]
        return Panel(
            current=next((row for row in busy if row.counter_id == me), None),
            waiting=tuple(waiting[each.id] for each in order),
            waiting_here=len(waiting),
            parked=tuple(sorted((row for row in parked if row.counter_id not in others), key=_since)[:limit]),
            skipped=tuple(sorted(skipped, key=_since, reverse=True)[: limit // 2]),
            figures=self.figures(me),
            elsewhere=tuple(sorted(away, key=_place_of)),
        )

    def figures(self, counter_id: UUID | None = None) -> Figures:
        """The day in numbers; `mine` is of one counter."""
        now = [row.state for row in self.rows.values()]
        over = sum(self.over.values(), Totals())
        done = sum((each for (state, _), each in self.over.items() if state is TicketState.DONE), Totals())
        mine = self.over.get((TicketState.DONE, counter_id), Totals()) if counter_id else Totals()
        called = [row.waited for row in self.rows.values() if row.calls]
        calls = over.called + len(called)
        return Figures(
            taken=over.tickets + len(now),
            waiting=now.count(TicketState.WAITING),
            done=done.tickets,
            skipped=now.count(TicketState.SKIPPED),
            parked=now.count(TicketState.PARKED),
            mine=mine.tickets,
            average_wait=(over.waited + sum(called)) // calls if calls else None,
            average_service=done.served // done.tickets if done.tickets else None,
        )

    def counters(self, desks: Desks) -> tuple[Counterpart, ...]:
        """Every counter in use: who sits there, whom they serve, who waits for it; by number."""
        return tuple(self._counter(seat, desks.scopes[seat.id]) for seat in desks.seats)

    def _counter(self, seat: Seat, scope: CounterScope) -> Counterpart:
        here = [row for row in self.rows.values() if row.counter_id == seat.id]
        line = [
            row.taken_at
            for row in self.rows.values()
            if row.state is TicketState.WAITING and rules.serves(scope, row.line.errand)
        ]
        return Counterpart(
            seat=seat,
            current=next((row for row in here if row.at_counter), None),
            waiting=len(line),
            oldest=min(line, default=None),
            parked=tuple(sorted((row for row in here if row.state is TicketState.PARKED), key=_since)),
            done=self.over.get((TicketState.DONE, seat.id), Totals()).tickets,
        )


def _since(row: TicketRow) -> datetime:
    return row.since


def _place_of(row: TicketRow) -> tuple[int, str, bool, datetime]:
    return len(row.counter), row.counter, not row.at_counter, row.since
