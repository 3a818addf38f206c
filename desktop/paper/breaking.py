"""Breaking Chinese text into lines: 避头尾, Latin words and numbers kept whole where they fit, nothing lost.

Rules of GB/T 15834—2011 (5.1): closing marks never begin a line, opening marks never end one, —— and …… stay whole.
"""

import re
from functools import lru_cache

from desktop.paper.typeface import Typeface

_NO_START = frozenset("。，、；：？！）】》〉」』〕〗〙〛］｝”’…·％‰℃°々〻ー｡､﹐﹑﹒﹔﹕﹖﹗,.;:?!)]}%'\"~～-/")
_NO_END = frozenset("（【《〈「『〔〖〘〚［｛“‘￥＄£#([{$")
_ATTACHED = "[\u0300-\u036f\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef\u200d]*"
_UNIT = re.compile(
    "[!-~\u00a1-\u00b6\u00b8-\u024f\u0370-\u052f\u1e00-\u1eff]+" + _ATTACHED + "|—+|…+|[ \u00a0\u3000]|." + _ATTACHED,
    re.DOTALL,
)
_CHAR = re.compile("." + _ATTACHED, re.DOTALL)
_CLAUSE = re.compile("[，；。：！？]+(?=[^，；。：！？”’）》」』])")
_TIDY = {ord("\t"): " ", ord("\r"): None, ord("\v"): "\n", ord("\f"): "\n", 0x2028: "\n", 0x2029: "\n", 0x85: "\n"}


def break_lines(text: str, width: float, size: float, typeface: Typeface, indent: float = 0.0) -> list[str]:
    """The lines of a text in `width` points; the first is `indent` narrower. An empty text is one empty line."""
    return list(broken(text, width, size, typeface, indent))


@lru_cache(maxsize=4096)
def broken(text: str, width: float, size: float, typeface: Typeface, indent: float) -> tuple[str, ...]:
    """The same as a tuple, and remembered: labels and legal sentences come back on every paper."""
    lines: list[str] = []
    for part in text.translate(_TIDY).split("\n"):
        if typeface.width(part, size) <= width - indent:
            lines.append(part)
        else:
            lines += _fill(part, width, size, typeface, indent)
        indent = 0.0
    return tuple(lines)


def balanced_lines(text: str, width: float, size: float, typeface: Typeface) -> list[str]:
    """As few lines as needed, of about the same length: for titles and names that stand centred. Where two lines do and the
    text has a clause that ends, they part there."""
    lines = break_lines(text, width, size, typeface)
    if len(lines) == 2 and "\n" not in text:
        halves = [(text[: mark.end()], text[mark.end() :].lstrip()) for mark in _CLAUSE.finditer(text)]
        longest = [(max(typeface.width(half, size) for half in pair), pair) for pair in halves if pair[1]]
        if longest and min(longest)[0] <= width:
            return list(min(longest)[1])
    if len(lines) > 1 and "\n" not in text:
        share = typeface.width(text, size) / len(lines) + size * 0.6
        even = break_lines(text, min(width, share), size, typeface)
        if len(even) == len(lines):
            return even
    return lines


def is_one_word(text: str) -> bool:
    """Whether the text has no place to break: a number, a code, an address of the web."""
    return len(_units(text)) == 1


def _fill(text: str, width: float, size: float, typeface: Typeface, indent: float) -> list[str]:
    lines: list[str] = []
    line, room = "", width - indent
    for unit in _units(text):
        length = typeface.width(unit, size)
        visible = typeface.width(unit.rstrip(" \u3000"), size) if unit[-1] in " \u3000" else length
        if visible <= room + 0.01:
            line += unit
            room -= length
            continue
        if line.strip() and visible <= width:
            lines.append(line.rstrip())
            line, room = unit, width - length
            continue
        for char in _CHAR.findall(unit):
            length = typeface.width(char, size)
            if length > room + 0.01 and line.strip():
                kept, carried = _parted(line, char)
                lines.append(kept.rstrip())
                line, room = carried, width - typeface.width(carried, size)
            line += char
            room -= length
    lines.append(line.rstrip())
    return lines


def _parted(line: str, following: str) -> tuple[str, str]:
    """Where to end a full line before `following`: one character earlier if that one may not begin a line."""
    if following[0] in _NO_START:
        last = _CHAR.findall(line)[-1]
        if last[0] not in _NO_START and line[: -len(last)].strip():
            return line[: -len(last)], last
    return line, ""


@lru_cache(maxsize=2048)
def _units(text: str) -> tuple[str, ...]:
    """What must stay on one line: words, numbers, characters with the marks that cling to them."""
    units: list[str] = []
    clings = False
    for unit in _UNIT.findall(text):
        if units and (clings or unit[0] in _NO_START) and not units[-1][-1].isspace():
            units[-1] += unit
        else:
            units.append(unit)
        clings = unit[-1] in _NO_END
    return tuple(units)
