"""Posters, exports and imports from the page: what goes out comes in again."""

from pathlib import Path

import icalendar
from python_calamine import CalamineWorkbook

from db.rooms.bookings import cancel
from desktop.rooms.dialogs import open_import, open_wall
from desktop.rooms.files import export
from desktop.rooms.import_dialog import ImportDialog
from desktop.rooms.utilisation import UtilisationDialog
from desktop.rooms.wall import WallDialog
from desktop.shell.cups import is_a3
from tests.desktop.rooms.conftest import Place


def test_the_week_of_the_foyer_and_the_sign_of_a_door_are_seen_before_printing(place: Place) -> None:
    place.book("201", 10, 11)
    place.page.refresh()
    dialog = open_wall(place.page)
    assert isinstance(dialog, WallDialog)
    place.qtbot.waitUntil(lambda: dialog.made is not None)
    assert dialog.made is not None
    week = dialog.made.pdf
    dialog.what.setCurrentIndex(1)
    place.qtbot.waitUntil(lambda: dialog.made is not None and dialog.made.pdf != week)
    assert dialog.title.startswith("门牌 201")
    dialog.reject()


def test_the_week_is_printed_on_a3_too(place: Place) -> None:
    sent: list[tuple[bytes, str]] = []

    class Printer:
        def print_apart(self, pdf: bytes, title: str) -> None:
            sent.append((pdf, title))

    place.page.printing = Printer()  # type: ignore[assignment]
    dialog = open_wall(place.page)
    assert isinstance(dialog, WallDialog)
    place.qtbot.waitUntil(lambda: dialog.made is not None)
    dialog.paper.setCurrentIndex(1)
    dialog.print_now()  # before the new sheet is there: the old one is not what was asked for
    assert sent == []
    place.qtbot.waitUntil(lambda: dialog.made is not None and is_a3(dialog.made.pdf))
    assert dialog.print_button.isEnabled()
    dialog.print_button.click()
    assert [(is_a3(pdf), title) for pdf, title in sent] == [(True, "房间一周安排 2026-11-16")]


def test_a_calendar_goes_out_and_comes_back_as_bookings(place: Place, tmp_path: Path) -> None:
    made = place.book("201", 10, 11, people=20)
    place.shown(made)
    file = tmp_path / "rooms.ics"
    export(place.page, file)
    place.qtbot.waitUntil(lambda: any("已导出 1 个预约" in text for _, text in place.said))
    events = icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert [str(event["LOCATION"]) for event in events] == ["201 多功能室201"]
    place.run(cancel, booking_id=made.booking_id, version=1, reason="改从文件导入")
    dialog = open_import(place.page)
    assert isinstance(dialog, ImportDialog)
    dialog.borrower.line.textEdited.emit("")
    place.qtbot.waitUntil(lambda: dialog.borrower.matches.count() == 1)
    dialog.borrower.line.enter.emit()
    dialog.read(file)
    place.qtbot.waitUntil(dialog.ok.isEnabled)
    assert [(line.room, line.trouble) for line in dialog.lines] == [("多功能室201", "")]
    dialog.ok.click()
    place.qtbot.waitUntil(lambda: any("已导入 1 场预约" in text for _, text in place.said))


def test_a_clash_in_the_file_is_shown_and_nothing_is_booked_by_itself(place: Place, tmp_path: Path) -> None:
    made = place.book("201", 10, 11)
    place.shown(made)
    file = tmp_path / "rooms.ics"
    export(place.page, file)
    place.qtbot.waitUntil(file.exists)
    dialog = open_import(place.page)
    assert isinstance(dialog, ImportDialog)
    dialog.borrower.line.textEdited.emit("")
    place.qtbot.waitUntil(lambda: dialog.borrower.matches.count() == 1)
    dialog.borrower.line.enter.emit()
    dialog.read(file)
    place.qtbot.waitUntil(lambda: bool(dialog.lines) and bool(dialog.lines[0].trouble))
    assert "军门合唱队" in dialog.lines[0].trouble
    assert not dialog.ok.isEnabled()
    dialog.reject()


def test_a_name_that_would_be_a_formula_stays_text(place: Place, tmp_path: Path) -> None:
    from tests.conftest import NOW
    from tests.factories.rooms import make_borrower

    place.choir = make_borrower(place.desk.hall, place.actor, NOW, name="=HYPERLINK(1)")
    place.shown(place.book("201", 10, 11))
    file = tmp_path / "rooms.xlsx"
    export(place.page, file)
    place.qtbot.waitUntil(file.exists)
    rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    assert rows[1][5] == "=HYPERLINK(1)"


def test_utilisation_is_written_as_three_sheets(place: Place, tmp_path: Path) -> None:
    place.book("201", 10, 12)
    dialog = UtilisationDialog(place.desk)
    place.qtbot.addWidget(dialog)
    place.qtbot.waitUntil(lambda: dialog.found is not None)
    assert "2.0 小时" in dialog.figures.text()
    file = tmp_path / "use.xlsx"
    dialog.export_to(file)
    place.qtbot.waitUntil(file.exists)
    assert CalamineWorkbook.from_path(file).sheet_names == ["各房间", "各用途", "星期与钟点"]
