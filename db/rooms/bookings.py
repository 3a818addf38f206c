"""What can be done with one booking: a function a verb. Series are in `db.rooms.series`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.action import Act, LookAgain, action
from db.clock import business_date
from db.errors import NotAllowed, RuleBroken, Stale
from db.prepared import Question
from db.rooms import history, occupancy
from db.rooms.looking import KnownRoom, Look, booking_of, look, owner_foreseen, questions, seen, stretch_of
from db.rooms.making import About, Fresh, first_state, fresh, numbered, numbering, write_all
from db.rooms.models import Booking, BookingEvent
from db.rooms.occupancy import Want
from db.rooms.rules import Taken, Wish, objections
from db.rooms.saying import clash_sentence
from db.rooms.states import NEEDS_REASON, STATE_NAMES, TAKES_ROOM, BookingState, Step, after
from db.staff.permissions import Permission


@dataclass(frozen=True, slots=True)
class Booked:
    """What a booking has become."""

    booking_id: UUID
    number: str
    state: str
    version: int


def _ahead(
    act: Act, *, room_id: UUID, starts_at: datetime, ends_at: datetime, borrower_id: UUID, **_: object
) -> Sequence[Question]:
    """All that a booking is judged by; on a server its number too, where the room is the centre's."""
    asked = questions(act.connection, room_id, borrower_id, starts_at, ends_at)
    # A number that was taken inside an action which goes on after a refusal would leave a gap.
    if act.inner or act.connection.dialect.name != "postgresql" or owner_foreseen(room_id) != act.centre_id:
        return asked
    return [*asked, numbering(act, act.centre_id)]


@action("room.book", Permission.ROOM_BOOK, "预约房间", ahead=_ahead)
def book(
    act: Act,
    *,
    room_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    borrower_id: UUID,
    use: str = "",
    purpose: str = "",
    responsible: str = "",
    people: int = 0,
) -> Booked:
    """Book a room for one stretch of aware UTC times; 待审批 where the room needs approval.

    Raises:
        RuleBroken: a rule of the room, the borrower's bar, or another booking, closure or duty stands in the way.
    """
    answers, number = numbered(act.found)
    found = seen(act, answers, room_id, borrower_id, starts_at)
    booking = fresh(act, found.room, found.borrower, starts_at, ends_at, About(use, purpose, responsible, people))
    want = wanted(act, found, booking)
    if number is not None and found.room.centre_id != act.centre_id:
        raise LookAgain  # the number is of another series than foreseen
    write_all(act, found.room, [booking], [want], number)  # last: who is refused writes nothing and keeps no number
    return said(act, booking)


@action("room.change", Permission.ROOM_BOOK, "变更预约")
def change(
    act: Act,
    *,
    booking_id: UUID,
    version: int,
    room_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    use: str | None = None,
    purpose: str | None = None,
    responsible: str | None = None,
    people: int | None = None,
    reason: str = "",
) -> Booked:
    """Move a booking in time or to another room, in place; what is None stays as it is.

    Raises:
        Stale: somebody changed it first.
        RuleBroken: as for `book`.
    """
    booking = held(act, booking_id, version)
    before = history.snapshot(booking)
    booking.state = after(BookingState(booking.state), Step.CHANGE)
    found = look_for(act, booking, room_id, starts_at, ends_at)
    if found.room.centre_id != booking.centre_id:
        raise RuleBroken("不能把预约移到另一个中心的房间，请在那里另行预约后取消这一个。")
    if must_be_asked_again(act, found.room, booking):
        booking.state = first_state(act, found.room)
    booking.room_id, booking.starts_at, booking.ends_at = room_id, starts_at, ends_at
    for name, value in (("use", use), ("purpose", purpose), ("responsible", responsible), ("people", people)):
        if value is not None:
            setattr(booking, name, value)
    occupy(act, found, booking)
    history.write(act, booking, Step.CHANGE, before=before, reason=reason)
    return said(act, booking)


@action("room.approve", Permission.ROOM_APPROVE, "审批预约")
def approve(act: Act, *, booking_id: UUID, version: int) -> Booked:
    """Approve a booking; its slot is checked once more. Only the centre that owns the room can.

    Raises:
        NotAllowed: another centre asks for it.
    """
    booking = held(act, booking_id, version)
    _must_own(act, booking)
    before = history.snapshot(booking)
    booking.state = after(BookingState(booking.state), Step.APPROVE)
    occupy(act, look_again(act, booking), booking)
    history.write(act, booking, Step.APPROVE, before=before)
    return said(act, booking)


