"""Everything of the rooms page by keys: longer by Shift, the pages at the side, lists, the rooms' own dialog."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from db.rooms.states import BookingState, Step
from db.rooms.waiting import wait_for
from desktop.rooms.borrowers import BorrowerForm, BorrowersDialog
from desktop.rooms.room_form import RoomForm
from desktop.rooms.rooms_dialog import ClosureForm, RoomsDialog
from tests.desktop.rooms.conftest import Place
from tests.desktop.rooms.test_grid import booked_at

KEY, ALT, CTRL, SHIFT = (
    Qt.Key, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier,
)  # fmt: skip


def test_a_carried_booking_is_made_longer_with_shift(place: Place) -> None:
    made = place.book("201", 10, 11)
    place.shown(made)
    place.page.grid.setFocus()
    place.page.grid.cursor_slot = place.slot("201", 10, 10.5)
    place.key(KEY.Key_M)
    place.key(KEY.Key_Down, SHIFT, times=2)
    place.key(KEY.Key_Right)
    assert "10:00–11:30" in place.page.grid.accessibleName()
    place.key(KEY.Key_Return)
    place.qtbot.waitUntil(lambda: booked_at(place, made) == ("202", "10:00–11:30"))
    place.qtbot.waitUntil(lambda: any("Ctrl+Z" in text for _, text in place.said))
    place.shortcut(KEY.Key_Z, CTRL)
    place.qtbot.waitUntil(lambda: booked_at(place, made) == ("201", "10:00–11:00"))


def test_what_is_shortened_by_keys_keeps_a_step(place: Place) -> None:
    made = place.book("201", 10, 11)
    place.shown(made)
    place.page.grid.cursor_slot = place.slot("201", 10, 10.5)
    place.key(KEY.Key_M)
    place.key(KEY.Key_Up, SHIFT, times=9)
    drag = place.page.grid.drag
    assert drag is not None
    assert drag.proposal.ends - drag.proposal.begins == place.page.grid.frame.snap()
    place.key(KEY.Key_Escape)
    assert booked_at(place, made) == ("201", "10:00–11:00")


def test_f6_leads_to_who_waits_and_enter_books_for_them(place: Place) -> None:
    slot = place.slot("201", 15, 16)
    place.run(wait_for, room_id=slot.room_id, starts_at=slot.starts_at, ends_at=slot.ends_at, borrower_id=place.choir)
    place.qtbot.waitUntil(lambda: "●" in place.page.tabs.tabText(2))
    place.shortcut(KEY.Key_F6)
    place.page.tabs.setCurrentIndex(1)
    place.shortcut(KEY.Key_F6)
    table = place.page.waiting.table
    assert table.hasFocus()
    QTest.keyClick(table, KEY.Key_Down)
    QTest.keyClick(table, KEY.Key_Return)
    place.qtbot.waitUntil(lambda: bool(place.page.seen and place.page.seen.board.bookings))


def test_the_week_of_a_room_is_that_of_the_room_the_cursor_was_in(place: Place) -> None:
    place.page.grid.cursor_slot = place.slot("202", 10, 11)
    place.shortcut(KEY.Key_2, CTRL)
    grid = place.page.grid
    place.qtbot.waitUntil(lambda: grid.content is not None and [room.number for room in grid.content.rooms] == ["202"])


def test_enter_changes_the_first_room_as_its_button_says(place: Place) -> None:
    dialog = RoomsDialog(place.desk, place.page)
    place.qtbot.addWidget(dialog)
    dialog.show()
    place.qtbot.waitUntil(lambda: dialog.isActiveWindow() and dialog.table.hasFocus())
    QTest.keyClick(QApplication.focusWidget(), KEY.Key_Return)
    place.qtbot.waitUntil(lambda: isinstance(dialog.dialog, RoomForm))
    form = dialog.dialog
    assert isinstance(form, RoomForm)
    assert form.numbers["week_quota"].text() == "不限"
    assert form.numbers["setup_minutes"].accessibleName() == "布置"
    form.reject()
    place.qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(dialog, KEY.Key_T, ALT)
    place.qtbot.waitUntil(lambda: isinstance(dialog.dialog, ClosureForm))
    closure = dialog.dialog
    assert isinstance(closure, ClosureForm)
    QTest.keyClick(closure.first, KEY.Key_Up)  # the year: the end goes along
    assert closure.last.date() == closure.first.date()


def test_equipment_may_be_written_with_commas(place: Place) -> None:
    form = RoomForm(place.desk, None, (), place.page)
    place.qtbot.addWidget(form)
    QTest.keyClicks(form.equipment, "TV,PA; board")
    assert form.fields().equipment == ("TV", "PA", "board")


def test_down_leads_from_the_search_to_the_borrowers(place: Place) -> None:
    dialog = BorrowersDialog(place.desk, place.page)
    place.qtbot.addWidget(dialog)
    dialog.show()
    place.qtbot.waitUntil(lambda: bool(dialog.table.rows.rows) and dialog.isActiveWindow())
    dialog.seek.setFocus()
    QTest.keyClick(dialog.seek, KEY.Key_Down)
    assert dialog.table.hasFocus()
    QTest.keyClick(dialog.table, KEY.Key_Return)
    place.qtbot.waitUntil(lambda: isinstance(dialog.dialog, BorrowerForm))


def test_a_key_pressed_before_the_booking_is_read_is_meant_for_it(place: Place) -> None:
    first, second = place.book("201", 10, 11), place.book("202", 10, 11)
    place.shown(first)
    place.shown(second)
    place.page.pick(place.row(first))
    place.qtbot.waitUntil(lambda: place.page.pane.row == place.row(first))
    place.page.pick(place.row(second))
    place.page.press(Step.NO_SHOW.value)  # the pane still tells about the first
    place.qtbot.waitUntil(lambda: place.row(second).state is BookingState.NO_SHOW)
    assert place.row(first).state is BookingState.BOOKED


def test_f6_leads_into_what_did_not_take_place(place: Place) -> None:
    place.page.tabs.setCurrentIndex(2)
    place.shortcut(KEY.Key_F6)
    assert place.page.left_out.hasFocus()
