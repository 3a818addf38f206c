"""Series of bookings (循环预约): made at once, checked one by one, changed from one occurrence on."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import insert, select

from db.action import Act, action
from db.base import table_of
from db.calendar.queries import calendar_of
from db.calendar.recurrence import Occurrence, OnHoliday, Pattern, occurrences
from db.calendar.rules import Calendar
from db.clock import CHINA, local
from db.errors import RuleBroken
from db.ids import new_id
from db.prepared import Prepared
from db.rooms import history, occupancy
from db.rooms.bookings import as_seen, end, held, look_again, must_be_asked_again, occupy, said, take_back, to_take_back
from db.rooms.looking import KnownBorrower, KnownRoom, beside, borrower_of, counted, room_of, same_parts, stretch_of
from db.rooms.making import About, Fresh, first_state, fresh, write_all
from db.rooms.models import Booking, BookingEvent, Series
from db.rooms.occupancy import Want
from db.rooms.rules import Taken, Wish, objections
from db.rooms.saying import clash_sentence
from db.rooms.states import TAKES_ROOM, BookingState, Step
from db.staff.permissions import Permission

_ADD = Prepared(insert(table_of(Series)))


@dataclass(frozen=True, slots=True)
class Choice:
    """What the clerk chose for one planned day: left out with a reason, or at another time or in another room."""

    planned: date
    skip: str = ""
    room_id: UUID | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SeriesFields:
    """What all bookings of a series have in common; times of the day are Chinese wall-clock times."""

    room_id: UUID
    opens: time
    closes: time
    borrower_id: UUID
    use: str = ""
    purpose: str = ""
    responsible: str = ""
    people: int = 0


@dataclass(frozen=True, slots=True)
class SeriesBooked:
    """What a series has become: how many take place and how many are kept as left out."""

    series_id: UUID
    booked: int
    skipped: int


@action("room.book_series", Permission.ROOM_BOOK, "循环预约")
def book_series(act: Act, *, pattern: Pattern, fields: SeriesFields, choices: tuple[Choice, ...] = ()) -> SeriesBooked:
    """Book every day of a pattern, all or nothing; days left out are kept with their reason.

    Raises:
        RuleBroken: a day is taken or breaks a rule and no choice settles it; the sentence names the day.
    """
    room, borrower = room_of(act, fields.room_id), borrower_of(act, fields.borrower_id)
    chosen = {choice.planned: choice for choice in choices}
    rooms = {room.id: room} | {c.room_id: room_of(act, c.room_id) for c in choices if c.room_id}
    series_id = new_id()
    bookings = [
        _planned(act, series_id, rooms, borrower, fields, day, chosen.get(day.planned)) for day in _days(act, pattern)
    ]
    _write(act, room, rooms, borrower, bookings, {"id": series_id, "pattern": msgspec.json.encode(pattern).decode()})
    act.on("booking_series", series_id)
    skipped = sum(booking.state == BookingState.SKIPPED for booking in bookings)
    act.note(room=room.number, booked=len(bookings) - skipped, skipped=skipped)
    return SeriesBooked(series_id, len(bookings) - skipped, skipped)


@action("room.change_following", Permission.ROOM_BOOK, "变更循环预约")
def change_following(
    act: Act,
    *,
    booking_id: UUID,
    version: int,
    room_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    whole: bool = False,
    use: str | None = None,
    purpose: str | None = None,
    responsible: str | None = None,
    people: int | None = None,
) -> int:
    """Move this occurrence and those after it by the same time, to one room. Returns how many moved.

    With `whole` every occurrence that has not begun moves, those before this one too; what has begun or is over stays.
    What they are for is changed in all of them where it is given; what is None each keeps as it has it.
    """
    first = as_seen(act, booking_id, version)
    by, long = starts_at - first.starts_at, ends_at - starts_at
    room = room_of(act, room_id)
    if room.centre_id != first.centre_id:
        raise RuleBroken("不能把预约移到另一个中心的房间，请在那里另行预约后取消这一个。")
    moving = _from(act, first, whole)
    befores = {booking.id: history.snapshot(booking) for booking in moving}
    given = {"use": use, "purpose": purpose, "responsible": responsible, "people": people}
    about = {name: value for name, value in given.items() if value is not None}
    for booking in moving:  # give everything back first: a series may move onto its own old slots
        occupancy.give_back(act.connection, booking.centre_id, booking.id)
        if must_be_asked_again(act, room, booking):
            booking.state = first_state(act, room)
        booking.room_id, booking.starts_at = room.id, booking.starts_at + by
        booking.ends_at = booking.starts_at + long
        for name, value in about.items():
            setattr(booking, name, value)
    act.flush()  # quotas count the moved ones where they are now
    together = "整个系列一起变更" if whole else "本场及以后一起变更"
    for booking in moving:
        booking.version += 1
        occupy(act, look_again(act, booking), booking)
        history.write(act, booking, Step.CHANGE, before=befores[booking.id], reason=together)
        act.touch("booking", booking.id)
    said(act, first)
    act.note(moved=len(moving), whole=whole)
    return len(moving)


@action("room.cancel_following", Permission.ROOM_BOOK, "取消循环预约")
def cancel_following(act: Act, *, booking_id: UUID, version: int, reason: str, whole: bool = False) -> int:
    """Cancel this occurrence and those after it; with `whole` every one that has not begun. Returns how many."""
    going = _from(act, as_seen(act, booking_id, version), whole)
    for booking in going:
        end(act, booking.id, booking.version, Step.CANCEL, reason)
    act.note(cancelled=len(going), whole=whole)
    return len(going)


@action("room.detach", Permission.ROOM_BOOK, "改为单次预约")
def detach(act: Act, *, booking_id: UUID, version: int) -> UUID:
    """Take one occurrence out of its series: changes of the series pass it by from now on."""
    booking = held(act, booking_id, version)
    if booking.series_id is None:
        raise RuleBroken("这个预约本来就是单次预约。")
    before = history.snapshot(booking)
    booking.series_id = None
    history.write(act, booking, Step.CHANGE, before=before, reason="改为单次预约")
    said(act, booking)
    return booking.id


@action("room.extend_to_series", Permission.ROOM_BOOK, "改为循环预约")
def extend_to_series(
    act: Act, *, booking_id: UUID, version: int, pattern: Pattern, choices: tuple[Choice, ...] = ()
) -> SeriesBooked:
    """Make a single booking the first of a series; the pattern starts on its day."""
    booking = held(act, booking_id, version)
    starts, ends = local(booking.starts_at), local(booking.ends_at)
    if booking.series_id is not None:
        raise RuleBroken("这个预约已经属于一个系列。")
    if pattern.first != starts.date():
        raise RuleBroken("循环的第一天应是这个预约的日期。")
    fields = SeriesFields(
        booking.room_id, starts.time(), ends.time(), booking.borrower_id, booking.use, booking.purpose,
        booking.responsible, booking.people,
    )  # fmt: skip
    kept = Choice(starts.date(), skip="改为循环前已单独预约")
    made = book_series(act, pattern=pattern, fields=fields, choices=(kept, *choices))
    placeholder = act.session.scalars(
        select(Booking).where(
            Booking.centre_id == booking.centre_id,
            Booking.series_id == made.series_id,
            Booking.series_day == starts.date(),
        )
    ).one_or_none()
    before = history.snapshot(booking)
    if placeholder is not None:
        was = history.snapshot(placeholder)
        placeholder.series_id = None
        placeholder.reason = f"由 {booking.number} 代替"
        placeholder.version += 1
        history.write(act, placeholder, Step.CHANGE, before=was, reason=placeholder.reason)
    booking.series_id, booking.series_day = made.series_id, starts.date()
    history.write(act, booking, Step.CHANGE, before=before, reason="改为循环预约")
    said(act, booking)
    return SeriesBooked(made.series_id, made.booked + 1, made.skipped - 1)


@action("room.undo_together", Permission.ROOM_BOOK, "撤销系列操作")
def undo_together(act: Act, *, booking_id: UUID, version: int, beside: bool = False) -> int:
    """Take back one's newest step of a booking, and what the same click did to others of its series. Returns how many.

    Others that were changed since stay as they are; the booking itself keeps what was changed `beside` the step.

    Raises:
        Stale, RuleBroken: as for `undo`; one that cannot be taken back leaves all as they are.
    """
    first = held(act, booking_id, version)
    mine = to_take_back(act, first, 0, beside=beside)
    if first.series_id is None:
        raise RuleBroken("这个系列没有可以一起撤销的操作。")
    rows = select(Booking).where(Booking.centre_id == first.centre_id, Booking.series_id == first.series_id)
    together: list[tuple[Booking, BookingEvent, str]] = []
    for booking in act.session.scalars(rows.order_by(Booking.starts_at).with_for_update()):
        step = mine if booking is first else history.last_undoable(act, booking)
        if step is not None and step.op == mine.op and booking.state not in (BookingState.SKIPPED, BookingState.DONE):
            together.append((booking, step, history.snapshot(booking)))
    for booking, step, _ in together:  # give all back first: a series may move onto its own old slots
        occupancy.give_back(act.connection, booking.centre_id, booking.id)
        take_back(booking, step)
    for booking, step, before in together:
        if booking is not first:
            booking.version += 1
        occupy(act, look_again(act, booking), booking, by_the_rules=False)
        history.write(act, booking, Step.UNDO, before=before, undoes=step)
        act.touch("booking", booking.id)
    said(act, first)
    act.note(undone=len(together))
    return len(together)


def instants(day: date, opens: time, closes: time) -> tuple[datetime, datetime]:
    """A stretch of a day in Chinese wall-clock time, as instants; one that ends at midnight ends the next day."""
    starts = datetime.combine(day, opens, CHINA)
    ends = datetime.combine(day, closes, CHINA)
    return starts, ends if ends > starts else ends + timedelta(days=1)


def _days(act: Act, pattern: Pattern) -> tuple[Occurrence, ...]:
    """The days of a pattern; the calendar is only read where holidays matter."""
    if pattern.on_holiday is OnHoliday.KEEP:
        return occurrences(pattern, Calendar(frozenset(), {}))
    return occurrences(pattern, calendar_of(act.session, act.centre_id))


def _planned(
    act: Act,
    series_id: UUID,
    rooms: dict[UUID, KnownRoom],
    borrower: KnownBorrower,
    fields: SeriesFields,
    day: Occurrence,
    choice: Choice | None,
) -> Fresh:
    starts_at, ends_at = instants(day.day, fields.opens, fields.closes)
    room = rooms[choice.room_id] if choice and choice.room_id else rooms[fields.room_id]
    if choice and choice.starts_at and choice.ends_at:
        starts_at, ends_at = choice.starts_at, choice.ends_at
    about = About(fields.use, fields.purpose, fields.responsible, fields.people)
    booking = fresh(act, room, borrower, starts_at, ends_at, about)
    booking.series_id, booking.series_day = series_id, day.planned
    booking.reason = day.skipped or (choice.skip if choice else "")
    if booking.reason:
        booking.state = BookingState.SKIPPED
    return booking


def _write(
    act: Act,
    room: KnownRoom,
    rooms: dict[UUID, KnownRoom],
    borrower: KnownBorrower,
    bookings: list[Fresh],
    series: dict[str, object],
) -> None:
    """Check each day, then write bookings, history and occupancy in bulk: a half year costs a few statements."""
    occupancy.lock(act.connection, [part for each in rooms.values() for part in each.parts])
    same_parts(act, rooms.values())
    taking = [booking for booking in bookings if booking.state in TAKES_ROOM]
    counts = _counted(act, rooms, borrower, taking)
    stretches = [stretch_of(rooms[booking.room_id].rules, booking) for booking in taking]
    parts = [rooms[booking.room_id].parts for booking in taking]
    found = occupancy.clashes_of_all(act.connection, list(zip(parts, stretches, strict=True)))
    wanted: list[Want] = []
    for booking, counted_, stretch, clashes in zip(taking, counts, stretches, found, strict=True):
        own = rooms[booking.room_id]
        wish = Wish(booking.starts_at, booking.ends_at, booking.people, borrower.kind, *counted_)
        broken = objections(own.rules, wish, act.now)
        if broken or clashes:
            day = local(booking.starts_at)
            why = broken[0] if broken else clash_sentence(act.connection, own, clashes[0])
            raise RuleBroken(f"{day.month}月{day.day}日这一场不能预约：{why}")
        wanted.append((booking.centre_id, own.parts, stretch, Taken.BOOKING, booking.id))
    _ADD.later(act.connection, {**series, "centre_id": room.centre_id, "created_at": act.now})
    write_all(act, room, bookings, wanted)


def _counted(
    act: Act, rooms: dict[UUID, KnownRoom], borrower: KnownBorrower, bookings: list[Fresh]
) -> list[tuple[int, int]]:
    """What counts against the quotas of each booking's room: what is written already, and the days before it."""
    by_room: dict[UUID, list[datetime]] = {}
    for booking in bookings:
        by_room.setdefault(booking.room_id, []).append(booking.starts_at)
    found: dict[tuple[UUID, datetime], tuple[int, int]] = {}
    for room_id, starts in by_room.items():
        for at, (week, month) in enumerate(counted(act.connection, room_id, rooms[room_id].rules, borrower.id, starts)):
            of_week, of_month = beside(starts[at], starts[:at])
            found[room_id, starts[at]] = week + of_week, month + of_month
    return [found[booking.room_id, booking.starts_at] for booking in bookings]


def _from(act: Act, first: Booking, whole: bool) -> list[Booking]:
    """The occurrences that still stand, from one on, or all that have not begun; locked.

    Raises:
        RuleBroken: it is no series, or none is left.
    """
    if first.series_id is None:
        raise RuleBroken("这是单次预约，没有“以后各场”。")
    since = Booking.starts_at > act.now if whole else Booking.starts_at >= first.starts_at
    rows = (
        select(Booking)
        .where(
            Booking.centre_id == first.centre_id,
            Booking.series_id == first.series_id,
            since,
            Booking.state.in_((BookingState.ASKED, BookingState.BOOKED)),
        )
        .order_by(Booking.starts_at)
        .with_for_update()
    )
    found = list(act.session.scalars(rows))
    if not found:
        raise RuleBroken("这个系列已经没有尚未开始的预约。" if whole else "这个系列从这一场起没有还能改动的预约。")
    return found
