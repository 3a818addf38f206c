"""The same thing edited at two places: the second sees what changed, keeps what was typed, and saves on the new version."""

from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from db.action import Actor
from db.catalogue.actions import edit_item, plant, set_enabled
from db.catalogue.queries import item
from db.catalogue.rules import ItemContent, Material
from db.people.actions import keep_person
from db.people.queries import get_person
from desktop.catalogue import edit as catalogue_edit
from desktop.catalogue.edit import EditDialog
from desktop.counter.correct import CorrectDialog
from desktop.shell.desk import Desk
from desktop.widgets.conflict import MINE, ConflictDialog, Wish
from tests.conftest import NOW
from tests.desktop.shell.twice import Meet, Other, decide, shown, told
from tests.factories.people import details


@pytest.fixture(autouse=True)
def no_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that fails must not end in a question whether what was typed may go."""
    monkeypatch.setattr(catalogue_edit, "confirm", lambda *_: True)


@pytest.fixture
def known(desk: Desk, seated: Actor) -> Any:
    """An item of the catalogue."""
    content = ItemContent(local_code="LY1", name="老人证", phone="1", materials=(Material("身份证"),))
    with desk.hall.transaction() as session:
        [item_id] = plant(session, seated.centre_id, (content,), now=NOW, by=None)
    return desk.hall.read(item, seated.centre_id, item_id)


def test_an_item_of_the_catalogue_is_merged_field_by_field(
    desk: Desk, qtbot: QtBot, other: Other, meet: Meet, known: Any
) -> None:
    """The other changed name, phone and papers; I changed name and note. I take the papers and my name."""
    editor = shown(qtbot, EditDialog(desk, known, None))
    theirs = replace(
        known.content, name="优待证", phone="2", materials=(Material("身份证"), Material("照片", form="电子"))
    )
    other(edit_item, item_id=known.id, version=known.version, content=theirs)
    editor.widgets["name"].setText("老年人优待证")
    editor.widgets["note"].setPlainText("上午办")
    editor.save.click()
    dialog = meet(editor)
    assert sorted(told(dialog)) == [
        ("事项名称", "优待证", "老年人优待证", True),
        ("咨询电话", "2", "1", False),
        ("材料", "身份证；照片，电子", "身份证", False),
    ]
    assert editor.widgets["name"].text() == "老年人优待证"  # nothing typed is lost
    with qtbot.waitSignal(editor.accepted):
        decide(dialog, 事项名称=MINE)
    now = desk.hall.read(item, desk.centre_id, known.id).content
    assert (now.name, now.phone, now.note, len(now.materials)) == ("老年人优待证", "2", "上午办", 2)


def test_who_goes_back_from_the_conflict_has_the_form_as_it_was_and_meets_it_again(
    desk: Desk, qtbot: QtBot, other: Other, meet: Meet, known: Any
) -> None:
    editor = shown(qtbot, EditDialog(desk, known, None))
    other(edit_item, item_id=known.id, version=known.version, content=replace(known.content, name="优待证"))
    editor.widgets["name"].setText("老年证")
    editor.save.click()
    meet(editor).reject()
    assert editor.save.isEnabled()
    assert editor.widgets["name"].text() == "老年证"
    editor._twice.dialog.deleteLater()
    qtbot.waitUntil(lambda: editor.findChild(ConflictDialog) is None)
    editor.save.click()
    assert told(meet(editor)) == [("事项名称", "优待证", "老年证", True)]


def test_a_change_of_something_else_is_no_question(desk: Desk, qtbot: QtBot, other: Other, known: Any) -> None:
    """The item was taken out of use meanwhile: nothing of what the form shows is different, so mine is saved."""
    said: list[str] = []
    desk.messages.said.connect(lambda _level, sentence: said.append(sentence))
    editor = shown(qtbot, EditDialog(desk, known, None))
    other(set_enabled, item_id=known.id, version=known.version, enabled=False)
    editor.widgets["note"].setPlainText("上午办")
    with qtbot.waitSignal(editor.accepted):
        editor.save.click()
    assert "没有改到您填的这些项" in said[0]
    assert desk.hall.read(item, desk.centre_id, known.id).content.note == "上午办"


def test_a_key_that_is_held_answers_the_question_once(qtbot: QtBot) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    dialog = ConflictDialog(owner, "刚被别人改过。", (), [("人数", "", "30 人")], Wish("改到 202"))
    heard: list[bool] = []
    dialog.accepted.connect(lambda: heard.append(True))
    dialog.open()
    dialog.ok.click()
    dialog.ok.click()
    assert heard == [True]


def test_enter_pressed_twice_hands_a_form_in_once(desk: Desk, seated: Actor, qtbot: QtBot, other: Other) -> None:
    """The second press came while the first was under way: it was told of the first as of somebody else's change."""
    person_id = other(keep_person, details=details("吴秀英"))
    person = desk.hall.read(get_person, desk.hall.vault, seated.centre_id, person_id)
    editor = shown(qtbot, CorrectDialog(desk, person))
    heard: list[object] = []
    editor.corrected.connect(lambda: heard.append(person_id))
    editor.phone.setText("13700137000")
    answer = Event()
    desk.work.write(desk, answer.wait, None, desk.refuse)  # the server is slow
    QTest.keyClick(editor.phone, Qt.Key.Key_Return)
    QTest.keyClick(editor.phone, Qt.Key.Key_Return)
    answer.set()
    qtbot.waitUntil(lambda: not editor.isVisible())
    desk.work.wait()
    QApplication.processEvents()
    desk.work.wait()
    QApplication.processEvents()
    assert editor.findChild(ConflictDialog) is None
    assert len(heard) == 1
    now = desk.hall.read(get_person, desk.hall.vault, seated.centre_id, person_id)
    assert now.version == person.version + 1
