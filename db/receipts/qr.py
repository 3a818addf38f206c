"""The signed text in the QR code of a receipt.

    [prefix] version digits
    [https://…/r/] 01 73926104…

Everything behind the optional prefix is decimal digits, for three reasons. QR's numeric mode stores them with a loss
of 0.3 % (base32 in alphanumeric mode loses 9 %), so the code stays small enough for 58 mm paper. A scanner that types
like a keyboard sends them the same on every layout and with Caps Lock on. And a Chinese input method swallows letters
into its candidate window but lets digits pass, at worst in their full-width form, which `fold` undoes.

The signature covers a purpose, the prefix, the version, the key id and the claim. No name, document number or phone is
in it; the salt of the digest stays in the database, so that nobody can find the content by guessing.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from db.errors import RuleBroken
from db.receipts.claim import DIGEST_BYTES, Claim, from_digits, pack, to_digits, unpack

VERSION = "01"
SALT_BYTES = 16
MAX_PREFIX_CHARS = 60
_MAX_TEXT_CHARS = 1000
_KEY_ID_BYTES = 4
_SIGNATURE_BYTES = 64
_PURPOSE = b"linli-desk receipt qr\0"
_DIGEST_PURPOSE = b"linli-desk receipt content\0"
_TEXT = re.compile(r"(?P<prefix>|.*[^0-9])(?P<version>[0-9]{2})(?P<digits>[0-9]{200,900})", re.DOTALL)
_PREFIX = re.compile(r"https?://[0-9A-Z._~%/?#=&:-]*[/=#?]", re.IGNORECASE)
# What Chinese input methods type for ASCII: the full-width block, and two marks of their own. All are many bits away
# from the character they stand for, so no flipped bit passes as a harmless spelling.
_TYPED = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {ord("。"): ord("."), ord("、"): ord("/")}
_ALTERED = "回执二维码的内容残缺或被改动过，不能作为凭证，请对正再扫一次。"


class Doubt(StrEnum):
    """Why a scanned text is not taken for a receipt of this centre."""

    MALFORMED = "残缺"
    VERSION = "版本不识"
    UNKNOWN_KEY = "密钥不识"
    REVOKED = "密钥已吊销"
    FORGED = "伪造或改动"
    FOREIGN = "外中心"


class ReceiptDoubted(RuleBroken):
    """A scanned text was refused; `doubt` tells why, the message is the sentence for the clerk."""

    def __init__(self, doubt: Doubt, sentence: str) -> None:
        super().__init__(sentence)
        self.doubt = doubt


@dataclass(frozen=True, slots=True)
class CheckKey:
    """A public key the verifier knows, and the centre it belongs to."""

    centre_code: str
    public: bytes
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Verified:
    """A text whose signature holds; `payload` is its one exact spelling."""

    claim: Claim
    key_id: str
    prefix: str
    payload: str


def new_private_key() -> bytes:
    """A fresh Ed25519 private key (32 raw bytes)."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_of(private: bytes) -> bytes:
    """The public key (32 raw bytes) of a private one."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def key_id(public: bytes) -> str:
    """Eight hex digits that name a public key."""
    return hashlib.sha256(public).digest()[:_KEY_ID_BYTES].hex()


def content_digest(salt: bytes, content: bytes) -> bytes:
    """The salted digest of what a receipt says (its content without the QR text itself)."""
    return hashlib.sha256(_DIGEST_PURPOSE + salt + content).digest()[:DIGEST_BYTES]


def check_prefix(prefix: str) -> str:
    """The prefix, if it can stand before the digits: a short http(s) address that ends in one of / = # ?"""
    if prefix and (len(prefix) > MAX_PREFIX_CHARS or not _PREFIX.fullmatch(prefix)):
        raise RuleBroken(
            f"核验网址须以 http:// 或 https:// 开头，以 /、=、# 或 ? 结尾，不超过 {MAX_PREFIX_CHARS} 个字符。"
        )
    return prefix


def sign(claim: Claim, private: bytes, public: bytes, prefix: str = "") -> str:
    """The text of the QR code: the claim, signed with the centre's private key (`public` is its other half)."""
    body = bytes.fromhex(key_id(public)) + pack(claim)
    message = _message(check_prefix(prefix), body)
    return prefix + VERSION + to_digits(body + _loaded(private).sign(message))


@lru_cache(8)
def _loaded(private: bytes) -> Ed25519PrivateKey:
    """The key made ready to sign, which takes as long as signing itself."""
    return Ed25519PrivateKey.from_private_bytes(private)


