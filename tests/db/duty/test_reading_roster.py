"""Rosters as halls keep them in Excel: every way of writing a day, a time or a name, and every fault with its row."""

from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from db.duty.reading_roster import Roster, read_roster
from db.duty.roster_cells import Name, Span, read_clock, read_day, read_names, read_spans, shared_out, weekday_of
from db.duty.roster_terms import read_term
from db.errors import RuleBroken, Unavailable

TODAY = date(2026, 11, 17)


def sheet(path: Path, *rows: Iterable[Any], name: str = "轮值表") -> Path:
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet(name)
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
    return path


def read(tmp_path: Path, *rows: Iterable[Any], name: str = "轮值表") -> Roster:
    return read_roster(sheet(tmp_path / "a.xlsx", *rows, name=name), TODAY)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026.3.12", date(2026, 3, 12)),
        ("2026-03-12", date(2026, 3, 12)),
        ("2026/3/12", date(2026, 3, 12)),
        ("2026年3月12日", date(2026, 3, 12)),
        ("２０２６年３月１２日（周四）", date(2026, 3, 12)),
        ("3月12日 星期四", date(2026, 3, 12)),
        ("3.12", date(2026, 3, 12)),
        ("3/12", date(2026, 3, 12)),
        (datetime(2026, 3, 12, 9, 0), date(2026, 3, 12)),  # noqa: DTZ001 a cell of a spreadsheet has no zone
        (46093.0, date(2026, 3, 12)),
    ],
)
def test_days_as_people_write_them(cell: Any, day: date) -> None:
    assert read_day(cell, 2026, None) == day


def test_a_day_takes_its_month_and_year_from_the_row_above() -> None:
    assert read_day("20日", 2026, date(2026, 3, 10)) == date(2026, 3, 20)
    assert read_day("1月5日", 2026, date(2025, 12, 29)) == date(2026, 1, 5)
    assert read_day("12月29日", 2026, date(2026, 1, 5)) == date(2025, 12, 29)
    for cell in ("2月30日", "下周四", "13月1日", "", "32日"):
        with pytest.raises(ValueError, match=r"看不懂|没有“"):
            read_day(cell, 2026, None)


@pytest.mark.parametrize(
    ("cell", "spans"),
    [
        ("9:00-11:00", [(time(9), time(11))]),
        ("9：00—11：30", [(time(9), time(11, 30))]),
        ("09:00～11:00", [(time(9), time(11))]),
        ("上午9时至11时", [(time(9), time(11))]),
        ("下午3点-5点半", [(time(15), time(17, 30))]),
        ("下午2:30-4:30", [(time(14, 30), time(16, 30))]),
        ("上午9:00-11:00、下午3:00-5:00", [(time(9), time(11)), (time(15), time(17))]),
        ("8.30-10.30", [(time(8, 30), time(10, 30))]),
        ("上午10点至下午3点", None),
    ],
)
def test_times_as_people_write_them(cell: str, spans: list[tuple[time, time]] | None) -> None:
    if spans is None:
        with pytest.raises(ValueError, match="晚于"):
            read_spans(cell)
    else:
        assert [(span.starts, span.ends) for span in read_spans(cell)] == spans


def test_half_days_are_a_default_that_is_told() -> None:
    assert read_spans("上午") == (Span(time(9), time(11), True),)
    assert read_spans("上午、下午") == (Span(time(9), time(11), True), Span(time(15), time(17), True))
    with pytest.raises(ValueError, match="看不懂"):
        read_spans("有空就来")


def test_single_times() -> None:
    told = [read_clock(cell) for cell in ("9:00", "9点半", "下午3点", 0.375, time(9, 15), "14：05")]
    assert told == [time(9), time(9, 30), time(15), time(9), time(9, 15), time(14, 5)]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("张三、李四", ["张三", "李四"]),
        ("张三，李四；王五/赵六", ["张三", "李四", "王五", "赵六"]),
        ("张三 李四", ["张三", "李四"]),
        ("张三\n李四", ["张三", "李四"]),
        ("林 敏", ["林敏"]),
        ("林　敏　陈国栋", ["林敏", "陈国栋"]),
        ("林 敏 王 芳", ["林敏", "王芳"]),
        ("欧 阳 峰", ["欧阳峰"]),
        ("阿依古丽·买买提、高𠮷祥", ["阿依古丽·买买提", "高𠮷祥"]),
        ("John Smith", ["John Smith"]),
        ("", []),
    ],
)
def test_names_in_a_cell(cell: str, names: list[str]) -> None:
    assert [each.name for each in read_names(cell)] == names


