"""The grid by mouse and by keys: what is asked for is what is seen, and nothing is asked for by accident."""

from PySide6.QtCore import Qt

from db.calendar.recurrence import Every, Pattern
from db.rooms.bookings import change
from db.rooms.series import SeriesFields, book_series
from db.rooms.states import BookingState
from desktop.rooms.booking_dialog import BookingDialog
from desktop.rooms.scope import Scope
from desktop.rooms.verbs import EndDialog, ScopeDialog
from desktop.rooms.words import span_text
from tests.desktop.rooms.conftest import TODAY, Place, at

KEY, SHIFT, CTRL = Qt.Key, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def booked_at(place: Place, made: object) -> tuple[str, str]:
    """Room number and times of a booking as the database has it."""
    row = place.row(made)  # type: ignore[arg-type]
    number = next(number for number, room_id in place.rooms.items() if room_id == row.room_id)
    return number, span_text(row.starts_at, row.ends_at)


def test_dragging_over_free_time_books_it(place: Place) -> None:
    place.drag(place.point(place.slot("201", 14, 14.25), 0.2), place.point(place.slot("201", 15.25, 15.5), 0.8))
    dialog = place.page.dialog
    assert isinstance(dialog, BookingDialog)
    assert (dialog.room().id, dialog.times()) == (place.rooms["201"], (at(14), at(15.5)))
    dialog.borrower.line.setText("军门")
    dialog.borrower.line.textEdited.emit("军门")
    place.qtbot.waitUntil(lambda: dialog.borrower.matches.count() == 1)
    place.qtbot.keyClick(dialog.borrower.line, KEY.Key_Return)
    place.qtbot.waitUntil(dialog.ok.isEnabled)
    place.qtbot.keyClick(dialog, KEY.Key_Return, CTRL)
    place.qtbot.waitUntil(lambda: place.page.seen is not None and len(place.page.seen.board.bookings) == 1)
    assert place.page.seen is not None
    row = place.page.seen.board.bookings[0]
    assert (row.borrower, row.starts_at, row.ends_at) == ("军门合唱队", at(14), at(15.5))


def test_a_booking_is_dragged_to_another_room_and_back_by_ctrl_z(place: Place) -> None:
    made = place.book("201", 10, 11)
    place.shown(made)
    place.drag(place.point(place.slot("201", 10, 11)), place.point(place.slot("202", 13, 14)))
    place.qtbot.waitUntil(lambda: booked_at(place, made) == ("202", "13:00–14:00"))
    place.qtbot.waitUntil(lambda: any("Ctrl+Z" in text for _, text in place.said))
    place.page.undo.take_back()
    place.qtbot.waitUntil(lambda: booked_at(place, made) == ("201", "10:00–11:00"))


def test_ctrl_z_pressed_twice_at_once_takes_two_steps_back(place: Place) -> None:
    """The second is asked of the booking as the first has left it."""
    made = place.book("201", 10, 11)
    for hour in (13, 15):
        row = place.row(made)
        moved = {"room_id": row.room_id, "starts_at": at(hour), "ends_at": at(hour + 1)}
        place.run(change, booking_id=row.id, version=row.version, **moved)
        place.page.undo.push(row.id)
    place.page.undo.take_back()
    place.page.undo.take_back()
    place.qtbot.waitUntil(lambda: booked_at(place, made) == ("201", "10:00–11:00"))


def test_its_lower_edge_makes_it_longer_and_its_upper_edge_starts_it_earlier(place: Place) -> None:
    made = place.book("201", 12, 13)
    place.shown(made)
    slot = place.slot("201", 12, 13)
    place.drag(place.point(slot, 0.97), place.point(place.slot("201", 13.75, 14), 0.95))
    place.qtbot.waitUntil(lambda: booked_at(place, made) == ("201", "12:00–14:00"))
    place.shown(made)
    place.drag(place.point(place.slot("201", 12, 14), 0.02), place.point(place.slot("201", 11, 11.25), 0.05))
    place.qtbot.waitUntil(lambda: booked_at(place, made) == ("201", "11:00–14:00"))


def test_esc_leaves_a_drag_without_a_trace(place: Place) -> None:
    made = place.book("201", 10, 11)
    place.shown(made)
    place.drag(place.point(place.slot("201", 10, 11)), place.point(place.slot("202", 15, 16)), drop=False)
    assert place.page.grid.drag is not None
    place.key(KEY.Key_Escape)
    assert place.page.grid.drag is None
    place.drag(place.point(place.slot("202", 15, 16)), place.point(place.slot("202", 15, 16)))
    assert booked_at(place, made) == ("201", "10:00–11:00")
    assert place.row(made).version == 1


def test_a_clash_is_told_while_dragging_and_is_not_tried(place: Place) -> None:
    first, second = place.book("201", 10, 11), place.book("202", 14, 15)
    place.shown(first)
    place.shown(second)
    place.drag(place.point(place.slot("202", 14, 15)), place.point(place.slot("201", 10, 11)), drop=False)
    assert "军门合唱队" in place.page.grid.trouble
    place.qtbot.mouseRelease(
        place.page.grid.viewport(), Qt.MouseButton.LeftButton, pos=place.point(place.slot("201", 10, 11))
    )
    assert any("没有移动" in text for _, text in place.said)
    assert booked_at(place, second) == ("202", "14:00–15:00")


def test_the_whole_hall_clashes_with_a_booked_part(place: Place) -> None:
    part, other = place.book("201", 10, 11), place.book("200", 14, 15)
    place.shown(part)
    place.shown(other)
    place.drag(place.point(place.slot("200", 14, 15)), place.point(place.slot("200", 10, 11)), drop=False)
    assert "已有" in place.page.grid.trouble
    place.key(KEY.Key_Escape)


