"""QR codes as black rectangles, with a quiet zone of four modules, sized so that a scanner reads them."""

import re
from functools import lru_cache

from desktop.paper.modules import TooLong, matrix
from desktop.paper.sheet import MM, Sheet

DOT = 72 / 203  # one dot of a thermal head, in points
QUIET = 4
THERMAL_DOTS = 5  # the fewest dots a module may have
_BLACK = re.compile("1+")
_SPAN = re.Match.span


class QrTooLarge(ValueError):
    """The text does not fit a QR code of at least five dots a module on this paper."""


@lru_cache(maxsize=8)
def drawn(text: str) -> tuple[int, str]:
    """Modules a side, and the PDF path of the black ones, one unit a module, from the upper left corner down."""
    try:
        rows = matrix(text)
    except TooLong as error:
        raise QrTooLarge(f"{len(text)} characters do not fit a QR code") from error
    path = []
    for row, modules in enumerate(rows):
        below = f" {-row} "
        path += [f"{start}{below}{end - start} -1 re" for start, end in map(_SPAN, _BLACK.finditer(modules))]
    return len(rows), "\n".join((*path, "f"))


def module_on_roll(text: str, room: float, most: float) -> float:
    """The module in points for a roll `room` points wide: whole dots, at least five, near `most` points a side."""
    side = drawn(text)[0] + 2 * QUIET
    widest = int(room / DOT / side)
    if widest < THERMAL_DOTS:
        raise QrTooLarge(f"{side} modules of {THERMAL_DOTS} dots do not fit {room / MM:.0f} mm")
    return max(THERMAL_DOTS, min(widest, int(most / DOT / side))) * DOT


def side_of(text: str, module: float) -> float:
    """The side of the code with its quiet zone, in points."""
    return (drawn(text)[0] + 2 * QUIET) * module


def draw(sheet: Sheet, text: str, x: float, top: float, module: float) -> None:
    """Draw the code; x and top are the corner of its quiet zone."""
    sheet.path(drawn(text)[1], x + QUIET * module, top + QUIET * module, module)
