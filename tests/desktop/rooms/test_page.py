"""The rooms page: conflicts before saving, the steps of a booking, slips that check in, release, filters, other views."""

from datetime import date, timedelta

from PySide6.QtCore import QTime
from sqlalchemy import select

from db.receipts.content import PaperKind
from db.receipts.models import Receipt
from db.rooms.bookings import put_back
from db.rooms.slips import print_slip
from db.rooms.states import BookingState, Step
from db.rooms.waiting import release_unused, wait_for
from desktop.rooms.booking_dialog import BookingDialog
from desktop.rooms.canvas import View
from desktop.rooms.dialogs import open_utilisation
from desktop.rooms.find import FindDialog
from desktop.rooms.verbs import LeaveDialog
from tests.desktop.rooms.conftest import TODAY, Place


def dialog_at(place: Place, number: str, begins: float, ends: float) -> BookingDialog:
    place.page.book_at(place.slot(number, begins, ends))
    dialog = place.page.dialog
    assert isinstance(dialog, BookingDialog)
    return dialog


def choose_choir(place: Place, dialog: BookingDialog) -> None:
    dialog.borrower.line.textEdited.emit("")
    place.qtbot.waitUntil(lambda: dialog.borrower.matches.count() == 1)
    dialog.borrower.line.enter.emit()


def test_a_clash_is_shown_before_saving_and_an_offer_settles_it(place: Place) -> None:
    place.book("201", 10, 11)
    dialog = dialog_at(place, "201", 10, 11)
    choose_choir(place, dialog)
    place.qtbot.waitUntil(lambda: bool(dialog.clash))
    assert "军门合唱队" in dialog.standing.text()
    assert not dialog.ok.isEnabled()
    assert {offer.room_id for offer in dialog.offers} >= {place.rooms["202"]}
    dialog.take_offer(next(offer for offer in dialog.offers if offer.room_id == place.rooms["202"]))
    place.qtbot.waitUntil(dialog.ok.isEnabled)
    dialog.save()
    place.qtbot.waitUntil(lambda: place.page.seen is not None and len(place.page.seen.board.bookings) == 2)


def test_each_clash_of_a_series_is_settled_before_it_is_saved(place: Place) -> None:
    place.book("201", 14, 15)
    dialog = dialog_at(place, "201", 14, 15)
    choose_choir(place, dialog)
    dialog.repeat.every.setCurrentIndex(2)
    dialog.repeat.count.setValue(4)
    place.qtbot.waitUntil(lambda: dialog.preview.rowCount() == 4)
    assert dialog.preview.open_days() == 1
    assert not dialog.ok.isEnabled()
    box = dialog.preview.box_for(TODAY)
    assert box is not None
    box.setCurrentIndex(box.findText("跳过这一场"))
    assert dialog.ok.isEnabled()
    dialog.save()
    place.qtbot.waitUntil(lambda: any("已预约 3 场，跳过 1 场" in text for _, text in place.said))


def test_a_new_borrower_is_registered_inside_the_dialog(place: Place) -> None:
    dialog = dialog_at(place, "202", 14, 15)
    dialog.borrower.new_button.click()
    dialog.borrower.name.setText("榕荫书画社")
    dialog.borrower.phone.setText("13800138000")
    dialog.borrower.save.click()
    place.qtbot.waitUntil(lambda: dialog.borrower.chosen is not None)
    place.qtbot.waitUntil(dialog.ok.isEnabled)
    assert "138****8000" in dialog.borrower.told.text()


def test_who_finds_the_slot_taken_can_wait_for_it(place: Place) -> None:
    place.book("201", 10, 11)
    dialog = dialog_at(place, "201", 10, 11)
    choose_choir(place, dialog)
    place.qtbot.waitUntil(lambda: bool(dialog.clash))
    dialog.wait_button.click()
    place.qtbot.waitUntil(lambda: len(place.page.waiting.table.rows.rows) == 1)


def test_a_freed_slot_is_offered_to_the_next_and_booked(place: Place) -> None:
    slot = place.slot("201", 15, 16)
    place.run(wait_for, room_id=slot.room_id, starts_at=slot.starts_at, ends_at=slot.ends_at, borrower_id=place.choir)
    place.qtbot.waitUntil(lambda: "●" in place.page.tabs.tabText(2))
    place.page.waiting.table.selectRow(0)
    place.page.waiting.take.click()
    place.qtbot.waitUntil(lambda: bool(place.page.seen and place.page.seen.board.bookings))


def test_arriving_and_leaving_are_two_buttons(place: Place) -> None:
    made = place.book("201", 10, 11)
    place.page.pick(place.row(made))
    place.qtbot.waitUntil(lambda: place.page.pane.row is not None)
    place.page.press(Step.ARRIVE)
    place.qtbot.waitUntil(lambda: place.row(made).state is BookingState.IN_USE)
    place.qtbot.waitUntil(lambda: place.page.pane.row is not None and place.page.pane.row.state is BookingState.IN_USE)
    place.page.press(Step.LEAVE)
    dialog = place.page.dialog
    assert isinstance(dialog, LeaveDialog)
    dialog.people.setValue(27)
    dialog.accept()
    place.qtbot.waitUntil(lambda: place.row(made).state is BookingState.DONE)
    place.qtbot.waitUntil(lambda: len(place.page.pane.history.rows.rows) == 3)


def test_scanning_the_slip_checks_the_booking_in(place: Place) -> None:
    made = place.book("201", 10, 11)
    place.run(print_slip, booking_id=made.booking_id)
    payload = place.desk.hall.read(
        lambda session: session.scalars(select(Receipt.payload).where(Receipt.kind == PaperKind.BOOKING)).one()
    )
    assert place.page.scanned(payload)
    place.qtbot.waitUntil(lambda: place.row(made).state is BookingState.IN_USE)


