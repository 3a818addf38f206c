"""The law of the queue on plain values: nobody is overtaken too often, nobody starves, first come first served in a class."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.errors import RuleBroken
from db.tickets.rules import (
    CounterScope,
    Errand,
    Heads,
    Period,
    QueuePolicy,
    TicketState,
    Times,
    Waiting,
    choose,
    forecast,
    heads,
    next_run,
    number_of,
    overtakes,
    parse_number,
    place_again,
    place_of_arrival,
    require_recent,
    require_requeue,
    serves,
    times,
)

SPACE = UUID("0190b6a0-0000-7000-8000-000000000000")
ITEMS = [uuid5(SPACE, f"item {n}") for n in range(3)]
COUNTERS = [uuid5(SPACE, f"counter {n}") for n in range(3)]
DEPARTMENTS = ["民政", "人社", ""]


def ident(order: int) -> UUID:
    return uuid5(SPACE, f"ticket {order}")


@dataclass
class Called:
    order: int
    counter: int
    waiting_before: list[Waiting]


@dataclass
class Line:
    """A hall of plain values that calls by the rules, and remembers who was called over whom."""

    policy: QueuePolicy
    scopes: list[CounterScope]
    waiting: dict[UUID, Waiting] = field(default_factory=dict)
    runs: dict[int, int] = field(default_factory=dict)
    orders: dict[UUID, int] = field(default_factory=dict)
    called: list[Called] = field(default_factory=list)
    away: list[Waiting] = field(default_factory=list)

    def arrive(self, fast: bool, errand: Errand) -> None:
        order = len(self.orders) + 1
        ticket = Waiting(ident(order), place_of_arrival(order), fast, 0, errand)
        self.orders[ticket.id] = order
        self.waiting[ticket.id] = ticket

    def call(self, counter: int) -> Waiting | None:
        scope = self.scopes[counter]
        front = heads(self.waiting.values(), scope, self.policy)
        run = self.runs.get(counter, 0)
        chosen = choose(front, run, self.policy)
        if chosen is None:
            return None
        self.called.append(Called(self.orders[chosen.id], counter, list(self.waiting.values())))
        del self.waiting[chosen.id]
        over = overtakes(front, chosen)
        self.runs[counter] = next_run(run, chosen, over)
        for each in list(self.waiting.values()):
            if each.place < chosen.place and serves(scope, each.errand):
                self.waiting[each.id] = replace(each, overtaken=each.overtaken + 1)
        return chosen

    def requeue(self, ticket: Waiting) -> None:
        lane = sorted(each.place for each in self.waiting.values() if each.fast == ticket.fast)
        place = place_again(ticket.place, lane, self.policy.requeue_behind)
        self.waiting[ticket.id] = replace(ticket, place=place, overtaken=0)


def scope(at: int, part: tuple) -> CounterScope:
    return CounterScope(COUNTERS[at], *map(frozenset, part), frozenset(COUNTERS) - {COUNTERS[at]})


# Most counters take anything, as in a hall that works 一门式; some are bound.
parts = st.just(((), (), ())) | st.tuples(
    st.sets(st.sampled_from("AB")),
    st.sets(st.sampled_from(ITEMS), max_size=2),
    st.sets(st.sampled_from(DEPARTMENTS[:2])),
)
scopes = st.tuples(parts, parts, parts).map(lambda each: [scope(n, part) for n, part in enumerate(each)])
policies = st.builds(
    QueuePolicy, burst=st.integers(1, 4), overtake_limit=st.integers(0, 3), requeue_behind=st.integers(0, 4)
)
errands = st.just(Errand("A")) | st.builds(
    Errand,
    st.sampled_from("AB"),
    st.none() | st.sampled_from(ITEMS),
    st.sampled_from(DEPARTMENTS),
    st.none() | st.sampled_from(COUNTERS),
)
arrivals = st.tuples(st.just("arrive"), st.booleans(), errands)
calls = st.tuples(st.just("call"), st.integers(0, 2), st.sampled_from(["serve", "serve", "skip", "send on"]))
returns = st.tuples(st.just("return"), st.integers(0, 5), st.none())
mornings = st.lists(arrivals, min_size=2, max_size=8)
days = st.builds(
    lambda *parts: [each for part in parts for each in part],
    mornings,
    st.lists(arrivals | calls | returns, min_size=10, max_size=60),
    st.lists(calls | returns, min_size=5, max_size=30),
)


def play(line: Line, day: list[tuple[str, object, object]]) -> set[int]:
    """Live a day; the orders of those who lined up again (they gave up their first place)."""
    again: set[int] = set()
    for what, first, second in day:
        if what == "arrive":
            line.arrive(bool(first), second)  # type: ignore[arg-type]
        elif what == "call":
            chosen = line.call(int(first))  # type: ignore[call-overload]
            if chosen is not None and second == "skip":
                line.away.append(chosen)
            elif chosen is not None and second == "send on":
                errand = replace(chosen.errand, reserved_for=COUNTERS[(int(first) + 1) % 3])  # type: ignore[call-overload]
                line.waiting[chosen.id] = replace(chosen, fast=True, errand=errand)
        elif line.away:
            ticket = line.away.pop(int(first) % len(line.away))  # type: ignore[call-overload]
            again.add(line.orders[ticket.id])
            line.requeue(ticket)
    return again


@settings(max_examples=150, deadline=None)
@given(policy=policies, scopes=scopes, day=days)
def test_no_ticket_is_overtaken_more_often_than_the_limit(
    policy: QueuePolicy, scopes: list[CounterScope], day: list
) -> None:
    line = Line(policy, scopes)
    again = play(line, day)
    counted: dict[UUID, int] = {}
    for call in line.called:  # counted by the order of arrival, not by what the rules keep
        for other in call.waiting_before:
            order = line.orders[other.id]
            if order < call.order and order not in again and serves(scopes[call.counter], other.errand):
                counted[other.id] = counted.get(other.id, 0) + 1
    assert max(counted.values(), default=0) <= policy.overtake_limit
    assert all(each.overtaken <= policy.overtake_limit for each in line.waiting.values())


@settings(max_examples=80, deadline=None)
@given(policy=policies, scopes=scopes, day=days)
def test_within_a_class_first_come_is_first_served(policy: QueuePolicy, scopes: list[CounterScope], day: list) -> None:
    line = Line(policy, scopes)
    play(line, day)
    for call in line.called:
        chosen = next(each for each in call.waiting_before if line.orders[each.id] == call.order)
        older = [
            each
            for each in call.waiting_before
            if each.fast == chosen.fast and each.place < chosen.place and serves(scopes[call.counter], each.errand)
        ]
        assert older == []


@settings(max_examples=80, deadline=None)
@given(policy=policies, scopes=scopes, day=days)
def test_a_priority_ticket_is_never_called_after_a_younger_ordinary_one(
    policy: QueuePolicy, scopes: list[CounterScope], day: list
) -> None:
    line = Line(policy, scopes)
    play(line, day)
    for call in line.called:
        chosen = next(each for each in call.waiting_before if line.orders[each.id] == call.order)
        if not chosen.fast:
            assert not any(
                each.fast and each.place < chosen.place and serves(scopes[call.counter], each.errand)
                for each in call.waiting_before
            )


@settings(max_examples=80, deadline=None)
@given(policy=policies, older=st.lists(st.booleans(), max_size=12), mine=st.booleans(), counter=st.integers(0, 2))
def test_nobody_starves_while_priority_tickets_keep_coming(
    policy: QueuePolicy, older: list[bool], mine: bool, counter: int
) -> None:
    line = Line(policy, [CounterScope(each) for each in COUNTERS])
    for fast in older:
        line.arrive(fast, Errand("A"))
    line.arrive(mine, Errand("A"))
    me = ident(len(older) + 1)
    for turn in range(1, len(older) + policy.overtake_limit + 2):
        line.arrive(True, Errand("A"))  # the worst day: before every call somebody with priority comes in
        chosen = line.call((counter + turn) % 3)
        if chosen is not None and chosen.id == me:
            return
    pytest.fail("still waiting after everybody older and the allowed number of overtakings")


@settings(max_examples=150, deadline=None)
@given(policy=policies, day=days, limit=st.integers(0, 30), at=scopes)
def test_the_forecast_is_what_one_counter_then_calls(
    policy: QueuePolicy, day: list, limit: int, at: list[CounterScope]
) -> None:
    line = Line(policy, at)
    play(line, day)
    here = [each for each in line.waiting.values() if serves(at[0], each.errand)]
    told = forecast(here, line.runs.get(0, 0), policy, limit)
    called = []
    while len(called) < limit and (chosen := line.call(0)) is not None:
        called.append(chosen.id)
    assert [each.id for each in told] == called


@given(policy=policies, fast_run=st.integers(0, 10), waiting=st.lists(st.booleans(), min_size=1, max_size=10))
def test_whoever_can_be_served_is_called_at_once_when_a_counter_is_free(
    policy: QueuePolicy, fast_run: int, waiting: list[bool]
) -> None:
    line = [Waiting(ident(n), place_of_arrival(n), fast, 0, Errand("A")) for n, fast in enumerate(waiting, 1)]
    assert choose(heads(line, CounterScope(COUNTERS[0]), policy), fast_run, policy) is not None


def test_two_priority_tickets_then_an_ordinary_one() -> None:
    """o1 o2 f3 f4 f5  ->  f3 f4 o1 f5 o2"""
    line = Line(QueuePolicy(burst=2, overtake_limit=8), [CounterScope(COUNTERS[0])])
    for fast in (False, False, True, True, True):
        line.arrive(fast, Errand("A"))
    assert [line.orders[line.call(0).id] for _ in range(5)] == [3, 4, 1, 5, 2]


def test_at_the_limit_the_ordinary_tickets_go_first_however_many_priority_tickets_come() -> None:
    """limit 1: o1 o2 f3 f4  ->  f3 o1 o2 f4"""
    line = Line(QueuePolicy(burst=5, overtake_limit=1), [CounterScope(COUNTERS[0])])
    for fast in (False, False, True, True):
        line.arrive(fast, Errand("A"))
    assert [line.orders[line.call(0).id] for _ in range(4)] == [3, 1, 2, 4]


def test_a_call_by_a_counter_that_could_not_serve_it_does_not_count_as_overtaking() -> None:
    line = Line(QueuePolicy(overtake_limit=0), [CounterScope(COUNTERS[0], letters=frozenset("B"))])
    line.arrive(False, Errand("A"))
    line.arrive(True, Errand("B"))
    assert line.call(0) is not None
    assert line.waiting[ident(1)].overtaken == 0


def test_nobody_waiting_calls_nobody() -> None:
    assert choose(Heads(None, None, False), 0, QueuePolicy()) is None


@pytest.mark.parametrize(
    ("scope", "errand", "expected"),
    [
        (CounterScope(COUNTERS[0]), Errand("A"), True),
        (CounterScope(COUNTERS[0], letters=frozenset("B")), Errand("A"), False),
        (CounterScope(COUNTERS[0], letters=frozenset("B")), Errand("B"), True),
        (CounterScope(COUNTERS[0], items=frozenset(ITEMS[:1])), Errand("A", ITEMS[0]), True),
        (CounterScope(COUNTERS[0], items=frozenset(ITEMS[:1])), Errand("A", None), False),
        (CounterScope(COUNTERS[0], departments=frozenset({"民政"})), Errand("A", ITEMS[2], "民政"), True),
        (CounterScope(COUNTERS[0], departments=frozenset({"民政"})), Errand("A", ITEMS[2], ""), False),
        (CounterScope(COUNTERS[0], others=frozenset(COUNTERS[1:])), Errand("A", reserved_for=COUNTERS[1]), False),
        (CounterScope(COUNTERS[0], others=frozenset(COUNTERS[2:])), Errand("A", reserved_for=COUNTERS[1]), True),
        (CounterScope(COUNTERS[1], letters=frozenset("B")), Errand("A", reserved_for=COUNTERS[1]), True),
    ],
)
def test_a_counter_serves_what_it_is_bound_to_and_what_was_sent_to_it(
    scope: CounterScope, errand: Errand, expected: bool
) -> None:
    assert serves(scope, errand) is expected


def test_a_late_comer_lines_up_behind_so_many_of_its_class() -> None:
    assert place_again(1000, [2000, 3000, 4000, 5000], 3) == 4001
    assert place_again(1000, [2000], 3) == 2001
    assert place_again(1000, [], 3) == 1000
    assert place_again(1000, [2000, 3000], 0) == 1000


@given(own=st.integers(1, 100), lane=st.lists(st.integers(1, 100), max_size=20), behind=st.integers(0, 20))
def test_a_late_comer_never_gets_a_better_place_than_it_had(own: int, lane: list[int], behind: int) -> None:
    assert place_again(own * 1000, sorted(each * 1000 for each in lane), behind) >= own * 1000


@pytest.mark.parametrize(("sequence", "number"), [(1, "A001"), (42, "A042"), (999, "A999"), (1000, "A1000")])
def test_number_is_a_letter_and_three_digits(sequence: int, number: str) -> None:
    assert number_of("A", sequence) == number
    assert parse_number(number) == ("A", sequence)


@pytest.mark.parametrize(("typed", "read"), [("a7", ("A", 7)), (" b012 ", ("B", 12)), ("C1000", ("C", 1000))])
def test_a_number_is_read_as_a_clerk_types_it(typed: str, read: tuple[str, int]) -> None:
    assert parse_number(typed) == read


@pytest.mark.parametrize("typed", ["", "7", "A", "AA7", "A0", "A000", "Ａ7", "A-7", "A123456"])
def test_what_is_no_number_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(RuleBroken, match="A007"):
        parse_number(typed)


@pytest.mark.parametrize(("letter", "sequence"), [("a", 1), ("", 1), ("AB", 1), ("号", 1), ("A", 0)])
def test_a_wrong_letter_or_sequence_makes_no_number(letter: str, sequence: int) -> None:
    with pytest.raises(RuleBroken):
        number_of(letter, sequence)


def test_lining_up_again_is_limited() -> None:
    require_requeue("A001", 1, QueuePolicy(requeue_times=2))
    with pytest.raises(RuleBroken, match="重新取号"):
        require_requeue("A001", 2, QueuePolicy(requeue_times=2))


def test_a_step_can_be_undone_for_ten_minutes() -> None:
    at = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    require_recent("A001", at, at + timedelta(minutes=10), QueuePolicy())
    with pytest.raises(RuleBroken, match="超过 10 分钟"):
        require_recent("A001", at, at + timedelta(minutes=10, seconds=1), QueuePolicy())


@pytest.mark.parametrize("bad", [{"burst": 0}, {"overtake_limit": -1}, {"overtake_limit": 51}, {"undo_minutes": 0}])
def test_a_senseless_policy_is_refused(bad: dict[str, int]) -> None:
    with pytest.raises(RuleBroken, match="之间"):
        QueuePolicy(**bad)


@given(st.lists(st.tuples(st.sampled_from(list(TicketState)[:5]), st.integers(0, 7200)), max_size=20))
def test_times_add_up_to_the_whole_life(stretches: list[tuple[TicketState, int]]) -> None:
    at = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    periods = []
    for state, seconds in stretches:
        periods.append(Period(state, at, at + timedelta(seconds=seconds)))
        at += timedelta(seconds=seconds)
    assert times(periods).whole == sum(seconds for _, seconds in stretches)


def test_times_tell_waiting_walking_serving_and_hold_apart() -> None:
    at = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    cut = [at + timedelta(seconds=each) for each in (0, 300, 320, 620, 680, 980)]
    states = [TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.PARKED, TicketState.SERVING]
    periods = [Period(state, cut[n], cut[n + 1]) for n, state in enumerate(states)]
    assert times(periods) == Times(waiting=300, walking=20, serving=600, hold=60, away=0)


def test_a_clock_set_back_counts_as_no_time() -> None:
    at = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    assert times([Period(TicketState.SERVING, at, at - timedelta(hours=1))]) == Times()
