"""Finding the rows that the room actions work on, and turning them into the rules' plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from db.action import Act
from db.base import table_of
from db.clock import business_date
from db.errors import NotAllowed, RuleBroken, Stale
from db.prepared import Prepared, Question, ask
from db.rooms.models import Booking, Borrower, Room, RoomHours, RoomTakes
from db.rooms.occupancy import CLASH_OF_ROOM, LOCK_ROOM, NOBODY, Clash, Stretch, as_clashes, second
from db.rooms.rules import BorrowerKind, Hours, RoomRules, month_of, week_of, with_buffers
from db.rooms.states import TAKES_ROOM

if TYPE_CHECKING:
    from db.rooms.making import Fresh

_ROOM, _TAKES, _HOURS, _BORROWER = table_of(Room), table_of(RoomTakes), table_of(RoomHours), table_of(Borrower)
_BOOKING = table_of(Booking)
_KNOWN = (
    "id", "centre_id", "number", "name", "needs_approval", "shared", "active", "capacity", "borrowers", "setup_minutes",
    "clearing_minutes", "shortest_minutes", "longest_minutes", "days_ahead", "week_quota", "month_quota",
)  # fmt: skip
_WHO = tuple(_BORROWER.c[name] for name in ("centre_id", "kind", "name", "barred_until", "barred_reason"))
# Built once: these are asked at every click, and a statement built anew costs several times its answer.
_room_and_parts = (
    select(*(_ROOM.c[name] for name in _KNOWN), _TAKES.c.part_id)
    .outerjoin(_TAKES, _TAKES.c.room_id == _ROOM.c.id)
    .where(_ROOM.c.id == bindparam("of_room"))
)
_ROOM_AND_PARTS = Prepared(_room_and_parts)
_ROOM_AND_WHO = Prepared(
    _room_and_parts.add_columns(
        _BORROWER.c.id.label("borrower_id"), *(column.label(f"borrower_{column.name}") for column in _WHO)
    ).outerjoin(_BORROWER, _BORROWER.c.id == bindparam("of_borrower"))
)
"""The same with who would borrow it; nulls where there is no such borrower."""
_HOURS_OF = Prepared(
    select(_HOURS.c.weekday, _HOURS.c.opens, _HOURS.c.closes, _HOURS.c.season_from, _HOURS.c.season_to)
    .join(_ROOM, and_(_ROOM.c.centre_id == _HOURS.c.centre_id, _ROOM.c.id == _HOURS.c.room_id))
    .where(_ROOM.c.id == bindparam("of_room"))
)
_PARTS_OF = Prepared(select(_TAKES.c.part_id).where(_TAKES.c.room_id == bindparam("of_room")))
_BORROWER_OF = Prepared(
    select(_BORROWER.c.id.label("borrower_id"), *(column.label(f"borrower_{column.name}") for column in _WHO)).where(
        _BORROWER.c.id == bindparam("of_borrower")
    )
)


def _between(first: str, last: str) -> ColumnElement[int]:
    """How many of the counted bookings begin in [first, last)."""
    starts = _BOOKING.c.starts_at
    return func.count().filter(starts >= bindparam(first), starts < bindparam(last))


def _unseen(name: str) -> ScalarSelect[Any]:
    """An instant that PostgreSQL's planner does not look at: seeing it, it would plan a large table anew each time."""
    return select(bindparam(name, type_=_BOOKING.c.starts_at.type)).scalar_subquery()


_COUNT = Prepared(
    select(_between("monday", "sunday").label("week"), _between("first", "last").label("month"))
    .select_from(_ROOM)
    .join(_BOOKING, and_(_BOOKING.c.centre_id == _ROOM.c.centre_id, _BOOKING.c.room_id == _ROOM.c.id))
    .where(
        _ROOM.c.id == bindparam("of_room"),
        or_(_ROOM.c.week_quota > 0, _ROOM.c.month_quota > 0),
        _BOOKING.c.borrower_id == bindparam("of_borrower"),
        _BOOKING.c.starts_at >= _unseen("since"),
        _BOOKING.c.starts_at < _unseen("until"),
        _BOOKING.c.id != bindparam("not_this"),
        or_(*(_BOOKING.c.state == state.value for state in TAKES_ROOM)),
    )
)
"""The borrower's bookings of the room in a week and in a month; not looked at where the room has no quota."""


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