@action("room.reject", Permission.ROOM_APPROVE, "驳回预约")
def reject(act: Act, *, booking_id: UUID, version: int, reason: str) -> Booked:
    """Refuse a booking that waits for approval, with the reason. Only the centre that owns the room can.

    Raises:
        NotAllowed: another centre asks for it.
    """
    _must_own(act, booking_of(act, booking_id))
    return end(act, booking_id, version, Step.REJECT, reason)


@action("room.cancel", Permission.ROOM_BOOK, "取消预约")
def cancel(act: Act, *, booking_id: UUID, version: int, reason: str) -> Booked:
    """Give a booking up; the slot is free at once."""
    return end(act, booking_id, version, Step.CANCEL, reason)


@action("room.skip", Permission.ROOM_BOOK, "跳过一场")
def skip(act: Act, *, booking_id: UUID, version: int, reason: str) -> Booked:
    """Leave one occurrence of a series out; it stays, with its reason, and can be put back."""
    return end(act, booking_id, version, Step.SKIP, reason)


@action("room.no_show", Permission.ROOM_BOOK, "登记未到")
def no_show(act: Act, *, booking_id: UUID, version: int, reason: str = "到时未到") -> Booked:
    """Nobody came: the rest of the slot is free."""
    return end(act, booking_id, version, Step.NO_SHOW, reason)


@action("room.put_back", Permission.ROOM_BOOK, "恢复预约")
def put_back(act: Act, *, booking_id: UUID, version: int) -> Booked:
    """Bring a skipped, cancelled or released booking back, if its slot is still free."""
    booking = held(act, booking_id, version)
    found = look_again(act, booking)
    before = history.snapshot(booking)
    after(BookingState(booking.state), Step.PUT_BACK)
    booking.state = first_state(act, found.room)
    booking.reason = ""  # why it was left out is in its history
    occupy(act, found, booking)
    history.write(act, booking, Step.PUT_BACK, before=before)
    return said(act, booking)


@action("room.arrive", Permission.ROOM_BOOK, "房间签到")
def arrive(act: Act, *, booking_id: UUID, version: int) -> Booked:
    """The borrowers are here: the room is in use."""
    booking = held(act, booking_id, version)
    if business_date(booking.starts_at) != business_date(act.now):
        day = business_date(booking.starts_at)
        raise RuleBroken(f"这个预约是 {day.month}月{day.day}日的，今天不能签到。")
    before = history.snapshot(booking)
    booking.state = after(BookingState(booking.state), Step.ARRIVE)
    booking.arrived_at = act.now
    history.write(act, booking, Step.ARRIVE, before=before)
    return said(act, booking)


@action("room.leave", Permission.ROOM_BOOK, "使用登记")
def leave(
    act: Act,
    *,
    booking_id: UUID,
    version: int,
    people_came: int,
    equipment_after: str = "完好",
    problems: str = "",
) -> Booked:
    """The use has ended: how many came, the state of the equipment, problems (使用登记)."""
    booking = held(act, booking_id, version)
    if people_came < 0:
        raise RuleBroken("使用人数不能是负数。")
    before = history.snapshot(booking)
    booking.state = after(BookingState(booking.state), Step.LEAVE)
    booking.left_at = act.now
    booking.people_came, booking.equipment_after, booking.problems = people_came, equipment_after, problems
    history.write(act, booking, Step.LEAVE, before=before)
    return said(act, booking)


@action("room.undo", Permission.ROOM_BOOK, "撤销")
def undo(act: Act, *, booking_id: UUID, version: int, step: int = 0, beside: bool = False) -> Booked:
    """Take back a step of a booking; a slot it gives back must still be free.

    Args:
        act: the transaction.
        booking_id: which one.
        version: as the caller saw it.
        step: the version that the step has led to; 0 is the newest step of whoever asks.
        beside: also where the booking was changed since; then what was changed stays, and only the step is taken back.

    Raises:
        Stale: the booking was changed since the step, or is not as the caller saw it.
        RuleBroken: there is nothing to take back, or the slot is taken.
    """
    booking = held(act, booking_id, version)
    last = to_take_back(act, booking, step, beside=beside)
    before = history.snapshot(booking)
    take_back(booking, last)
    occupy(act, look_again(act, booking), booking, by_the_rules=False)
    history.write(act, booking, Step.UNDO, before=before, undoes=last)
    return said(act, booking)


def to_take_back(act: Act, booking: Booking, step: int, *, beside: bool) -> BookingEvent:
    """The step of a booking that is meant, where it can be taken back; refused as `undo` says."""
    steps = history.undoable(act.session, booking.centre_id, booking.id)
    found = history.meant(steps, act.actor.staff_id, step)
    if found is None:
        raise RuleBroken("您的这一步已经撤销过了。" if step else "这个预约没有可以撤销的操作。")
    since = [each for each in steps if each.position > found.position]
    if since and not beside:
        who = "、".join(dict.fromkeys(each.staff_name for each in since))
        raise Stale(f"您操作之后，{who}又改过这个预约，请看过最新内容后再撤销。")
    kept = history.read_snapshot(found.after)
    if since and kept is not None and kept.state != booking.state:
        raise RuleBroken(f"这个预约现在{STATE_NAMES[BookingState(booking.state)]}，不能再撤销您的那一步。")
    return found


