"""Guards in front of the spreadsheet reader: an .xlsx is a zip, and a small one can unpack to gigabytes.

Nothing is believed: neither the sizes that the zip's directory states, nor the extent that a sheet states. Every member is
unpacked once into nothing while its bytes are counted, and every cell's place is read, because the reader lays a sheet out as
a full rectangle from its first to its last cell.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Final

from db.errors import RuleBroken

FILE_BYTES: Final = 10 * 1024 * 1024
UNPACKED_BYTES: Final = 80 * 1024 * 1024
MEMBERS: Final = 1_000
ROWS: Final = 20_000
COLUMNS: Final = 200
CHUNK: Final = 256 * 1024

_LOCAL_HEADER: Final = struct.Struct("<4s5H3I2H")
_PLACE: Final = re.compile(rb"""r(?<=\sr)\s*=\s*["']\s*([A-Za-z]{0,3})(\d{1,10})\s*["']""")
_FAULTY: Final = re.compile(rb"""<c\s[^>]{0,100}?\bt\s*=\s*["']e["'][^>]{0,100}>""")
_OVERLAP: Final = 160
FAULTS_NAMED: Final = 10

TOO_LARGE: Final = f"文件超过 {FILE_BYTES // 1024 // 1024} MB，没有打开。请删去图片和无关的工作表后再导入。"
BOMB: Final = f"文件解开后超过 {UNPACKED_BYTES // 1024 // 1024} MB，不像一份事项目录，没有打开。"
BROKEN: Final = "文件已损坏，或者不是真正的 .xlsx 表格，请用表格软件打开后另存再导入。"
LOCKED: Final = "文件设了打开密码，请去掉密码后再导入。"


def check_xlsx(content: bytes, step: Callable[[int, int], None]) -> None:
    """Refuse what must not be handed to the reader.

    `step(done, total)` is told how many bytes of the directory's promise have been looked at, and may raise to stop.

    Raises:
        RuleBroken: too many bytes, rows, columns or members; broken; locked; a formula that failed.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, struct.error, EOFError) as error:
        raise RuleBroken(BROKEN) from error
    if len(members) > MEMBERS or sum(member.file_size for member in members) > UNPACKED_BYTES:
        raise RuleBroken(BOMB)
    left = UNPACKED_BYTES
    faulty: dict[str, None] = {}
    for number, member in enumerate(members):
        step(number, len(members))
        is_sheet = member.filename.lower().startswith("xl/worksheets/") and member.filename.lower().endswith(".xml")
        before = b""
        for piece in _unpacked(content, member, left):
            left -= len(piece)
            if is_sheet:
                _check_places(before + piece)
                faulty |= dict.fromkeys(_faulty_places(before + piece))
                before = piece[-_OVERLAP:]
    if faulty:
        places = "、".join(list(faulty)[:FAULTS_NAMED])
        raise RuleBroken(f"表格里有公式出错的单元格（{places}），读不出内容。请改好或清空这些单元格后再导入。")


def _unpacked(content: bytes, member: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
    """What a member really unpacks to, in pieces.

    Raises:
        RuleBroken: more than `most` bytes, or not readable.
    """
    if member.flag_bits & 1:
        raise RuleBroken(LOCKED)
    packed = memoryview(content)[_data_start(content, member) :][: member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        if len(packed) > most:
            raise RuleBroken(BOMB)
        for start in range(0, len(packed), CHUNK):
            yield bytes(packed[start : start + CHUNK])
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise RuleBroken(BROKEN)
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    source: bytes | memoryview = packed
    while source and not inflate.eof:
        try:
            piece = inflate.decompress(source, CHUNK)
        except zlib.error as error:
            raise RuleBroken(BROKEN) from error
        most -= len(piece)
        if most < 0:
            raise RuleBroken(BOMB)
        if not piece and source is inflate.unconsumed_tail:
            break
        source = inflate.unconsumed_tail
        yield piece


def _data_start(content: bytes, member: zipfile.ZipInfo) -> int:
    header = content[member.header_offset : member.header_offset + _LOCAL_HEADER.size]
    if len(header) < _LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
        raise RuleBroken(BROKEN)
    *_, name, extra = _LOCAL_HEADER.unpack(header)
    return int(member.header_offset + _LOCAL_HEADER.size + name + extra)


def _check_places(xml: bytes) -> None:
    for letters, digits in _PLACE.findall(xml):
        check_extent(int(digits), column_number(letters.decode()) if letters else 1)


def _faulty_places(xml: bytes) -> Iterator[str]:
    """Cells that hold an error value (#REF!): the reader would give them as empty, and an item would lose a field silently."""
    for cell in _FAULTY.findall(xml):
        place = _PLACE.search(cell)
        yield "".join(part.decode() for part in place.groups()) if place else "?"


def check_extent(rows: int, columns: int) -> None:
    """Refuse a table of more rows or columns than a catalogue has.

    Raises:
        RuleBroken: it has.
    """
    if rows > ROWS:
        raise RuleBroken(f"表格用到了第 {rows} 行，最多读 {ROWS} 行。请删去多余的行（包括空行下面的内容）后再导入。")
    if columns > COLUMNS:
        raise RuleBroken(f"表格用到了第 {columns} 列，最多读 {COLUMNS} 列。请删去多余的列后再导入。")


def column_number(letters: str) -> int:
    """A → 1, Z → 26, AA → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
