"""Sentences about bookings: for tooltips, screen readers and messages."""

from datetime import date, datetime, timedelta

from db.clock import local
from db.rooms.queries import BookingRow, RoomRow
from db.rooms.states import STATE_NAMES
from desktop.rooms.geometry import Slot, minutes_of

WEEKDAYS = "一二三四五六日"


def day_text(day: date) -> str:
    """“11月17日 周二”."""
    return f"{day.month}月{day.day}日 周{WEEKDAYS[day.weekday()]}"


def span_text(starts_at: datetime, ends_at: datetime) -> str:
    """“15:00–16:30”."""
    ends = local(ends_at)
    last = "24:00" if ends.time() == ends.min.time() else f"{ends:%H:%M}"
    return f"{local(starts_at):%H:%M}–{last}"


def when_text(row: BookingRow) -> str:
    """Day and time of a booking."""
    return f"{day_text(local(row.starts_at).date())} {span_text(row.starts_at, row.ends_at)}"


def brief_when(row: BookingRow) -> str:
    """Day and time where there is little room: “11-17 15:00–16:30”."""
    return f"{local(row.starts_at):%m-%d} {span_text(row.starts_at, row.ends_at)}"


def whole_of(row: BookingRow) -> str:
    """When, who and what for, and why not: what a narrow list cuts off."""
    return "\n".join(part for part in (when_text(row), title_of(row), row.reason) if part)


def title_of(row: BookingRow) -> str:
    """Who, and what for."""
    return f"{row.borrower} · {row.purpose}" if row.purpose else row.borrower


def told(row: BookingRow, room: RoomRow | None) -> str:
    """Everything that a tooltip or a screen reader says of a booking."""
    lines = [
        f"{title_of(row)}（{STATE_NAMES[row.state]}）",
        f"{room.name if room else '房间'}　{when_text(row)}",
        f"编号 {row.number}" + ("　循环预约" if row.series_id else ""),
    ]
    if row.use:
        lines.append(f"用途 {row.use}")
    if row.people or row.responsible:
        lines.append("　".join(part for part in (f"{row.people} 人" if row.people else "", row.responsible) if part))
    if row.reason:
        lines.append(f"原因：{row.reason}")
    return "\n".join(lines)


def slot_of(row: BookingRow) -> Slot:
    """A booking's own slot."""
    day = local(row.starts_at).date()
    begins = minutes_of(row.starts_at, day)
    length = int((row.ends_at - row.starts_at) / timedelta(minutes=1))
    return Slot(row.room_id, day, begins, begins + length)
