"""Finding the rows that the room actions work on, and turning them into the rules' plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, or_, select
from sqlalchemy.orm import Session

from db.action import Act
from db.base import table_of
from db.clock import business_date
from db.errors import NotAllowed, RuleBroken, Stale
from db.prepared import Prepared
from db.rooms.models import Booking, Borrower, Room, RoomHours, RoomTakes
from db.rooms.occupancy import Stretch
from db.rooms.rules import BorrowerKind, Hours, RoomRules, Wish, month_of, week_of, with_buffers
from db.rooms.states import TAKES_ROOM

if TYPE_CHECKING:
    from db.rooms.making import Fresh

_ROOM, _TAKES, _HOURS, _BORROWER = table_of(Room), table_of(RoomTakes), table_of(RoomHours), table_of(Borrower)
_BOOKING = table_of(Booking)
# Built once: these are asked at every click, and a statement built anew costs several times its answer.
_ROOM_AND_PARTS = Prepared(
    select(*(column for column in _ROOM.c if column.name not in ("photo", "note")), _TAKES.c.part_id)
    .outerjoin(_TAKES, _TAKES.c.room_id == _ROOM.c.id)
    .where(_ROOM.c.id == bindparam("of_room"))
)
_HOURS_OF = Prepared(
    select(_HOURS.c.weekday, _HOURS.c.opens, _HOURS.c.closes, _HOURS.c.season_from, _HOURS.c.season_to).where(
        _HOURS.c.centre_id == bindparam("of_centre"), _HOURS.c.room_id == bindparam("of_room")
    )
)
_PARTS_OF = Prepared(select(_TAKES.c.part_id).where(_TAKES.c.room_id == bindparam("of_room")))
_BORROWER_OF = Prepared(select(
    _BORROWER.c.id, _BORROWER.c.centre_id, _BORROWER.c.kind, _BORROWER.c.name, _BORROWER.c.barred_until,
    _BORROWER.c.barred_reason,
).where(_BORROWER.c.id == bindparam("of_borrower")))  # fmt: skip

_COUNT = Prepared(
    select(func.count()).where(
        _BOOKING.c.centre_id == bindparam("of_centre"),
        _BOOKING.c.borrower_id == bindparam("of_borrower"),
        _BOOKING.c.starts_at >= bindparam("first"),
        _BOOKING.c.starts_at < bindparam("last"),
        _BOOKING.c.room_id == bindparam("of_room"),
        _BOOKING.c.id != bindparam("not_this"),
        or_(*(_BOOKING.c.state == state for state in TAKES_ROOM)),
    )
)


@dataclass(frozen=True, slots=True)
class KnownRoom:
    """What the actions need of a room: whose it is, what it takes (parts sorted) and what it allows."""

    id: UUID
    centre_id: UUID
    number: str
    name: str
    needs_approval: bool
    parts: tuple[UUID, ...]
    rules: RoomRules


@dataclass(frozen=True, slots=True)
class KnownBorrower:
    """Who borrows, as far as the rules ask."""

    id: UUID
    kind: BorrowerKind
    name: str


def room_of(act: Act, room_id: UUID) -> KnownRoom:
    """A room that is in service, of this centre or offered by a neighbour.

    Raises:
        RuleBroken: there is none.
    """
    rows = _ROOM_AND_PARTS.rows(act.connection, {"of_room": room_id})
    room = rows[0] if rows else None
    if room is None or not (room.centre_id == act.centre_id or room.shared):
        raise RuleBroken("没有找到这个房间，请刷新后重试。")
    if not room.active:
        raise RuleBroken(f"{room.name}已停用，不能预约。")
    spans = _HOURS_OF.rows(act.connection, {"of_centre": room.centre_id, "of_room": room.id})
    parts = tuple(sorted(row.part_id for row in rows if row.part_id is not None))
    rules = plain_rules(room, tuple(Hours(*span) for span in spans))
    return KnownRoom(room.id, room.centre_id, room.number, room.name, room.needs_approval, parts, rules)


def same_parts(act: Act, room: KnownRoom) -> None:
    """Make sure that nobody divided the hall anew while this transaction waited for its parts.

    Raises:
        Stale: somebody did.
    """
    if act.connection.dialect.name != "postgresql":
        return  # the only writer: nobody could
    if tuple(sorted(row.part_id for row in _PARTS_OF.rows(act.connection, {"of_room": room.id}))) != room.parts:
        raise Stale(f"{room.name}刚刚重新划分过，请刷新后再操作。")


def plain_rules(room: Any, hours: tuple[Hours, ...]) -> RoomRules:
    """A room's row (of the ORM or of a Core statement) as the rules see it."""
    return RoomRules(
        name=room.name,
        capacity=room.capacity,
        hours=hours,
        borrowers=tuple(BorrowerKind(kind) for kind in room.borrowers.split("、") if kind),
        setup_minutes=room.setup_minutes,
        clearing_minutes=room.clearing_minutes,
        shortest_minutes=room.shortest_minutes,
        longest_minutes=room.longest_minutes,
        days_ahead=room.days_ahead,
        week_quota=room.week_quota,
        month_quota=room.month_quota,
    )


