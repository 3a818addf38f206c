"""The journal as a spreadsheet, for an inspection. No cell can become a formula."""

from collections.abc import Iterable
from pathlib import Path

import xlsxwriter

from db.clock import local
from db.errors import Unavailable
from db.journal.queries import JournalRow

HEADINGS = ("序号", "时间", "人员", "操作", "标签", "对象", "对象编号", "内容", "操作编号", "校验值")
WIDTHS = (8, 20, 12, 18, 22, 14, 38, 60, 38, 20)
ROWS_A_SHEET = 1_000_000
CELL_MAX = 32_767 - 1


def write_xlsx(file: Path, rows: Iterable[JournalRow], titles: dict[str, str], anchor: str) -> int:
    """Write entries to an .xlsx file, a sheet for every million.

    Args:
        file: where to; replaced when it exists, only after everything was written.
        rows: the entries, oldest first; their stream may raise to stop.
        titles: the Chinese title of each tag.
        anchor: sentence with the newest number and hash of the journal at this moment, to be compared later.

    Returns:
        How many entries were written.

    Raises:
        Unavailable: the file cannot be written.
    """
    aside = file.with_name(f".{file.name}.part")
    try:
        written = _write(aside, rows, titles, anchor)
        aside.replace(file)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise Unavailable(f"写不进 {file}。请检查文件是否正被别的程序打开、文件夹是否可写、磁盘是否已满。") from error
    finally:
        aside.unlink(missing_ok=True)
    return written


def safe_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula, even when the sheet is saved as CSV and opened again.

    A cell holds 32,767 characters; a longer text is cut, and says so.
    """
    if len(text) > CELL_MAX:
        text = text[: CELL_MAX - 20] + "……（过长，已截断）"
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _write(file: Path, rows: Iterable[JournalRow], titles: dict[str, str], anchor: str) -> int:
    book = xlsxwriter.Workbook(
        str(file), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    heading = book.add_format({"bold": True})
    count, sheet = 0, None
    try:
        for row in rows:
            place = count % ROWS_A_SHEET
            if place == 0:
                sheet = _new_sheet(book, heading, count // ROWS_A_SHEET + 1)
            assert sheet is not None
            for column, text in enumerate(_cells(row, titles)):
                sheet.write_string(place + 1, column, safe_text(text))
            count += 1
        notes = book.add_worksheet("说明")
        notes.write_string(0, 0, safe_text(anchor))
        notes.write_string(1, 0, f"共 {count} 条。时间为北京时间。")
    finally:
        book.close()
    return count


def _new_sheet(book: "xlsxwriter.Workbook", heading: object, number: int) -> "xlsxwriter.worksheet.Worksheet":
    sheet = book.add_worksheet("操作日志" if number == 1 else f"操作日志{number}")
    sheet.freeze_panes(1, 0)
    for column, (title, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, heading)
    return sheet


def _cells(row: JournalRow, titles: dict[str, str]) -> tuple[str, ...]:
    return (
        str(row.seq),
        f"{local(row.at):%Y-%m-%d %H:%M:%S}",
        row.staff_name,
        titles.get(row.tag, row.tag),
        row.tag,
        row.subject_kind,
        str(row.subject_id or ""),
        row.facts,
        str(row.op),
        row.hash.hex()[:16],
    )
