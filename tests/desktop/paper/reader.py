"""Reading a PDF back: its text, where every character stands, and its pages as pixels."""

import ctypes
from collections import Counter
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image


@dataclass(frozen=True)
class Glyph:
    """A character and the box its ink fills, in points from the lower left corner."""

    char: str
    left: float
    bottom: float
    right: float
    top: float


def text_of(pdf: bytes) -> str:
    """The text of all pages, a form feed between them."""
    return "\f".join(texts_of(pdf))


def texts_of(pdf: bytes) -> list[str]:
    """The text of each page, lines as a reader would copy them.

    PDFium takes a hyphen at the end of a line for a soft one and reads it as U+FFFE; it is a hyphen again here.
    """
    document = pdfium.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_range() for page in document]
    return [page.replace("\r\n", "\n").replace("\ufffe", "-") for page in pages]


def characters(text: str) -> Counter[str]:
    """How often each character that leaves ink occurs."""
    return Counter(char for char in text if not char.isspace())


def glyphs_of(pdf: bytes) -> list[tuple[tuple[float, float], list[Glyph]]]:
    """For each page its size and all its characters that leave ink."""
    pages = []
    for page in pdfium.PdfDocument(pdf):
        text = page.get_textpage()
        glyphs = []
        codes = [raw.FPDFText_GetUnicode(text, index) for index in range(text.count_chars())]
        for index, code in enumerate(codes):
            if 0xD800 <= code < 0xDC00:  # the first half of a character beyond the BMP; both have the same box
                code = 0x10000 + ((code - 0xD800) << 10) + (codes[index + 1] - 0xDC00)
            if not code or 0xDC00 <= code < 0xE000 or chr(code).isspace():
                continue
            box = [ctypes.c_double() for _ in range(4)]
            if raw.FPDFText_GetCharBox(text, index, *(ctypes.byref(side) for side in box)):
                left, right, bottom, top = (side.value for side in box)
                glyphs.append(Glyph(chr(code), left, bottom, right, top))
        pages.append((page.get_size(), glyphs))
    return pages


def pixels(pdf: bytes, dpi: int, page: int = 0) -> Image.Image:
    """A page as a black and white head of `dpi` dots an inch prints it."""
    bitmap = pdfium.PdfDocument(pdf)[page].render(scale=dpi / 72, grayscale=True)
    return bitmap.to_pil().convert("L").point(lambda grey: 255 if grey > 127 else 0)
