"""Thermal rolls, 80 mm and 58 mm: one column, as long as it needs to be, one cut for each copy."""

from dataclasses import dataclass
from functools import partial

from db.receipts.content import Big, Fields, Medium, PaperContent, Table, Text
from desktop.paper import qr
from desktop.paper.breaking import break_lines, is_one_word
from desktop.paper.pieces import Piece, Style, big, blank, paragraph, title_line
from desktop.paper.qr import DOT
from desktop.paper.sheet import MM, Sheet
from desktop.paper.typeface import HEAVY, PLAIN

_LABEL_SHARE = 0.36  # the part of the width a column of labels may take


@dataclass(frozen=True, slots=True)
class Roll:
    """A roll: its width and the width a head can print on, in points; `code` is the side a QR code aims at."""

    width: float
    printable: float
    code: float
    normal: Style
    large: Style

    @property
    def side(self) -> float:
        """The margin on either side, on a whole dot."""
        return int((self.width - self.printable) / 2 / DOT) * DOT


ROLLS = {
    Medium.THERMAL80: Roll(
        80 * MM,
        72 * MM,
        40 * MM,
        Style(size=9.5, leading=13.5, title=15, small=8.5, pad=2, gap=6),
        Style(size=13, leading=18.5, title=20, small=11, pad=2, gap=8),
    ),
    Medium.THERMAL58: Roll(
        58 * MM,
        48 * MM,
        40 * MM,
        Style(size=9, leading=12.5, title=12.5, small=8.5, pad=1.5, gap=5),
        Style(size=12, leading=17, title=16, small=10.5, pad=1.5, gap=7),
    ),
}


def lay_out(sheet: Sheet, content: PaperContent, medium: Medium, large: bool, mark: str, void: str) -> None:
    """Draw every copy on a length of its own."""
    roll = ROLLS[medium]
    style = roll.large if large else roll.normal
    body = _body(content, roll, style, void)
    for label in content.copies:
        top = _top(label, mark, roll, style)
        height = sum(piece.height for piece in (*top, *body)) + 2 * style.gap
        sheet.new_page(roll.width, _whole_dots(height))
        if void:
            sheet.stamp(roll.width / 2, height / 2, "作废", roll.printable / 2.6)
        y = style.gap
        y = _draw(sheet, top, roll.side, y)
        sheet.repeated(y, 0.0, partial(_draw, sheet, body, roll.side, y))


def _draw(sheet: Sheet, pieces: list[Piece], left: float, y: float) -> float:
    """Draw the pieces one under the other from `y`; the place below the last."""
    for piece in pieces:
        piece.draw(sheet, left, y)
        y += piece.height
    return y


def _whole_dots(length: float) -> float:
    return (int(length / DOT) + 1) * DOT


def _top(label: str, mark: str, roll: Roll, style: Style) -> list[Piece]:
    return [
        *(title_line(f"【{mark}】", roll.printable, style.size * 1.3, style.leading * 1.3, HEAVY) if mark else ()),
        *(title_line(label, roll.printable, style.small, style.small * 1.5, PLAIN) if label else ()),
    ]


def _body(content: PaperContent, roll: Roll, style: Style, void: str) -> list[Piece]:
    width = roll.printable
    pieces = title_line(content.organisation, width, style.size, style.leading, PLAIN)
    pieces += title_line(content.title, width, style.title, style.title * 1.4, HEAVY)
    if content.number:
        pieces += title_line(content.number, width, style.size, style.leading, PLAIN)
    pieces.append(_rule(width, style.gap))
    if void:
        pieces += paragraph(Text(f"本件已作废，不得使用。作废原因：{void}", "heading"), width, style)
    for block in content.blocks:
        match block:
            case Text():
                pieces += paragraph(block, width, style)
            case Fields():
                pieces += _facts(block, width, style)
            case Table():
                pieces += _list(block, width, style)
            case Big():
                pieces += big(block, width, style, style.title * 3.2)
    return [*pieces, *_end(content, roll, style)]


def _rule(width: float, gap: float) -> Piece:
    def draw(sheet: Sheet, left: float, top: float) -> None:
        sheet.line(left, top + gap / 2, left + width, top + gap / 2, 0.7, "2.5 2")

    return Piece(gap, draw)


def _facts(block: Fields, width: float, style: Style) -> list[Piece]:
    """Labels in a column, values hanging beside them; a long label stands on a line of its own."""
    labels = [PLAIN.width(f"{label}：", style.size) for label, _ in block.rows]
    most = width * _LABEL_SHARE
    indent = max((length for length in labels if length <= most), default=0.0)
    pieces: list[Piece] = []
    for (label, value), length in zip(block.rows, labels, strict=True):
        too_long = PLAIN.width(value, style.size) > width - indent and is_one_word(value)
        beside = length <= indent and not too_long
        hang = indent if beside else 1.5 * style.size
        lines = break_lines(value, width - hang, style.size, PLAIN)
        heads = [f"{label}："] if beside else break_lines(f"{label}：", width, style.size, PLAIN)
        pieces.append(_fact(heads, lines, hang, beside, style))
    return [*pieces, _rule(width, style.gap)]


