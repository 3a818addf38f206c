"""What a 公示表 says: everything that belongs on a wall, and nothing private."""

from datetime import date, time
from typing import Any

import msgspec
import pytest

from db.duty.posting import NOBODY, coming, compose_poster, of_body, posted, public, span_text
from db.duty.rows import DutyRow, PosterContent, SlotRow
from db.duty.states import DutyState
from tests.factories.duty_papers import BODY_NAME, CENTRE, DOCUMENT, MOBILE, body_row, duty_row, slot_row

FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)
BODY = body_row()


def composed(*slots: SlotRow, bodies: tuple[object, ...] = (BODY,)) -> PosterContent:
    return compose_poster(
        CENTRE,
        bodies,
        slots,
        FIRST,
        LAST,
        edition=1,
        issued_on=date(2026, 11, 27),
        qr="11",  # type: ignore[arg-type]
    )


def test_a_poster_is_titled_after_centre_body_and_month_and_signed() -> None:
    content = composed(slot_row(BODY))
    assert content.title == "军门社区“党建+”邻里中心“两代表一委员”工作室2026年12月轮值公示表"
    assert (content.organisation, content.issued_on) == ("军门社区党委", "2026年11月27日")
    assert content.phones == (
        ("咨询电话", "0591-87654321"),
        ("监督电话", "0591-87650000"),
        ("政务服务便民热线", "12345"),
        ("“两代表一委员”工作室联络员陈联络", "0591-87111222"),
    )
    assert msgspec.json.decode(msgspec.json.encode(content), type=PosterContent) == content


def test_a_line_has_every_column() -> None:
    line = composed(slot_row(BODY, date(2026, 12, 2), duty_row())).lines[0]
    assert (line.day, line.weekday, line.time, line.room) == (date(2026, 12, 2), "周三", "09:00—11:30", "102 接待室")
    assert (line.members, line.kinds, line.unit_posts) == ("林代表", "区人大代表（第十八届）", "榕荫社区书记")
    assert (line.scope, line.note, line.body) == ("听取意见建议", "", BODY_NAME)


def test_several_people_stand_on_lines_of_their_own_in_every_column() -> None:
    slot = slot_row(BODY, FIRST, duty_row("甲", unit_post="一社", need=1), duty_row("乙", kind="党代表", unit_post=""))
    line = composed(slot).lines[0]
    assert line.members == "乙\n甲"
    assert line.kinds.split("\n")[0].startswith("区党代表")
    assert line.unit_posts == "\n一社"


def test_postponed_swapped_covered_cancelled_and_empty_sessions_say_so() -> None:
    day = date(2026, 12, 3)
    lines = composed(
        slot_row(BODY, day, duty_row(), planned=date(2026, 12, 1), starts=time(8)),
        slot_row(BODY, day, duty_row(state=DutyState.SWAPPED), starts=time(9)),
        slot_row(BODY, day, duty_row("陈代表", state=DutyState.COVERING, covers_name="林代表"), starts=time(10)),
        slot_row(BODY, day, duty_row(), cancelled="停电", starts=time(11)),
        slot_row(BODY, day, duty_row(state=DutyState.ON_LEAVE, reason="住院"), starts=time(12)),
    ).lines
    assert [line.note for line in lines] == ["顺延（原12月1日）", "调班", "陈代表替林代表", "停班：停电", ""]
    assert [line.members for line in lines] == ["林代表", "林代表", "陈代表", "—", NOBODY]


def test_somebody_absent_stays_named_on_the_wall_until_somebody_covers_them() -> None:
    missed = duty_row("林代表", state=DutyState.ABSENT, reason="没有联系上")
    beside = duty_row("郑代表", need=1)
    cover = duty_row("陈代表", state=DutyState.COVERING, covers_name="林代表", unit_post="三社")
    gone = duty_row("陈代表", state=DutyState.REPLACED, covers_name="林代表")

    def line(*duties: DutyRow, **more: Any) -> tuple[str, str]:
        slot = slot_row(BODY, FIRST, *duties, **more)
        told = composed(slot).lines[0]
        assert [duty.member_name for duty in posted(slot)] == [
            each for each in told.members.split("\n") if each not in ("—", NOBODY)
        ]
        return told.members, told.note

    assert line(missed) == ("林代表", "")  # why is not for the public to read
    assert line(beside, missed) == ("林代表\n郑代表", "")
    assert line(missed, cover) == ("陈代表", "陈代表替林代表")
    assert line(beside, missed, cover) == ("陈代表\n郑代表", "陈代表替林代表")
    assert line(missed, gone) == ("林代表", "")  # who would have covered does not come either
    assert line(duty_row("林代表", state=DutyState.ON_LEAVE)) == (NOBODY, "")
    assert line(missed, cancelled="停电") == ("—", "停班：停电")
    assert coming(slot_row(BODY, FIRST, missed)) == ()


