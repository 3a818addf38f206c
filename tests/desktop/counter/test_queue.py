"""The queue panel by keys and clicks."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from db.action import Actor
from db.clock import business_date
from db.staff.permissions import Role
from db.tickets import queries
from db.tickets.actions import call_next, start_serving, transfer
from db.tickets.states import TicketState
from desktop.counter.send_on import SendOnDialog
from desktop.shell.desk import Desk
from tests.conftest import NOW
from tests.desktop.counter.queue_window import Window, click, current, press, take
from tests.factories.centre import make_counter
from tests.factories.staff import make_staff


def test_one_key_calls_begins_and_one_key_finishes(desk: Desk, window: Window, qtbot: QtBot) -> None:
    take(desk)
    take(desk)
    qtbot.waitUntil(lambda: window.panel.panel.waiting_here == 2)
    press(qtbot, window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: current(window) == ("A001", TicketState.CALLED))
    assert window.panel.number.text() == "A001"
    assert window.panel.main.text().startswith("开始办理")
    press(qtbot, window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: current(window) == ("A001", TicketState.SERVING))
    assert window.panel.main.text().startswith("完成")
    press(qtbot, window, Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: current(window) is None)
    assert [row and row.number for row in window.served] == ["A001", None]
    assert window.panel.main.text().startswith("叫下一位")
    assert "办完 1" in window.panel.figures.text()


def test_the_large_button_walks_one_person_through(desk: Desk, window: Window, qtbot: QtBot) -> None:
    take(desk)
    for expected in (("A001", TicketState.CALLED), ("A001", TicketState.SERVING), None):
        qtbot.waitUntil(window.panel.main.isEnabled)  # what is read may come before the click's own answer
        qtbot.mouseClick(window.panel.main, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda expected=expected: current(window) == expected)


def test_calling_the_next_while_serving_says_what_to_do_first(desk: Desk, window: Window, qtbot: QtBot) -> None:
    take(desk)
    press(qtbot, window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.panel.current is not None)
    window.panel.arrived()
    qtbot.waitUntil(lambda: current(window) == ("A001", TicketState.SERVING))
    press(qtbot, window, Qt.Key.Key_F5)
    assert window.said == [("warn", "A001 正在办理：请先完成（F7）或挂起（F11），再叫下一位。")]


def test_who_comes_while_a_verb_is_under_way_is_served_after_it(desk: Desk, window: Window, qtbot: QtBot) -> None:
    take(desk)
    press(qtbot, window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.panel.current is not None)
    press(qtbot, window, Qt.Key.Key_R, Qt.KeyboardModifier.AltModifier)
    window.panel.arrived()
    qtbot.waitUntil(lambda: current(window) == ("A001", TicketState.SERVING))
    assert window.panel.current.calls == 2


def test_nobody_waiting_is_information_not_trouble(window: Window, qtbot: QtBot) -> None:
    assert not window.panel.main.isEnabled()
    assert "没有人等候" in window.panel.empty.text()
    press(qtbot, window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.said == [("info", "现在没有本窗口可办的等候号。")])


def test_a_key_pressed_twice_at_once_is_one_call(desk: Desk, window: Window, qtbot: QtBot) -> None:
    take(desk)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: current(window) == ("A001", TicketState.CALLED))
    assert window.said == []


def test_recall_and_skip_then_enter_lines_up_again(desk: Desk, window: Window, qtbot: QtBot) -> None:
    take(desk)
    press(qtbot, window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.panel.current is not None)
    press(qtbot, window, Qt.Key.Key_R, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: window.panel.current.calls == 2)
    assert window.panel.state.text().startswith("已呼叫 2 次")
    press(qtbot, window, Qt.Key.Key_F10)
    qtbot.waitUntil(lambda: len(window.panel.panel.skipped) == 1)
    press(qtbot, window, Qt.Key.Key_Q, Qt.KeyboardModifier.AltModifier)
    assert window.panel.list.hasFocus()
    qtbot.keyClick(window.panel.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.panel.panel.waiting_here == 1)


def test_park_and_resume_with_the_same_key(desk: Desk, window: Window, qtbot: QtBot) -> None:
    take(desk)
    press(qtbot, window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.panel.current is not None)
    press(qtbot, window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: current(window) == ("A001", TicketState.SERVING))
    press(qtbot, window, Qt.Key.Key_F11)
    qtbot.waitUntil(lambda: len(window.panel.panel.parked) == 1)
    assert window.panel.park_button.text().startswith("恢复")
    press(qtbot, window, Qt.Key.Key_F11)
    qtbot.waitUntil(lambda: current(window) == ("A001", TicketState.SERVING))


def test_undo_takes_the_call_back(desk: Desk, window: Window, qtbot: QtBot) -> None:
    take(desk)
    press(qtbot, window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.panel.current is not None)
    press(qtbot, window, Qt.Key.Key_Z, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: window.panel.current is None)
    assert window.said == [("info", "已撤销 A001 的“叫号”。")]
    assert window.panel.panel.waiting_here == 1
    assert window.panel.undo_button.isEnabled()


def test_a_ticket_is_sent_to_another_counter(desk: Desk, seated: Actor, window: Window, qtbot: QtBot) -> None:
    make_counter(desk.hall, seated.centre_id, number="2", name="社保")  # which nobody is told of
    window.panel.refresh()
    take(desk)
    press(qtbot, window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.panel.current is not None)
    press(qtbot, window, Qt.Key.Key_F12)
    qtbot.waitUntil(lambda: window.findChild(SendOnDialog) is not None)
    dialog = window.findChild(SendOnDialog)
    assert [dialog.list.item(at).text()[:9] for at in range(dialog.list.count())] == [
        "2 号窗口 社保　",
        "放回公共队列（任何",
    ]
    dialog.reason.setText("社保业务")
    qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.panel.current is None)
    row = desk.hall.read(queries.find, seated.centre_id, business_date(NOW), "A001")
    assert (row.reserved, row.note, row.state) == ("2", "社保业务", TicketState.WAITING)
    qtbot.waitUntil(lambda: window.panel.panel.waiting_here == 0)


def test_taking_over_asks_the_receiver(desk: Desk, seated: Actor, window: Window, qtbot: QtBot) -> None:
    counter = make_counter(desk.hall, seated.centre_id, number="2")
    other = make_staff(desk.hall, seated.centre_id, Role.CLERK, now=NOW, counter_id=counter)
    ticket = take(desk)
    click(desk, call_next, other)
    click(desk, start_serving, other, ticket_id=ticket)
    click(desk, transfer, other, ticket_id=ticket, counter_id=seated.counter_id)
    qtbot.waitUntil(window.panel.main.isEnabled)
    press(qtbot, window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.panel.current is not None)
    assert window.panel.owner.text().startswith("首问责任人：测试")
    assert window.panel.accept.isVisible()
    qtbot.mouseClick(window.panel.accept, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.panel.accept.isVisible())
    assert window.panel.current.owner_id == seated.staff_id


def test_without_a_counter_the_panel_says_what_to_do_and_numbers_can_still_be_taken(
    desk: Desk, seated: Actor, window: Window, qtbot: QtBot
) -> None:
    desk.log_in(Actor(seated.staff_id, seated.centre_id, seated.name, seated.permissions, None))
    assert "先选择您所在的窗口" in window.panel.empty.text()
    press(qtbot, window, Qt.Key.Key_F5)
    assert window.said == [("warn", "请先选择您所在的窗口，再叫号。")]
    desk.log_in(None)
    assert "请先登录" in window.panel.empty.text()
