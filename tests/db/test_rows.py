"""Rows that an act holds are written in the order of their foreign keys, on both databases, exactly as they were given."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, StatementError

from db.action import Act, Actor, Request
from db.base import table_of
from db.cases.models import Case, CaseMaterial
from db.cases.record import CaseFile, CasePaper, values
from db.cases.status import Clock, MaterialState, Necessity, Outcome, Status
from db.ids import new_id
from db.receipts.models import Receipt
from db.rows import Rows
from db.session import Hall
from tests.conftest import NOW
from tests.factories.cases import Counter, make_counter_for_cases

CASE, PAPER, RECEIPT = table_of(Case), table_of(CaseMaterial), table_of(Receipt)
STRANGE = "引号\"'\\ 林𬱖\n{}%(x)s :y\u2028 é"


@pytest.fixture
def counter(hall: Hall, clerk: Actor) -> Counter:
    return make_counter_for_cases(hall, clerk, NOW)


def rows_of(counter: Counter) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
    """A case with two papers and a receipt that name each other."""
    item_id = counter.hall.read(lambda session: session.get_one(Case, counter.make().case_id).item_id)
    centre, staff = counter.actor.centre_id, counter.actor.staff_id
    case = CaseFile(
        centre_id=centre, number="N-1", query_code="Q-1", item_id=item_id, item_version_id=counter.version_id,
        item_name=STRANGE, department="", person_id=counter.person_id, applicant="林", business_date=NOW.date(),
        received_at=NOW.replace(microsecond=123456), handler_id=staff, owner_id=staff,
        clock=Clock.RUNNING, outcome=Outcome.PENDING, before=Status.ACCEPTED, tolerant=True,
    )  # fmt: skip
    papers = [CasePaper(centre, case.id, at, f"材料{at}", Necessity.REQUIRED, MaterialState.UNCHECKED) for at in (1, 2)]
    with counter.hall.transaction() as session:
        receipt = dict(session.execute(select(*RECEIPT.c)).mappings().one())
    receipt |= {"id": new_id(), "case_id": case.id, "seq": 7, "number": "七", "content": bytes(range(256))}
    return values(case), [values(each) for each in papers], receipt


def test_rows_that_name_each_other_are_written_together_and_read_as_they_were(counter: Counter) -> None:
    case, papers, receipt = rows_of(counter)
    held = Rows()
    held.put(RECEIPT, receipt)  # in the wrong order: the foreign keys give the right one
    held.put(PAPER, *papers)
    held.put(CASE, case)
    assert held
    with counter.hall.transaction() as session:
        held.write(session.connection())
        assert not held
        held.write(session.connection())
        kept = session.execute(select(*CASE.c).where(CASE.c.id == case["id"])).mappings().one()
        assert dict(kept) == case
        found = session.execute(select(*PAPER.c).where(PAPER.c.case_id == case["id"]).order_by(PAPER.c.position))
        assert [dict(row) for row in found.mappings()] == papers
        kept = session.execute(select(*RECEIPT.c).where(RECEIPT.c.id == receipt["id"])).mappings().one()
        assert dict(kept) == receipt


def test_a_refused_row_is_an_error_of_the_database(counter: Counter) -> None:
    _, papers, _ = rows_of(counter)
    held = Rows()
    held.put(PAPER, *papers)  # their case is not there
    with pytest.raises(DBAPIError), counter.hall.transaction() as session:
        held.write(session.connection())


def test_a_naive_time_and_an_unknown_code_are_refused(counter: Counter) -> None:
    case, _, _ = rows_of(counter)
    for wrong in ({"received_at": NOW.replace(tzinfo=None)}, {"status": "lost"}):
        held = Rows()
        held.put(CASE, case | wrong)
        with pytest.raises((ValueError, StatementError)), counter.hall.transaction() as session:
            held.write(session.connection())


def test_the_orm_of_an_act_sees_what_was_put(counter: Counter) -> None:
    case, _, _ = rows_of(counter)
    with counter.hall.transaction() as session:
        act = Act(session.connection(), Request(counter.actor, NOW, new_id()), counter.hall.vault)
        act.put(CASE, case)
        found = act.session.get_one(Case, case["id"])
        assert found.item_name == STRANGE
        act.close()
