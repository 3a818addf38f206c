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
_DESCRIPTOR = (
    "<< /Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [ -1000 -400 2000 1200 ] /ItalicAngle 0"
    " /Ascent 880 /Descent -120 /CapHeight 733 /StemV 80 /FontFile2 {file} >>"
)
_DESCENDANT = (
    "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /DW 1000 /W [ 1 [ {widths} ] ]"
    " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
    " /FontDescriptor {descriptor} /CIDToGIDMap {map} >>"
)
_FONT = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H"
    " /DescendantFonts [ {cid} ] /ToUnicode {text} >>"
)


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
        file = _reference(doc, _plain(data), self.resource + "File")
        descriptor = _reference(doc, _Raw(_DESCRIPTOR.format(name=name, file=file)), self.resource + "Descriptor")
        glyph_map = b"\0\0" + b"".join(number.to_bytes(2, "big") for number in numbers)
        map_ = _reference(doc, _deflated(glyph_map), self.resource + "Map")
        widths = " ".join(str(self._widths[char]) for char in chars)
        descendant = _Raw(_DESCENDANT.format(name=name, widths=widths, descriptor=descriptor, map=map_))
        cid = _reference(doc, descendant, self.resource + "Cid")
        text = _reference(doc, _deflated(_to_unicode(chars)), self.resource + "Text")
        font = _Raw(_FONT.format(name=name, cid=cid, text=text))
        # by reference: Poppler, which prints for CUPS, looks in vain for the number of a font given in place
        doc.idToObject["BasicFonts"].dict[self.resource] = doc.Reference(font, self.resource)


class _Raw(pdfdoc.PDFObject):
    """A PDF object already written out: reportlab formats a dictionary of 200 widths one object at a time."""

    def __init__(self, text: str) -> None:
        self.text = text

    def format(self, document: Any) -> bytes:
        return self.text.encode("ascii")


def _reference(doc: Any, thing: Any, name: str) -> str:
    written: bytes = doc.Reference(thing, name).format(doc)
    return written.decode("ascii")


def _deflated(data: bytes) -> pdfdoc.PDFStream:
    stream = pdfdoc.PDFStream(content=zlib.compress(data, 1), filters=[])
    stream.dictionary["Filter"] = pdfdoc.PDFName("FlateDecode")
    return stream


def _plain(data: bytes) -> pdfdoc.PDFStream:
    """A stream as it is: outlines deflate by a third at most, which costs a quarter of the time of a receipt."""
    stream = pdfdoc.PDFStream(content=data, filters=[])
    stream.dictionary["Length1"] = len(data)
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
