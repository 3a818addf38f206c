"""Where lines break."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.paper.breaking import balanced_lines, break_lines, is_one_word
from desktop.paper.typeface import HEAVY, PLAIN

SIZE = 10.0
CHINESE = st.text(
    st.sampled_from("申请材料齐全符合法定形式的，。；：？！、（）《》“”‘’…—·䶮𬱖𠮷 12026ABCxyz-/.@%￥\n"), max_size=120
)
NO_START = "。，、；：？！）》”’"
NO_END = "（《“‘"


@given(CHINESE, st.floats(40, 400), st.floats(0, 20))
def test_every_character_stays_in_order(text: str, width: float, indent: float) -> None:
    lines = break_lines(text, width, SIZE, PLAIN, indent)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(CHINESE, st.floats(40, 400))
def test_no_line_is_wider_than_its_room(text: str, width: float) -> None:
    for line in break_lines(text, width, SIZE, PLAIN):
        assert PLAIN.width(line.rstrip(), SIZE) <= width + 0.02


@given(st.text(st.sampled_from("申请材料齐全符合法定形式的，。；、（）《》"), max_size=80), st.floats(60, 200))
def test_closing_marks_begin_no_line_and_opening_marks_end_none(text: str, width: float) -> None:
    lines = break_lines(text, width, SIZE, PLAIN)
    for before, after in itertools.pairwise(lines):
        whole_line_of_marks = all(char in NO_START + NO_END for char in before + after[:1])
        run = len(before) - len(before.rstrip(NO_END)) + len(after) - len(after.lstrip(NO_START))
        if not whole_line_of_marks and run * SIZE < width - 3 * SIZE:
            assert after[0] not in NO_START or before[-1] in NO_START + NO_END
            assert before[-1] not in NO_END or after[0] in NO_START + NO_END


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("请于五个工作日内补正。", ["请于五个工作日", "内补正。"]),
        ("请于五个工作日。内补", ["请于五个工作", "日。内补"]),
        ("请于五个工作《办法》", ["请于五个工作", "《办法》"]),
        ("编号PT0312-2026", ["编号", "PT0312-2026"]),
        ("", [""]),
        ("一\n二", ["一", "二"]),
    ],
)
def test_known_breaks_at_seven_characters(text: str, lines: list[str]) -> None:
    assert break_lines(text, 7 * SIZE, SIZE, PLAIN) == lines


def test_a_number_longer_than_the_line_is_cut_and_not_clipped() -> None:
    number = "350302" * 8
    lines = break_lines(number, 7 * SIZE, SIZE, PLAIN)
    assert len(lines) > 1
    assert "".join(lines) == number


def test_dashes_and_ellipses_are_not_torn() -> None:
    assert break_lines("一二三四五六——七", 7 * SIZE, SIZE, PLAIN) == ["一二三四五六", "——七"]
    assert break_lines("一二三四五六……", 7 * SIZE, SIZE, PLAIN) == ["一二三四五", "六……"]


def test_an_accent_stays_on_its_letter() -> None:
    assert all(not line.startswith("\u0301") for line in break_lines("e\u0301" * 30, 25, SIZE, PLAIN))


def test_a_tab_is_a_space_and_a_carriage_return_is_nothing() -> None:
    assert break_lines("甲\t乙\r\n丙", 100, SIZE, PLAIN) == ["甲 乙", "丙"]


def test_titles_are_split_evenly() -> None:
    name = "莆田市城厢区霞林街道荔园社区居民委员会"
    lines = balanced_lines(name, 17 * SIZE, SIZE, HEAVY)
    assert "".join(lines) == name
    assert abs(len(lines[0]) - len(lines[1])) <= 2


@given(st.text(st.sampled_from("社区居民委员会·@0"), max_size=60), st.floats(40, 300))
def test_even_lines_are_no_wider_than_their_room(text: str, width: float) -> None:
    lines = balanced_lines(text, width, SIZE, PLAIN)
    assert "".join(lines) == text
    assert all(PLAIN.width(line, SIZE) <= width + 0.02 for line in lines)


def test_a_code_is_one_word_and_a_sentence_is_not() -> None:
    assert is_one_word("PT0312-20261120-0017-6")
    assert not is_one_word("居民身份证 350***********1234")


def test_two_centred_lines_part_where_a_clause_ends() -> None:
    text = "前面没有人等候，请留意叫号"
    for ems in (9, 11, 12.5):
        assert balanced_lines(text, ems * SIZE, SIZE, HEAVY) == ["前面没有人等候，", "请留意叫号"]
    assert balanced_lines(text, 7 * SIZE, SIZE, HEAVY) == break_lines(text, 7 * SIZE, SIZE, HEAVY)
