"""Reading .xlsx, .xls and .csv into plain rows, within limits. No meaning yet: that is `columns` and `importing`."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from db.catalogue.unpacking import BROKEN, FILE_BYTES, LOCKED, ROWS, TOO_LARGE, check_extent, check_xlsx
from db.errors import RuleBroken, Unavailable

Cell = str | float | bool | date | datetime | time | timedelta
Step = Callable[[int, int, str], None]
CELL_LIMIT: Final = 32_767
SHEETS: Final = 50
SUFFIXES: Final = (".xlsx", ".xls", ".csv")
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Table:
    """One worksheet as it stands: `rows[0]` is row 1; rows may differ in length; an empty cell is ""."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]


def read_tables(path: Path, step: Step) -> tuple[Table, ...]:
    """Every visible worksheet of a file that holds anything (a .csv is one table).

    `step(done, total, text)` may raise to stop. The kind of file is told by what is in it, not by its name alone.

    Raises:
        RuleBroken: not a table, too large, locked, broken, or in an unknown encoding.
        Unavailable: the file cannot be read.
    """
    step(0, 4, "读取文件")
    content = _load(path)
    step(1, 4, "检查文件")
    if path.suffix.lower() == ".csv" and not content.startswith((_ZIP, _OLE)):
        tables: Iterable[Table] = [_csv(content, path.stem)]
    elif content.startswith(_ZIP):
        check_xlsx(content, lambda done, total: step(1, 4, f"检查文件 {done}/{total}"))
        step(2, 4, "打开表格")
        tables = _workbook(content, step)
    elif content.startswith(_OLE):
        tables = _workbook(content, step)
    else:
        raise RuleBroken("认不出这个文件。请用 .xlsx、.xls 或 .csv 格式的表格。")
    found = tuple(table for table in tables if any(any(cell != "" for cell in row) for row in table.rows))
    step(4, 4, "读完")
    if not found:
        raise RuleBroken("表格是空的，没有可以导入的内容。")
    return found


def _load(path: Path) -> bytes:
    try:
        if path.stat().st_size > FILE_BYTES:
            raise RuleBroken(TOO_LARGE)
        with path.open("rb") as file:
            content = file.read(FILE_BYTES + 1)
    except OSError as error:
        raise Unavailable(f"文件“{path.name}”读不出来：可能被别的程序占用、已移走，或没有读取权限。") from error
    if len(content) > FILE_BYTES:
        raise RuleBroken(TOO_LARGE)
    if not content:
        raise RuleBroken("文件是空的（0 字节），没有可以导入的内容。")
    return content


def _workbook(content: bytes, step: Step) -> Iterable[Table]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            visible = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
            ]
            tables: list[Table] = []
            for number, name in enumerate(visible[:SHEETS]):
                step(3, 4, f"读取工作表“{name}” {number + 1}/{len(visible)}")
                sheet = book.get_sheet_by_name(name)
                check_extent(sheet.total_height, sheet.total_width)
                tables.append(Table(name, tuple(map(_row, sheet.to_python(skip_empty_area=False)))))
            return tables
    except PasswordError as error:
        raise RuleBroken(LOCKED) from error
    except (CalamineError, ValueError, KeyError, IndexError, OSError) as error:
        raise RuleBroken(BROKEN) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # the reader's own assertion on a garbled file
            raise RuleBroken(BROKEN) from error
        raise


def _row(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    row = tuple(cells)
    for cell in row:
        if isinstance(cell, str) and len(cell) > CELL_LIMIT:
            raise RuleBroken(f"有单元格超过 {CELL_LIMIT} 个字，不像一份可以导入的表格，没有打开。")
    return row


def _csv(content: bytes, name: str) -> Table:
    text = _decoded(content)
    if "\0" in text:
        raise RuleBroken("文件里有空字符，不是文本的 .csv。请用表格软件打开后另存再导入。")
    first = text.split("\n", 1)[0]
    separator = max(",\t;", key=first.count)
    csv.field_size_limit(CELL_LIMIT * 4)
    rows: list[tuple[Cell, ...]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            rows.append(_row(row))
            check_extent(len(rows), len(row))
    except csv.Error as error:
        raise RuleBroken(f"第 {min(reader.line_num, ROWS)} 行附近的引号不成对，读不下去。请检查后再导入。") from error
    return Table(name, tuple(rows))


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RuleBroken("文字编码认不出来。请在表格软件里另存为“CSV UTF-8”或 .xlsx 再导入。")
