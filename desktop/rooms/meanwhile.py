"""What happened to a booking while somebody dragged it or chose a step: said in words, and what is left of the wish."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from db.clock import local
from db.rooms.queries import BookingRow, RoomRow, WaitingRow, waiting
from db.rooms.states import STATE_NAMES, BookingState, Step, possible
from db.rooms.undoing import Undoing
from desktop.rooms.geometry import Slot
from desktop.rooms.words import slot_of, when_text
from desktop.shell.again import Kind

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

ELSEWHERE = "另一个房间"
STEPS = {
    Step.ARRIVE: "签到使用", Step.APPROVE: "审批通过", Step.PUT_BACK: "恢复预约", Step.NO_SHOW: "登记未到",
    Step.REJECT: "驳回", Step.LEAVE: "使用登记", Step.CANCEL: "取消预约",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meant:
    """A step that somebody wants for a booking, as they see it.

    `words` and `again` get the booking as it is now; without `again` the same is asked for once more.
    """

    row: BookingRow
    step: Step
    words: Callable[[BookingRow], str]
    again: Callable[[BookingRow], None] | None = None


def facts(rooms: tuple[RoomRow, ...]) -> Callable[[BookingRow], Mapping[str, str]]:
    """What somebody must know of a booking before they go on."""
    names = {room.id: f"{room.number} {room.name}".strip() for room in rooms}

    def told(row: BookingRow) -> Mapping[str, str]:
        return {
            "房间": names.get(row.room_id, ELSEWHERE),
            "时间": when_text(row),
            "借用方": row.borrower,
            "用途": row.use,
            "活动内容": row.purpose,
            "负责人": row.responsible,
            "人数": f"{row.people} 人" if row.people else "",
            **standing(row),
        }

    return told


def standing(row: BookingRow) -> Mapping[str, str]:
    """What no field of the form shows."""
    return {"情况": STATE_NAMES[row.state], "原因": row.reason}


def hindered(step: Step) -> Callable[[BookingRow], str]:
    """Why a step can no longer be done, said of the booking as it is now."""
    return lambda row: "" if step in possible(row.state) else f"这个预约现在{STATE_NAMES[row.state]}，不能再照做。"


def merged(before: BookingRow, wanted: Slot, now: BookingRow) -> Slot:
    """Where a booking that was dragged is to stand: what was not dragged, room or time, is as the other one has set it."""
    old, newest = slot_of(before), slot_of(now)
    room_id = newest.room_id if wanted.room_id == old.room_id else wanted.room_id
    held = (wanted.day, wanted.begins, wanted.ends) == (old.day, old.begins, old.ends)
    return replace(newest if held else wanted, room_id=room_id)


def plainly(row: BookingRow, step: Step, reason: str = "") -> Meant:
    """A step that is the same whatever the booking says now."""
    words = STEPS[step] + (f"：{reason}" if reason else "")
    return Meant(row, step, lambda _: words)


WAITS = {"waiting": "等候", "offered": "已通知", "taken": "已转为预约", "declined": "已放弃候补"}


def waiting_as_seen(centre_id: UUID) -> Kind[WaitingRow]:
    """What is read and told of somebody on the waiting list when somebody else was first."""

    def read(session: "Session", row: WaitingRow) -> WaitingRow | None:
        return waiting(session, centre_id, row.id)

    return Kind(read, _waits)


def no_longer_waits(row: WaitingRow) -> str:
    """Why nothing can be done with somebody of the waiting list any more."""
    return "" if row.state in ("waiting", "offered") else f"{row.borrower}现在{WAITS[row.state]}，不能再照做。"


def _waits(row: WaitingRow) -> Mapping[str, str]:
    return {
        "候补": WAITS[row.state],
        "通知时间": f"{local(row.offered_at):%m-%d %H:%M}" if row.offered_at is not None else "",
        "时段": "空着" if row.free else "被占",
    }


def waiting_state(centre_id: UUID) -> Kind[WaitingRow]:
    """The same, where only what was done with them matters."""
    return Kind(waiting_as_seen(centre_id).read, lambda row: {"候补": WAITS[row.state]})


def words_back(now: Mapping[str, str], back: Mapping[str, str], found: Undoing, *, series: bool) -> str:
    """What taking a step back would still do to a booking: “撤销您的操作：房间改回“201 会议室””."""
    if found.back.state is BookingState.CANCELLED is not found.now.state:
        told = "取消这个预约"
    else:
        told = "，".join(f"{name}改回“{old or '空'}”" for name, old in back.items() if old != now[name])
    return f"撤销您的操作：{told or '没有可撤销的'}" + ("，同一次操作的其他各场一起撤销" if series else "")


def hindered_back(found: Undoing) -> str:
    """Why a step cannot be taken back beside what was changed since."""
    if found.now.state is not found.left.state:
        return f"这个预约现在{STATE_NAMES[found.now.state]}，不能再撤销您的那一步。"
    return "您改的地方对方又改过，没有可以只撤销的内容。" if found.back == found.now else ""
