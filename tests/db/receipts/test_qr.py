"""The signed text of a receipt: what is signed is read back exactly, and everything else is refused with its reason."""

import datetime as dt

import numpy as np
import pytest
import qrcode
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from db.receipts import qr
from db.receipts.claim import Claim
from db.receipts.qr import CheckKey, Doubt, ReceiptDoubted

PRIVATE = bytes(range(32))
PUBLIC = qr.public_of(PRIVATE)
KEYS = {qr.key_id(PUBLIC): CheckKey("PT0302", PUBLIC)}
PREFIX = "https://ll.putian.gov.cn/r/"
DIGEST = qr.content_digest(b"s" * 16, b"content")

codes = st.text(st.characters(codec="utf-8"), max_size=15)
claims = st.builds(
    Claim,
    centre_code=codes,
    kind_code=st.integers(0, 255),
    issued_on=st.dates(dt.date(2020, 1, 1), dt.date(2199, 1, 1)),
    sequence=st.integers(1, 2**31 - 1),
    item_code=codes,
    digest=st.binary(min_size=16, max_size=16),
)


def claim(centre_code: str = "PT0302") -> Claim:
    return Claim(centre_code, 4, dt.date(2026, 11, 22), 123, "LY001", DIGEST)


def sign(made: Claim, private: bytes = PRIVATE, prefix: str = "") -> str:
    return qr.sign(made, private, qr.public_of(private), prefix)


def doubt(text: str, centre_code: str = "PT0302", keys: dict[str, CheckKey] = KEYS) -> Doubt:
    with pytest.raises(ReceiptDoubted) as caught:
        qr.verify(text, keys, centre_code)
    assert caught.value.sentence.endswith("。")
    return caught.value.doubt


def raw(text: str) -> bytes:
    """The bytes the digits stand for: all but the version, big endian."""
    value = int(text[2:])
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def spelled(signed: bytes, like: str) -> str:
    return qr.VERSION + str(int.from_bytes(signed, "big")).zfill(len(like) - 2)


@given(claims, st.sampled_from(["", PREFIX, "HTTP://A.CN/?R="]))
def test_what_is_signed_is_read_back_exactly(made: Claim, prefix: str) -> None:
    text = sign(made, prefix=prefix)
    verified = qr.verify(text, {qr.key_id(PUBLIC): CheckKey(made.centre_code, PUBLIC)}, made.centre_code)
    assert (verified.claim, verified.prefix, verified.payload) == (made, prefix, text)


@pytest.mark.parametrize("prefix", ["", PREFIX, "HTTP://A.CN/?R="])
@pytest.mark.parametrize("width", [8, 16, 21])
def test_every_single_flipped_bit_of_the_text_is_refused(prefix: str, width: int) -> None:
    """Bits of the characters' code points: all of ASCII and Latin-1, of UTF-16 units, of the whole Unicode range."""
    text = sign(claim(), prefix=prefix)
    for at, char in enumerate(text):
        for bit in range(width):
            code = ord(char) ^ 1 << bit
            if code <= 0x10FFFF:
                doubt(text[:at] + chr(code) + text[at + 1 :])


def test_every_single_flipped_bit_of_the_signed_bytes_is_refused() -> None:
    text = sign(claim())
    signed = raw(text)
    for bit in range(len(signed) * 8):
        flipped = int.from_bytes(signed, "big") ^ 1 << bit
        doubt(spelled(flipped.to_bytes(len(signed), "big"), like=text))


