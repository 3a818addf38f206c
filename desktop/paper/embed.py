"""Fonts inside a PDF: one composite font (Identity-H) for each face a document uses, subset by HarfBuzz.

reportlab's own TTFont splits Chinese text into many 256-character fonts, takes tens of milliseconds for a subset
of a 10 MB face and writes characters beyond the BMP (𬱖, 𠮷) into its ToUnicode map with five digits, so that they
cannot be copied out of the PDF. Here every character has a code, a glyph, a width and a UTF-16 entry of its own.
"""

import zlib
from typing import Any

import uharfbuzz as hb
from reportlab.pdfbase import pdfdoc

_TABLES_A_PDF_NEEDS_NOT = (
    "GSUB",
    "GPOS",
    "GDEF",
    "BASE",
    "STAT",
    "vhea",
    "vmtx",
    "name",
    "OS/2",
    "gasp",
    "post",
    "cmap",
)
_ASCENT, _DESCENT, _CAP_HEIGHT = 880, -120, 733


class Face:
    """One static font, parsed once in a process and shared by all documents. Units: 1000 per em."""

    def __init__(self, blob: hb.Blob, name: str) -> None:
        self.name = name
        whole = hb.Face(blob)
        self._font = hb.Font(whole)
        self._ready = hb.subset_preprocess(whole)
        self._per_mille: float = 1000 / whole.upem

    def glyph(self, char: str) -> int:
        """The glyph of a character, 0 if the font has none."""
        glyph: int | None = self._font.get_nominal_glyph(ord(char))
        return glyph or 0

    def advance(self, glyph: int) -> int:
        """The width of a glyph."""
        units: int = self._font.get_glyph_h_advance(glyph)
        return round(units * self._per_mille)

    def subset(self, glyphs: list[int]) -> tuple[bytes, list[int]]:
        """A font with these glyphs alone, and their numbers in it."""
        wanted = hb.SubsetInput()
        wanted.glyph_set.update(glyphs)
        wanted.drop_table_tag_set.update(_DROPPED)
        wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE
        plan = hb.SubsetPlan(self._ready, wanted)
        numbers = plan.old_to_new_glyph_mapping
        data: bytes = plan.execute().blob.data
        return data, [numbers[glyph] for glyph in glyphs]


_DROPPED = [int.from_bytes(tag.ljust(4).encode(), "big") for tag in _TABLES_A_PDF_NEEDS_NOT]


class DocumentFont(dict[str, str]):
    """A face in one document: the four hex digits of each character it has drawn so far.

    Looking up a character for the first time gives it the next code. `stand_ins` maps a character without a glyph
    to the character drawn in its place; its own code point stays in the PDF, so it can still be copied and found.
    """

    def __init__(self, face: Face, resource: str, widths: dict[str, int], stand_ins: dict[str, str]) -> None:
        super().__init__()
        self.face = face
        self.resource = resource
        self._widths = widths
        self._stand_ins = stand_ins

    def __missing__(self, char: str) -> str:
        code = f"{len(self) + 1:04X}"
        self[char] = code
        return code

    def hex(self, text: str) -> str:
        """The text as the digits of a PDF hex string."""
        return "".join(map(self.__getitem__, text))

    def addObjects(self, doc: Any) -> None:
        """Write the font into the document; reportlab calls this once, when all pages are drawn."""
        chars = list(self)
        shown = [self._stand_ins.get(char, char) for char in chars]
        glyphs = [self.face.glyph(char) for char in shown]
        data, numbers = self.face.subset(glyphs)
        name = f"LINLID+{self.face.name}"
        descriptor = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("FontDescriptor"),
                "FontName": pdfdoc.PDFName(name),
                "Flags": 4,
                "FontBBox": pdfdoc.PDFArray([-1000, -400, 2000, 1200]),
                "ItalicAngle": 0,
                "Ascent": _ASCENT,
                "Descent": _DESCENT,
                "CapHeight": _CAP_HEIGHT,
                "StemV": 80,
                "FontFile2": doc.Reference(_stream(data, Length1=len(data)), self.resource + "File"),
            }
        )
        glyph_map = b"\0\0" + b"".join(number.to_bytes(2, "big") for number in numbers)
        widths = [self._widths[char] for char in chars]
        descendant = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Font"),
                "Subtype": pdfdoc.PDFName("CIDFontType2"),
                "BaseFont": pdfdoc.PDFName(name),
                "CIDSystemInfo": pdfdoc.PDFDictionary(
                    {"Registry": pdfdoc.PDFString("Adobe"), "Ordering": pdfdoc.PDFString("Identity"), "Supplement": 0}
                ),
                "DW": 1000,
                "W": pdfdoc.PDFArray([1, pdfdoc.PDFArray(widths)]),
                "FontDescriptor": doc.Reference(descriptor, self.resource + "Descriptor"),
                "CIDToGIDMap": doc.Reference(_stream(glyph_map), self.resource + "Map"),
            }
        )
        doc.idToObject["BasicFonts"].dict[self.resource] = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("Font"),
                "Subtype": pdfdoc.PDFName("Type0"),
                "BaseFont": pdfdoc.PDFName(name),
                "Encoding": pdfdoc.PDFName("Identity-H"),
                "DescendantFonts": pdfdoc.PDFArray([doc.Reference(descendant, self.resource + "Cid")]),
                "ToUnicode": doc.Reference(_stream(_to_unicode(chars)), self.resource + "Text"),
            }
        )


def _stream(data: bytes, **entries: int) -> pdfdoc.PDFStream:
    """A deflated stream; level 1, because a receipt is printed once and its speed matters more than 3 % of size."""
    stream = pdfdoc.PDFStream(content=zlib.compress(data, 1), filters=[])
    stream.dictionary["Filter"] = pdfdoc.PDFName("FlateDecode")
    for key, value in entries.items():
        stream.dictionary[key] = value
    return stream


def _to_unicode(chars: list[str]) -> bytes:
    """The CMap from codes (1, 2, 3 …) to text, in UTF-16 with surrogates for characters beyond the BMP."""
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <FFFF> endcodespacerange",
    ]
    for start in range(0, len(chars), 100):
        part = chars[start : start + 100]
        lines.append(f"{len(part)} beginbfchar")
        lines += [
            f"<{start + n:04X}> <{char.encode('utf-16-be', 'surrogatepass').hex().upper()}>"
            for n, char in enumerate(part, 1)
        ]
        lines.append("endbfchar")
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(lines).encode()
