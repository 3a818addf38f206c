"""Choosing an item with the keys alone."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from db.action import Actor
from db.catalogue import actions, queries
from db.catalogue.rows import ItemRow
from db.catalogue.starter import Proof
from desktop.catalogue.found import facts_of, mark_of
from desktop.catalogue.picker import ItemPicker
from desktop.catalogue.stock import Stock
from desktop.shell.desk import Desk
from tests.conftest import NOW
from tests.desktop.catalogue.typed import type_text
from tests.factories.catalogue import make_starter


@pytest.fixture
def picker(desk: Desk, seated: Actor, qtbot: QtBot) -> ItemPicker:
    make_starter(desk.hall, seated.centre_id, NOW)
    made = ItemPicker(desk)
    qtbot.addWidget(made)
    made.resize(460, 480)
    made.show()
    qtbot.waitUntil(lambda: Stock.of(desk).shelf is not None)
    return made


def shown(picker: ItemPicker) -> list[str]:
    return [picker.model.index(row).data() for row in range(picker.model.rowCount())]


def test_initials_and_enter_choose_an_item(picker: ItemPicker, qtbot: QtBot) -> None:
    type_text(picker.field, "gljt")
    assert shown(picker)[0] == "高龄津贴申领"
    with qtbot.waitSignal(picker.chosen) as signal:
        qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    (row,) = signal.args
    assert isinstance(row, ItemRow)
    assert row.code == "LY002"


def test_arrows_move_while_the_cursor_stays_in_the_field(picker: ItemPicker, qtbot: QtBot) -> None:
    type_text(picker.field, "canji")
    second = shown(picker)[1]
    qtbot.keyClick(picker.field, Qt.Key.Key_Down)
    assert picker.list.currentIndex().data() == second
    qtbot.keyClick(picker.field, Qt.Key.Key_Up)
    qtbot.keyClick(picker.field, Qt.Key.Key_Up)
    assert picker.list.currentIndex().row() == 0
    qtbot.keyClick(picker.field, Qt.Key.Key_PageDown)
    assert picker.list.currentIndex().row() == min(8, len(shown(picker)) - 1)
    assert picker.field.text() == "canji"


def test_a_forbidden_proof_is_answered_with_where_to_go_and_not_chosen(picker: ItemPicker, qtbot: QtBot) -> None:
    chosen: list[object] = []
    picker.chosen.connect(chosen.append)
    type_text(picker.field, "单身证明")
    with qtbot.waitSignal(picker.refused) as signal:
        qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    (proof,) = signal.args
    assert isinstance(proof, Proof)
    assert picker.answer.isVisible()
    assert "婚姻登记机关" in picker.answer.text()
    assert chosen == []
    qtbot.keyClick(picker.field, Qt.Key.Key_Escape)
    assert picker.query() == ""
    assert not picker.answer.isVisible()


def test_a_click_chooses_too(picker: ItemPicker, qtbot: QtBot) -> None:
    type_text(picker.field, "暂住证")
    place = picker.list.visualRect(picker.model.index(0)).center()
    with qtbot.waitSignal(picker.chosen) as signal:
        qtbot.mouseClick(picker.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert signal.args[0].code == "JL004"


def test_a_disabled_item_is_marked_and_not_chosen(picker: ItemPicker, desk: Desk, qtbot: QtBot) -> None:
    shelf = Stock.of(desk).shelf
    assert shelf is not None
    item = next(row for row in shelf.items if row.code == "LY002")
    with qtbot.waitSignal(Stock.of(desk).renewed):
        desk.do(picker, actions.set_enabled, item_id=item.id, version=item.version, enabled=False)
    chosen: list[object] = []
    said: list[str] = []
    picker.chosen.connect(chosen.append)
    desk.messages.said.connect(lambda level, sentence: said.append(sentence))
    type_text(picker.field, "高龄津贴")
    first = picker.model.at(0)
    assert first is not None
    assert mark_of(first) == "已停用"
    qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    assert chosen == []
    assert "已停用" in said[0]


def test_nothing_found_says_what_to_try(picker: ItemPicker, qtbot: QtBot) -> None:
    type_text(picker.field, "qqqqqqq")
    assert picker.empty.isVisible()
    qtbot.keyClick(picker.field, Qt.Key.Key_Return)
    assert picker.model.rowCount() == 0


def test_a_row_says_what_it_is_without_colour(picker: ItemPicker, qtbot: QtBot) -> None:
    type_text(picker.field, "老人证")
    found = picker.model.at(0)
    assert found is not None
    assert (mark_of(found), facts_of(found)) == ("待核", "俗称：老人证 · 收件 · 即办 · 民政 · LY001")
    picker.grab()  # paints every row; a Qt warning would fail the test


def test_a_new_name_is_found_as_soon_as_it_is_saved(
    picker: ItemPicker, desk: Desk, seated: Actor, qtbot: QtBot
) -> None:
    (item, *_) = desk.hall.read(queries.items, seated.centre_id)
    with qtbot.waitSignal(Stock.of(desk).renewed):
        desk.do(picker, actions.edit_aliases, item_id=item.id, version=item.version, aliases=("红本本",))
    type_text(picker.field, "hongbb")
    assert shown(picker)[0] == item.name


def test_after_logging_out_nothing_of_the_centre_is_left(picker: ItemPicker, desk: Desk, qtbot: QtBot) -> None:
    desk.log_in(None)
    type_text(picker.field, "低保")
    assert shown(picker) == []
