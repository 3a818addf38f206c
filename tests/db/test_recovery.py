"""The recovery code survives paper, a keyboard and a tired person, and names the group that is wrong."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import RuleBroken
from db.recovery import ALPHABET, key_from_code, recovery_code

KEY = bytes(range(100, 132))
CODE = recovery_code(KEY)


@given(st.binary(min_size=32, max_size=32))
def test_a_code_gives_its_key_again(key: bytes) -> None:
    assert key_from_code(recovery_code(key)) == key


def test_a_code_is_thirteen_groups_of_five_clear_characters() -> None:
    groups = CODE.split("-")
    assert [len(group) for group in groups] == [5] * 13
    assert not set(CODE) & set("ILOU")


def test_a_code_may_be_typed_in_many_ways() -> None:
    sloppy = CODE.lower().replace("-", "  ").replace("0", "o").replace("1", "l")
    assert key_from_code(sloppy) == KEY
    assert key_from_code("".join(chr(ord(char) + 0xFEE0) if char != "-" else "　" for char in CODE)) == KEY


def test_every_single_wrong_character_is_noticed_and_its_group_named() -> None:
    for place, char in enumerate(CODE):
        if char == "-":
            continue
        for other in set(ALPHABET) - {char}:
            with pytest.raises(RuleBroken, match=f"第 {place // 6 + 1} 组"):
                key_from_code(CODE[:place] + other + CODE[place + 1 :])


def test_two_neighbours_swapped_are_noticed() -> None:
    rng = random.Random(7)
    for _ in range(50):
        code = recovery_code(rng.randbytes(32))
        for place in range(len(code) - 1):
            a, b = code[place], code[place + 1]
            if a == b or "-" in (a, b):
                continue
            with pytest.raises(RuleBroken, match=f"第 {place // 6 + 1} 组"):
                key_from_code(code[:place] + b + a + code[place + 2 :])


def test_two_groups_swapped_are_noticed() -> None:
    groups = CODE.split("-")
    for first in range(13):
        for second in range(first + 1, 13):
            swapped = groups.copy()
            swapped[first], swapped[second] = swapped[second], swapped[first]
            with pytest.raises(RuleBroken, match="组"):
                key_from_code("-".join(swapped))


@pytest.mark.parametrize("text", ["", CODE[:-1], CODE + "0", "hello"])
def test_a_code_of_the_wrong_length_is_refused(text: str) -> None:
    with pytest.raises(RuleBroken, match="恢复码应有 13 组"):
        key_from_code(text)


def test_a_character_that_no_code_has_is_named() -> None:
    with pytest.raises(RuleBroken, match="“U”"):
        key_from_code("U" + CODE[1:])


def test_only_a_whole_key_has_a_code() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        recovery_code(b"short")
