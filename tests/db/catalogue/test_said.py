"""What a version of an item says is kept in memory; whether it still holds is asked each time."""

from dataclasses import replace
from uuid import UUID

import pytest

from db.action import Actor
from db.cases import actions as cases
from db.catalogue.actions import edit_item
from db.catalogue.models import Item, ItemVersion
from db.catalogue.queries import item
from db.catalogue.said import Said, said
from db.errors import RuleBroken, Stale
from db.session import Hall
from db.staff.permissions import Role
from tests.conftest import NOW
from tests.factories.cases import make_counter_for_cases
from tests.factories.centre import make_centre
from tests.factories.staff import make_staff


@pytest.fixture
def actor(hall: Hall, centre_id: UUID) -> Actor:
    return make_staff(hall, centre_id, Role.CLERK, Role.MANAGER, now=NOW)


def test_every_field_is_a_column_of_the_version_or_its_papers() -> None:
    assert set(Said.__slots__) - {"materials"} <= set(ItemVersion.__table__.columns.keys())


def test_another_centre_is_not_told_what_is_kept(hall: Hall, actor: Actor) -> None:
    counter = make_counter_for_cases(hall, actor, NOW)
    elsewhere = make_centre(hall, now=NOW, code="QG02", name="泉港邻里中心")
    with hall.transaction() as session:
        here = said(session, actor.centre_id, counter.version_id)
        assert here is not None
        assert said(session, elsewhere, counter.version_id) is None
    assert [paper.name for paper in here.materials] == ["居民身份证", "居民户口簿", "银行账户"]


def test_a_clerk_who_still_has_the_old_version_is_told_so(hall: Hall, actor: Actor) -> None:
    counter = make_counter_for_cases(hall, actor, NOW)
    counter.make()  # now the version is kept
    with hall.transaction() as session:
        item_id = session.get_one(ItemVersion, counter.version_id).item_id
        found = item(session, actor.centre_id, item_id)
    changed = replace(found.content, promise_limit=3)
    counter.do(edit_item, item_id=item_id, version=found.version, content=changed)
    with pytest.raises(Stale, match="刚更新过"):
        counter.make()
    with hall.transaction() as session:
        session.get_one(Item, item_id).enabled = False
    with pytest.raises(RuleBroken, match="已停用"):
        counter.make(cases.receive)
