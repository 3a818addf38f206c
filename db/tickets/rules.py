"""The law of the queue: numbers, who may call whom, who is next, where a late comer lines up, how long things took.

Fair interleaving with ageing. At every counter the tickets it can serve stand in one line, ordered by `place` (the
order of arrival). A *fast* ticket (priority seen, or sent on by another counter) may be called before older ordinary ones, but

1. after `burst` such calls in a row the counter calls the oldest ordinary ticket, and
2. nobody is overtaken more than `overtake_limit` times: once a ticket has reached it, nothing younger is called before it.

Each ticket carries how often it was overtaken. A ticket is overtaken when a counter that could have called it calls one
with a later place. So whoever waits is called after at most (older tickets + overtake_limit + 1) calls of the counters
that can serve him: no starvation. Within the fast and within the ordinary tickets the order is first come, first served.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from db.errors import RuleBroken
from db.tickets.priority import Priority as Priority
from db.tickets.priority import Proof as Proof
from db.tickets.states import OPEN_STATES as OPEN_STATES
from db.tickets.states import TicketState as TicketState
from db.tickets.states import move as move

PLACE_STEP: Final = 1_000
"""Distance between the places of two arrivals, so that a late comer fits between them."""

_NUMBER: Final = re.compile(r"([A-Z])(\d{3,5})")


@dataclass(frozen=True, slots=True)
class QueuePolicy:
    """What a centre can set; the defaults are ours (common practice of halls, no legal source)."""

    burst: int = 2  # fast tickets in a row that may overtake before an ordinary one is called
    overtake_limit: int = 8  # how often a ticket may be overtaken at all
    requeue_behind: int = 3  # a 过号 ticket lines up behind so many
    requeue_times: int = 2  # how often a 过号 ticket may line up again
    undo_minutes: int = 10  # how long a step can be undone

    def __post_init__(self) -> None:
        limits = (
            ("连续优先叫号数", self.burst, 1, 10),
            ("最多被越过次数", self.overtake_limit, 0, 50),
            ("过号后顺延位数", self.requeue_behind, 0, 20),
            ("过号后可重排次数", self.requeue_times, 0, 10),
            ("可撤销分钟数", self.undo_minutes, 1, 60),
        )
        for name, value, low, high in limits:
            if not low <= value <= high:
                raise RuleBroken(f"{name}须在 {low} 到 {high} 之间，现在是 {value}。")


@dataclass(frozen=True, slots=True)
class CounterScope:
    """What a counter serves. Without any binding it serves everything (一门式)."""

    counter_id: UUID
    letters: frozenset[str] = frozenset()
    items: frozenset[UUID] = frozenset()
    departments: frozenset[str] = frozenset()
    others: frozenset[UUID] = frozenset()  # the other counters in use

    @property
    def unbound(self) -> bool:
        """Whether the counter takes any ticket."""
        return not (self.letters or self.items or self.departments)


@dataclass(frozen=True, slots=True)
class Errand:
    """What a ticket is for, as far as it decides which counters can serve it."""

    letter: str
    item_id: UUID | None = None
    department: str = ""
    reserved_for: UUID | None = None  # sent to this counter; nobody else calls it


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting ticket as the choice of the next one sees it."""

    id: UUID
    place: int
    fast: bool
    overtaken: int
    errand: Errand


@dataclass(frozen=True, slots=True)
class Heads:
    """The front of one counter's line: all that the choice depends on."""

    fast: Waiting | None  # oldest fast ticket
    ordinary: Waiting | None  # oldest ordinary ticket
    blocked: bool  # a ticket older than `fast` has reached the overtake limit


def number_of(letter: str, sequence: int) -> str:
    """Ticket number: a letter and at least three digits, "A007"; a thousandth ticket of a day gets four."""
    if not re.fullmatch(r"[A-Z]", letter):
        raise RuleBroken(f"号码字头须是一个大写字母，现在是“{letter}”。")
    if sequence < 1:
        raise RuleBroken(f"号码从 1 起，现在是 {sequence}。")
    return f"{letter}{sequence:03d}"


def parse_number(text: str) -> tuple[str, int]:
    """Read a number as a clerk types it ("a7", " A007 "); RuleBroken when it is none."""
    squeezed = text.strip().upper()
    found = _NUMBER.fullmatch(squeezed) or re.fullmatch(r"([A-Z])(\d{1,2})", squeezed)
    if not found or int(found[2]) == 0:
        raise RuleBroken(f"“{text.strip()}”不是排队号，请输入字母加数字，例如 A007。")
    return found[1], int(found[2])


def serves(scope: CounterScope, errand: Errand) -> bool:
    """Whether a counter may call a ticket. What was sent to a counter that has closed since is everybody's again."""
    if errand.reserved_for == scope.counter_id:
        return True
    if errand.reserved_for in scope.others:
        return False
    return (
        scope.unbound
        or errand.letter in scope.letters
        or (errand.item_id is not None and errand.item_id in scope.items)
        or (errand.department != "" and errand.department in scope.departments)
    )


