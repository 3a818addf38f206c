"""The signed text in the QR code of a duty card (轮值证) and of a 公示表: pure sign and verify.

    [prefix] version digits
    11 4711…            a card: who it is of (an id that means nothing outside), which issue of the card, which centre

Decimal digits for the reasons told in `db.receipts.qr`, and signed with the same keys of the centre. Version 11 is this
module's, so that no receipt is taken for a card or the reverse. No name, document number or phone is in it.
The bytes, big endian: key id (4), kind (1), id (16), number (4), centre code (a length byte, then UTF-8), signature (64).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from db.errors import RuleBroken
from db.receipts.claim import MAX_CODE_BYTES, from_digits, to_digits
from db.receipts.qr import CheckKey, check_prefix, fold, key_id

VERSION = "11"
_PURPOSE = b"linli-desk duty code\0"
_TEXT = re.compile(r"(?P<prefix>|.*[^0-9])" + VERSION + r"(?P<digits>[0-9]{215,380})", re.DOTALL)
_MAX_TEXT_CHARS = 500
_KEY_ID_BYTES, _SIGNATURE_BYTES = 4, 64
_MAX_NUMBER = 0xFFFFFFFF
_EDITION_BITS = 16


class CodeKind(IntEnum):
    """What a code stands on. Printed papers depend on it: a value is never changed and never used again."""

    CARD = 1
    POSTER = 2


_NAMES = {CodeKind.CARD: "轮值证", CodeKind.POSTER: "公示表"}


@dataclass(frozen=True, slots=True)
class DutyCode:
    """What a code says. CARD: a member and the serial of their card; POSTER: a plan, and `poster_number` of what hangs."""

    kind: CodeKind
    subject: UUID
    number: int
    centre_code: str


def poster_number(month: date, edition: int) -> int:
    """The number of a month's 公示表 in an edition of its plan."""
    return (month.year * 12 + month.month - 1) << _EDITION_BITS | edition


def edition_of(number: int) -> int:
    """The edition in a poster's number."""
    return number & ((1 << _EDITION_BITS) - 1)


def sign(code: DutyCode, private: bytes, public: bytes, prefix: str = "") -> str:
    """The text of the QR code, signed with the centre's private key (`public` is its other half)."""
    body = bytes.fromhex(key_id(public)) + _pack(code)
    signature = Ed25519PrivateKey.from_private_bytes(private).sign(_message(check_prefix(prefix), body))
    return prefix + VERSION + to_digits(body + signature)


def claimed(text: str) -> DutyCode | None:
    """What a scanned text claims to be; None where it is no code of ours. Nothing is checked yet."""
    found = _read(text)
    return found[3] if found else None


def verify(text: str, keys: Mapping[str, CheckKey], centre_code: str) -> DutyCode:
    """Read and check a scanned text for the centre `centre_code`.

    Raises:
        RuleBroken: with the reason, if anything about it is not as this centre signed it.
    """
    found = _read(text)
    if found is None:
        raise RuleBroken("扫到的内容不是本系统的轮值证或公示表，或没有扫完整，请对正再扫一次。")
    prefix, body, signature, code = found
    name = _NAMES[code.kind]
    if code.centre_code != centre_code:
        raise RuleBroken(f"这张{name}自称由代码为“{code.centre_code}”的中心发出，不是本中心的。")
    key = keys.get(body[:_KEY_ID_BYTES].hex())
    if key is None or key.centre_code != code.centre_code or not _holds(key.public, prefix, body, signature):
        raise RuleBroken(f"签名与内容不符：这张{name}是伪造的，或二维码被改动过。")
    if key.revoked:
        raise RuleBroken(f"签这张{name}的密钥已被吊销，请重新打印{name}。")
    return code


def _read(text: str) -> tuple[str, bytes, bytes, DutyCode] | None:
    match = _TEXT.fullmatch(fold(text)) if len(text) <= _MAX_TEXT_CHARS else None
    if match is None:
        return None
    try:
        raw = from_digits(match["digits"])
        body = raw[:-_SIGNATURE_BYTES]
        return match["prefix"], body, raw[-_SIGNATURE_BYTES:], _unpack(body[_KEY_ID_BYTES:])
    except ValueError:
        return None


def _pack(code: DutyCode) -> bytes:
    name = code.centre_code.encode()
    if len(name) > MAX_CODE_BYTES or not 0 <= code.number <= _MAX_NUMBER:
        raise ValueError(f"a duty code out of range: {code}")
    return bytes((code.kind,)) + code.subject.bytes + code.number.to_bytes(4, "big") + bytes((len(name),)) + name


def _unpack(raw: bytes) -> DutyCode:
    """Read it back. ValueError unless these are exactly the bytes that `_pack` writes."""
    if len(raw) < 22 or len(raw) != 22 + raw[21]:
        raise ValueError("not a duty code")
    return DutyCode(CodeKind(raw[0]), UUID(bytes=raw[1:17]), int.from_bytes(raw[17:21], "big"), raw[22:].decode())


def _message(prefix: str, body: bytes) -> bytes:
    return _PURPOSE + prefix.encode() + b"\0" + VERSION.encode() + body


def _holds(public: bytes, typed: str, body: bytes, signature: bytes) -> bool:
    """Whether the signature holds under the prefix as typed, or with every case swapped (Caps Lock was on)."""
    key = Ed25519PublicKey.from_public_bytes(public)
    for prefix in dict.fromkeys((typed, typed.swapcase())):
        try:
            key.verify(signature, _message(prefix, body))
        except InvalidSignature:
            continue
        return True
    return False
