"""The booking dialog by keys: what it offers, what it refuses to save, and what of a series it changes."""

from datetime import time, timedelta
from threading import Event

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from db.calendar.recurrence import Every, OnHoliday, Pattern
from db.rooms.queries import BookingRow, borrowers, series_of, waiting_for
from db.rooms.series import SeriesFields, book_series
from desktop.rooms.booking_dialog import BookingDialog
from desktop.rooms.fields import time_field
from desktop.rooms.repeat import WORKING_DAYS
from tests.conftest import NOW
from tests.desktop.conftest import OnTheirWay
from tests.desktop.rooms.conftest import TODAY, Place

KEY, CTRL, ALT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def opened(place: Place, number: str, begins: float, ends: float) -> BookingDialog:
    place.page.book_at(place.slot(number, begins, ends))
    dialog = place.page.dialog
    assert isinstance(dialog, BookingDialog)
    place.qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def choose_choir(place: Place, dialog: BookingDialog) -> None:
    QTest.keyClicks(dialog.borrower.line, "jmh")
    place.qtbot.waitUntil(lambda: dialog.borrower.matches.count() == 1)
    QTest.keyClick(dialog.borrower.line, KEY.Key_Return)
    assert dialog.borrower.chosen is not None


def repeat(place: Place, dialog: BookingDialog, steps: int, days: int) -> None:
    """Choose how it repeats with the down arrow, so many times in all."""
    dialog.repeat.count.setValue(days)
    QTest.keyClick(dialog.repeat.every, KEY.Key_Home)
    for _ in range(steps):
        QTest.keyClick(dialog.repeat.every, KEY.Key_Down)
    place.qtbot.waitUntil(lambda: dialog.preview.rowCount() == days and not dialog.preview.isHidden())


def test_who_is_missing_is_said_beside_what_is_free(place: Place) -> None:
    dialog = opened(place, "201", 10, 11)
    place.qtbot.waitUntil(lambda: "请选择借用方" in dialog.standing.text())
    assert not dialog.ok.isEnabled()
    choose_choir(place, dialog)
    place.qtbot.waitUntil(dialog.ok.isEnabled)
    assert dialog.standing.text() == "● 这个时段可以预约"


def test_an_offer_is_taken_by_its_key(place: Place) -> None:
    place.book("201", 10, 11)
    dialog = opened(place, "201", 10, 11)
    place.qtbot.waitUntil(lambda: bool(dialog.offers))
    offer = dialog.offers[0]
    QTest.keyClick(dialog, KEY.Key_1, ALT)
    place.qtbot.waitUntil(lambda: not dialog.clash)
    assert dialog.times() == (offer.starts_at, offer.ends_at)
    assert dialog.room().id == offer.room_id


def test_no_offer_stands_outside_the_window(place: Place) -> None:
    place.book("201", 13, 14)
    dialog = opened(place, "201", 11, 14)
    place.qtbot.waitUntil(lambda: len(dialog.offered.buttons) > 1 and dialog.offered.buttons[0].width() > 100)
    assert any(offer.label == "缩短为 11:00–13:00" for offer in dialog.offers)
    for button in dialog.offered.buttons:
        assert dialog.rect().contains(dialog.offered.geometry())
        assert dialog.offered.rect().contains(button.geometry())
        assert button.width() >= button.sizeHint().width()


def test_who_waits_stands_in_the_line_once_however_often_the_key_is_pressed(place: Place) -> None:
    place.book("201", 10, 11)
    dialog = opened(place, "201", 10, 11)
    choose_choir(place, dialog)
    place.qtbot.waitUntil(lambda: bool(dialog.clash))
    answer = Event()
    place.desk.work.write(place.desk, answer.wait, None, place.desk.refuse)  # the server is slow
    QTest.keyClick(dialog.wait_button, KEY.Key_Space)
    QTest.keyClick(dialog.wait_button, KEY.Key_Space)
    answer.set()
    place.qtbot.waitUntil(lambda: any("已登记候补" in text for _, text in place.said))
    place.desk.work.wait()
    assert len(place.desk.hall.read(waiting_for, place.actor.centre_id, NOW)) == 1


def test_the_waiting_list_asks_who_waits(place: Place) -> None:
    place.book("201", 10, 11)
    dialog = opened(place, "201", 10, 11)
    place.qtbot.waitUntil(lambda: bool(dialog.clash))
    QTest.keyClick(dialog, KEY.Key_W, ALT)
    place.qtbot.waitUntil(lambda: "先选择借用方" in dialog.standing.text())
    assert dialog.borrower.line.hasFocus()


