"""Setting up rooms and borrowers, photos where rooms are chosen, imports that register, a dialog on a low screen."""

from datetime import timedelta
from pathlib import Path

import xlsxwriter
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QPixmap

from db.rooms.admin import RoomFields, edit_room
from db.rooms.queries import borrowers, rooms
from db.rooms.rules import BorrowerKind
from desktop.rooms.booking_dialog import BookingDialog
from desktop.rooms.borrowers import BorrowerForm
from desktop.rooms.import_dialog import ImportDialog
from desktop.rooms.room_form import RoomForm
from tests.desktop.rooms.conftest import TODAY, Place


def picture() -> bytes:
    """A small photo."""
    shot = QPixmap(64, 48)
    shot.fill("darkGreen")
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    shot.save(buffer, "PNG")
    return bytes(data.data())


def test_the_form_of_a_divisible_hall_shows_its_parts_and_changes_them(place: Place) -> None:
    found = place.desk.hall.read(rooms, place.actor.centre_id)
    whole = next(room for room in found if room.number == "200")
    form = RoomForm(place.desk, whole, tuple(room for room in found if room.id != whole.id), place.page)
    assert set(form.whole()) == {place.rooms["201"], place.rooms["202"]}
    form.inner[place.rooms["202"]].setChecked(False)
    with place.qtbot.waitSignal(form.saved):
        form.save()
    parts = {room.number: set(room.parts) for room in place.desk.hall.read(rooms, place.actor.centre_id)}
    assert parts["200"] == parts["201"]
    part = next(room for room in found if room.number == "201")
    inner = RoomForm(place.desk, part, tuple(room for room in found if room.id != part.id), place.page)
    assert place.rooms["200"] not in inner.inner


def test_a_borrower_is_renamed_without_typing_the_phone_again(place: Place) -> None:
    [row] = place.desk.hall.read(borrowers, place.actor.centre_id)
    form = BorrowerForm(place.desk, row, place.page)
    form.name.setText("军门合唱团")
    with place.qtbot.waitSignal(form.saved):
        form.save()
    [after] = place.desk.hall.read(borrowers, place.actor.centre_id)
    assert (after.name, after.phone) == ("军门合唱团", row.phone)
    form = BorrowerForm(place.desk, after, place.page)
    form.without.setChecked(True)
    with place.qtbot.waitSignal(form.saved):
        form.save()
    [after] = place.desk.hall.read(borrowers, place.actor.centre_id)
    assert after.phone == ""


def test_who_chooses_a_room_sees_its_photo_and_what_it_has(place: Place) -> None:
    fields = RoomFields("201", "多功能室201", floor="2楼", capacity=50, equipment=("投影",), photo=picture())
    place.run(edit_room, room_id=place.rooms["201"], version=1, fields=fields)
    place.page.refresh()
    place.qtbot.waitUntil(lambda: any(room.has_photo for room in place.page.seen.board.rooms))  # type: ignore[union-attr]
    place.page.book_at(place.slot("201", 14, 15))
    dialog = place.page.dialog
    assert isinstance(dialog, BookingDialog)
    assert "投影" in dialog.card.facts.text()
    place.qtbot.waitUntil(lambda: not dialog.card.picture.pixmap().isNull())
    at = next(n for n in range(dialog.room_box.count()) if dialog.room_box.itemData(n).number == "202")
    dialog.room_box.setCurrentIndex(at)
    assert dialog.card.picture.isHidden()


def test_an_import_offers_to_register_who_is_not_known(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("房间", "日期", "开始", "结束", "借用方"))
        day = TODAY + timedelta(days=1)
        for row, hour in enumerate((9, 10), 1):
            sheet.write_row(row, 0, ("201", f"{day}", f"{hour}:00", f"{hour + 1}:00", "榕荫书画社"))
    dialog = ImportDialog(place.desk, place.page)
    place.qtbot.addWidget(dialog)
    dialog.read(file)
    place.qtbot.waitUntil(lambda: len(dialog.lines) == 2)
    assert not dialog.ok.isEnabled()
    dialog.new.setCurrentIndex(dialog.new.findData(BorrowerKind.GROUP))
    place.qtbot.waitUntil(dialog.ok.isEnabled)
    assert "将新登记借用方 1 个：榕荫书画社" in dialog.standing.text()
    with place.qtbot.waitSignal(dialog.imported):
        dialog.ok.click()
    names = {row.name for row in place.desk.hall.read(borrowers, place.actor.centre_id)}
    assert "榕荫书画社" in names


def test_a_series_with_its_preview_fits_a_low_screen(place: Place) -> None:
    place.page.book_at(place.slot("201", 14, 15))
    dialog = place.page.dialog
    assert isinstance(dialog, BookingDialog)
    dialog._screen = lambda: QSize(1366, 720)  # type: ignore[method-assign]
    dialog.repeat.every.setCurrentIndex(2)
    place.qtbot.waitUntil(lambda: dialog.preview.rowCount() > 0 and not dialog.preview.isHidden())
    assert dialog.height() <= 720
    assert dialog.minimumSizeHint().height() <= 400
    bottom = dialog.ok.mapTo(dialog, dialog.ok.rect().bottomLeft()).y()
    assert bottom <= dialog.height()


def test_a_new_room_takes_keys_at_once_and_what_is_wrong_is_seen_without_scrolling(place: Place) -> None:
    form = RoomForm(place.desk, None, (), place.page)
    form.open()
    place.qtbot.waitUntil(lambda: form.focusWidget() is form.number)
    form.hours.setPlainText("周六 9点到11点")
    form.save()
    assert form.form.trouble.isVisible()
    assert form.rect().contains(form.form.trouble.geometry())
    assert "看不懂" in form.form.trouble.text()
    form._show_photo(picture())
    assert not form.form.trouble.isVisible()
    form._show_photo(b"no picture")
    assert "不是图片" in form.form.trouble.text()
    assert form.photo == picture()
    form.reject()
