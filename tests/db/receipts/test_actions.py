"""Receipts: gapless numbers in the transaction, kept as printed, reprinted with a count, voided with a reason."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.action import REGISTRY, Act, Actor, Request, action
from db.centre.models import Centre
from db.changes import Change
from db.errors import NotAllowed, RuleBroken
from db.ids import new_id
from db.receipts import queries
from db.receipts.actions import Issued, issue, reissue, reprint, void
from db.receipts.check import Standing, check_scanned, problems
from db.receipts.content import PaperKind, from_json
from db.receipts.models import Receipt
from db.receipts.queries import ReceiptSheet
from db.receipts.rules import JobState, ReceiptState
from db.session import Hall
from db.staff.permissions import Permission
from tests.conftest import NOW
from tests.factories.receipts import NUMBERED, case_facts

Run = Callable[..., Any]


@action("test.spoiled", Permission.RECEIPT_PRINT, "出具后反悔")
def issue_and_fail(act: Act) -> None:
    issue(act, kind=PaperKind.RECEIVED, case=case_facts(), case_id=None)
    raise RuleBroken("后面一步不成立。")


del REGISTRY["test.spoiled"]  # not the product's


def give(run: Run, actor: Actor, kind: PaperKind = PaperKind.RECEIVED, **more: Any) -> Issued:
    issued: Issued = run(actor, issue, kind=kind, case=case_facts(), case_id=None, **more)
    return issued


def sheet(hall: Hall, actor: Actor, receipt_id: UUID) -> ReceiptSheet:
    found = hall.read(queries.receipt, actor.centre_id, receipt_id)
    assert found is not None
    return found


def stored(session: Session, receipt_id: UUID) -> Receipt:
    return session.get_one(Receipt, receipt_id)


def test_numbers_run_from_one_by_kind_and_year(hall: Hall, clerk: Actor, run: Run) -> None:
    numbers = [give(run, clerk, kind).number for kind in (PaperKind.RECEIVED, PaperKind.RECEIVED, PaperKind.ACCEPTED)]
    next_year = run(
        clerk,
        issue,
        at=datetime(2026, 12, 31, 16, 0, tzinfo=UTC),
        kind=PaperKind.RECEIVED,
        case=case_facts(),
        case_id=None,
    )
    assert [*numbers, next_year.number] == [
        "军门邻里收〔2026〕1号",
        "军门邻里收〔2026〕2号",
        "军门邻里受〔2026〕1号",
        "军门邻里收〔2027〕1号",  # midnight in Fujian, not in Greenwich
    ]
    assert hall.read(problems, clerk.centre_id) == []


def test_a_failed_transaction_gives_its_number_back(hall: Hall, clerk: Actor, run: Run) -> None:
    give(run, clerk)
    with pytest.raises(RuleBroken):
        run(clerk, issue_and_fail)
    assert give(run, clerk).number.endswith("2号")
    assert hall.read(problems, clerk.centre_id) == []


@pytest.mark.parametrize("kind", NUMBERED)
def test_every_paper_of_a_case_is_issued_and_found_genuine(hall: Hall, clerk: Actor, run: Run, kind: PaperKind) -> None:
    issued = give(run, clerk, kind)
    found = sheet(hall, clerk, issued.receipt_id)
    assert found.content.kind is kind
    assert found.content.number == issued.number == found.row.number
    verdict = hall.read(check_scanned, clerk.centre_id, found.content.qr)
    assert (verdict.standing, verdict.sheet) == (Standing.GENUINE, found)


def test_a_ticket_is_no_receipt(clerk: Actor, run: Run) -> None:
    with pytest.raises(RuleBroken, match="不编回执号"):
        give(run, clerk, PaperKind.TICKET)


def test_the_qr_names_neither_the_person_nor_their_numbers(hall: Hall, clerk: Actor, run: Run) -> None:
    payload = sheet(hall, clerk, give(run, clerk).receipt_id).content.qr
    signed = int(payload[2:]).to_bytes(200, "big")
    for personal in ("测试甲", "350***********0019", "138****0000", "居民身份证"):
        assert personal.encode() not in signed


def test_issuing_announces_the_receipt_and_its_print_job(hall: Hall, clerk: Actor, run: Run) -> None:
    heard: list[frozenset[Change]] = []
    hall.announcer.listen(heard.append)
    issued = give(run, clerk)
    assert issued.job_id is not None
    assert heard == [frozenset({Change("receipt", issued.receipt_id), Change("print_job", issued.job_id)})]


def test_a_receipt_not_printed_yet_is_first_printed_without_the_mark(hall: Hall, clerk: Actor, run: Run) -> None:
    issued = give(run, clerk, printed=False)
    assert issued.job_id is None
    assert hall.read(queries.jobs, clerk.centre_id) == ()
    assert [run(clerk, reprint, receipt_id=issued.receipt_id).count for _ in range(3)] == [0, 1, 2]


def test_a_reprint_carries_its_count_and_changes_nothing_printed(hall: Hall, clerk: Actor, run: Run) -> None:
    issued = give(run, clerk)
    before = hall.read(stored, issued.receipt_id).content
    again = run(clerk, reprint, receipt_id=issued.receipt_id, copies=2, large=True)
    assert again.count == 1
    [paper] = hall.read(queries.job_papers, clerk.centre_id, frozenset({again.job_id}))
    assert (paper.job.reprint, paper.job.copies, paper.job.large, paper.void) == (1, 2, True, "")
    assert paper.content == from_json(before)
    after = hall.read(stored, issued.receipt_id)
    assert (after.content, after.prints) == (before, 2)


def test_a_void_receipt_keeps_its_number_and_says_why(hall: Hall, clerk: Actor, manager: Actor, run: Run) -> None:
    issued = give(run, clerk)
    run(manager, void, receipt_id=issued.receipt_id, reason="份数填错")
    found = sheet(hall, clerk, issued.receipt_id)
    assert (found.row.state, found.row.void_reason) == (ReceiptState.VOID, "份数填错")
    assert give(run, clerk).number.endswith("2号")
    verdict = hall.read(check_scanned, clerk.centre_id, found.content.qr)
    assert verdict.standing is Standing.VOID
    assert "份数填错" in verdict.sentence
    assert hall.read(problems, clerk.centre_id) == []


@pytest.mark.parametrize("reason", ["", "  ", "错", "\u200b \u200b"])
def test_voiding_without_a_reason_is_refused(hall: Hall, manager: Actor, run: Run, reason: str) -> None:
    issued = give(run, manager)
    with pytest.raises(RuleBroken, match="原因"):
        run(manager, void, receipt_id=issued.receipt_id, reason=reason)
    assert sheet(hall, manager, issued.receipt_id).row.state is ReceiptState.VALID


def test_a_receipt_is_voided_once_and_never_reprinted_after(manager: Actor, run: Run) -> None:
    issued = give(run, manager)
    run(manager, void, receipt_id=issued.receipt_id, reason="份数填错")
    with pytest.raises(RuleBroken, match="早已作废"):
        run(manager, void, receipt_id=issued.receipt_id, reason="份数填错")
    with pytest.raises(RuleBroken, match="不能补打"):
        run(manager, reprint, receipt_id=issued.receipt_id)


def test_voiding_takes_back_what_was_not_printed_yet(hall: Hall, manager: Actor, run: Run) -> None:
    issued = give(run, manager)
    run(manager, void, receipt_id=issued.receipt_id, reason="份数填错")
    [job] = hall.read(queries.jobs, manager.centre_id)
    assert (job.state, job.error) == (JobState.CANCELLED, "回执已作废")


def test_a_clerk_may_not_void(clerk: Actor, run: Run) -> None:
    issued = give(run, clerk)
    with pytest.raises(NotAllowed):
        run(clerk, void, receipt_id=issued.receipt_id, reason="份数填错")


def test_void_and_reissue_name_each_other(hall: Hall, manager: Actor, run: Run) -> None:
    old = give(run, manager)
    new = run(manager, reissue, receipt_id=old.receipt_id, reason="姓名写错", case=case_facts(applicant="测试乙"))
    was, now = sheet(hall, manager, old.receipt_id), sheet(hall, manager, new.receipt_id)
    assert was.replaced_by == (new.receipt_id, "军门邻里收〔2026〕2号")
    assert now.replaces == (old.receipt_id, "军门邻里收〔2026〕1号")
    assert (was.row.state, now.row.state) == (ReceiptState.REPLACED, ReceiptState.VALID)
    assert "测试乙" in repr(now.content)
    assert "测试乙" not in repr(was.content)
    assert "2号" in hall.read(check_scanned, manager.centre_id, was.content.qr).sentence
    assert hall.read(problems, manager.centre_id) == []


def test_reissued_without_new_facts_it_says_the_same_under_a_new_number(hall: Hall, manager: Actor, run: Run) -> None:
    old = give(run, manager)
    new = run(manager, reissue, at=NOW + timedelta(days=1), receipt_id=old.receipt_id, reason="原件污损")
    was, now = sheet(hall, manager, old.receipt_id).content, sheet(hall, manager, new.receipt_id).content
    assert was.blocks == now.blocks
    assert (now.number, now.issued_on) == ("军门邻里收〔2026〕2号", "2026年11月18日")
    assert hall.read(check_scanned, manager.centre_id, now.qr).standing is Standing.GENUINE


def test_a_click_sent_twice_issues_one_receipt(hall: Hall, clerk: Actor) -> None:
    request = Request(clerk, NOW, new_id())
    facts = case_facts()
    first = hall.run(request, issue, kind=PaperKind.DONE, case=facts, case_id=None)
    assert hall.run(request, issue, kind=PaperKind.DONE, case=facts, case_id=None) == first
    assert len(hall.read(queries.jobs, clerk.centre_id)) == 1


def test_the_centres_address_stands_before_the_signed_digits(hall: Hall, clerk: Actor, run: Run) -> None:
    with hall.transaction() as session:
        centre = session.scalar(select(Centre).where(Centre.id == clerk.centre_id))
        assert centre is not None
        centre.settings = '{"receipt_prefix": "https://ll.fuzhou.gov.cn/r/", "other": 1}'
    content = sheet(hall, clerk, give(run, clerk).receipt_id).content
    assert content.qr.startswith("https://ll.fuzhou.gov.cn/r/01")
    assert content.qr_caption == "扫一扫，查进度"
    assert hall.read(check_scanned, clerk.centre_id, content.qr.swapcase()).standing is Standing.GENUINE
