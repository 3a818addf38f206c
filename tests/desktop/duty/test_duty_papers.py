"""Papers of the duty rosters, read back: everything is on them, nothing private is, nothing is cut off, every code reads."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pypdfium2
import pytest
import zxingcpp

from db.duty import codes
from db.duty.cards import CardCode, CardCodes
from db.duty.codes import CodeKind, DutyCode
from db.duty.posting import compose_poster
from db.duty.rows import BodyRow, PosterContent, RecordRow, SlotRow
from db.duty.states import DutyState
from db.ids import new_id
from db.receipts import qr
from desktop.duty import cards, sheets
from desktop.paper.duty_cards import HEIGHT, WIDTH
from desktop.paper.duty_cards import cards as card_pages
from desktop.paper.duty_door import DoorEntry, DoorSign, Sitter, door_sign
from desktop.paper.duty_list import listing
from desktop.paper.duty_table import Column, Row, lay_out, runs
from desktop.paper.poster import poster, posters
from desktop.paper.render import Rendered
from tests.desktop.paper.reader import glyphs_of, text_of, texts_of
from tests.factories.duty_papers import (
    BODY_NAME,
    CENTRE,
    DOCUMENT,
    MOBILE,
    ROOM,
    body_row,
    duty_row,
    member_row,
    slot_row,
)

PRIVATE = bytes(range(32))
PUBLIC = qr.public_of(PRIVATE)
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)
BODY, LAWYER = body_row(scope="听取党员群众意见建议、政策咨询、矛盾纠纷调解"), body_row("律师", position=1, colour=3)
LONG_POST = "福建省福州市鼓楼区东街街道军门社区居民委员会下辖新时代文明实践站志愿服务中队党支部书记兼中队长"
RARE = ("林𬱖", "欧阳䶮", "𠮷田", "阿卜杜拉·买买提·吐尔逊江", "迪丽热巴·迪力木拉提")
HEADS = ("序号", "日期", "星期", "时段", "地点", "轮值人员", "身份", "单位职务", "接待范围", "备注")
CODE = codes.sign(DutyCode(CodeKind.POSTER, new_id(), 24_324 << 16 | 1, "JM01"), PRIVATE, PUBLIC)


def flat(text: str) -> str:
    return "".join(text.split())


def inside(paper: Rendered, margin: float = 11) -> bool:
    """Whether the ink of every character stands on the paper, a printer's margin of 4 mm kept."""
    return all(
        glyph.left > margin and glyph.right < width - margin and glyph.bottom > margin and glyph.top < height - margin
        for (width, height), glyphs in glyphs_of(paper.pdf)
        for glyph in glyphs
    )


def codes_on(paper: Rendered, page: int = 0) -> set[str]:
    """The QR codes of a page as a scanner reads them from what is printed at 203 dots an inch."""
    pixels = pypdfium2.PdfDocument(paper.pdf)[page].render(scale=203 / 72).to_numpy()
    return {found.text for found in zxingcpp.read_barcodes(pixels)}


def content(slots: list[SlotRow], *bodies: BodyRow, edition: int = 1) -> PosterContent:
    shown = bodies or (BODY,)
    return compose_poster(CENTRE, shown, slots, FIRST, LAST, edition=edition, issued_on=date(2026, 11, 27), qr=CODE)