def test_what_stands_behind_a_name_is_kept() -> None:
    assert read_names("张三（党代表）、李四(律师) 王五") == (Name("张三", "党代表"), Name("李四", "律师"), Name("王五"))


@given(
    st.lists(st.text("林陈黄张李王吴刘蔡杨𠮷䶮", min_size=2, max_size=4), min_size=1, max_size=5),
    st.sampled_from("、，,/ \n；"),
)
def test_no_name_is_lost_whatever_parts_them(names: list[str], between: str) -> None:
    assert [each.name for each in read_names(between.join(names))] == names


def test_what_a_cell_says_of_several_people() -> None:
    assert shared_out("党代表、人大代表", 2) == ("党代表", "人大代表")
    assert shared_out("党代表", 2) == ("党代表", "党代表")
    assert shared_out("榕荫社区 书记", 1) == ("榕荫社区 书记",)
    assert [weekday_of(cell) for cell in ("周三", "星期天", "三", "3月12日（周四）", "12")] == [2, 6, 2, 3, None]


def test_a_roster_with_a_title_merged_cells_and_a_foot(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        ("榕荫社区“党建+”邻里中心“两代表一委员”工作室2026年3月轮值公示表",),
        (),
        ("序号", "日期", "星期", "时段", "地点", "轮值人员", "身份（届别/层级）", "单位职务", "备注"),
        (1, "3月4日", "三", "上午9:00-11:00", "203", "林 敏", "党代表（十四届/区级）", "区教育局"),
        (2, "", "", "", "", "陈国栋", "人大代表", ""),
        (3, "3月11日", "三", "", "", "黄䶮、王建华", "政协委员、党代表", "", "顺延"),
        ("咨询电话：0591-87654321",),
        (
            "",
            "值班人员请提前到岗",
        ),
    )
    assert found.title.startswith("榕荫社区")
    assert [(draft.day, draft.starts, draft.room) for draft in found.drafts] == [
        (date(2026, 3, 4), time(9), "203"), (date(2026, 3, 4), time(9), "203"), (date(2026, 3, 11), time(9), "203"),
    ]  # fmt: skip
    first = found.drafts[0].sitters[0]
    assert (first.name, first.kind, first.session, first.level, first.unit_post) == (
        "林敏", "党代表", "十四届", "区级", "区教育局",
    )  # fmt: skip
    assert [(each.name, each.kind) for each in found.drafts[2].sitters] == [("黄䶮", "政协委员"), ("王建华", "党代表")]
    assert found.drafts[2].note == "顺延"
    assert [(fault.passed_by, "值班人员" in fault.sentence) for fault in found.faults] == [(True, True)]


def test_headings_in_any_order_and_in_the_words_of_other_halls(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        ("接待代表", "单位", "职务", "值班地点", "结束时间", "开始时间", "值班日期", "接待人数"),
        ("林敏", "区教育局", "副局长", "一楼接待室", "11:00", "9:00", "2026.3.4", "3人"),
    )
    draft = found.drafts[0]
    assert (draft.day, draft.starts, draft.ends, draft.room, draft.received) == (
        date(2026, 3, 4), time(9), time(11), "一楼接待室", 3,
    )  # fmt: skip
    assert draft.sitters[0].unit_post == "区教育局副局长"


def test_a_column_that_holds_the_day_and_the_time_of_the_day(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        ("时间", "地点", "轮值人员"),
        ("3月4日上午9:00-11:00", "203", "林敏"),
        ("2026-03-05 15:00-17:00", "203", "陈国栋"),
        ("3月6日（周五）下午", "203", "黄䶮"),
    )
    assert [(f"{draft.day:%m%d}", draft.starts, draft.ends) for draft in found.drafts] == [
        ("0304", time(9), time(11)), ("0305", time(15), time(17)), ("0306", time(15), time(17)),
    ]  # fmt: skip


