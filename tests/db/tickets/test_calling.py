"""Calling, skipping, parking and sending on, on both databases."""

from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.centre.models import Counter
from db.errors import NotAllowed, RuleBroken, Stale
from db.ids import new_id
from db.tickets import queries
from db.tickets.actions import (
    bind_counter,
    cancel,
    finish,
    park,
    recall,
    requeue,
    set_policy,
    skip,
    start_serving,
    transfer,
    unpark,
)
from db.tickets.models import Ticket
from db.tickets.rules import Priority
from db.tickets.states import TicketState
from tests.conftest import NOW
from tests.db.tickets.conftest import Floor
from tests.factories.centre import make_centre, make_counter
from tests.factories.tickets import make_queue_item

S = TicketState


def overtaken(session: Session, ticket_id: UUID) -> int:
    return session.execute(select(Ticket.overtaken).where(Ticket.id == ticket_id)).scalar_one()


def test_nobody_waiting_is_a_sentence(floor: Floor) -> None:
    with pytest.raises(RuleBroken, match="没有本窗口可办的等候号"):
        floor.call(floor.one)


def test_two_counters_call_one_after_the_other(floor: Floor) -> None:
    first, second = floor.take(), floor.take()
    assert floor.call(floor.one) == first
    assert floor.call(floor.two) == second
    assert floor.row(first).counter == "1"
    assert floor.row(second).counter == "2"


def test_a_counter_has_one_person_at_a_time(floor: Floor) -> None:
    first = floor.take()
    floor.take()
    floor.call(floor.one)
    with pytest.raises(RuleBroken, match="A001 已呼叫、尚未到窗"):
        floor.call(floor.one)
    floor.run(floor.one, start_serving, ticket_id=first)
    with pytest.raises(RuleBroken, match="A001 正在本窗口办理"):
        floor.call(floor.one)


def test_priority_overtakes_twice_then_an_ordinary_ticket_is_called(floor: Floor) -> None:
    """o1 o2 f3 f4 f5  ->  f3 f4 o1 f5 o2"""
    for priority in (Priority.NONE, Priority.NONE, Priority.ELDERLY, Priority.PREGNANT, Priority.ELDERLY):
        floor.take(priority)
    order = []
    for _ in range(5):
        order.append(floor.row(floor.serve(floor.one)).number)
        floor.run(floor.one, finish, ticket_id=floor.panel(floor.one).current.id)
    assert order == ["A003", "A004", "A001", "A005", "A002"]


def test_at_the_limit_nothing_younger_is_called_before_it(floor: Floor) -> None:
    floor.run(floor.manager, set_policy, burst=5, overtake_limit=1, requeue_behind=3, requeue_times=2, undo_minutes=10)
    ordinary = floor.take()
    for _ in range(3):
        floor.take(Priority.ELDERLY)
    assert floor.row(floor.serve(floor.one)).number == "A002"
    assert floor.hall.read(overtaken, ordinary) == 1
    assert floor.call(floor.two) == ordinary


def test_a_bound_counter_calls_only_what_it_serves(floor: Floor) -> None:
    item = make_queue_item(floor.hall, floor.centre_id, now=NOW)
    [first, _] = floor.hall.read(queries.counters, floor.centre_id, NOW.date())
    floor.run(floor.manager, bind_counter, counter_id=first.id, version=first.version, item_ids=[item])
    floor.take()
    bound = floor.take(item_id=item)
    assert floor.call(floor.one) == bound
    floor.run(floor.one, skip, ticket_id=bound)
    with pytest.raises(RuleBroken, match="没有本窗口可办"):
        floor.call(floor.one)


def test_binding_refuses_a_counter_that_was_changed_meanwhile(floor: Floor) -> None:
    [first, _] = floor.hall.read(queries.counters, floor.centre_id, NOW.date())
    floor.run(floor.manager, bind_counter, counter_id=first.id, version=first.version, departments=["民政", "人社"])
    with pytest.raises(Stale):
        floor.run(floor.manager, bind_counter, counter_id=first.id, version=first.version)
    [first, _] = floor.hall.read(queries.counters, floor.centre_id, NOW.date())
    assert first.departments == ("人社", "民政")


def test_without_a_counter_or_at_a_closed_one_nobody_is_called(floor: Floor) -> None:
    floor.take()
    with pytest.raises(RuleBroken, match="请先选择您所在的窗口"):
        floor.call(floor.manager)
    with floor.hall.transaction() as session:
        session.execute(update(Counter).where(Counter.id == floor.one.counter_id).values(active=False))
    with pytest.raises(RuleBroken, match="1 号窗口已停用"):
        floor.call(floor.one)


def test_recall_counts_the_calls(floor: Floor) -> None:
    ticket = floor.take()
    floor.call(floor.one)
    assert floor.run(floor.one, recall, ticket_id=ticket) == 2
    floor.run(floor.one, start_serving, ticket_id=ticket)
    with pytest.raises(RuleBroken, match="不能重呼"):
        floor.run(floor.one, recall, ticket_id=ticket)


def test_another_counter_cannot_move_my_ticket_but_a_manager_can(floor: Floor) -> None:
    ticket = floor.take()
    floor.call(floor.one)
    for verb in (recall, start_serving, skip, finish, cancel):
        with pytest.raises(NotAllowed, match="A001 在 1 号窗口"):
            floor.run(floor.two, verb, ticket_id=ticket)
    floor.run(floor.manager, skip, ticket_id=ticket)
    assert floor.row(ticket).state is S.SKIPPED


