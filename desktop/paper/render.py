"""The one door to printed paper: content in, PDF bytes out. No Qt, no clock, no file but the font cache."""

from dataclasses import dataclass

from db.receipts.content import Medium, PaperContent
from desktop.paper import a4, roll
from desktop.paper.qr import QrTooLarge
from desktop.paper.sheet import Sheet

__all__ = ["Medium", "QrTooLarge", "Rendered", "render", "warning"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A PDF, the characters that no font had (each printed as 〓), and the number of its pages, all copies counted."""

    pdf: bytes
    missing: tuple[str, ...]
    pages: int


def render(content: PaperContent, medium: Medium, large: bool = False, reprint: int = 0, void: str = "") -> Rendered:
    """Lay the content out and return the PDF; the same arguments always give the same bytes.

    `reprint` counts the reprints (0 is the first print), `void` is the reason a paper is void, "" while it is
    valid. Raises QrTooLarge where the code cannot be printed at five dots a module on this roll, and Unavailable
    where the font package is not installed.
    """
    sheet = Sheet(f"{content.title} {content.number}".strip(), content.organisation)
    mark = " ".join((*(("作废",) if void else ()), *((f"补打（第{reprint}次）",) if reprint else ())))
    if medium is Medium.A4:
        a4.lay_out(sheet, content, large, mark, void)
    else:
        roll.lay_out(sheet, content, medium, large, mark, void)
    pdf, missing = sheet.finish()
    return Rendered(pdf, missing, sheet.pages)


def warning(missing: tuple[str, ...]) -> str:
    """The sentence for a clerk about characters that no font had, or ""."""
    if not missing:
        return ""
    named = "、".join(f"{char}（U+{ord(char):04X}）" for char in missing)
    return f"字体里没有这些字，纸上印成了〓，请手工补写：{named}。"
