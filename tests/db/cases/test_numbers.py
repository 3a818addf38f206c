"""Case numbers catch what hands and eyes do wrong."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.cases.numbers import QUERY_ALPHABET, case_number, looks_like_case_number, new_query_code, read_case_number
from db.errors import RuleBroken

DAY = date(2026, 11, 22)
codes = st.text("0123456789ABCDEFGHJKMNPQRSTUVWXYZ", min_size=1, max_size=12)
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def test_number_has_the_four_parts_of_the_field() -> None:
    assert case_number("JM01", DAY, 7) == "JM01-20261122-0007-L"


@given(codes, st.dates(date(2020, 1, 1), date(2099, 12, 31)), st.integers(1, 99_999_999))
def test_number_reads_back(code: str, day: date, seq: int) -> None:
    read = read_case_number(case_number(code, day, seq))
    assert (read.centre_code, read.day, read.seq) == (code, day, seq)


@given(codes, st.integers(1, 9999), st.data())
def test_one_wrong_character_is_caught(code: str, seq: int, data: st.DataObject) -> None:
    number = case_number(code, DAY, seq)
    at = data.draw(st.sampled_from([i for i, char in enumerate(number) if char != "-"]))
    wrong = data.draw(st.sampled_from([char for char in ALPHABET if char != number[at]]))
    with pytest.raises(RuleBroken):
        read_case_number(number[:at] + wrong + number[at + 1 :])


def test_nearly_every_swap_of_neighbours_is_caught() -> None:
    missed = swaps = 0
    for seq in range(1, 1000):
        number = case_number("JM01", DAY, seq)
        for at in range(len(number) - 1):
            if "-" in number[at : at + 2] or number[at] == number[at + 1]:
                continue
            swaps += 1
            try:
                read_case_number(number[:at] + number[at + 1] + number[at] + number[at + 2 :])
            except RuleBroken:
                continue
            missed += 1
    assert swaps > 5000
    assert missed / swaps < 0.001


@pytest.mark.parametrize("typed", [" jm01-20261122-0007-l ", "ＪＭ01－20261122－0007－Ｌ", "JM01—20261122—0007—L"])
def test_spelling_of_keyboards_and_input_methods_is_understood(typed: str) -> None:
    assert str(read_case_number(typed)) == "JM01-20261122-0007-L"


@pytest.mark.parametrize("text", ["", "王秀英", "350304195803120220", "JM01-20261122", "JM01-20261340-0007-L"])
def test_other_texts_are_no_case_numbers(text: str) -> None:
    with pytest.raises(RuleBroken):
        read_case_number(text)


def test_looks_like_says_nothing_about_the_check_character() -> None:
    assert looks_like_case_number("JM01-20261122-0007-A")
    assert not looks_like_case_number("0007")


def test_centre_code_that_cannot_be_printed_is_refused() -> None:
    with pytest.raises(RuleBroken, match="中心代码"):
        case_number("军门", DAY, 1)


def test_query_codes_are_random_and_readable() -> None:
    found = {new_query_code() for _ in range(200)}
    assert len(found) == 200
    assert all(len(code) == 8 and set(code) <= set(QUERY_ALPHABET) for code in found)
