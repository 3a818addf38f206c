"""Files are read within limits, and refused with a sentence otherwise."""

import io
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
import xlwt

from db.catalogue import unpacking
from db.catalogue.sheet import read_tables
from db.errors import RuleBroken, Unavailable


def quiet(done: int, total: int, text: str) -> None:
    """Nobody watches."""


def xlsx(path: Path, write: Callable[[xlsxwriter.Workbook], None]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        write(book)
    return path


def simple(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("目录")
    sheet.write_row(0, 0, ["事项编号", "事项名称"])
    sheet.write_row(1, 0, ["A1", "高龄津贴"])


def rows(path: Path) -> tuple[tuple[object, ...], ...]:
    (table,) = read_tables(path, quiet)
    return table.rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_every_encoding_offices_use(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "目录.csv"
    file.write_bytes('事项编号,事项名称\r\nA1,"高龄津贴，\n䶮𠮷"\r\n'.encode(encoding))
    assert rows(file) == (("事项编号", "事项名称"), ("A1", "高龄津贴，\n䶮𠮷"))


def test_csv_with_semicolons_or_tabs_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("编号\t名称\nA\t甲,乙\n", "utf-8")
    assert rows(file)[1] == ("A", "甲,乙")


def test_xlsx_and_xls_are_read_alike(tmp_path: Path) -> None:
    new = xlsx(tmp_path / "a.xlsx", simple)
    book = xlwt.Workbook()
    sheet = book.add_sheet("目录")
    for row, cells in enumerate([["事项编号", "事项名称"], ["A1", "高龄津贴"]]):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    old = tmp_path / "a.xls"
    book.save(str(old))
    assert rows(new) == rows(old) == (("事项编号", "事项名称"), ("A1", "高龄津贴"))


def test_rows_keep_their_numbers_and_hidden_or_empty_sheets_are_left_out(tmp_path: Path) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("空")
        hidden = book.add_worksheet("藏")
        hidden.write(0, 0, "x")
        hidden.hide()
        book.add_worksheet("目录").write(4, 2, "在C5")

    (table,) = read_tables(xlsx(tmp_path / "a.xlsx", write), quiet)
    assert table.name == "目录"
    assert table.rows[4][2] == "在C5"


def bomb(size: int) -> bytes:
    """A zip with a sheet of `size` blanks."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            for _ in range(size // (1 << 20)):
                member.write(b" " * (1 << 20))
    return packed.getvalue()


def lying(content: bytes, told: int) -> bytes:
    """The same zip whose directory states another unpacked size for its last member."""
    at = content.rindex(b"PK\x01\x02")
    return content[: at + 24] + struct.pack("<I", told) + content[at + 28 :]


def test_a_small_file_that_unpacks_to_300_megabytes_is_refused_within_a_second(tmp_path: Path) -> None:
    honest = bomb(300 << 20)
    assert len(honest) < 400_000
    for name, content in (("honest", honest), ("lying", lying(honest, 1000))):
        file = tmp_path / f"{name}.xlsx"
        file.write_bytes(content)
        began = time.process_time()
        with pytest.raises(RuleBroken, match="解开后超过"):
            read_tables(file, quiet)
        assert time.process_time() - began < 1.0


def test_the_lie_is_told_as_it_should_be() -> None:
    """The lying archive of the test above passes the directory check, so the counting itself refused it."""
    content = lying(bomb(100 << 20), 1000)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert sum(member.file_size for member in archive.infolist()) < unpacking.UNPACKED_BYTES


def test_a_cell_in_the_far_corner_is_refused_before_the_reader_lays_out_the_rectangle(tmp_path: Path) -> None:
    def far(row: int, column: int) -> Path:
        def write(book: xlsxwriter.Workbook) -> None:
            sheet = book.add_worksheet()
            sheet.write(0, 0, "事项名称")
            sheet.write(row, column, "z")

        return xlsx(tmp_path / f"far{row}.xlsx", write)

    low, wide = far(1_048_575, 16_383), far(5, 16_383)
    began = time.process_time()
    with pytest.raises(RuleBroken, match="第 1048576 行"):
        read_tables(low, quiet)
    with pytest.raises(RuleBroken, match="第 16384 列"):
        read_tables(wide, quiet)
    assert time.process_time() - began < 1.0


def test_more_rows_than_a_catalogue_has_are_refused_in_a_csv_too(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("名称\n" + "甲\n" * (unpacking.ROWS + 1), "utf-8")
    with pytest.raises(RuleBroken, match="最多读"):
        read_tables(file, quiet)


def encrypted(path: Path) -> Path:
    content = bytearray(bomb(1 << 20))
    at = content.rindex(b"PK\x01\x02")
    content[at + 8] |= 1
    path.write_bytes(bytes(content))
    return path


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.xlsx", b"", "0 字节"),
        ("text.xlsx", b"hello", "认不出这个文件"),
        ("a.pdf", b"%PDF-1.7", "认不出这个文件"),
        ("cut.xlsx", bomb(1 << 20)[:800], "已损坏"),
        ("cut.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "已损坏"),
        ("notbook.xlsx", bomb(1 << 20), "已损坏"),
        ("nul.csv", b"a,b\n\0,c\n", "空字符"),
        ("quote.csv", '名称\n"甲\n'.encode(), "引号不成对"),
        ("bytes.csv", b"\xff\xff\xff\x81", "编码认不出来"),
        ("blank.csv", b",\n,\n", "是空的"),
    ],
)
def test_what_is_no_catalogue_is_refused_with_a_sentence(
    tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(RuleBroken, match=sentence):
        read_tables(file, quiet)


def test_a_locked_zip_and_a_missing_file_say_so(tmp_path: Path) -> None:
    with pytest.raises(RuleBroken, match="密码"):
        read_tables(encrypted(tmp_path / "locked.xlsx"), quiet)
    with pytest.raises(Unavailable, match="读不出来"):
        read_tables(tmp_path / "missing.xlsx", quiet)


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "big.xlsx"
    with file.open("wb") as out:
        out.truncate(unpacking.FILE_BYTES + 1)
    with pytest.raises(RuleBroken, match="超过 10 MB"):
        read_tables(file, quiet)


def test_reading_can_be_stopped(tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, total: int, text: str) -> None:
        if done == 2:
            raise Stopped

    with pytest.raises(Stopped):
        read_tables(xlsx(tmp_path / "a.xlsx", simple), stop)


def test_a_formula_that_failed_is_named_not_read_as_empty(tmp_path: Path) -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "事项名称")
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")

    with pytest.raises(RuleBroken, match="公式出错的单元格（B2）"):
        read_tables(xlsx(tmp_path / "a.xlsx", write), quiet)
