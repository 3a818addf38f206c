"""Free-room search as it is asked at the counter: “30 人、投影、周六下午、2 小时” becomes plain values, and slots."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from db.clock import local
from db.rooms.offers import free_starts
from db.rooms.queries import RoomRow, rooms
from db.rooms.rules import USES

_NUMBERS = {
    "一": 1,
    "两": 2,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "半": 0.5,
}
_PARTS = {
    "早上": (8, 10), "上午": (8, 12), "中午": (11, 14), "下午": (13, 18), "傍晚": (17, 20), "晚上": (18, 22),
    "全天": (8, 21),
}  # fmt: skip
_DAYS = {"今天": 0, "明天": 1, "后天": 2, "大后天": 3}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; `hours` are clock hours in China, from and to; nothing given does not narrow."""

    people: int = 0
    equipment: tuple[str, ...] = ()
    use: str = ""
    day: date | None = None
    hours: tuple[int, int] | None = None
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class FreeSlot:
    """A room and a stretch that could be booked at this moment; times are in China."""

    room: RoomRow
    starts_at: datetime
    ends_at: datetime


def read_request(text: str, today: date, equipment: tuple[str, ...]) -> Asked:
    """Understand a request in the words of the counter; what is not understood is left out."""
    people = re.search(r"(\d+)\s*[个名]?\s*人", text)
    part = next((hours for word, hours in _PARTS.items() if word in text), None)
    clock = re.search(r"(\d{1,2})\s*[点:：时]\s*(?:\d{1,2}分?)?\s*[到至—–-]\s*(\d{1,2})\s*[点:：时]", text)
    if clock:
        part = (int(clock[1]), int(clock[2]))
    return Asked(
        people=int(people[1]) if people else 0,
        equipment=tuple(sorted({name for name in equipment if name in text})),
        use=next((use for use in USES if use in text), ""),
        day=_day(text, today),
        hours=part,
        minutes=_minutes(text),
    )


def free_slots(session: Session, centre_id: UUID, asked: Asked, now: datetime) -> tuple[FreeSlot, ...]:
    """The first slots of every room that fits, the smallest that is large enough first; at most three of a room."""
    day = asked.day or local(now).date()
    first, last = asked.hours or (6, 24)
    minutes = asked.minutes or 60
    found: list[FreeSlot] = []
    fitting = [
        room
        for room in rooms(session, centre_id, neighbours=True)
        if room.capacity >= asked.people
        and set(asked.equipment) <= set(room.equipment)
        and (not asked.use or not room.uses or asked.use in room.uses)
    ]
    fitting.sort(key=lambda room: (room.centre_id != centre_id, room.capacity or 10_000, room.position))
    for room in fitting:
        for start in _spread(free_starts(session, centre_id, room, day, minutes, now=now), first, last, minutes):
            found.append(FreeSlot(room, local(start), local(start) + timedelta(minutes=minutes)))
    return tuple(found)


def _spread(starts: tuple[datetime, ...], first: int, last: int, minutes: int) -> list[datetime]:
    """At most three starts inside the hours, that do not overlap each other."""
    taken: list[datetime] = []
    for start in starts:
        begins = local(start).hour * 60 + local(start).minute
        inside = first * 60 <= begins and begins + minutes <= last * 60
        if inside and (not taken or start >= taken[-1] + timedelta(minutes=minutes)):
            taken.append(start)
    return taken[:3]


def _minutes(text: str) -> int:
    found = re.search(r"(\d+(?:\.\d+)?|[一两二三四五六七八九十半])\s*个?\s*(半)?\s*(小时|钟头)\s*(半)?", text)
    if found:
        hours = float(found[1]) if found[1][0].isdigit() else float(_NUMBERS[found[1]])
        return int((hours + (0.5 if found[2] or found[4] else 0)) * 60)
    found = re.search(r"(\d+)\s*分钟", text)
    return int(found[1]) if found else 0


def _day(text: str, today: date) -> date | None:
    for word in sorted(_DAYS, key=len, reverse=True):
        if word in text:
            return today + timedelta(days=_DAYS[word])
    found = re.search(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]", text)
    if found:
        return _next_date(int(found[1]), int(found[2]), today)
    found = re.search(r"(下)?(?:周|星期|礼拜)([一二三四五六日天])", text)
    if not found:
        return None
    weekday = "一二三四五六日".index("日" if found[2] == "天" else found[2])
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days=weekday + (7 if found[1] else 0))
    return day if day >= today else day + timedelta(days=7)


def _next_date(month: int, day: int, today: date) -> date | None:
    """That day this year or next, whichever comes; None for a day that does not exist."""
    for year in (today.year, today.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None
