"""Reading a calendar from a spreadsheet: 日期, 类型 (休/班), 说明. Pure but for the file's bytes that it is given."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import PurePath

from python_calamine import CalamineError, CalamineWorkbook

from db.calendar.published import Day
from db.errors import RuleBroken
from db.text import half_width, line

LARGEST_FILE = 2 * 1024 * 1024
LARGEST_UNPACKED = 20 * 1024 * 1024
MOST_ROWS = 2000
_OFF = {"休", "放假", "休息", "假", "节假日", "法定节假日", "调休", "0", "否", "off", "holiday"}
_ON = {"班", "上班", "补班", "调班", "工作日", "调休上班", "1", "是", "on", "work", "workday"}
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
_HEADS = {"日期": 0, "date": 0, "类型": 1, "类别": 1, "休班": 1, "kind": 1, "说明": 2, "名称": 2, "节日": 2, "name": 2}

Cell = str | int | float | bool | date | time | timedelta | None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row (from 1, as the spreadsheet counts)."""

    row: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file says. With a fault nothing may be imported."""

    days: tuple[Day, ...]
    faults: tuple[Fault, ...]


def read_sheet(name: str, content: bytes) -> Sheet:
    """The days in a .csv (UTF-8 or GB18030), .xlsx, .xls or .ods file.

    Raises:
        RuleBroken: too large, not such a file, or without a 日期 column.
    """
    if len(content) > LARGEST_FILE:
        raise RuleBroken("文件超过 2 MB，不像是年历。年历一年只有几十行，请检查是否选错了文件。")
    suffix = PurePath(name).suffix.lower()
    if suffix == ".csv":
        return read_rows(_csv(content))
    if suffix in (".xlsx", ".xls", ".ods"):
        return read_rows(_workbook(content))
    raise RuleBroken("年历只能从 .csv、.xlsx、.xls 或 .ods 文件导入。")


def read_rows(rows: Iterable[Sequence[Cell]]) -> Sheet:
    """The days in rows of cells; the heads 日期/类型/说明 may stand in any order."""
    places: dict[int, int] | None = None
    days: dict[date, Day] = {}
    faults: list[Fault] = []
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise RuleBroken(f"超过 {MOST_ROWS} 行，不像是年历，请检查是否选错了文件。")
        if all(cell in (None, "") for cell in row):
            continue
        if places is None:
            places = _places(row)
            if places is None:
                raise RuleBroken("第一行应是表头：日期、类型、说明。没有找到“日期”和“类型”两列。")
            continue
        try:
            day = _day(row, places)
            if day.day in days:
                raise RuleBroken(f"{day.day.isoformat()} 出现了两次。")
            days[day.day] = day
        except RuleBroken as fault:
            faults.append(Fault(number, fault.sentence))
    return Sheet(tuple(sorted(days.values(), key=lambda each: each.day)), tuple(faults))


def _places(row: Sequence[Cell]) -> dict[int, int] | None:
    found = {_HEADS[head]: at for at, cell in enumerate(row) if (head := str(cell or "").strip().lower()) in _HEADS}
    return found if {0, 1} <= found.keys() else None


def _day(row: Sequence[Cell], places: dict[int, int]) -> Day:
    cells = {meaning: row[at] if at < len(row) else None for meaning, at in places.items()}
    return Day(_date(cells[0]), _working(cells[1]), line(str(cells.get(2) or ""), "说明", 40))


def _date(cell: Cell) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else half_width(str(cell or "")).strip()
    found = _DATE.fullmatch(text.removesuffix(" 00:00:00"))
    if found is None:
        raise RuleBroken(f"“{text}”不是日期，请写成 2027-01-01 的样子。")
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise RuleBroken(f"没有 {text} 这一天。") from error


def _working(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else half_width(str(cell or ""))
    text = text.strip().lower()
    if text in _OFF:
        return False
    if text in _ON:
        return True
    raise RuleBroken(f"类型“{text}”看不懂，请写“休”或“班”。")


def _csv(content: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return list(csv.reader(io.StringIO(text, newline="")))
    raise RuleBroken("这个 .csv 文件的编码既不是 UTF-8 也不是 GB18030，请另存后再导入。")


def _workbook(content: bytes) -> list[list[Cell]]:
    _refuse_bomb(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [list(row) for row in book.get_sheet_by_index(0).to_python(nrows=MOST_ROWS + 1)]
    except (CalamineError, IndexError) as error:
        raise RuleBroken("打不开这个表格文件，可能已损坏或加了密码，请另存后再导入。") from error


def _refuse_bomb(content: bytes) -> None:
    """A small archive may unpack to gigabytes; the sizes in its directory are checked before anything is unpacked."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise RuleBroken("打不开这个表格文件，可能已损坏，请另存后再导入。") from error
    if unpacked > LARGEST_UNPACKED:
        raise RuleBroken("表格解压后过大，不像是年历，没有打开。")
