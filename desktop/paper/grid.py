"""Ruled grids of an A4 paper: labelled facts and tables."""

from db.receipts.content import Fields, Table, Text
from desktop.paper.pieces import Cell, Piece, Style, blank, cell, paragraph, row_pieces
from desktop.paper.typeface import PLAIN

_NARROW = 16  # columns with at most this weight hold codes and counts and are centred


def fields_grid(block: Fields, width: float, style: Style, most: float) -> list[Piece]:
    """Label and value in ruled cells; two short facts share a row."""
    labels = [PLAIN.width(label, style.size) for label, _ in block.rows]
    if not labels:
        return []
    label = min(max(5 * style.size, *labels) + 2 * style.inset + 1, width * 0.24)
    half = width / 2 - label
    pieces: list[Piece] = [blank(style.gap * 0.4)]
    waiting: tuple[str, str] | None = None
    for name, value in block.rows:
        short = not _for_handwriting(value) and PLAIN.width(value, style.size) <= half - 2 * style.inset
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


def _for_handwriting(value: str) -> bool:
    """Whether the value is a blank or boxes to be filled in with a pen, which need the whole width."""
    return not value.strip() or value[0] in "　□" or "\n" in value


def column_widths(block: Table, width: float, style: Style) -> list[float]:
    """The width shared out by weight; short codes, dates and headers get what keeps them on one line, if it fits."""
    size, frame = style.size, 2 * style.inset + 1
    hard = [
        max(min(PLAIN.width(name, size), 4 * size), *(_as_written(row[n], size) for row in block.rows), 0.0) + frame
        for n, name in enumerate(block.columns)
    ]
    soft = [
        max(need, min(max((_longest(row[n], size) for row in block.rows), default=0.0), 7 * size) + frame)
        for n, need in enumerate(hard)
    ]
    if sum(soft) >= width:
        return _between(hard, soft, width)
    total = sum(block.weights)
    return _between(soft, [max(width * w / total, s) for w, s in zip(block.weights, soft, strict=True)], width)


def _as_written(text: str, size: float) -> float:
    """What keeps the lines of a cell that is written in several lines as they are, within reason."""
    return min(_longest(text, size), 7 * size) if "\n" in text else 0.0


def _longest(text: str, size: float) -> float:
    return max(PLAIN.width(line, size) for line in text.split("\n"))


def _between(least: list[float], wanted: list[float], width: float) -> list[float]:
    """Widths between `least` and `wanted` that add up to `width`; below `least` only where there is no other way."""
    low, high = sum(least), sum(wanted)
    if low >= width:
        return [w * width / low for w in least]
    part = (width - low) / (high - low)
    return [a + (b - a) * part for a, b in zip(least, wanted, strict=True)]


def table_grid(block: Table, width: float, style: Style, most: float, total_above: bool = False) -> list[Piece]:
    """A caption, a header that repeats on every page, the rows and their sum (`total_above`: after the caption)."""
    above = total_above and bool(block.caption)
    caption = f"{block.caption}（{block.total}）" if above and block.total else block.caption
    widths = column_widths(block, width, style)
    centred = [weight <= _NARROW for weight in block.weights]
    header = row_pieces(
        [cell(name, w, style, True, True) for name, w in zip(block.columns, widths, strict=True)],
        style,
        most,
        keep=True,
    )[0]
    pieces = paragraph(Text(caption, "heading"), width, style) if block.caption else [blank(style.gap * 0.4)]
    pieces.append(header)
    for number, row in enumerate(block.rows, 1):
        cells = [cell(value, w, style, c) for value, w, c in zip(row, widths, centred, strict=True)]
        with_total = bool(block.total) and not above and number == len(block.rows)
        pieces += row_pieces(cells, style, most - header.height, header, with_total)
    if block.total and not above:
        total = cell(block.total, width, style)
        pieces += row_pieces([total], style, most - header.height, header)
    return [*pieces, blank(style.gap)]
