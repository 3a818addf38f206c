"""What stands on the paper: everything, inside the page, on every medium, the same each time."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import uharfbuzz as hb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.receipts.compose import compose
from db.receipts.content import Fields, Medium, PaperContent, PaperKind, Table, Text
from desktop.paper.faces import REGULAR, SCRIPTS, font_blob
from desktop.paper.render import render, warning
from tests.desktop.paper.reader import characters, glyphs_of, text_of, texts_of
from tests.factories.papers import CENTRE, ISSUED_AT, MATERIALS, a_case, every_paper

PAPERS = every_paper()
SIZES = [(medium, large) for medium in Medium for large in (False, True)]
every_size = pytest.mark.parametrize(("medium", "large"), SIZES)
HANZI = "霞林街道荔园社区高龄津贴申领䶮𬱖𠮷鿫㑇·，。；：（）《》“”、0123456789ABCxyz-/@*　 "
# Everything the four fonts have, but not the fillers, which leave no ink, and the ligatures PDFium takes apart.
REPERTOIRE = sorted(
    {
        char
        for script in SCRIPTS
        for char in map(chr, hb.Face(font_blob(script, REGULAR)).unicodes)
        if char.isprintable() and char not in "\u3164\uffa0" and not "\ufb00" <= char <= "\ufb06"
    }
)
words = st.text(st.sampled_from(HANZI), min_size=1, max_size=160) | st.text(
    st.sampled_from(REPERTOIRE), min_size=1, max_size=60
)


def printed(content: PaperContent) -> str:
    """The characters of one copy of a paper that both media print."""
    parts = [content.title, content.number, content.organisation, content.issued_on, content.seal_org]
    parts += [content.qr_caption, *content.signatures, *content.foot]
    parts += [text for pair in content.phones for text in pair]
    for block in content.blocks:
        match block:
            case Fields():
                parts += [text for row in block.rows for text in row]
            case Text():
                parts.append(block.text)
            case Table():
                parts += [block.caption, block.total, *(cell for row in block.rows for cell in row if cell != "—")]
    return "".join(parts)


def a_paper(*texts: str) -> PaperContent:
    """A paper with these texts in every kind of place."""
    a, b, c, d = texts
    return PaperContent(
        kind=PaperKind.RECEIVED,
        title="收件材料接收凭证",
        number=a,
        organisation=b,
        issued_on="2026年11月20日",
        blocks=(
            Fields((("申请人", c), (d, a), ("事项", b))),
            Text(d),
            Text(c, "note"),
            Text(a, "heading"),
            Table(("序号", "名称", "要求"), (("1", a, b), ("2", c, d)), (6, 50, 44), b, c),
        ),
        copies=("",),
        signatures=(d, a),
        seal_org=b,
        phones=((c, d),),
        foot=(a, b),
    )


def assert_inside(pdf: bytes) -> None:
    for (width, height), glyphs in glyphs_of(pdf):
        assert glyphs
        for glyph in glyphs:
            assert glyph.left >= 0, glyph
            assert glyph.right <= width, glyph
            assert glyph.bottom >= 0, glyph
            assert glyph.top <= height, glyph


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(st.tuples(words, words, words, words), st.sampled_from(SIZES))
def test_every_character_of_every_field_is_printed_inside_the_page(
    texts: tuple[str, str, str, str], size: tuple[Medium, bool]
) -> None:
    content = a_paper(*texts)
    rendered = render(content, *size)
    assert not characters(printed(content)) - characters(text_of(rendered.pdf))
    assert rendered.missing == ()
    assert_inside(rendered.pdf)


@every_size
@pytest.mark.parametrize("name", sorted(PAPERS))
def test_every_paper_is_printed_whole_on_every_medium(name: str, medium: Medium, large: bool) -> None:
    rendered = render(PAPERS[name], medium, large)
    found = characters(text_of(rendered.pdf))
    wanted = characters(printed(PAPERS[name]))
    copies = len(PAPERS[name].copies)
    short = {char: count for char, count in wanted.items() if found[char] < count * copies}
    assert not short
    assert_inside(rendered.pdf)


@every_size
def test_the_same_paper_is_the_same_bytes(medium: Medium, large: bool) -> None:
    assert render(PAPERS["received"], medium, large, 2, "错") == render(PAPERS["received"], medium, large, 2, "错")


def test_both_copies_share_a_page_where_they_fit() -> None:
    rendered = render(PAPERS["refused"], Medium.A4)
    assert rendered.pages == 1
    text = text_of(rendered.pdf)
    assert text.index("第一联 存档") < text.index("第二联 交申请人")
    ((_, height), glyphs) = glyphs_of(rendered.pdf)[0]
    second = next(n for n, glyph in enumerate(glyphs) if glyph.char == "二" and glyphs[n - 1].char == "第")
    assert all(glyph.bottom > height / 2 for glyph in glyphs[: second - 1])
    assert all(glyph.top < height / 2 for glyph in glyphs[second - 1 :])


def test_a_longer_paper_gets_a_page_for_each_copy() -> None:
    first, second = texts_of(render(PAPERS["handover"], Medium.A4).pdf)
    assert "第一联 移交单位存" in first
    assert "第二联 接收单位存" in second
    assert first.replace("第一联 移交", "").replace("第二联 接收", "") == second.replace("第二联 接收", "")


@pytest.mark.parametrize("medium", [Medium.THERMAL80, Medium.THERMAL58])
def test_a_roll_is_cut_for_each_copy_and_as_long_as_it_needs(medium: Medium) -> None:
    pages = glyphs_of(render(PAPERS["received"], medium).pdf)
    assert [round(size[0] / 72 * 25.4) for size, _ in pages] == [int(medium[-2:])] * 2
    for (_, height), glyphs in pages:
        assert 0 < min(glyph.bottom for glyph in glyphs) < 30
        assert 0 < height - max(glyph.top for glyph in glyphs) < 30


@every_size
def test_a_reprint_says_so_on_every_page(medium: Medium, large: bool) -> None:
    pages = texts_of(render(PAPERS["accepted"], medium, large, reprint=3).pdf)
    assert all("补打（第3次）" in page for page in pages)
    assert "补打" not in text_of(render(PAPERS["accepted"], medium, large).pdf)


@every_size
def test_a_void_paper_is_stamped_and_tells_the_reason(medium: Medium, large: bool) -> None:
    pages = texts_of(render(PAPERS["refused"], medium, large, void="受理有误，另行出具").pdf)
    assert all("作废" in page for page in pages)
    assert "本件已作废，不得使用。作废原因：受理有误，另行出具" in re.sub(r"\s", "", "".join(pages))


def long_case(count: int) -> PaperContent:
    rows = tuple(
        replace(MATERIALS[0], name=f"始{n:03d}" + "需要很多字才能说清楚的证明材料" * (n % 7) + f"终{n:03d}")
        for n in range(count)
    )
    return compose(PaperKind.RECEIVED, CENTRE, a_case(materials=rows), "1号", ISSUED_AT)


@pytest.mark.parametrize("large", [False, True])
def test_no_row_is_cut_by_a_page_break_and_the_header_repeats(large: bool) -> None:
    pages = texts_of(render(long_case(60), Medium.A4, large).pdf)
    half = len(pages) // 2
    assert half > 2
    for number in range(60):
        begins = [n for n, page in enumerate(pages) if f"始{number:03d}" in page]
        ends = [n for n, page in enumerate(pages) if f"终{number:03d}" in re.sub(r"\s", "", page)]
        assert len(begins) == 2
        assert begins == ends
    for number, page in enumerate(pages[:half], 1):
        assert f"第 {number} 页　共 {half} 页" in page
        if "始" in page:
            assert "材料名称" in page
    assert "共 60 件" in pages[half - 1] + pages[half - 2]


def test_a_row_higher_than_a_page_is_continued_and_not_lost() -> None:
    monster = replace(MATERIALS[0], name="长" * 4000)
    content = compose(PaperKind.RECEIVED, CENTRE, a_case(materials=(monster, MATERIALS[1])), "1号", ISSUED_AT)
    rendered = render(content, Medium.A4)
    assert characters(text_of(rendered.pdf))["长"] == 8000
    assert_inside(rendered.pdf)


def test_a_long_notice_breaks_between_lines_and_signatures_are_never_alone() -> None:
    content = compose(PaperKind.REFUSED, CENTRE, a_case(reason="理由" * 1500), "1号", ISSUED_AT)
    pages = texts_of(render(content, Medium.A4).pdf)
    assert characters("".join(pages))["由"] >= 3000
    signed = [page for page in pages if "经办人签字" in page]
    assert len(signed) == 2
    assert all("省网申报号" in page for page in signed)


def test_characters_no_font_has_are_drawn_as_stand_ins_and_named() -> None:
    case = a_case(applicant="王\U0002fa1d\U00031350三")
    rendered = render(compose(PaperKind.DONE, CENTRE, case, "1号", ISSUED_AT), Medium.THERMAL80)
    assert "\U00031350" in rendered.missing
    assert "\U00031350" in text_of(rendered.pdf)
    assert "U+31350" in warning(rendered.missing)
    assert "〓" in warning(rendered.missing)


def test_nothing_missing_warns_of_nothing() -> None:
    assert warning(render(PAPERS["done"], Medium.A4).missing) == ""


@pytest.mark.parametrize("name", ["䶮", "𬱖", "𠮷", "㑇", "鿫"])
def test_rare_characters_are_drawn_and_can_be_copied(name: str) -> None:
    case = a_case(applicant=name * 3)
    rendered = render(compose(PaperKind.DONE, CENTRE, case, "1号", ISSUED_AT), Medium.A4)
    assert name * 3 in text_of(rendered.pdf)
    boxes = [glyph for _, glyphs in glyphs_of(rendered.pdf) for glyph in glyphs if glyph.char == name]
    assert boxes
    assert all(glyph.right - glyph.left > 5 and glyph.top - glyph.bottom > 5 for glyph in boxes)


def test_no_personal_data_in_the_description_of_the_file() -> None:
    pdf = render(PAPERS["done"], Medium.A4).pdf
    info = pdf[pdf.rindex(b"/Author") :]
    for secret in ("欧阳", "1234", "5678"):
        assert secret.encode("utf-16-be") not in info
        assert secret.encode() not in info


def test_papers_rendered_at_once_in_threads_do_not_mix() -> None:
    names = sorted(PAPERS) * 3
    alone = {name: render(PAPERS[name], Medium.THERMAL80) for name in PAPERS}
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda name: render(PAPERS[name], Medium.THERMAL80), names))
    assert together == [alone[name] for name in names]


def test_paper_needs_neither_a_screen_nor_a_database() -> None:
    code = "import sys, desktop.paper.render, db.receipts.compose; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {name.partition(".")[0] for name in loaded} & {"PySide6", "sqlalchemy"}


def test_fonts_are_objects_of_their_own_as_poppler_wants_them() -> None:
    pdf = render(PAPERS["received"], Medium.A4).pdf
    fonts = dict(re.findall(rb"/(L(?:SC|JP)[RB]) (\d+) 0 R", pdf))
    assert set(fonts) == {b"LSCR", b"LSCB", b"LJPR"}
    assert all(re.search(rb"\n%s 0 obj\s*<< /Type /Font " % number, pdf) for number in fonts.values())
