"""Signs at doors and the week in the foyer: everything is on them, nothing private is, nothing is cut off."""

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from db.action import Actor
from db.clock import start_of
from db.rooms.admin import close_room
from db.rooms.bookings import book, cancel
from db.rooms.posting import Poster, poster, without_phones
from db.rooms.queries import RoomRow
from db.rooms.rules import USES, BorrowerKind
from db.rooms.series import instants
from db.session import Hall
from desktop.paper.render import Rendered
from desktop.rooms.door import door_sign
from desktop.rooms.weekly import foyer_sheet
from tests.conftest import NOW
from tests.desktop.paper.reader import glyphs_of, text_of, texts_of
from tests.factories.rooms import make_borrower, make_room

THURSDAY = date(2026, 11, 19)
MONDAY = date(2026, 11, 16)


@pytest.fixture
def hall(embedded_hall: Hall) -> Hall:
    return embedded_hall


@pytest.fixture
def choir(hall: Hall, manager: Actor) -> UUID:
    return make_borrower(hall, manager, NOW)


def on(hour: int, minutes: int = 60, day: date = THURSDAY) -> dict[str, Any]:
    starts, _ = instants(day, time(hour), time(23))
    return {"starts_at": starts, "ends_at": starts + timedelta(minutes=minutes)}


def posted(hall: Hall, manager: Actor, first: date = THURSDAY, days: int = 1) -> Poster:
    return hall.read(poster, manager.centre_id, first, days)


def room_of(found: Poster, room_id: UUID) -> RoomRow:
    return next(room for room in found.rooms if room.id == room_id)


def inside(paper: Rendered) -> bool:
    """Whether the ink of every character stands on the paper, a printer's margin of 4 mm kept."""
    return all(
        glyph.left > 11 and glyph.right < width - 11 and glyph.bottom > 11 and glyph.top < height - 11
        for (width, height), glyphs in glyphs_of(paper.pdf)
        for glyph in glyphs
    )


def test_the_door_says_when_what_and_who(hall: Hall, manager: Actor, run: Any, choir: UUID) -> None:
    room = make_room(hall, manager, NOW)
    run(manager, book, room_id=room, borrower_id=choir, purpose="排练", **on(15, 90))
    gone = run(manager, book, room_id=room, borrower_id=choir, purpose="取消了的", **on(9))
    run(manager, cancel, booking_id=gone.booking_id, version=gone.version, reason="不来了")
    found = posted(hall, manager)
    paper = door_sign(found, room_of(found, room))
    said = text_of(paper.pdf)
    for wanted in ("多功能室201", "2026年11月19日", "星期四", "15:00–16:30", "排练", "军门合唱队"):
        assert wanted in said
    assert "取消了的" not in said
    assert (paper.missing, paper.pages) == ((), 1)


def test_no_resident_and_no_private_phone_hangs_on_a_wall(hall: Hall, manager: Actor, run: Any) -> None:
    room = make_room(hall, manager, NOW)
    person = make_borrower(hall, manager, NOW, "陈依妹", kind=BorrowerKind.RESIDENT)
    run(manager, book, room_id=room, borrower_id=person, purpose="家庭聚会，电话138 0013 8000", **on(9))
    team = make_borrower(hall, manager, NOW, "太极队13900139000")
    run(manager, book, room_id=room, borrower_id=team, purpose="练拳", responsible="林依伯", **on(11))
    found = posted(hall, manager)
    for paper in (door_sign(found, room_of(found, room)), foyer_sheet(found), foyer_sheet(found, a3=True)):
        said = text_of(paper.pdf).replace(" ", "").replace("\n", "")
        assert "陈依妹" not in said
        assert "林依伯" not in said
        assert "13800138000" not in said
        assert "13900139000" not in said
        assert "居民" in said
        assert "练拳" in said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("联系13800138000。", "联系138****8000。"),
        ("138-0013-8000", "138****8000"),
        ("编号2026138001380001", "编号2026138001380001"),
        ("0591-87654321", "0591-87654321"),
    ],
)
def test_mobile_numbers_in_free_text_are_masked_and_office_phones_are_not(text: str, shown: str) -> None:
    assert without_phones(text) == shown


def test_the_sign_of_a_part_tells_of_the_whole_hall(hall: Hall, manager: Actor, run: Any, choir: UUID) -> None:
    east, west = make_room(hall, manager, NOW, "东"), make_room(hall, manager, NOW, "西")
    whole = make_room(hall, manager, NOW, "全", whole_of=(east, west), name="大会堂")
    run(manager, book, room_id=whole, borrower_id=choir, purpose="居民代表大会", **on(9))
    found = posted(hall, manager)
    for part in (east, west):
        said = text_of(door_sign(found, room_of(found, part)).pdf)
        assert "居民代表大会" in said
        assert "大会堂" in said
    week = text_of(foyer_sheet(posted(hall, manager, MONDAY, 7)).pdf).replace("\n", "")
    assert week.count("居民代表大会") == 3


