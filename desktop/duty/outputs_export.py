"""Duties as files for other programs: tables and calendars. Runs off the window's thread; no Qt."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from db.duty.calendars import left_room, member_ics, room_ics
from db.duty.counting import counts, records
from db.duty.exporting import write_counts, write_receptions, write_records, write_roster
from db.duty.plan_queries import plan_slots, slots_between
from db.duty.reception_queries import Mark, ReceptionFilter, receptions
from db.duty.rows import PlanRow, ReceptionRow, SlotRow
from db.errors import RuleBroken
from db.receipts.queries import centre_facts
from db.session import Hall
from db.workbook import write_file

_PAGE = 200  # entries of the reception book read at once


class File(StrEnum):
    """The files of the dialog; the value is what the choice is called."""

    ROSTER = "轮值表（.xlsx，可再导入）"
    COUNTS = "轮值次数（.xlsx）"
    RECORDS = "履职记录（.xlsx）"
    RECEPTIONS = "接待登记（.xlsx，已脱敏）"
    MEMBER = "所选人员的日历（.ics）"
    ROOM = "所选房间的日历（.ics）"
    EVERYTHING = "全部轮值的日历（.ics）"

    @property
    def suffix(self) -> str:
        """What the file's name ends with."""
        return "ics" if self in _CALENDARS else "xlsx"


_CALENDARS = frozenset({File.MEMBER, File.ROOM, File.EVERYTHING})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a file is about. Days bound calendars and the reception book; the plan is that of roster and counts."""

    file: File
    first: date
    last: date
    year: int
    plan: PlanRow | None = None
    body_id: UUID | None = None
    member_id: UUID | None = None
    member_name: str = ""
    room_id: UUID | None = None
    room_name: str = ""

    @property
    def name(self) -> str:
        """The name of the file that is offered."""
        span = f"{self.first:%Y-%m-%d} 至 {self.last:%Y-%m-%d}"
        names = {
            File.ROSTER: f"{self.plan.title if self.plan else ''} 轮值表",
            File.COUNTS: f"{self.plan.title if self.plan else ''} 轮值次数",
            File.RECORDS: f"{self.year}年履职记录",
            File.RECEPTIONS: f"接待登记 {span}",
            File.MEMBER: f"{self.member_name} 轮值",
            File.ROOM: f"{self.room_name} 轮值",
            File.EVERYTHING: f"轮值 {span}",
        }
        return f"{for_file(names[self.file])}.{self.file.suffix}"


def export(hall: Hall, centre_id: UUID, now: datetime, wanted: Wanted, path: Path) -> int:
    """Write the file; returns how many lines or events are in it.

    Raises:
        RuleBroken: what the file is about was not chosen.
        Unavailable: it cannot be written.
    """
    match wanted.file:
        case File.ROSTER:
            return write_roster(path, _of_plan(hall, centre_id, wanted))
        case File.COUNTS:
            return write_counts(path, hall.read(counts, centre_id, _plan(wanted).id))
        case File.RECORDS:
            return write_records(path, wanted.year, hall.read(records, centre_id, wanted.year))
        case File.RECEPTIONS:
            return _receptions(hall, centre_id, wanted, path)
        case _:
            return _calendar(hall, centre_id, now, wanted, path)


def _plan(wanted: Wanted) -> PlanRow:
    if wanted.plan is None:
        raise RuleBroken("还没有轮值计划：请先在“排班”里新建计划，再导出。")
    return wanted.plan


def _of_plan(hall: Hall, centre_id: UUID, wanted: Wanted) -> tuple[SlotRow, ...]:
    found = hall.read(plan_slots, centre_id, _plan(wanted).id)
    return tuple(slot for slot in found if wanted.body_id in (None, slot.body_id))


def _receptions(hall: Hall, centre_id: UUID, wanted: Wanted, path: Path) -> int:
    """Every entry of the days, page after page, the oldest first."""
    rows: list[ReceptionRow] = []
    asked = ReceptionFilter(first=wanted.first, last=wanted.last, body_id=wanted.body_id)
    after: Mark | None = None
    while True:
        page = hall.read(receptions, centre_id, asked, after, _PAGE)
        rows += page.rows
        after = page.next
        if after is None:
            return write_receptions(path, reversed(rows))


def _calendar(hall: Hall, centre_id: UUID, now: datetime, wanted: Wanted, path: Path) -> int:
    slots = hall.read(slots_between, centre_id, wanted.first, wanted.last)
    if wanted.body_id is not None:
        slots = tuple(slot for slot in slots if slot.body_id == wanted.body_id)
    centre = hall.read(centre_facts, centre_id).name
    if wanted.file is File.MEMBER:
        if wanted.member_id is None:
            raise RuleBroken("请先选择一位轮值人员，再导出日历。")
        content = member_ics(slots, wanted.member_id, f"{wanted.member_name} 轮值", centre, now)
    elif wanted.file is File.ROOM:
        if wanted.room_id is None:
            raise RuleBroken("请先选择一个房间，再导出日历。")
        left = hall.read(left_room, centre_id, wanted.room_id, wanted.first, wanted.last)
        content = room_ics(slots, wanted.room_id, f"{wanted.room_name} 轮值", centre, now, left)
    else:
        content = room_ics(slots, None, f"{centre} 轮值", centre, now)
    write_file(path, content)
    return content.count(b"BEGIN:VEVENT")


def for_file(name: str) -> str:
    """The name without what file systems refuse."""
    return "".join("_" if char in '\\/:*?"<>|' else char for char in name).strip() or "轮值"
