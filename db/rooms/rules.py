"""What may be booked: plain values in, sentences out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from db.clock import business_date, local, start_of


class Taken(StrEnum):
    """By what a part is taken."""

    BOOKING = "booking"
    CLOSURE = "closure"
    DUTY = "duty"


TAKEN_NAMES = {Taken.BOOKING: "预约", Taken.CLOSURE: "停用", Taken.DUTY: "轮值"}


class BorrowerKind(StrEnum):
    """Who borrows (the value is what the screen says)."""

    RESIDENT = "居民"
    GROUP = "社区组织"
    RESIDENT_UNIT = "驻区单位"
    PARTNER_UNIT = "共建单位"
    DEPARTMENT = "部门"


USES = ("党建引领", "幼有所育", "老有所养", "病有所医", "食有所安", "居有所乐", "事有所办", "其他服务")
"""The “1+6+X” of a centre: 1 党建引领, six services, X further ones."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Open on a weekday (0 Monday) in a season (month*100+day, both ends included; may run over New Year)."""

    weekday: int
    opens: time
    closes: time
    season_from: int = 101
    season_to: int = 1231

    def holds_on(self, day: date) -> bool:
        """Whether these hours are those of that day."""
        mark = day.month * 100 + day.day
        if self.season_from <= self.season_to:
            in_season = self.season_from <= mark <= self.season_to
        else:
            in_season = mark >= self.season_from or mark <= self.season_to
        return in_season and day.weekday() == self.weekday


@dataclass(frozen=True, slots=True)
class RoomRules:
    """What a room allows; minutes and days are whole numbers, 0 for “no limit” where a limit is optional."""

    name: str
    capacity: int = 0
    hours: tuple[Hours, ...] = ()
    borrowers: tuple[BorrowerKind, ...] = ()
    setup_minutes: int = 0
    clearing_minutes: int = 0
    shortest_minutes: int = 30
    longest_minutes: int = 480
    days_ahead: int = 90
    week_quota: int = 0
    month_quota: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants: aware times, half-open, without buffers."""

    starts_at: datetime
    ends_at: datetime
    people: int = 0
    borrower: BorrowerKind = BorrowerKind.RESIDENT
    booked_this_week: int = 0
    booked_this_month: int = 0


def week_of(at: datetime) -> tuple[datetime, datetime]:
    """The week, Monday to Sunday in China, of an instant: [first, last)."""
    day = business_date(at)
    monday = day - timedelta(days=day.weekday())
    return start_of(monday), start_of(monday + timedelta(days=7))


def month_of(at: datetime) -> tuple[datetime, datetime]:
    """The calendar month in China of an instant: [first, last)."""
    first = business_date(at).replace(day=1)
    return start_of(first), start_of((first + timedelta(days=32)).replace(day=1))


def with_buffers(room: RoomRules, starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """From when to when the room is really taken: set-up before, clearing after."""
    return starts_at - timedelta(minutes=room.setup_minutes), ends_at + timedelta(minutes=room.clearing_minutes)


def objections(room: RoomRules, wish: Wish, now: datetime) -> tuple[str, ...]:
    """Every rule of the room that the wish breaks, as sentences; empty when it may be booked."""
    return (*_time_objections(room, wish, now), *_borrower_objections(room, wish))


def open_hours(hours: Sequence[Hours], day: date) -> tuple[tuple[time, time], ...]:
    """From when to when a room is open on a day, in the order of the clock; empty when it is not."""
    return tuple(sorted((span.opens, span.closes) for span in hours if span.holds_on(day)))


def _time_objections(room: RoomRules, wish: Wish, now: datetime) -> list[str]:
    if wish.ends_at <= wish.starts_at:
        return ["结束时间要晚于开始时间。"]
    found = []
    minutes = int((wish.ends_at - wish.starts_at).total_seconds()) // 60
    if wish.ends_at <= now:
        found.append("这个时段已经过去，不能预约。")
    if minutes < room.shortest_minutes:
        found.append(f"{room.name}每次至少预约 {room.shortest_minutes} 分钟。")
    if room.longest_minutes and minutes > room.longest_minutes:
        found.append(f"{room.name}每次最多预约 {room.longest_minutes} 分钟。")
    if room.days_ahead and (business_date(wish.starts_at) - business_date(now)).days > room.days_ahead:
        found.append(f"{room.name}最多提前 {room.days_ahead} 天预约。")
    if not _within_hours(room.hours, wish):
        found.append(_closed_sentence(room, business_date(wish.starts_at)))
    return found


def _borrower_objections(room: RoomRules, wish: Wish) -> list[str]:
    found = []
    if room.capacity and wish.people > room.capacity:
        found.append(f"{room.name}最多容纳 {room.capacity} 人，登记了 {wish.people} 人。")
    if room.borrowers and wish.borrower not in room.borrowers:
        found.append(f"{room.name}只借给{'、'.join(room.borrowers)}。")
    if room.week_quota and wish.booked_this_week >= room.week_quota:
        found.append(f"同一借用方每周最多预约{room.name} {room.week_quota} 次，本周已满。")
    if room.month_quota and wish.booked_this_month >= room.month_quota:
        found.append(f"同一借用方每月最多预约{room.name} {room.month_quota} 次，本月已满。")
    return found


def _within_hours(hours: Sequence[Hours], wish: Wish) -> bool:
    if not hours:
        return True
    starts, ends = local(wish.starts_at), local(wish.ends_at)
    if starts.date() != ends.date():
        return False
    spans = _joined(open_hours(hours, starts.date()))
    return any(opens <= starts.time() and ends.time() <= closes for opens, closes in spans)


def _joined(spans: Sequence[tuple[time, time]]) -> list[tuple[time, time]]:
    """Spans that touch or overlap, made one."""
    joined: list[tuple[time, time]] = []
    for opens, closes in spans:
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
        else:
            joined.append((opens, closes))
    return joined


def _closed_sentence(room: RoomRules, day: date) -> str:
    spans = open_hours(room.hours, day)
    if not spans:
        return f"{room.name}{day.month}月{day.day}日不开放。"
    told = "、".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in spans)
    return f"{room.name}{day.month}月{day.day}日的开放时间是 {told}。"
