"""Centres, their settings and counters; sitting down."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from db.action import Actor
from db.centre import actions
from db.centre.models import Centre, Counter
from db.centre.queries import centre, counters
from db.centre.rules import CentreSettings, checked, settings_of, with_settings
from db.errors import NotAllowed, RuleBroken, Stale
from db.session import Hall
from db.staff.permissions import Role
from tests.conftest import NOW
from tests.factories.centre import make_centre, make_counter
from tests.factories.settings import centre_fields
from tests.factories.staff import make_staff

Run = Callable[..., Any]


@pytest.mark.parametrize("code", ["", "A", "军门", "J" * 13, "JM_01"])
def test_code_that_cannot_stand_in_numbers_is_refused(code: str) -> None:
    with pytest.raises(RuleBroken, match="中心代码"):
        checked(centre_fields(code=code))


@pytest.mark.parametrize("typed", [" ｊｍ01 ", "jm 01", "JM01"])
def test_code_is_tidied_to_what_numbers_carry(typed: str) -> None:
    assert checked(centre_fields(code=typed)).code == "JM01"


@pytest.mark.parametrize("phone", ["0591-87654321", "12345", "0591-87654322、12345", "13800000000"])
def test_office_phones_may_be_short_or_several(phone: str) -> None:
    assert checked(centre_fields(phone=phone)).phone == phone


def test_phone_that_cannot_be_dialled_is_refused() -> None:
    with pytest.raises(RuleBroken):
        checked(centre_fields(phone="门口的电话"))


def test_short_name_is_never_empty() -> None:
    assert checked(centre_fields(short_name="", name="东街社区邻里中心")).short_name == "东街社区邻里中心"[:8]


def test_settings_leave_what_belongs_to_others() -> None:
    kept = with_settings('{"queue": {"burst": 3}, "idle_minutes": 9}', CentreSettings(idle_minutes=7))
    assert '"burst":3' in kept
    assert settings_of(kept).idle_minutes == 7


@pytest.mark.parametrize(
    "settings",
    [
        CentreSettings(idle_minutes=0),
        CentreSettings(idle_minutes=61),
        CentreSettings(yellow_days=-1),
        CentreSettings(receipt_prefix="ll.example.gov.cn/"),
        CentreSettings(duty_prefix="https://ll.example.gov.cn/w/2"),
    ],
)
def test_settings_out_of_range_are_refused(settings: CentreSettings) -> None:
    with pytest.raises(RuleBroken):
        with_settings("{}", settings)


def test_centre_is_edited_with_its_version(hall: Hall, manager: Actor, run: Run) -> None:
    row = hall.read(centre, manager.centre_id)
    fields = centre_fields(code=row.fields.code, name="新名称")
    assert run(manager, actions.edit_centre, version=row.version, fields=fields) == row.version + 1
    assert hall.read(centre, manager.centre_id).fields.name == "新名称"
    with pytest.raises(Stale):
        run(manager, actions.edit_centre, version=row.version, fields=fields)


def test_code_never_changes(hall: Hall, manager: Actor, run: Run) -> None:
    row = hall.read(centre, manager.centre_id)
    with pytest.raises(RuleBroken, match="不能再改"):
        run(manager, actions.edit_centre, version=row.version, fields=centre_fields(code="NEW1"))


def test_clerk_may_not_edit_the_centre(hall: Hall, clerk: Actor, run: Run) -> None:
    with pytest.raises(NotAllowed):
        run(clerk, actions.edit_centre, version=1, fields=centre_fields())


def test_idle_minutes_are_kept_and_journalled(hall: Hall, manager: Actor, run: Run) -> None:
    row = hall.read(centre, manager.centre_id)
    run(manager, actions.change_settings, version=row.version, settings=CentreSettings(idle_minutes=12))
    assert hall.read(centre, manager.centre_id).settings.idle_minutes == 12


def test_counter_numbers_are_unique_in_a_centre_and_free_in_another(hall: Hall, manager: Actor, run: Run) -> None:
    run(manager, actions.add_counter, number="7", name="民政")
    with pytest.raises(RuleBroken, match="7 号窗口已经有了"):
        run(manager, actions.add_counter, number="7")
    other = make_centre(hall, now=NOW, code="DJ02")
    neighbour = make_staff(hall, other, Role.MANAGER, now=NOW)
    run(neighbour, actions.add_counter, number="7")


def test_counters_come_in_the_order_of_their_numbers(hall: Hall, manager: Actor, run: Run) -> None:
    for number in ("10", "9", "1"):
        run(manager, actions.add_counter, number=number)
    assert [row.number for row in hall.read(counters, manager.centre_id)] == ["1", "9", "10"]


def test_counter_of_another_centre_cannot_be_edited(hall: Hall, manager: Actor, run: Run) -> None:
    other = make_centre(hall, now=NOW, code="DJ02")
    theirs = make_counter(hall, other)
    with pytest.raises(RuleBroken, match="没有找到"):
        run(manager, actions.edit_counter, counter_id=theirs, version=1, number="1", name="", active=False)


def occupied(hall: Hall, centre_id: UUID) -> dict[str, UUID | None]:
    """Who sits where."""

    def read(session: Any) -> dict[str, UUID | None]:
        return {row.number: row.occupied_by for row in session.query(Counter).filter_by(centre_id=centre_id)}

    return hall.read(read)


def test_one_person_sits_at_one_counter(hall: Hall, clerk: Actor, centre_id: UUID, run: Run) -> None:
    first, second = make_counter(hall, centre_id), make_counter(hall, centre_id, number="2")
    assert run(clerk, actions.sit_down, counter_id=first) is False
    run(clerk, actions.sit_down, counter_id=second)
    assert occupied(hall, centre_id) == {"1": None, "2": clerk.staff_id}
    run(clerk, actions.sit_down, counter_id=None)
    assert occupied(hall, centre_id) == {"1": None, "2": None}


def test_taking_over_a_seat_is_told(hall: Hall, clerk: Actor, manager: Actor, centre_id: UUID, run: Run) -> None:
    seat = make_counter(hall, centre_id)
    run(clerk, actions.sit_down, counter_id=seat)
    assert run(manager, actions.sit_down, counter_id=seat) is True
    assert occupied(hall, centre_id) == {"1": manager.staff_id}


def test_nobody_sits_at_a_closed_or_foreign_counter(hall: Hall, manager: Actor, centre_id: UUID, run: Run) -> None:
    closed = make_counter(hall, centre_id)
    run(manager, actions.edit_counter, counter_id=closed, version=1, number="1", name="", active=False)
    theirs = make_counter(hall, make_centre(hall, now=NOW, code="DJ02"))
    for seat in (closed, theirs):
        with pytest.raises(RuleBroken, match="没有在使用"):
            run(manager, actions.sit_down, counter_id=seat)
    assert hall.read(lambda session: session.query(Centre).count()) == 2
