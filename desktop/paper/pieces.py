"""Pieces of a paper: what is drawn whole or not at all, and stacked from top to bottom."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from db.receipts.content import Big, Text
from desktop.paper.breaking import balanced_lines, break_lines, broken
from desktop.paper.sheet import Sheet
from desktop.paper.typeface import HEAVY, PLAIN, Typeface

Draw = Callable[[Sheet, float, float], None]  # sheet, left edge, top edge
_STRETCH = 0.12  # a line is spread to the margin only while that adds at most this part of an em per character


class Piece(NamedTuple):
    """Something `height` points high. `keep`: stays with the next piece. `head`: drawn first on a new page."""

    height: float
    draw: Draw
    keep: bool = False
    head: "Piece | None" = None
    solid: bool = True  # False for white space


@dataclass(frozen=True, slots=True)
class Style:
    """Measures in points: body size, distance of lines, sizes of the titles and of small print, cell padding."""

    size: float
    leading: float
    title: float
    small: float
    pad: float
    gap: float

    @property
    def inset(self) -> float:
        """The distance of a cell's text from its rule at the sides; above and below it is `pad`."""
        return self.pad + 1.5


def blank(height: float) -> Piece:
    """White space."""
    return Piece(height, _nothing, solid=False)


def paragraph(block: Text, width: float, style: Style) -> list[Piece]:
    """A paragraph, one piece a line; its first two and last two lines stay together."""
    if block.style == "heading":
        return _heading(block.text, width, style)
    if block.style == "strong":
        return [*title_line(block.text, width, style.size * 1.3, style.leading * 1.4, HEAVY), blank(style.gap * 0.4)]
    size = style.small if block.style == "note" else style.size
    leading = size * style.leading / style.size
    indent = 2 * size if block.style == "body" else 0.0
    pieces: list[Piece] = []
    for part in block.text.split("\n"):
        lines = break_lines(part, width, size, PLAIN, indent)
        for number, line in enumerate(lines):
            first, last = number == 0, number == len(lines) - 1
            draw = _line(line, size, leading, width, indent if first else 0.0, block.style == "centre", last)
            pieces.append(Piece(leading, draw, keep=not last and (first or number == len(lines) - 2)))
    return [*pieces, blank(style.gap * 0.4)]


def _heading(text: str, width: float, style: Style) -> list[Piece]:
    lines = break_lines(text, width, style.size, HEAVY)
    return [
        blank(style.gap * 0.5),
        *(Piece(style.leading, _bold(line, style.size, style.leading), keep=True) for line in lines),
        blank(style.gap * 0.2)._replace(keep=True),
    ]


def _bold(line: str, size: float, leading: float) -> Draw:
    def draw(sheet: Sheet, left: float, top: float) -> None:
        sheet.text(left, top + (leading - size) / 2, line, size, HEAVY)

    return draw


def _line(line: str, size: float, leading: float, width: float, indent: float, centre: bool, last: bool) -> Draw:
    length = PLAIN.width(line, size)
    spacing = 0.0
    if not last and len(line) > 1:
        wanted = (width - indent - length) / (len(line) - 1)
        spacing = wanted if 0 < wanted <= size * _STRETCH else 0.0
    start = (width - length) / 2 if centre else indent

    def draw(sheet: Sheet, left: float, top: float) -> None:
        sheet.text(left + start, top + (leading - size) / 2, line, size, PLAIN, spacing)

    return draw


class Cell(NamedTuple):
    """A cell of a ruled row: its width, its lines and how they stand in it."""

    width: float
    lines: Sequence[str]
    centre: bool = False
    bold: bool = False


def row_pieces(
    cells: list[Cell], style: Style, most: float, head: Piece | None = None, keep: bool = False
) -> list[Piece]:
    """A ruled row as one piece; only a row higher than a whole page (`most` points) becomes several."""
    fit = max(1, int((most - 2 * style.pad) / style.leading))
    count = max([len(cell.lines) for cell in cells])
    if count <= fit:
        height = count * style.leading + 2 * style.pad
        return [Piece(height, _ruled(cells, height, style), keep, head)]
    pieces = []
    for start in range(0, count, fit):
        part = [Cell(c.width, c.lines[start : start + fit], c.centre, c.bold) for c in cells]
        height = max(len(cell.lines) for cell in part) * style.leading + 2 * style.pad
        pieces.append(Piece(height, _ruled(part, height, style), keep, head))
    return pieces


def _ruled(cells: list[Cell], height: float, style: Style) -> Draw:
    size, leading = style.size, style.leading

    def draw(sheet: Sheet, left: float, top: float) -> None:
        for cell in cells:
            sheet.box(left, top, cell.width, height)
            y = top + (height - len(cell.lines) * leading) / 2 + (leading - size) / 2
            face = HEAVY if cell.bold else PLAIN
            for line in cell.lines:
                if cell.centre:
                    sheet.centred(left + cell.width / 2, y, line, size, face)
                else:
                    sheet.text(left + style.inset, y, line, size, face)
                y += leading
            left += cell.width

    return draw


def cell(text: str, width: float, style: Style, centre: bool = False, bold: bool = False) -> Cell:
    """A cell with its text broken to its width."""
    return Cell(width, broken(text, width - 2 * style.inset, style.size, HEAVY if bold else PLAIN, 0.0), centre, bold)


def title_line(text: str, width: float, size: float, leading: float, typeface: Typeface) -> list[Piece]:
    """Centred lines of a title, that stay together and with what follows."""
    return [
        Piece(leading, _centred(line, width, size, leading, typeface), keep=True)
        for line in balanced_lines(text, width, size, typeface)
        if line
    ]


def big(block: Big, width: float, style: Style, size: float) -> list[Piece]:
    """One thing as large as the width allows, at most `size` points, under its label."""
    needed = HEAVY.width(block.text, 1) or 1.0
    size = max(style.size, min(size, width / needed))
    pieces = title_line(block.label, width, style.size, style.leading, PLAIN)
    return [*pieces, *title_line(block.text, width, size, size * 1.2, HEAVY), blank(style.gap * 0.5)]


def _centred(line: str, width: float, size: float, leading: float, typeface: Typeface) -> Draw:
    def draw(sheet: Sheet, left: float, top: float) -> None:
        sheet.centred(left + width / 2, top + (leading - size) / 2, line, size, typeface)

    return draw


def _nothing(sheet: Sheet, left: float, top: float) -> None:
    return None