@dataclass(frozen=True, slots=True)
class Look:
    """Room, borrower, the room's other bookings of the borrower, and what else is there at a time.

    Read behind the lock of the room's parts: nothing of it changes until the transaction ends.
    """

    room: KnownRoom
    borrower: KnownBorrower
    week: int
    month: int
    clashes: list[Clash]


_foreseen: dict[UUID, tuple[UUID, bool]] = {}
"""What this process last saw of a room: whose it is, and whether it has a quota. Asked for ahead, never relied on."""


def look(
    act: Act,
    room_id: UUID,
    borrower_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    *,
    asked_by: UUID | None = None,
    not_this: UUID = NOBODY,
) -> Look:
    """Lock the room's parts and read all that a booking of it is judged by, in one journey.

    Args:
        asked_by: the centre whose borrower it is; the actor's when it is not told.
        not_this: the booking that would be changed; it is neither counted nor in its own way.

    Raises:
        RuleBroken, Stale: as for `seen`.
    """
    asked = questions(act.connection, room_id, borrower_id, starts_at, ends_at, not_this=not_this)
    answers = ask(act.connection, *asked)
    return seen(act, answers, room_id, borrower_id, starts_at, asked_by=asked_by, not_this=not_this)


def questions(
    connection: Connection,
    room_id: UUID,
    borrower_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    *,
    not_this: UUID = NOBODY,
) -> list[Question]:
    """What `seen` makes a `Look` of: room, borrower, hours and what is there; on a server the lock of the parts first."""
    of_room, when = {"of_room": room_id}, {"from_s": second(starts_at), "to_s": second(ends_at)}
    asked: list[Question] = [
        (_ROOM_AND_WHO, {**of_room, "of_borrower": borrower_id}),
        (_HOURS_OF, of_room),
        (CLASH_OF_ROOM, {**of_room, **when, "not_this": not_this}),
    ]
    _, limited = _foreseen.get(room_id, (None, False))
    if limited:
        asked.append(_count_question(room_id, borrower_id, starts_at, not_this))
    return [(LOCK_ROOM, of_room), *asked] if connection.dialect.name == "postgresql" else asked


def seen(
    act: Act,
    answers: Sequence[list[Any]],
    room_id: UUID,
    borrower_id: UUID,
    starts_at: datetime,
    *,
    asked_by: UUID | None = None,
    not_this: UUID = NOBODY,
) -> Look:
    """What the answers to `questions` say. Bookings are counted only where the room has a quota.

    Raises:
        RuleBroken: no such room or borrower, out of service, on the blacklist; the sentence says which.
        Stale: the hall was divided anew while this waited for the lock.
    """
    locked: list[Any] | None = None
    if act.connection.dialect.name == "postgresql":
        locked, *answers = answers
    rows, spans, found, *counted = answers
    room = _known_room(act, rows, spans)
    if locked is not None and tuple(row.part_id for row in locked) != room.parts:
        raise Stale(f"{room.name}刚刚重新划分过，请刷新后再操作。")
    borrower = _known_borrower(act, rows, asked_by or act.centre_id)
    limited = bool(room.rules.week_quota or room.rules.month_quota)
    _foreseen[room_id] = room.centre_id, limited
    week = month = 0
    if limited:
        [[(week, month)]] = counted or ask(act.connection, _count_question(room_id, borrower_id, starts_at, not_this))
    return Look(room, borrower, week, month, as_clashes(found))


def owner_foreseen(room_id: UUID) -> UUID | None:
    """Whose room it was when this process last looked at it; None when it never has."""
    return _foreseen.get(room_id, (None, False))[0]


def room_of(act: Act, room_id: UUID) -> KnownRoom:
    """A room that is in service, of this centre or offered by a neighbour.

    Raises:
        RuleBroken: there is none.
    """
    return _known_room(
        act, *ask(act.connection, (_ROOM_AND_PARTS, {"of_room": room_id}), (_HOURS_OF, {"of_room": room_id}))
    )