def test_a_booking_that_waits_for_approval_is_only_undecided(
    hall: Hall, manager: Actor, clerk: Actor, run: Any, choir: UUID
) -> None:
    room = make_room(hall, manager, NOW, needs_approval=True)
    run(clerk, book, room_id=room, borrower_id=choir, purpose="排练", **on(9))
    found = posted(hall, manager)
    said = text_of(door_sign(found, room_of(found, room)).pdf)
    assert "待定" in said
    assert "排练" not in said
    assert "军门合唱队" not in said


def test_a_closure_of_days_stands_on_each_of_them(hall: Hall, manager: Actor, run: Any) -> None:
    room = make_room(hall, manager, NOW)
    starts = start_of(date(2026, 11, 17)) + timedelta(hours=12)
    run(manager, close_room, room_id=room, starts_at=starts, ends_at=starts + timedelta(days=2), reason="地板检修")
    week = text_of(foyer_sheet(posted(hall, manager, MONDAY, 7)).pdf)
    assert [week.count(each) for each in ("12:00–24:00", "全天", "00:00–12:00")] == [1, 1, 1]
    found = posted(hall, manager, date(2026, 11, 18))
    assert "地板检修" in text_of(door_sign(found, room_of(found, room)).pdf)


@pytest.mark.parametrize("a3", [False, True])
@pytest.mark.parametrize("coloured", [True, False])
def test_a_full_week_goes_over_several_pages_and_loses_nothing(
    hall: Hall, manager: Actor, run: Any, choir: UUID, a3: bool, coloured: bool
) -> None:
    rooms = [make_room(hall, manager, NOW, f"3{at:02d}", position=at, floor="3楼") for at in range(9)]
    opens = on(7, 30)["starts_at"]
    for at in range(28):
        starts = opens + timedelta(minutes=30 * at)
        run(
            manager, book, room_id=rooms[0], borrower_id=choir, use=USES[at % 8], starts_at=starts,
            ends_at=starts + timedelta(minutes=30), purpose=f"第{at:02d}场独居老人集体生日会暨社区营养午餐分享与健康讲座",
        )  # fmt: skip
    paper = foyer_sheet(posted(hall, manager, MONDAY, 7), a3=a3, coloured=coloured)
    pages = texts_of(paper.pdf)
    assert paper.pages == len(pages) > 1
    assert all("周四" in page and "第" in page for page in pages)
    said = "".join(pages).replace("\n", "")
    assert all(f"第{at:02d}场" in said for at in range(28))
    assert all(f"多功能室3{at:02d}" in said for at in range(9))
    assert inside(paper)
    assert paper.pdf == foyer_sheet(posted(hall, manager, MONDAY, 7), a3=a3, coloured=coloured).pdf


def test_a_very_full_day_at_a_door_goes_on_a_second_page(hall: Hall, manager: Actor, run: Any, choir: UUID) -> None:
    room = make_room(hall, manager, NOW, name="党建引领妇女儿童之家暨新时代文明实践多功能活动室")
    for at in range(26):
        slot: dict[str, Any] = {"starts_at": on(8)["starts_at"] + timedelta(minutes=30 * at)}
        slot["ends_at"] = slot["starts_at"] + timedelta(minutes=30)
        run(manager, book, room_id=room, borrower_id=choir, purpose=f"第{at:02d}场", **slot)
    found = posted(hall, manager)
    paper = door_sign(found, room_of(found, room))
    said = text_of(paper.pdf)
    assert paper.pages == 2
    assert all(f"第{at:02d}场" in said for at in range(26))
    assert inside(paper)


def test_rare_characters_are_printed_and_an_empty_hall_says_so(hall: Hall, manager: Actor, run: Any) -> None:
    empty = posted(hall, manager, MONDAY, 7)
    assert "还没有登记房间" in text_of(foyer_sheet(empty).pdf)
    room = make_room(hall, manager, NOW)
    team = make_borrower(hall, manager, NOW, "𬱖䶮·𠮷诗社")
    run(manager, book, room_id=room, borrower_id=team, purpose="雅集", **on(9))
    found = posted(hall, manager)
    paper = door_sign(found, room_of(found, room))
    assert paper.missing == ()
    assert "𬱖䶮·𠮷诗社" in text_of(paper.pdf)