def test_other_codes_are_left_to_other_pages(place: Place) -> None:
    assert not place.page.scanned("JM01-20261117-0001-7")


def test_the_slip_of_a_changed_booking_replaces_the_old_one(place: Place) -> None:
    from db.rooms.bookings import change

    made = place.book("201", 10, 11)
    first = place.run(print_slip, booking_id=made.booking_id)
    again = place.run(print_slip, booking_id=made.booking_id)
    assert again.number == first.number
    slot = place.slot("202", 12, 13)
    place.run(
        change, booking_id=made.booking_id, version=1, room_id=slot.room_id, starts_at=slot.starts_at,
        ends_at=slot.ends_at,
    )  # fmt: skip
    new = place.run(print_slip, booking_id=made.booking_id)
    assert new.number != first.number
    voided = place.desk.hall.read(
        lambda session: {row.number: row.voided_at is not None for row in session.scalars(select(Receipt))}
    )
    assert voided == {first.number: True, new.number: False}


def test_rooms_nobody_came_to_are_released_by_themselves(place: Place) -> None:
    from db.rooms.admin import RoomFields, edit_room

    place.run(
        edit_room, room_id=place.rooms["201"], version=1, fields=RoomFields("201", "多功能室", release_minutes=15)
    )
    made = place.book("201", 9, 11)  # it is 09:30
    place.page.steps.release_late()
    place.qtbot.waitUntil(lambda: place.row(made).state is BookingState.NO_SHOW)
    place.qtbot.waitUntil(lambda: any("自动释放" in text for _, text in place.said))
    place.run(put_back, booking_id=made.booking_id, version=2)  # they are at the door
    assert place.row(made).reason == ""
    assert place.run(release_unused) == 0


def test_filters_leave_the_rooms_that_fit(place: Place) -> None:
    place.page.bar.people.setValue(60)
    place.qtbot.waitUntil(lambda: {lane.room_id for lane in place.page.grid.frame.lanes} == {place.rooms["200"]})
    place.page.bar.people.setValue(0)
    place.page.bar.tool.setCurrentIndex(place.page.bar.tool.findData("投影"))
    place.qtbot.waitUntil(lambda: {lane.room_id for lane in place.page.grid.frame.lanes} == {place.rooms["201"]})


def test_every_view_shows_the_booking(place: Place) -> None:
    made = place.book("201", 10, 11)
    place.shown(made)
    for view in ("week_room", "week"):
        place.page.bar.show_view(view)
        place.qtbot.waitUntil(lambda: {lane.day for lane in place.page.grid.frame.lanes} >= {TODAY + timedelta(days=5)})
        assert any(placed.row.id == made.booking_id for placed in place.page.grid.placed)
    place.page.bar.show_view("month")
    place.qtbot.waitUntil(lambda: "1 场" in place.page.month.accessibleName())
    assert place.page.month.monday == date(2026, 10, 26)


def test_a_sentence_finds_free_rooms(place: Place) -> None:
    place.page.find_room()
    dialog = place.page.dialog
    assert isinstance(dialog, FindDialog)
    dialog.sentence.setText("30 人、投影、周六下午、2 小时")
    dialog.read()
    place.qtbot.waitUntil(lambda: len(dialog.table.rows.rows) > 0)
    rows = dialog.table.rows.rows
    assert {row.room.id for row in rows} == {place.rooms["201"]}
    assert all(row.starts_at.weekday() == 5 and row.starts_at.hour >= 13 for row in rows)


def test_the_end_of_a_day_can_be_midnight(place: Place) -> None:
    dialog = dialog_at(place, "201", 22, 24)
    assert dialog.ends.time() == QTime(0, 0)
    starts, ends = dialog.times()
    assert (ends - starts).total_seconds() == 7200


def test_a_closed_dialog_is_forgotten_and_a_newer_one_is_not(place: Place) -> None:
    first = dialog_at(place, "201", 10, 11)
    place.page.find_room()
    second = place.page.dialog
    assert isinstance(second, FindDialog)
    gone: list[object] = []
    first.destroyed.connect(lambda: gone.append(True))
    first.reject()
    place.qtbot.waitUntil(lambda: bool(gone))
    assert place.page.dialog is second
    second.reject()
    assert place.page.dialog is None
    open_utilisation(place.page).reject()
    assert place.page.dialog is None


def test_filters_and_the_view_of_a_day_show_at_once_what_is_known(place: Place) -> None:
    """Without waiting for the database: it is asked anew, but nobody looks at the old rooms meanwhile."""
    page = place.page
    page.bar.show_view("week")
    place.qtbot.waitUntil(lambda: page.seen is not None and (page.seen.board.last - page.seen.board.first).days == 7)
    page.bar.people.setValue(90)
    assert page.grid.content is not None
    assert [room.number for room in page.grid.content.rooms] == ["200"]
    page.bar.show_view("day")
    assert page.grid.content.days == (TODAY,)
    assert page.grid.content.view is View.DAY


def test_the_borrower_found_by_keys_leads_to_the_next_field(place: Place) -> None:
    dialog = dialog_at(place, "201", 10, 11)
    place.qtbot.waitUntil(dialog.isActiveWindow)
    dialog.borrower.line.setFocus()
    choose_choir(place, dialog)
    focused = dialog.focusWidget()
    assert focused is not None
    assert focused.accessibleName() == "活动内容"