def heads(waiting: Iterable[Waiting], scope: CounterScope, policy: QueuePolicy) -> Heads:
    """Look at the whole line (queries.heads asks the database the same; a test holds the two together)."""
    line = sorted((each for each in waiting if serves(scope, each.errand)), key=lambda each: each.place)
    fast = next((each for each in line if each.fast), None)
    ordinary = next((each for each in line if not each.fast), None)
    blocked = fast is not None and any(
        each.place < fast.place and each.overtaken >= policy.overtake_limit for each in line
    )
    return Heads(fast, ordinary, blocked)


def choose(front: Heads, fast_run: int, policy: QueuePolicy) -> Waiting | None:
    """The ticket to call next; None when nobody waits. `fast_run`: overtaking calls in a row at this counter so far."""
    fast, ordinary = front.fast, front.ordinary
    if fast is None or ordinary is None:
        return fast or ordinary
    if fast.place < ordinary.place:
        return fast  # nobody older waits: nothing is overtaken
    if front.blocked or fast_run >= policy.burst:
        return ordinary
    return fast


def overtakes(front: Heads, chosen: Waiting) -> bool:
    """Whether calling `chosen` passes by somebody older (only a fast ticket can)."""
    return chosen.fast and front.ordinary is not None and front.ordinary.place < chosen.place


def next_run(fast_run: int, chosen: Waiting, overtaking: bool) -> int:
    """The counter's run of overtaking calls after this one; an ordinary call ends it."""
    if not chosen.fast:
        return 0
    return fast_run + 1 if overtaking else fast_run


def forecast(line: Iterable[Waiting], fast_run: int, policy: QueuePolicy, limit: int) -> list[Waiting]:
    """The order in which one counter alone would call those who wait in its line now, the first `limit` of them."""
    line = sorted(line, key=lambda each: each.place)
    fast, ordinary = ([each for each in line if each.fast is lane] for lane in (True, False))
    passed = [each.overtaken for each in ordinary]
    order: list[Waiting] = []
    at_fast = at_ordinary = 0
    while len(order) < min(limit, len(line)):
        next_fast = fast[at_fast] if at_fast < len(fast) else None
        next_ordinary = ordinary[at_ordinary] if at_ordinary < len(ordinary) else None
        older = [at for at in range(at_ordinary, len(ordinary)) if next_fast and ordinary[at].place < next_fast.place]
        front = Heads(next_fast, next_ordinary, any(passed[at] >= policy.overtake_limit for at in older))
        chosen = choose(front, fast_run, policy)
        if chosen is None:
            break
        fast_run = next_run(fast_run, chosen, overtakes(front, chosen))
        order.append(chosen)
        if chosen is next_fast:
            at_fast += 1
            for at in older:
                passed[at] += 1
        else:
            at_ordinary += 1
    return order


def place_of_arrival(order: int) -> int:
    """Place of the `order`-th ticket of the day (1, 2, 3 …)."""
    return order * PLACE_STEP


def place_again(own: int, lane: Sequence[int], behind: int) -> int:
    """Where a 过号 ticket lines up: behind so many of its lane (places in order), never before its first place.

    Never before: otherwise one who arrived later would stand before older ones without being counted as overtaking.
    """
    if behind == 0 or not lane:
        return own
    return max(own, lane[min(behind, len(lane)) - 1] + 1)


def require_requeue(number: str, requeued: int, policy: QueuePolicy) -> None:
    """Refuse to line up again too often."""
    if requeued >= policy.requeue_times:
        raise RuleBroken(f"{number} 已重新排队 {requeued} 次，按本中心规定请重新取号。")


def require_recent(number: str, done_at: datetime, now: datetime, policy: QueuePolicy) -> None:
    """Refuse to undo what is too long ago."""
    if now - done_at > timedelta(minutes=policy.undo_minutes):
        raise RuleBroken(f"{number} 的上一步已超过 {policy.undo_minutes} 分钟，不能撤销。")


@dataclass(frozen=True, slots=True)
class Period:
    """One closed stretch of a ticket's life; rows of these are only ever added."""

    state: TicketState
    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds a ticket spent in each way."""

    waiting: int = 0
    walking: int = 0  # from the call until service begins
    serving: int = 0
    hold: int = 0  # 挂起
    away: int = 0  # 过号, not yet back in the line

    @property
    def whole(self) -> int:
        """All of it."""
        return self.waiting + self.walking + self.serving + self.hold + self.away


_TIME_OF: Final = {
    TicketState.WAITING: "waiting",
    TicketState.CALLED: "walking",
    TicketState.SERVING: "serving",
    TicketState.PARKED: "hold",
    TicketState.SKIPPED: "away",
}


def seconds_between(began_at: datetime, ended_at: datetime) -> int:
    """Whole seconds; a clock that was set back counts as no time."""
    return max(0, int((ended_at - began_at).total_seconds()))


def times(periods: Iterable[Period]) -> Times:
    """Add up the periods by what the person was doing."""
    sums = dict.fromkeys(_TIME_OF.values(), 0)
    for each in periods:
        if (name := _TIME_OF.get(each.state)) is not None:
            sums[name] += seconds_between(each.began_at, each.ended_at)
    return Times(**sums)
