"""The code on a card and on a 公示表: read back as signed, refused when anything about it is different."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.duty import codes
from db.duty.codes import CodeKind, DutyCode, claimed, edition_of, poster_number, sign, verify
from db.errors import RuleBroken
from db.ids import new_id
from db.receipts import qr
from db.receipts.claim import Claim
from db.receipts.qr import CheckKey

PRIVATE = bytes(range(32))
PUBLIC = qr.public_of(PRIVATE)
KEYS = {qr.key_id(PUBLIC): CheckKey("JM01", PUBLIC)}
CARD = DutyCode(CodeKind.CARD, new_id(), 3, "JM01")
TEXT = sign(CARD, PRIVATE, PUBLIC)


@pytest.mark.parametrize("kind", list(CodeKind))
@pytest.mark.parametrize("prefix", ["", "https://ll.example.gov.cn/d/"])
def test_what_was_signed_is_read_back(kind: CodeKind, prefix: str) -> None:
    code = DutyCode(kind, new_id(), 70_000, "军门01")
    text = sign(code, PRIVATE, PUBLIC, prefix)
    keys = {qr.key_id(PUBLIC): CheckKey("军门01", PUBLIC)}
    assert claimed(text) == code
    for typed in (text, f" {text}\n", text.swapcase(), text.translate({0x30 + n: 0xFF10 + n for n in range(10)})):
        assert verify(typed, keys, "军门01") == code


def test_only_digits_are_in_it_and_it_is_short_enough_for_a_card() -> None:
    assert TEXT.isdecimal()
    assert len(TEXT) < 260


@given(st.data())
def test_no_digit_can_be_changed(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(TEXT) - 1))
    digit = data.draw(st.sampled_from([each for each in "0123456789" if each != TEXT[at]]))
    with pytest.raises(RuleBroken):
        verify(TEXT[:at] + digit + TEXT[at + 1 :], KEYS, "JM01")


@pytest.mark.parametrize("text", ["", "12345", TEXT[:-1], TEXT + "0", "11" + "9" * 225, "0" * 400, "轮值证"])
def test_what_is_no_code_of_ours_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(RuleBroken, match=r"。$"):
        verify(text, KEYS, "JM01")


def test_a_receipt_is_no_card_and_a_card_is_no_receipt() -> None:
    claim = Claim("JM01", 1, date(2026, 11, 17), 1, "", bytes(16))
    receipt = qr.sign(claim, PRIVATE, PUBLIC)
    assert claimed(receipt) is None
    assert qr.claimed_kind(TEXT) is None
    with pytest.raises(qr.ReceiptDoubted):
        qr.verify(TEXT, KEYS, "JM01")


def test_another_centres_an_unknown_key_and_a_revoked_one_are_told_apart() -> None:
    with pytest.raises(RuleBroken, match="不是本中心的"):
        verify(TEXT, KEYS, "JM02")
    with pytest.raises(RuleBroken, match="伪造"):
        verify(TEXT, {}, "JM01")
    with pytest.raises(RuleBroken, match="吊销"):
        verify(TEXT, {qr.key_id(PUBLIC): CheckKey("JM01", PUBLIC, revoked=True)}, "JM01")
    with pytest.raises(RuleBroken, match="伪造"):
        verify(TEXT, {qr.key_id(PUBLIC): CheckKey("JM02", PUBLIC)}, "JM01")


@given(st.dates(date(2000, 1, 1), date(2199, 12, 31)), st.integers(1, 60_000))
def test_a_posters_number_tells_its_edition_and_differs_from_month_to_month(month: date, edition: int) -> None:
    number = poster_number(month, edition)
    assert edition_of(number) == edition
    assert number <= codes._MAX_NUMBER
    other = month.replace(day=1, month=month.month % 12 + 1)
    assert poster_number(other, edition) != number
