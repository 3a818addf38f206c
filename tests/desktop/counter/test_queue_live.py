"""What others do on the queue panel."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QAbstractItemView
from pytestqt.qtbot import QtBot

from db.action import Actor, Request
from db.centre.models import Counter
from db.changes import Change
from db.ids import new_id
from db.session import Hall
from db.staff.permissions import ROLE_PERMISSIONS, Role
from db.tickets.actions import call_next, cancel, park, start_serving
from desktop.counter.queue_rows import told
from desktop.shell.desk import Desk
from tests.conftest import NOW
from tests.db.tickets.test_floor import crowd, rows_read
from tests.desktop.counter.queue_window import Window, click, press, take
from tests.factories.centre import make_counter
from tests.factories.staff import make_staff


def test_what_others_do_shows_up_by_itself_once_for_a_burst(desk: Desk, window: Window, qtbot: QtBot) -> None:
    asked: list[object] = []
    ask = desk.ask

    def counted(owner: QObject, query: Callable[..., object], *args: object, **kwargs: object) -> None:
        asked.append(query)
        ask(owner, query, *args, **kwargs)

    desk.ask = counted  # type: ignore[method-assign]
    for _ in range(10):
        window.panel.changed(frozenset({Change("ticket", new_id())}))
    take(desk)
    qtbot.waitUntil(lambda: window.panel.panel.waiting_here == 1)
    assert len(asked) <= 2
    window.panel.changed(frozenset({Change("case_file", new_id())}))
    assert not window.panel.floor.waits


def test_what_another_window_did_shows_up_at_the_next_look(
    desk: Desk, seated: Actor, window: Window, qtbot: QtBot
) -> None:
    ticket = take(desk)
    qtbot.waitUntil(lambda: window.panel.panel.waiting_here == 1)
    elsewhere = Hall(desk.hall.bind, desk.hall.vault)  # tells its own window, not this one
    request = Request(seated, NOW, new_id())
    elsewhere.run(request, cancel, ticket_id=ticket)
    assert window.panel.panel.waiting_here == 1
    window.panel.while_seen.poll.timeout.emit()
    qtbot.waitUntil(lambda: window.panel.panel.waiting_here == 0)
    assert "先选择" not in window.panel.empty.text()


def test_minutes_go_on_without_a_question(
    desk: Desk, window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(desk)
    qtbot.waitUntil(lambda: len(window.panel.model.lines) == 2)
    tip = window.panel.model.index(1)
    assert "已等候 0分" in tip.data(Qt.ItemDataRole.ToolTipRole)
    desk.now = lambda: NOW + timedelta(minutes=7)
    monkeypatch.setattr(desk, "ask", lambda *_args, **_kwargs: pytest.fail("the clock asked the database"))
    window.panel.while_seen.clock.timeout.emit()
    assert "已等候 7分" in tip.data(Qt.ItemDataRole.ToolTipRole)


def test_another_counter_shows_its_own_current_person(desk: Desk, seated: Actor, window: Window, qtbot: QtBot) -> None:
    take(desk)
    press(qtbot, window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.panel.current is not None)
    second = make_counter(desk.hall, seated.centre_id, number="2")
    desk.log_in(Actor(seated.staff_id, seated.centre_id, seated.name, seated.permissions, second))
    qtbot.waitUntil(lambda: window.panel.where.text().startswith("2 号窗口"))
    assert window.panel.current is None
    assert window.served[-1] is None


def test_a_counter_that_was_closed_meanwhile_says_so(desk: Desk, seated: Actor, window: Window, qtbot: QtBot) -> None:
    take(desk)
    with desk.hall.transaction() as session:
        session.get_one(Counter, seated.counter_id).active = False
    press(qtbot, window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.said == [("info", "1 号窗口已停用，请换一个窗口。")])


# -- what others do is patched into the list


@pytest.fixture
def colleague(desk: Desk, seated: Actor) -> Actor:
    """A clerk at counter 2."""
    counter = make_counter(desk.hall, seated.centre_id, number="2")
    return make_staff(desk.hall, seated.centre_id, Role.CLERK, now=NOW, counter_id=counter)


def lines(window: Window) -> list[str]:
    return [line.heading or line.row.number for line in window.panel.model.lines]


def test_a_ticket_open_at_another_counter_stands_there_as_such(
    desk: Desk, colleague: Actor, window: Window, qtbot: QtBot
) -> None:
    take(desk)
    take(desk)
    qtbot.waitUntil(lambda: len(window.panel.model.lines) == 3)
    called = click(desk, call_next, colleague).ticket_id
    click(desk, start_serving, colleague, ticket_id=called)
    qtbot.waitUntil(lambda: lines(window) == ["等候 1", "A002", "其他窗口 1", "A001"])
    away = window.panel.model.lines[-1]
    assert told(away, NOW).startswith("A001，在 2 号窗口办理中，由测试clerk_接待")
    click(desk, park, colleague, ticket_id=called)
    qtbot.waitUntil(lambda: "在 2 号窗口已挂起" in told(window.panel.model.lines[-1], NOW))
    assert window.panel.current is None


def test_only_a_manager_is_offered_to_move_what_another_counter_has(
    desk: Desk, seated: Actor, colleague: Actor, window: Window, qtbot: QtBot
) -> None:
    take(desk)
    click(desk, call_next, colleague)
    qtbot.waitUntil(lambda: bool(window.panel.panel.elsewhere))
    row = window.panel.panel.elsewhere[0]
    offered = [action.text() for action in window.panel.menu_for(row).actions()]
    assert offered == ["A001 在 2 号窗口（已呼叫）", "转窗口(&T)…", "取消 A001(&C)"]
    desk.actor = replace(seated, permissions=ROLE_PERMISSIONS[Role.CLERK])
    [only] = window.panel.menu_for(row).actions()
    assert (only.text(), only.isEnabled()) == ("A001 在 2 号窗口（已呼叫）", False)


def test_the_chosen_line_and_what_was_scrolled_to_stay_while_others_leave_the_front(
    desk: Desk, colleague: Actor, window: Window, qtbot: QtBot
) -> None:
    for _ in range(30):
        take(desk)
    qtbot.waitUntil(lambda: len(window.panel.model.lines) == 31)
    view, model = window.panel.list, window.panel.model
    chosen = model.index(20)
    number = model.entry(chosen).row.number
    view.setCurrentIndex(chosen)
    view.scrollTo(chosen, QAbstractItemView.ScrollHint.PositionAtCenter)
    stands = view.visualRect(chosen).top()
    for _ in range(2):
        called = click(desk, call_next, colleague).ticket_id
        click(desk, start_serving, colleague, ticket_id=called)
        click(desk, park, colleague, ticket_id=called)
    qtbot.waitUntil(lambda: window.panel.panel.waiting_here == 28)
    now = view.currentIndex()
    assert model.entry(now).row.number == number
    assert now.row() == 18
    assert view.selectionModel().isSelected(now)
    assert view.visualRect(now).top() == stands


def test_fifty_wait_and_a_call_elsewhere_reads_one_of_them(
    desk: Desk, seated: Actor, colleague: Actor, window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk.hall.transaction() as session:
        crowd(session, seated.centre_id, 50)
    window.panel.refresh()
    qtbot.waitUntil(lambda: window.panel.panel.waiting_here == 50)
    assert not window.panel.floor.waits
    window.panel.while_seen.poll.stop()
    elsewhere = Hall(desk.hall.bind, desk.hall.vault)  # tells its own window, not this one
    called = elsewhere.run(Request(colleague, NOW, new_id()), call_next)
    with rows_read(monkeypatch) as read:
        window.panel.changed(frozenset({Change("ticket", called.ticket_id)}))
        qtbot.waitUntil(lambda: window.panel.panel.waiting_here == 49)
        assert sum(read) <= 2
    assert lines(window)[-1] == called.number
