"""A page to draw on: text, rules and boxes in points from the top left corner, written straight as PDF operators."""

import io
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from desktop.paper.embed import DocumentFont
from desktop.paper.typeface import HEAVY, PLAIN, Typeface

MM = 72 / 25.4
rl_config.useA85 = 0  # binary streams: ASCII85 makes a paper a quarter larger and slower for 7-bit mail nobody uses


@dataclass
class Sheet:
    """The pages of one PDF. The same drawing always gives the same bytes: no time, no random number is written."""

    title: str
    author: str
    _file: io.BytesIO = field(default_factory=io.BytesIO)
    _ops: list[str] = field(default_factory=list)
    _fonts: dict[tuple[int, str], DocumentFont] = field(default_factory=dict)
    _missing: dict[str, None] = field(default_factory=dict)
    _repeated: dict[tuple[float, float, float], list[str]] = field(default_factory=dict)
    pages: int = 0
    width: float = 0.0
    height: float = 0.0

    def __post_init__(self) -> None:
        self._canvas: Any = Canvas(self._file, invariant=1, pageCompression=1)
        self._canvas.setTitle(self.title)
        self._canvas.setAuthor(self.author)
        self._canvas.setCreator("Linli Desk")

    def new_page(self, width: float, height: float) -> None:
        """Finish the page, if any, and begin one of this size in points."""
        if self.pages:
            self._finish()
        self.pages += 1
        self.width, self.height = width, height
        self._canvas.setPageSize((width, height))

    def text(
        self, x: float, top: float, text: str, size: float, typeface: Typeface = PLAIN, spacing: float = 0.0
    ) -> None:
        """One line whose em box begins at `top`; `spacing` points are added after each character."""
        if not text:
            return
        y = self.height - top - size * 0.88
        set_spacing, reset = (f"{spacing:.3f} Tc ", " 0 Tc") if spacing else ("", "")
        for script, part in typeface.runs(text):
            font = self._font(typeface, script)
            self._ops.append(
                f"BT /{font.resource} {size:g} Tf {set_spacing}{x:.2f} {y:.2f} Td <{font.hex(part)}> Tj{reset} ET"
            )
            if part is not text:
                x += typeface.width(part, size) + spacing * len(part)
        if typeface.unknown and not typeface.unknown.keys().isdisjoint(text):
            self._missing.update(dict.fromkeys(char for char in text if char in typeface.unknown))

    def centred(self, middle: float, top: float, text: str, size: float, typeface: Typeface = PLAIN) -> None:
        """One line centred on the x coordinate `middle`."""
        self.text(middle - typeface.width(text, size) / 2, top, text, size, typeface)

    def right(self, end: float, top: float, text: str, size: float, typeface: Typeface = PLAIN) -> None:
        """One line that ends at the x coordinate `end`."""
        self.text(end - typeface.width(text, size), top, text, size, typeface)

    def line(self, x1: float, top1: float, x2: float, top2: float, width: float = 0.6, dash: str = "") -> None:
        """A rule; `dash` is a PDF dash pattern such as "3 2"."""
        y1, y2 = self.height - top1, self.height - top2
        pattern = f"[{dash}] 0 d " if dash else ""
        self._ops.append(f"q {width:g} w {pattern}{x1:.2f} {y1:.2f} m {x2:.2f} {y2:.2f} l S Q")

    def box(self, x: float, top: float, width: float, height: float, rule: float = 0.6) -> None:
        """The outline of a rectangle."""
        y = self.height - top - height
        self._ops.append(f"q {rule:g} w {x:.2f} {y:.2f} {width:.2f} {height:.2f} re S Q")

    def ink(self, red: float = 0.0, green: float = 0.0, blue: float = 0.0) -> None:
        """The colour of the text that follows on this page; without arguments black again."""
        self._ops.append(f"{red:.3f} {green:.3f} {blue:.3f} rg")

    def path(self, ops: str, x: float, top: float, unit: float) -> None:
        """A path given in units of `unit` points from the point (x, top), its y axis pointing up."""
        self._ops.append(f"q {unit:.5f} 0 0 {unit:.5f} {x:.4f} {self.height - top:.4f} cm {ops} Q")

    def stamp(self, middle: float, top: float, text: str, size: float, degrees: float = 30.0) -> None:
        """Large grey letters across the page; draw them first, so that everything else stays readable on them."""
        width = HEAVY.width(text, size)
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        x = middle - width / 2 * cos + size / 3 * sin
        y = self.height - top - width / 2 * sin - size / 3 * cos
        font = self._font(HEAVY, "SC")
        matrix = f"{cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} {x:.2f} {y:.2f} Tm"
        self._ops.append(f"q 0.8 g BT /{font.resource} {size:g} Tf {matrix} <{font.hex(text)}> Tj ET Q")

    def repeated(self, key: float, down: float, draw: Callable[[], object]) -> None:
        """What every copy shows: drawn for the first under this key, written out again `down` points lower."""
        place = (key, self.width, self.height)
        ops = self._repeated.get(place)
        if ops is None:
            start = len(self._ops)
            draw()
            ops = self._repeated[place] = self._ops[start:]
            del self._ops[start:]
        self._ops += [f"q 1 0 0 1 0 {-down:.2f} cm", *ops, "Q"] if down else ops

    def finish(self) -> tuple[bytes, tuple[str, ...]]:
        """The PDF, and the characters no font had, in the order they were met."""
        self._finish()
        self._canvas.save()
        return self._file.getvalue(), tuple(self._missing)

    def _finish(self) -> None:
        self._canvas._code += self._ops
        self._ops.clear()
        self._canvas.showPage()

    def _font(self, typeface: Typeface, script: str) -> DocumentFont:
        key = (typeface.weight, script)
        font = self._fonts.get(key)
        if font is None:
            font = self._fonts[key] = typeface.in_document(script)
            self._canvas._doc.delayedFonts.append(font)
        return font
