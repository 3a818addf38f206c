"""Finding the rows that the room actions work on, and turning them into the rules' plain values."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.action import Act
from db.clock import business_date, start_of
from db.errors import NotAllowed, RuleBroken
from db.rooms.models import Booking, Borrower, Room, RoomHours, RoomTakes
from db.rooms.occupancy import Stretch
from db.rooms.rules import BorrowerKind, Hours, RoomRules, Wish, with_buffers
from db.rooms.states import TAKES_ROOM


def room_of(act: Act, room_id: UUID) -> Room:
    """A room that is in service, of this centre or offered by a neighbour.

    Raises:
        RuleBroken: there is none.
    """
    room = act.session.get(Room, room_id)
    if room is None or not (room.centre_id == act.centre_id or room.shared):
        raise RuleBroken("没有找到这个房间，请刷新后重试。")
    if not room.active:
        raise RuleBroken(f"{room.name}已停用，不能预约。")
    return room


def rules_of(session: Session, room: Room) -> tuple[tuple[UUID, ...], RoomRules]:
    """The parts that a room takes, sorted, and what it allows."""
    parts = session.scalars(select(RoomTakes.part_id).where(RoomTakes.room_id == room.id)).all()
    hours = session.scalars(
        select(RoomHours).where(RoomHours.centre_id == room.centre_id, RoomHours.room_id == room.id)
    )
    spans = tuple(Hours(row.weekday, row.opens, row.closes, row.season_from, row.season_to) for row in hours)
    return tuple(sorted(parts)), plain_rules(room, spans)


def plain_rules(room: Room, hours: tuple[Hours, ...]) -> RoomRules:
    """A room's row as the rules see it."""
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


def borrower_of(act: Act, borrower_id: UUID) -> Borrower:
    """A borrower who is not barred today.

    Raises:
        RuleBroken: unknown, or on the blacklist; with the reason and until when.
    """
    borrower = act.session.get(Borrower, borrower_id)
    if borrower is None or borrower.centre_id != act.centre_id:
        raise RuleBroken("没有找到这个借用方，请重新选择。")
    if borrower.barred_until is not None and borrower.barred_until >= business_date(act.now):
        until = f"{borrower.barred_until:%Y-%m-%d}"
        raise RuleBroken(f"{borrower.name}暂停借用至 {until}，原因：{borrower.barred_reason}。")
    return borrower


def stretch_of(rules: RoomRules, booking: Booking) -> Stretch:
    """From when to when the booking takes its parts, buffers counted in."""
    return Stretch(*with_buffers(rules, booking.starts_at, booking.ends_at))


def wish_of(act: Act, booking: Booking, borrower: Borrower, rules: RoomRules) -> Wish:
    """The booking as the rules see it; the borrower's other bookings are counted where the room has a quota."""
    day = business_date(booking.starts_at)
    monday = day - timedelta(days=day.weekday())
    first = day.replace(day=1)
    after_month = (first + timedelta(days=32)).replace(day=1)
    week = month = 0
    if rules.week_quota:
        week = _count(act, booking, monday, monday + timedelta(days=7))
    if rules.month_quota:
        month = _count(act, booking, first, after_month)
    return Wish(booking.starts_at, booking.ends_at, booking.people, BorrowerKind(borrower.kind), week, month)


def _count(act: Act, booking: Booking, first: date, last: date) -> int:
    return (
        act.session.scalar(
            select(func.count())
            .select_from(Booking)
            .where(
                Booking.centre_id == booking.centre_id,
                Booking.borrower_id == booking.borrower_id,
                Booking.starts_at >= start_of(first),
                Booking.starts_at < start_of(last),
                Booking.room_id == booking.room_id,
                Booking.id != booking.id,
                Booking.state.in_(TAKES_ROOM),
            )
        )
        or 0
    )
