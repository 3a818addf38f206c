"""A case begins at the counter: number, checklist, date and papers in one transaction."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from db.action import Actor, Request
from db.cases import actions as cases
from db.cases.actions import MaterialGiven, Moved
from db.cases.models import Case, CaseEvent, CaseMaterial
from db.cases.numbers import read_case_number
from db.cases.status import Clock, Necessity, Outcome, Status
from db.catalogue.models import Item, ItemVersion
from db.errors import RuleBroken, Stale
from db.ids import new_id
from db.journal.models import JournalEntry
from db.numbers.models import NumberSeries
from db.receipts.content import PaperKind
from db.receipts.models import Receipt
from db.session import Hall
from db.staff.permissions import Role
from db.tickets.models import Ticket
from db.tickets.taking import take_ticket
from tests.conftest import NOW
from tests.factories.cases import (
    ALL_OK,
    BAD,
    MISSING,
    OK,
    TOLERATED,
    Counter,
    another_person,
    make_counter_for_cases,
    marks,
)
from tests.factories.centre import make_centre
from tests.factories.staff import make_staff

TODAY = date(2026, 11, 17)


def case_of(hall: Hall, moved: Moved) -> Case:
    return hall.read(lambda session: session.get_one(Case, moved.case_id))


def papers_of(hall: Hall, case_id: UUID) -> list[PaperKind]:
    rows = select(Receipt.kind).where(Receipt.case_id == case_id).order_by(Receipt.issued_at, Receipt.id)
    return hall.read(lambda session: list(session.scalars(rows)))


def test_accepted_case_has_number_clock_date_and_receipt(hall: Hall, counter: Counter) -> None:
    moved = counter.make(cases.accept)
    case = case_of(hall, moved)
    assert str(read_case_number(case.number)) == case.number == moved.number
    assert (case.status, case.clock, case.outcome) == (Status.ACCEPTED, Clock.RUNNING, Outcome.PENDING)
    # ten working days, day one is Wednesday the 18th
    assert case.due_on == moved.due_on == date(2026, 12, 1)
    assert case.yellow_on == date(2026, 11, 27)  # two of ten days left from Friday evening on
    assert papers_of(hall, case.id) == [PaperKind.RECEIVED]
    assert len(moved.receipts) == 1


def test_delegated_seal_makes_it_an_acceptance_notice(hall: Hall, actor: Actor) -> None:
    counter = make_counter_for_cases(hall, actor, NOW, seal_delegated=True, role="收件")
    assert papers_of(hall, counter.make(cases.accept).case_id) == [PaperKind.ACCEPTED]


def test_received_case_has_no_clock_but_a_last_day_for_telling(hall: Hall, counter: Counter) -> None:
    case = case_of(hall, counter.make(cases.receive, marks(OK, MISSING, MISSING)))
    assert (case.status, case.clock, case.due_on) == (Status.RECEIVED, Clock.NOT_STARTED, None)
    assert case.notice_due == date(2026, 11, 24)


def test_instant_case_is_done_in_one_go_and_never_has_a_clock(hall: Hall, actor: Actor) -> None:
    counter = make_counter_for_cases(hall, actor, NOW, case_type="即办件", promise_limit=None)
    moved = counter.make(cases.finish_instantly)
    case = case_of(hall, moved)
    assert (case.status, case.clock, case.outcome) == (Status.DELIVERED, Clock.NONE, Outcome.GRANTED)
    assert case.due_on is None
    assert papers_of(hall, case.id) == [PaperKind.DONE]
    assert moved.version == case.version


def test_tolerated_case_keeps_the_day_of_the_promise(hall: Hall, counter: Counter) -> None:
    due = TODAY + timedelta(days=10)
    case = case_of(hall, counter.make(cases.tolerate, marks(OK, OK, TOLERATED, due=due)))
    assert (case.status, case.tolerant, case.supplement_due) == (Status.ACCEPTED, True, due)
    assert papers_of(hall, case.id) == [PaperKind.RECEIVED, PaperKind.PROMISE]


def test_missing_papers_are_told_on_the_spot(hall: Hall, counter: Counter) -> None:
    moved = counter.make(cases.request_correction, marks(OK, MISSING, BAD))
    case = case_of(hall, moved)
    assert (case.status, case.clock) == (Status.CORRECTING, Clock.NOT_STARTED)
    told = hall.read(
        lambda session: list(
            session.scalars(select(CaseMaterial.name).where(CaseMaterial.case_id == case.id, CaseMaterial.told))
        )
    )
    assert sorted(told) == sorted(["居民户口簿", "银行账户"])
    assert papers_of(hall, case.id) == [PaperKind.CORRECTION]


def test_refusal_needs_reason_and_basis_and_ends_the_case(hall: Hall, counter: Counter) -> None:
    with pytest.raises(RuleBroken, match="不予受理的理由"):
        counter.make(cases.refuse, reason=" ", basis="行政许可法")
    case = case_of(
        hall, counter.make(cases.refuse, reason="不属于本机关职权", basis="行政许可法第三十二条", agency="公安局")
    )
    assert (case.status, case.clock, case.outcome) == (Status.REFUSED, Clock.STOPPED, Outcome.REFUSED)
    assert papers_of(hall, case.id) == [PaperKind.REFUSED]


def test_unverified_limit_promises_no_date(hall: Hall, actor: Actor) -> None:
    counter = make_counter_for_cases(hall, actor, NOW, limit_confirmed=False)
    moved = counter.make(cases.accept)
    assert (moved.due_on, moved.no_date_reason) == (None, "时限待核")


def test_year_without_a_calendar_gives_no_guessed_date(hall: Hall, actor: Actor) -> None:
    counter = make_counter_for_cases(hall, actor, NOW, promise_limit=60)
    moved = counter.make(cases.accept)
    assert (moved.due_on, moved.no_date_reason) == (None, "年历未发布")


def test_numbers_count_up_without_gap_and_a_refused_click_takes_none(hall: Hall, counter: Counter) -> None:
    first = counter.make()
    with pytest.raises(RuleBroken, match="材料不齐"):
        counter.make(cases.accept, marks(OK, MISSING, OK))
    second = counter.make()
    assert [read_case_number(each.number).seq for each in (first, second)] == [1, 2]
    counter.later(days=1)
    assert read_case_number(counter.make().number).seq == 1
    assert hall.read(lambda session: session.scalar(select(func.count()).select_from(Case))) == 3


def test_same_click_twice_is_one_case(hall: Hall, counter: Counter) -> None:
    request = Request(counter.actor, counter.now, new_id())
    once = hall.run(request, cases.accept, intake=counter.intake())
    again = hall.run(request, cases.accept, intake=counter.intake())
    assert once == again
    assert hall.read(lambda session: session.scalar(select(func.count()).select_from(Case))) == 1


def test_paper_of_the_catalogue_cannot_be_left_out_or_made_optional(counter: Counter) -> None:
    short = (ALL_OK[0], MaterialGiven("居民户口簿", MISSING, necessity=Necessity.OPTIONAL), ALL_OK[2])
    with pytest.raises(RuleBroken, match="居民户口簿"):
        counter.make(cases.accept, short)
    with pytest.raises(RuleBroken, match="居民户口簿"):
        counter.make(cases.accept, (ALL_OK[0], ALL_OK[2]))


def test_catalogue_that_moved_on_is_said_and_not_used(hall: Hall, counter: Counter) -> None:
    with hall.transaction() as session:
        item = session.scalars(select(Item)).one()
        item.current_version_id = new_id()
    with pytest.raises(Stale, match="目录刚更新过"):
        counter.make()


def test_disabled_item_takes_no_case(hall: Hall, counter: Counter) -> None:
    with hall.transaction() as session:
        session.scalars(select(Item)).one().enabled = False
    with pytest.raises(RuleBroken, match="已停用"):
        counter.make()


def test_agent_is_somebody_else(counter: Counter) -> None:
    agent = another_person(counter, "林𬱖", "035")
    moved = counter.do(cases.accept, intake=counter.intake(agent_id=agent, agent_relation="子女"))
    assert moved.version == 1
    with pytest.raises(RuleBroken, match="同一个人"):
        counter.do(cases.accept, intake=counter.intake(agent_id=counter.person_id))


def test_journal_and_timeline_tell_it_without_personal_data(hall: Hall, counter: Counter) -> None:
    moved = counter.make()
    entries = hall.read(
        lambda session: list(session.scalars(select(JournalEntry).where(JournalEntry.subject_id == moved.case_id)))
    )
    assert [entry.tag for entry in entries] == ["case.accept"]
    assert "秀英" not in "".join(entry.facts for entry in entries)
    events = hall.read(
        lambda session: list(session.scalars(select(CaseEvent).where(CaseEvent.case_id == moved.case_id)))
    )
    assert [(event.move, event.status, event.receipt_id) for event in events] == [
        ("accept", Status.ACCEPTED, moved.receipts[0])
    ]


def test_other_centre_cannot_use_our_item_or_person(hall: Hall, counter: Counter) -> None:
    elsewhere = make_centre(hall, now=counter.now, code="QG02", name="泉港邻里中心")
    stranger = make_staff(hall, elsewhere, Role.CLERK, now=counter.now)
    with pytest.raises(RuleBroken, match="找不到这个事项"):
        hall.run(Request(stranger, counter.now, new_id()), cases.accept, intake=counter.intake())


def test_referral_makes_no_case_and_no_number(hall: Hall, counter: Counter) -> None:
    item_id = hall.read(lambda session: session.get_one(ItemVersion, counter.version_id).item_id)
    assert counter.do(cases.refer, item_id=item_id, where="鼓楼区行政服务中心") is None
    assert hall.read(lambda session: session.scalar(select(func.count()).select_from(Case))) == 0
    assert hall.read(lambda session: session.scalar(select(func.count()).select_from(NumberSeries))) == 0


def test_one_visit_may_hold_several_cases_and_who_was_asked_first_owns_them(hall: Hall, counter: Counter) -> None:
    asked_first = make_staff(hall, counter.actor.centre_id, Role.CLERK, now=NOW)
    ticket = hall.run(Request(asked_first, NOW, new_id()), take_ticket, item_id=None)
    with hall.transaction() as session:
        session.get_one(Ticket, ticket.ticket_id).owner_id = asked_first.staff_id
    made = [counter.do(cases.accept, intake=counter.intake(ticket_id=ticket.ticket_id)) for _ in range(2)]
    rows = [case_of(hall, each) for each in made]
    assert {row.ticket_id for row in rows} == {ticket.ticket_id}
    assert {row.owner_id for row in rows} == {asked_first.staff_id}
    assert {row.handler_id for row in rows} == {counter.actor.staff_id}
