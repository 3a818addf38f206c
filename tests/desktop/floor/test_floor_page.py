"""The manager's view of the counters: true at once, in words, by keyboard; nothing is asked while it is hidden."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from db.action import Actor, Request
from db.centre.actions import sit_down
from db.engine import make_engine
from db.ids import new_id
from db.session import Hall
from db.staff.permissions import Permission, Role
from db.tickets.actions import call_next, finish, park, start_serving, take_ticket
from db.vault import Vault
from desktop.floor.page import EMPTY, FloorPage
from desktop.shell import theme
from desktop.shell.desk import Desk
from desktop.shell.places import places_for
from tests.conftest import NOW, TEST_KEY
from tests.factories.centre import make_centre, make_counter
from tests.factories.staff import make_staff

Click = Callable[..., Any]


@pytest.fixture(params=["embedded", "postgres"])
def live_desk(request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[Desk]:
    """A manager's desk: on the embedded database, or on a server where the others are other clients."""
    if request.param == "embedded":
        hall = request.getfixturevalue("embedded_hall")
    else:
        hall = Hall(make_engine(request.getfixturevalue("postgres_url")), Vault(TEST_KEY))
    desk = Desk(hall, lambda: NOW)
    centre_id = make_centre(hall, now=NOW)
    manager = make_staff(hall, centre_id, Role.MANAGER, now=NOW)
    if desk.hears_others:
        with qtbot.waitSignal(desk.renewed):  # it listens from now on
            desk.log_in(manager)
    else:
        desk.log_in(manager)
    yield desk
    desk.close()
    hall.bind.dispose()


@pytest.fixture
def page(live_desk: Desk, qtbot: QtBot) -> FloorPage:
    made = FloorPage(live_desk)
    qtbot.addWidget(made)
    live_desk.changed.connect(made.changed)
    made.resize(1180, 640)
    made.show()
    qtbot.waitExposed(made)
    made.refresh()
    qtbot.waitUntil(lambda: made.floor.known is not None)
    return made


@pytest.fixture
def elsewhere(live_desk: Desk, qtbot: QtBot) -> Iterator[Click]:
    """`elsewhere(actor, action, …)`: a click at another window, on a server by another client."""
    hall, own = live_desk.hall, None
    if live_desk.hears_others:
        own = hall = Hall(make_engine(hall.bind.url), Vault(TEST_KEY))
    yield lambda actor, action, **given: hall.run(Request(actor, NOW, new_id()), action, **given)
    if own is not None:
        own.bind.dispose()


def clerk_at(desk: Desk, number: str) -> Actor:
    counter = make_counter(desk.hall, desk.centre_id, number=number, name="综合")
    return make_staff(desk.hall, desk.centre_id, Role.CLERK, now=NOW, counter_id=counter)


def shown(page: FloorPage) -> list[tuple[str, ...]]:
    return [tuple(column.text(row) for column in page.table.rows.columns) for row in page.table.rows.rows]


def test_a_hall_without_counters_says_what_to_do_first(page: FloorPage) -> None:
    assert page.table.rows.rows == []
    assert "新增" in EMPTY
    assert page.today.text().startswith("等候 0 人")


def test_every_counter_stands_with_clerk_ticket_and_line_as_it_happens(
    page: FloorPage, live_desk: Desk, elsewhere: Click, qtbot: QtBot
) -> None:
    one, two = clerk_at(live_desk, "1"), clerk_at(live_desk, "2")
    with qtbot.waitSignal(page.floor.read):
        elsewhere(one, sit_down, counter_id=one.counter_id)
    name = page.table.rows.rows[0].seat.staff_name
    assert name
    for _ in range(3):
        elsewhere(one, take_ticket)
    called = elsewhere(one, call_next).ticket_id
    qtbot.waitUntil(lambda: ("1 号 综合", name, "已呼叫", "A001", "", "0分", "2 人", "0分", "", "0") in shown(page))
    elsewhere(one, start_serving, ticket_id=called)
    elsewhere(one, park, ticket_id=called)
    second = elsewhere(one, call_next).ticket_id
    elsewhere(one, start_serving, ticket_id=second)
    qtbot.waitUntil(lambda: ("1 号 综合", name, "办理中", "A002", "", "0分", "1 人", "0分", "A001", "0") in shown(page))
    assert ("2 号 综合", "没有人登录", "无人", "", "", "", "1 人", "0分", "", "0") in shown(page)
    elsewhere(one, finish, ticket_id=second)
    qtbot.waitUntil(lambda: ("1 号 综合", name, "空闲", "", "", "", "1 人", "0分", "A001", "1") in shown(page))
    elsewhere(one, sit_down, counter_id=None)
    qtbot.waitUntil(lambda: shown(page)[0][1:3] == ("没有人登录", "无人"))
    assert two.counter_id == page.table.rows.rows[1].seat.id
    assert page.today.text().startswith("等候 1 人　今日取号 3　办完 1　挂起 1")


def test_the_cursor_stays_while_lines_change_and_a_line_is_copied(
    page: FloorPage, live_desk: Desk, elsewhere: Click, qtbot: QtBot
) -> None:
    one, two = clerk_at(live_desk, "1"), clerk_at(live_desk, "2")
    elsewhere(one, sit_down, counter_id=one.counter_id)
    qtbot.waitUntil(lambda: len(page.table.rows.rows) == 2)
    page.search("2")
    elsewhere(one, take_ticket)
    elsewhere(two, call_next)
    qtbot.waitUntil(lambda: page.table.rows.rows[1].current is not None)
    assert page.table.current().seat.number == "2"
    QTest.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "A001" in QGuiApplication.clipboard().text()


def test_who_waits_long_and_an_empty_counter_with_a_line_are_marked(
    page: FloorPage, live_desk: Desk, elsewhere: Click, qtbot: QtBot
) -> None:
    one = clerk_at(live_desk, "1")
    elsewhere(one, take_ticket)
    page.refresh()
    qtbot.waitUntil(lambda: len(page.table.rows.rows) == 1 and page.table.rows.rows[0].waiting == 1)
    live_desk.now = lambda: NOW + timedelta(minutes=31)
    page.while_seen.clock.timeout.emit()
    told = [page.table.rows.index(0, at).data() for at in range(len(page.table.rows.columns))]
    assert "▲ 无人" in told
    assert "▲ 31分" in told


def test_it_is_a_page_of_whoever_manages_the_queue(live_desk: Desk) -> None:
    assert "floor" in [place.key for place in places_for(live_desk)]
    clerk = make_staff(live_desk.hall, live_desk.centre_id, Role.CLERK, now=NOW)
    live_desk.log_in(clerk)
    assert Permission.TICKET_MANAGE not in clerk.permissions
    assert "floor" not in [place.key for place in places_for(live_desk)]


def test_the_manual_tells_of_it() -> None:
    manual = (theme.RESOURCES / "manual" / "queue.md").read_text(encoding="utf-8")
    assert "## 窗口现况（中心负责人）" in manual
    assert "其他窗口" in manual
