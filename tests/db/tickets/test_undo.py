"""Taking back what was done with a ticket, on both databases."""

import pytest

from db.cases.intake import accept
from db.errors import RuleBroken
from db.tickets import queries
from db.tickets.actions import (
    cancel,
    finish,
    requeue,
    skip,
    transfer,
    undo,
)
from db.tickets.rules import Times
from db.tickets.states import Step, TicketState
from tests.db.tickets.conftest import Floor
from tests.factories.cases import make_counter_for_cases

S = TicketState


def test_undo_goes_back_step_by_step(floor: Floor) -> None:
    ticket = floor.take()
    floor.serve(floor.one)
    floor.run(floor.one, finish, ticket_id=ticket)
    states = []
    for _ in range(3):
        undone = floor.run(floor.one, undo)
        states.append((undone.step, floor.row(ticket).state))
    assert states == [(Step.FINISH, S.SERVING), (Step.START, S.CALLED), (Step.CALL, S.WAITING)]
    with pytest.raises(RuleBroken, match="没有可以撤销的步骤"):
        floor.run(floor.one, undo)
    assert floor.call(floor.two) == ticket


def test_undo_of_a_skip_needs_the_counter_free(floor: Floor) -> None:
    first = floor.take()
    floor.take()
    floor.call(floor.one)
    floor.run(floor.one, skip, ticket_id=first)
    floor.call(floor.one)
    with pytest.raises(RuleBroken, match="A002 已呼叫"):
        floor.run(floor.one, undo, ticket_id=first)
    assert floor.run(floor.one, undo).number == "A002"
    assert floor.run(floor.one, undo).number == "A001"
    assert floor.row(first).state is S.CALLED


def test_undo_is_refused_when_it_is_too_late_or_somebody_else_moved_it_on(floor: Floor) -> None:
    ticket = floor.take()
    floor.call(floor.one)
    floor.run(floor.one, skip, ticket_id=ticket)
    floor.run(floor.two, requeue, ticket_id=ticket)
    with pytest.raises(RuleBroken, match="之后又重新排队"):
        floor.run(floor.one, undo)
    with pytest.raises(RuleBroken, match="不是您做的"):
        floor.run(floor.one, undo, ticket_id=ticket)
    floor.later(minutes=11)
    with pytest.raises(RuleBroken, match="超过 10 分钟"):
        floor.run(floor.two, undo)


def test_undo_of_a_transfer_brings_the_person_back(floor: Floor) -> None:
    ticket = floor.take()
    floor.serve(floor.one)
    floor.run(floor.one, transfer, ticket_id=ticket, counter_id=floor.two.counter_id)
    floor.run(floor.one, undo)
    row = floor.row(ticket)
    assert (row.state, row.counter, row.reserved_for, row.line.fast) == (S.SERVING, "1", None, False)


def test_one_ticket_holds_several_cases_and_its_call_is_not_undone_once_papers_were_handed_in(floor: Floor) -> None:
    ticket = floor.take()
    floor.serve(floor.one)
    counter = make_counter_for_cases(floor.hall, floor.one, floor.at)
    cases = {counter.do(accept, intake=counter.intake(ticket_id=ticket)).case_id for _ in range(2)}
    assert len(cases) == 2
    with pytest.raises(RuleBroken, match="A001 已经收件"):
        floor.run(floor.one, undo)
    floor.run(floor.one, finish, ticket_id=ticket)
    assert floor.run(floor.one, undo).step is Step.FINISH


def test_undo_of_a_cancel_restores_the_place(floor: Floor) -> None:
    first, second = floor.take(), floor.take()
    floor.run(floor.one, cancel, ticket_id=first)
    floor.run(floor.one, undo)
    assert floor.call(floor.two) == first
    assert floor.call(floor.one) == second


def test_a_wrongly_called_person_has_waited_on(floor: Floor) -> None:
    ticket = floor.take()
    floor.later(minutes=10)
    floor.call(floor.one)
    floor.later(minutes=1)
    floor.run(floor.one, undo)
    floor.later(minutes=4)
    floor.serve(floor.two)
    assert floor.hall.read(queries.times, floor.centre_id, ticket, floor.at) == Times(waiting=15 * 60)
    assert floor.row(ticket).waited == 15 * 60
