"""Masks, ages and phones."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import RuleBroken
from db.people.rules import age_on, mask_address, mask_id, mask_phone, read_phone


def test_the_masks_are_those_of_the_field() -> None:
    assert mask_id("350304199001011234") == "350***********1234"
    assert mask_phone("13812345678") == "138****5678"


@given(st.text("0123456789ABCX", max_size=24))
def test_a_mask_hides_most_of_a_number_and_keeps_its_length(number: str) -> None:
    masked = mask_id(number)
    assert len(masked) == len(number)
    assert masked.count("*") * 2 >= len(number)


@given(st.text("0123456789", min_size=1, max_size=20))
def test_no_phone_is_shown_whole(number: str) -> None:
    assert mask_phone(number) != number


def test_an_address_is_shown_to_its_street() -> None:
    assert mask_address("福建省莆田市荔城区镇海街道梅峰路18号3栋502室") == "福建省莆田市荔城区镇海街道梅峰路****"
    assert mask_address("") == ""
    assert mask_address("老树下") == "****"


def test_age_changes_on_the_birthday() -> None:
    born = date(1946, 11, 24)
    assert age_on(born, date(2026, 11, 23)) == 79
    assert age_on(born, date(2026, 11, 24)) == 80


def test_a_leap_day_child_is_older_on_the_last_of_february() -> None:
    assert age_on(date(2020, 2, 29), date(2026, 2, 27)) == 5
    assert age_on(date(2020, 2, 29), date(2026, 2, 28)) == 6
    assert age_on(date(2020, 2, 29), date(2028, 2, 28)) == 7
    assert age_on(date(2020, 2, 29), date(2028, 2, 29)) == 8


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138 1234 5678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("+86 138-1234-5678", "13812345678"),
        ("0594-2691234", "0594-2691234"),
        ("(0594)2691234", "0594-2691234"),
        ("+852 9123 4567", "+85291234567"),
        ("", ""),
    ],
)
def test_phones_are_kept_in_one_form(typed: str, kept: str) -> None:
    assert read_phone(typed).number == kept
    assert read_phone(typed).warning == ""


def test_a_doubtful_phone_warns_and_does_not_block() -> None:
    read = read_phone("1381234567")
    assert (read.number, "核对" in read.warning) == ("1381234567", True)


@pytest.mark.parametrize("typed", ["没有", "13812345678转8", "12345678901234567890123456"])
def test_what_is_no_phone_is_refused(typed: str) -> None:
    with pytest.raises(RuleBroken, match="电话"):
        read_phone(typed)


@given(st.text(max_size=30))
def test_any_text_is_a_phone_or_a_sentence(raw: str) -> None:
    try:
        once = read_phone(raw).number
    except RuleBroken:
        return
    assert read_phone(once).number == once
