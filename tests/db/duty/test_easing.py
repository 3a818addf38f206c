"""What a manager gives up for good when a month cannot be done: it stays given up, is in the journal, and is set back by hand."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from db.action import Actor
from db.duty.drafting import draft_undo
from db.duty.easing import can_stay, ease
from db.duty.queries import bodies
from db.duty.rows import BodyRow
from db.duty.rules import Composition
from db.duty.solve.problem import Need
from db.duty.solve.relax import Give, Step
from db.errors import NotAllowed, RuleBroken, Stale
from db.ids import new_id
from db.journal.models import JournalEntry
from db.session import Hall
from tests.conftest import NOW
from tests.factories.duty import make_crew
from tests.factories.duty_plans import make_plan, slots_in, version_of

Run = Callable[..., Any]


@pytest.fixture
def body(hall: Hall, manager: Actor) -> UUID:
    """Three lawyers, two a session, with every limit there is."""
    crew = make_crew(
        hall, manager, NOW, 3, name="律师", kinds=("律师",), composition=Composition(people=2), rest=4, most_a_month=2,
        least_a_year=3,
    )  # fmt: skip
    return crew[0]


@pytest.fixture
def plan_id(hall: Hall, manager: Actor, body: UUID) -> UUID:
    return make_plan(hall, manager, NOW, (body,))


def go(run: Run, hall: Hall, actor: Actor, plan_id: UUID, *steps: Step) -> Any:
    return run(actor, ease, plan_id=plan_id, version=version_of(hall, actor, plan_id), steps=steps)


def row(hall: Hall, actor: Actor) -> BodyRow:
    return hall.read(bodies, actor.centre_id)[0]


def test_limits_stay_loosened_and_the_journal_says_from_what_to_what(
    hall: Hall, run: Run, manager: Actor, body: UUID, plan_id: UUID
) -> None:
    before = row(hall, manager).version
    steps = (Step(Give.REST, body, number=2), Step(Give.MONTH, body, number=5), Step(Give.YEAR, body, number=0))
    assert go(run, hall, manager, plan_id, *steps).limits == 3
    now = row(hall, manager)
    assert (now.rest, now.most_a_month, now.least_a_year) == (2, 5, 0)
    assert now.version > before
    told = hall.read(
        lambda session: session.scalars(select(JournalEntry.facts).where(JournalEntry.tag == "duty.ease")).one()
    )
    assert "律师：最短间隔 4→2；律师：每月最多 2→5；律师：每年最少 3→0" in str(told)


def test_a_session_asks_for_fewer_or_for_anybody_until_it_is_undone(
    hall: Hall, run: Run, manager: Actor, body: UUID, plan_id: UUID
) -> None:
    first, second, *_ = slots_in(hall, manager, plan_id)
    fewer = Step(Give.FEWER, body, first.id, need=0)
    anybody = Step(Give.KINDS, body, second.id, need=0)
    go(run, hall, manager, plan_id, fewer, anybody)
    after = slots_in(hall, manager, plan_id)
    assert (after[0].needs[0].count, after[1].needs) == (1, (Need(2),))
    assert after[0].version > first.version
    run(manager, draft_undo, plan_id=plan_id, version=version_of(hall, manager, plan_id))
    assert [slot.needs for slot in slots_in(hall, manager, plan_id)][:2] == [first.needs, second.needs]


def test_what_was_changed_meanwhile_is_told(hall: Hall, run: Run, manager: Actor, body: UUID, plan_id: UUID) -> None:
    go(run, hall, manager, plan_id, Step(Give.REST, body, number=2))
    for step in (
        Step(Give.REST, body, number=2), Step(Give.REST, body, number=3), Step(Give.MONTH, body, number=2),
        Step(Give.FEWER, body, new_id()), Step(Give.KINDS, body, slots_in(hall, manager, plan_id)[0].id, need=7),
    ):  # fmt: skip
        with pytest.raises(Stale):
            go(run, hall, manager, plan_id, step)
    with pytest.raises(Stale):
        run(manager, ease, plan_id=plan_id, version=99, steps=(Step(Give.REST, body, number=1),))
    assert row(hall, manager).rest == 2


def test_what_cannot_be_a_rule_is_refused(
    hall: Hall, run: Run, manager: Actor, clerk: Actor, body: UUID, plan_id: UUID
) -> None:
    first = slots_in(hall, manager, plan_id)[0]
    come = Step(Give.COME, body, first.id, new_id())
    with pytest.raises(RuleBroken, match="不能改成规则"):
        go(run, hall, manager, plan_id, come)
    fewer = Step(Give.FEWER, body, first.id)
    with pytest.raises(RuleBroken, match="没有人了"):
        go(run, hall, manager, plan_id, fewer, fewer)
    assert slots_in(hall, manager, plan_id)[0].needs == first.needs
    with pytest.raises(NotAllowed):
        go(run, hall, clerk, plan_id, fewer)
    assert can_stay((fewer,), {first.id: 2})
    assert not can_stay((fewer, fewer), {first.id: 2})
    assert not can_stay((come,), {first.id: 2})
    assert can_stay((Step(Give.REST, body, number=1),), {})
