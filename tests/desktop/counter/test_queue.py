"""The queue panel and the 取号 dialog, by keys and clicks."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from db.action import Actor, Request
from db.centre.models import Counter
from db.changes import Change
from db.clock import business_date
from db.ids import new_id
from db.session import Hall
from db.staff.permissions import Role
from db.tickets import queries
from db.tickets.actions import call_next, cancel, park, set_letters, skip, start_serving, take_ticket, transfer
from db.tickets.queries import TicketRow
from db.tickets.rules import Priority, Proof
from db.tickets.states import TicketState
from desktop.counter.queue import KEYS, QueuePanel
from desktop.counter.queue_rows import mark, minutes, told
from desktop.counter.send_on import SendOnDialog
from desktop.counter.take_ticket import TakeTicketDialog
from desktop.counter.voice import Voice, spoken
from desktop.shell import theme
from desktop.shell.desk import Desk
from tests.conftest import NOW
from tests.factories.centre import make_counter
from tests.factories.staff import make_staff
from tests.factories.tickets import make_queue_item


class Window(QWidget):
    """Stands for the page: the panel in a window that has the keyboard."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.panel = QueuePanel(desk)
        QVBoxLayout(self).addWidget(self.panel)
        desk.changed.connect(self.panel.changed)
        self.served: list[TicketRow | None] = []
        self.panel.serving_changed.connect(self.served.append)
        self.said: list[tuple[str, str]] = []
        desk.messages.said.connect(lambda level, text: self.said.append((level, text)))
        self.resize(280, 640)


@pytest.fixture
def window(desk: Desk, seated: Actor, qtbot: QtBot) -> Window:
    made = Window(desk)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.panel.refresh()
    qtbot.waitUntil(lambda: made.panel.panel is not None)
    return made


def click(desk: Desk, action: object, actor: Actor | None = None, **kwargs: object) -> object:
    """Somebody does something at another window."""
    return desk.hall.run(Request(actor or desk.actor, NOW, new_id()), action, **kwargs)


def take(desk: Desk, priority: Priority = Priority.NONE, **kwargs: object) -> UUID:
    proof = Proof.ELDER_CARD if priority else Proof.NONE
    return click(desk, take_ticket, priority=priority, proof=proof, **kwargs).ticket_id


def press(
    qtbot: QtBot, window: Window, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    qtbot.keyClick(window, key, modifier)


def current(window: Window) -> tuple[str, TicketState] | None:
    row = window.panel.current
    return (row.number, row.state) if row else None


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
    qtbot.waitUntil(window.panel.main.isEnabled)
    for expected in (("A001", TicketState.CALLED), ("A001", TicketState.SERVING), None):
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


def test_nobody_waiting_is_information_not_trouble(window: Window, qtbot: QtBot) -> None:
    assert not window.panel.main.isEnabled()
    assert "没有人等候" in window.panel.empty.text()
    press(qtbot, window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.said == [("info", "现在没有本窗口可办的等候号。")])


def test_a_key_pressed_twice_at_once_is_one_call(desk: Desk, window: Window, qtbot: QtBot) -> None:
    take(desk)
    press(qtbot, window, Qt.Key.Key_F5)
    press(qtbot, window, Qt.Key.Key_F5)
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
    make_counter(desk.hall, seated.centre_id, number="2", name="社保")
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
    assert not window.panel._soon.isActive()


def test_what_another_window_did_shows_up_at_the_next_look(
    desk: Desk, seated: Actor, window: Window, qtbot: QtBot
) -> None:
    ticket = take(desk)
    qtbot.waitUntil(lambda: window.panel.panel.waiting_here == 1)
    elsewhere = Hall(desk.hall.bind, desk.hall.vault)  # tells its own window, not this one
    request = Request(seated, NOW, new_id())
    elsewhere.run(request, cancel, ticket_id=ticket)
    assert window.panel.panel.waiting_here == 1
    window.panel._poll.timeout.emit()
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
    window.panel._clock.timeout.emit()
    assert "已等候 7分" in tip.data(Qt.ItemDataRole.ToolTipRole)


def test_rows_say_in_words_and_by_mark_who_comes_first(desk: Desk, seated: Actor, window: Window, qtbot: QtBot) -> None:
    item = make_queue_item(desk.hall, seated.centre_id, now=NOW)
    take(desk)
    take(desk, Priority.ELDERLY, item_id=item)
    qtbot.waitUntil(lambda: len(window.panel.model.lines) == 3)
    heading, first, second = window.panel.model.lines
    assert heading.heading == "等候 2"
    assert told(first, NOW) == "A002，下一位，优先：老年人，老年人优待证办理，已等候 0分"
    assert told(second, NOW) == "A001，未选事项，已等候 0分"
    assert mark(first.row) == ("老", True)
    assert mark(second.row) == ("", False)


def test_the_menu_of_a_line_offers_what_is_possible(desk: Desk, window: Window, qtbot: QtBot) -> None:
    waiting, parked, skipped = take(desk), take(desk), take(desk)
    click(desk, call_next)
    click(desk, start_serving, ticket_id=waiting)
    click(desk, park, ticket_id=waiting)
    click(desk, call_next)
    click(desk, skip, ticket_id=parked)
    qtbot.waitUntil(lambda: bool(window.panel.panel.skipped and window.panel.panel.parked))
    rows = {line.row.state: line.row for line in window.panel.model.lines if line.row}
    offered = {state: [action.text() for action in window.panel.menu_for(row).actions()] for state, row in rows.items()}
    assert offered == {
        TicketState.WAITING: ["转窗口(&T)…", "补打号票(&P)", "取消 A003(&C)"],
        TicketState.PARKED: ["恢复办理(&R)", "转窗口(&T)…", "取消 A001(&C)"],
        TicketState.SKIPPED: ["重新排队(&R)", "取消 A002(&C)"],
    }
    window.panel.menu_for(rows[TicketState.WAITING]).actions()[-1].trigger()
    qtbot.waitUntil(lambda: window.panel.panel.waiting_here == 0)
    assert skipped not in [row.id for row in window.panel.panel.waiting]


def test_without_a_counter_the_panel_says_what_to_do_and_numbers_can_still_be_taken(
    desk: Desk, seated: Actor, window: Window, qtbot: QtBot
) -> None:
    desk.log_in(Actor(seated.staff_id, seated.centre_id, seated.name, seated.permissions, None))
    assert "先选择您所在的窗口" in window.panel.empty.text()
    press(qtbot, window, Qt.Key.Key_F5)
    assert window.said == [("warn", "请先选择您所在的窗口，再叫号。")]
    desk.log_in(None)
    assert "请先登录" in window.panel.empty.text()


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


# -- 取号


@pytest.fixture
def dialog(desk: Desk, seated: Actor, qtbot: QtBot) -> TakeTicketDialog:
    made = TakeTicketDialog(desk)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def taken(desk: Desk, number: str) -> TicketRow | None:
    return desk.hall.read(queries.find, desk.centre_id, business_date(NOW), number)


def test_enter_takes_an_ordinary_number_and_enter_again_the_next(
    desk: Desk, dialog: TakeTicketDialog, qtbot: QtBot
) -> None:
    for number in ("A001", "A002"):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda number=number: dialog.number.text() == number)
    assert "前面约 1 人" in dialog.told.text()


