"""Is a gapless series whole? Pure: from the numbers that exist and where its counter stands."""

from collections import Counter
from collections.abc import Iterable

NAMED = 5
"""Missing stretches that are named one by one."""


def series_faults(title: str, numbers: Iterable[int], counted: int) -> list[str]:
    """What is wrong with one series, as sentences: doubles, gaps, a counter that stands elsewhere.

    Args:
        title: what the series is called, e.g. “2026-11-22 A 号票”.
        numbers: the numbers that were given out, in any order.
        counted: where the counter stands, 0 when there is none.
    """
    given = Counter(numbers)
    last = max(given, default=0)
    faults = []
    doubles = sorted(number for number, times in given.items() if times > 1)
    if doubles:
        faults.append(f"{title}有 {len(doubles)} 个重号：{_list([(number, number) for number in doubles])}。")
    holes = _holes(given)
    if holes:
        missing = sum(end - start + 1 for start, end in holes)
        faults.append(f"{title}缺 {missing} 个号：{_list(holes)}。")
    if counted != last:
        faults.append(f"{title}的计数器是 {counted}，最后一个号却是 {last}。")
    return faults


def _holes(given: Iterable[int]) -> list[tuple[int, int]]:
    holes, expected = [], 1
    for number in sorted(given):
        if number > expected:
            holes.append((expected, number - 1))
        expected = max(expected, number + 1)
    return holes


def _list(stretches: list[tuple[int, int]]) -> str:
    named = [f"{start}" if start == end else f"{start}–{end}" for start, end in stretches[:NAMED]]
    return "、".join(named) + (" 等" if len(stretches) > NAMED else "")
