"""The end of an A4 copy, kept whole: QR code, signatures and the place of the seal."""

from db.receipts.content import PaperContent
from desktop.paper import qr
from desktop.paper.breaking import balanced_lines, break_lines
from desktop.paper.pieces import Piece, Style
from desktop.paper.sheet import MM, Sheet
from desktop.paper.typeface import PLAIN

_SEAL_LEAST, _SEAL_MOST = 0.3, 0.44  # parts of the width
_SIGN_ROOM = 1.0  # lines left free above a signature line
_SIGN_LEAST, _SIGN_MOST = 22 * MM, 60 * MM  # a shorter line is moved under its words


def closing(content: PaperContent, width: float, style: Style, module: float, seal_room: float) -> Piece:
    """QR left, signatures in the middle, seal organisation and date right; what is absent leaves no hole.

    `module` is a module of the QR code, 0 for none here; `seal_room` the points kept free above the organisation.
    """
    code = qr.side_of(content.qr, module) if content.qr and module else 0.0
    column = max(code, PLAIN.width(content.qr_caption, style.small)) if code else 0.0
    left = column + 4 * MM if code else 0.0
    seal = _seal_rows(content, width, style)
    seal_width = max(width * _SEAL_LEAST, *(PLAIN.width(row, style.size) for row in seal))
    middle = width - left - seal_width - 5 * MM
    signs = [_label(label, middle, style) for label in content.signatures]
    height = max(
        code + style.small * 1.5 if code else 0.0,
        sum(_sign_height(lines, middle, style) for lines in signs),
        len(seal) * style.leading + (seal_room if content.seal_org else style.leading),
    )

    def draw(sheet: Sheet, x: float, top: float) -> None:
        if code:
            qr.draw(sheet, content.qr, x + (column - code) / 2, top, module)
            sheet.centred(x + column / 2, top + code, content.qr_caption, style.small)
        _draw_signatures(sheet, signs, x + left, top, middle, style)
        centre = x + width - seal_width / 2
        y = top + height - len(seal) * style.leading
        if content.seal_org:
            sheet.centred(centre, y - style.small * 1.5, "（盖章处）", style.small)
        for number, row in enumerate(seal):
            sheet.centred(centre, y + number * style.leading, row, style.size)

    return Piece(height, draw)


def _label(label: str, width: float, style: Style) -> list[str]:
    return break_lines(f"{label}：", width, style.size, PLAIN)


def _signs_below(lines: list[str], width: float, style: Style) -> bool:
    return width - PLAIN.width(lines[-1], style.size) < _SIGN_LEAST


def _sign_height(lines: list[str], width: float, style: Style) -> float:
    rows = len(lines) + _SIGN_ROOM + (_SIGN_ROOM if _signs_below(lines, width, style) else 0)
    return rows * style.leading


def _draw_signatures(sheet: Sheet, signs: list[list[str]], x: float, top: float, width: float, style: Style) -> None:
    for lines in signs:
        y = top + style.leading * _SIGN_ROOM
        for number, line in enumerate(lines):
            sheet.text(x, y + number * style.leading, line, style.size)
        top += _sign_height(lines, width, style)
        start = 0.0 if _signs_below(lines, width, style) else PLAIN.width(lines[-1], style.size)
        base = top - style.leading + style.size + 2
        sheet.line(x + start, base, x + min(width, start + _SIGN_MOST), base)


def _seal_rows(content: PaperContent, width: float, style: Style) -> list[str]:
    rows = balanced_lines(content.seal_org, width * _SEAL_MOST, style.size, PLAIN) if content.seal_org else []
    return [*rows, content.issued_on]
