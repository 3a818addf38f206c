"""A floor that follows the tickets that moved is the floor that is read anew; and what following costs."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from db.action import Actor
from db.changes import Changes
from db.clock import business_date
from db.errors import Refusal
from db.ids import new_id
from db.texts import Text
from db.tickets import rules, watching
from db.tickets.actions import (
    call_next,
    cancel,
    finish,
    park,
    recall,
    requeue,
    skip,
    start_serving,
    take_over,
    transfer,
    undo,
    unpark,
)
from db.tickets.floor import Watch, after
from db.tickets.models import Ticket
from db.tickets.priority import Priority
from db.tickets.states import TicketState
from tests.conftest import NOW
from tests.db.tickets.conftest import Floor
from tests.db.tickets.test_queries import statements

DAY = business_date(NOW)


def watch(floor: Floor) -> Watch:
    return floor.hall.read(watching.watch, floor.centre_id, DAY)


def follow(floor: Floor, known: Watch, moved: set[UUID], actor: Actor) -> Watch:
    return floor.hall.read(watching.follow, floor.centre_id, known, frozenset(moved), actor.counter_id)


@contextmanager
def moves(floor: Floor) -> Iterator[set[UUID]]:
    """The tickets that were announced as moved."""
    heard: set[UUID] = set()

    def listen(changes: Changes) -> None:
        heard.update(change.id for change in changes if change.kind == "ticket")

    deaf = floor.hall.announcer.listen(listen)
    yield heard
    deaf()


@contextmanager
def rows_read(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many rows each prepared statement brought."""
    seen: list[int] = []
    shaped = Text.shaped

    def counted(text: Text, raw: list[Any], codes: Any) -> list[Any]:
        seen.append(len(raw))
        return shaped(text, raw, codes)

    with monkeypatch.context() as patched:
        patched.setattr(Text, "shaped", counted)
        yield seen


def crowd(session: Session, centre_id: UUID, count: int) -> None:
    """So many people wait, every fifth with priority."""
    session.execute(
        insert(Ticket),
        [
            {
                "id": new_id(), "centre_id": centre_id, "business_date": DAY, "letter": "Z", "seq": order,
                "state": TicketState.WAITING, "since": NOW, "taken_at": NOW, "place": rules.place_of_arrival(order),
                "fast": order % 5 == 0, "priority": Priority.ELDERLY if order % 5 == 0 else Priority.NONE,
            }
            for order in range(1, count + 1)
        ],
    )  # fmt: skip


def any_step(floor: Floor, dice: random.Random) -> None:
    """Somebody does something that may be refused."""
    actor = dice.choice((floor.one, floor.two))
    rows = list(watch(floor).floor.rows.values())
    some = dice.choice(rows).id if rows else new_id()
    mine = next((row.id for row in rows if row.counter_id == actor.counter_id and row.at_counter), some)
    steps: list[Callable[[], object]] = [
        lambda: floor.take(dice.choice((Priority.NONE, Priority.NONE, Priority.ELDERLY))),
        lambda: floor.run(actor, call_next),
        lambda: floor.run(actor, start_serving, ticket_id=mine),
        lambda: floor.run(actor, finish, ticket_id=mine),
        lambda: floor.run(actor, skip, ticket_id=mine),
        lambda: floor.run(actor, park, ticket_id=mine),
        lambda: floor.run(actor, recall, ticket_id=mine),
        lambda: floor.run(actor, unpark, ticket_id=some),
        lambda: floor.run(actor, requeue, ticket_id=some),
        lambda: floor.run(actor, take_over, ticket_id=mine),
        lambda: floor.run(actor, cancel, ticket_id=some),
        lambda: floor.run(actor, undo),
        lambda: floor.run(actor, transfer, ticket_id=mine, counter_id=dice.choice((None, floor.two.counter_id))),
    ]
    floor.later(seconds=dice.randint(1, 90))
    try:
        dice.choices(steps, (6, 6, 4, 4, 2, 2, 1, 1, 1, 1, 1, 2, 1))[0]()
    except Refusal:
        return


