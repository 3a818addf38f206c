"""From rows to items: mapping, refusing what is uncertain, comparing."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from db.catalogue.columns import ColumnMap, guess, guess_at
from db.catalogue.export import write_catalogue
from db.catalogue.importing import Plan, plan
from db.catalogue.rules import ItemContent, Material, faults
from db.catalogue.sheet import Cell, Table, read_tables
from db.catalogue.starter import starter_items
from tests.factories.catalogue import content


def quiet(done: int, total: int, text: str) -> None:
    """Nobody watches."""


def table(*rows: tuple[Cell, ...]) -> Table:
    return Table("目录", rows)


def read(*rows: tuple[Cell, ...], there: Mapping[str, ItemContent] | None = None) -> Plan:
    made = table(*rows)
    return plan(made, guess(made), there or {}, quiet)


def sentences(found: Plan) -> list[str]:
    return [str(error) for error in found.errors]


def test_headings_are_found_below_titles_and_known_by_their_other_names() -> None:
    made = table(
        ("××街道政务服务事项清单",),
        ("制表日期：2026年11月", ""),
        ("序号", "实施主体", "办事事项", "事项编号*", "承诺时限（工作日）", "跑动次数", "申请材料"),
        (1.0, "民政", "高龄津贴申领", "LY002", 10.0, 1.0, "1.身份证；2.户口簿"),
    )
    mapping = guess(made)
    assert mapping.header == 2
    assert mapping.fields == (None, "department", "name", "local_code", "promise_limit", "visits", "materials")
    (item,) = plan(made, mapping, {}, quiet).rows
    assert (item.name, item.promise_limit, item.visits) == ("高龄津贴申领", 10, 1)
    assert [material.name for material in item.materials] == ["身份证", "户口簿"]
    assert not item.limit_confirmed


def test_a_column_is_corrected_by_hand_and_a_field_has_one_column() -> None:
    made = table(("甲", "事项名称"), ("A1", "高龄津贴"))
    mapping = guess(made).with_field(0, "local_code").with_field(1, None).with_field(0, "name")
    assert mapping == ColumnMap(0, ("name", None))
    assert guess_at(made, 1) == ColumnMap(1, (None, None))


def test_new_changed_unchanged_and_gone_are_told_apart_with_their_differences() -> None:
    there = {item.local_code: item for item in (content("A"), content("B"), content("C"))}
    heading = ("事项编号", "事项名称", "收费")
    found = read(heading, ("A", "高龄津贴申领A", ""), ("B", "改了名", "10元"), ("D", "新的", ""), there=there)
    assert not found.errors
    compared = found.comparison
    assert [item.local_code for item in compared.new] == ["D"]
    assert [item.local_code for item in compared.unchanged] == ["A"]
    assert [item.local_code for item in compared.gone] == ["C"]
    (change,) = compared.changed
    assert [(d.label, d.before, d.after) for d in change.differences] == [
        ("事项名称", "高龄津贴申领B", "改了名"),
        ("收费", "", "10元"),
    ]
    assert change.after.materials == there["B"].materials, "fields without a column stay"


@pytest.mark.parametrize(
    ("heading", "cell", "sentence"),
    [
        ("事项编号", 3.50583199001011e17, "第 2 行“事项编号”（A2）：表格把长数字变成了“3.50583e+17”"),
        ("事项编号", "3.50583E+17", "表格把长数字变成了“3.50583E+17”"),
        ("实施编码", 1.1350502e30, "后面的数字已经丢失"),
        ("基本编码", 140012345.0, "开头的 0 可能丢了"),
        ("咨询电话", 59187654321.0, "电话在表格里是数字（59187654321），开头的 0 可能丢了"),
        ("承诺办结时限", "10天", "没有写明是工作日还是自然日"),
        ("承诺办结时限", "尽快", "应为天数"),
        ("承诺办结时限", 2.5, "应为天数"),
        ("到现场次数", "1到2次", "应为一个整数"),
        ("受理条件", "#REF!", "公式出错（#REF!）"),
        ("事项类型", "行政处罚", "事项类型只能是"),
        ("本中心权限", "审批", "本中心权限只能是"),
        ("基本编码", "12345", "基本编码应为 12 位数字"),
        ("受理章委托", "也许", "只能填“是”或“否”"),
        ("主管部门", "民\0政", "空字符"),
        ("收费", "费" * 5000, "最多 4000 个字"),
    ],
)
def test_what_is_not_certain_is_refused_with_row_and_column(heading: str, cell: Cell, sentence: str) -> None:
    rows: dict[str, Cell] = {"事项编号": "A1", "事项名称": "高龄津贴", heading: cell}
    found = read(tuple(rows), tuple(rows.values()))
    assert any(sentence in text and text.startswith("第 2 行“") for text in sentences(found)), sentences(found)
    assert found.comparison.new == ()


def test_every_error_is_told_not_only_the_first() -> None:
    found = read(
        ("事项编号", "事项名称", "承诺办结时限"),
        ("A1", "", "10"),
        ("A2", "乙", "某日"),
        ("A2", "丙", "1"),
        ("", "丁", "1"),
    )
    assert sentences(found) == [
        "第 2 行“事项名称”（B2）：请填写事项名称。",
        "第 3 行“承诺办结时限”（C3）：应为天数或“10个工作日”这样的写法，现为“某日”。",
        "第 4 行“事项编号”（A4）：事项编号与第 3 行重复。",
        "第 5 行“事项编号”（A5）：这一行没有事项编号。",
    ]


@pytest.mark.parametrize(
    ("cell", "days", "unit"),
    [
        ("10个工作日", 10, "工作日"),
        ("10 工作日内", 10, "工作日"),
        ("１５个自然日", 15, "自然日"),
        ("20日历日", 20, "自然日"),
        (7.0, 7, "工作日"),
        ("", None, "工作日"),
    ],
)
def test_limits_are_read_with_their_units(cell: Cell, days: int | None, unit: str) -> None:
    (item,) = read(("编号", "名称", "承诺时限"), ("A", "甲", cell)).rows
    assert (item.promise_limit, item.promise_unit) == (days, unit)


def test_a_confirmed_limit_that_an_import_changes_has_to_be_confirmed_again() -> None:
    there = {code: content(code, limit_confirmed=True) for code in ("A", "B")}
    found = read(("编号", "名称", "承诺时限"), ("A", there["A"].name, "9"), ("B", there["B"].name, "10"), there=there)
    assert [item.limit_confirmed for item in found.rows] == [False, True]


def test_words_of_other_offices_are_understood() -> None:
    (item,) = read(
        ("编号", "名称", "办件类型", "本中心权限", "承诺时限", "俗称"),
        ("A", "甲", "即办", "收件初审", "当场办结", "老人证，老年卡、敬老卡"),
    ).rows
    assert (item.case_type, item.role, item.promise_limit) == ("即办件", "收件", None)
    assert item.aliases == ("老人证", "老年卡", "敬老卡")


def test_a_material_a_row_is_gathered_into_its_item() -> None:
    heading = ("编号", "名称", "材料名称", "必要性", "份数", "形式")
    found = read(
        heading,
        ("A", "甲", "身份证", "必需", 1.0, "原件"),
        ("", "", "照片", "可容缺", "2份", "纸质"),
        ("A", "甲", "申请表", "", "", ""),
        ("B", "乙", "", "", "", ""),
    )
    assert not found.errors
    first, second = found.rows
    assert first.materials == (
        Material("身份证"),
        Material("照片", necessity="容缺", copies=2),
        Material("申请表"),
    )
    assert second.materials == ()


def test_rows_of_one_item_that_contradict_each_other_are_an_error() -> None:
    found = read(("编号", "名称", "材料名称"), ("A", "甲", "身份证"), ("A", "乙", "照片"))
    assert sentences(found) == ["第 3 行“名称”（B3）：与第 2 行同一事项的内容不一致。"]


def test_without_a_column_of_codes_items_are_known_by_name_and_new_ones_get_a_code() -> None:
    there = {"LY2": content("LY2", name="高龄津贴"), "N0001": content("N0001", name="别的")}
    found = read(("事项名称", "收费"), ("高龄津贴", "不收费"), ("新事项", ""), there=there)
    assert [item.local_code for item in found.rows] == ["LY2", "N0002"]


def test_an_apostrophe_or_a_text_formula_that_keeps_digits_is_undone() -> None:
    (item,) = read(("编号", "名称", "备注"), ('="0012"', "甲", "'=1+1")).rows
    assert (item.local_code, item.note) == ("0012", "=1+1")


def test_export_is_read_back_as_unchanged(tmp_path: Path) -> None:
    items = [
        *starter_items(),
        content(
            "Z1",
            name="=HYPERLINK(“x”)",
            note='=cmd|"/c calc"!A0',
            fee="+86",
            conditions="-1\n@SUM(A1)",
            basic_code="001234567890",
            implementation_code="1" * 31,
            business_code="1" * 33,
            visits=0,
            seal_delegated=True,
            limit_confirmed=True,
            phone="0591-87654321",
            aliases=(),
            materials=(),
        ),
    ]
    file = tmp_path / "目录.xlsx"
    assert write_catalogue(file, [(item, True) for item in items], quiet) == 109
    (found,) = read_tables(file, quiet)
    there = {item.local_code: item for item in items}
    planned = plan(found, guess(found), there, quiet)
    assert sentences(planned) == []
    assert planned.comparison.changed == ()
    assert len(planned.comparison.unchanged) == 109
    assert not planned.comparison.new
    assert not planned.comparison.gone


def test_nothing_in_an_export_is_computed_or_linked(tmp_path: Path) -> None:
    import zipfile

    file = tmp_path / "a.xlsx"
    evil = content("A", name='=HYPERLINK("http://x","y")', note="=1+1", fee="@SUM(1)", result="http://x")
    write_catalogue(file, [(evil, False)], quiet)
    with zipfile.ZipFile(file) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert 'quotePrefix="1"' in styles


def test_a_stopped_export_leaves_no_file_and_keeps_the_one_before(tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, total: int, text: str) -> None:
        raise Stopped

    file = tmp_path / "a.xlsx"
    file.write_bytes(b"before")
    with pytest.raises(Stopped):
        write_catalogue(file, [(content(), True)], stop)
    assert file.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


_TEXT = st.text(
    st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Cn", "Co"]), min_size=1, max_size=20
)


@given(name=_TEXT, note=_TEXT, alias=_TEXT, paper=_TEXT)
@settings(max_examples=25, deadline=None)
def test_any_text_survives_export_and_import(
    tmp_path_factory: pytest.TempPathFactory, name: str, note: str, alias: str, paper: str
) -> None:
    from db.catalogue.rules import clean_aliases

    item = replace(content("A", name=name, note=note, materials=(Material(paper),)), aliases=clean_aliases([alias]))
    assert faults(item) == []
    file = tmp_path_factory.mktemp("round") / "a.xlsx"
    write_catalogue(file, [(item, True)], quiet)
    (found,) = read_tables(file, quiet)
    planned = plan(found, guess(found), {"A": item}, quiet)
    special = name.startswith("'") or note.startswith("'") or paper.startswith("'")
    if not special and not name.startswith("#") and not note.startswith("#"):
        assert sentences(planned) == []
        assert planned.comparison.unchanged == (item,)


def test_a_workbook_of_numbers_names_each_long_one(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["事项编号", "事项名称", "实施编码"])
        sheet.write_row(1, 0, ["A", "甲", 1135050212345678])
        sheet.write_row(2, 0, ["B", "乙", 11350502123456789012345678901])
    (found,) = read_tables(file, quiet)
    errors = sentences(plan(found, guess(found), {}, quiet))
    assert [text.split("：")[0] for text in errors] == ["第 2 行“实施编码”（C2）", "第 3 行“实施编码”（C3）"]
