"""The catalogue as an .xlsx that a spreadsheet program opens, edits, and this program reads back unchanged.

A row for each material; the fields of the item stand on its first row, code and name on all of them. Every cell is text: no
code loses digits, and nothing that begins with = + - @ is computed (CWE-1236), because each such cell is written as a string
and carries the quote prefix that spreadsheets keep for text.
"""

import os
import tempfile
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from db.catalogue.columns import HEADINGS, MATERIAL_LABELS
from db.catalogue.rules import CHOICES, FORMS, NECESSITIES, ItemContent, Material, shown
from db.catalogue.sheet import Step
from db.errors import Unavailable

ITEM_FIELDS: Final = tuple(field.name for field in fields(ItemContent) if field.name != "materials")
COLUMNS: Final = (*ITEM_FIELDS, *MATERIAL_LABELS)
SHEET: Final = "事项目录"
STATE: Final = "状态（导入时不读）"
_ACTIVE: Final = ("=", "+", "-", "@", "\t", "\r", "'")
_WIDE: Final = frozenset({"name", "aliases", "conditions", "process", "basis", "note", "material.name"})


def write_catalogue(path: Path, items: Iterable[tuple[ItemContent, bool]], step: Step) -> int:
    """Write items (with whether they are enabled) to `path`; returns how many. A stopped or failed export leaves no file.

    Raises:
        Unavailable: the file cannot be written.
    """
    known = list(items)
    name = ""
    try:
        descriptor, name = tempfile.mkstemp(suffix=".xlsx", dir=path.parent, prefix=".linli-")
        os.close(descriptor)
        _write(name, known, step)
        os.replace(name, path)
    except OSError as error:
        raise Unavailable(f"写不了“{path.name}”：文件可能正被打开、磁盘已满，或没有写入权限。") from error
    except xlsxwriter.exceptions.FileCreateError as error:
        raise Unavailable(f"写不了“{path.name}”：磁盘可能已满，或没有写入权限。") from error
    finally:
        if name:
            Path(name).unlink(missing_ok=True)
    return len(known)


def _write(name: str, items: list[tuple[ItemContent, bool]], step: Step) -> None:
    with xlsxwriter.Workbook(name, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        plain: dict[str, Any] = {"num_format": "@", "valign": "top", "text_wrap": True}
        formats = (book.add_format(plain), book.add_format({**plain, "quote_prefix": True}))
        sheet = book.add_worksheet(SHEET)
        heading = book.add_format({"bold": True, "valign": "top", "text_wrap": True, "bottom": 1})
        for column, field in enumerate(COLUMNS):
            sheet.write_string(0, column, HEADINGS[field], heading)
            sheet.set_column(column, column, 36 if field in _WIDE else 14)
        sheet.write_string(0, len(COLUMNS), STATE, heading)
        row = 1
        for number, (content, enabled) in enumerate(items):
            step(number, len(items), content.name)
            row = _item(sheet, row, content, enabled, formats)
        _help(sheet, row)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(1, row - 1), len(COLUMNS))


def _item(sheet: Any, row: int, content: ItemContent, enabled: bool, formats: tuple[Any, Any]) -> int:
    """Write an item and its materials from `row` on; returns the next free row."""
    for offset, material in enumerate(content.materials or (None,)):
        for column, field in enumerate(COLUMNS):
            text = _text(content, material, field, first=offset == 0)
            if text:
                sheet.write_string(row + offset, column, text, formats[text.startswith(_ACTIVE)])
        sheet.write_string(row + offset, len(COLUMNS), "启用" if enabled else "停用", formats[0])
    return row + max(1, len(content.materials))


def _text(content: ItemContent, material: Material | None, field: str, *, first: bool) -> str:
    if field.startswith("material."):
        return "" if material is None else str(getattr(material, field.removeprefix("material.")))
    return shown(content, field) if first or field in ("local_code", "name") else ""


def _help(sheet: Any, rows: int) -> None:
    """Lists to choose from in the columns that hold one of a few words."""
    lists = {**CHOICES, "material.necessity": NECESSITIES, "material.form": FORMS}
    for field, words in lists.items():
        column = COLUMNS.index(field)
        sheet.data_validation(1, column, max(1, rows + 200), column, {"validate": "list", "source": list(words)})