def take_back(booking: Booking, step: BookingEvent) -> None:
    """A booking as it would be without a step."""
    if step.step == Step.BOOK:
        booking.state, booking.reason = BookingState.CANCELLED, "撤销预约"
    elif not history.put_back(booking, step):
        raise RuleBroken("您改的地方别人又改过，没有可以只撤销的内容。")


def end(act: Act, booking_id: UUID, version: int, step: Step, reason: str) -> Booked:
    """Take a step after which the room is free."""
    booking = held(act, booking_id, version)
    if step in NEEDS_REASON and not reason.strip():
        raise RuleBroken("请填写原因。")
    before = history.snapshot(booking)
    booking.state = after(BookingState(booking.state), step)
    booking.reason = reason.strip()
    occupancy.give_back(act.connection, booking.centre_id, booking.id)
    history.write(act, booking, step, before=before, reason=booking.reason)
    return said(act, booking)


def look_for(act: Act, booking: Booking, room_id: UUID, starts_at: datetime, ends_at: datetime) -> Look:
    """All that the booking is judged by if it takes place there and then."""
    of = booking.asked_by or booking.centre_id
    return look(act, room_id, booking.borrower_id, starts_at, ends_at, asked_by=of, not_this=booking.id)


def look_again(act: Act, booking: Booking) -> Look:
    """All that the booking is judged by where it stands."""
    return look_for(act, booking, booking.room_id, booking.starts_at, booking.ends_at)


def occupy(act: Act, found: Look, booking: Booking, *, by_the_rules: bool = True) -> None:
    """Check the room's rules and what else is there, and take what the booking takes in its state.

    Raises:
        RuleBroken: the first objection, as a sentence.
    """
    booking.borrower_name = found.borrower.name
    want = wanted(act, found, booking, by_the_rules=by_the_rules) if booking.state in TAKES_ROOM else None
    occupancy.give_back(act.connection, booking.centre_id, booking.id)
    if want is not None:
        occupancy.take_all(act.connection, [want])


def wanted(act: Act, found: Look, booking: Booking | Fresh, *, by_the_rules: bool = True) -> Want:
    """What the booking would take of its room, if nothing stands in the way.

    Raises:
        RuleBroken: the first objection, as a sentence.
    """
    room, borrower = found.room, found.borrower
    if by_the_rules:
        wish = Wish(booking.starts_at, booking.ends_at, booking.people, borrower.kind, found.week, found.month)
        broken = objections(room.rules, wish, act.now)
        if broken:
            raise RuleBroken(broken[0])
    if found.clashes:
        raise RuleBroken(clash_sentence(act.connection, room, found.clashes[0]))
    return (booking.centre_id, room.parts, stretch_of(room.rules, booking), Taken.BOOKING, booking.id)


def held(act: Act, booking_id: UUID, version: int) -> Booking:
    """The booking, locked, as the caller saw it.

    Raises:
        Stale: somebody changed it in the meantime.
    """
    booking = as_seen(act, booking_id, version)
    booking.version += 1
    return booking


def as_seen(act: Act, booking_id: UUID, version: int) -> Booking:
    """The booking, locked, if it is as the caller saw it; not changed yet.

    Raises:
        Stale: somebody changed it in the meantime.
    """
    booking = booking_of(act, booking_id)
    if booking.version != version:
        raise Stale("这个预约刚被别人改过，请看过最新内容后再操作。")
    return booking


def must_be_asked_again(act: Act, room: KnownRoom, booking: Booking) -> bool:
    """Whether a change needs a new approval: into a room that asks for one, or of what a neighbour has approved."""
    if booking.state not in (BookingState.ASKED, BookingState.BOOKED):
        return False
    return room.centre_id != act.centre_id or (room.id != booking.room_id and room.needs_approval)


def _must_own(act: Act, booking: Booking) -> None:
    if booking.centre_id != act.centre_id:
        raise NotAllowed("这个房间属于另一个中心，由那个中心审批。")


def said(act: Act, booking: Booking | Fresh) -> Booked:
    """Name the booking in the journal and tell the caller what it has become."""
    act.on("booking", booking.id)
    act.note(number=booking.number, state=booking.state)
    return Booked(booking.id, booking.number, booking.state, booking.version)
