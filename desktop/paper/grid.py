"""Ruled grids of an A4 paper: labelled facts and tables."""

from db.receipts.content import Fields, Table, Text
from desktop.paper.pieces import Cell, Piece, Style, blank, cell, paragraph, row_pieces
from desktop.paper.typeface import PLAIN

_NARROW = 16  # columns with at most this weight hold codes and counts and are centred


def fields_grid(block: Fields, width: float, style: Style, most: float, pairs: bool) -> list[Piece]:
    """Label and value in ruled cells; with `pairs`, two short facts share a row."""
    labels = [PLAIN.width(label, style.size) for label, _ in block.rows]
    if not labels:
        return []
    label = min(max(labels) + 2 * style.pad + 1, width * (0.2 if pairs else 0.32))
    half = width / 2 - label
    pieces: list[Piece] = []
    waiting: tuple[str, str] | None = None
    for name, value in block.rows:
        short = pairs and "\n" not in value and PLAIN.width(value, style.size) <= half - 2 * style.pad
        if waiting and short:
            pieces += row_pieces(
                [*_fact(waiting, label, half, style), *_fact((name, value), label, half, style)], style, most
            )
            waiting = None
            continue
        if waiting:
            pieces += row_pieces(_fact(waiting, label, width - label, style), style, most)
            waiting = None
        if short:
            waiting = (name, value)
        else:
            pieces += row_pieces(_fact((name, value), label, width - label, style), style, most)
    if waiting:
        pieces += row_pieces(_fact(waiting, label, width - label, style), style, most)
    return [*pieces, blank(style.gap)]


def _fact(row: tuple[str, str], label: float, value: float, style: Style) -> list[Cell]:
    return [cell(row[0], label, style, centre=True), cell(row[1], value, style)]


def column_widths(block: Table, width: float, style: Style) -> list[float]:
    """The width shared out by weight, but never less than the longest word or four characters of a header need."""
    size, pad = style.size, 2 * style.pad
    least = [max(PLAIN.width(name, size) if len(name) <= 4 else 4 * size, size * 2) + pad + 1 for name in block.columns]
    total = sum(block.weights)
    widths = [max(width * weight / total, need) for weight, need in zip(block.weights, least, strict=True)]
    excess = sum(widths) - width
    room = sum(w - need for w, need in zip(widths, least, strict=True))
    if excess > 0 and room > 0:
        widths = [w - (w - need) * excess / room for w, need in zip(widths, least, strict=True)]
    return widths


def table_grid(block: Table, width: float, style: Style, most: float) -> list[Piece]:
    """A caption, a header that repeats on every page, the rows and their sum."""
    widths = column_widths(block, width, style)
    centred = [weight <= _NARROW for weight in block.weights]
    header = row_pieces(
        [cell(name, w, style, True, True) for name, w in zip(block.columns, widths, strict=True)],
        style,
        most,
        keep=True,
    )[0]
    pieces = paragraph(Text(block.caption, "heading"), width, style) if block.caption else []
    pieces.append(header)
    for row in block.rows:
        cells = [cell(value, w, style, c) for value, w, c in zip(row, widths, centred, strict=True)]
        pieces += row_pieces(cells, style, most - header.height, header)
    if block.total:
        total = cell(block.total, width, style)
        pieces += row_pieces([total], style, most - header.height, header)
    return [*pieces, blank(style.gap)]