def test_a_skipped_ticket_lines_up_behind_three(floor: Floor) -> None:
    late = floor.take()
    for _ in range(5):
        floor.take()
    floor.call(floor.one)
    floor.run(floor.one, skip, ticket_id=late)
    floor.run(floor.one, requeue, ticket_id=late)
    assert floor.numbers(floor.one) == ["A002", "A003", "A004", "A001", "A005", "A006"]


def test_lining_up_again_is_limited(floor: Floor) -> None:
    late = floor.take()
    for _ in range(2):
        floor.call(floor.one)
        floor.run(floor.one, skip, ticket_id=late)
        floor.run(floor.one, requeue, ticket_id=late)
    floor.call(floor.one)
    floor.run(floor.one, skip, ticket_id=late)
    with pytest.raises(RuleBroken, match="重新取号"):
        floor.run(floor.one, requeue, ticket_id=late)


def test_parking_frees_the_counter_and_unparking_needs_it_free(floor: Floor) -> None:
    first, second = floor.take(), floor.take()
    floor.serve(floor.one)
    floor.run(floor.one, park, ticket_id=first, reason="回家取户口簿")
    assert floor.row(first).note == "回家取户口簿"
    assert floor.serve(floor.one) == second
    with pytest.raises(RuleBroken, match="A002 正在本窗口办理"):
        floor.run(floor.one, unpark, ticket_id=first)
    floor.run(floor.one, finish, ticket_id=second)
    floor.run(floor.one, unpark, ticket_id=first)
    assert floor.panel(floor.one).current == floor.row(first)


def test_a_transferred_ticket_keeps_its_number_and_only_that_counter_calls_it(floor: Floor) -> None:
    ticket = floor.take()
    floor.take()
    floor.serve(floor.one)
    floor.run(floor.one, transfer, ticket_id=ticket, counter_id=floor.two.counter_id, reason="社保业务")
    row = floor.row(ticket)
    assert (row.number, row.state, row.reserved, row.note) == ("A001", S.WAITING, "2", "社保业务")
    assert floor.row(floor.call(floor.one)).number == "A002"
    assert floor.call(floor.two) == ticket
    assert floor.row(ticket).note == "社保业务"  # whoever receives the person sees why


def test_a_ticket_sent_back_to_all_is_ordinary_again(floor: Floor) -> None:
    ticket = floor.take()
    floor.run(floor.one, transfer, ticket_id=ticket, counter_id=floor.two.counter_id)
    assert floor.row(ticket).line.fast
    floor.run(floor.one, transfer, ticket_id=ticket, counter_id=None)
    assert not floor.row(ticket).line.fast
    assert floor.call(floor.one) == ticket


def close_counter(floor: Floor, counter_id: UUID) -> None:
    with floor.hall.transaction() as session:
        session.execute(update(Counter).where(Counter.id == counter_id).values(active=False))


def test_what_was_sent_to_a_counter_that_closed_is_everybodys_again(floor: Floor) -> None:
    sent = floor.take()
    floor.run(floor.one, transfer, ticket_id=sent, counter_id=floor.two.counter_id)
    with pytest.raises(RuleBroken, match="没有本窗口"):
        floor.call(floor.one)
    close_counter(floor, floor.two.counter_id)
    assert floor.numbers(floor.one) == ["A001"]
    assert floor.call(floor.one) == sent


def test_who_was_parked_at_a_counter_that_closed_is_served_at_another(floor: Floor) -> None:
    parked = floor.take()
    floor.serve(floor.two)
    floor.run(floor.two, park, ticket_id=parked)
    with pytest.raises(NotAllowed, match="在 2 号窗口"):
        floor.run(floor.one, unpark, ticket_id=parked)
    assert floor.panel(floor.one).parked == ()
    close_counter(floor, floor.two.counter_id)
    assert [row.id for row in floor.panel(floor.one).parked] == [parked]
    floor.run(floor.one, unpark, ticket_id=parked)
    assert floor.row(parked).counter == "1"


def test_a_ticket_is_not_sent_where_it_is_nor_to_a_closed_or_foreign_counter(floor: Floor) -> None:
    ticket = floor.take()
    floor.serve(floor.one)
    with pytest.raises(RuleBroken, match="请选择另一个窗口"):
        floor.run(floor.one, transfer, ticket_id=ticket, counter_id=floor.one.counter_id)
    with pytest.raises(RuleBroken, match="没有这个窗口"):
        floor.run(floor.one, transfer, ticket_id=ticket, counter_id=new_id())
    foreign = make_counter(floor.hall, make_centre(floor.hall, now=NOW, code="JM02"))
    with pytest.raises(RuleBroken, match="没有这个窗口"):
        floor.run(floor.one, transfer, ticket_id=ticket, counter_id=foreign)


def test_cancel_takes_a_person_out_of_the_line(floor: Floor) -> None:
    ticket = floor.take()
    floor.run(floor.one, cancel, ticket_id=ticket, reason="改天再来")
    with pytest.raises(RuleBroken, match="没有本窗口"):
        floor.call(floor.one)
