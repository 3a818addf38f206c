"""What a manager sets up: rooms and their parts, hours, closures; borrowers and the blacklist."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import delete, func, select

from db.action import Act, action
from db.clock import business_date
from db.errors import RuleBroken, Stale
from db.ids import new_id
from db.people.rules import mask_phone, read_phone
from db.rooms import occupancy
from db.rooms.models import Borrower, Closure, Room, RoomHours, RoomPart, RoomTakes
from db.rooms.occupancy import Stretch
from db.rooms.rules import BorrowerKind, Hours, Taken
from db.rooms.saying import clash_sentence
from db.staff.permissions import Permission
from db.text import line, note

_BESIDE_BOOKINGS = {"key_share": True}
"""Locks a row against other editors, not against bookings that name it: those hold the journal's head, for which an edit waits."""


@dataclass(frozen=True, slots=True)
class RoomFields:
    """A room as its form gives it; see `db.rooms.models.Room` for the units."""

    number: str
    name: str
    floor: str = ""
    area: float = 0
    service_area: bool = True
    capacity: int = 0
    uses: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    fee: str = "免费"
    borrowers: tuple[BorrowerKind, ...] = ()
    needs_approval: bool = False
    setup_minutes: int = 0
    clearing_minutes: int = 0
    shortest_minutes: int = 30
    longest_minutes: int = 480
    days_ahead: int = 90
    week_quota: int = 0
    month_quota: int = 0
    release_minutes: int = 0
    shared: bool = False
    note: str = ""
    position: int = 0
    active: bool = True
    hours: tuple[Hours, ...] = ()
    photo: bytes | None = None  # None: the one that is kept stays; empty: it is taken away


@dataclass(frozen=True, slots=True)
class BorrowerFields:
    """A borrower as the form gives it."""

    kind: BorrowerKind
    name: str
    contact: str = ""
    phone: str = ""  # empty: the one that is kept stays
    without_phone: bool = False  # the one that is kept is taken away


ALL_DAY_EVERY_DAY = tuple(Hours(day, time(8, 0), time(21, 0)) for day in range(7))
"""The hours that a new room's form starts with."""


@action("room.add", Permission.ROOM_EDIT, "新增房间")
def add_room(act: Act, *, fields: RoomFields, whole_of: tuple[UUID, ...] = ()) -> UUID:
    """Add a room. With `whole_of` it is the whole of a divisible hall and takes every part of those rooms.

    Raises:
        RuleBroken: a field is impossible, or the number is taken.
    """
    room = Room(id=new_id(), centre_id=act.centre_id, version=1)
    _fill(act, room, fields)
    act.session.add(room)
    act.session.flush()
    for part in parts_for(act, room, whole_of):
        act.session.add(RoomTakes(room_id=room.id, part_id=part, centre_id=act.centre_id))
    _set_hours(act, room, fields.hours)
    act.on("room", room.id)
    act.note(number=room.number, name=room.name)
    return room.id


@action("room.edit", Permission.ROOM_EDIT, "修改房间")
def edit_room(act: Act, *, room_id: UUID, version: int, fields: RoomFields) -> int:
    """Change what a room is and allows; bookings that stand keep standing. Returns the new version."""
    room = own_room(act, room_id)
    if room.version != version:
        raise Stale("这个房间的资料刚被别人修改，请刷新后再改。")
    _fill(act, room, fields)
    _set_hours(act, room, fields.hours)
    room.version += 1
    act.on("room", room.id)
    act.note(number=room.number, active=room.active)
    return room.version


@action("room.close", Permission.ROOM_EDIT, "停用房间时段")
def close_room(act: Act, *, room_id: UUID, starts_at: datetime, ends_at: datetime, reason: str) -> UUID:
    """Close a room (维修, 选举, 节假日 …) for a stretch of aware UTC times, which may be days long.

    Raises:
        RuleBroken: no reason, or bookings stand in that stretch: they are moved or cancelled first.
    """
    room = own_room(act, room_id)
    if ends_at <= starts_at:
        raise RuleBroken("停用的结束时间要晚于开始时间。")
    reason = line(reason, "停用原因", required=True)
    parts = parts_of(act, room.id)
    occupancy.lock(act.session, parts)
    found = occupancy.clashes(act.session, parts, Stretch(starts_at, ends_at))
    if found:
        raise RuleBroken(
            f"停用时段内还有 {len(found)} 项安排，请先改期或取消。{clash_sentence(act.session, room, found[0])}"
        )
    closure = Closure(
        id=new_id(),
        centre_id=act.centre_id,
        room_id=room.id,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        created_at=act.now,
    )
    act.session.add(closure)
    occupancy.take(act.session, act.centre_id, parts, Stretch(starts_at, ends_at), Taken.CLOSURE, closure.id)
    act.on("room_closure", closure.id)
    act.touch("room", room.id)
    act.note(room=room.number)
    return closure.id


@action("room.reopen", Permission.ROOM_EDIT, "取消停用")
def lift_closure(act: Act, *, closure_id: UUID) -> None:
    """Open the room again."""
    closure = act.session.get(Closure, closure_id, with_for_update=True)
    if closure is None or closure.centre_id != act.centre_id or closure.lifted_at is not None:
        raise RuleBroken("这个停用安排已经取消或不存在。")
    closure.lifted_at = act.now
    occupancy.give_back(act.session, act.centre_id, closure.id)
    act.on("room_closure", closure.id)
    act.touch("room", closure.room_id)


