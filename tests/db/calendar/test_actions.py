"""The calendar of a centre: seeded, edited, imported, published."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from db.action import Actor
from db.calendar.actions import change_day, import_days, publish_year, seed_calendar, withdraw_year
from db.calendar.published import Day
from db.calendar.queries import calendar_of, published_years, year_view
from db.calendar.rules import Unit, Unpublished, due_date
from db.errors import NotAllowed, RuleBroken, Stale
from db.session import Hall
from tests.factories.calendar import make_calendar

Run = Callable[..., Any]


def test_a_new_centre_knows_the_published_years_and_no_other(hall: Hall, manager: Actor, run: Run) -> None:
    assert hall.read(published_years, manager.centre_id) == ()
    assert run(manager, seed_calendar, first_year=2025) == 2
    assert hall.read(published_years, manager.centre_id) == (2025, 2026)
    calendar = hall.read(calendar_of, manager.centre_id)
    assert due_date(calendar, date(2026, 2, 13), 2, Unit.WORKING) == date(2026, 2, 24)
    assert due_date(calendar, date(2026, 12, 30), 5, Unit.WORKING) == Unpublished(2027)


def test_seeding_again_leaves_what_a_manager_changed(hall: Hall, manager: Actor, run: Run) -> None:
    run(manager, seed_calendar, first_year=2026)
    run(manager, change_day, day=date(2026, 11, 24), working=False, name="台风", version=1)
    assert run(manager, seed_calendar, first_year=2026) == 0
    view = hall.read(year_view, manager.centre_id, 2026)
    assert Day(date(2026, 11, 24), False, "台风") in view.days
    assert view.version == 2


def test_a_day_that_a_manager_frees_moves_the_promise(hall: Hall, manager: Actor, run: Run) -> None:
    make_calendar(hall, manager.centre_id)
    promise = lambda: due_date(hall.read(calendar_of, manager.centre_id), date(2026, 11, 23), 1, Unit.WORKING)  # noqa: E731
    assert promise() == date(2026, 11, 24)
    version = run(manager, change_day, day=date(2026, 11, 24), working=False, name="停电", version=1)
    assert promise() == date(2026, 11, 25)
    run(manager, change_day, day=date(2026, 11, 24), working=None, version=version)
    assert promise() == date(2026, 11, 24)


def test_two_managers_do_not_overwrite_each_other(hall: Hall, manager: Actor, run: Run) -> None:
    make_calendar(hall, manager.centre_id)
    run(manager, change_day, day=date(2026, 11, 24), working=False, version=1)
    with pytest.raises(Stale, match="2026 年历刚被别人修改"):
        run(manager, change_day, day=date(2026, 11, 25), working=False, version=1)


def test_days_of_an_unpublished_year_promise_nothing_until_it_is_published(
    hall: Hall, manager: Actor, run: Run
) -> None:
    make_calendar(hall, manager.centre_id)
    with pytest.raises(RuleBroken, match="还没有一个放假日"):
        run(manager, publish_year, year=2027, version=0)
    version = run(manager, change_day, day=date(2027, 1, 1), working=False, name="元旦", version=0)
    assert hall.read(published_years, manager.centre_id) == (2025, 2026)
    version = run(manager, publish_year, year=2027, version=version, source="国办发明电〔2026〕1号")
    calendar = hall.read(calendar_of, manager.centre_id)
    assert due_date(calendar, date(2026, 12, 31), 1, Unit.WORKING) == date(2027, 1, 4)
    run(manager, withdraw_year, year=2027, version=version)
    assert hall.read(published_years, manager.centre_id) == (2025, 2026)
    assert len(hall.read(year_view, manager.centre_id, 2027).days) == 1


def test_an_import_replaces_its_years_whole_and_no_other(hall: Hall, manager: Actor, run: Run) -> None:
    make_calendar(hall, manager.centre_id)
    days = (Day(date(2026, 1, 1), False, "元旦"), Day(date(2027, 1, 1), False, "元旦"))
    done = run(manager, import_days, days=days, source="表", publish=True)
    assert (done.days, done.years) == (2, (2026, 2027))
    assert [row.day for row in hall.read(year_view, manager.centre_id, 2026).days] == [date(2026, 1, 1)]
    assert len(hall.read(year_view, manager.centre_id, 2025).days) > 20
    assert hall.read(published_years, manager.centre_id) == (2025, 2026, 2027)


def test_an_import_without_days_or_with_a_day_twice_is_refused(manager: Actor, run: Run) -> None:
    with pytest.raises(RuleBroken, match="没有一个"):
        run(manager, import_days, days=(), source="", publish=True)
    twice = (Day(date(2027, 1, 1), False, ""), Day(date(2027, 1, 1), True, ""))
    with pytest.raises(RuleBroken, match="两次"):
        run(manager, import_days, days=twice, source="", publish=True)
    with pytest.raises(RuleBroken, match="没有 1999 年"):
        run(manager, import_days, days=(Day(date(1999, 1, 1), False, ""),), source="", publish=True)


def test_a_clerk_may_not_touch_the_calendar(clerk: Actor, run: Run) -> None:
    with pytest.raises(NotAllowed):
        run(clerk, seed_calendar, first_year=2026)
