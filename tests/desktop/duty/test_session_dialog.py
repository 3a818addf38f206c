"""A session at another time or in another room, by the fields or by what is known to be free."""

from datetime import time, timedelta

import pytest
from PySide6.QtCore import QDate, Qt, QTime
from PySide6.QtTest import QTest

from db.duty.moving import slot_time
from db.duty.solve.problem import Want
from db.duty.stands import StandFields, enter_stand
from desktop.duty.session_dialog import ANY_ROOM, SessionDialog
from desktop.widgets.conflict import ConflictDialog
from tests.desktop.duty.conftest import Roster

KEY, CTRL, ALT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def opened(roster: Roster) -> SessionDialog:
    roster.go(roster.of(roster.judges))
    roster.key(KEY.Key_M, ALT)
    dialog: SessionDialog = roster.dialog(SessionDialog)
    roster.wait(lambda: dialog.room.count() > 1 and dialog.offers and dialog.offers[-1].isVisible())
    return dialog


def test_what_is_free_is_offered_fills_the_fields_and_is_undone_as_one_step(roster: Roster) -> None:
    slot = roster.slot(roster.of(roster.judges).spot.slot_id)
    dialog = opened(roster)
    labels = [button.accessibleName() for button in dialog.offers]
    assert labels[0].startswith("改到 ")
    at = next(at for at, said in enumerate(labels) if "下午" in said)
    QTest.keyClick(dialog, KEY(KEY.Key_1.value + at), ALT)
    roster.wait(
        lambda: dialog.starts.time() == QTime(14, 30)
    )  # a button that is pressed by its key clicks a moment later
    assert roster.slot(slot.id) == slot  # nothing is done before it is saved
    QTest.keyClick(dialog, KEY.Key_Return, CTRL)
    roster.wait(lambda: roster.slot(slot.id).starts == time(14, 30))
    roster.shown()
    roster.pane.wanted("undo")
    roster.wait(lambda: roster.slot(slot.id).starts == slot.starts)
    back = roster.slot(slot.id)
    assert (back.day, back.ends, back.room_id, back.note) == (slot.day, slot.ends, slot.room_id, slot.note)


def test_a_draft_may_leave_its_room_open(roster: Roster) -> None:
    slot = roster.slot(roster.of(roster.judges).spot.slot_id)
    dialog = opened(roster)
    dialog.room.setCurrentIndex(1)
    QTest.keyClick(dialog, KEY.Key_Return, CTRL)
    roster.wait(lambda: roster.slot(slot.id).room_id is not None)
    assert roster.slot(slot.id).room_name == "多功能室201"
    assert roster.slot(slot.id).note == slot.note  # nothing but the room was changed
    roster.shown()
    dialog = opened(roster)
    assert dialog.room.currentText() == "多功能室201"
    dialog.room.setCurrentText(ANY_ROOM)
    QTest.keyClick(dialog, KEY.Key_Return, CTRL)
    roster.wait(lambda: roster.slot(slot.id).room_id is None)


def test_a_move_into_somebodys_leave_asks_for_a_reason(roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(_: object, __: str, question: str, **___: object) -> str:
        asked.append(question)
        return "说好了"

    monkeypatch.setattr("desktop.duty.insist.ask_reason", answer)
    place = roster.of(roster.judges)
    slot = roster.slot(place.spot.slot_id)
    day = slot.day + timedelta(days=1)
    assert place.duty is not None
    leave = StandFields(Want.CANNOT, day, day, why="开庭")
    roster.run(enter_stand, member_id=place.duty.member_id, fields=leave)
    roster.shown()
    dialog = opened(roster)
    dialog.day.setDate(QDate(day.year, day.month, day.day))
    QTest.keyClick(dialog, KEY.Key_Return, CTRL)
    roster.wait(lambda: roster.slot(slot.id).day == day)
    assert place.duty.member_name in asked[0]
    assert "请假" in asked[0]


def test_nothing_changed_is_told(roster: Roster) -> None:
    dialog = opened(roster)
    QTest.keyClick(dialog, KEY.Key_Return, CTRL)
    roster.wait(lambda: "没有改" in dialog.form.trouble.text())
    assert dialog.isVisible()
    assert dialog.ok.isEnabled()
    dialog.reject()


def test_a_session_that_is_off_is_held_again(roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.duty.plan_after.ask_reason", lambda *_, **__: "台风")
    place = roster.of(roster.judges)
    slot = roster.slot(place.spot.slot_id)
    for _ in slot.duties:
        roster.go(roster.of(roster.judges))
        roster.key(KEY.Key_Delete)
        roster.shown()
    roster.go(roster.of(roster.judges))
    roster.key(KEY.Key_X, ALT)
    roster.wait(lambda: roster.slot(slot.id).cancelled == "台风")
    roster.shown()
    roster.board.go_to(place.spot)
    assert roster.pane.view.session.buttons["cancel"].text().startswith("恢复")
    roster.key(KEY.Key_X, ALT)
    roster.wait(lambda: roster.slot(slot.id).cancelled == "")


def test_what_the_other_one_moved_is_shown_and_what_was_typed_stays(roster: Roster) -> None:
    """They begin later and take a room; I end later. With their beginning and my end it is both."""
    slot = roster.slot(roster.of(roster.judges).spot.slot_id)
    dialog = opened(roster)
    end = time(slot.ends.hour, 50)
    dialog.ends.setTime(QTime(end.hour, end.minute))
    begin = time(slot.starts.hour, 10)
    room = dialog.room.itemData(1)
    roster.run(
        slot_time, slot_id=slot.id, version=slot.version, day=slot.day, starts=begin, ends=slot.ends, room_id=room
    )
    QTest.keyClick(dialog, KEY.Key_Return, CTRL)
    roster.wait(lambda: dialog.findChild(ConflictDialog) is not None)
    conflict = dialog.findChild(ConflictDialog)
    assert conflict is not None
    assert [(each.name, each.clash) for each in conflict._found] == [("从", False), ("房间", False)]
    assert dialog.ends.time() == QTime(end.hour, end.minute)
    conflict.ok.click()
    roster.wait(lambda: roster.slot(slot.id).ends == end)
    now = roster.slot(slot.id)
    assert (now.starts, now.room_id) == (begin, room)
