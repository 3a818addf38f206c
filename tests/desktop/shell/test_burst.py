"""Keys of readers and of hands, told apart by their pauses (ms)."""

import random

import pytest

from desktop.shell.burst import Burst, Scan, by_reader, goes_on


def typed(text: str, pauses: list[int], end: int) -> Scan[int] | None:
    """The burst of a text; what stood before each key is its place."""
    burst: Burst[int] = Burst()
    for at, (char, pause) in enumerate(zip(text, pauses, strict=True)):
        burst.add(char, pause, at)
    return burst.whole(end)


@pytest.mark.parametrize(
    "pauses",
    [
        [3] * 20,
        [8, 0, 0, 31, 0, 1, 55, 0, 0, 0, 28, 0, 0, 0, 120, 0, 0, 0],  # over Bluetooth, in clumps
        [47, 62, 47, 47, 62, 47, 62, 47, 47, 62, 62, 47],  # 50 ms, by a clock of 15.6 ms
        [100, 101, 99, 100, 109, 94, 100, 100, 100, 101],
        [150] * 18,
    ],
)
def test_a_beat_of_a_clock_is_a_reader(pauses: list[int]) -> None:
    assert by_reader(pauses)


@pytest.mark.parametrize("beat", [80, 110, 150, 200])
def test_a_fast_hand_is_no_reader(beat: int) -> None:
    chance = random.Random(beat)
    hands = [[max(25, round(chance.gauss(beat, 0.3 * beat))) for _ in range(18)] for _ in range(1000)]
    assert sum(map(by_reader, hands)) <= 3  # and then it would have to be a number of ours besides


def test_a_receipt_is_a_readers_however_slow() -> None:
    assert typed("1" * 250, [900, *[100, 240] * 124, 100], 200) == Scan("1" * 250, 0)
    assert typed("1" * 50, [900, *[100, 240] * 24, 100], 200) is None


def test_what_was_typed_just_before_does_not_belong_to_it() -> None:
    assert typed("abc" + "1" * 18, [900, 180, 150, 210] + [3] * 17, 3) == Scan("1" * 18, 3)
    assert typed("ab" + "1" * 18, [900, 180, 240] + [60] * 17, 60) == Scan("1" * 18, 2)


def test_after_a_pause_and_when_the_clock_wraps_something_new_begins() -> None:
    assert [goes_on(pause) for pause in (-1, 0, 250, 251)] == [False, True, True, False]
