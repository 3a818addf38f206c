"""A list on A4 pages: title, facts, a table whose head repeats, notes, signatures. For one member's duties and for records."""

from dataclasses import dataclass

from desktop.paper import duty_table as table
from desktop.paper.breaking import balanced_lines, break_lines
from desktop.paper.duty_table import Column, Laid, Row, Table
from desktop.paper.render import Rendered
from desktop.paper.sheet import MM, Sheet
from desktop.paper.typeface import HEAVY, PLAIN

_SIDE = 16 * MM
_TITLE, _FACT, _SMALL = 21.0, 12.0, 10.0
_SIZES = (12.0, 11.0, 10.0)
_SEVERAL = 10.5


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything that is printed. `empty` stands where there are no rows; `facts` under the title, two on a line."""

    title: str
    organisation: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()
    issued_on: str = ""
    empty: str = "没有记录"
    landscape: bool = False


def listing(content: Listing) -> Rendered:
    """Lay it out in the largest type that keeps it on one page, else on as many as it needs."""
    width, height = (297 * MM, 210 * MM) if content.landscape else (210 * MM, 297 * MM)
    inner = width - 2 * _SIDE
    titles = balanced_lines(content.title, inner, _TITLE, HEAVY)
    facts = _fact_lines(content, inner)
    foot = _foot_lines(content, inner)
    below = _foot_height(content, foot)
    first_top = _SIDE + len(titles) * 1.25 * _TITLE + len(facts) * 1.55 * _FACT + 8
    room = height - _SIDE - 1.6 * _SMALL - first_top
    laid, pages = _fitting(content, inner, room, below)
    sheet = Sheet(content.title, content.organisation)
    for number, rows in enumerate(pages, 1):
        sheet.new_page(width, height)
        y = _SIDE
        for line in titles:
            sheet.centred(width / 2, y, line, _TITLE, HEAVY)
            y += 1.25 * _TITLE
        for line in facts:
            sheet.text(_SIDE, y + 2, line, _FACT)
            y += 1.55 * _FACT
        end = table.draw(sheet, laid, rows, _SIDE, first_top, None)
        if not content.rows:
            sheet.centred(width / 2, end + 20, content.empty, 15)
            end += 50
        if number == len(pages):
            _foot(sheet, content, foot, width, end)
        if len(pages) > 1:
            sheet.centred(width / 2, height - _SIDE - _SMALL, f"第 {number} 页　共 {len(pages)} 页", _SMALL)
    pdf, missing = sheet.finish()
    return Rendered(pdf, missing, sheet.pages)


def _fitting(content: Listing, inner: float, room: float, below: float) -> tuple[Table, list[tuple[Laid, ...]]]:
    for size in _SIZES:
        if len(content.rows) * table.least_height(size) > room - below:
            continue
        laid = table.lay_out(content.columns, content.rows, inner, size)
        if laid.head + laid.height(laid.rows) <= room - below:
            return laid, [laid.rows]
    laid = table.lay_out(content.columns, content.rows, inner, _SEVERAL)
    return laid, table.balanced(laid, room, room - below)


def _fact_lines(content: Listing, inner: float) -> list[str]:
    """The facts one after the other, as many on a line as fit."""
    lines: list[str] = []
    for fact in (f"{label}：{value}" for label, value in content.facts if value):
        if lines and PLAIN.width(f"{lines[-1]}　　{fact}", _FACT) <= inner:
            lines[-1] += f"　　{fact}"
        else:
            lines += break_lines(fact, inner, _FACT, PLAIN)
    return lines


def _foot_lines(content: Listing, inner: float) -> list[str]:
    return [line for note in content.notes for line in break_lines(note, inner, _SMALL, PLAIN)]


def _foot_height(content: Listing, notes: list[str]) -> float:
    signed = 3.6 * _FACT if content.signatures else 0.0
    dated = 3.4 * _FACT if content.issued_on else 0.0
    return 8 + len(notes) * 1.5 * _SMALL + signed + dated


def _foot(sheet: Sheet, content: Listing, notes: list[str], width: float, end: float) -> None:
    y = end + 8
    for line in notes:
        sheet.text(_SIDE, y, line, _SMALL)
        y += 1.5 * _SMALL
    if content.signatures:
        part = (width - 2 * _SIDE) / len(content.signatures)
        for number, label in enumerate(content.signatures):
            x = _SIDE + number * part
            sheet.text(x, y + 1.6 * _FACT, f"{label}：", _FACT)
            used = PLAIN.width(f"{label}：", _FACT)
            sheet.line(x + used, y + 2.8 * _FACT, x + min(part - 14, used + 120), y + 2.8 * _FACT, 0.6)
        y += 3.6 * _FACT
    if content.issued_on:
        wide = max(PLAIN.width(text, _FACT) for text in (content.organisation, content.issued_on))
        middle = width - _SIDE - wide / 2
        sheet.centred(middle, y + 0.4 * _FACT, content.organisation, _FACT)
        sheet.centred(middle, y + 2.0 * _FACT, content.issued_on, _FACT)
