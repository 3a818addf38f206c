"""Duty cards (轮值证) of the size of an identity card (ISO/IEC 7810 ID-1, 85.6 × 54 mm), ten on an A4 with cut marks. No Qt.

Name, what as and the centre stand on it for people to read; the code at the right says only an id, a serial and a
signature (`db.duty.codes`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.paper import qr
from desktop.paper.breaking import balanced_lines, break_lines
from desktop.paper.colour import ACCENT, BLACK, Colour, fill
from desktop.paper.render import Rendered
from desktop.paper.sheet import MM, Sheet
from desktop.paper.typeface import HEAVY, PLAIN

WIDTH, HEIGHT = 85.6 * MM, 54 * MM
ACROSS, DOWN = 2, 5
_PAGE = (210 * MM, 297 * MM)
_GUTTER = 4 * MM
_LEFT = (_PAGE[0] - ACROSS * WIDTH - (ACROSS - 1) * _GUTTER) / 2
_TOP = (_PAGE[1] - DOWN * HEIGHT) / 2
_MARK = 4 * MM
_PAD = 4 * MM
_BAR = 10 * MM
_MODULE = 0.47 * MM
_PLACE = 23 * MM  # of a code that is not made yet


@dataclass(frozen=True, slots=True)
class CardFace:
    """What stands on a card. `kinds` are the bodies and what the member is in them; `number` tells cards apart by eye.

    Without a code it is a preview: a card that is printed is signed first.
    """

    centre: str
    name: str
    kinds: tuple[str, ...]
    unit_post: str
    number: str
    code: str
    issued_on: str


def cards(faces: Sequence[CardFace], *, coloured: bool = True) -> Rendered:
    """The cards on as many A4 pages as they need; at least one card."""
    sheet = Sheet(f"轮值证 {len(faces)} 张", faces[0].centre)
    for at, face in enumerate(faces):
        place = at % (ACROSS * DOWN)
        if place == 0:
            sheet.new_page(*_PAGE)
            _marks(sheet)
        x = _LEFT + place % ACROSS * (WIDTH + _GUTTER)
        _card(sheet, face, x, _TOP + place // ACROSS * HEIGHT, ACCENT if coloured else BLACK)
    pdf, missing = sheet.finish()
    return Rendered(pdf, missing, sheet.pages)


def _marks(sheet: Sheet) -> None:
    """Where to cut: short lines in the margins, none on a card."""
    right, bottom = _PAGE[0] - _LEFT, _TOP + DOWN * HEIGHT
    for column in range(ACROSS):
        for x in (_LEFT + column * (WIDTH + _GUTTER), _LEFT + column * (WIDTH + _GUTTER) + WIDTH):
            sheet.line(x, _TOP - 2 - _MARK, x, _TOP - 2, 0.4)
            sheet.line(x, bottom + 2, x, bottom + 2 + _MARK, 0.4)
    for row in range(DOWN + 1):
        y = _TOP + row * HEIGHT
        for x in (_LEFT - 2 - _MARK, right + 2):
            sheet.line(x, y, x + _MARK, y, 0.4)
        for column in range(1, ACROSS):
            x = _LEFT + column * (WIDTH + _GUTTER) - _GUTTER
            sheet.line(x + 2, y, x + _GUTTER - 2, y, 0.4)


def _card(sheet: Sheet, face: CardFace, x: float, top: float, colour: Colour) -> None:
    fill(sheet, x, top + _BAR, WIDTH, 1.6, colour)
    size = _size(face.centre, WIDTH - 2 * _PAD, 11.0)
    sheet.ink(*colour)
    sheet.centred(
        x + WIDTH / 2, top + (_BAR - size) / 2 - 0.5, _short(face.centre, WIDTH - 2 * _PAD, size), size, HEAVY
    )
    sheet.ink()
    side = qr.side_of(face.code, _MODULE) if face.code else _PLACE
    right = x + WIDTH - side - 1.2 * MM
    if face.code:
        qr.draw(sheet, face.code, right, top + _BAR + 3.5, _MODULE)
    else:
        sheet.box(right + 6, top + _BAR + 9.5, side - 12, side - 12, 0.5)
        sheet.centred(right + side / 2, top + _BAR + side / 2, "打印时生成", 7)
    sheet.centred(right + side / 2, top + _BAR + side - 1, "签到扫码", 6.5)
    width = right - x - _PAD - 1
    y = top + _BAR + 6
    sheet.text(x + _PAD, y, "轮值证", 8.5)
    y += 13
    y = _lines(sheet, face.name, x + _PAD, y, width, (18.0, 15.0, 12.5, 11.0, 9.5), 3)
    left = top + HEIGHT - 4.2 * MM - 8 - y
    about = [*face.kinds, face.unit_post]
    for size in (9.0, 8.0, 7.0, 6.2):
        lines = [line for text in about if text for line in _broken(text, width, size)]
        if len(lines) * size * 1.25 <= left:
            break
    for line in lines[: max(1, int(left / (size * 1.25)))]:
        sheet.text(x + _PAD, y, line, size)
        y += size * 1.25
    foot = top + HEIGHT - 3 * MM - 6.5
    sheet.text(x + _PAD, foot, f"编号 {face.number}", 6.5)
    sheet.right(x + WIDTH - _PAD, foot, f"{face.issued_on} 发", 6.5)


def _broken(text: str, width: float, size: float) -> list[str]:
    """What somebody is, on one line, else the body and the kind on a line each, else as it comes."""
    parts = text.split("　")
    fitting = PLAIN.width(text, size) <= width or any(PLAIN.width(part, size) > width for part in parts)
    return break_lines(text, width, size, PLAIN) if fitting else parts


def _lines(sheet: Sheet, text: str, x: float, y: float, width: float, sizes: tuple[float, ...], most: int) -> float:
    """The name on one line in a large size, else on at most so many in a smaller one; returns where it ends."""
    for size in sizes:
        lines = balanced_lines(text, width, size, HEAVY)
        if len(lines) <= (1 if size > 12 else most):
            break
    for line in lines:
        sheet.text(x, y, line, size, HEAVY)
        y += size * 1.2
    return y + 2


def _size(text: str, width: float, size: float) -> float:
    while size > 7 and HEAVY.width(text, size) > width:
        size -= 0.25
    return size


def _short(text: str, width: float, size: float) -> str:
    """A centre's name that does not fit on a card even in small type ends with an ellipsis; a person's never does."""
    if HEAVY.width(text, size) <= width:
        return text
    while text and HEAVY.width(text + "…", size) > width:
        text = text[:-1]
    return text + "…"
