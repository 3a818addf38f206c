"""Where things stand on the board: pure, without a window."""

from dataclasses import replace
from datetime import date, time, timedelta
from uuid import UUID

import pytest

from db.duty.rows import DutyRow, SlotRow
from db.duty.solve.problem import Half, Need
from db.duty.states import DutyState
from db.ids import new_id
from desktop.duty.board_layout import Layout, lay_out
from desktop.duty.board_rows import Sheet, Spot, places_of, sheet_of
from desktop.duty.board_widths import Measures

BODIES = {name: (new_id(), at) for at, name in enumerate(("法官", "律师", "民警"))}
DAY = date(2026, 12, 1)


def duty(slot_id: UUID, name: str, need: int = 0, state: DutyState = DutyState.DRAFT) -> DutyRow:
    return DutyRow(
        new_id(), slot_id, new_id(), new_id(), name, "党代表", "", "", "军门社区", "", need, state, False, "", "", None,
        None, None, 0, 1,
    )  # fmt: skip


def slot(
    body: str,
    day: date = DAY,
    hour: int = 9,
    names: tuple[str, ...] = (),
    needs: tuple[Need, ...] = (Need(),),
    **more: object,
) -> SlotRow:
    body_id, colour = BODIES[body]
    slot_id = new_id()
    given = {
        "room_id": None, "room_name": "", "cancelled": "", "note": "", "sequence": 0, "version": 1,
        "duties": tuple(duty(slot_id, name) for name in names), **more,
    }  # fmt: skip
    return SlotRow(
        slot_id, new_id(), body_id, body, colour, "", day, day, time(hour), time(hour + 2), needs, **given,  # type: ignore[arg-type]
    )  # fmt: skip


def wide(text: str, size: int) -> float:
    return len(text) * (14.0 if size == 0 else 12.0)


def laid(sheet: Sheet, width: float = 900) -> Layout:
    return lay_out(sheet, width, Measures(), wide)


def test_a_line_for_each_half_day_and_a_column_for_each_body_in_the_order_asked_for() -> None:
    slots = (slot("法官", hour=14), slot("律师", hour=9), slot("法官", DAY + timedelta(days=1)))
    sheet = sheet_of(slots, order=[BODIES["律师"][0], BODIES["法官"][0]])
    assert [column.name for column in sheet.columns] == ["律师", "法官"]
    assert [(line.day.day, line.half, line.first_of_day) for line in sheet.lines] == [
        (1, Half.MORNING, True), (1, Half.AFTERNOON, False), (2, Half.MORNING, True),
    ]  # fmt: skip


def test_months_are_headed_only_where_there_are_several() -> None:
    one = sheet_of((slot("法官"),))
    two = sheet_of((slot("法官"), slot("法官", date(2027, 1, 5))))
    assert all(line.half is not None for line in one.lines)
    assert [line.day for line in two.lines if line.half is None] == [date(2026, 12, 1), date(2027, 1, 1)]


def test_places_follow_the_needs_and_those_beyond_them_come_last() -> None:
    needs = (Need(1, frozenset({"党代表"})), Need(2, frozenset({"人大代表"})))
    made = slot("法官", needs=needs)
    people = (duty(made.id, "甲", 1), duty(made.id, "乙", 0), duty(made.id, "丙", 0))
    row = slot("法官", needs=needs, duties=people)
    found = [(place.need, place.duty.member_name if place.duty else place.wanted) for place in places_of(row)]
    assert found == [(0, "乙"), (1, "甲"), (1, "人大代表"), (0, "丙")]


def test_whoever_does_not_come_leaves_the_place_empty() -> None:
    made = slot("法官")
    row = slot("法官", duties=(duty(made.id, "甲", 0, DutyState.ON_LEAVE),))
    assert [place.duty for place in places_of(row)] == [None]


def test_a_session_that_does_not_take_place_can_be_reached_and_says_why() -> None:
    sheet = sheet_of((slot("法官", cancelled="元旦放假"), slot("律师", names=("甲",))))
    layout = laid(sheet)
    assert [(place.off, place.duty and place.duty.member_name) for place in sheet.order] == [
        ("元旦放假", None),
        ("", "甲"),
    ]
    assert any("不举行 · 元旦放假" in note.text for note in layout.line(0).notes)


def test_names_flow_within_their_cell_and_never_over_its_edge() -> None:
    names = tuple(f"阿卜杜拉·买买提{at}" for at in range(5))
    sheet = sheet_of((slot("法官", names=names, needs=(Need(5),)), slot("律师", names=("甲",))))
    layout = laid(sheet, 500)
    box = layout.line(0)
    for chip in box.chips:
        column = next(
            at for at, each in enumerate(sheet.columns) if each.name == sheet.slots[chip.place.spot.slot_id].body_name
        )
        left, across = layout.columns[column]
        assert left <= chip.x
        assert chip.x + chip.w <= left + across
        assert chip.y >= 0
        assert chip.y + chip.h <= box.height
    assert len({chip.y for chip in box.chips}) > 1


def test_columns_share_the_width_and_become_no_narrower_than_they_may() -> None:
    sheet = sheet_of((slot("法官"), slot("律师"), slot("民警")))
    roomy, tight = laid(sheet, 900), laid(sheet, 300)
    assert roomy.width == pytest.approx(900)
    assert all(across >= Measures().narrowest for _, across in tight.columns)
    assert tight.width > 300


def test_more_room_shows_what_somebody_is_and_where_they_work() -> None:
    sheet = sheet_of((slot("法官", names=("甲",)),))
    assert laid(sheet, 900).line(0).chips[0].more == "党代表 · 军门社区"
    assert laid(sheet, 200).line(0).chips[0].more == "党代表"


def test_what_is_under_a_point_is_what_stands_there() -> None:
    sheet = sheet_of(
        tuple(slot("法官", DAY + timedelta(days=at), names=("甲", "乙"), needs=(Need(2),)) for at in range(40))
    )
    layout = laid(sheet)
    for at in range(len(sheet.lines)):
        box = layout.line(at)
        for chip in box.chips:
            assert layout.at(chip.x + 3, box.top + chip.y + 3) is chip
        assert layout.at(2, box.top + 2) is None


def test_only_lines_in_the_window_are_laid_out() -> None:
    sheet = sheet_of(tuple(slot("法官", DAY + timedelta(days=at), names=("甲",)) for at in range(365)))
    layout = laid(sheet)
    seen = layout.seen(1000, 1500)
    assert 5 < len(seen) < 20
    assert layout.tops[seen[0]] <= 1000 < layout.tops[seen[1]]
    assert layout.chip(sheet, Spot(sheet.order[200].spot.slot_id, 0)) is not None
    assert layout.chip(sheet, Spot(new_id(), 0)) is None


def test_postponed_days_and_rooms_are_told_in_the_cell() -> None:
    moved = replace(slot("法官", names=("甲",), room_name="接待室"), planned=DAY - timedelta(days=1))
    assert laid(sheet_of((moved,))).line(0).notes[0].text == "接待室 · 顺延自 11/30"
