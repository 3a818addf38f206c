"""Cases as plain values are the rows of the database, and what is written of them is what changed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from db.cases import actions as cases
from db.cases.actions import MaterialMark
from db.cases.models import Case, CaseEvent, CaseMaterial
from db.cases.record import CaseFile, CasePaper, case_file, checklist
from tests.factories.cases import MISSING, OK, Counter, marks
from tests.factories.centre import make_centre


@pytest.mark.parametrize(("record", "model"), [(CaseFile, Case), (CasePaper, CaseMaterial)])
def test_a_record_has_the_columns_of_its_table(record: type, model: type) -> None:
    assert set(record.__slots__) == set(model.__table__.columns.keys())  # type: ignore[attr-defined]


def test_a_case_is_read_as_it_was_written(counter: Counter) -> None:
    moved = counter.make()
    with counter.hall.transaction() as session:
        row = session.get_one(Case, moved.case_id)
        found = case_file(session, counter.actor.centre_id, moved.case_id)
        papers, steps = checklist(session, counter.actor.centre_id, moved.case_id)
        kept = session.scalars(select(CaseMaterial).order_by(CaseMaterial.position)).all()
        assert {name: getattr(found, name) for name in CaseFile.__slots__} == {
            name: getattr(row, name) for name in CaseFile.__slots__
        }
        assert [[getattr(each, name) for name in CasePaper.__slots__] for each in papers] == [
            [getattr(each, name) for name in CasePaper.__slots__] for each in kept
        ]
        assert steps == 1


def test_another_centres_case_is_not_found(counter: Counter) -> None:
    moved = counter.make()
    elsewhere = make_centre(counter.hall, now=counter.now, code="QG02", name="泉港邻里中心")
    with counter.hall.transaction() as session:
        assert case_file(session, elsewhere, moved.case_id) is None
        assert checklist(session, elsewhere, moved.case_id) == ([], 0)


def test_papers_that_came_in_are_written_and_the_others_left(counter: Counter) -> None:
    moved = counter.make(cases.request_correction, marks(OK, MISSING, MISSING))
    counter.later(days=1)
    moved = counter.move(moved, cases.supplement, materials=(MaterialMark(2, OK, pages=4),))
    with counter.hall.transaction() as session:
        papers, steps = checklist(session, counter.actor.centre_id, moved.case_id)
        places = session.scalars(select(CaseEvent.position).where(CaseEvent.case_id == moved.case_id)).all()
    assert [(str(each.state), each.pages, each.told) for each in papers] == [
        ("合格", 1, False), ("合格", 4, True), ("缺", 0, True),
    ]  # fmt: skip
    assert papers[1].received_at == counter.now
    assert papers[0].received_at == counter.now - timedelta(days=1)
    assert (steps, sorted(places), moved.version) == (2, [1, 2], 2)
