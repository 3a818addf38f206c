"""A case goes on: every move with what it needs, what it leaves in the timeline, and the paper it owes."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db.cases import actions as cases
from db.cases.actions import MaterialMark, Moved
from db.cases.models import Case, CaseEvent, CaseMaterial, CasePause
from db.cases.status import Clock, Outcome, Status
from db.errors import RuleBroken, Stale
from db.receipts.content import PaperKind
from db.receipts.models import Receipt
from db.session import Hall
from tests.factories.cases import BAD, MISSING, OK, TOLERATED, Counter, marks

K = PaperKind


def case_of(counter: Counter, moved: Moved) -> Case:
    return counter.hall.read(lambda session: session.get_one(Case, moved.case_id))


def papers(counter: Counter, moved: Moved) -> list[PaperKind]:
    rows = select(Receipt.kind).where(Receipt.case_id == moved.case_id).order_by(Receipt.issued_at, Receipt.id)
    return counter.hall.read(lambda session: list(session.scalars(rows)))


def timeline(counter: Counter, moved: Moved) -> list[str]:
    rows = select(CaseEvent.move).where(CaseEvent.case_id == moved.case_id).order_by(CaseEvent.position)
    return counter.hall.read(lambda session: list(session.scalars(rows)))


def three(case: Case) -> tuple[Status, Clock, Outcome]:
    return case.status, case.clock, case.outcome


def test_whole_way_of_a_case(counter: Counter) -> None:
    moved = counter.make(cases.receive)
    moved = counter.move(moved, cases.accept_later)
    moved = counter.move(moved, cases.advance, stage="审核")
    counter.later(days=1)
    moved = counter.move(moved, cases.pause, kind="鉴定", reason="需要伤残鉴定", special_limit="15个工作日")
    counter.later(days=5)
    moved = counter.move(moved, cases.resume, reason="鉴定结论已收到")
    moved = counter.move(moved, cases.finish, outcome="granted", result_number="闽民2026-1")
    moved = counter.move(moved, cases.deliver, way="直接送达")
    assert three(case_of(counter, moved)) == (Status.DELIVERED, Clock.STOPPED, Outcome.GRANTED)
    assert papers(counter, moved) == [K.RECEIVED, K.SPECIAL, K.DONE, K.DELIVERY]
    assert timeline(counter, moved) == ["receive", "accept", "advance", "pause", "resume", "finish", "deliver"]


def test_pause_moves_the_promised_date_by_the_working_days_it_took(counter: Counter) -> None:
    moved = counter.make()
    assert moved.due_on == date(2026, 12, 1)
    moved = counter.move(moved, cases.pause, kind="听证", reason="利害关系人申请")
    assert case_of(counter, moved).clock is Clock.PAUSED
    counter.later(days=6)  # Monday the 23rd counts again: the 18th to the 20th were not counted
    moved = counter.move(moved, cases.resume)
    assert moved.due_on == date(2026, 12, 4)
    stretch = counter.hall.read(lambda session: session.scalars(select(CasePause)).one())
    assert (stretch.started_on, stretch.ended_on) == (date(2026, 11, 17), date(2026, 11, 23))


def test_pause_and_resume_on_one_day_change_nothing(counter: Counter) -> None:
    moved = counter.make()
    for _ in range(2):
        moved = counter.move(moved, cases.pause, kind="听证", reason="误操作")
        moved = counter.move(moved, cases.resume)
    assert moved.due_on == date(2026, 12, 1)


def test_supplement_brings_a_corrected_case_back_and_the_clock_starts_only_then(counter: Counter) -> None:
    moved = counter.make(cases.request_correction, marks(OK, MISSING, BAD))
    with pytest.raises(RuleBroken, match="待补正"):
        counter.move(moved, cases.accept_later)
    moved = counter.move(moved, cases.supplement, materials=(MaterialMark(2, OK, pages=3),))
    assert case_of(counter, moved).status is Status.CORRECTING
    counter.later(days=1)
    moved = counter.move(moved, cases.supplement, materials=(MaterialMark(3, OK, pages=1),))
    assert three(case_of(counter, moved)) == (Status.RECEIVED, Clock.NOT_STARTED, Outcome.PENDING)
    moved = counter.move(moved, cases.accept_later)
    assert moved.due_on == date(2026, 12, 2)
    # the second paper had been handed in before (and was not good), so only the first is receipted as new
    assert papers(counter, moved) == [K.CORRECTION, K.RECEIVED]


def test_notice_is_given_once_and_names_everything(counter: Counter) -> None:
    moved = counter.make(cases.receive, marks(OK, MISSING, OK))
    moved = counter.move(moved, cases.request_correction_later, reason="请尽快")
    moved = counter.move(moved, cases.supplement, materials=(MaterialMark(3, BAD, opinion="账号不清"),))
    with pytest.raises(RuleBroken, match="只能一次告知"):
        counter.move(moved, cases.request_correction_later)


def test_notice_says_what_is_wrong_with_a_bad_paper(counter: Counter) -> None:
    moved = counter.make(cases.receive, marks(OK, BAD, OK))
    moved = counter.move(moved, cases.supplement, materials=(MaterialMark(2, BAD, opinion=""),))
    with pytest.raises(RuleBroken, match="哪里不合格"):
        counter.move(moved, cases.request_correction_later)


def test_nobody_told_in_time_so_acceptance_counts_from_receipt(counter: Counter) -> None:
    moved = counter.make(cases.receive, marks(OK, MISSING, OK))
    counter.later(days=8)  # Wednesday the 25th, one working day too late
    with pytest.raises(RuleBroken, match="第三十二条"):
        counter.move(moved, cases.request_correction_later)
    moved = counter.move(moved, cases.accept_later)
    assert case_of(counter, moved).accepted_on == date(2026, 11, 17)
    assert moved.due_on == date(2026, 12, 1)


def test_lapsed_tolerance_ends_in_return(counter: Counter) -> None:
    moved = counter.make(cases.tolerate, marks(OK, OK, TOLERATED, due=date(2026, 11, 20)))
    with pytest.raises(RuleBroken, match="还没有补交"):
        counter.move(moved, cases.finish, outcome="granted")
    with pytest.raises(RuleBroken, match="不能退件"):
        counter.move(moved, cases.return_case, reason="容缺逾期")
    counter.later(days=4)
    with pytest.raises(RuleBroken, match="逾期"):
        counter.move(moved, cases.supplement, materials=(MaterialMark(3, OK),))
    moved = counter.move(moved, cases.return_case, reason="容缺材料逾期未补")
    assert three(case_of(counter, moved)) == (Status.RETURNED, Clock.STOPPED, Outcome.RETURNED)
    assert papers(counter, moved)[-1] is K.RETURNED


def test_kept_promise_closes_the_tolerance(counter: Counter) -> None:
    moved = counter.make(cases.tolerate, marks(OK, OK, TOLERATED, due=date(2026, 11, 20)))
    moved = counter.move(moved, cases.supplement, materials=(MaterialMark(3, OK, pages=1),))
    case = case_of(counter, moved)
    assert (case.status, case.supplement_due) == (Status.ACCEPTED, None)
    counter.later(days=4)
    moved = counter.move(moved, cases.finish, outcome="granted")
    assert moved.version == 3


def test_promise_cannot_be_put_off_nor_other_papers_touched(counter: Counter) -> None:
    moved = counter.make(cases.tolerate, marks(OK, OK, TOLERATED, due=date(2026, 11, 20)))
    with pytest.raises(RuleBroken, match="已受理"):
        counter.move(moved, cases.supplement, materials=(MaterialMark(1, MISSING),))
    put_off = (MaterialMark(3, TOLERATED, due=date(2026, 12, 20)),)
    with pytest.raises(RuleBroken, match="承诺书"):
        counter.move(moved, cases.supplement, materials=put_off)
    assert case_of(counter, moved).supplement_due == date(2026, 11, 20)


def test_received_case_can_be_accepted_under_a_promise(counter: Counter) -> None:
    moved = counter.make(cases.receive, marks(OK, OK, MISSING))
    promised = (MaterialMark(3, TOLERATED, due=date(2026, 11, 30)),)
    moved = counter.move(moved, cases.tolerate_later, materials=promised)
    case = case_of(counter, moved)
    assert (case.status, case.tolerant, case.supplement_due) == (Status.ACCEPTED, True, date(2026, 11, 30))
    assert papers(counter, moved) == [K.RECEIVED, K.RECEIVED, K.PROMISE]


def test_main_paper_is_not_tolerated_later_either(counter: Counter) -> None:
    moved = counter.make(cases.receive, marks(OK, MISSING, OK))
    promised = (MaterialMark(2, TOLERATED, due=date(2026, 11, 30)),)
    with pytest.raises(RuleBroken, match="主要材料"):
        counter.move(moved, cases.tolerate_later, materials=promised)


def test_denial_needs_reason_and_basis(counter: Counter) -> None:
    moved = counter.make()
    with pytest.raises(RuleBroken, match="理由"):
        counter.move(moved, cases.finish, outcome="denied")
    with pytest.raises(RuleBroken, match="只能选"):
        counter.move(moved, cases.finish, outcome="maybe")
    moved = counter.move(moved, cases.finish, outcome="denied", reason="未满80周岁", basis="高龄津贴办法第三条")
    assert three(case_of(counter, moved)) == (Status.FINISHED, Clock.STOPPED, Outcome.DENIED)


def test_transfer_has_a_slip_and_the_agency_may_accept_finish_or_send_back(counter: Counter) -> None:
    moved = counter.make(cases.receive)
    moved = counter.move(moved, cases.transfer, agency="街道便民服务中心")
    assert papers(counter, moved)[-1] is K.HANDOVER
    with pytest.raises(RuleBroken, match="收件日期和今天之间"):
        counter.move(moved, cases.accept_later, accepted_on=date(2026, 11, 1))
    counter.later(days=2)
    moved = counter.move(moved, cases.accept_later, accepted_on=date(2026, 11, 18))
    assert three(case_of(counter, moved)) == (Status.TRANSFERRED, Clock.RUNNING, Outcome.PENDING)
    assert moved.due_on == date(2026, 12, 2)
    moved = counter.move(moved, cases.return_case, reason="上级退回")
    assert case_of(counter, moved).status is Status.RETURNED


def test_withdrawal_while_paused_closes_the_pause(counter: Counter) -> None:
    moved = counter.move(counter.make(), cases.pause, kind="听证", reason="申请听证")
    counter.later(days=1)
    counter.move(moved, cases.withdraw, reason="不办了")
    stretch = counter.hall.read(lambda session: session.scalars(select(CasePause)).one())
    assert stretch.ended_on == date(2026, 11, 18)


@pytest.mark.parametrize(
    ("action", "answers", "word"),
    [
        (cases.withdraw, {"reason": ""}, "撤回的原因"),
        (cases.return_case, {"reason": " "}, "退件的理由"),
        (cases.pause, {"kind": "", "reason": "x"}, "特殊程序"),
        (cases.pause, {"kind": "听证", "reason": ""}, "事由"),
        (cases.transfer, {"agency": ""}, "转报去向"),
        (cases.advance, {"stage": ""}, "转入环节"),
        (cases.withdraw, {"reason": "长" * 501}, "最多 500"),
        (cases.withdraw, {"reason": "有\0空"}, "空字符"),
    ],
)
def test_every_change_asks_for_what_it_needs(counter: Counter, action: Any, answers: dict[str, str], word: str) -> None:
    moved = counter.make()
    with pytest.raises(RuleBroken, match=word):
        counter.move(moved, action, **answers)
    assert case_of(counter, moved).version == moved.version


def test_second_clerk_with_an_old_view_changes_nothing(counter: Counter) -> None:
    first = counter.make()
    counter.move(first, cases.advance, stage="审核")
    with pytest.raises(Stale, match="刚被别人办理过"):
        counter.move(first, cases.finish, outcome="granted")
    assert case_of(counter, first).status is Status.HANDLING


def test_timeline_cannot_be_rewritten(hall: Hall, counter: Counter) -> None:
    counter.make()
    with pytest.raises(Exception, match="只能追加"), hall.transaction() as session:
        session.scalars(select(CaseEvent)).one().reason = "改了"


def test_material_that_came_in_keeps_its_time(counter: Counter) -> None:
    moved = counter.make(cases.receive, marks(OK, MISSING, OK))
    counter.later(hours=3)
    moved = counter.move(moved, cases.supplement, materials=(MaterialMark(2, OK, pages=2),))
    row = counter.hall.read(
        lambda session: session.scalars(select(CaseMaterial).where(CaseMaterial.position == 2)).one()
    )
    assert (row.received_at, row.pages) == (counter.now, 2)
    assert row.received_at is not None
    assert row.received_at - timedelta(hours=3) == case_of(counter, moved).received_at
