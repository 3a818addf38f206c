"""A ticket's way through the hall, on both databases."""

from dataclasses import fields
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.cases.intake import accept
from db.centre.models import Counter
from db.errors import NotAllowed, RuleBroken, Stale
from db.ids import new_id
from db.receipts.content import PaperKind, from_json
from db.receipts.models import PrintJob
from db.staff.permissions import Role
from db.tickets import queries
from db.tickets.actions import (
    bind_counter,
    call_next,
    cancel,
    finish,
    link,
    park,
    recall,
    reprint_slip,
    requeue,
    set_letters,
    set_policy,
    skip,
    start_serving,
    take_over,
    take_ticket,
    transfer,
    undo,
    unpark,
)
from db.tickets.models import Ticket
from db.tickets.rules import Priority, Proof, Times
from db.tickets.states import Step, TicketState
from tests.conftest import NOW
from tests.db.tickets.conftest import Floor
from tests.factories.cases import make_counter_for_cases
from tests.factories.centre import make_centre, make_counter
from tests.factories.staff import make_staff
from tests.factories.tickets import make_queue_item

S = TicketState


def overtaken(session: Session, ticket_id: UUID) -> int:
    return session.execute(select(Ticket.overtaken).where(Ticket.id == ticket_id)).scalar_one()


# -- taking a number


def test_numbers_run_from_one_each_day_and_letter(floor: Floor) -> None:
    floor.run(floor.manager, set_letters, letters=[("A", "综合", ""), ("B", "民政", "民政")])
    item = make_queue_item(floor.hall, floor.centre_id, now=NOW)
    numbers = [floor.row(floor.take(**kwargs)).number for kwargs in ({}, {}, {"item_id": item}, {"letter": "B"}, {})]
    assert numbers == ["A001", "A002", "B001", "B002", "A003"]
    floor.later(days=1)
    assert floor.row(floor.take()).number == "A001"


def test_two_centres_count_for_themselves(floor: Floor) -> None:
    floor.take()
    elsewhere = make_centre(floor.hall, now=NOW, code="JM02")
    counter = make_counter(floor.hall, elsewhere)
    other = make_staff(floor.hall, elsewhere, Role.CLERK, now=NOW, counter_id=counter)
    assert floor.run(other, take_ticket).number == "A001"
    assert floor.run(other, call_next).number == "A001"


def test_the_slip_tells_how_many_are_ahead(floor: Floor) -> None:
    assert floor.run(floor.one, take_ticket).ahead == 0
    assert floor.run(floor.one, take_ticket).ahead == 1
    assert floor.run(floor.one, take_ticket, priority=Priority.ELDERLY, proof=Proof.ELDER_CARD).ahead == 0
    assert floor.run(floor.one, take_ticket).ahead == 3


def test_a_priority_without_its_proof_takes_no_number(floor: Floor) -> None:
    with pytest.raises(RuleBroken, match="残疾人证"):
        floor.run(floor.one, take_ticket, priority=Priority.DISABLED)
    assert floor.row(floor.take()).number == "A001"


def test_a_disabled_item_gives_no_ticket(floor: Floor) -> None:
    item = make_queue_item(floor.hall, floor.centre_id, now=NOW, name="流动人口登记", enabled=False)
    with pytest.raises(RuleBroken, match="“流动人口登记”本中心已停用"):
        floor.take(item_id=item)


def test_an_item_of_another_centre_is_unknown(floor: Floor) -> None:
    foreign = make_queue_item(floor.hall, make_centre(floor.hall, now=NOW, code="JM02"), now=NOW)
    with pytest.raises(RuleBroken, match="没有这个事项"):
        floor.take(item_id=foreign)


def test_no_ticket_for_what_no_counter_serves(floor: Floor) -> None:
    for counter in floor.hall.read(queries.counters, floor.centre_id, NOW.date()):
        floor.run(floor.manager, bind_counter, counter_id=counter.id, version=counter.version, letters=["B"])
    with pytest.raises(RuleBroken, match="没有窗口受理"):
        floor.take()
    assert floor.row(floor.take(letter="B")).number == "B001"


def test_a_slip_waits_for_the_printer_in_the_same_transaction(floor: Floor) -> None:
    ticket = floor.run(floor.one, take_ticket, priority=Priority.ELDERLY, proof=Proof.ELDER_CARD, slip=True).ticket_id
    [job] = floor.hall.read(jobs)
    assert (job.ticket_id, job.kind, job.large, job.receipt_id) == (ticket, PaperKind.TICKET, True, None)
    content = from_json(job.content)
    assert content.organisation == "军门社区“党建+”邻里中心"
    assert "A001" in str(content.blocks)
    assert "老年人" in str(content.blocks)
    floor.run(floor.one, reprint_slip, ticket_id=ticket)
    assert len(floor.hall.read(jobs)) == 2
    floor.serve(floor.one)
    with pytest.raises(RuleBroken, match="不在等候中"):
        floor.run(floor.one, reprint_slip, ticket_id=ticket)


def test_a_ticket_that_is_refused_prints_nothing(floor: Floor) -> None:
    with pytest.raises(RuleBroken):
        floor.run(floor.one, take_ticket, priority=Priority.ELDERLY, slip=True)
    assert floor.hall.read(jobs) == []


def jobs(session: Session) -> list[PrintJob]:
    return list(session.scalars(select(PrintJob).order_by(PrintJob.created_at)))


# -- calling


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


# -- skipping, parking, sending on


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


# -- undo


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


# -- 首问负责


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


# -- times, days


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


# -- what the counter finds out


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
