"""ID numbers. Every number here is made up: region codes with dates and order codes nobody was given."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from db.errors import RuleBroken
from db.people.identity import guess_type, read_id
from db.people.rules import IdType, PersonKind, Sex

TODAY = date(2026, 11, 24)


def citizen(region: str = "350304", born: str = "19900101", order: str = "001") -> str:
    """A number with the right check digit."""
    body = f"{region}{born}{order}"
    return body + ric.calc_check_digit(body + "0")


def credit_code(body: str = "91350304MA2XXXXX0") -> str:
    return body + uscc.calc_check_digit(body + "0")


def test_an_id_number_tells_birthday_sex_and_is_kept_in_capitals() -> None:
    number = next(citizen(order=f"{n:03}") for n in range(1, 999, 2) if citizen(order=f"{n:03}").endswith("X"))
    read = read_id(IdType.RESIDENT, number.lower(), TODAY)
    assert (read.number, read.birthday, read.sex) == (number, date(1990, 1, 1), Sex.MALE)
    assert read.kind is PersonKind.PERSON


def test_full_width_digits_of_an_input_method_are_read() -> None:
    full = "".join(chr(ord(char) + 0xFEE0) for char in citizen())
    assert read_id(IdType.RESIDENT, f" {full} ", TODAY).number == citizen()


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(place: int, by: int) -> None:
    number = citizen(born="19900115", order="122")
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    with pytest.raises(RuleBroken):
        read_id(IdType.RESIDENT, wrong, TODAY)


@given(st.integers(0, 15))
def test_two_neighbouring_digits_swapped_are_found(place: int) -> None:
    number = citizen(born="19870615", order="243")
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        with pytest.raises(RuleBroken):
            read_id(IdType.RESIDENT, swapped, TODAY)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("350304900101001", "15 位的旧"),
        ("3503041990010100", "应是 18 位，现有 16 位"),
        ("35030419900101００A1", "前 17 位应是数字"),
        (citizen(born="19900230"), "19900230 不存在"),
        (citizen(born="20270101"), "在今天之后"),
        (citizen(region="810000"), "港澳台居民居住证"),
        ("", "请填写居民身份证号码"),
    ],
)
def test_a_wrong_id_number_is_refused_with_its_reason(number: str, reason: str) -> None:
    with pytest.raises(RuleBroken, match=reason):
        read_id(IdType.RESIDENT, number, TODAY)


@pytest.mark.parametrize("region", ["810000", "820000", "830000"])
def test_a_residence_permit_has_the_same_check_digit(region: str) -> None:
    number = citizen(region=region, born="19851105", order="002")
    read = read_id(IdType.HMT_RESIDENCE, number, TODAY)
    assert (read.birthday, read.sex) == (date(1985, 11, 5), Sex.FEMALE)
    with pytest.raises(RuleBroken, match="校验位"):
        read_id(IdType.HMT_RESIDENCE, number[:-1] + ("0" if number[-1] != "0" else "1"), TODAY)
    with pytest.raises(RuleBroken, match="810000"):
        read_id(IdType.HMT_RESIDENCE, citizen(), TODAY)


def test_a_wrong_credit_code_warns_and_does_not_block() -> None:
    right = credit_code()
    assert read_id(IdType.CREDIT_CODE, right, TODAY).warning == ""
    wrong = right[:-1] + ("A" if right[-1] != "A" else "B")
    read = read_id(IdType.CREDIT_CODE, wrong, TODAY)
    assert "校验位不对" in read.warning
    assert (read.number, read.kind) == (wrong, PersonKind.ORGANISATION)
    assert "不用 I、O" in read_id(IdType.CREDIT_CODE, "91350304MA2XXXXXOI", TODAY).warning


def test_a_village_cooperative_code_begins_with_a_letter() -> None:
    code = credit_code("N2350304MF1234567")
    assert read_id(IdType.CREDIT_CODE, code, TODAY).warning == ""
    assert guess_type(code) is IdType.CREDIT_CODE


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (IdType.HM_PERMIT, "H12345678"),
        (IdType.TW_PERMIT, "01234567"),
        (IdType.PASSPORT, "e12345678"),
        (IdType.FOREIGN_RESIDENCE, "CAN110084010101"),
    ],
)
def test_people_without_a_mainland_id_are_served(kind: IdType, number: str) -> None:
    assert read_id(kind, number, TODAY).number == number.upper()
    with pytest.raises(RuleBroken):
        read_id(kind, "张三", TODAY)


def test_nobody_needs_an_id() -> None:
    assert read_id(IdType.NONE, " ", TODAY).number == ""
    with pytest.raises(RuleBroken, match="无证件"):
        read_id(IdType.NONE, "123", TODAY)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (citizen(), IdType.RESIDENT),
        (citizen(region="830000"), IdType.HMT_RESIDENCE),
        (citizen(region="911344"), IdType.FOREIGN_RESIDENCE),
        (credit_code(), IdType.CREDIT_CODE),
        (credit_code("91350304000000012"), IdType.CREDIT_CODE),
        ("H12345678", IdType.HM_PERMIT),
        ("E12345678", IdType.PASSPORT),
        ("13800138000", None),
        ("陈阿里", None),
    ],
)
def test_the_kind_of_a_number_is_guessed(number: str, kind: IdType | None) -> None:
    assert guess_type(number) is kind


@given(st.text(max_size=30))
def test_reading_anything_gives_an_identity_or_a_sentence(raw: str) -> None:
    guess_type(raw)
    for kind in IdType:
        with suppress(RuleBroken):
            assert read_id(kind, raw, TODAY).number.isascii()
