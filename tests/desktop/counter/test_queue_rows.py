"""The lines of the queue panel, in words and marks; what is spoken."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from db.action import Actor
from db.tickets.actions import call_next, park, skip, start_serving
from db.tickets.rules import Priority
from db.tickets.states import TicketState
from desktop.counter.queue import KEYS
from desktop.counter.queue_rows import mark, minutes, told
from desktop.counter.voice import Voice, spoken
from desktop.shell import theme
from desktop.shell.desk import Desk
from tests.conftest import NOW
from tests.desktop.counter.queue_window import Window, click, press, take
from tests.factories.tickets import make_queue_item


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


def test_room_for_a_mark_is_kept_only_where_somebody_has_one(
    desk: Desk, seated: Actor, window: Window, qtbot: QtBot
) -> None:
    item = make_queue_item(desk.hall, seated.centre_id, now=NOW)
    take(desk, item_id=item)
    qtbot.waitUntil(lambda: len(window.panel.model.lines) == 2)
    assert (window.panel.model.longest, window.panel.model.marked) == ("A001", False)
    take(desk, Priority.ELDERLY)
    qtbot.waitUntil(lambda: window.panel.model.marked)