def test_real_dates_and_times_in_cells(tmp_path: Path) -> None:
    path = tmp_path / "dates.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("表")
        page.write_row(0, 0, ("日期", "开始", "结束", "姓名"))
        page.write_datetime(1, 0, datetime(2026, 3, 4), book.add_format({"num_format": "m月d日"}))  # noqa: DTZ001
        page.write_datetime(1, 1, time(9, 15), book.add_format({"num_format": "hh:mm"}))
        page.write_datetime(1, 2, time(11, 0), book.add_format({"num_format": "hh:mm"}))
        page.write(1, 3, "林敏")
    draft = read_roster(path, TODAY).drafts[0]
    assert (draft.day, draft.starts, draft.ends) == (date(2026, 3, 4), time(9, 15), time(11))


def test_merged_dates_and_rooms_hold_for_every_row_they_span(tmp_path: Path) -> None:
    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("十一月")
        look = book.add_format({"num_format": "m月d日", "align": "center"})
        page.merge_range(0, 0, 0, 3, "2026年11月轮值表", look)
        page.write_row(1, 0, ("日期", "时段", "地点", "姓名"))
        page.merge_range(2, 0, 3, 0, datetime(2026, 11, 4), look)  # noqa: DTZ001 a cell of a spreadsheet has no zone
        page.merge_range(2, 2, 4, 2, "203", look)
        for at, (span, name) in enumerate((("上午", "林敏"), ("下午", "陈国栋"), ("上午", "黄䶮"))):
            page.write(2 + at, 1, span)
            page.write(2 + at, 3, name)
        page.write_datetime(4, 0, datetime(2026, 11, 5), look)  # noqa: DTZ001
    found = read_roster(path, TODAY)
    assert [(f"{draft.day:%m%d}", draft.starts.hour, draft.room) for draft in found.drafts] == [
        ("1104", 9, "203"), ("1104", 15, "203"), ("1105", 9, "203"),
    ]  # fmt: skip
    assert found.title == "2026年11月轮值表"