def test_arrows_shift_and_enter_book_without_a_mouse(place: Place) -> None:
    place.page.grid.setFocus()
    place.key(KEY.Key_Down)  # the first arrow shows the cursor at now
    place.key(KEY.Key_Right)
    before = place.page.grid.cursor_slot
    assert before is not None
    assert before.room_id == place.rooms["202"]
    place.key(KEY.Key_Down, SHIFT, times=2)
    longer = place.page.grid.cursor_slot
    assert longer is not None
    assert longer.ends == before.ends + 30
    place.key(KEY.Key_Return)
    dialog = place.page.dialog
    assert isinstance(dialog, BookingDialog)
    assert (dialog.room().id, dialog.times()) == (place.rooms["202"], (longer.starts_at, longer.ends_at))
    assert "202" in place.page.grid.accessibleName()


def test_m_carries_a_booking_with_the_arrows(place: Place) -> None:
    made = place.book("201", 10, 11)
    place.shown(made)
    place.page.grid.cursor_slot = place.slot("201", 10, 10.5)
    place.key(KEY.Key_M)
    place.key(KEY.Key_Right)
    place.key(KEY.Key_Down, times=2)
    place.key(KEY.Key_Return)
    place.qtbot.waitUntil(lambda: booked_at(place, made) == ("202", "10:30–11:30"))


def test_what_is_carried_by_keys_is_told_to_who_cannot_see_it(place: Place) -> None:
    made = place.book("201", 10, 11)
    place.shown(place.book("202", 10, 11))
    place.shown(made)
    grid = place.page.grid
    grid.cursor_slot = place.slot("201", 10, 10.5)
    place.key(KEY.Key_M)
    assert grid.accessibleName().endswith("军门合唱队 · 排练 拿起")
    place.key(KEY.Key_Right)
    assert "202" in grid.accessibleName()
    assert "不能放下：10:00–11:00 已有" in grid.accessibleName()
    place.key(KEY.Key_Down, times=4)
    assert "11:00–12:00 军门合唱队 · 排练 可以放下" in grid.accessibleName()
    place.key(KEY.Key_Escape)


def test_delete_asks_why_and_gives_the_slot_back(place: Place) -> None:
    made = place.book("201", 10, 11)
    place.shown(made)
    place.page.grid.choose(made.booking_id)
    place.key(KEY.Key_Delete)
    dialog = place.page.dialog
    assert isinstance(dialog, EndDialog)
    assert not dialog.ok.isEnabled()
    place.qtbot.keyClicks(dialog.reason, "laidian")
    place.qtbot.waitUntil(dialog.isActiveWindow)
    place.qtbot.keyClick(dialog.reason, KEY.Key_Return, CTRL)
    place.qtbot.waitUntil(lambda: place.row(made).state is BookingState.CANCELLED)
    place.qtbot.waitUntil(lambda: len(place.page.left_out.rows.rows) == 1)


def series(place: Place) -> object:
    """Four Wednesdays from tomorrow, 15:00 to 16:00 in 201."""
    from datetime import time, timedelta

    pattern = Pattern(Every.WEEK, TODAY + timedelta(days=1), count=4)
    return place.run(
        book_series, pattern=pattern, fields=SeriesFields(place.rooms["201"], time(15), time(16), place.choir)
    )


def test_one_of_a_series_is_dragged_alone_or_with_those_that_follow(place: Place) -> None:
    from datetime import timedelta

    from db.rooms.queries import series_of

    made = series(place)
    place.page.bar.show_day(TODAY + timedelta(days=1))
    place.qtbot.waitUntil(lambda: bool(place.page.seen and place.page.seen.board.bookings))
    slot = place.slot("201", 15, 16)
    tomorrow = type(slot)(slot.room_id, TODAY + timedelta(days=1), slot.begins, slot.ends)
    target = type(slot)(place.rooms["202"], tomorrow.day, 17 * 60, 18 * 60)
    place.drag(place.point(tomorrow), place.point(target))
    place.qtbot.waitUntil(lambda: isinstance(place.page.dialog, ScopeDialog))
    dialog = place.page.dialog
    assert isinstance(dialog, ScopeDialog)
    dialog.buttons[Scope.FOLLOWING].click()

    def rooms() -> set[object]:
        rows = place.desk.hall.read(series_of, place.actor.centre_id, made.series_id)  # type: ignore[attr-defined]
        return {(row.room_id, span_text(row.starts_at, row.ends_at)) for row in rows}

    place.qtbot.waitUntil(lambda: rooms() == {(place.rooms["202"], "17:00–18:00")})
    place.qtbot.waitUntil(lambda: any("Ctrl+Z" in text for _, text in place.said))
    place.page.undo.take_back()
    place.qtbot.waitUntil(lambda: rooms() == {(place.rooms["201"], "15:00–16:00")})


def test_a_drag_at_the_rim_scrolls(place: Place) -> None:
    made = place.book("201", 10, 11)
    place.shown(made)
    grid = place.page.grid
    grid.set_zoom(len("zoomed"))
    grid.verticalScrollBar().setValue(0)
    start = place.point(place.slot("201", 10, 11))
    rim = type(start)(start.x(), grid.viewport().height() - 4)
    place.drag(start, rim, drop=False)
    place.qtbot.waitUntil(lambda: grid.verticalScrollBar().value() > 100)
    assert grid.drag is not None
    assert grid.drag.proposal.begins > 10 * 60
    place.key(KEY.Key_Escape)
