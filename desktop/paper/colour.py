"""Colours on paper: the palette of uses and bodies, and filled rectangles. Black on white is always the other choice."""

from desktop.paper.sheet import Sheet

Colour = tuple[float, float, float]
BLACK: Colour = (0.0, 0.0, 0.0)
_PALETTE = ("B4231D", "B45309", "6D28D9", "0F766E", "4D7C0F", "1D5FC2", "475569", "9D174D")


def of_hex(text: str) -> Colour:
    """The colour of six hex digits, 0 to 1 a channel."""
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def of_index(index: int) -> Colour:
    """The strong colour at a place of the palette, which goes round."""
    return of_hex(_PALETTE[index % len(_PALETTE)])


ACCENT = of_index(0)
"""The red of 党建: for a title and a rule, used sparingly."""


def pale(colour: Colour, share: float = 0.12) -> Colour:
    """The colour laid thinly on white paper."""
    red, green, blue = (1 + (part - 1) * share for part in colour)
    return red, green, blue


def rgb(colour: Colour) -> str:
    """The colour as the operands of a PDF operator."""
    return " ".join(f"{part:.3f}" for part in colour)


def fill(sheet: Sheet, x: float, top: float, width: float, height: float, colour: Colour) -> None:
    """A filled rectangle, in points from the top left corner of the page."""
    sheet.path(f"{rgb(colour)} rg 0 {-height:.2f} {width:.2f} {height:.2f} re f", x, top, 1)
