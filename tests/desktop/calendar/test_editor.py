"""The calendar on screen: click a day, import a file, publish a year."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from db.action import Actor
from db.calendar.queries import calendar_of, published_years, year_view
from desktop.calendar.dialog import CalendarDialog
from desktop.calendar.preview import ImportPreview
from desktop.shell.desk import Desk
from tests.factories.calendar import make_calendar

HOLIDAYS = "日期,类型,说明\n2027-01-01,休,元旦\n2027-02-06,班,春节\n2027-05-01,休,劳动节\n2027-10-01,休,国庆节\n"


@pytest.fixture
def dialog(desk: Desk, seated: Actor, qtbot: QtBot) -> CalendarDialog:
    make_calendar(desk.hall, seated.centre_id)
    shown = CalendarDialog(desk)
    qtbot.addWidget(shown)
    shown.show()
    idle(desk)
    return shown


def idle(desk: Desk) -> None:
    for _ in range(4):
        desk.work.wait()
        QApplication.processEvents()


def click(dialog: CalendarDialog, desk: Desk, day: date) -> None:
    grid = dialog.editor.grid
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, grid.rect_of(day).center())
    idle(desk)


def works(desk: Desk, day: date) -> bool | None:
    return desk.hall.read(calendar_of, desk.centre_id).works(day)


def test_the_year_of_today_comes_up(dialog: CalendarDialog) -> None:
    assert dialog.editor.title.text() == "2026 年工作日历"
    assert dialog.editor.state.text() == "已发布"
    assert dialog.editor.grid.said(date(2026, 10, 10)) == "10月10日 周六　班　国庆节补班"


def test_every_day_of_the_year_is_where_it_is_drawn(dialog: CalendarDialog) -> None:
    grid = dialog.editor.grid
    for day in (date(2026, 1, 1), date(2026, 2, 28), date(2026, 8, 31), date(2026, 12, 31)):
        assert grid.day_at(grid.rect_of(day).center()) == day


def test_a_click_frees_a_working_day_and_a_second_one_takes_it_back(dialog: CalendarDialog, desk: Desk) -> None:
    day = date(2026, 11, 24)
    click(dialog, desk, day)
    assert works(desk, day) is False
    click(dialog, desk, day)
    assert works(desk, day) is True
    assert day not in {each.day for each in desk.hall.read(year_view, desk.centre_id, 2026).days}


def test_the_keyboard_does_the_same(dialog: CalendarDialog, desk: Desk) -> None:
    grid = dialog.editor.grid
    grid.setFocus()
    assert grid.day == date(2026, 11, 17)
    QTest.keyClick(grid, Qt.Key.Key_Right)
    QTest.keyClick(grid, Qt.Key.Key_Down)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    idle(desk)
    assert works(desk, date(2026, 11, 25)) is False


def test_a_year_is_published_only_with_a_holiday(dialog: CalendarDialog, desk: Desk) -> None:
    said: list[str] = []
    desk.messages.said.connect(lambda _level, sentence: said.append(sentence))
    dialog.editor.next.click()
    idle(desk)
    assert dialog.editor.state.text().startswith("未发布")
    dialog.editor.publish.click()
    idle(desk)
    assert any("还没有一个放假日" in sentence for sentence in said)
    click(dialog, desk, date(2027, 1, 1))
    dialog.editor.publish.click()
    idle(desk)
    assert desk.hall.read(published_years, desk.centre_id) == (2025, 2026, 2027)


def _file(tmp_path: Path, text: str) -> str:
    file = tmp_path / "2027.csv"
    file.write_text(text, encoding="gb18030")
    return str(file)


def previewed(dialog: CalendarDialog, desk: Desk, file: str) -> ImportPreview:
    dialog.editor.read_file(file)
    idle(desk)
    found = dialog.editor.findChild(ImportPreview)
    assert found is not None
    return found


def test_an_import_is_previewed_and_then_done(dialog: CalendarDialog, desk: Desk, tmp_path: Path) -> None:
    preview = previewed(dialog, desk, _file(tmp_path, HOLIDAYS))
    assert preview.summary.text().startswith("2027 年：新增 4 天")
    assert desk.hall.read(published_years, desk.centre_id) == (2025, 2026)
    preview.accept()
    idle(desk)
    assert desk.hall.read(published_years, desk.centre_id) == (2025, 2026, 2027)
    assert dialog.editor.title.text() == "2027 年工作日历"
    assert works(desk, date(2027, 2, 6)) is True


def test_a_file_with_a_fault_cannot_be_imported(dialog: CalendarDialog, desk: Desk, tmp_path: Path) -> None:
    preview = previewed(dialog, desk, _file(tmp_path, HOLIDAYS + "2027-02-30,休,没有这天\n"))
    assert not preview.confirm.isEnabled()
    item = preview.table.item(0, 1)
    assert item is not None
    assert "没有 2027-02-30 这一天" in item.text()


def test_a_file_that_is_gone_is_told_in_a_sentence(
    dialog: CalendarDialog, desk: Desk, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    said: list[str] = []
    listen: Callable[[str, str], None] = lambda _level, sentence: said.append(sentence)  # noqa: E731
    desk.messages.said.connect(listen)
    dialog.editor.read_file(str(tmp_path / "none.csv"))
    idle(desk)
    assert any("读不了这个文件" in sentence for sentence in said)
