"""The one boundary for text that people type, scan or import.

Everything a person writes passes through :func:`clean` once, before it reaches a rule or a table.
What is *meant* is never altered: no Unicode normalisation, no case folding, no truncation, so that a name keeps
every character it came with (rare Hanzi beyond the BMP, U+00B7 between the parts of a name, variation selectors).
What nobody can see or print is taken out and named in a notice; what no database can hold is refused.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from db.errors import RuleBroken

NAME_LIMIT: Final = 100
"""Characters of a person's name. Names of 50 characters and more exist (shared/DOMAIN.md, Privacy)."""
LINE_LIMIT: Final = 200
NOTE_LIMIT: Final = 2000
ADDRESS_LIMIT: Final = 200

_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ZERO_WIDTH: Final = frozenset(
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\u206a"
    "\u206b\u206c\u206d\u206e\u206f\u3164\ufeff\uffa0\u2800"
)
_VISIBLE_FORMAT: Final = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
_LINE_BREAKS: Final = frozenset("\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029")
_PLAIN: Final = re.compile("[ -~·—‘-”…、-】〔〕一-鿿！-～￥]*")
"""Text of nothing but characters that are kept as they are: no need to look at each (a test looks at all of them)."""
_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Text that may go to the database, and what was taken out of it (sentences for the clerk)."""

    text: str
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """What a field may hold: its label for sentences, its limit in characters (code points)."""

    label: str
    limit: int = LINE_LIMIT
    required: bool = False
    multiline: bool = False


NAME: Final = Field("姓名", NAME_LIMIT, required=True)
ADDRESS: Final = Field("住址", ADDRESS_LIMIT)


def clean(raw: str, field: Field) -> Cleaned:
    """Take `raw` into the house: the text to keep, with notices of what was removed.

    Raises RuleBroken with a sentence when the text cannot be held (NUL, half characters, garbled bytes),
    is longer than the field allows (never cut), or is missing where it is required.
    """
    notices: tuple[str, ...] = ()
    if _PLAIN.fullmatch(raw):
        text = raw.strip()
    else:
        _refuse_unstorable(raw, field.label)
        text, notices = _without_invisible(raw, field)
        text = text.strip()
    if field.required and not text:
        raise RuleBroken(f"请填写{field.label}。")
    if len(text) > field.limit:
        raise RuleBroken(f"{field.label}最多 {field.limit} 个字，现有 {len(text)} 个字，请缩短后再保存。")
    return Cleaned(text, notices)


def line(raw: str, label: str, limit: int = LINE_LIMIT, *, required: bool = False) -> str:
    """One line of text where notices are of no use (catalogue cells, reasons); same refusals as :func:`clean`."""
    return clean(raw, Field(label, limit, required=required)).text


def note(raw: str, label: str, limit: int = NOTE_LIMIT, *, required: bool = False) -> str:
    """Text of several lines; same refusals as :func:`clean`."""
    return clean(raw, Field(label, limit, required=required, multiline=True)).text


def half_width(text: str) -> str:
    """Full-width ASCII (as an input method types it) to half width. For numbers and codes, never for names."""
    return text.translate(_FULL_WIDTH)


def code(raw: str) -> str:
    """A number or code as it was meant: half width, upper case, no spaces, dots or invisible characters in it."""
    kept = (char for char in half_width(raw) if not char.isspace() and not _invisible(char) and char not in "\0·")
    return "".join(kept).upper()


def _refuse_unstorable(raw: str, label: str) -> None:
    if "\0" in raw:
        raise RuleBroken(f"{label}里有空字符，可能是扫描枪或复制带来的，请删除后重新输入。")
    if any("\ud800" <= char <= "\udfff" for char in raw):
        raise RuleBroken(f"{label}里有半个字（编码不完整），请重新输入这个字。")
    if "\ufffd" in raw:
        raise RuleBroken(f"{label}里有乱码“\ufffd”，原来的字已丢失，请对照证件重新输入。")
    if any(0xFDD0 <= ord(char) <= 0xFDEF or ord(char) & 0xFFFE == 0xFFFE for char in raw):
        raise RuleBroken(f"{label}里有不是文字的编码，请重新输入。")


def _without_invisible(raw: str, field: Field) -> tuple[str, tuple[str, ...]]:
    kept: list[str] = []
    notices: dict[str, None] = {}
    for char in raw.replace("\r\n", "\n"):
        if char in _LINE_BREAKS:
            kept.append("\n" if field.multiline and char != "\t" else " ")
        elif char in _BIDI:
            notices[f"{field.label}里有改变文字方向的控制符，已去掉。"] = None
        elif _invisible(char):
            notices[f"{field.label}里有看不见的字符，已去掉。"] = None
        else:
            kept.append(char)
    return "".join(kept), tuple(notices)


def _invisible(char: str) -> bool:
    """Zero-width, control, format and tag characters. Variation selectors are kept (category Mn)."""
    if char in _ZERO_WIDTH or char in _BIDI:
        return True
    return unicodedata.category(char) in ("Cc", "Cf") and char not in _VISIBLE_FORMAT