def test_lines_stand_in_the_order_of_day_time_and_body() -> None:
    lawyer = body_row("律师", position=1)
    early, late = date(2026, 12, 2), date(2026, 12, 9)
    lines = composed(
        slot_row(BODY, late, starts=time(9)), slot_row(lawyer, early, starts=time(9)),
        slot_row(BODY, early, starts=time(15), ends=time(17)), slot_row(BODY, early, starts=time(9)), bodies=(BODY, lawyer),
    ).lines  # fmt: skip
    assert [(line.day.day, line.time[:2], line.body) for line in lines] == [
        (2, "09", BODY_NAME), (2, "09", "律师"), (2, "15", BODY_NAME), (9, "09", BODY_NAME),
    ]  # fmt: skip


def test_one_bodys_part_of_a_poster_has_its_own_title_lines_and_phones() -> None:
    lawyer = body_row("律师", office_phone="0591-87333444", liaison="", position=1)
    whole = composed(slot_row(BODY), slot_row(lawyer), bodies=(BODY, lawyer))
    assert whole.title == "军门社区“党建+”邻里中心2026年12月轮值公示表"
    part = of_body(whole, "律师")
    assert part.title == "军门社区“党建+”邻里中心律师2026年12月轮值公示表"
    assert {line.body for line in part.lines} == {"律师"}
    assert [number for _, number in part.phones] == ["0591-87654321", "0591-87650000", "12345", "0591-87333444"]
    assert of_body(part, BODY_NAME) == part


@pytest.mark.parametrize("private", [MOBILE, "138 0013 8000", "１３８００１３８０００", DOCUMENT, "35010219900307231X"])
def test_no_private_phone_and_no_document_number_reaches_a_poster_from_any_field(private: str) -> None:
    bad = f"有事打{private}"
    body = body_row(scope=bad, office_phone=private, liaison=bad, note=bad)
    duty = duty_row(
        f"林{private}", unit_post=bad, level=bad, session=bad, specialty=bad, reason=bad, covers_name=f"陈{private}"
    )
    slot = slot_row(body, FIRST, duty, room_name=bad, note=bad)
    gone = slot_row(body, FIRST, duty, cancelled=bad)
    content = composed(slot, gone, bodies=(body,))
    said = msgspec.json.encode(content).decode()
    digits = "".join(char for char in said.translate({0xFF10 + n: 0x30 + n for n in range(10)}) if char.isdigit())
    number = "".join(char for char in private.translate({0xFF10 + n: 0x30 + n for n in range(10)}) if char.isdigit())
    assert private not in said
    assert number not in digits
    assert all(label != "咨询电话" or value for label, value in content.phones)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("0591-87654321", "0591-87654321"),
        ("联系13800138000。", "联系（手机号略）。"),
        ("统一社会信用代码 91350100MA2XN3QR2B", "统一社会信用代码 91350100MA2XN3QR2B"),
        ("编号202613800138000", "编号202613800138000"),
        (DOCUMENT, "（证件号略）"),
    ],
)
def test_office_phones_and_codes_stay(text: str, shown: str) -> None:
    assert public(text) == shown


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 11, 1), date(2026, 11, 30), "2026年11月"),
        (date(2026, 1, 5), date(2026, 3, 31), "2026年1—3月"),
        (date(2026, 1, 1), date(2026, 12, 31), "2026年"),
        (date(2026, 12, 1), date(2027, 1, 31), "2026年12月—2027年1月"),
    ],
)
def test_the_span_is_told_in_months(first: date, last: date, text: str) -> None:
    assert span_text(first, last) == text
    two = (BODY, body_row("律师"))
    whole = compose_poster(CENTRE, two, [slot_row(each) for each in two], first, last, edition=1, issued_on=first)
    assert of_body(whole, "律师").title == f"{CENTRE.name}律师{text}轮值公示表"
