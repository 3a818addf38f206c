"""The catalogue keeps versions, and changes only as its rules allow."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, func, select

from db.action import Act, Actor, Request
from db.catalogue import actions, queries
from db.catalogue.comparison import fingerprint
from db.catalogue.models import ItemVersion
from db.catalogue.rules import Material
from db.catalogue.shelf import load
from db.errors import NotAllowed, RuleBroken, Stale
from db.ids import new_id
from db.session import Hall
from db.staff.permissions import Role
from tests.conftest import NOW
from tests.factories.catalogue import content, make_item, make_starter
from tests.factories.centre import make_centre
from tests.factories.staff import make_staff

Run = Callable[..., Any]


@pytest.fixture
def item_id(hall: Hall, centre_id: UUID) -> UUID:
    return make_item(hall, centre_id, NOW)


def test_starter_catalogue_brings_108_items_and_a_second_seed_adds_none(hall: Hall, manager: Actor, run: Run) -> None:
    assert run(manager, actions.seed_starter) == 108
    assert run(manager, actions.seed_starter) == 0
    assert len(hall.read(queries.items, manager.centre_id)) == 108


def test_an_edit_writes_a_version_and_leaves_the_one_before(
    hall: Hall, manager: Actor, item_id: UUID, run: Run
) -> None:
    before = hall.read(queries.item, manager.centre_id, item_id)
    after = replace(before.content, fee="10元", materials=(*before.content.materials, Material("照片", copies=2)))
    assert run(manager, actions.edit_item, item_id=item_id, version=before.version, content=after) == 2
    assert hall.read(queries.item, manager.centre_id, item_id).content == after
    kept = hall.read(queries.item_version, manager.centre_id, before.version_id)
    assert kept.content == before.content
    assert not kept.current
    newest, first = hall.read(queries.history, manager.centre_id, item_id)
    assert (newest.number, first.number) == (2, 1)
    assert [change.field for change in newest.changes] == ["fee", "materials"]
    assert newest.changes[0].after == "10元"


def test_aliases_are_edited_without_a_new_version_and_found_at_once(
    hall: Hall, manager: Actor, item_id: UUID, run: Run
) -> None:
    version = hall.read(queries.item, manager.centre_id, item_id).version
    run(manager, actions.edit_aliases, item_id=item_id, version=version, aliases=("寿星钱", " 寿星钱、百岁钱 "))
    now = hall.read(queries.item, manager.centre_id, item_id)
    assert now.content.aliases == ("寿星钱", "百岁钱")
    assert now.number == 1
    shelf = hall.read(load, manager.centre_id, manager.staff_id, NOW)
    assert shelf.find("shouxingqian")[0].why == "俗称：寿星钱"


def test_two_people_editing_one_item_do_not_overwrite_each_other(
    hall: Hall, manager: Actor, item_id: UUID, run: Run
) -> None:
    seen = hall.read(queries.item, manager.centre_id, item_id)
    run(manager, actions.set_enabled, item_id=item_id, version=seen.version, enabled=False)
    with pytest.raises(Stale, match="别人修改"):
        run(manager, actions.edit_item, item_id=item_id, version=seen.version, content=seen.content)


def test_confirming_a_limit_makes_a_version_that_is_no_longer_waiting(
    hall: Hall, manager: Actor, item_id: UUID, run: Run
) -> None:
    version = hall.read(queries.item, manager.centre_id, item_id).version
    limits = {"promise_limit": 8, "promise_unit": "工作日", "legal_limit": 30, "legal_unit": "自然日"}
    run(manager, actions.confirm_limit, item_id=item_id, version=version, **limits)
    (row,) = hall.read(queries.items, manager.centre_id)
    assert (row.promise, row.limit_confirmed, row.number) == ("8个工作日", True, 2)


def test_a_limit_that_is_missing_cannot_be_confirmed(hall: Hall, manager: Actor, item_id: UUID, run: Run) -> None:
    version = hall.read(queries.item, manager.centre_id, item_id).version
    nothing = {"promise_limit": None, "promise_unit": "工作日", "legal_limit": None, "legal_unit": "工作日"}
    with pytest.raises(RuleBroken, match="没有填承诺办结时限"):
        run(manager, actions.confirm_limit, item_id=item_id, version=version, **nothing)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"local_code": ""}, "请填写事项编号"),
        ({"name": ""}, "请填写事项名称"),
        ({"basic_code": "123"}, "基本编码应为 12 位数字"),
        ({"implementation_code": "1" * 30}, "实施编码应为 31 位"),
        ({"implementation_code": "1" * 31, "business_code": "2" * 33}, "前 31 位应与实施编码相同"),
        ({"item_type": "行政处罚"}, "事项类型只能是"),
        ({"role": "审批"}, "本中心权限只能是"),
        ({"promise_limit": 30}, "超过了法定时限 20 工作日"),
        ({"promise_limit": 0}, "承诺办结时限应在 1 到"),
        ({"case_type": "即办件"}, "即办件当场办结"),
        ({"materials": (Material("照片"), Material("照片"))}, "第 2 项材料：“照片”重复了"),
        ({"materials": (Material("照片", necessity="随便"),)}, "必要性只能是"),
        ({"fee": "费" * 4001}, "收费最多 4000 个字"),
    ],
)
def test_what_may_not_stand_in_an_item_is_refused_with_its_field(
    hall: Hall, manager: Actor, run: Run, fields: dict[str, object], sentence: str
) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        run(manager, actions.add_item, content=replace(content(), **fields))  # type: ignore[arg-type]
    assert hall.read(queries.items, manager.centre_id) == ()


def test_a_code_is_used_once_in_a_centre_and_stays_with_its_item(manager: Actor, item_id: UUID, run: Run) -> None:
    with pytest.raises(RuleBroken, match="已经有了"):
        run(manager, actions.add_item, content=content())
    with pytest.raises(RuleBroken, match="编号不能修改"):
        run(manager, actions.edit_item, item_id=item_id, version=1, content=content("T999"))


def test_a_clerk_reads_the_catalogue_and_changes_nothing(clerk: Actor, item_id: UUID, run: Run) -> None:
    with pytest.raises(NotAllowed):
        run(clerk, actions.set_enabled, item_id=item_id, version=1, enabled=False)


def test_an_item_of_another_centre_is_not_there(hall: Hall, manager: Actor, item_id: UUID, run: Run) -> None:
    elsewhere = make_centre(hall, now=NOW, code="PT02", name="另一个中心")
    stranger = make_staff(hall, elsewhere, Role.MANAGER, now=NOW)
    with pytest.raises(RuleBroken, match="不在本中心的目录里"):
        run(stranger, actions.set_enabled, item_id=item_id, version=1, enabled=False)
    assert hall.read(queries.items, elsewhere) == ()


def test_an_import_applies_all_rows_and_disables_what_is_gone(
    hall: Hall, manager: Actor, item_id: UUID, run: Run
) -> None:
    make_item(hall, manager.centre_id, NOW, code="T002")
    seen = fingerprint(hall.read(queries.standing, manager.centre_id))
    rows = (content(fee="5元"), content("T003"))
    done = run(manager, actions.import_items, rows=rows, seen=seen, disable_gone=True)
    assert (done.added, done.changed, done.unchanged, done.disabled) == (1, 1, 0, 1)
    state = {row.code: (row.number, row.enabled) for row in hall.read(queries.items, manager.centre_id)}
    assert state == {"T001": (2, True), "T002": (1, False), "T003": (1, True)}


def test_an_import_stopped_in_the_middle_changes_nothing(hall: Hall, manager: Actor, run: Run) -> None:
    seen = fingerprint(hall.read(queries.standing, manager.centre_id))

    class Stopped(Exception):
        pass

    def step(done: int, total: int, text: str) -> None:
        if done == actions.BATCH:
            raise Stopped

    with pytest.raises(Stopped):
        run(
            manager,
            actions.import_items,
            rows=tuple(content(f"T{n}") for n in range(actions.BATCH + 5)),
            seen=seen,
            step=step,
        )
    assert hall.read(queries.items, manager.centre_id) == ()


def test_an_import_refuses_when_the_catalogue_moved_since_its_preview(
    hall: Hall, manager: Actor, item_id: UUID, run: Run
) -> None:
    seen = fingerprint(hall.read(queries.standing, manager.centre_id))
    run(manager, actions.set_enabled, item_id=item_id, version=1, enabled=False)
    with pytest.raises(Stale, match="重新预览"):
        run(manager, actions.import_items, rows=(content("T002"),), seen=seen)


def test_the_catalogue_is_read_in_two_queries_however_large(hall: Hall, manager: Actor) -> None:
    make_starter(hall, manager.centre_id, NOW)
    statements: list[str] = []
    with hall.transaction() as session:
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *a: statements.append(a[2]))
        assert len(queries.items(session, manager.centre_id)) == 108
        assert session.scalar(select(func.count()).select_from(ItemVersion)) == 108
    assert sum(statement.startswith("SELECT") for statement in statements) == 3


def test_uses_put_an_item_first(hall: Hall, manager: Actor) -> None:
    make_starter(hall, manager.centre_id, NOW)
    before = hall.read(load, manager.centre_id, manager.staff_id, NOW)
    used = next(row for row in before.items if row.name == "生育登记")
    with hall.transaction() as session:
        act = Act(session.connection(), Request(manager, NOW, new_id()), hall.vault, _session=session)
        for _ in range(3):
            actions.count_use(act, used.id)
    after = hall.read(load, manager.centre_id, manager.staff_id, NOW)
    assert after.find("")[0].row == used
    assert before.find("登记")[0].row != used
    assert after.find("登记")[0].row == used