@pytest.mark.parametrize("seed", range(3))
def test_following_every_move_shows_what_reading_anew_would(
    floor: Floor, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens, one by one or several at once: same rows, same order, same figures, same overtaking counts."""
    dice = random.Random(seed)
    whole: list[int] = []
    read = watching.floor
    monkeypatch.setattr(watching, "floor", lambda *given: whole.append(1) or read(*given))
    known = watch(floor)
    patched = 0
    for _ in range(45):
        with moves(floor) as moved:
            for _ in range(dice.choice((1, 1, 1, 3))):
                any_step(floor, dice)
        before = len(whole)
        known = follow(floor, known, moved, floor.one)
        patched += len(whole) == before
        fresh = watch(floor)
        assert known.floor.rows == fresh.floor.rows
        assert dict(known.floor.over) == dict(fresh.floor.over)
        assert known.last == fresh.last
        desk = fresh.desks.rules_of(floor.one.counter_id)
        assert known.floor.panel(desk) == fresh.floor.panel(desk)
    assert patched > 30  # reading all is the exception


def test_a_call_costs_one_ticket_and_not_the_line(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    """50 people wait; another counter calls, begins, finishes: each time one ticket and one run are read."""
    with floor.hall.transaction() as session:
        crowd(session, floor.centre_id, 50)
    known = watch(floor)
    ticket: UUID | None = None
    for step in (call_next, start_serving, finish):
        with moves(floor) as moved:
            done = floor.run(floor.two, step, **({"ticket_id": ticket} if ticket else {}))
        ticket = ticket or done.ticket_id
        with rows_read(monkeypatch) as read, statements(floor.hall._reader) as others:
            known = follow(floor, known, moved, floor.one)
        assert sum(read) <= 2
        assert others == []
    assert len(known.floor.rows) == 49
    assert known.floor.rows == watch(floor).floor.rows


def test_a_burst_reads_each_ticket_once_and_a_flood_reads_the_floor(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = watch(floor)
    with moves(floor) as moved:
        for _ in range(10):
            floor.take()
    with rows_read(monkeypatch) as read:
        known = follow(floor, known, moved, floor.one)
    assert sum(read) == 10
    with moves(floor) as moved:
        for _ in range(watching.MOST + 1):
            floor.take()
    with rows_read(monkeypatch) as read:
        known = follow(floor, known, moved, floor.one)
    assert len(known.floor.rows) == 11 + watching.MOST
    assert read[:3] == [len(known.floor.rows), 0, 0]  # beside them the names of counters and staff, once


def test_a_ticket_that_was_over_and_is_open_again_has_the_floor_read(floor: Floor) -> None:
    ticket = floor.take()
    floor.serve(floor.one)
    floor.run(floor.one, finish, ticket_id=ticket)
    known = watch(floor)
    assert known.floor.rows == {}
    floor.run(floor.one, undo)
    assert after(known, [floor.row(ticket)], {}) is None
    assert follow(floor, known, {ticket}, floor.one).floor == watch(floor).floor


def test_who_serves_whom_who_waits_and_who_is_set_aside_at_every_counter(floor: Floor) -> None:
    first, second = floor.take(), floor.take()
    floor.take()
    floor.serve(floor.one)
    floor.run(floor.one, park, ticket_id=first)
    floor.later(minutes=2)
    floor.serve(floor.one)
    known = watch(floor)
    one, two = known.floor.counters(known.desks)
    assert (one.seat.number, one.current and one.current.id, [row.id for row in one.parked]) == ("1", second, [first])
    assert (two.current, two.waiting, two.oldest, two.done) == (None, 1, NOW, 0)
    floor.run(floor.one, finish, ticket_id=second)
    assert watch(floor).floor.counters(known.desks)[0].done == 1


def test_a_ticket_at_another_counter_stands_there_on_everybody_s_panel(floor: Floor) -> None:
    parked, served = floor.take(), floor.take()
    floor.serve(floor.two)
    floor.run(floor.two, park, ticket_id=parked)
    floor.serve(floor.two)
    mine, theirs = floor.panel(floor.one), floor.panel(floor.two)
    assert [(row.id, row.counter, row.state) for row in mine.elsewhere] == [
        (served, "2", TicketState.SERVING),
        (parked, "2", TicketState.PARKED),
    ]
    assert mine.current is None
    assert mine.parked == ()
    assert theirs.elsewhere == ()
