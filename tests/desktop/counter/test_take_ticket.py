"""The 取号 dialog, by keys."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from db.action import Actor
from db.centre.models import Counter
from db.clock import business_date
from db.tickets import queries
from db.tickets.actions import set_letters
from db.tickets.queries import TicketRow
from db.tickets.rules import Priority, Proof
from desktop.counter.take_ticket import TakeTicketDialog
from desktop.shell.desk import Desk
from tests.conftest import NOW
from tests.desktop.counter.queue_window import Window, click, press
from tests.factories.tickets import make_queue_item

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
