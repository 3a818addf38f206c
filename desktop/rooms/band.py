"""How a use looks on paper: a colour and a pattern each, so that the sheet reads the same in black on white. No Qt."""

from db.rooms.rules import USES
from desktop.paper.colour import BLACK, Colour, of_hex, of_index, rgb
from desktop.paper.sheet import Sheet

_STEP = 3.2  # points between the lines of a pattern
_OTHER = "6B7280"


def colour_of(use: str) -> Colour:
    """The strong colour of a use; grey for one that is not of the list."""
    return of_index(USES.index(use)) if use in USES else of_hex(_OTHER)


def band(sheet: Sheet, x: float, top: float, width: float, height: float, use: str, coloured: bool) -> None:
    """The patterned band that says which use it is; with `coloured` false in black on white."""
    colour = colour_of(use) if coloured else BLACK
    ops = [f"{rgb(colour)} RG {rgb(colour)} rg 0.5 w 0 {-height:.2f} {width:.2f} {height:.2f} re W S"]
    ops += [f"0.9 w 0 {-height:.2f} {width:.2f} {height:.2f} re W n", *_pattern(use, width, height)]
    sheet.path(" ".join(ops), x, top, 1)


def _pattern(use: str, width: float, height: float) -> list[str]:
    """The inside of a band, its origin at the top left corner and its y axis pointing up."""
    kind = USES.index(use) if use in USES else -1
    across = [f"0 {-y:.2f} m {width:.2f} {-y:.2f} l S" for y in _steps(height)]
    upright = [f"{x:.2f} 0 m {x:.2f} {-height:.2f} l S" for x in _steps(width)]
    rising = [f"0 {-y:.2f} m {width:.2f} {-y + width:.2f} l S" for y in _steps(height + width)]
    falling = [f"0 {-y + width:.2f} m {width:.2f} {-y:.2f} l S" for y in _steps(height + width)]
    dots = [f"{x:.2f} {-y:.2f} 1.2 1.2 re f" for x in _steps(width) for y in _steps(height)]
    solid = [f"0 {-height:.2f} {width:.2f} {height:.2f} re f"]
    kinds = (solid, rising, across, across + upright, dots, falling, upright, rising + falling)
    return [] if kind < 0 else kinds[kind]


def _steps(length: float) -> list[float]:
    return [_STEP / 2 + _STEP * at for at in range(int(length / _STEP) + 1)]