def looks_like_receipt(text: str) -> bool:
    """Whether a scanned text is meant as a receipt at all; says nothing about its truth."""
    return _match(text) is not None


def claimed_kind(text: str) -> int | None:
    """The wire code of the kind a text claims to be, so that the right page takes it; nothing is checked yet."""
    match = _match(text)
    if match is None:
        return None
    try:
        return unpack(from_digits(match["digits"])[_KEY_ID_BYTES:-_SIGNATURE_BYTES]).kind_code
    except ValueError:
        return None


def fold(text: str) -> str:
    """The text without what keyboards and input methods did to it: full-width forms, blanks at both ends."""
    return text.strip(" \t\r\n").translate(_TYPED)


def verify(text: str, keys: Mapping[str, CheckKey], centre_code: str) -> Verified:
    """Read and check a scanned text for the centre `centre_code`.

    Raises:
        ReceiptDoubted: with the reason, if anything about it is not as this centre signed it.
    """
    match = _match(text)
    if match is None:
        raise ReceiptDoubted(Doubt.MALFORMED, "扫到的内容不是本系统的回执二维码，或没有扫完整，请对正再扫一次。")
    if match["version"] != VERSION:
        found = match["version"]
        raise ReceiptDoubted(
            Doubt.VERSION, f"回执二维码的格式版本是 {found}，本机不认识：可能被改动，也可能需要升级客户端。"
        )
    try:
        raw = from_digits(match["digits"])
        body, signature = raw[:-_SIGNATURE_BYTES], raw[-_SIGNATURE_BYTES:]
        claim = unpack(body[_KEY_ID_BYTES:])
    except ValueError as error:
        raise ReceiptDoubted(Doubt.MALFORMED, _ALTERED) from error
    named = body[:_KEY_ID_BYTES].hex()
    key = _known(keys, named, claim, centre_code)
    prefix = _signed_prefix(key.public, match["prefix"], body, signature)
    if prefix is None:
        raise _forged()
    _check_owner(key, named, claim, centre_code)
    return Verified(claim, named, prefix, prefix + VERSION + match["digits"])


def _match(text: str) -> re.Match[str] | None:
    return _TEXT.fullmatch(fold(text)) if len(text) <= _MAX_TEXT_CHARS else None


def _message(prefix: str, body: bytes) -> bytes:
    return _PURPOSE + prefix.encode() + b"\0" + VERSION.encode() + body


def _signed_prefix(public: bytes, typed: str, body: bytes, signature: bytes) -> str | None:
    """The prefix under which the signature holds: as typed, or with every case swapped (Caps Lock was on).

    A prefix begins with "http", so swapping all cases is never the same as flipping one bit.
    """
    key = Ed25519PublicKey.from_public_bytes(public)
    for prefix in dict.fromkeys((typed, typed.swapcase())):
        if prefix and not _PREFIX.fullmatch(prefix):
            continue
        try:
            key.verify(signature, _message(prefix, body))
        except InvalidSignature:
            continue
        return prefix
    return None


def _known(keys: Mapping[str, CheckKey], named: str, claim: Claim, centre_code: str) -> CheckKey:
    key = keys.get(named)
    if key is not None:
        return key
    if claim.centre_code != centre_code:
        raise ReceiptDoubted(
            Doubt.FOREIGN,
            f"二维码自称由代码为“{claim.centre_code}”的中心开出，不是本中心的回执，本机无法核验真伪。",
        )
    raise ReceiptDoubted(
        Doubt.UNKNOWN_KEY, f"二维码用的密钥 {named} 不是本中心的：这张回执是伪造的，或二维码被改动过。"
    )


def _check_owner(key: CheckKey, named: str, claim: Claim, centre_code: str) -> None:
    if key.centre_code != claim.centre_code:
        raise _forged()
    if claim.centre_code != centre_code:
        raise ReceiptDoubted(
            Doubt.FOREIGN, f"这是代码为“{claim.centre_code}”的中心开出的回执，不是本中心的，请到该中心办理。"
        )
    if key.revoked:
        raise ReceiptDoubted(
            Doubt.REVOKED, f"签这张回执的密钥 {named} 已被吊销，二维码不能作为凭证，请按回执编号查台账。"
        )


def _forged() -> ReceiptDoubted:
    return ReceiptDoubted(Doubt.FORGED, "签名与内容不符：这张回执是伪造的，或二维码被改动过，不能作为凭证。")
