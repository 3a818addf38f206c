"""The end of an A4 copy, kept whole: QR code, signatures and the place of the seal."""

from db.receipts.content import PaperContent
from desktop.paper import qr
from desktop.paper.breaking import break_lines
from desktop.paper.pieces import Piece, Style
from desktop.paper.sheet import MM, Sheet
from desktop.paper.typeface import PLAIN

_SEAL_SHARE = 0.36
_SIGN_LINES = 2.0  # a signature needs a line this many times as high as a printed one
_SEAL_ROOM = 24 * MM  # a round seal of a centre is 38–42 mm wide; it is set across the name and the date


def closing(content: PaperContent, width: float, style: Style, module: float) -> Piece:
    """QR left, signatures in the middle, seal organisation and date right; what is absent leaves no hole."""
    code = qr.side_of(content.qr, module) if content.qr else 0.0
    left = code + 4 * MM if code else 0.0
    seal_width = width * _SEAL_SHARE
    middle = width - left - seal_width - 4 * MM
    heights = [
        code + (style.small * 1.5 if content.qr_caption else 0.0),
        len(_sign_lines(content, middle, style)) * style.leading + len(content.signatures) * style.leading,
        _seal_height(content, seal_width, style),
    ]
    height = max(heights)

    def draw(sheet: Sheet, x: float, top: float) -> None:
        if code:
            qr.draw(sheet, content.qr, x, top, module)
            sheet.centred(x + code / 2, top + code, content.qr_caption, style.small)
        _draw_signatures(sheet, content, x + left, top, middle, style)
        _draw_seal(sheet, content, x + width - seal_width, top + height, seal_width, style)

    return Piece(height, draw)


def _sign_lines(content: PaperContent, width: float, style: Style) -> list[str]:
    return [line for label in content.signatures for line in _label(label, width, style)]


def _label(label: str, width: float, style: Style) -> list[str]:
    return break_lines(f"{label}：", width, style.size, PLAIN)


def _draw_signatures(sheet: Sheet, content: PaperContent, x: float, top: float, width: float, style: Style) -> None:
    y = top
    for label in content.signatures:
        lines = _label(label, width, style)
        y += style.leading * (_SIGN_LINES - 1)
        for line in lines:
            sheet.text(x, y, line, style.size)
            y += style.leading
        start = x + PLAIN.width(lines[-1], style.size)
        if x + width - start < 15 * MM:  # no room behind the words: sign under them
            start = x
        sheet.line(start, y - style.leading + style.size + 2, x + width, y - style.leading + style.size + 2)


def _seal_rows(content: PaperContent, width: float, style: Style) -> list[str]:
    rows = break_lines(content.seal_org, width, style.size, PLAIN) if content.seal_org else []
    return [*rows, content.issued_on]


def _seal_height(content: PaperContent, width: float, style: Style) -> float:
    rows = len(_seal_rows(content, width, style)) * style.leading
    return rows + (_SEAL_ROOM if content.seal_org else style.leading)


def _draw_seal(sheet: Sheet, content: PaperContent, x: float, bottom: float, width: float, style: Style) -> None:
    rows = _seal_rows(content, width, style)
    y = bottom - len(rows) * style.leading
    if content.seal_org:
        sheet.centred(x + width / 2, y - style.leading, "（盖章处）", style.small)
    for row in rows:
        sheet.centred(x + width / 2, y, row, style.size)
        y += style.leading
