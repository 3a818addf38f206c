"""What the queue panel is told, what it costs, and that the database sees the line as the rules do."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, event, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from db.action import Act, Request
from db.centre.models import Counter
from db.clock import business_date
from db.errors import RuleBroken
from db.ids import new_id
from db.tickets import line, queries, rules, watching
from db.tickets.actions import cancel, finish, park, skip, start_serving, transfer
from db.tickets.models import Ticket
from db.tickets.rules import CounterScope, Priority, QueuePolicy
from db.tickets.states import TicketState
from tests.conftest import NOW
from tests.db.tickets.conftest import Floor
from tests.factories.tickets import make_queue_item


@contextmanager
def statements(bind: Engine | Connection) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append(statement)

    event.listen(bind, "before_cursor_execute", note)
    yield seen
    event.remove(bind, "before_cursor_execute", note)


def fill(session: Session, centre_id: UUID, count: int) -> None:
    """So many people wait, every fifth with priority."""
    session.execute(
        insert(Ticket),
        [
            {
                "id": new_id(),
                "centre_id": centre_id,
                "business_date": business_date(NOW),
                "letter": "A",
                "seq": order,
                "state": TicketState.WAITING,
                "since": NOW,
                "taken_at": NOW,
                "place": rules.place_of_arrival(order),
                "fast": order % 5 == 0,
                "priority": Priority.ELDERLY if order % 5 == 0 else Priority.NONE,
            }
            for order in range(1, count + 1)
        ],
    )


def test_the_panel_shows_the_line_in_the_order_of_the_calls(floor: Floor) -> None:
    for priority in (Priority.NONE, Priority.NONE, Priority.ELDERLY, Priority.ELDERLY, Priority.ELDERLY, Priority.NONE):
        floor.take(priority)
    shown = floor.numbers(floor.one)
    called = []
    for _ in shown:
        called.append(floor.row(floor.serve(floor.one)).number)
        floor.run(floor.one, finish, ticket_id=floor.panel(floor.one).current.id)
    assert shown == called == ["A003", "A004", "A001", "A005", "A002", "A006"]


def test_the_panel_of_an_empty_hall_is_empty(floor: Floor) -> None:
    panel = floor.panel(floor.one)
    assert panel == queries.Panel(None, (), 0, (), (), queries.Figures())


def test_the_panel_tells_current_parked_and_skipped_apart(floor: Floor) -> None:
    parked, skipped, current, other = [floor.take() for _ in range(4)]
    floor.serve(floor.one)
    floor.run(floor.one, park, ticket_id=parked)
    floor.call(floor.one)
    floor.run(floor.one, skip, ticket_id=skipped)
    floor.call(floor.one)
    floor.call(floor.two)
    panel = floor.panel(floor.one)
    assert panel.current is not None
    assert panel.current.id == current
    assert [row.id for row in panel.parked] == [parked]
    assert [row.id for row in panel.skipped] == [skipped]
    theirs = floor.panel(floor.two)
    assert theirs.current is not None
    assert theirs.current.id == other
    assert theirs.parked == ()
    assert [row.id for row in theirs.skipped] == [skipped]


def test_figures_of_today(floor: Floor) -> None:
    tickets = [floor.take() for _ in range(4)]
    floor.later(minutes=10)
    floor.call(floor.one)
    floor.later(minutes=1)
    floor.run(floor.one, start_serving, ticket_id=tickets[0])
    floor.later(minutes=5)
    floor.run(floor.one, finish, ticket_id=tickets[0])
    floor.later(minutes=4)
    floor.call(floor.two)
    floor.run(floor.two, skip, ticket_id=tickets[1])
    floor.run(floor.one, cancel, ticket_id=tickets[2])
    assert floor.panel(floor.one).figures == queries.Figures(
        taken=4, waiting=1, done=1, skipped=1, parked=0, mine=1, average_wait=15 * 60, average_service=5 * 60
    )
    assert floor.panel(floor.two).figures.mine == 0
    assert floor.hall.read(queries.figures, floor.centre_id, business_date(NOW)).done == 1


def test_a_panel_counts_only_what_its_counter_could_call(floor: Floor) -> None:
    floor.take()
    sent = floor.take()
    floor.run(floor.one, transfer, ticket_id=sent, counter_id=floor.two.counter_id)
    assert floor.panel(floor.one).waiting_here == 1
    assert floor.panel(floor.two).waiting_here == 2
    assert floor.numbers(floor.two) == ["A002", "A001"]  # who was sent on is called first


def test_who_serves_whom_at_which_counter(floor: Floor) -> None:
    first, second = floor.take(), floor.take()
    floor.serve(floor.two)
    floor.call(floor.one)
    rows = floor.hall.read(queries.serving, floor.centre_id, business_date(NOW))
    assert [(row.counter, row.id, row.staff_id) for row in rows] == [
        ("1", second, floor.one.staff_id),
        ("2", first, floor.two.staff_id),
    ]
    counters = floor.hall.read(queries.counters, floor.centre_id, business_date(NOW))
    assert [(row.number, row.ticket) for row in counters] == [("1", "A002"), ("2", "A001")]


def test_a_ticket_is_found_by_its_number_as_typed(floor: Floor) -> None:
    ticket = floor.take()
    day = business_date(NOW)
    found = floor.hall.read(queries.find, floor.centre_id, day, " a1 ")
    assert found is not None
    assert found.id == ticket
    assert floor.hall.read(queries.find, floor.centre_id, day, "A002") is None
    assert floor.hall.read(queries.find, floor.centre_id, day + timedelta(days=1), "A001") is None
    with pytest.raises(RuleBroken):
        floor.hall.read(queries.find, floor.centre_id, day, "第一个")


def test_letters_default_to_one(floor: Floor) -> None:
    assert floor.hall.read(queries.letters, floor.centre_id) == (queries.LetterRow("A", "综合", ()),)


def test_the_panel_shows_the_front_of_a_long_line_and_counts_all(floor: Floor) -> None:
    with floor.hall.transaction() as session:
        fill(session, floor.centre_id, 1000)
    panel = floor.panel(floor.one, limit=40)
    assert len(panel.waiting) == 40
    assert panel.waiting_here == panel.figures.waiting == 1000


def test_the_day_is_read_by_its_indexes(embedded_floor: Floor) -> None:
    floor = embedded_floor
    with floor.hall.transaction() as session:
        fill(session, floor.centre_id, 2000)
    for prepared in (watching._OPEN, watching._OVER, watching._MOVED, watching._RUNS, watching._RUN):
        plan = floor.hall.read(_plan, str(prepared.statement.compile(dialect=sqlite.dialect())))
        assert not [step for step in plan if step.startswith("SCAN")], plan


def _plan(session: Session, statement: str) -> list[str]:
    parameters = tuple("x" for _ in range(statement.count("?")))
    rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    return [str(row[3]) for row in rows]


tickets = st.lists(
    st.tuples(
        st.booleans(),
        st.integers(0, 4),
        st.sampled_from("AB"),
        st.integers(0, 2),
        st.sampled_from(["", "民政"]),
        st.integers(0, 2),
    ),
    max_size=12,
)
bindings = st.tuples(st.sets(st.sampled_from("AB")), st.sets(st.integers(1, 2)), st.sets(st.just("民政")))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tickets=tickets, binding=bindings, run=st.integers(0, 3), both_open=st.booleans())
def test_the_database_sees_the_line_as_the_rules_do(
    floor: Floor, tickets: list, binding: tuple, run: int, both_open: bool
) -> None:
    """Whoever `rules.choose` would call in the whole line is whom the indexed questions lead to."""
    known = floor.__dict__.setdefault(
        "items", [None, *(make_queue_item(floor.hall, floor.centre_id, now=NOW) for _ in range(2))]
    )
    counters = [None, floor.one.counter_id, floor.two.counter_id]
    letters, items, departments = binding
    scope = CounterScope(
        floor.one.counter_id,
        frozenset(letters),
        frozenset(known[each] for each in items),
        frozenset(departments),
        frozenset({floor.two.counter_id} if both_open else ()),
    )
    policy = QueuePolicy(overtake_limit=3)
    with floor.hall.transaction() as session:
        session.get_one(Counter, floor.two.counter_id).active = both_open
        act = Act(session.connection(), Request(floor.one, NOW, new_id()), floor.hall.vault, _session=session)
        for order, (fast, overtaken, letter, item, department, reserved) in enumerate(tickets, 1):
            session.add(
                Ticket(
                    centre_id=floor.centre_id, business_date=business_date(NOW), letter=letter, seq=order,
                    state=TicketState.WAITING, since=NOW, taken_at=NOW, item_id=known[item], department=department,
                    reserved_for=counters[reserved], place=order * 1000, fast=fast, overtaken=overtaken,
                )
            )  # fmt: skip
        session.flush()
        rows = [line.as_waiting(each) for each in session.scalars(select(Ticket))]
        here = set(session.scalars(select(Ticket.id).where(line.served_by(scope))))
        assert here == {each.id for each in rows if rules.serves(scope, each.errand)}
        asked = rules.choose(line.heads(act, scope, policy), run, policy)
        assert asked == rules.choose(rules.heads(rows, scope, policy), run, policy)
        session.rollback()
