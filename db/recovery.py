"""The recovery code: the data key as something a person can write on paper and type again.

32 bytes become 13 groups of five characters from Crockford's alphabet (no I, L, O, U). The fifth of each group checks the
other four and the group's place: one wrong character, two neighbours swapped, or two groups swapped are noticed, and the
group is named. Capital or small, O for 0, I or L for 1, full-width letters, any blanks or hyphens: all are read.
"""

import re
import unicodedata

from db.errors import RuleBroken

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
KEY_BYTES = 32
DATA = 4
GROUPS = 13
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def recovery_code(key: bytes) -> str:
    """The code of a 32-byte key, e.g. “00040-1T3Q0-…”, 13 groups of five."""
    if len(key) != KEY_BYTES:
        raise ValueError("the data key has 32 bytes")
    number = int.from_bytes(key, "big") << (GROUPS * DATA * 5 - KEY_BYTES * 8)
    values = [(number >> (5 * place)) & 31 for place in reversed(range(GROUPS * DATA))]
    groups = [values[start : start + DATA] for start in range(0, GROUPS * DATA, DATA)]
    return "-".join(
        "".join(ALPHABET[value] for value in [*group, _check(place, group)]) for place, group in enumerate(groups)
    )


def key_from_code(text: str) -> bytes:
    """The key of a code as somebody typed it.

    Raises:
        RuleBroken: with what is wrong and in which group.
    """
    plain = re.sub(r"[\s\-–—－·.,]", "", unicodedata.normalize("NFKC", text)).upper().translate(_LOOKALIKES)
    strange = sorted(set(plain) - set(ALPHABET))
    if strange:
        raise RuleBroken(f"恢复码里不会有“{strange[0]}”这个字符，请核对。")
    size = DATA + 1
    if len(plain) != GROUPS * size:
        raise RuleBroken(f"恢复码应有 {GROUPS} 组、每组 {size} 个字符，共 {GROUPS * size} 个；现在是 {len(plain)} 个。")
    number = 0
    for place in range(GROUPS):
        values = [ALPHABET.index(char) for char in plain[place * size : (place + 1) * size]]
        if _check(place, values[:DATA]) != values[DATA]:
            raise RuleBroken(
                f"恢复码第 {place + 1} 组（{plain[place * size : (place + 1) * size]}）有误，请对照纸面核对这一组。"
            )
        for value in values[:DATA]:
            number = (number << 5) | value
    spare = GROUPS * DATA * 5 - KEY_BYTES * 8
    if number & ((1 << spare) - 1):
        raise RuleBroken(f"恢复码第 {GROUPS} 组有误，请对照纸面核对这一组。")
    return (number >> spare).to_bytes(KEY_BYTES, "big")


def _check(place: int, group: list[int]) -> int:
    """The check value of a group: a sum weighted with powers of x in GF(32), plus the group's place."""
    total = place
    for power, value in enumerate(group, start=1):
        for _ in range(power):
            value = _times_x(value)
        total ^= value
    return total


def _times_x(value: int) -> int:
    """Multiplication by x in GF(2)[x] / (x⁵ + x² + 1)."""
    value <<= 1
    return value ^ 0b100101 if value & 32 else value