@given(claims, st.data())
def test_a_flipped_bit_is_refused_whatever_the_claim(made: Claim, data: st.DataObject) -> None:
    text = sign(made, prefix=PREFIX)
    typed = bytearray(text.encode())
    at = data.draw(st.integers(0, len(typed) * 8 - 1))
    typed[at // 8] ^= 1 << at % 8
    doubt(typed.decode("latin-1"), made.centre_code, {qr.key_id(PUBLIC): CheckKey(made.centre_code, PUBLIC)})


@given(st.text(max_size=400) | st.from_regex(r"\A01[0-9]{200,400}\Z"))
def test_a_text_nobody_signed_is_refused(text: str) -> None:
    doubt(text)


@given(st.data())
def test_a_digit_lost_doubled_or_swapped_by_the_scanner_is_refused(data: st.DataObject) -> None:
    text = sign(claim())
    at = data.draw(st.integers(0, len(text) - 2))
    doubt(text[:at] + text[at + 1 :])
    doubt(text[:at] + text[at] + text[at:])
    if text[at] != text[at + 1]:
        doubt(text[:at] + text[at + 1] + text[at] + text[at + 2 :])


def test_leading_and_inner_blanks_cannot_smuggle_another_spelling() -> None:
    text = sign(claim())
    assert qr.verify(f" {text}\r\n", KEYS, "PT0302").payload == text
    assert doubt(text[:100] + " " + text[100:]) is Doubt.MALFORMED
    assert doubt(qr.VERSION + "0" + text[2:]) is Doubt.MALFORMED


@pytest.mark.parametrize("prefix", ["", PREFIX])
def test_a_keyboard_in_full_width_or_chinese_punctuation_still_reads(prefix: str) -> None:
    text = sign(claim(), prefix=prefix)
    full_width = "".join(chr(ord(c) + 0xFEE0) for c in text)
    chinese = text.replace(":", "：").replace(".", "。").replace("/", "、")
    for typed in (full_width, chinese, text.swapcase()):
        assert qr.looks_like_receipt(typed)
        assert qr.verify(typed, KEYS, "PT0302").payload == text


def test_a_receipt_of_another_centre_is_called_foreign() -> None:
    assert doubt(sign(claim("FZ0101"), private=b"x" * 32)) is Doubt.FOREIGN


def test_a_key_of_one_centre_cannot_speak_for_another() -> None:
    assert doubt(sign(claim("FZ0101")), centre_code="FZ0101") is Doubt.FORGED


def test_a_foreign_receipt_whose_key_is_known_is_still_foreign() -> None:
    keys = {qr.key_id(PUBLIC): CheckKey("FZ0101", PUBLIC)}
    assert doubt(sign(claim("FZ0101")), keys=keys) is Doubt.FOREIGN


def test_our_code_under_a_strangers_key_is_an_unknown_key() -> None:
    assert doubt(sign(claim(), private=b"x" * 32)) is Doubt.UNKNOWN_KEY


def test_a_revoked_key_proves_nothing_any_more() -> None:
    keys = {qr.key_id(PUBLIC): CheckKey("PT0302", PUBLIC, revoked=True)}
    assert doubt(sign(claim()), keys=keys) is Doubt.REVOKED


def test_a_newer_format_is_refused_as_such() -> None:
    text = sign(claim())
    assert doubt("02" + text[2:]) is Doubt.VERSION


def test_the_prefix_is_signed_and_cannot_be_replaced_or_dropped() -> None:
    text = sign(claim(), prefix=PREFIX)
    assert doubt(text.removeprefix(PREFIX)) is Doubt.FORGED
    assert doubt(text.replace("putian", "phishy")) is Doubt.FORGED
    assert doubt(text.replace("https", "Https")) is Doubt.FORGED


def test_a_swapped_signature_is_a_forgery() -> None:
    other = sign(Claim("PT0302", 4, dt.date(2026, 11, 22), 124, "LY001", DIGEST))
    mine = sign(claim())
    assert doubt(spelled(raw(mine)[:-64] + raw(other)[-64:], like=mine)) is Doubt.FORGED


@pytest.mark.parametrize(
    "prefix", ["ftp://a.cn/", "https://a.cn/r", "https://a.cn/查/", "https://a.cn/" + "r" * 60 + "/", "r/"]
)
def test_an_address_that_cannot_stand_before_the_digits_is_refused(prefix: str) -> None:
    with pytest.raises(qr.RuleBroken):
        qr.check_prefix(prefix)


def test_a_code_too_long_for_the_paper_is_refused_with_a_sentence() -> None:
    with pytest.raises(qr.RuleBroken, match="太长"):
        sign(Claim("PT0302", 1, dt.date(2026, 1, 1), 1, "事" * 22, DIGEST))


def test_the_text_is_digits_alone_so_that_no_input_method_changes_it() -> None:
    text = sign(claim())
    assert text.isascii()
    assert text.isdigit()


@pytest.mark.parametrize(("prefix", "dots"), [("", 7), (PREFIX, 6), ("https://" + "a" * 51 + "/", 5)])
def test_the_code_prints_large_enough_on_58_mm_paper(prefix: str, dots: int) -> None:
    """58 mm paper prints 48 mm = 384 dots at 203 dpi; the quiet zone takes 4 modules on each side (ISO/IEC 18004)."""
    longest = Claim("PT0302-1234567890", 14, dt.date(2099, 12, 31), 999_999, "1" * 33, DIGEST)
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(sign(claim() if not prefix else longest, prefix=prefix))
    code.make()
    assert 384 // (code.modules_count + 8) >= dots >= 5


def test_a_scanner_reads_the_code_back_from_its_dots() -> None:
    text = sign(claim(), prefix=PREFIX)
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=5, border=4)
    code.add_data(text)
    pixels = np.array(code.make_image().get_image().convert("L"))
    found = zxingcpp.read_barcode(pixels)
    assert found is not None
    assert found.text == text
