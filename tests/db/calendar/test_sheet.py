"""Calendars from spreadsheets."""

import io
import zipfile
from datetime import date, datetime, time

import pytest
import xlsxwriter

from db.calendar.published import Day
from db.calendar.sheet import read_rows, read_sheet
from db.errors import RuleBroken

CSV = "日期,类型,说明\n2027-01-01,休,元旦\n2027/2/6,补班,春节\n2027年10月1日,放假,国庆节\n"
DAYS = (
    Day(date(2027, 1, 1), False, "元旦"),
    Day(date(2027, 2, 6), True, "春节"),
    Day(date(2027, 10, 1), False, "国庆节"),
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_either_encoding(encoding: str) -> None:
    sheet = read_sheet("年历.CSV", CSV.encode(encoding))
    assert (sheet.days, sheet.faults) == (DAYS, ())


def test_a_workbook_with_real_dates_and_columns_in_another_order_is_read() -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    page = book.add_worksheet()
    page.write_row(0, 0, ["说明", "类型", "日期"])
    for at, row in enumerate(DAYS, start=1):
        page.write_row(at, 0, [row.name, "班" if row.working else "休"])
        page.write_datetime(at, 2, datetime.combine(row.day, time()), book.add_format({"num_format": "yyyy-mm-dd"}))
    book.close()
    assert read_sheet("年历.xlsx", file.getvalue()).days == DAYS


def test_every_fault_is_named_with_its_row() -> None:
    rows = [
        ["日期", "类型"],
        ["2027-13-01", "休"],
        ["2027-01-01", "?"],
        ["明天", "休"],
        ["2027-01-02", "休"],
        ["20270102", "休"],
    ]
    sheet = read_rows(rows)
    assert [fault.row for fault in sheet.faults] == [2, 3, 4, 6]
    assert "没有 2027-13-01 这一天" in sheet.faults[0].sentence
    assert "请写“休”或“班”" in sheet.faults[1].sentence
    assert "出现了两次" in sheet.faults[3].sentence
    assert len(sheet.days) == 1


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"\xff\xfe\x00", "编码"),
        ("a.csv", "姓名,电话\n".encode(), "表头"),
        ("a.xlsx", b"PK\x03\x04nonsense", "打不开"),
        ("a.xls", b"nonsense", "打不开"),
        ("a.pdf", b"", "只能从"),
        ("a.csv", b"x" * (2 * 1024 * 1024 + 1), "2 MB"),
        ("a.csv", b"a\n" * 2002, "表头"),
    ],
)
def test_what_is_no_calendar_is_refused_with_a_sentence(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(RuleBroken, match=reason):
        read_sheet(name, content)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (30 * 1024 * 1024))
    with pytest.raises(RuleBroken, match="解压后过大"):
        read_sheet("bomb.xlsx", file.getvalue())
