"""Bookings and utilisation for other programs: .xlsx in which nothing is computed, and .ics (RFC 5545)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import icalendar

from db.clock import local
from db.rooms.queries import BookingRow, RoomRow
from db.rooms.states import STATE_NAMES, BookingState
from db.rooms.utilisation import Utilisation
from db.workbook import Cell, Share, Sheet, write_book

HEADINGS = ("编号", "房间", "日期", "开始", "结束", "借用方", "用途", "活动内容", "负责人", "人数", "状态", "原因")
_STATUS = {BookingState.ASKED: "TENTATIVE", BookingState.BOOKED: "CONFIRMED", BookingState.IN_USE: "CONFIRMED"}


def write_bookings(path: Path, rows: Iterable[BookingRow], rooms: dict[UUID, RoomRow]) -> int:
    """Write bookings as a table, days and times as such; returns how many. What ends at midnight ends at 24:00.

    Raises:
        Unavailable: the file cannot be written.
    """
    table: list[Sequence[Cell]] = [HEADINGS]
    for row in rows:
        starts, ends = local(row.starts_at), local(row.ends_at)
        room = rooms.get(row.room_id)
        table.append(
            (
                row.number, f"{room.number} {room.name}".strip() if room else "", starts.date(), starts.time(), _end(ends.time()),
                row.borrower, row.use, row.purpose, row.responsible, row.people, STATE_NAMES[row.state], row.reason,
            )
        )  # fmt: skip
    write_book(path, [Sheet("房间预约", table, width=0)])
    return len(table) - 1


def _end(at: time) -> time | timedelta:
    return at if at != time() else timedelta(hours=24)


def write_utilisation(path: Path, found: Utilisation) -> Path:
    """Write the figures of the utilisation page in three sheets.

    Raises:
        Unavailable: the file cannot be written.
    """
    rooms: list[Sequence[Cell]] = [("编号", "房间", "开放小时", "预约小时", "使用率", "场次", "未到", "登记人数")]
    rooms += [
        (
            r.number,
            r.name,
            round(r.open_hours, 2),
            round(r.booked_hours, 2),
            Share(round(r.share, 4)),
            r.bookings,
            r.no_shows,
            r.people,
        )
        for r in found.rooms
    ]
    rooms += [("", "办公面积（㎡）", found.office_area), ("", "服务面积（㎡）", found.service_area)]
    rooms.append(("", "未到率", Share(round(found.no_show_rate, 4))))
    uses: list[Sequence[Cell]] = [("用途", "小时"), *((use, round(hours, 2)) for use, hours in found.by_use)]
    heat: list[Sequence[Cell]] = [("星期", *(f"{hour}点" for hour in range(24)))]
    heat += [
        (f"周{name}", *(round(each, 2) for each in hours))
        for name, hours in zip("一二三四五六日", found.heat, strict=True)
    ]
    return write_book(path, [Sheet("各房间", rooms), Sheet("各用途", uses), Sheet("星期与钟点", heat)])


def bookings_ics(rows: Iterable[BookingRow], rooms: dict[UUID, RoomRow], centre: str, now: datetime) -> bytes:
    """Bookings as a calendar that ordinary programs open. No phone, no document number is in it."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Linli Desk//Rooms//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{centre} 房间预约")
    for row in rows:
        room = rooms.get(row.room_id)
        event = icalendar.Event()
        event.add("uid", f"{row.id}@linli-desk")
        event.add("dtstamp", now.astimezone(UTC))
        event.add("dtstart", row.starts_at.astimezone(UTC))
        event.add("dtend", row.ends_at.astimezone(UTC))
        event.add("sequence", row.version)
        event.add("summary", f"{row.borrower} {row.purpose}".strip())
        event.add("location", f"{room.number} {room.name}" if room else "")
        event.add("description", f"预约编号 {row.number}，{STATE_NAMES[row.state]}，{row.people} 人")
        event.add("categories", [row.use] if row.use else [])
        event.add("status", _STATUS.get(row.state, "CONFIRMED" if row.state is BookingState.DONE else "CANCELLED"))
        calendar.add_component(event)
    return bytes(calendar.to_ical())
