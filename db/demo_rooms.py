"""Rooms of the demo hall and this week's bookings."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from db.action import Action, Actor, Request
from db.calendar.recurrence import Every, Pattern
from db.clock import business_date
from db.ids import new_id
from db.rooms.admin import ALL_DAY_EVERY_DAY, BorrowerFields, RoomFields, add_room, save_borrower
from db.rooms.bookings import arrive, book
from db.rooms.rules import BorrowerKind
from db.rooms.series import SeriesFields, book_series, instants
from db.session import Hall

_ROOMS = (
    ("101", "邻里会客厅", 80, 40, ("党建引领", "居有所乐"), ("投影", "音响", "空调")),
    ("102", "四点半课堂", 60, 30, ("幼有所育",), ("黑板", "空调")),
    ("201", "多功能厅（东）", 90, 60, ("居有所乐", "党建引领"), ("投影", "音响", "空调")),
    ("202", "多功能厅（西）", 90, 60, ("居有所乐", "党建引领"), ("投影", "空调")),
    ("203", "党员活动室", 50, 30, ("党建引领",), ("投影", "电视")),
    ("204", "书画室", 45, 20, ("居有所乐",), ("长桌",)),
    ("301", "舞蹈排练厅", 110, 40, ("居有所乐",), ("音响", "镜墙", "空调")),
    ("105", "两代表一委员工作室", 26, 8, ("党建引领", "事有所办"), ("电脑", "空调")),
    ("106", "法律服务室", 22, 6, ("事有所办",), ("电脑", "空调")),
)
_BORROWERS = (
    (BorrowerKind.GROUP, "榕荫合唱队"),
    (BorrowerKind.GROUP, "书画兴趣小组"),
    (BorrowerKind.PARTNER_UNIT, "区实验小学"),
    (BorrowerKind.RESIDENT_UNIT, "榕荫幼儿园"),
    (BorrowerKind.DEPARTMENT, "社区党委"),
)


def build_rooms(hall: Hall, manager: Actor, at: datetime) -> dict[str, UUID]:
    """The rooms of the building by number."""

    def do(action: Action[..., Any], /, **kwargs: Any) -> Any:
        return hall.run(Request(manager, at, new_id()), action, **kwargs)

    rooms: dict[str, UUID] = {}
    for position, (number, name, area, capacity, uses, equipment) in enumerate(_ROOMS):
        fields = RoomFields(
            number=number, name=name, floor=f"{number[0]}楼", area=area, capacity=capacity, uses=uses,
            equipment=equipment, hours=ALL_DAY_EVERY_DAY, position=position, setup_minutes=10 if position == 2 else 0,
            clearing_minutes=10 if position == 2 else 0, release_minutes=20, days_ahead=180,
        )  # fmt: skip
        rooms[number] = do(add_room, fields=fields)
    whole = RoomFields(
        number="200", name="多功能厅（全厅）", floor="2楼", area=180, capacity=120, uses=("居有所乐", "党建引领"),
        equipment=("投影", "音响", "空调"), hours=ALL_DAY_EVERY_DAY, position=2, needs_approval=True, days_ahead=180,
    )  # fmt: skip
    rooms["200"] = do(add_room, fields=whole, whole_of=(rooms["201"], rooms["202"]))
    return rooms


def furnish(hall: Hall, manager: Actor, now: datetime, rooms: dict[str, UUID]) -> None:
    """Borrowers, two series and today's bookings."""

    def do(action: Action[..., Any], /, **kwargs: Any) -> Any:
        return hall.run(Request(manager, now, new_id()), action, **kwargs)

    people = [do(save_borrower, fields=BorrowerFields(kind, name, "联系人", "")) for kind, name in _BORROWERS]
    today = business_date(now)
    weekly = Pattern(Every.WEEK, today + timedelta(days=1), weekdays=(2,), count=12)
    choir = SeriesFields(rooms["201"], time(15), time(16, 30), people[0], "居有所乐", "合唱排练", "赵老师", 32)
    do(book_series, pattern=weekly, fields=choir)
    school = Pattern(Every.WEEK, today, weekdays=(0, 1, 2, 3, 4), count=20)
    lessons = SeriesFields(rooms["102"], time(16, 30), time(18), people[2], "幼有所育", "四点半课堂", "许老师", 24)
    do(book_series, pattern=school, fields=lessons)
    for number, who, opens, closes, use, purpose, count in (
        ("101", 4, time(9), time(11), "党建引领", "党群圆桌会", 18),
        ("204", 1, time(9, 30), time(11, 30), "居有所乐", "书法练习", 12),
        ("203", 4, time(14, 30), time(16), "党建引领", "党员学习", 26),
        ("301", 3, time(15), time(16), "幼有所育", "亲子律动", 20),
    ):
        starts, ends = instants(today, opens, closes)
        booked = do(
            book, room_id=rooms[number], starts_at=starts, ends_at=ends, borrower_id=people[who], use=use,
            purpose=purpose, responsible="联系人", people=count,
        )  # fmt: skip
        if starts <= now:
            do(arrive, booking_id=booked.booking_id, version=booked.version)
