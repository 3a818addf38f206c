"""The waiting list (候补): a freed slot is offered to the next; and rooms that nobody came to are released."""

from datetime import datetime
from uuid import UUID

from db.action import Act, action
from db.errors import RuleBroken, Stale
from db.ids import new_id
from db.rooms.bookings import Booked, book, end, undo
from db.rooms.looking import borrower_of, room_of
from db.rooms.models import Waiting
from db.rooms.queries import unused
from db.rooms.states import Step
from db.staff.permissions import Permission

OVER = ("taken", "declined")


@action("room.wait", Permission.ROOM_BOOK, "登记候补")
def wait_for(
    act: Act,
    *,
    room_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    borrower_id: UUID,
    use: str = "",
    purpose: str = "",
    people: int = 0,
) -> UUID:
    """Put somebody on the waiting list for a slot that is taken."""
    room, borrower = room_of(act, room_id), borrower_of(act, borrower_id)
    if ends_at <= starts_at or ends_at <= act.now:
        raise RuleBroken("候补的时段不对：结束要晚于开始，且不能已经过去。")
    waiting = Waiting(
        id=new_id(),
        centre_id=room.centre_id,
        room_id=room.id,
        starts_at=starts_at,
        ends_at=ends_at,
        borrower_id=borrower.id,
        use=use,
        purpose=purpose,
        people=people,
        state="waiting",
        created_at=act.now,
    )
    act.session.add(waiting)
    act.on("room_waiting", waiting.id)
    return waiting.id


@action("room.offer", Permission.ROOM_BOOK, "通知候补")
def offer(act: Act, *, waiting_id: UUID, seen: str) -> None:
    """Note that the next in line has been told. `seen` is the state that the caller saw.

    Raises:
        Stale: somebody else has told them, given them the slot or let them go meanwhile.
    """
    waiting = _waiting_of(act, waiting_id, seen)
    waiting.state, waiting.offered_at = "offered", act.now
    act.on("room_waiting", waiting.id)


@action("room.take_offer", Permission.ROOM_BOOK, "候补转预约")
def take_offer(act: Act, *, waiting_id: UUID, seen: str) -> Booked:
    """Book the slot for somebody on the waiting list; the room is checked like for anybody else.

    Raises:
        Stale: as `offer`.
    """
    waiting = _waiting_of(act, waiting_id, seen)
    booked = book(
        act,
        room_id=waiting.room_id,
        starts_at=waiting.starts_at,
        ends_at=waiting.ends_at,
        borrower_id=waiting.borrower_id,
        use=waiting.use,
        purpose=waiting.purpose,
        people=waiting.people,
    )
    waiting.state = "taken"
    act.on("room_waiting", waiting.id)
    return booked


@action("room.drop_offer", Permission.ROOM_BOOK, "放弃候补")
def drop(act: Act, *, waiting_id: UUID, seen: str) -> None:
    """Somebody no longer waits.

    Raises:
        Stale: as `offer`.
    """
    waiting = _waiting_of(act, waiting_id, seen)
    waiting.state = "declined"
    act.on("room_waiting", waiting.id)


@action("room.wait_again", Permission.ROOM_BOOK, "撤销候补处理")
def wait_again(
    act: Act, *, waiting_id: UUID, seen: str, booking_id: UUID | None = None, version: int = 0, beside: bool = False
) -> None:
    """Take back what was last done with somebody on the waiting list; they wait, or have been told, as before.

    `seen` is the state it led to. What they were booked is undone with it (`booking_id`, `version`): both or neither;
    `beside` also where somebody has changed that booking since.

    Raises:
        Stale: somebody else has done something with them, or with the booking, since.
        RuleBroken: the slot has passed.
    """
    waiting = _known(act, waiting_id, seen)
    if waiting.ends_at <= act.now:
        raise RuleBroken("候补的时段已经过去，不能恢复。")
    if booking_id is not None:
        undo(act, booking_id=booking_id, version=version, step=1, beside=beside)
    told = waiting.state in OVER and waiting.offered_at is not None
    waiting.state = "offered" if told else "waiting"
    if not told:
        waiting.offered_at = None
    act.on("room_waiting", waiting.id)


@action("room.release", Permission.ROOM_BOOK, "释放未到房间")
def release_unused(act: Act) -> int:
    """Release every room whose borrower has not come within the room's time, unless it was put back by hand. How many."""
    late = unused(act.session, act.centre_id, act.now)
    for row in late:
        end(act, row.id, row.version, Step.NO_SHOW, "超过签到时限，自动释放")
    act.note(released=len(late))
    return len(late)


def _waiting_of(act: Act, waiting_id: UUID, seen: str) -> Waiting:
    waiting = _known(act, waiting_id, seen)
    if waiting.state in OVER:
        raise RuleBroken("这条候补已经处理过。")
    return waiting


def _known(act: Act, waiting_id: UUID, seen: str) -> Waiting:
    waiting = act.session.get(Waiting, waiting_id, with_for_update=True)
    if waiting is None or waiting.centre_id != act.centre_id:
        raise RuleBroken("这条候补不存在，请刷新后重试。")
    if waiting.state != seen:
        raise Stale("这条候补刚被别人处理过，请看过最新内容后再操作。")
    return waiting
