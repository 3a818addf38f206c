"""The modules of a QR code, ten times faster than qrcode makes them, and the same ones (a test compares).

The package supplies segments, tables, function patterns and masks. Slow in it are the bit buffer (one call a bit),
the remainder of polynomials (one object a byte) and the zigzag (done again for every code); here they are integer
arithmetic and positions remembered for each version. Sources: ISO/IEC 18004:2015, 7.4 (data), 7.5 (error
correction), 7.6 (interleaving), 7.7 (placement).
"""

from functools import lru_cache
from itertools import zip_longest

from qrcode import base, util
from qrcode.constants import ERROR_CORRECT_M
from qrcode.LUT import rsPoly_LUT
from qrcode.main import QRCode

MASK = 2  # fixed: choosing the prettiest of eight costs five times the making, and every scanner reads any of them
_PADDING = (0xEC, 0x11)
_SHORTEST_SEGMENT = 20


class TooLong(ValueError):
    """The text does not fit the largest QR code there is."""


def matrix(text: str) -> list[str]:
    """The rows of the code of error correction M, as strings of 0 and 1 (1 is black), without a quiet zone."""
    segments = list(util.optimal_data_chunks(text, minimum=_SHORTEST_SEGMENT))
    version = _version(segments)
    order, flat, side = _template(version)
    flat = flat.copy()
    words = _with_correction(version, _data_words(version, segments))
    bits = f"{int.from_bytes(words, 'big'):0{len(words) * 8}b}"
    for place, bit in zip(order, bits, strict=False):
        if bit == "1":
            flat[place] ^= 1
    return [flat[start : start + side].decode() for start in range(0, side * side, side)]


def _version(segments: list[util.QRData]) -> int:
    """The smallest version that holds the segments."""
    body = [_body_bits(segment) for segment in segments]
    for version in range(1, 41):
        needed = sum(4 + util.length_in_bits(s.mode, version) + bits for s, bits in zip(segments, body, strict=True))
        if needed <= util.BIT_LIMIT_TABLE[ERROR_CORRECT_M][version]:
            return version
    raise TooLong("the text does not fit a QR code")


def _body_bits(segment: util.QRData) -> int:
    length = len(segment)
    if segment.mode == util.MODE_NUMBER:
        return length // 3 * 10 + (0, 4, 7)[length % 3]
    if segment.mode == util.MODE_ALPHA_NUM:
        return length // 2 * 11 + length % 2 * 6
    return length * 8


def _bits(segment: util.QRData) -> str:
    data: bytes = segment.data
    if segment.mode == util.MODE_NUMBER:
        parts = [data[n : n + 3] for n in range(0, len(data), 3)]
        return "".join(f"{int(part):0{(0, 4, 7, 10)[len(part)]}b}" for part in parts)
    if segment.mode == util.MODE_ALPHA_NUM:
        places = [util.ALPHA_NUM.index(byte) for byte in data]
        pairs = "".join(f"{a * 45 + b:011b}" for a, b in zip(places[::2], places[1::2], strict=False))
        return pairs + (f"{places[-1]:06b}" if len(places) % 2 else "")
    return "".join(f"{byte:08b}" for byte in data)


def _data_words(version: int, segments: list[util.QRData]) -> bytes:
    """Mode, length and body of each segment, the terminator and the padding, in whole bytes."""
    room = util.BIT_LIMIT_TABLE[ERROR_CORRECT_M][version]
    bits = "".join(f"{s.mode:04b}{len(s):0{util.length_in_bits(s.mode, version)}b}{_bits(s)}" for s in segments)
    bits += "0" * min(4, room - len(bits))
    bits += "0" * (-len(bits) % 8)
    words = int(bits, 2).to_bytes(len(bits) // 8, "big")
    missing = room // 8 - len(words)
    return words + (bytes(_PADDING) * (missing // 2 + 1))[:missing]


def _with_correction(version: int, data: bytes) -> bytes:
    """The data in its blocks, interleaved, then the correction words of the blocks, interleaved."""
    parts, checks, start = [], [], 0
    for block in base.rs_blocks(version, ERROR_CORRECT_M):
        part = data[start : start + block.data_count]
        start += block.data_count
        parts.append(part)
        checks.append(_correction(part, block.total_count - block.data_count))
    return _interleaved(parts) + _interleaved(checks)


def _interleaved(blocks: list[bytes]) -> bytes:
    return bytes(word for words in zip_longest(*blocks) for word in words if word is not None)


def _correction(data: bytes, count: int) -> bytes:
    """The remainder of the data by the generator polynomial, as a shift register `count` bytes wide."""
    rows = _feedback(count)
    shift, mask = 8 * (count - 1), (1 << 8 * (count - 1)) - 1
    register = 0
    for byte in data:
        register = (register & mask) << 8 ^ rows[register >> shift ^ byte]
    return register.to_bytes(count, "big")


@lru_cache(maxsize=40)
def _feedback(count: int) -> list[int]:
    """What each leading byte adds to the register: the generator polynomial times that byte."""
    logs = [base.glog(value) for value in rsPoly_LUT[count][1:]]
    rows = [0]
    for byte in range(1, 256):
        log = base.glog(byte)
        rows.append(int.from_bytes(bytes(base.gexp(log + other) for other in logs), "big"))
    return rows


@lru_cache(maxsize=40)
def _template(version: int) -> tuple[list[int], bytearray, int]:
    """Where the data bits go, and the code with all of them zero: its function patterns and its mask."""
    zeros, ones = (_filled(version, byte) for byte in (0x00, 0xFF))
    side = len(zeros)
    order: list[int] = []
    rows = range(side - 1, -1, -1)
    for column in range(side - 1, 0, -2):
        pair = (column, column - 1) if column > 6 else (column - 1, column - 2)
        order += [row * side + c for row in rows for c in pair if zeros[row][c] != ones[row][c]]
        rows = rows[::-1]
    return order, bytearray(b"1"[0] if module else b"0"[0] for row in zeros for module in row), side


def _filled(version: int, byte: int) -> list[list[bool | None]]:
    code = QRCode(version=version, error_correction=ERROR_CORRECT_M, mask_pattern=MASK)
    code.data_cache = [byte] * sum(block.total_count for block in base.rs_blocks(version, ERROR_CORRECT_M))
    code.makeImpl(False, MASK)
    return code.modules