def test_a_workbook_of_the_old_format_is_read_too(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("轮值表")
    look = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for column, head in enumerate(("姓名", "日期", "时段")):
        page.write(0, column, head)
    page.write(1, 0, "林敏")
    page.write(1, 1, datetime(2026, 3, 4), look)  # noqa: DTZ001
    page.write(1, 2, "9:00-11:00")
    book.save(str(tmp_path / "old.xls"))
    draft = read_roster(tmp_path / "old.xls", TODAY).drafts[0]
    assert (draft.day, draft.starts, draft.sitters[0].name) == (date(2026, 3, 4), time(9), "林敏")


def test_a_column_for_each_half_of_the_day(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        ("2026年3月值班表",),
        ("日期", "星期", "上午", "下午（15:00-17:00）"),
        ("4日", "三", "林敏", "陈国栋"),
        ("5日", "四", "", "黄䶮"),
    )
    assert [(f"{draft.day:%d}", draft.starts, draft.sitters[0].name, draft.guessed) for draft in found.drafts] == [
        ("04", time(9), "林敏", True), ("04", time(15), "陈国栋", False), ("05", time(15), "黄䶮", False),
    ]  # fmt: skip


def test_leave_absence_and_who_came_instead(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        ("日期", "时段", "姓名", "状态", "替班人"),
        ("2026-03-04", "上午", "林敏", "请假", "陈国栋"),
        ("2026-03-11", "上午", "黄䶮", "缺席", ""),
        ("2026-03-18", "上午", "王建华", "已到岗", ""),
        ("2026-03-25", "上午", "王建华", "取消", ""),
        ("2026-03-26", "上午", "王建华、林敏", "请假", ""),
    )
    told = [(each.name, each.outcome, each.cover) for draft in found.drafts for each in draft.sitters]
    assert told == [("林敏", "leave", "陈国栋"), ("黄䶮", "absent", ""), ("王建华", "", "")]
    assert [(fault.place[-5:], fault.passed_by) for fault in found.faults] == [("第 5 行", True), ("第 6 行", False)]
    assert "一人一行" in found.faults[1].sentence


def test_a_list_of_members_brings_what_they_have_done_so_far(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        ("姓名", "身份", "单位职务", "联系电话", "专长", "历史次数"),
        ("林敏", "党代表", "区教育局", "13800138000", "政策咨询", "12次"),
        ("陈国栋", "人大代表", "", "", "", ""),
        ("", "政协委员", "", "", "", "3"),
    )
    assert [(each.sitter.name, each.history) for each in found.listed] == [("林敏", 12), ("陈国栋", 0)]
    assert (found.listed[0].sitter.phone, found.listed[0].sitter.specialty) == ("13800138000", "政策咨询")
    assert [fault.sentence for fault in found.faults] == ["没有写姓名。"]


def test_every_fault_names_its_row_and_the_good_rows_are_kept(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        ("日期", "星期", "时段", "姓名", "接待人数"),
        ("2026-03-04", "三", "上午", "林敏", ""),
        ("2026-03-05", "三", "上午", "林敏", ""),
        ("下周", "", "上午", "林敏", ""),
        ("2026-03-06", "五", "有空", "林敏", ""),
        ("2026-03-09", "一", "11:00-9:00", "林敏", ""),
        ("2026-03-10", "二", "下午", "", ""),
        ("2026-03-11", "三", "上午", "林敏", "很多"),
    )
    assert len(found.drafts) == 1
    assert [(fault.place[-5:], fault.passed_by) for fault in found.faults] == [
        (f"第 {row} 行", False) for row in range(3, 9)
    ]
    assert found.faults[0].sentence == "2026-03-05 是星期四，表里写的是星期三，请核对日期。"


def test_a_time_that_changes_from_row_to_row_is_not_guessed(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        ("日期", "时段", "姓名"),
        ("2026-03-04", "上午", "林敏"),
        ("2026-03-05", "下午", "陈国栋"),
        ("2026-03-06", "", "黄䶮"),
    )
    assert [fault.sentence for fault in found.faults] == ["没有写时段。"]


def test_files_that_are_no_roster_are_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RuleBroken, match="没有找到轮值表的表头"):
        read(tmp_path, ("甲", "乙"), (1, 2))
    with pytest.raises(RuleBroken, match="没有一行内容"):
        read(tmp_path, ("日期", "姓名"))
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04broken")
    with pytest.raises(RuleBroken):
        read_roster(tmp_path / "b.xlsx", TODAY)
    with pytest.raises(Unavailable, match="读不出来"):
        read_roster(tmp_path / "nowhere.xlsx", TODAY)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (("2022.1—2026.12", "", ""), "2022-01-01 至 2026-12-31"),
        (("2022/3/1 至 2027/2/28", "", ""), "2022-03-01 至 2027-02-28"),
        (("２０２２年３月１日至今", "", ""), "2022-03-01 起"),
        (("", date(2022, 3, 1), 46387.0), "2022-03-01 至 2026-12-31"),
        (("", "", "2026"), "至 2026-12-31"),
    ],
)
def test_terms_as_people_write_them(cells: tuple[Any, ...], told: str) -> None:
    assert str(read_term(*cells)) == told


def test_what_is_no_term_is_said_and_an_empty_one_is_none() -> None:
    assert read_term("", "", "—") is None
    for cells in (("十八届", "", ""), ("2022", "", ""), ("2026-2021", "", ""), ("", "明年", ""), ("", "2022-13", "")):
        with pytest.raises(ValueError, match="任期"):
            read_term(*cells)


def test_columns_that_nobody_reads_are_named(tmp_path: Path) -> None:
    head = ("序号", "姓名", "身份", "单位职务", "电话", "手机", "性别", "地点", "民族", "任期")
    found = read(
        tmp_path, head, (1, "林敏、陈国栋", "律师", "", "13800138000", "123", "女", "203", "", "2022-2026、2023至今")
    )
    assert found.unread == ("手机", "性别", "地点")  # 民族 is empty
    assert [str(each.sitter.term) for each in found.listed] == ["2022-01-01 至 2026-12-31", "2023-01-01 起"]