def test_a_series_of_which_nothing_is_left_is_not_saved(place: Place) -> None:
    for days in range(3):
        slot = place.slot("201", 10, 11)
        by = timedelta(days=days)
        place.run(
            book_series, pattern=Pattern(Every.DAY, slot.day + by, count=1),
            fields=SeriesFields(slot.room_id, time(10), time(11), place.choir),
        )  # fmt: skip
    dialog = opened(place, "201", 10, 11)
    choose_choir(place, dialog)
    repeat(place, dialog, 1, 3)
    assert dialog.preview.open_days() == 3
    QTest.keyClick(dialog, KEY.Key_K, ALT)
    place.qtbot.waitUntil(lambda: dialog.preview.open_days() == 0)
    assert "没有可以预约的" in dialog.standing.text()
    assert not dialog.ok.isEnabled()


def test_tab_goes_from_choice_to_choice(place: Place) -> None:
    for days in range(2):
        slot = place.slot("201", 10, 11)
        place.run(
            book_series, pattern=Pattern(Every.DAY, slot.day + timedelta(days=days), count=1),
            fields=SeriesFields(slot.room_id, time(10), time(11), place.choir),
        )  # fmt: skip
    dialog = opened(place, "201", 10, 11)
    choose_choir(place, dialog)
    repeat(place, dialog, 1, 2)
    boxes = [dialog.preview.box_for(TODAY + timedelta(days=day)) for day in range(2)]
    dialog.preview.setFocus()
    for box in boxes:
        assert box is not None
        focused = dialog.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, KEY.Key_Tab)
        assert dialog.focusWidget() is box


def test_how_often_is_said_in_the_unit_of_the_pattern(place: Place) -> None:
    dialog = opened(place, "201", 10, 11)
    choose_choir(place, dialog)
    repeat(place, dialog, 2, 2)
    QTest.keyClick(dialog.repeat.interval, KEY.Key_Up)
    assert dialog.repeat.interval.text() == "每 2 周一次"
    QTest.keyClick(dialog.repeat.every, KEY.Key_Up)
    assert dialog.repeat.interval.text() == "每 2 天一次"


def test_every_working_day_is_one_choice(place: Place) -> None:
    dialog = opened(place, "201", 10, 11)
    choose_choir(place, dialog)
    QTest.keyClick(dialog.repeat.every, KEY.Key_End)
    assert dialog.repeat.every.currentData() == WORKING_DAYS
    pattern = dialog.repeat.pattern()
    assert pattern is not None
    assert (pattern.every, pattern.weekdays) == (Every.WEEK, (0, 1, 2, 3, 4))
    assert pattern.on_holiday is OnHoliday.SKIP
    assert dialog.repeat.interval.isHidden()


def three_days(place: Place) -> tuple[BookingRow, ...]:
    slot = place.slot("201", 15, 16)
    fields = SeriesFields(slot.room_id, time(15), time(16), place.choir, purpose="排练", responsible="赵老师")
    made = place.run(book_series, pattern=Pattern(Every.DAY, TODAY + timedelta(days=1), count=3), fields=fields)
    return place.desk.hall.read(series_of, place.actor.centre_id, made.series_id)


def test_what_a_series_is_for_is_changed_in_all_that_follow_and_taken_back(place: Place) -> None:
    series = three_days(place)
    assert series[0].series_id is not None
    made = series[0].series_id

    def purposes() -> list[tuple[str, str]]:
        rows = place.desk.hall.read(series_of, place.actor.centre_id, made)
        return [(row.purpose, row.responsible) for row in rows]

    place.page.refresh()
    place.page.edit(series[1])
    dialog = place.page.dialog
    assert isinstance(dialog, BookingDialog)
    place.qtbot.waitUntil(lambda: dialog.scope.count() == 3 and "（2 场）" in dialog.scope.itemText(1))
    dialog.purpose.selectAll()
    QTest.keyClicks(dialog.purpose, "concert")
    QTest.keyClick(dialog.scope, KEY.Key_Down)
    place.qtbot.waitUntil(lambda: dialog.ok.isEnabled() and dialog.isActiveWindow())
    QTest.keyClick(dialog, KEY.Key_Return, CTRL)
    place.qtbot.waitUntil(lambda: purposes()[1:] == [("concert", "赵老师")] * 2)
    assert purposes()[0] == ("排练", "赵老师")
    place.qtbot.waitUntil(lambda: any("2 场已改" in text for _, text in place.said))
    place.shortcut(KEY.Key_Z, CTRL)
    place.qtbot.waitUntil(lambda: purposes() == [("排练", "赵老师")] * 3)


def test_an_answer_to_what_stood_there_before_does_not_let_it_be_saved(place: Place, under_way: OnTheirWay) -> None:
    place.book("201", 10, 11)
    dialog = BookingDialog(place.desk, place.page.seen.board.rooms, place.slot("201", 14, 15), parent=place.page)  # type: ignore[union-attr]
    dialog.borrower.choose(next(iter(place.desk.hall.read(borrowers, place.actor.centre_id, "", 1))))
    dialog.check()
    dialog.begins.setTime(time_field(10 * 60, "").time())
    under_way.arrive()
    assert not dialog.ok.isEnabled()
    dialog.check()
    under_way.arrive()
    assert dialog.clash
    assert not dialog.ok.isEnabled()