def many(count: int) -> list[SlotRow]:
    """Sessions of two bodies, with rare names, long posts, two people, what was put off and what was covered."""
    made = []
    for at in range(count):
        people = [duty_row(f"{RARE[at % 5]}", unit_post=LONG_POST if at % 4 == 0 else f"第{at:02d}社区")]
        if at % 3 == 0:
            people.append(duty_row(RARE[(at + 1) % 5], kind="党代表", need=1))
        if at % 7 == 0:
            people[0] = replace(people[0], state=DutyState.COVERING, covers_name="王建国")
        day = FIRST + timedelta(days=at % 31)
        planned = day - timedelta(days=1) if at % 5 == 0 else day
        made.append(slot_row(BODY if at % 2 else LAWYER, day, *people, planned=planned, starts=time(8 + at // 31 * 6)))
    return made


@pytest.mark.parametrize("a3", [False, True])
@pytest.mark.parametrize("coloured", [True, False])
def test_a_month_of_one_body_stands_on_one_page_with_every_column_and_its_foot(a3: bool, coloured: bool) -> None:
    slots = [slot_row(BODY, date(2026, 12, day), duty_row(f"第{day:02d}号代表")) for day in (2, 9, 16, 23, 30)]
    paper = poster(content(slots), a3=a3, coloured=coloured)
    assert (paper.pages, paper.missing) == (1, ())
    said = flat(text_of(paper.pdf))
    wanted = (*HEADS, "2026年12月轮值公示表", "12月30日", "周三", "09:00—11:30", "第16号代表", "区人大代表（第十八届）",
              "0591-87654321", "0591-87650000", "12345", "0591-87111222", "军门社区党委", "2026年11月27日")  # fmt: skip
    assert [each for each in wanted if each not in said] == []
    width, height = pypdfium2.PdfDocument(paper.pdf)[0].get_size()
    assert (round(width), round(height)) == ((1191, 842) if a3 else (842, 595))
    assert inside(paper)
    assert codes_on(paper) == {CODE}


def test_the_same_poster_is_the_same_bytes() -> None:
    made = content(many(8), BODY, LAWYER)
    assert poster(made).pdf == poster(made).pdf


def test_black_on_white_has_no_colour_and_coloured_has() -> None:
    def colours(paper: Rendered) -> bool:
        pixels = pypdfium2.PdfDocument(paper.pdf)[0].render(scale=0.5).to_numpy().astype(int)
        return bool((pixels.max(axis=2) - pixels.min(axis=2) > 24).any())

    made = content(many(6), BODY, LAWYER)
    assert colours(poster(made))
    assert not colours(poster(made, coloured=False))


@pytest.mark.parametrize("a3", [False, True])
def test_sixty_lines_go_over_several_pages_under_the_same_head_and_lose_nothing(a3: bool) -> None:
    slots = many(60)
    made = content(slots, BODY, LAWYER)
    paper = poster(made, a3=a3)
    pages = texts_of(paper.pdf)
    assert paper.pages == len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert all(head in page for head in (*HEADS, "轮值单位"))
        assert "轮值公示表" in page
        assert f"第{number}页共{len(pages)}页" in flat(page)
    assert all("0591-87654321" not in page for page in pages[:-1])
    assert "0591-87654321" in pages[-1]
    said = flat("".join(pages))
    for slot in slots:
        for duty in slot.duties:
            assert said.count(duty.member_name) >= 1
    assert said.count(flat(LONG_POST)) == sum(1 for slot in slots if slot.duties[0].unit_post == LONG_POST)
    assert said.count("替王建国") == sum(1 for at in range(60) if at % 7 == 0)
    assert said.count("顺延") >= sum(1 for at in range(60) if at % 5 == 0)
    assert [name for name in RARE if name not in said] == []
    assert paper.missing == ()
    assert inside(paper)
    assert not overlapping(paper)
    assert codes_on(paper, len(pages) - 1) == {CODE}


def test_pages_are_filled_alike() -> None:
    pages = texts_of(poster(content(many(40), BODY, LAWYER)).pdf)
    rows = [page.count("月") for page in pages]
    assert min(rows) * 3 > max(rows)


def test_a_draft_says_so_and_an_empty_month_too() -> None:
    assert "草稿" in flat(text_of(poster(content(many(3), edition=0)).pdf))
    assert "草稿" not in flat(text_of(poster(content(many(3))).pdf))
    assert "没有轮值安排" in text_of(poster(content([])).pdf)


def test_the_months_of_a_plan_are_one_file_each_with_its_own_pages() -> None:
    both = posters([content(many(3)), content(many(3), edition=2)])
    assert both.pages == 2
    assert "第2版" in flat(texts_of(both.pdf)[1])


def test_no_private_number_is_on_any_paper() -> None:
    bad = f"有事打{MOBILE}，{DOCUMENT}"
    body = body_row(scope=bad, office_phone=MOBILE, liaison=bad)
    duty = duty_row(f"林{MOBILE}", unit_post=bad, level=bad, reason=bad)
    slot = slot_row(body, FIRST, duty, room_name=bad, note=bad)
    member = member_row("林代表", body, id=duty.member_id, unit_post=bad, note=bad)
    record = RecordRow(duty.member_id, "林代表", body.name, "党代表", bad, 1, 1, 0, 0, 2.0, 3)
    centre = replace(CENTRE, phone=MOBILE)
    made = compose_poster(centre, (body,), [slot], FIRST, LAST, edition=1, issued_on=FIRST)
    code = codes.sign(DutyCode(CodeKind.CARD, duty.member_id, 1, "JM01"), PRIVATE, PUBLIC)
    of_card = CardCodes((CardCode(duty.member_id, 1, code),))
    papers = [
        poster(made),
        door_sign(sheets.door_sign(centre, bad and "102", ROOM, [slot], FIRST)),
        listing(sheets.member_sheet(centre, member, [slot], FIRST, LAST, FIRST)),
        listing(sheets.year_records(centre, 2026, [record], FIRST)),
        listing(sheets.member_record(centre, 2026, member, [slot], [record], FIRST)),
        card_pages(cards.faces(centre, [member], of_card, FIRST)),
    ]
    for paper in papers:
        said = flat(text_of(paper.pdf))
        assert MOBILE not in said
        assert DOCUMENT not in said
        for page in range(paper.pages):
            assert not any(MOBILE in found for found in codes_on(paper, page))


def test_a_members_sheet_tells_of_every_duty_whom_they_replace_and_who_replaces_them() -> None:
    me = duty_row("林𬱖")
    mine = {"member_id": me.member_id, "member_name": me.member_name}
    slots = [
        slot_row(BODY, date(2026, 12, 2), replace(me, id=new_id()), duty_row("陈代表", need=1)),
        slot_row(BODY, date(2026, 12, 9), replace(me, id=new_id(), state=DutyState.COVERING, covers_name="王建国")),
        slot_row(
            BODY, date(2026, 12, 16), duty_row("李代表", state=DutyState.COVERING, covers_name="林𬱖"),
            replace(me, id=new_id(), state=DutyState.REPLACED, reason="住院"),
        ),
        slot_row(LAWYER, date(2026, 12, 23), replace(me, id=new_id()), cancelled="台风"),
        slot_row(BODY, date(2027, 1, 6), replace(me, id=new_id())),
    ]  # fmt: skip
    member = member_row("林𬱖", BODY, id=mine["member_id"])
    paper = listing(sheets.member_sheet(CENTRE, member, slots, FIRST, LAST, FIRST))
    said = flat(text_of(paper.pdf))
    for wanted in (
        "林𬱖个人轮值表",
        "2次（其中替班1次）",
        "陈代表",
        "替王建国",
        "由李代表替班",
        "停班：台风",
        "12月9日",
    ):
        assert wanted in said
    for absent in ("住院", "1月6日", MOBILE):
        assert absent not in said
    assert (paper.pages, paper.missing) == (1, ())
    assert inside(paper)


def test_a_year_of_duties_goes_over_several_pages_with_the_head_on_each() -> None:
    me = duty_row()
    slots = [slot_row(BODY, date(2026, 1, 1) + timedelta(days=4 * at), replace(me, id=new_id())) for at in range(90)]
    member = member_row(body=BODY, id=me.member_id)
    days = (date(2026, 1, 1), date(2026, 12, 31))
    paper = listing(sheets.member_sheet(CENTRE, member, slots, *days, FIRST))
    pages = texts_of(paper.pdf)
    assert paper.pages == len(pages) > 1
    assert all("同班人员" in page for page in pages)
    assert all(f"\n{at}" in "\n".join(pages) for at in (1, 45, 90))
    assert inside(paper)


def test_records_of_a_year_are_added_up() -> None:
    rows = [
        RecordRow(new_id(), name, BODY_NAME, "党代表", LONG_POST, 5 + at, 4, at, 1, 8.5, 10 * at)
        for at, name in enumerate(RARE)
    ]
    paper = listing(sheets.year_records(CENTRE, 2026, rows, FIRST))
    said = flat(text_of(paper.pdf))
    for wanted in ("2026年履职记录", "合计", "合计352010542.5100", *RARE):
        assert wanted in said
    assert paper.missing == ()
    assert inside(paper)
    twice = sheets.year_records(CENTRE, 2026, [*rows, replace(rows[0], body_name="法官")], FIRST)
    assert twice.facts[0] == ("人数", str(len(rows)))  # whoever sits in two bodies is one person
    assert "还没有履职记录" in text_of(listing(sheets.year_records(CENTRE, 2026, [], FIRST)).pdf)


def test_a_members_record_has_the_times_and_the_sums() -> None:
    me = duty_row(
        state=DutyState.LEFT, arrived_at=datetime(2026, 12, 2, 0, 55, tzinfo=UTC), received=7,
        left_at=datetime(2026, 12, 2, 3, 31, tzinfo=UTC),
    )  # fmt: skip
    gone = replace(me, id=new_id(), state=DutyState.ABSENT, arrived_at=None, left_at=None, reason="无故", received=0)
    slots = [slot_row(BODY, date(2026, 12, 2), me), slot_row(BODY, date(2026, 12, 9), gone)]
    member = member_row(body=BODY, id=me.member_id)
    record = RecordRow(me.member_id, "林代表", BODY_NAME, "人大代表", "", 2, 1, 0, 1, 2.6, 7)
    said = flat(text_of(listing(sheets.member_record(CENTRE, 2026, member, slots, [record], FIRST)).pdf))
    for wanted in ("林代表2026年履职记录", "08:55", "11:31", "缺席", "应到2次，已履职1次", "时长2.6小时", "本人签字"):
        assert wanted in said


def entry(*names: str, **more: str) -> DoorEntry:
    people = tuple(Sitter(name, "区人大代表（第十八届）", LONG_POST) for name in names)
    return DoorEntry("09:00—11:30", BODY_NAME, people, "听取意见", **more)


@pytest.mark.parametrize("sessions", [0, 1, 2, 5])
def test_a_door_sign_names_everybody_of_the_day_in_large_type(sessions: int) -> None:
    names = [RARE[at % 5] for at in range(sessions)]
    content = DoorSign(
        CENTRE.name, "102 接待室", "2026年12月2日　周三", tuple(entry(name) for name in names), CENTRE.phone
    )
    paper = door_sign(content)
    said = flat(text_of(paper.pdf))
    assert all(name in said for name in names)
    assert said.count("102接待室") == paper.pages == max(1, -(-sessions // 3))
    assert ("今日没有轮值" in said) == (sessions == 0)
    assert paper.missing == ()
    assert inside(paper)


def test_three_in_a_session_with_long_posts_fit() -> None:
    paper = door_sign(DoorSign("中心", "102", "今天", (entry(*RARE[:3]), entry(*RARE[2:])), ""), coloured=False)
    said = flat(text_of(paper.pdf))
    assert said.count(flat(LONG_POST)) == 6
    assert inside(paper)


def test_names_of_a_hundred_characters_are_whole_everywhere_and_cover_nothing() -> None:
    name = ("伊利亚斯·" + "吐尔逊江·" * 20)[:99] + "江"
    people = (Sitter(name, "区人大代表", LONG_POST), Sitter(name, "律师", ""), Sitter(name, "律师", LONG_POST))
    on = DoorEntry("09:00—11:30", BODY_NAME, people, "听取意见")
    member = member_row(name, BODY)
    papers = [
        door_sign(DoorSign("中心", "102", "今天", (on, on), "")),
        poster(content([slot_row(BODY, FIRST, duty_row(name, unit_post=LONG_POST), duty_row(name))])),
        card_pages(cards.faces(CENTRE, [member], CardCodes((CardCode(member.id, 1, CODE),)), FIRST)),
        listing(sheets.member_sheet(CENTRE, member, [], FIRST, LAST, FIRST)),
    ]
    for paper in papers:
        assert name in flat(text_of(paper.pdf))
        assert inside(paper)
        assert not overlapping(paper)


def overlapping(paper: Rendered) -> bool:
    """Whether the ink of two characters of a page is printed over each other."""
    for _, glyphs in glyphs_of(paper.pdf):
        ordered = sorted(glyphs, key=lambda glyph: glyph.left)
        for at, one in enumerate(ordered):
            for other in ordered[at + 1 :]:
                if other.left >= one.right - 1.5:
                    break
                if min(one.top, other.top) - max(one.bottom, other.bottom) > 1.5:
                    return True
    return False


def test_the_session_that_is_on_is_marked_and_a_cancelled_one_names_nobody() -> None:
    day = date(2026, 12, 2)
    on = slot_row(BODY, day, duty_row("林代表"))
    off = slot_row(BODY, day, duty_row("陈代表"), starts=time(15), ends=time(17), cancelled="停电")
    elsewhere = slot_row(BODY, day, duty_row("王代表"), room_id=new_id())
    now = datetime(2026, 12, 2, 2, tzinfo=UTC)
    sign = sheets.door_sign(CENTRE, "102", ROOM, [off, elsewhere, on], day, now)
    assert [(each.time[:2], each.mark, len(each.people)) for each in sign.entries] == [
        ("09", "正在值班", 1),
        ("15", "停班", 0),
    ]
    later = sheets.door_sign(CENTRE, "102", ROOM, [on], day, now + timedelta(hours=2))
    assert later.entries[0].mark == ""
    said = text_of(door_sign(sign).pdf)
    assert "陈代表" not in said
    assert "王代表" not in said


@pytest.mark.parametrize("count", [1, 10, 11])
def test_ten_cards_stand_on_a_page_and_each_code_is_the_members(count: int) -> None:
    members = [member_row(RARE[at % 5] + "·" + "买" * (at * 3), BODY, unit_post=LONG_POST) for at in range(count)]
    made = CardCodes(
        tuple(CardCode(m.id, 2, codes.sign(DutyCode(CodeKind.CARD, m.id, 2, "JM01"), PRIVATE, PUBLIC)) for m in members)
    )
    paper = card_pages(cards.faces(CENTRE, members, made, FIRST))
    assert paper.pages == -(-count // 10)
    read = set().union(*(codes_on(paper, page) for page in range(paper.pages)))
    assert read == {code.payload for code in made.codes}
    keys = {qr.key_id(PUBLIC): qr.CheckKey("JM01", PUBLIC)}
    assert {codes.verify(text, keys, "JM01").subject for text in read} == {member.id for member in members}
    said = flat(text_of(paper.pdf))
    assert all(member.name in said for member in members)
    assert (round(WIDTH / 72 * 25.4, 1), round(HEIGHT / 72 * 25.4, 1)) == (85.6, 54.0)
    assert paper.missing == ()
    assert inside(paper)


def test_a_preview_of_cards_has_no_code() -> None:
    members = [member_row("林代表", BODY)]
    paper = card_pages(cards.faces(CENTRE, members, CardCodes((CardCode(members[0].id, 1, ""),)), FIRST))
    assert codes_on(paper) == set()
    assert "打印时生成" in text_of(paper.pdf)


def test_where_bodies_take_turns_days_share_no_room() -> None:
    """The same room on two days stands in two cells; of one day's two sessions, in one."""
    columns = (Column("日期"), Column("地点", merged=True, within=0))
    rows = [Row((day, "105 工作室")) for day in ("11月4日", "11月5日", "11月5日")]
    laid = lay_out(columns, rows, 300.0, 10.0)
    assert runs(laid.rows, 1, columns[1].within) == [(0, 1), (1, 3)]
    assert runs(laid.rows, 1) == [(0, 3)]
