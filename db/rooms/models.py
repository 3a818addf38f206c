"""Rooms (功能室), who borrows them, their bookings, and the one relation that says what is taken."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    Time,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CentreRef, Key
from db.rooms.guard import guard_occupancy

_IN_SERIES = text("series_id IS NOT NULL")
"""Most bookings are of none: they are not in the index, which every new one would have to be written to."""


class Room(Base):
    """A room as people book it. What it takes of the building are its parts: the whole of a divisible hall takes all."""

    __tablename__ = "room"
    __table_args__ = (
        UniqueConstraint("centre_id", "number", info={"sentence": "这个房间编号已经有了。"}),
        Index("ix_room_shared", "centre_id", sqlite_where=text("shared"), postgresql_where=text("shared")),
    )

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    number: Mapped[str]
    name: Mapped[str]
    floor: Mapped[str] = mapped_column(default="")
    area: Mapped[float] = mapped_column(default=0)  # square metres
    service_area: Mapped[bool] = mapped_column(default=True)  # 服务面积; false: 办公面积
    capacity: Mapped[int] = mapped_column(default=0)
    uses: Mapped[str] = mapped_column(default="")  # 1+6+X, separated by 、
    equipment: Mapped[str] = mapped_column(default="")  # separated by 、
    fee: Mapped[str] = mapped_column(default="免费")
    borrowers: Mapped[str] = mapped_column(default="")  # who may book (BorrowerKind, separated by 、); empty: everybody
    needs_approval: Mapped[bool] = mapped_column(default=False)
    setup_minutes: Mapped[int] = mapped_column(default=0)
    clearing_minutes: Mapped[int] = mapped_column(default=0)
    shortest_minutes: Mapped[int] = mapped_column(default=30)
    longest_minutes: Mapped[int] = mapped_column(default=480)
    days_ahead: Mapped[int] = mapped_column(default=90)
    week_quota: Mapped[int] = mapped_column(default=0)  # bookings of one borrower a week; 0: no limit
    month_quota: Mapped[int] = mapped_column(default=0)
    release_minutes: Mapped[int] = mapped_column(default=0)  # 未到 after so many minutes; 0: never by itself
    shared: Mapped[bool] = mapped_column(default=False)  # 阵地共享: neighbouring centres may ask for it
    photo: Mapped[bytes | None] = mapped_column(LargeBinary)
    note: Mapped[str] = mapped_column(Text, default="")
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)


class RoomPart(Base):
    """An atomic part of the building: what can be taken by one at a time."""

    __tablename__ = "room_part"

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    name: Mapped[str]


class RoomTakes(Base):
    """A room takes a part."""

    __tablename__ = "room_takes"
    __table_args__ = (Index(None, "centre_id", "part_id"),)

    room_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("room.id"), primary_key=True)
    part_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("room_part.id"), primary_key=True)
    centre_id: Mapped[CentreRef]


class RoomHours(Base):
    """Opening hours of a room on a weekday (0 Monday), in a season given as month*100+day, both ends included."""

    __tablename__ = "room_hours"
    __table_args__ = (Index(None, "centre_id", "room_id"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    room_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("room.id"))
    weekday: Mapped[int]
    season_from: Mapped[int] = mapped_column(default=101)
    season_to: Mapped[int] = mapped_column(default=1231)
    opens: Mapped[time] = mapped_column(Time())
    closes: Mapped[time] = mapped_column(Time())


class Occupancy(Base):
    """A part is taken from `starts` to `ends`: half-open, in whole seconds since 1970 UTC, buffers counted in.

    The one relation for bookings, closures and duties. A stretch is at most a day long (longer ones are several rows),
    so that a check reads a bounded range of the index. `db.rooms.guard` makes an overlap impossible on both databases.
    """

    __tablename__ = "occupancy"
    __table_args__ = (
        CheckConstraint("starts < ends AND ends - starts <= 86400", name="at_most_a_day"),
        Index(None, "part_id", "starts", "ends"),
        Index(None, "centre_id", "source_id"),
    )

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    part_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("room_part.id"))
    starts: Mapped[int] = mapped_column(BigInteger)
    ends: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str]  # db.rooms.rules.Taken: booking, closure, duty
    source_id: Mapped[UUID]


class Closure(Base):
    """A room is closed (维修, 选举, 节假日 …) from one instant to another."""

    __tablename__ = "room_closure"
    __table_args__ = (Index(None, "centre_id", "room_id", "starts_at"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    room_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("room.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str]
    created_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


class Borrower(Base):
    """Who borrows rooms: 居民, 社区组织, 驻区单位, 共建单位, 部门. The phone is sealed."""

    __tablename__ = "borrower"
    __table_args__ = (Index(None, "centre_id", "name"), Index(None, "centre_id", "phone_index"))

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    kind: Mapped[str]  # db.rooms.rules.BorrowerKind
    name: Mapped[str]
    contact: Mapped[str] = mapped_column(default="")
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_masked: Mapped[str] = mapped_column(default="")
    barred_until: Mapped[date | None]
    barred_reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)


class Series(Base):
    """What several bookings have in common; `pattern` is the JSON of `db.calendar.recurrence.Pattern`."""

    __tablename__ = "booking_series"

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    pattern: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class Booking(Base):
    """One use of a room. A cancelled, skipped or moved occurrence of a series stays, with its reason."""

    __tablename__ = "booking"
    __table_args__ = (
        UniqueConstraint("centre_id", "number"),
        Index(None, "centre_id", "room_id", "starts_at"),
        Index(None, "centre_id", "starts_at"),
        Index(None, "centre_id", "series_id", "starts_at", sqlite_where=_IN_SERIES, postgresql_where=_IN_SERIES),
    )

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]  # the centre that owns the room
    asked_by: Mapped[UUID | None] = mapped_column(Uuid(), ForeignKey("centre.id"))  # a neighbouring centre
    asked_by_name: Mapped[str] = mapped_column(default="")  # as it called itself then; the owner cannot read its row
    number: Mapped[str]
    room_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("room.id"))
    series_id: Mapped[UUID | None] = mapped_column(Uuid(), ForeignKey("booking_series.id"))
    series_day: Mapped[date | None]  # the day the pattern gave, before any move
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str]  # db.rooms.states.BookingState
    borrower_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("borrower.id"))
    borrower_name: Mapped[str]
    use: Mapped[str] = mapped_column(default="")
    purpose: Mapped[str] = mapped_column(default="")
    responsible: Mapped[str] = mapped_column(default="")
    people: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text, default="")
    arrived_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    people_came: Mapped[int | None]
    equipment_after: Mapped[str] = mapped_column(default="")
    problems: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    created_by: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("staff.id"))
    version: Mapped[int] = mapped_column(default=1)


class BookingEvent(Base):
    """One step in a booking's life, append-only; `before` and `after` are JSON, so a step can be taken back."""

    __tablename__ = "booking_event"
    __table_args__ = (UniqueConstraint("centre_id", "booking_id", "position"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    booking_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("booking.id"))
    position: Mapped[int]
    at: Mapped[datetime]
    staff_id: Mapped[UUID]
    staff_name: Mapped[str]
    step: Mapped[str]
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    undoes: Mapped[int | None]
    op: Mapped[UUID]


class Waiting(Base):
    """Somebody who would take a room if it became free (候补)."""

    __tablename__ = "room_waiting"
    __table_args__ = (Index(None, "centre_id", "room_id", "starts_at"),)

    id: Mapped[Key]
    centre_id: Mapped[CentreRef]
    room_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("room.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    borrower_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("borrower.id"))
    use: Mapped[str] = mapped_column(default="")
    purpose: Mapped[str] = mapped_column(default="")
    people: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(default="waiting")  # waiting, offered, taken, declined
    created_at: Mapped[datetime]
    offered_at: Mapped[datetime | None]


guard_occupancy(Occupancy)
