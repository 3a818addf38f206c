"""QR codes as black rectangles: error correction M, a quiet zone of four modules, one fixed mask.

The mask is fixed because choosing the prettiest of eight costs five times as much as making the code, and every
scanner reads any of them; the tests decode the code from the 203 dpi rendering.
"""

from functools import lru_cache

from qrcode.constants import ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode

from desktop.paper.sheet import MM, Sheet

DOT = 72 / 203  # one dot of a thermal head, in points
QUIET = 4
THERMAL_DOTS = 5  # the fewest dots a module may have
_MASK = 2

Runs = tuple[tuple[int, int, int], ...]


class QrTooLarge(ValueError):
    """The text does not fit a QR code of at least five dots a module on this paper."""


@lru_cache(maxsize=8)
def runs(text: str) -> tuple[int, Runs]:
    """Modules a side, and the horizontal runs of black modules as (row, column, length). Raises QrTooLarge."""
    code = QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=_MASK)
    code.add_data(text)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as error:
        raise QrTooLarge(f"{len(text)} characters do not fit a QR code") from error
    found = []
    for row, modules in enumerate(code.modules):
        line = "".join("1" if module else "0" for module in modules)
        column = line.find("1")
        while column >= 0:
            end = line.find("0", column)
            end = len(line) if end < 0 else end
            found.append((row, column, end - column))
            column = line.find("1", end)
    return code.modules_count, tuple(found)


def module_on_roll(text: str, room: float, most: float) -> float:
    """The module in points for a roll `room` points wide: whole dots, at least five, near `most` points a side."""
    side = runs(text)[0] + 2 * QUIET
    widest = int(room / DOT / side)
    if widest < THERMAL_DOTS:
        raise QrTooLarge(f"{side} modules of {THERMAL_DOTS} dots do not fit {room / MM:.0f} mm")
    return max(THERMAL_DOTS, min(widest, int(most / DOT / side))) * DOT


def side_of(text: str, module: float) -> float:
    """The side of the code with its quiet zone, in points."""
    return (runs(text)[0] + 2 * QUIET) * module


def draw(sheet: Sheet, text: str, x: float, top: float, module: float) -> None:
    """Draw the code; x and top are the corner of its quiet zone."""
    left, above = x + QUIET * module, top + QUIET * module
    sheet.filled(
        [
            (left + column * module, above + row * module, length * module, module)
            for row, column, length in runs(text)[1]
        ]
    )
