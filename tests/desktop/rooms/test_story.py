"""The history of a booking tells what each change changed, in the table and, whole, under it."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from db.rooms.bookings import arrive, leave
from tests.desktop.rooms.conftest import Place


def test_a_move_and_its_undo_say_from_where_to_where(place: Place) -> None:
    made = place.book("201", 10, 11)
    place.shown(made)
    place.drag(place.point(place.slot("201", 10, 11)), place.point(place.slot("202", 13, 14)))
    history = place.page.pane.history
    place.qtbot.waitUntil(lambda: len(history.rows.rows) == 2)
    told = history.rows.index(1, 2).data()
    assert "10:00–11:00 → 13:00–14:00" in told
    assert "多功能室201 → 多功能室202" in told
    history.setFocus()
    QTest.keyClick(history, Qt.Key.Key_Down)
    assert "10:00–11:00 → 13:00–14:00" in place.page.pane.step.text()
    assert not place.page.pane.step.isHidden()
    place.shortcut(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    place.qtbot.waitUntil(lambda: len(history.rows.rows) == 3)
    assert "13:00–14:00 → 10:00–11:00" in history.rows.index(2, 2).data()


def test_what_was_registered_after_the_use_stands_in_the_history(place: Place) -> None:
    made = place.book("201", 9.5, 11, people=20)
    came = place.run(arrive, booking_id=made.booking_id, version=made.version)
    place.run(
        leave, booking_id=made.booking_id, version=came.version, people_came=17, equipment_after="有损坏",
        problems="一把椅子坏了",
    )  # fmt: skip
    place.page.pick(place.row(made))
    history = place.page.pane.history
    place.qtbot.waitUntil(lambda: len(history.rows.rows) == 3)
    told = history.rows.index(2, 2).data()
    assert "实到 17 人" in told
    assert "设备有损坏" in told
    assert "一把椅子坏了" in told