def booking_of(act: Act, booking_id: UUID) -> Booking:
    """A booking of this centre's rooms, or one that this centre asked for; locked on PostgreSQL.

    Raises:
        RuleBroken: there is none.
        NotAllowed: it belongs to other centres.
    """
    booking = act.session.get(Booking, booking_id, with_for_update=True)
    if booking is None:
        raise RuleBroken("没有找到这个预约，请刷新后重试。")
    if act.centre_id not in (booking.centre_id, booking.asked_by):
        raise NotAllowed("这个预约属于另一个中心，不能在这里处理。")
    return booking


def borrower_of(act: Act, borrower_id: UUID, centre_id: UUID | None = None) -> KnownBorrower:
    """A borrower who is not barred today; of this centre, or of the one that asked for its room (`centre_id`).

    Raises:
        RuleBroken: unknown, or on the blacklist; with the reason and until when.
    """
    borrower = _BORROWER_OF.row(act.connection, {"of_borrower": borrower_id})
    if borrower is None or borrower.centre_id != (centre_id or act.centre_id):
        raise RuleBroken("没有找到这个借用方，请重新选择。")
    if borrower.barred_until is not None and borrower.barred_until >= business_date(act.now):
        until = f"{borrower.barred_until:%Y-%m-%d}"
        raise RuleBroken(f"{borrower.name}暂停借用至 {until}，原因：{borrower.barred_reason}。")
    return KnownBorrower(borrower.id, BorrowerKind(borrower.kind), borrower.name)


def stretch_of(rules: RoomRules, booking: "Booking | Fresh") -> Stretch:
    """From when to when the booking takes its parts, buffers counted in."""
    return Stretch(*with_buffers(rules, booking.starts_at, booking.ends_at))


def wish_of(
    act: Act,
    booking: "Booking | Fresh",
    borrower: KnownBorrower,
    rules: RoomRules,
    siblings: "Sequence[Fresh]" = (),
) -> Wish:
    """The booking as the rules see it; the borrower's other bookings are counted where the room has a quota.

    `siblings` are those of the same series that are not written yet: they count like the others.
    """
    beside = [each.starts_at for each in siblings if each.room_id == booking.room_id]
    counts = counted(
        act.connection, booking.centre_id, booking.room_id, rules, booking.borrower_id, booking.starts_at, beside,
        booking.id,
    )  # fmt: skip
    return Wish(booking.starts_at, booking.ends_at, booking.people, borrower.kind, *counts)


_NONE = UUID(int=0)


def counted(
    where: Session | Connection,
    room_centre: UUID,
    room_id: UUID,
    rules: RoomRules,
    borrower_id: UUID | None,
    starts_at: datetime,
    siblings: Sequence[datetime] = (),
    not_this: UUID | None = None,
) -> tuple[int, int]:
    """How many bookings of the borrower count against the room's quotas, in the week and in the month of an instant.

    `siblings` are the beginnings of others that would be booked in the room with it. Zero where there is no quota.
    """
    found = []
    for quota, (first, last) in ((rules.week_quota, week_of(starts_at)), (rules.month_quota, month_of(starts_at))):
        if not quota or borrower_id is None:
            found.append(0)
            continue
        asked = {
            "of_centre": room_centre, "of_borrower": borrower_id, "of_room": room_id, "first": first, "last": last,
            "not_this": not_this or _NONE,
        }  # fmt: skip
        [(count,)] = _COUNT.rows(where, asked)
        found.append(int(count) + sum(first <= each < last for each in siblings))
    return found[0], found[1]
