"""Who answers for a ticket, its times, the end of a day, and what the queue is told to do, on both databases."""

from dataclasses import fields
from datetime import timedelta

import pytest

from db.errors import NotAllowed, RuleBroken, Stale
from db.ids import new_id
from db.tickets import queries
from db.tickets.actions import (
    cancel,
    finish,
    link,
    park,
    set_letters,
    set_policy,
    start_serving,
    take_over,
    take_ticket,
    transfer,
    undo,
    unpark,
)
from db.tickets.rules import Times
from db.tickets.states import Step, TicketState
from tests.conftest import NOW
from tests.db.tickets.conftest import Floor
from tests.factories.tickets import make_queue_item

S = TicketState


def test_the_first_clerk_who_serves_answers_until_another_takes_over(floor: Floor) -> None:
    ticket = floor.take()
    floor.serve(floor.one)
    floor.run(floor.one, transfer, ticket_id=ticket, counter_id=floor.two.counter_id)
    with pytest.raises(RuleBroken, match="不在本窗口"):
        floor.run(floor.two, take_over, ticket_id=ticket)
    floor.serve(floor.two)
    assert floor.row(ticket).owner_id == floor.one.staff_id
    floor.run(floor.two, take_over, ticket_id=ticket)
    assert floor.row(ticket).owner_id == floor.two.staff_id
    with pytest.raises(RuleBroken, match="已经是您"):
        floor.run(floor.two, take_over, ticket_id=ticket)
    owners = floor.hall.read(queries.owners, floor.centre_id, ticket)
    assert [owner.staff_id for owner in owners] == [floor.one.staff_id, floor.two.staff_id]


def test_whoever_gave_out_the_number_can_be_the_first_asked(floor: Floor) -> None:
    ticket = floor.run(floor.one, take_ticket, first_asked=True).ticket_id
    floor.serve(floor.two)
    assert floor.row(ticket).owner_id == floor.one.staff_id


def test_a_service_begun_by_mistake_makes_nobody_responsible(floor: Floor) -> None:
    ticket = floor.take()
    floor.serve(floor.one)
    floor.run(floor.one, undo)
    assert floor.row(ticket).owner_id is None


def test_times_come_from_periods_that_join_without_gap(floor: Floor) -> None:
    ticket = floor.take()
    for verb, minutes in ((None, 5), (start_serving, 1), (park, 10), (unpark, 3), (finish, 7)):
        floor.later(minutes=minutes)
        if verb is None:
            floor.call(floor.one)
        else:
            floor.run(floor.one, verb, ticket_id=ticket)
    floor.later(hours=1)
    times = floor.hall.read(queries.times, floor.centre_id, ticket, floor.at)
    assert times == Times(waiting=300, walking=60, serving=600 + 420, hold=180)
    periods = floor.hall.read(queries.periods, floor.centre_id, ticket)
    assert [(each.kind, each.step) for each in periods] == [
        (S.WAITING, Step.CALL),
        (S.CALLED, Step.START),
        (S.SERVING, Step.PARK),
        (S.PARKED, Step.UNPARK),
        (S.SERVING, Step.FINISH),
    ]
    assert [each.began_at for each in periods[1:]] == [each.ended_at for each in periods[:-1]]


def test_a_clock_behind_the_others_makes_no_negative_time(floor: Floor) -> None:
    ticket = floor.take()
    floor.at -= timedelta(minutes=3)
    floor.call(floor.one)
    [period] = floor.hall.read(queries.periods, floor.centre_id, ticket)
    assert period.began_at == period.ended_at == NOW


def test_the_first_use_of_a_day_expires_what_was_left_open(floor: Floor) -> None:
    waiting = [floor.take() for _ in range(3)]
    served = floor.serve(floor.one)
    floor.later(days=3)
    floor.take()
    assert [floor.row(each).state for each in waiting] == [S.EXPIRED] * 3
    assert floor.row(served).state is S.EXPIRED
    [*_, last] = floor.hall.read(queries.periods, floor.centre_id, served)
    assert last.kind is S.EXPIRED  # nobody worked through the night
    assert floor.row(served).served == 0
    floor.call(floor.one)  # the counter is free


def test_a_setting_changed_first_thing_in_the_morning_does_not_keep_yesterday_open(floor: Floor) -> None:
    left = floor.take()
    floor.later(days=1)
    floor.run(floor.manager, set_letters, letters=[("A", "综合", "")])
    assert floor.row(left).state is S.WAITING
    floor.take()
    assert floor.row(left).state is S.EXPIRED


def test_yesterdays_ticket_cannot_be_used_today(floor: Floor) -> None:
    ticket = floor.take()
    floor.later(days=1)
    with pytest.raises(RuleBroken, match=r"A001 是 11月17日 的号"):
        floor.run(floor.one, cancel, ticket_id=ticket)


def test_the_day_begins_at_midnight_in_china(floor: Floor) -> None:
    floor.at = NOW.replace(hour=15, minute=59)  # 23:59 in Fujian
    floor.take()
    floor.later(minutes=1)
    assert floor.row(floor.take()).number == "A001"


def test_the_counter_says_who_came_and_what_for(floor: Floor) -> None:
    item = make_queue_item(floor.hall, floor.centre_id, now=NOW)
    ticket = floor.take()
    floor.serve(floor.one)
    floor.run(floor.one, link, ticket_id=ticket, item_id=item)
    assert floor.row(ticket).item_name == "老年人优待证办理"
    with pytest.raises(RuleBroken, match="找不到这位来办人"):
        floor.run(floor.one, link, ticket_id=ticket, person_id=new_id())


@pytest.mark.parametrize(
    ("letters", "message"),
    [
        ([], "至少要有一个字头"),
        ([("a", "综合", "")], "大写字母"),
        ([("A", " ", "")], "还没有名称"),
        ([("A", "综合", ""), ("A", "民政", "")], "重复"),
    ],
)
def test_senseless_letters_are_refused(floor: Floor, letters: list, message: str) -> None:
    with pytest.raises(RuleBroken, match=message):
        floor.run(floor.manager, set_letters, letters=letters)


def test_what_somebody_else_has_set_for_the_queue_meanwhile_is_not_overwritten_unseen(floor: Floor) -> None:
    ours, theirs = (("A", "综合", ""), ("B", "社保", "")), (("A", "综合", ""), ("C", "党群", "人社、医保"))
    plain = (("A", "综合", ""),)
    floor.run(floor.manager, set_letters, letters=theirs, seen=plain)
    with pytest.raises(Stale, match="号码字头刚被别人改过"):
        floor.run(floor.manager, set_letters, letters=ours, seen=plain)
    floor.run(floor.manager, set_letters, letters=ours, seen=theirs)
    kept = floor.hall.read(queries.policy, floor.centre_id)
    given = {field.name: getattr(kept, field.name) for field in fields(kept)}
    floor.run(floor.manager, set_policy, **(given | {"burst": 3}), seen=kept)
    with pytest.raises(Stale, match="叫号规则刚被别人改过"):
        floor.run(floor.manager, set_policy, **(given | {"burst": 4}), seen=kept)
    assert floor.hall.read(queries.policy, floor.centre_id).burst == 3


def test_a_clerk_cannot_change_the_rules_of_the_queue(floor: Floor) -> None:
    with pytest.raises(NotAllowed):
        floor.run(floor.one, set_letters, letters=[("A", "综合", "")])
