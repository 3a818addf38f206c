"""A series as a whole, and a skipped day put back, through the page."""

from datetime import time, timedelta

from db.calendar.recurrence import Every, Pattern
from db.rooms.queries import BookingRow, series_of
from db.rooms.series import SeriesFields, book_series
from db.rooms.states import BookingState, Step
from desktop.rooms.booking_dialog import BookingDialog
from desktop.rooms.geometry import Slot
from desktop.rooms.scope import Scope
from desktop.rooms.side import DETACH
from desktop.rooms.verbs import EndDialog, ScopeDialog
from tests.desktop.rooms.conftest import TODAY, Place


def three_days(place: Place) -> tuple[BookingRow, ...]:
    """A daily series of three from tomorrow, at three in the afternoon."""
    slot = place.slot("201", 15, 16)
    fields = SeriesFields(slot.room_id, time(15), time(16), place.choir, purpose="排练")
    made = place.run(book_series, pattern=Pattern(Every.DAY, TODAY + timedelta(days=1), count=3), fields=fields)
    return place.desk.hall.read(series_of, place.actor.centre_id, made.series_id)


def rows(place: Place, series: tuple[BookingRow, ...]) -> tuple[BookingRow, ...]:
    assert series[0].series_id is not None
    return place.desk.hall.read(series_of, place.actor.centre_id, series[0].series_id)


def show(place: Place, row: BookingRow) -> None:
    place.page._go_to(row)
    place.qtbot.waitUntil(lambda: place.page.pane.row is not None and place.page.pane.row.id == row.id)


def test_the_last_of_a_series_is_dragged_and_all_move_and_go_back(place: Place) -> None:
    series = three_days(place)
    last = series[2]
    show(place, last)
    day = TODAY + timedelta(days=3)
    place.drag(
        place.point(Slot(last.room_id, day, 15 * 60, 16 * 60)), place.point(Slot(last.room_id, day, 17 * 60, 18 * 60))
    )
    place.qtbot.waitUntil(lambda: isinstance(place.page.dialog, ScopeDialog))
    dialog = place.page.dialog
    assert isinstance(dialog, ScopeDialog)
    assert "未开始的（3 场）" in dialog.buttons[Scope.ALL].text()
    dialog.buttons[Scope.ALL].click()
    place.qtbot.waitUntil(lambda: any("未开始的 3 场已移动" in text for _, text in place.said))
    assert all(
        new.starts_at - old.starts_at == timedelta(hours=2)
        for new, old in zip(rows(place, series), series, strict=True)
    )
    place.page.undo.take_back()
    place.qtbot.waitUntil(lambda: rows(place, series)[0].starts_at == series[0].starts_at)
    assert [row.starts_at for row in rows(place, series)] == [row.starts_at for row in series]


def test_the_whole_series_ends_from_its_last_day(place: Place) -> None:
    series = three_days(place)
    show(place, series[2])
    place.page.press(Step.CANCEL.value)
    place.qtbot.waitUntil(lambda: isinstance(place.page.dialog, EndDialog))
    dialog = place.page.dialog
    assert isinstance(dialog, EndDialog)
    dialog.scope.setCurrentIndex(dialog.scope.findData(Scope.ALL))
    dialog.reason.setText("停办")
    dialog.ok.click()
    place.qtbot.waitUntil(lambda: {row.state for row in rows(place, series)} == {BookingState.CANCELLED})
    place.qtbot.waitUntil(lambda: any("3 场已取消" in text for _, text in place.said))
    place.page.undo.take_back()
    place.qtbot.waitUntil(lambda: {row.state for row in rows(place, series)} == {BookingState.BOOKED})


def test_a_skipped_day_is_put_back_from_the_list_of_what_did_not_take_place(place: Place) -> None:
    series = three_days(place)
    show(place, series[1])
    place.page.press(Step.CANCEL.value)
    place.qtbot.waitUntil(lambda: isinstance(place.page.dialog, EndDialog))
    dialog = place.page.dialog
    assert isinstance(dialog, EndDialog)
    dialog.reason.setText("停电")
    dialog.ok.click()
    place.qtbot.waitUntil(lambda: [row.state for row in place.page.left_out.rows.rows] == [BookingState.SKIPPED])
    place.page.left_out.opened.emit(place.page.left_out.rows.rows[0])
    place.qtbot.waitUntil(lambda: not place.page.pane.buttons[Step.PUT_BACK.value].isHidden())
    place.page.press(Step.PUT_BACK.value)
    place.qtbot.waitUntil(lambda: rows(place, series)[1].state is BookingState.BOOKED)


def test_the_dialog_changes_all_and_says_what_stays(place: Place) -> None:
    series = three_days(place)
    show(place, series[0])
    place.page.edit(series[0])
    dialog = place.page.dialog
    assert isinstance(dialog, BookingDialog)
    place.qtbot.waitUntil(lambda: len(dialog.series) == 3)
    dialog.scope.setCurrentIndex(dialog.scope.findData(Scope.ALL))
    dialog.ends.setTime(dialog.ends.time().addSecs(1800))
    place.qtbot.waitUntil(dialog.ok.isEnabled)
    dialog.save()
    place.qtbot.waitUntil(lambda: any("未开始的 3 场已改" in text for _, text in place.said))
    assert {row.ends_at - row.starts_at for row in rows(place, series)} == {timedelta(minutes=90)}


def test_one_day_leaves_its_series_and_ctrl_z_brings_it_back(place: Place) -> None:
    series = three_days(place)
    show(place, series[1])
    place.page.press(DETACH)
    place.qtbot.waitUntil(lambda: len(rows(place, series)) == 2)
    place.qtbot.waitUntil(lambda: any("改为单次预约" in text for _, text in place.said))
    place.page.undo.take_back()
    place.qtbot.waitUntil(lambda: len(rows(place, series)) == 3)
