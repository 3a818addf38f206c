"""Giving a static cut its own names: a cut of a variable font still calls itself Thin, in every weight.

Qt and the systems group fonts by these names; without them the bold cut would be taken for the regular one.
Only the tables name, head and OS/2 are touched. Source: OpenType 1.9, "name", "head", "OS/2", "Calculating
checksums".
"""

import struct
import sys
from array import array

_ENTRY = struct.Struct(">4sIII")
_WINDOWS_UNICODE_ENGLISH = (3, 1, 0x409)
_MAGIC = 0xB1B0AFBA
_BOLD_STYLE, _REGULAR_SELECTION, _BOLD_SELECTION = 1, 1 << 6, 1 << 5
_KEPT_NAMES = (0, 5, 13, 14)  # copyright, version, licence, its address


def renamed(font: bytes, family: str, bold: bool) -> bytes:
    """The font under a family name and the style Regular or Bold."""
    tables = _tables(font)
    style = "Bold" if bold else "Regular"
    postscript = f"{family.replace(' ', '')}-{style}"
    names = {number: text for number, text in _names(tables[b"name"]).items() if number in _KEPT_NAMES}
    names |= {1: family, 2: style, 3: postscript, 4: f"{family} {style}", 6: postscript}
    tables[b"name"] = _name_table(names)
    tables[b"head"] = _patched(tables[b"head"], 44, _BOLD_STYLE if bold else 0)
    tables[b"OS/2"] = _patched(tables[b"OS/2"], 62, _BOLD_SELECTION if bold else _REGULAR_SELECTION)
    tables.pop(b"STAT", None)
    return _assembled(font[:4], tables)


def _tables(font: bytes) -> dict[bytes, bytes]:
    count = struct.unpack_from(">H", font, 4)[0]
    entries = (_ENTRY.unpack_from(font, 12 + 16 * number) for number in range(count))
    return {tag: font[offset : offset + length] for tag, _, offset, length in entries}


def _names(table: bytes) -> dict[int, str]:
    _, count, strings = struct.unpack_from(">HHH", table)
    found = {}
    for number in range(count):
        *where, name, length, offset = struct.unpack_from(">HHHHHH", table, 6 + 12 * number)
        if tuple(where) == _WINDOWS_UNICODE_ENGLISH:
            found[name] = table[strings + offset : strings + offset + length].decode("utf-16-be")
    return found


def _name_table(names: dict[int, str]) -> bytes:
    records, strings = b"", b""
    for number, text in sorted(names.items()):
        data = text.encode("utf-16-be")
        records += struct.pack(">HHHHHH", *_WINDOWS_UNICODE_ENGLISH, number, len(data), len(strings))
        strings += data
    return struct.pack(">HHH", 0, len(names), 6 + len(records)) + records + strings


def _patched(table: bytes, offset: int, value: int) -> bytes:
    return table[:offset] + struct.pack(">H", value) + table[offset + 2 :]


def _assembled(version: bytes, tables: dict[bytes, bytes]) -> bytes:
    """An sfnt file of these tables, with its checksums."""
    tables[b"head"] = tables[b"head"][:8] + bytes(4) + tables[b"head"][12:]
    power = len(tables).bit_length() - 1
    header = version + struct.pack(">HHHH", len(tables), 16 << power, power, 16 * len(tables) - (16 << power))
    offset = len(header) + 16 * len(tables)
    directory, body, head = b"", [], 0
    for tag in sorted(tables):
        data = tables[tag]
        padded = data + bytes(-len(data) % 4)
        head = offset if tag == b"head" else head
        directory += _ENTRY.pack(tag, _checksum(padded), offset, len(data))
        body.append(padded)
        offset += len(padded)
    font = b"".join((header, directory, *body))
    adjustment = (_MAGIC - _checksum(font)) & 0xFFFFFFFF
    return font[: head + 8] + struct.pack(">I", adjustment) + font[head + 12 :]


def _checksum(data: bytes) -> int:
    """The sum of the big-endian 32-bit words, of which the length must be a multiple."""
    words = array("I", data)
    if sys.byteorder == "little":
        words.byteswap()
    return sum(words) & 0xFFFFFFFF
