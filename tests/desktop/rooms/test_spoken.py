"""The grid for who cannot see it: every booking in sight is a child that has a name, a place and a state."""

import gc

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from shiboken6 import isValid

from desktop.rooms.grid import RoomGrid
from tests.desktop.rooms.conftest import Place

NAME, DESCRIPTION = QAccessible.Text.Name, QAccessible.Text.Description


def spoken(place: Place) -> QAccessibleInterface:
    found = QAccessible.queryAccessibleInterface(place.page.grid)
    assert found is not None
    return found


def children(place: Place) -> list[QAccessibleInterface]:
    grid = spoken(place)
    return [grid.child(at) for at in range(grid.childCount())]


def test_each_booking_in_sight_is_a_child_with_its_words_and_its_place(place: Place) -> None:
    place.shown(place.book("201", 10, 11))
    made = place.book("202", 14, 15)
    place.shown(made)
    own = [each for each in children(place) if "相连" not in each.text(NAME)]
    assert [each.text(NAME) for each in own] == ["军门合唱队 · 排练（已预约）"] * 2
    assert "14:00–15:00" in own[1].text(DESCRIPTION)
    slot = place.slot("202", 14, 15)
    point = place.page.grid.viewport().mapToGlobal(place.point(slot))
    assert own[1].rect().contains(point)
    assert spoken(place).childAt(point.x(), point.y()) is own[1]
    assert own[1].role() is QAccessible.Role.ListItem
    assert own[1].parent() is spoken(place)
    assert spoken(place).indexOfChild(own[1]) == children(place).index(own[1])


def test_a_room_that_shares_a_part_tells_why_it_is_not_free(place: Place) -> None:
    place.shown(place.book("201", 10, 11))
    assert any(each.text(NAME).endswith("相连房间占用") for each in children(place))


def test_the_chosen_one_is_told_as_chosen(place: Place) -> None:
    made = place.book("201", 10, 11)
    place.shown(made)
    place.page.grid.setFocus()
    place.page.grid.cursor_slot = place.slot("201", 9.5, 10)
    place.key(Qt.Key.Key_Down)
    chosen = [each for each in children(place) if each.state().selected]
    assert [each.text(NAME) for each in chosen] == ["军门合唱队 · 排练（已预约）"]
    assert spoken(place).focusChild() is (chosen[0] if place.page.grid.hasFocus() else None)


def test_what_is_scrolled_away_is_no_child_and_what_is_gone_is_not_valid(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = place.book("201", 10, 11)
    place.shown(made)
    child = next(each for each in children(place) if "相连" not in each.text(NAME))
    assert child.isValid()
    assert child.rect() != QRect()
    place.page.grid.set_zoom(6)
    place.page.grid.verticalScrollBar().setValue(place.page.grid.verticalScrollBar().maximum())
    assert child not in children(place)
    assert child.state().offscreen
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)  # somebody reads along
    place.page.grid.choose(made.booking_id)
    place.page.bar.turn(1)
    place.qtbot.waitUntil(lambda: not isValid(child))


def test_a_grid_that_is_gone_takes_what_it_said_with_it(place: Place) -> None:
    place.shown(place.book("201", 10, 11))
    grid = RoomGrid(place.desk.now)
    assert place.page.grid.content is not None
    grid.resize(900, 600)
    grid.show_content(place.page.grid.content)
    interface = QAccessible.queryAccessibleInterface(grid)
    held = [interface.child(at) for at in range(interface.childCount())]
    assert held
    grid.deleteLater()
    place.qtbot.waitUntil(lambda: not isValid(interface))
    del grid
    gc.collect()
    assert not any(isValid(each) for each in held)
