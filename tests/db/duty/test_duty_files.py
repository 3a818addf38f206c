"""Tables that are given out: read back by another program, and the roster by our own import."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from db.action import Actor
from db.duty.exporting import (
    COUNTS,
    RECEPTIONS,
    RECORDS,
    ROSTER,
    write_counts,
    write_receptions,
    write_records,
    write_roster,
)
from db.duty.importing import preview
from db.duty.plan_queries import slots_between
from db.duty.reading_roster import read_roster
from db.duty.rows import CountRow, ReceptionRow, RecordRow
from db.duty.states import DutyState, ReceptionState
from db.duty.taking_in import import_roster
from db.ids import new_id
from db.session import Hall
from db.staff.permissions import Role
from tests.conftest import NOW
from tests.factories.centre import make_centre
from tests.factories.duty import make_body, make_crew
from tests.factories.duty_papers import BODY_NAME, DOCUMENT, MOBILE, body_row, duty_row, slot_row
from tests.factories.duty_plans import make_published, slots_in, who
from tests.factories.rooms import make_room
from tests.factories.staff import make_staff

BODY = body_row()
TODAY = date(2026, 11, 17)


def rows_of(file: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()


def test_a_roster_has_a_line_for_each_duty_and_names_nobody_who_does_not_come(tmp_path: Path) -> None:
    day = date(2026, 12, 2)
    slots = [
        slot_row(BODY, day, duty_row("陈·代表"), duty_row("𠮷䶮𬱖", state=DutyState.COVERING, covers_name="林代表"),
                 duty_row("林代表", state=DutyState.ON_LEAVE, reason="住院")),
        slot_row(BODY, date(2026, 12, 9), cancelled="台风"),
        slot_row(BODY, date(2026, 12, 1)),
    ]  # fmt: skip
    assert write_roster(tmp_path / "a.xlsx", slots) == 4
    head, *lines = rows_of(tmp_path / "a.xlsx")
    assert tuple(head) == ROSTER
    told = [dict(zip(head, line, strict=True)) for line in lines]
    assert [each["姓名"] for each in told] == ["", "陈·代表", "𠮷䶮𬱖", ""]
    assert [each["状态"] for each in told] == ["暂缺", "已公示", "替班", "停班"]
    assert [each["日期"] for each in told] == ["2026-12-01", "2026-12-02", "2026-12-02", "2026-12-09"]
    assert told[2]["替谁"] == "林代表"
    assert told[1]["开始"] == "09:00"
    assert "住院" not in str(lines)


def test_what_would_be_a_formula_stays_text_and_private_numbers_stay_out(tmp_path: Path) -> None:
    slot = slot_row(BODY, TODAY, duty_row("=1+1", unit_post=f"有事{MOBILE}", level="@x"), note=f"{DOCUMENT}")
    write_roster(tmp_path / "a.xlsx", [slot])
    line = rows_of(tmp_path / "a.xlsx")[1]
    assert line[6] == "=1+1"
    assert MOBILE not in str(line)
    assert DOCUMENT not in str(line)


def test_a_roster_that_went_out_comes_in_again_in_another_centre(
    hall: Hall, manager: Actor, run: Any, tmp_path: Path
) -> None:
    make_room(hall, manager, NOW, "203")
    body, _ = make_crew(hall, manager, NOW, 6)
    plan_id = make_published(hall, manager, NOW, (body,))
    there = slots_in(hall, manager, plan_id)
    file = tmp_path / "roster.xlsx"
    write_roster(file, there)
    other = make_centre(hall, now=NOW, code="QY02")
    stranger = make_staff(hall, other, Role.MANAGER, now=NOW)
    make_body(hall, stranger, NOW)
    found = read_roster(file, TODAY)
    assert found.faults == ()
    assert [(draft.day, draft.starts, draft.ends, draft.body) for draft in found.drafts] == [
        (slot.day, slot.starts, slot.ends, BODY_NAME) for slot in there
    ]
    seen = hall.read(preview, other, found.drafts, found.listed, None, TODAY)
    assert [line.trouble for line in seen.lines] == [""] * len(there)
    run(stranger, import_roster, drafts=seen.fit, listed=found.listed)
    again = hall.read(preview, other, found.drafts, found.listed, None, TODAY)
    assert all(line.repeated for line in again.lines)
    here = hall.read(slots_between, other, date(2026, 11, 1), date(2026, 12, 31), drafts=True)
    assert [(slot.day, slot.starts, who(slot)) for slot in here] == [
        (slot.day, slot.starts, who(slot)) for slot in there
    ]
    kinds = [[duty.kind for duty in slot.duties] for slot in here]
    assert kinds == [[duty.kind for duty in slot.duties] for slot in there]


def test_counts_are_numbers_with_their_headings(tmp_path: Path) -> None:
    row = CountRow(new_id(), BODY.id, BODY_NAME, "林𬱖", "党代表", 3, 2, 1, 4.6666)
    assert write_counts(tmp_path / "a.xlsx", [row]) == 1
    head, line = rows_of(tmp_path / "a.xlsx")
    assert dict(zip(head, line, strict=True)) == dict(
        zip(COUNTS, (BODY_NAME, "林𬱖", "党代表", 3.0, 2.0, 5.0, 4.7, 1.0), strict=True)
    )


def test_records_are_numbers_with_their_headings(tmp_path: Path) -> None:
    row = RecordRow(new_id(), "林𬱖", BODY_NAME, "党代表", f"书记{MOBILE}", 5, 4, 1, 1, 9.96, 31)
    assert write_records(tmp_path / "a.xlsx", 2026, [row]) == 1
    book = CalamineWorkbook.from_path(tmp_path / "a.xlsx")
    assert book.sheet_names == ["2026年履职记录"]
    head, line = rows_of(tmp_path / "a.xlsx")
    assert tuple(head) == RECORDS
    assert line == ["林𬱖", BODY_NAME, "党代表", "书记（手机号略）", 5.0, 4.0, 1.0, 1.0, 10.0, 31.0]


def test_the_reception_book_goes_out_masked(tmp_path: Path) -> None:
    row = ReceptionRow(
        new_id(), "2026-00001", datetime(2026, 11, 17, 1, 30, tzinfo=UTC), None, BODY_NAME, None, "林𬱖", False, "陈**",
        "138****8000", "三网格", 2, "物业", f"答复时留了{MOBILE}", "", "街道", date(2026, 12, 1), "", None, "", "", "", "",
        ReceptionState.PASSED, 1,
    )  # fmt: skip
    assert write_receptions(tmp_path / "a.xlsx", [row]) == 1
    head, line = rows_of(tmp_path / "a.xlsx")
    assert tuple(head) == RECEPTIONS
    told = dict(zip(head, line, strict=True))
    assert (told["时间"], told["来访人"], told["电话"], told["期限"]) == (
        "2026-11-17 09:30",
        "陈**",
        "138****8000",
        "2026-12-01",
    )
    assert told["状态"] == "已转办"
    assert MOBILE not in str(line)