def _fact(heads: list[str], lines: list[str], hang: float, beside: bool, style: Style) -> Piece:
    size, leading = style.size, style.leading
    rows = max(len(heads), len(lines)) if beside else len(heads) + len(lines)

    def draw(sheet: Sheet, left: float, top: float) -> None:
        y = top + (leading - size) / 2
        for number, head in enumerate(heads):
            sheet.text(left, y + number * leading, head, size)
        start = y if beside else y + len(heads) * leading
        for number, line in enumerate(lines):
            sheet.text(left + hang, start + number * leading, line, size)

    return Piece(rows * leading, draw)


def _list(block: Table, width: float, style: Style) -> list[Piece]:
    """A table as a list: number and name in bold, the other columns named under it."""
    pieces = paragraph(Text(block.caption, "heading"), width, style) if block.caption else []
    hang = PLAIN.width("00.", style.size)
    for row in block.rows:
        number, name, *others = row
        pieces += _hanging(f"{number}.", name, width, hang, style, HEAVY.width(name, 1) > 0)
        details = [
            f"{column}：{value}"
            for column, value in zip(block.columns[2:], others, strict=True)
            if value and value != "—"
        ]
        for line in _packed(details, width - hang, style.size):
            pieces += _hanging("", line, width, hang, style, False)
    if block.total:
        pieces += [_right(line, width, style) for line in break_lines(block.total, width, style.size, PLAIN)]
    return [*pieces, _rule(width, style.gap)]


def _packed(details: list[str], width: float, size: float) -> list[str]:
    """The details on as few lines as hold them whole."""
    lines: list[str] = []
    for detail in details:
        if lines and PLAIN.width(f"{lines[-1]}　{detail}", size) <= width:
            lines[-1] += f"　{detail}"
        else:
            lines.append(detail)
    return lines


def _hanging(head: str, text: str, width: float, hang: float, style: Style, bold: bool) -> list[Piece]:
    face = HEAVY if bold else PLAIN
    lines = break_lines(text, width - hang, style.size, face)

    def draw(sheet: Sheet, left: float, top: float) -> None:
        y = top + (style.leading - style.size) / 2
        sheet.text(left, y, head, style.size)
        for number, line in enumerate(lines):
            sheet.text(left + hang, y + number * style.leading, line, style.size, face)

    return [Piece(len(lines) * style.leading, draw)] if text else []


def _right(text: str, width: float, style: Style) -> Piece:
    def draw(sheet: Sheet, left: float, top: float) -> None:
        sheet.right(left + width, top + (style.leading - style.size) / 2, text, style.size)

    return Piece(style.leading, draw)


def _end(content: PaperContent, roll: Roll, style: Style) -> list[Piece]:
    width = roll.printable
    pieces: list[Piece] = []
    for label in content.signatures:
        pieces += _signature(label, width, style)
    if content.seal_org:
        pieces.append(blank(style.leading * 2.5))
        pieces += title_line("（盖章处）", width, style.small, style.small * 1.5, PLAIN)
        pieces += title_line(content.seal_org, width, style.size, style.leading, PLAIN)
    pieces += title_line(content.issued_on, width, style.size, style.leading, PLAIN)
    if content.qr:
        pieces += _code(content, roll, style)
    if content.phones or content.foot:
        pieces.append(_rule(width, style.gap))
    for line in (*(f"{label}：{value}" for label, value in content.phones), *content.foot):
        pieces += paragraph(Text(line, "note"), width, style)
    return pieces


def _signature(label: str, width: float, style: Style) -> list[Piece]:
    lines = break_lines(f"{label}：", width, style.size, PLAIN)
    used = PLAIN.width(lines[-1], style.size)
    under = width - used < 14 * MM
    rows = len(lines) + (1 if under else 0)

    def draw(sheet: Sheet, left: float, top: float) -> None:
        y = top + style.leading * 0.8
        for number, line in enumerate(lines):
            sheet.text(left, y + number * style.leading, line, style.size)
        base = y + (rows - 1) * style.leading + style.size + 1
        sheet.line(left if under else left + used, base, left + width, base)

    return [Piece((rows + 1.0) * style.leading, draw)]


def _code(content: PaperContent, roll: Roll, style: Style) -> list[Piece]:
    module = qr.module_on_roll(content.qr, roll.printable, roll.code)
    side = qr.side_of(content.qr, module)
    start = int((roll.printable - side) / 2 / DOT) * DOT

    def draw(sheet: Sheet, left: float, top: float) -> None:
        qr.draw(sheet, content.qr, left + start, int(top / DOT + 0.5) * DOT, module)

    caption = title_line(content.qr_caption, roll.printable, style.small, style.small * 1.6, PLAIN)
    return [Piece(_whole_dots(side) + DOT, draw, keep=True), *caption]