@action("borrower.save", Permission.ROOM_BOOK, "登记借用方")
def save_borrower(act: Act, *, fields: BorrowerFields, borrower_id: UUID | None = None, version: int = 0) -> UUID:
    """Add or change a borrower; the phone is sealed and masked like a person's at the counter."""
    name = line(fields.name, "借用方名称", required=True)
    if borrower_id is None:
        borrower = Borrower(id=new_id(), centre_id=act.centre_id, created_at=act.now, version=0)
        act.session.add(borrower)
    else:
        borrower = _own_borrower(act, borrower_id)
        if borrower.version != version:
            raise Stale("这个借用方的资料刚被别人修改，请刷新后再改。")
    borrower.kind, borrower.name = fields.kind, name
    borrower.contact = line(fields.contact, "联系人")
    _seal_phone(act, borrower, fields.phone.strip(), fields.without_phone)
    borrower.version += 1
    act.on("borrower", borrower.id)
    return borrower.id


@action("borrower.bar", Permission.ROOM_APPROVE, "列入暂停借用")
def bar_borrower(act: Act, *, borrower_id: UUID, until: date, reason: str) -> None:
    """Put a borrower on the blacklist until a day (included), with the reason."""
    borrower = _own_borrower(act, borrower_id)
    if until < business_date(act.now):
        raise RuleBroken("暂停借用的截止日期不能早于今天。")
    borrower.barred_until, borrower.barred_reason = until, line(reason, "暂停借用的原因", required=True)
    borrower.version += 1
    act.on("borrower", borrower.id)


@action("borrower.unbar", Permission.ROOM_APPROVE, "解除暂停借用")
def unbar_borrower(act: Act, *, borrower_id: UUID) -> None:
    """Take a borrower off the blacklist before its time."""
    borrower = _own_borrower(act, borrower_id)
    borrower.barred_until, borrower.barred_reason = None, ""
    borrower.version += 1
    act.on("borrower", borrower.id)


def _fill(act: Act, room: Room, fields: RoomFields) -> None:
    number, name = line(fields.number, "房间编号", 20, required=True), line(fields.name, "房间名称", 60, required=True)
    if min(fields.capacity, fields.setup_minutes, fields.clearing_minutes, fields.days_ahead) < 0 or fields.area < 0:
        raise RuleBroken("面积、人数、分钟和天数不能是负数。")
    if fields.longest_minutes and fields.longest_minutes < fields.shortest_minutes:
        raise RuleBroken("最长时长不能短于最短时长。")
    other = select(func.count()).where(Room.centre_id == act.centre_id, Room.number == number, Room.id != room.id)
    if act.session.scalar(other):
        raise RuleBroken(f"房间编号 {number} 已经有了，请换一个。")
    plain = (
        "floor area service_area capacity fee needs_approval setup_minutes clearing_minutes shortest_minutes"
        " longest_minutes days_ahead week_quota month_quota release_minutes shared position active"
    )
    for field in plain.split():
        setattr(room, field, getattr(fields, field))
    if fields.photo is not None:
        room.photo = fields.photo or None
    room.number, room.name, room.note = number, name, note(fields.note, "备注")
    room.uses, room.equipment = "、".join(fields.uses), "、".join(fields.equipment)
    room.borrowers = "、".join(fields.borrowers)


def parts_for(act: Act, room: Room, whole_of: tuple[UUID, ...]) -> list[UUID]:
    """The parts of the rooms it is the whole of; otherwise a part of its own."""
    if whole_of:
        found = [part for inner in whole_of for part in parts_of(act, own_room(act, inner).id)]
        return sorted(set(found))
    part = RoomPart(id=new_id(), centre_id=act.centre_id, name=room.name)
    act.session.add(part)
    act.session.flush()
    return [part.id]


def parts_of(act: Act, room_id: UUID) -> list[UUID]:
    return sorted(act.session.scalars(select(RoomTakes.part_id).where(RoomTakes.room_id == room_id)))


def _set_hours(act: Act, room: Room, hours: tuple[Hours, ...]) -> None:
    for span in hours:
        if span.closes <= span.opens:
            raise RuleBroken("开放时间的结束要晚于开始。")
    act.session.execute(delete(RoomHours).where(RoomHours.centre_id == act.centre_id, RoomHours.room_id == room.id))
    act.session.add_all(
        RoomHours(
            id=new_id(),
            centre_id=act.centre_id,
            room_id=room.id,
            weekday=span.weekday,
            season_from=span.season_from,
            season_to=span.season_to,
            opens=span.opens,
            closes=span.closes,
        )
        for span in hours
    )


def own_room(act: Act, room_id: UUID) -> Room:
    room = act.session.get(Room, room_id, with_for_update=_BESIDE_BOOKINGS)
    if room is None or room.centre_id != act.centre_id:
        raise RuleBroken("没有找到这个房间，请刷新后重试。")
    return room


def _own_borrower(act: Act, borrower_id: UUID) -> Borrower:
    borrower = act.session.get(Borrower, borrower_id, with_for_update=_BESIDE_BOOKINGS)
    if borrower is None or borrower.centre_id != act.centre_id:
        raise RuleBroken("没有找到这个借用方，请刷新后重试。")
    return borrower


def _seal_phone(act: Act, borrower: Borrower, raw: str, without: bool) -> None:
    """Keep a new number sealed. Nobody types the old one again: an empty field leaves it as it is."""
    if not raw:
        if without or borrower.phone_sealed is None:
            borrower.phone_sealed, borrower.phone_index, borrower.phone_masked = None, None, ""
        return
    number = read_phone(raw).number
    borrower.phone_sealed = act.vault.seal(number, "borrower", "phone", borrower.id)
    borrower.phone_index = act.vault.blind(number, "borrower.phone")
    borrower.phone_masked = mask_phone(number)
