"""Taking a number, on both databases."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.errors import RuleBroken
from db.receipts.content import PaperKind, from_json
from db.receipts.models import PrintJob
from db.staff.permissions import Role
from db.tickets import queries
from db.tickets.actions import (
    bind_counter,
    call_next,
    reprint_slip,
    set_letters,
    take_ticket,
)
from db.tickets.rules import Priority, Proof
from tests.conftest import NOW
from tests.db.tickets.conftest import Floor
from tests.factories.centre import make_centre, make_counter
from tests.factories.staff import make_staff
from tests.factories.tickets import make_queue_item


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
