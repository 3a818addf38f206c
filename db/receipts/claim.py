"""What the QR code of a receipt says, as bytes and as decimal digits. Each claim has exactly one spelling.

One number, big endian: key id (4 bytes), kind (1), days since 2020-01-01 (2), sequence (varint), centre code and
item code (a length byte, then UTF-8), digest of the content (16), Ed25519 signature (64). The key id and the signature
are added by `db.receipts.qr`.
"""

import datetime as dt
import math
from dataclasses import dataclass

from db.errors import RuleBroken

DIGEST_BYTES = 16
MAX_CODE_BYTES = 63
_EPOCH = dt.date(2020, 1, 1)
_VARINT_BITS = 35


@dataclass(frozen=True, slots=True)
class Claim:
    """What a receipt says of itself. `kind_code` is the wire code of `db.receipts.rules`."""

    centre_code: str
    kind_code: int
    issued_on: dt.date
    sequence: int
    item_code: str
    digest: bytes


def pack(claim: Claim) -> bytes:
    """The bytes of a claim.

    Raises:
        RuleBroken: a code is too long for the paper.
        ValueError: a value that no receipt has.
    """
    days = (claim.issued_on - _EPOCH).days
    if not (0 <= days <= 0xFFFF and 0 <= claim.kind_code <= 0xFF and 0 < claim.sequence < 1 << _VARINT_BITS):
        raise ValueError(f"a receipt claim out of range: {claim}")
    if len(claim.digest) != DIGEST_BYTES:
        raise ValueError(f"a digest has {DIGEST_BYTES} bytes")
    head = bytes((claim.kind_code,)) + days.to_bytes(2, "big") + _varint(claim.sequence)
    return head + _code(claim.centre_code, "中心代码") + _code(claim.item_code, "事项编码") + claim.digest


def unpack(raw: bytes) -> Claim:
    """Read a claim back. ValueError unless these are exactly the bytes that `pack` writes."""
    try:
        claim = _read(raw)
        if pack(claim) != raw:
            raise ValueError("not the canonical bytes of a claim")
    except (IndexError, OverflowError, RuleBroken) as error:
        raise ValueError("not a claim") from error
    return claim


def to_digits(raw: bytes) -> str:
    """Bytes as decimal digits; the count of digits depends only on the count of bytes."""
    return str(int.from_bytes(raw, "big")).zfill(_digit_count(len(raw)))


def from_digits(digits: str) -> bytes:
    """The bytes again. ValueError if these are not exactly the digits that `to_digits` writes."""
    size = int(len(digits) / math.log10(2)) // 8
    value = int(digits)
    if _digit_count(size) != len(digits) or value >> size * 8:
        raise ValueError("not the digits of a whole number of bytes")
    return value.to_bytes(size, "big")


def _digit_count(size: int) -> int:
    return math.ceil(size * 8 * math.log10(2))


def _code(text: str, what: str) -> bytes:
    raw = text.encode()
    if len(raw) > MAX_CODE_BYTES:
        raise RuleBroken(f"{what}“{text}”太长，回执二维码放不下，请改短（不超过 {MAX_CODE_BYTES} 个字母或数字）。")
    return bytes((len(raw),)) + raw


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes((value,))


def _read(raw: bytes) -> Claim:
    issued_on = _EPOCH + dt.timedelta(days=int.from_bytes(raw[1:3], "big"))
    at, sequence = 3, 0
    for shift in range(0, _VARINT_BITS, 7):
        sequence |= (raw[at] & 0x7F) << shift
        at += 1
        if raw[at - 1] < 0x80:
            break
    codes = []
    for _ in range(2):
        end = at + 1 + raw[at]
        codes.append(raw[at + 1 : end].decode())
        at = end
    return Claim(codes[0], raw[0], issued_on, sequence, codes[1], raw[at:])
