"""The boundary for text: what is meant stays, what nobody can see goes, what no database can hold is refused."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import RuleBroken
from db.text import _PLAIN, NAME, Field, _refuse_unstorable, _without_invisible, clean, code, half_width, line, note

RARE_NAMES = [
    "䶮小明",
    "𬱖思远",
    "𠮷田",
    "阿卜杜热合曼·买买提·吐尔逊·艾力",
    "葛\U000e0100城",  # an ideographic variation sequence: another shape of the same character
    "O’Brien-Łuczak Zoë",
    "Zoe\u0308",  # decomposed: stays decomposed
    "가" * 50,
]


@pytest.mark.parametrize("name", RARE_NAMES)
def test_a_name_keeps_every_character(name: str) -> None:
    cleaned = clean(name, NAME)
    assert cleaned.text == name
    assert cleaned.notices == ()


def test_a_name_is_never_normalised() -> None:
    compatibility = "\uf9dc\ufa10"  # compatibility ideographs that NFC would replace
    assert unicodedata.normalize("NFC", compatibility) != compatibility
    assert clean(compatibility, NAME).text == compatibility


@pytest.mark.parametrize("bad", ["张\0三", "张\ud842", "\udfb7三", "张\uffff", "张\ufdd0三"])
def test_text_that_cannot_be_held_is_refused(bad: str) -> None:
    with pytest.raises(RuleBroken, match="姓名"):
        clean(bad, NAME)


def test_a_garbled_name_is_refused_because_its_character_is_lost() -> None:
    with pytest.raises(RuleBroken, match="乱码"):
        clean("张" + chr(0xFFFD), NAME)


@pytest.mark.parametrize("char", ["\u202e", "\u2066", "\u200f", "\u061c"])
def test_direction_controls_are_removed_with_a_notice(char: str) -> None:
    cleaned = clean(f"张{char}三", NAME)
    assert cleaned.text == "张三"
    assert "改变文字方向" in cleaned.notices[0]


@pytest.mark.parametrize("char", ["\u200b", "\ufeff", "\u2060", "\u00ad", "\u3164", "\x07", "\x7f", "\U000e0041"])
def test_invisible_characters_are_removed_with_a_notice(char: str) -> None:
    cleaned = clean(f"张{char}三", NAME)
    assert cleaned.text == "张三"
    assert "看不见" in cleaned.notices[0]


def test_too_long_is_refused_with_both_lengths_and_never_cut() -> None:
    with pytest.raises(RuleBroken, match=r"备注最多 5 个字，现有 6 个字"):
        clean("一二三四五六", Field("备注", 5))


def test_length_counts_characters_beyond_the_bmp_once() -> None:
    assert clean("𠮷" * 5, Field("备注", 5)).text == "𠮷" * 5


def test_required_text_of_spaces_is_missing() -> None:
    with pytest.raises(RuleBroken, match="请填写姓名"):
        clean(" \u3000\t", NAME)


def test_a_line_has_no_line_breaks_and_a_note_keeps_them() -> None:
    assert line("一\r\n二", "原因") == "一 二"
    assert note("一\r\n二\n三", "意见") == "一\n二\n三"


def test_codes_typed_with_an_input_method_come_out_in_half_width() -> None:
    assert code("３５０３０４　１９９００１０１００７ｘ") == "35030419900101007X"
    assert code("\ufeff350 304\n") == "350304"
    assert half_width("ＡＢＣ－１２３") == "ABC-123"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_cleaning_twice_is_cleaning_once(raw: str) -> None:
    try:
        once = clean(raw, Field("字段", 200, multiline=True)).text
    except RuleBroken:
        return
    again = clean(once, Field("字段", 200, multiline=True))
    assert (again.text, again.notices) == (once, ())


@given(st.text(max_size=80))
def test_what_passes_can_be_stored_by_any_database(raw: str) -> None:
    try:
        text = clean(raw, Field("字段", 200)).text
    except RuleBroken:
        return
    assert text.encode().decode() == text
    assert "\0" not in text
    assert "\n" not in text
    assert not any(
        unicodedata.bidirectional(char) in ("RLO", "LRO", "RLE", "LRE", "PDF", "LRI", "RLI") for char in text
    )


@given(st.text(st.characters(categories=["Lo", "Ll", "Lu", "Nd", "Mn"]), min_size=1, max_size=60))
def test_visible_characters_are_never_lost(raw: str) -> None:
    hidden = set("\u3164\u115f\u1160\uffa0\u17b4\u17b5\u034f")
    visible = "".join(char for char in raw if char not in hidden)
    assert clean(raw, Field("字段", 200)).text == visible


def test_what_counts_as_plain_is_kept_as_it_is_when_every_character_is_looked_at() -> None:
    plain = [char for char in map(chr, range(0x110000)) if _PLAIN.fullmatch(char)]
    assert "林" in plain
    for char in plain:
        _refuse_unstorable(char, "姓名")
        assert _without_invisible(f"a{char}b", NAME) == (f"a{char}b", ())
