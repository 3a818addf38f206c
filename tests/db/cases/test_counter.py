"""One click of the counter on both databases: people and case together; drafts; what a returning person brings."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from db.action import Actor
from db.cases.counter import Answers, Served, Who, take_in
from db.cases.drafts import Draft, DraftPaper, drop_draft, keep_draft, kept_draft
from db.cases.intake import MaterialGiven
from db.cases.models import Case, IntakeDraft
from db.cases.returning import history
from db.cases.status import MaterialState, Verb
from db.catalogue.models import ItemUse
from db.errors import RuleBroken
from db.people.actions import keep_person
from db.people.models import Person
from db.people.rules import IdType, PersonDetails
from db.session import Hall
from tests.factories.calendar import make_calendar
from tests.factories.cases import ALL_OK, MISSING, OK, make_item, marks
from tests.factories.people import details, made_up_id

Run = Callable[..., Any]


@pytest.fixture
def version(hall: Hall, centre_id: UUID, now: Any) -> UUID:
    make_calendar(hall, centre_id)
    return make_item(hall, centre_id, now)


def count(hall: Hall, model: Any) -> int:
    with hall.transaction() as session:
        return len(session.scalars(select(model)).all())


def test_people_and_case_come_together(hall: Hall, clerk: Actor, run: Run, version: UUID) -> None:
    served: Served = run(
        clerk, take_in, verb=Verb.ACCEPT, applicant=Who(details=details()), item_version_id=version, materials=ALL_OK,
        agent=Who(details=details("吴小明", id_number=made_up_id(order="123"), phone="13911112222")),
        agent_relation="子女",
    )  # fmt: skip
    with hall.transaction() as session:
        case = session.scalars(select(Case)).one()
        assert (case.person_id, case.agent_id, case.agent_relation) == (served.person_id, served.agent_id, "子女")
        assert session.scalars(select(ItemUse.uses)).one() == 1
    assert count(hall, Person) == 2


def test_a_case_that_is_refused_leaves_no_person(hall: Hall, clerk: Actor, run: Run, version: UUID) -> None:
    with pytest.raises(RuleBroken):
        run(
            clerk, take_in, verb=Verb.ACCEPT, applicant=Who(details=details()), item_version_id=version,
            materials=marks(OK, MISSING, OK),
        )  # fmt: skip
    assert (count(hall, Person), count(hall, Case)) == (0, 0)


def test_nobody_registered_is_refused(clerk: Actor, run: Run, version: UUID) -> None:
    with pytest.raises(RuleBroken, match="请先登记服务对象"):
        run(clerk, take_in, verb=Verb.ACCEPT, applicant=Who(), item_version_id=version, materials=ALL_OK)


@pytest.mark.parametrize("verb", [Verb.PAUSE, Verb.FINISH, Verb.REFER])
def test_other_moves_are_not_made_here(clerk: Actor, run: Run, version: UUID, verb: Verb) -> None:
    with pytest.raises(RuleBroken, match="不在受理窗口办"):
        run(
            clerk, take_in, verb=verb, applicant=Who(details=details()), item_version_id=version, materials=ALL_OK,
            answers=Answers(),
        )  # fmt: skip


def test_a_draft_is_sealed_and_comes_back_as_it_was(hall: Hall, clerk: Actor, now: Any) -> None:
    draft = Draft(
        person=PersonDetails("䶮·吴", IdType.RESIDENT, made_up_id(), "138"),
        item_name="高龄津贴",
        papers=(DraftPaper("身份证", "不合格", "过期"),),
    )
    with hall.transaction() as session:
        keep_draft(session, hall.vault, clerk, Draft(note="older"), now)
        keep_draft(session, hall.vault, clerk, draft, now + timedelta(seconds=1))
    with hall.transaction() as session:
        content = session.scalars(select(IntakeDraft.content)).one()
    assert made_up_id().encode() not in content
    kept = hall.read(kept_draft, hall.vault, clerk.staff_id)
    assert kept is not None
    assert (kept.draft, kept.saved_at) == (draft, now + timedelta(seconds=1))
    with hall.transaction() as session:
        drop_draft(session, clerk)
    assert hall.read(kept_draft, hall.vault, clerk.staff_id) is None


def test_the_draft_goes_in_the_transaction_that_makes_the_case(
    hall: Hall, clerk: Actor, run: Run, version: UUID, now: Any
) -> None:
    with hall.transaction() as session:
        keep_draft(session, hall.vault, clerk, Draft(note="being typed"), now)
    with pytest.raises(RuleBroken):
        run(clerk, take_in, verb=Verb.ACCEPT, applicant=Who(), item_version_id=version, materials=ALL_OK)
    assert count(hall, IntakeDraft) == 1
    run(clerk, take_in, verb=Verb.ACCEPT, applicant=Who(details=details()), item_version_id=version, materials=ALL_OK)
    assert count(hall, IntakeDraft) == 0


def test_papers_stay_reusable_for_a_time_and_only_for_their_owner(
    hall: Hall, clerk: Actor, run: Run, version: UUID, now: Any
) -> None:
    given = tuple(
        MaterialGiven(each.name, MaterialState.OK, pages=2, form="原件" if each.name == "居民户口簿" else "复印件")
        for each in ALL_OK
    )
    person = run(clerk, keep_person, details=details())
    other = run(clerk, keep_person, details=details("陈三", id_number=made_up_id(order="321")))
    for days in (30, 3):
        run(
            clerk, take_in, at=now - timedelta(days=days), verb=Verb.ACCEPT, applicant=Who(person),
            item_version_id=version, materials=given,
        )  # fmt: skip
    year = now - timedelta(days=365)
    found = hall.read(history, clerk.centre_id, person, year)
    assert len(found.cases) == 2
    assert found.cases[0].received_at > found.cases[1].received_at
    assert sorted(paper.name for paper in found.papers) == ["居民身份证", "银行账户"]  # the 原件 was handed back
    assert {paper.case_number for paper in found.papers} == {found.cases[0].number}
    assert hall.read(history, clerk.centre_id, other, year).papers == ()
    assert hall.read(history, clerk.centre_id, person, now).papers == ()
