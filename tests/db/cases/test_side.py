"""Putting a wrong case right, handing it on, 代办, numbers of other systems, dates after a new calendar."""

from datetime import date

import pytest
from sqlalchemy import select

from db.action import Actor, Request
from db.calendar.models import CalendarYear
from db.cases import actions as cases
from db.cases.actions import Correction, Moved
from db.cases.machine import Rectify
from db.cases.models import Case, CaseEvent
from db.cases.status import Clock, Outcome, ProxyStep, Status
from db.errors import NotAllowed, RuleBroken
from db.ids import new_id
from db.receipts.content import PaperKind
from db.receipts.models import Receipt
from db.session import Hall
from db.staff.permissions import Role
from tests.factories.calendar import make_calendar
from tests.factories.cases import MISSING, OK, Counter, another_person, make_counter_for_cases, make_item, marks
from tests.factories.staff import make_staff


def case_of(counter: Counter, moved: Moved) -> Case:
    return counter.hall.read(lambda session: session.get_one(Case, moved.case_id))


def receipts(counter: Counter, moved: Moved) -> list[Receipt]:
    rows = select(Receipt).where(Receipt.case_id == moved.case_id).order_by(Receipt.issued_at, Receipt.id)
    return counter.hall.read(lambda session: list(session.scalars(rows)))


def test_wrong_applicant_is_corrected_with_both_receipts_visible(counter: Counter) -> None:
    moved = counter.make()
    other = another_person(counter, "黄䶮", "047")
    fixed = counter.move(
        moved, cases.rectify, what=Rectify.FACTS, reason="读错身份证",
        correction=Correction(intake=counter.intake((), person_id=other)),
    )  # fmt: skip
    old, new = receipts(counter, fixed)
    assert (old.void_reason, old.replaced_by) == ("读错身份证", new.id)
    assert new.voided_at is None
    assert new.seq == old.seq + 1
    assert "黄䶮" in new.content.decode()
    case = case_of(counter, fixed)
    assert (case.applicant, case.status, case.number) == ("黄䶮", Status.ACCEPTED, moved.number)


def test_corrected_item_needs_its_own_checklist_and_date(counter: Counter) -> None:
    moved = counter.make()
    shorter = make_item(counter.hall, counter.actor.centre_id, counter.now, name="老年人优待证", promise_limit=3)
    wanted = counter.intake((), item_version_id=shorter)
    with pytest.raises(RuleBroken, match="按新事项核对材料"):
        counter.move(moved, cases.rectify, what=Rectify.FACTS, reason="选错事项", correction=Correction(intake=wanted))
    lacking = counter.intake(marks(OK, MISSING, OK), item_version_id=shorter)
    with pytest.raises(RuleBroken, match="更正后不符合受理条件"):
        counter.move(moved, cases.rectify, what=Rectify.FACTS, reason="选错事项", correction=Correction(intake=lacking))
    right = counter.intake(item_version_id=shorter)
    fixed = counter.move(
        moved, cases.rectify, what=Rectify.FACTS, reason="选错事项", correction=Correction(intake=right)
    )
    assert fixed.due_on == date(2026, 11, 20)
    assert case_of(counter, fixed).item_name == "老年人优待证"


def test_wrong_acceptance_goes_back_to_receipt_and_its_paper_is_void(counter: Counter) -> None:
    fixed = counter.move(counter.make(), cases.rectify, what=Rectify.ACCEPTANCE, reason="材料看错")
    case = case_of(counter, fixed)
    assert (case.status, case.clock, case.due_on, case.accepted_on) == (Status.RECEIVED, Clock.NOT_STARTED, None, None)
    assert [(each.kind, each.voided_at is not None) for each in receipts(counter, fixed)] == [
        (PaperKind.RECEIVED, True),
        (PaperKind.RECEIVED, False),
    ]
    assert case.notice_due == date(2026, 11, 24)


