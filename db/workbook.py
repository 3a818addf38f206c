"""Tables for other programs as .xlsx: text stays text (nothing is computed), and a file is there whole or not at all."""

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from db.errors import Unavailable


class Share(float):
    """A part of a whole, shown as a percentage: 0.255 is 25.5%."""


Cell = str | float | int | date | time | timedelta
_ACTIVE = ("=", "+", "-", "@", "\t", "\r", "'")
_WIDEST = 42
_FORMATS: dict[type, str] = {date: "yyyy-mm-dd", time: "hh:mm", timedelta: "[hh]:mm", Share: "0.0%"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A named table, its headings first. `width` is that of every column in characters; 0: as wide as its texts."""

    title: str
    table: Sequence[Sequence[Cell]]
    width: int = 14


def write_book(path: Path, sheets: Sequence[Sheet]) -> Path:
    """Write a workbook beside its place and put it there when it is whole.

    Raises:
        Unavailable: the file cannot be written.
    """

    def fill(name: str) -> None:
        with xlsxwriter.Workbook(name, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            for sheet in sheets:
                _fill(book, sheet)

    _write_whole(path, fill)
    return path


def write_file(path: Path, data: bytes) -> Path:
    """Put bytes where they are wanted, all of them at once.

    Raises:
        Unavailable: the file cannot be written.
    """
    _write_whole(path, lambda name: Path(name).write_bytes(data))
    return path


def _write_whole(path: Path, fill: Callable[[str], object]) -> None:
    """Let `fill` write a file beside its place, and put it there when it is whole.

    Raises:
        Unavailable: the file cannot be written.
    """
    name = ""
    try:
        descriptor, name = tempfile.mkstemp(suffix=path.suffix, dir=path.parent, prefix=".linli-")
        os.close(descriptor)
        fill(name)
        os.replace(name, path)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise _unwritable(path) from error
    finally:
        if name:
            Path(name).unlink(missing_ok=True)


def _unwritable(path: Path) -> Unavailable:
    return Unavailable(f"写不了“{path.name}”：文件可能正被打开、磁盘已满，或没有写入权限。")


def _fill(book: Any, made: Sheet) -> None:
    plain = book.add_format({"valign": "top"})
    quoted = book.add_format({"valign": "top", "quote_prefix": True})
    heading = book.add_format({"bold": True, "bottom": 1})
    special = {kind: book.add_format({"valign": "top", "num_format": shown}) for kind, shown in _FORMATS.items()}
    sheet = book.add_worksheet(made.title)
    for at, cells in enumerate(made.table):
        for column, value in enumerate(cells):
            if isinstance(value, str):
                style = heading if at == 0 else quoted if value.startswith(_ACTIVE) else plain
                sheet.write_string(at, column, value, style)
            elif isinstance(value, date | time | timedelta):
                sheet.write_datetime(at, column, value, special[type(value)])
            else:
                sheet.write_number(at, column, value, special.get(type(value), plain))
    for column in range(len(made.table[0])):
        sheet.set_column(column, column, made.width or _width(made.table, column))
    sheet.freeze_panes(1, 0)


def _width(table: Sequence[Sequence[Cell]], column: int) -> int:
    """As wide as the longest text asks for; a Chinese character takes two places."""
    texts = (_shown(row[column]) for row in table if column < len(row))
    longest = max((sum(1 if char.isascii() else 2 for char in text) for text in texts), default=8)
    return max(6, min(longest + 2, _WIDEST))


def _shown(value: Cell) -> str:
    return "00:00" if isinstance(value, time | timedelta) else str(value)
