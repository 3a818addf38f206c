"""Print jobs: taken once, reported, retried, cancelled; a paper is neither lost nor printed twice.

waiting --take--> waiting --sent--> sent
   |                 `-----failed--> failed --take--> …
   `--cancel--> cancelled <--cancel--'
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from db.action import Actor
from db.errors import RuleBroken, Stale
from db.receipts import queries
from db.receipts.actions import issue, void
from db.receipts.compose import compose_ticket
from db.receipts.content import Medium, PaperKind
from db.receipts.jobs import cancel_print, print_paper, report_failed, report_sent, take_job
from db.receipts.queries import JobRow
from db.receipts.rules import JobState
from db.session import Hall
from tests.factories.receipts import case_facts, ticket_facts

Run = Callable[..., Any]


def queued(run: Run, actor: Actor) -> UUID:
    job_id: UUID = run(actor, issue, kind=PaperKind.RECEIVED, case=case_facts(), case_id=None).job_id
    return job_id


def take(run: Run, actor: Actor, job_id: UUID, attempts: int = 0) -> None:
    run(actor, take_job, job_id=job_id, attempts=attempts, printer="窗口一", medium=Medium.A4)


def job(hall: Hall, actor: Actor, job_id: UUID) -> JobRow:
    [paper] = hall.read(queries.job_papers, actor.centre_id, frozenset({job_id}))
    return paper.job


def test_a_job_is_taken_and_sent(hall: Hall, clerk: Actor, run: Run, now: Any) -> None:
    job_id = queued(run, clerk)
    take(run, clerk, job_id)
    assert job(hall, clerk, job_id).state is JobState.WAITING
    run(clerk, report_sent, job_id=job_id)
    done = job(hall, clerk, job_id)
    assert (done.state, done.attempts, done.printer, done.medium, done.finished_at) == (
        JobState.SENT, 1, "窗口一", Medium.A4, now
    )  # fmt: skip


def test_two_windows_cannot_take_the_same_job(clerk: Actor, manager: Actor, run: Run) -> None:
    job_id = queued(run, clerk)
    take(run, clerk, job_id, attempts=0)
    with pytest.raises(Stale):
        take(run, manager, job_id, attempts=0)


def test_a_failed_job_keeps_its_sentence_and_can_be_tried_again(hall: Hall, clerk: Actor, run: Run) -> None:
    job_id = queued(run, clerk)
    take(run, clerk, job_id)
    run(clerk, report_failed, job_id=job_id, error="打印机缺纸。")
    failed = job(hall, clerk, job_id)
    assert (failed.state, failed.error) == (JobState.FAILED, "打印机缺纸。")
    assert hall.read(queries.unfinished_jobs, clerk.centre_id, clerk.staff_id) == (failed,)
    take(run, clerk, job_id, attempts=1)
    run(clerk, report_sent, job_id=job_id)
    assert job(hall, clerk, job_id).error == ""
    assert hall.read(queries.unfinished_jobs, clerk.centre_id, clerk.staff_id) == ()


def test_a_sent_job_is_not_sent_again(clerk: Actor, run: Run) -> None:
    job_id = queued(run, clerk)
    take(run, clerk, job_id)
    run(clerk, report_sent, job_id=job_id)
    with pytest.raises(RuleBroken, match="补打"):
        take(run, clerk, job_id, attempts=1)
    with pytest.raises(RuleBroken, match="不能取消"):
        run(clerk, cancel_print, job_id=job_id)


def test_a_cancelled_job_can_be_taken_up_again_unless_its_receipt_is_void(hall: Hall, manager: Actor, run: Run) -> None:
    issued = run(manager, issue, kind=PaperKind.RECEIVED, case=case_facts(), case_id=None)
    run(manager, cancel_print, job_id=issued.job_id)
    take(run, manager, issued.job_id)
    run(manager, void, receipt_id=issued.receipt_id, reason="份数填错")
    with pytest.raises(RuleBroken, match="已作废"):
        take(run, manager, issued.job_id, attempts=1)


def test_what_came_out_after_it_was_cancelled_is_recorded_as_sent(hall: Hall, clerk: Actor, run: Run) -> None:
    job_id = queued(run, clerk)
    take(run, clerk, job_id)
    run(clerk, cancel_print, job_id=job_id)
    run(clerk, report_failed, job_id=job_id, error="超时。")
    assert job(hall, clerk, job_id).state is JobState.CANCELLED
    run(clerk, report_sent, job_id=job_id)
    assert job(hall, clerk, job_id).state is JobState.SENT


def test_a_ticket_is_queued_with_its_own_content(hall: Hall, clerk: Actor, run: Run) -> None:
    content = compose_ticket(ticket_facts())
    job_id = run(clerk, print_paper, content=content)
    [paper] = hall.read(queries.job_papers, clerk.centre_id, frozenset({job_id}))
    assert paper.content == content
    assert (paper.job.receipt_id, paper.job.kind, paper.job.title) == (None, PaperKind.TICKET, content.title)


@pytest.mark.parametrize("copies", [0, -1, 21])
def test_a_number_of_copies_nobody_means_is_refused(clerk: Actor, run: Run, copies: int) -> None:
    with pytest.raises(RuleBroken, match="份数"):
        run(clerk, print_paper, content=compose_ticket(ticket_facts()), copies=copies)


def test_the_queue_of_another_centre_is_not_touched(hall: Hall, clerk: Actor, run: Run, now: Any) -> None:
    from db.staff.permissions import Role
    from tests.factories.centre import make_centre
    from tests.factories.staff import make_staff

    job_id = queued(run, clerk)
    stranger = make_staff(hall, make_centre(hall, now=now, code="PT0302"), Role.MANAGER, now=now)
    with pytest.raises(RuleBroken, match="找不到"):
        take(run, stranger, job_id)
    assert hall.read(queries.jobs, stranger.centre_id) == ()