def _known_room(act: Act, rows: Sequence[Any], spans: Sequence[Any]) -> KnownRoom:
    room = rows[0] if rows else None
    if room is None or not (room.centre_id == act.centre_id or room.shared):
        raise RuleBroken("没有找到这个房间，请刷新后重试。")
    if not room.active:
        raise RuleBroken(f"{room.name}已停用，不能预约。")
    parts = tuple(sorted(row.part_id for row in rows if row.part_id is not None))
    rules = plain_rules(room, tuple(Hours(*span) for span in spans))
    return KnownRoom(room.id, room.centre_id, room.number, room.name, room.needs_approval, parts, rules)


def same_parts(act: Act, rooms: Iterable[KnownRoom]) -> None:
    """Make sure that nobody divided a hall anew while this transaction waited for its parts.

    Raises:
        Stale: somebody did.
    """
    if act.connection.dialect.name != "postgresql":
        return  # the only writer: nobody could
    known = list(rooms)
    answers = ask(act.connection, *((_PARTS_OF, {"of_room": room.id}) for room in known))
    for room, rows in zip(known, answers, strict=True):
        if tuple(sorted(row.part_id for row in rows)) != room.parts:
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


def borrower_of(act: Act, borrower_id: UUID) -> KnownBorrower:
    """A borrower of the actor's centre who is not barred today.

    Raises:
        RuleBroken: unknown, or on the blacklist; with the reason and until when.
    """
    return _known_borrower(act, _BORROWER_OF.rows(act.connection, {"of_borrower": borrower_id}), act.centre_id)


def _known_borrower(act: Act, rows: Sequence[Any], centre_id: UUID) -> KnownBorrower:
    row = rows[0] if rows else None
    if row is None or row.borrower_centre_id != centre_id:
        raise RuleBroken("没有找到这个借用方，请重新选择。")
    if row.borrower_barred_until is not None and row.borrower_barred_until >= business_date(act.now):
        until = f"{row.borrower_barred_until:%Y-%m-%d}"
        raise RuleBroken(f"{row.borrower_name}暂停借用至 {until}，原因：{row.borrower_barred_reason}。")
    return KnownBorrower(row.borrower_id, BorrowerKind(row.borrower_kind), row.borrower_name)


def stretch_of(rules: RoomRules, booking: "Booking | Fresh") -> Stretch:
    """From when to when the booking takes its parts, buffers counted in."""
    return Stretch(*with_buffers(rules, booking.starts_at, booking.ends_at))


def counted(
    where: Session | Connection,
    room_id: UUID,
    rules: RoomRules,
    borrower_id: UUID | None,
    starts_at: Sequence[datetime],
    not_this: UUID | None = None,
) -> list[tuple[int, int]]:
    """How many bookings of the borrower count against the room's quotas, in the week and in the month of each instant.

    Zero where there is no quota.
    """
    if borrower_id is None or not (rules.week_quota or rules.month_quota):
        return [(0, 0)] * len(starts_at)
    questions = [_count_question(room_id, borrower_id, each, not_this or NOBODY) for each in starts_at]
    return [(counts.week, counts.month) for [counts] in ask(where, *questions)]


def beside(starts_at: datetime, siblings: Iterable[datetime]) -> tuple[int, int]:
    """How many others of the same series, not written yet, begin in the week and in the month of an instant."""
    (monday, sunday), (first, last) = week_of(starts_at), month_of(starts_at)
    week = month = 0
    for each in siblings:
        week += monday <= each < sunday
        month += first <= each < last
    return week, month


def _count_question(room_id: UUID, borrower_id: UUID, starts_at: datetime, not_this: UUID) -> Question:
    (monday, sunday), (first, last) = week_of(starts_at), month_of(starts_at)
    return _COUNT, {
        "of_room": room_id, "of_borrower": borrower_id, "not_this": not_this, "monday": monday, "sunday": sunday,
        "first": first, "last": last, "since": min(monday, first), "until": max(sunday, last),
    }  # fmt: skip
