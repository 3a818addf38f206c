"""Yearly records as table, bars and file; a hall's present roster taken in after every row was seen."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from PySide6.QtWidgets import QStyledItemDelegate
from pytestqt.qtbot import QtBot
from python_calamine import CalamineWorkbook

from db.action import Actor
from db.duty.attendance import absent, arrive, depart
from db.duty.queries import members, seats
from desktop.duty.import_roster import ImportDialog
from desktop.duty.records import RecordsPane, totals
from desktop.duty.records_bars import YearBar, told
from desktop.shell.desk import Desk
from tests.conftest import NOW
from tests.desktop.duty.board import LATER, ON, Board, make_board
from tests.desktop.duty.people import PeoplePlace, make_people, show_people


class Year(Board):
    """The records of the year."""

    year: RecordsPane

    def names(self) -> list[str]:
        return [each.row.member_name for each in self.year.table.rows.rows]


def show_year(place: Board) -> Year:
    year = Year(**{name: getattr(place, name) for name in ("desk", "actor", "bot", "said", "now", "members")})
    year.year = RecordsPane(place.desk)
    place.bot.addWidget(year.year)
    place.desk.changed.connect(year.year.changed)
    year.year.resize(1170, 640)
    with place.bot.waitExposed(year.year):
        year.year.show()
    year.year.refresh()
    place.wait(lambda: year.year.found is not None)
    return year


@pytest.fixture
def place(qtbot: QtBot, desk: Desk, seated: Actor) -> Year:
    """One came for two hours and received five, one was absent."""
    made = make_board(desk, seated, qtbot)
    one, other = made.duty(), made.duty(at=1)
    come = made.at(NOW - timedelta(minutes=30), arrive, duty_id=one.id, version=one.version)
    made.at(NOW + timedelta(minutes=90), depart, duty_id=one.id, version=come.version, received=5)
    made.at(NOW, absent, duty_id=other.id, version=other.version, reason="临时公务")
    return show_year(made)


def test_a_year_is_counted_and_told_in_words(place: Year) -> None:
    rows = {row.member_name: row for row in place.year.found or ()}
    done = next(row for row in rows.values() if row.done)
    assert (done.hours, done.received, done.absent) == (2.0, 5, 0)
    assert sum(row.absent for row in rows.values()) == 1
    assert "缺席 1 人次" in place.year.figures.text()
    assert "接待 5 人" in place.year.figures.text()
    assert "2 小时，接待 5 人" in told(done)
    assert totals(()) == ""


def test_a_heading_sorts_and_a_body_and_initials_narrow(place: Year) -> None:
    done = next(row.member_name for row in place.year.found or () if row.done)
    place.year.table.sort_wanted.emit(5)  # 到岗
    assert place.names()[0] == done
    place.year.body.setCurrentIndex(place.year.body.findData(LATER))
    assert {each.row.body_name for each in place.year.table.rows.rows} == {LATER}
    place.year.body.setCurrentIndex(0)
    everybody = place.names()
    place.year.seek.setText("yi")  # 乙…
    assert place.names() == [name for name in everybody if name.startswith("乙")]
    assert place.names()
    place.year.seek.setText("没有")
    assert "没有符合条件" in place.year.table.empty


def test_the_bars_are_painted_for_everybody(place: Year) -> None:
    table = place.year.table
    assert isinstance(table.itemDelegateForColumn(10), YearBar)
    before = table.viewport().grab().toImage()
    table.setItemDelegateForColumn(10, QStyledItemDelegate(table))
    assert table.viewport().grab().toImage() != before


def test_a_year_without_duties_says_so(place: Year) -> None:
    place.year.year.setCurrentIndex(1)
    place.wait(lambda: place.year.found == ())
    assert "还没有轮值记录" in place.year.table.empty
    assert not place.year.print_button.isEnabled()


def test_what_is_shown_goes_into_a_spreadsheet(place: Year, tmp_path: Path) -> None:
    file = tmp_path / "records.xlsx"
    place.year.body.setCurrentIndex(place.year.body.findData(ON))
    place.year.export_to(file)
    place.heard(f"已导出 {len(place.names())} 行履职记录")
    assert LATER not in {each.row.body_name for each in place.year.table.rows.rows}
    rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    assert {row[0] for row in rows[1:]} == set(place.names())


# ---- the roster of the hall


@pytest.fixture
def people(qtbot: QtBot, desk: Desk, seated: Actor) -> PeoplePlace:
    return show_people(make_people(desk, seated, qtbot))


def roster(file: Path, rows: list[list[Any]], title: str = "2026年11月轮值表") -> Path:
    """A roster as halls keep it in Excel."""
    book = xlsxwriter.Workbook(str(file))
    sheet = book.add_worksheet("11月")
    head = ["日期", "时段", "轮值单位", "姓名", "身份", "单位职务", "联系电话", "状态"]
    for at, row in enumerate([[title], head, *rows]):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell)
    book.close()
    return file


def dialog_of(place: PeoplePlace, file: Path) -> ImportDialog:
    place.key("Ctrl+O", place.pane)
    dialog: ImportDialog = place.dialog(ImportDialog)
    dialog.read(file)
    place.wait(lambda: dialog.seen is not None or "■" in dialog.standing.text())
    return dialog


PAST = ["2026-11-04", "9:00-11:00", "律师", "陈律师", "律师", "闽江律师事务所", "13700137000", ""]
SOON = ["2026-12-02", "9:00-11:00", "律师", "王律师", "律师", "榕城律师事务所", "", ""]


def test_a_roster_is_seen_row_by_row_and_then_taken_in(people: PeoplePlace, tmp_path: Path) -> None:
    dialog = dialog_of(people, roster(tmp_path / "r.xlsx", [PAST, SOON]))
    texts = [[column.text(row) for column in dialog.lines.rows.columns] for row in dialog.lines.rows.rows]
    assert [(text[1], text[2], text[5]) for text in texts] == [
        ("律师", "2026-11-04 周三", "计入历史"), ("律师", "2026-12-02 周三", "进拟定的轮值表"),
    ]  # fmt: skip
    (new,) = dialog.people.rows.rows
    assert (new.name, new.phone_masked, new.new_member) == ("陈律师", "137****7000", True)
    assert dialog.ok.isEnabled()
    dialog.ok.click()
    people.heard("已导入：新人员 1 名")
    assert "陈律师" in [row.name for row in people.read(members)]
    people.wait(lambda: any(row.row.name == "陈律师" for row in people.pane.seen.known))


def test_rows_with_trouble_are_left_out_only_when_somebody_says_so(people: PeoplePlace, tmp_path: Path) -> None:
    unknown = ["2026-11-05", "9:00-11:00", "消防", "黄某", "", "", "", ""]
    wrong_day = ["2026-11-06 星期一", "9:00-11:00", "律师", "陈律师", "", "", "", ""]
    dialog = dialog_of(people, roster(tmp_path / "r.xlsx", [PAST, unknown, wrong_day]))
    assert not dialog.ok.isEnabled()
    assert dialog.good_only.isEnabled()
    assert "没有轮值单位“消防”" in dialog.lines.rows.rows[0].trouble  # what is wrong stands first
    assert "1 行有问题" in dialog.standing.text()
    dialog.good_only.click()
    people.heard("已导入：新人员 1 名")
    assert "黄某" not in [row.name for row in people.read(members)]


def test_rows_without_a_body_ask_which_one(people: PeoplePlace, tmp_path: Path) -> None:
    nameless = [*PAST[:2], "", *PAST[3:]]
    dialog = dialog_of(people, roster(tmp_path / "r.xlsx", [nameless]))
    assert "请先选择" in dialog.lines.rows.rows[0].trouble
    dialog.body.setCurrentIndex(dialog.body.findText("律师"))
    people.wait(dialog.ok.isEnabled)
    dialog.ok.click()
    people.heard("已导入")
    assert [seat.body_name for seat in people.read(seats) if seat.member_name == "陈律师"] == ["律师"]


def test_a_list_of_people_is_shown_as_one(people: PeoplePlace, tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    book = xlsxwriter.Workbook(str(file))
    sheet = book.add_worksheet()
    heads = ("姓名", "身份", "单位职务", "轮值单位", "任期", "电话", "性别")
    for at, row in enumerate((heads, ("孙律师", "律师", "榕城律师事务所", "律师", "2024-2026", "123", "女"))):
        sheet.write_row(at, 0, row)
    book.close()
    dialog = dialog_of(people, file)
    assert dialog.tabs.currentWidget() is dialog.people
    assert dialog.standing.text() == "名单 1 人，▲ 不认识或用不到、不会导入的列：“性别”"
    (new,) = dialog.people.rows.rows
    told = dialog.people.rows.columns[-1].text(new)
    assert told == "电话“123”可能不完整，请核对；新人员，任期 2024-01-01 至 2026-12-31"
    dialog.people.setCurrentIndex(dialog.people.rows.index(0, 0))
    assert dialog.whole.text() == told
    people.key("Ctrl+Return", dialog)
    people.heard("已导入：新人员 1 名")
    assert [seat.last.year for seat in people.read(seats) if seat.member_name == "孙律师" and seat.last] == [2026]


def test_a_file_that_is_no_roster_is_refused_with_a_sentence(people: PeoplePlace, tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    book = xlsxwriter.Workbook(str(file))
    book.add_worksheet().write(0, 0, "别的表")
    book.close()
    dialog = dialog_of(people, file)
    assert "没有找到轮值表的表头" in dialog.standing.text()
    assert not dialog.ok.isEnabled()


def test_the_same_file_again_brings_nothing_new(people: PeoplePlace, tmp_path: Path) -> None:
    file = roster(tmp_path / "r.xlsx", [PAST])
    dialog_of(people, file).ok.click()
    people.heard("已导入：新人员 1 名")
    people.wait(lambda: people.pane.dialog is None)
    again = dialog_of(people, file)
    assert "已有 1 班不重复导入" in again.standing.text()
    assert not again.ok.isEnabled()