def test_wrong_refusal_is_taken_back(counter: Counter) -> None:
    moved = counter.make(cases.refuse, reason="不属于职权", basis="第三十二条")
    fixed = counter.move(moved, cases.rectify, what=Rectify.REFUSAL, reason="属于本机关职权")
    case = case_of(counter, fixed)
    assert (case.status, case.outcome, case.finished_at) == (Status.RECEIVED, Outcome.PENDING, None)
    assert counter.move(fixed, cases.accept_later).due_on == date(2026, 12, 1)


def test_wrong_decision_is_taken_back_and_the_old_date_still_binds(counter: Counter) -> None:
    moved = counter.move(counter.make(), cases.finish, outcome="granted")
    counter.later(days=3)
    fixed = counter.move(moved, cases.rectify, what=Rectify.FINISH, reason="点错")
    case = case_of(counter, fixed)
    assert (case.status, case.clock, case.due_on) == (Status.ACCEPTED, Clock.RUNNING, date(2026, 12, 1))
    assert receipts(counter, fixed)[-1].void_reason == "点错"


def test_clerk_alone_cannot_rectify(hall: Hall, counter: Counter) -> None:
    moved = counter.make()
    clerk = make_staff(hall, counter.actor.centre_id, Role.CLERK, now=counter.now)
    with pytest.raises(NotAllowed):
        hall.run(
            Request(clerk, counter.now, new_id()), cases.rectify,
            case_id=moved.case_id, version=moved.version, what=Rectify.ACCEPTANCE, reason="试试",
        )  # fmt: skip


def test_rectifying_nothing_is_refused(counter: Counter) -> None:
    with pytest.raises(RuleBroken, match="没有要更正"):
        counter.move(counter.make(), cases.rectify, what=Rectify.FACTS, reason="看看")


def test_first_asked_stays_responsible_until_somebody_takes_over(hall: Hall, counter: Counter) -> None:
    moved = counter.make()
    with pytest.raises(RuleBroken, match="已经由您负责"):
        counter.move(moved, cases.take_over)
    colleague = make_staff(hall, counter.actor.centre_id, Role.CLERK, now=counter.now)
    counter.actor = colleague
    moved = counter.move(moved, cases.take_over, reason="换班")
    case = case_of(counter, moved)
    assert (case.owner_id, case.handler_id) == (colleague.staff_id, colleague.staff_id)


def test_proxy_goes_step_by_step_and_has_a_mandate(counter: Counter) -> None:
    moved = counter.make()
    with pytest.raises(RuleBroken, match="下一步应是“委托”"):
        counter.move(moved, cases.set_proxy, step=ProxyStep.COLLECTED)
    for step in (ProxyStep.COMMISSIONED, ProxyStep.COLLECTED, ProxyStep.UNDERWAY, ProxyStep.GIVEN_BACK):
        moved = counter.move(moved, cases.set_proxy, step=step)
    assert receipts(counter, moved)[-1].kind is PaperKind.PROXY
    with pytest.raises(RuleBroken, match="交回签收"):
        counter.move(moved, cases.set_proxy, step=ProxyStep.GIVEN_BACK)


def test_numbers_of_other_systems_are_kept_as_they_were_meant(counter: Counter) -> None:
    moved = counter.move(counter.make(), cases.set_numbers, external_number=" ３５0102 26a ", hotline_number="")
    assert case_of(counter, moved).external_number == "35010226A"


def test_new_calendar_gives_waiting_cases_their_date(hall: Hall, actor: Actor) -> None:
    from tests.conftest import NOW

    counter = make_counter_for_cases(hall, actor, NOW, calendar=False)
    moved = counter.make()
    assert moved.no_date_reason == "年历未发布"
    make_calendar(hall, actor.centre_id)
    assert hall.read(lambda session: session.scalars(select(CalendarYear.year)).all())
    assert counter.do(cases.redate) == 1
    assert case_of(counter, moved).due_on == date(2026, 12, 1)
    assert counter.do(cases.redate) == 0
    events = select(CaseEvent.move).where(CaseEvent.case_id == moved.case_id).order_by(CaseEvent.position)
    assert hall.read(lambda session: list(session.scalars(events))) == ["accept", "redate"]
