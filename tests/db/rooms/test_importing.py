"""Bookings from files: read with their places, shown before they are booked, all of them or none."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import xlsxwriter
from msgspec.structs import replace
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from db.action import Actor
from db.errors import RuleBroken, Unavailable
from db.rooms.bookings import book, cancel
from db.rooms.exporting import bookings_ics, write_bookings
from db.rooms.importing import Line, import_bookings, preview
from db.rooms.models import Booking, BookingEvent, Borrower
from db.rooms.queries import booking, bookings_between, rooms
from db.rooms.reading import Reading, read_bookings
from db.rooms.rules import BorrowerKind
from db.rooms.states import BookingState
from db.session import Hall
from tests.conftest import NOW
from tests.factories.rooms import make_borrower, make_room, slot

Run = Callable[..., Any]
HEADINGS = ("房间", "日期", "开始", "结束", "借用方", "用途", "活动内容", "负责人", "人数", "状态")


def table(path: Path, *rows: tuple[Any, ...], headings: tuple[str, ...] = HEADINGS) -> Path:
    with xlsxwriter.Workbook(str(path)) as book_:
        sheet = book_.add_worksheet("预约")
        for at, row in enumerate((headings, *rows)):
            sheet.write_row(at, 0, row)
    return path


def calendar(path: Path, *events: str) -> Path:
    body = "".join(
        f"BEGIN:VEVENT\r\n{event.strip().replace(chr(10), chr(13) + chr(10))}\r\nEND:VEVENT\r\n" for event in events
    )
    path.write_bytes(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{body}END:VCALENDAR\r\n".encode())
    return path


def seen(hall: Hall, actor: Actor, found: Reading, borrower: UUID | None = None) -> tuple[Line, ...]:
    return hall.read(preview, actor.centre_id, found.drafts, borrower, NOW)


def count(hall: Hall) -> int:
    return hall.read(lambda session: session.scalar(select(func.count()).select_from(Booking)) or 0)


@pytest.fixture
def choir(hall: Hall, manager: Actor) -> UUID:
    return make_borrower(hall, manager, NOW)


def test_a_table_of_people_who_write_times_in_their_own_ways(tmp_path: Path) -> None:
    found = read_bookings(
        table(
            tmp_path / "a.xlsx",
            ("201", "2026-11-19", "9:00", "10：30", "合唱队", "", "排练", "", 20, ""),
            (201, "2026年11月19日", "14点", "15点", "合唱队", "", "", "", "30人", "已预约"),
            ("201", "2026/11/19", 0.75, 1.0, "", "", "", "", "", ""),
        )
    )
    assert found.faults == ()
    spans = [(draft.starts_at.astimezone(UTC), draft.ends_at.astimezone(UTC)) for draft in found.drafts]
    assert spans == [
        (datetime(2026, 11, 19, 1, 0, tzinfo=UTC), datetime(2026, 11, 19, 2, 30, tzinfo=UTC)),
        (datetime(2026, 11, 19, 6, 0, tzinfo=UTC), datetime(2026, 11, 19, 7, 0, tzinfo=UTC)),
        (datetime(2026, 11, 19, 10, 0, tzinfo=UTC), datetime(2026, 11, 19, 16, 0, tzinfo=UTC)),
    ]
    assert [(draft.room, draft.people) for draft in found.drafts] == [("201", 20), ("201", 30), ("201", 0)]


def test_cells_that_hold_real_dates_and_times_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "dates.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet("预约")
        sheet.write_row(0, 0, ("十一月房间安排",))
        sheet.write_row(1, 0, HEADINGS)
        sheet.write(2, 0, "201")
        sheet.write_datetime(2, 1, datetime(2026, 11, 19), made.add_format({"num_format": "yyyy-mm-dd"}))  # noqa: DTZ001
        sheet.write_datetime(2, 2, time(9, 15), made.add_format({"num_format": "hh:mm"}))
        sheet.write_datetime(2, 3, time(10, 0), made.add_format({"num_format": "hh:mm"}))
    draft = read_bookings(path).drafts[0]
    assert draft.starts_at.astimezone(UTC) == datetime(2026, 11, 19, 1, 15, tzinfo=UTC)
    assert draft.place == "“预约”第 3 行"


def test_every_fault_of_a_table_names_its_row(tmp_path: Path) -> None:
    found = read_bookings(
        table(
            tmp_path / "a.xlsx",
            ("201", "下周四", "9:00", "10:00"),
            ("201", "2026-11-19", "25:00", "26:00"),
            ("201", "2026-11-19", "10:00", "9:00"),
            ("", "2026-11-19", "9:00", "10:00"),
            ("201", "2026-11-19", "9:00", "10:00", "", "", "", "", "二十", ""),
            ("201", "2026-11-19", "9:00", "10:00", "", "", "", "", "", "已取消"),
        )
    )
    assert found.drafts == ()
    assert [(fault.place, fault.passed_by) for fault in found.faults] == [
        (f"“预约”第 {row} 行", row == 7) for row in range(2, 8)
    ]


def test_a_table_without_the_columns_is_refused_with_their_names(tmp_path: Path) -> None:
    with pytest.raises(RuleBroken, match="房间”“日期”“开始”“结束"):
        read_bookings(table(tmp_path / "a.xlsx", ("a", "b"), headings=("甲", "乙")))


def test_a_calendar_with_zones_floating_times_and_durations(tmp_path: Path) -> None:
    found = read_bookings(
        calendar(
            tmp_path / "a.ics",
            "UID:1\nDTSTART:20261119T010000Z\nDTEND:20261119T020000Z\nSUMMARY:排练\nLOCATION:201\nCATEGORIES:居有所乐",
            "UID:2\nDTSTART:20261119T090000\nDURATION:PT90M\nLOCATION:201",
            "UID:3\nDTSTART;TZID=Asia/Shanghai:20261119T090000\nDTEND;TZID=Asia/Shanghai:20261119T100000\nLOCATION:201",
            "UID:4\nDTSTART;VALUE=DATE:20261119\nLOCATION:201",
            "UID:5\nSTATUS:CANCELLED\nDTSTART:20261119T010000Z\nDTEND:20261119T020000Z\nLOCATION:201",
            "UID:6\nSUMMARY:没有时间\nLOCATION:201",
        )
    )
    starts = {draft.starts_at.astimezone(UTC) for draft in found.drafts}
    assert starts == {datetime(2026, 11, 19, 1, 0, tzinfo=UTC)}
    assert [(draft.ends_at - draft.starts_at).total_seconds() / 60 for draft in found.drafts] == [60, 90, 60]
    assert (found.drafts[0].purpose, found.drafts[0].use) == ("排练", "居有所乐")
    assert [(fault.place, fault.passed_by) for fault in found.faults] == [
        ("第 4 个日程", False), ("第 5 个日程", True), ("第 6 个日程“没有时间”", False),
    ]  # fmt: skip


def test_a_recurring_event_becomes_its_days_without_those_taken_out_or_moved(tmp_path: Path) -> None:
    found = read_bookings(
        calendar(
            tmp_path / "a.ics",
            "UID:1\nDTSTART:20261118T070000Z\nDTEND:20261118T080000Z\nRRULE:FREQ=WEEKLY;COUNT=4\nEXDATE:20261125T070000Z\nLOCATION:201",
            "UID:1\nRECURRENCE-ID:20261202T070000Z\nDTSTART:20261203T070000Z\nDTEND:20261203T080000Z\nLOCATION:201",
            "UID:2\nDTSTART:20261118T090000\nDTEND:20261118T100000\nRRULE:FREQ=DAILY;UNTIL=20261120\nLOCATION:201",
        )
    )
    days = [draft.starts_at.astimezone(UTC).strftime("%m%d") for draft in found.drafts]
    assert days == ["1118", "1209", "1203", "1118", "1119", "1120"]


@pytest.mark.parametrize("content", [b"", b"not a calendar", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", b"\x00\xff\xfe"])
def test_what_is_no_calendar_is_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.ics").write_bytes(content)
    with pytest.raises(RuleBroken):
        read_bookings(tmp_path / "a.ics")


def test_an_endless_rule_and_a_missing_file_end(tmp_path: Path) -> None:
    endless = "UID:1\nDTSTART:20261118T070000Z\nDTEND:20261118T080000Z\nRRULE:FREQ=DAILY\nLOCATION:201"
    assert len(read_bookings(calendar(tmp_path / "a.ics", endless)).drafts) == 1000
    with pytest.raises(Unavailable, match="读不出来"):
        read_bookings(tmp_path / "nowhere.ics")


def test_the_preview_tells_what_stands_in_the_way_of_each_row(
    hall: Hall, run: Run, manager: Actor, choir: UUID, tmp_path: Path
) -> None:
    room = make_room(hall, manager, NOW, capacity=30)
    run(manager, book, room_id=room, borrower_id=choir, purpose="已有的", **slot(NOW, days=2, hour=1))
    path = table(
        tmp_path / "a.xlsx",
        ("201", "2026-11-19", "9:00", "10:00", "军门合唱队"),
        ("多功能室201", "2026-11-19", "10:00", "11:00", "军门合唱队"),
        ("201", "2026-11-19", "10:30", "11:30", "军门合唱队"),
        ("999", "2026-11-19", "12:00", "13:00", "军门合唱队"),
        ("201", "2026-11-19", "12:00", "13:00", "没登记的"),
        ("201", "2026-11-19", "14:00", "15:00", "军门合唱队", "", "", "", 31),
    )
    troubles = [line.trouble for line in seen(hall, manager, read_bookings(path))]
    assert "已有“军门合唱队：已有的”的预约" in troubles[0]
    assert troubles[1] == ""
    assert "第 3 行" in troubles[2]
    assert [("999" in troubles[3]), ("没登记的" in troubles[4]), ("30 人" in troubles[5])] == [True] * 3
    with_default = seen(hall, manager, read_bookings(path), choir)
    assert (with_default[4].trouble, with_default[4].borrower) == ("", "军门合唱队")


def test_an_import_is_all_or_nothing_and_names_every_row_that_clashes(
    hall: Hall, run: Run, manager: Actor, choir: UUID, tmp_path: Path
) -> None:
    make_room(hall, manager, NOW)
    good = ("201", "2026-11-19", "9:00", "10:00", "军门合唱队", "居有所乐", "排练", "赵老师", 20)
    path = table(tmp_path / "a.xlsx", good, good, ("201", "2026-11-20", "9:00", "9:10", "军门合唱队"))
    with pytest.raises(
        RuleBroken, match=r"有 2 场不能预约，一场也没有导入：\n“预约”第 3 行：.*\n“预约”第 4 行：.*30 分钟"
    ):
        run(manager, import_bookings, drafts=read_bookings(path).drafts)
    assert count(hall) == 0
    done = run(manager, import_bookings, drafts=read_bookings(table(path, good)).drafts)
    assert (done.booked, done.asked, count(hall)) == (1, 0, 1)
    row = hall.read(lambda session: session.scalars(select(Booking)).one())
    assert (row.number, row.people, row.responsible, row.purpose) == ("2026-000001", 20, "赵老师", "排练")
    steps = hall.read(lambda session: list(session.scalars(select(BookingEvent.step))))
    assert steps == ["book"]


def test_what_one_hall_exports_another_takes_in(
    hall: Hall, run: Run, manager: Actor, choir: UUID, tmp_path: Path
) -> None:
    room = make_room(hall, manager, NOW)
    run(manager, book, room_id=room, borrower_id=choir, purpose="排练", use="居有所乐", **slot(NOW, days=2, hour=1))
    gone = run(manager, book, room_id=room, borrower_id=choir, purpose="=1+1", **slot(NOW, days=2, hour=4))
    run(manager, cancel, booking_id=gone.booking_id, version=gone.version, reason="@SUM(A1)")
    first, last = slot(NOW, days=0)["starts_at"], slot(NOW, days=9)["starts_at"]
    rows = hall.read(bookings_between, manager.centre_id, first, last, tuple(BookingState))
    known = {each.id: each for each in hall.read(rooms, manager.centre_id)}
    assert write_bookings(tmp_path / "out.xlsx", rows, known) == 2
    (tmp_path / "out.ics").write_bytes(bookings_ics(rows, known, "军门邻里中心", NOW))
    for name in ("out.xlsx", "out.ics"):
        found = read_bookings(tmp_path / name)
        assert [(d.starts_at, d.ends_at, d.use) for d in found.drafts] == [
            (rows[0].starts_at, rows[0].ends_at, "居有所乐")
        ]
        assert [fault.passed_by for fault in found.faults] == [True]
        line = seen(hall, manager, found, choir)[0]
        assert "已有“军门合唱队：排练”的预约" in line.trouble  # the room was found again by what the export wrote
    assert date(2026, 11, 19) == rows[0].starts_at.date()


def test_days_and_times_of_an_exported_table_are_cells_of_their_kind_and_midnight_comes_back(
    hall: Hall, run: Run, manager: Actor, choir: UUID, tmp_path: Path
) -> None:
    room = make_room(hall, manager, NOW)
    made = run(manager, book, room_id=room, borrower_id=choir, purpose="排练", **slot(NOW, days=2, hour=1))
    late = datetime(2026, 11, 19, 13, 30, tzinfo=UTC)  # 21:30 in Fujian
    row = hall.read(booking, manager.centre_id, made.booking_id)
    rows = [replace(row, starts_at=late, ends_at=late.replace(hour=16, minute=0))]
    write_bookings(tmp_path / "out.xlsx", rows, {each.id: each for each in hall.read(rooms, manager.centre_id)})
    _, cells = CalamineWorkbook.from_path(str(tmp_path / "out.xlsx")).get_sheet_by_index(0).to_python()
    assert cells[2:5] == [date(2026, 11, 19), time(21, 30), timedelta(hours=24)]
    (back,) = read_bookings(tmp_path / "out.xlsx").drafts
    assert (back.starts_at, back.ends_at, back.room) == (rows[0].starts_at, rows[0].ends_at, cells[1])


def test_borrowers_that_nobody_knows_are_registered_once_when_that_is_wanted(
    hall: Hall, run: Run, manager: Actor, choir: UUID, tmp_path: Path
) -> None:
    make_room(hall, manager, NOW)
    rows = [("201", "2026-11-19", f"{hour}:00", f"{hour + 1}:00", who, "", "", "", "", "") for hour, who in
            ((9, "榕荫书画社"), (10, "榕荫 书画社"), (11, "军门合唱队"))]  # fmt: skip
    found = read_bookings(table(tmp_path / "new.xlsx", *rows))
    assert ["没有登记借用方" in line.trouble for line in seen(hall, manager, found)] == [True, True, False]
    lines = hall.read(preview, manager.centre_id, found.drafts, None, NOW, BorrowerKind.GROUP)
    assert [(line.trouble, line.new) for line in lines] == [("", True), ("", True), ("", False)]
    made = run(manager, import_bookings, drafts=found.drafts, register=BorrowerKind.GROUP)
    assert (made.booked, made.registered) == (3, 1)
    names = hall.read(lambda s: sorted(s.scalars(select(Borrower.name))))
    assert names == ["军门合唱队", "榕荫书画社"]