def test_a_priority_takes_three_keys_and_its_proof(desk: Desk, dialog: TakeTicketDialog, qtbot: QtBot) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert dialog.priority is Priority.ELDERLY
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.told.text().startswith("先查看老年人的证明")
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_2)
    assert dialog.proof is Proof.ELDER_CARD
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.number.text() == "A001")
    row = taken(desk, "A001")
    assert (row.priority, row.proof) == (Priority.ELDERLY, Proof.ELDER_CARD)
    assert dialog.priority is Priority.NONE  # the next person is ordinary again


def test_an_item_is_chosen_by_typing(desk: Desk, seated: Actor, dialog: TakeTicketDialog, qtbot: QtBot) -> None:
    make_queue_item(desk.hall, seated.centre_id, now=NOW)
    dialog.picker.stock.reload()
    qtbot.waitUntil(lambda: bool(dialog.picker.stock.find("优待")))
    qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)
    dialog.picker.field.setText("优待证")
    qtbot.keyClick(dialog.picker.field, Qt.Key.Key_Return)
    assert dialog.chosen.text() == "事项：老年人优待证办理"
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.number.text() == "A001")
    assert taken(desk, "A001").item_name == "老年人优待证办理"
    assert dialog.chosen.text().startswith("事项：未选")


def test_a_refusal_keeps_what_was_chosen(desk: Desk, seated: Actor, dialog: TakeTicketDialog, qtbot: QtBot) -> None:
    with desk.hall.transaction() as session:
        session.get_one(Counter, seated.counter_id).active = False
    qtbot.keyClick(dialog, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_1)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "还没有启用的窗口" in dialog.told.text())
    assert (dialog.priority, dialog.proof) == (Priority.DISABLED, Proof.DISABILITY_CARD)
    assert dialog.number.text() == "——"


def test_letters_are_offered_where_there_are_several(desk: Desk, seated: Actor, qtbot: QtBot) -> None:
    click(desk, set_letters, letters=[("A", "综合", ""), ("B", "社保", "人社")])
    made = TakeTicketDialog(desk)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(made.letter_box.isVisible)
    made.letters.button(1).click()
    qtbot.keyClick(made, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: made.number.text() == "B001")


def test_ctrl_t_opens_it_from_the_panel(desk: Desk, window: Window, qtbot: QtBot) -> None:
    press(qtbot, window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(TakeTicketDialog)
    assert dialog is not None
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.panel.panel.waiting_here == 1)


# -- voice, words


def test_a_machine_that_cannot_speak_is_silent_and_says_so_once(desk: Desk, window: Window, qtbot: QtBot) -> None:
    window.panel.voice = Voice(window.panel, find=lambda _parent: None)
    window.panel.voice_button.click()
    assert not window.panel.voice_button.isChecked()
    assert "没有可用的语音" in window.said[0][1]
    take(desk)
    press(qtbot, window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.panel.current is not None)


def test_a_call_is_spoken_digit_by_digit(desk: Desk, window: Window, qtbot: QtBot) -> None:
    heard: list[str] = []
    window.panel.voice = Voice(window.panel, find=lambda _parent: heard.append)
    window.panel.voice_button.click()
    take(desk)
    press(qtbot, window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: heard == ["请 A 零零一 号，到 1 号窗口"])


@pytest.mark.parametrize(("span", "text"), [(-5, "0分"), (0, "0分"), (59, "59分"), (60, "1时00分"), (125, "2时05分")])
def test_minutes_are_said_short(span: int, text: str) -> None:
    assert minutes(timedelta(minutes=span)) == text


def test_a_thousandth_number_is_spoken_too() -> None:
    assert spoken("B1000", "12") == "请 B 一零零零 号，到 12 号窗口"


def test_the_manual_names_every_key_of_the_queue() -> None:
    manual = (theme.RESOURCES / "manual" / "queue.md").read_text(encoding="utf-8")
    assert [key for key, _, _ in KEYS if key not in manual] == []
