"""The states of a booking: 待审批 → 已预约 → 使用中 → 已完成; 已取消, 未到, 已驳回, 已跳过."""

from enum import StrEnum

from db.errors import RuleBroken


class BookingState(StrEnum):
    """Where a booking is. The first three take the room, the others do not."""

    ASKED = "asked"
    BOOKED = "booked"
    IN_USE = "in_use"
    DONE = "done"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    REJECTED = "rejected"
    SKIPPED = "skipped"


STATE_NAMES = {
    BookingState.ASKED: "待审批",
    BookingState.BOOKED: "已预约",
    BookingState.IN_USE: "使用中",
    BookingState.DONE: "已完成",
    BookingState.CANCELLED: "已取消",
    BookingState.NO_SHOW: "未到",
    BookingState.REJECTED: "已驳回",
    BookingState.SKIPPED: "已跳过",
}


class Step(StrEnum):
    """What moves a booking."""

    BOOK = "book"
    CHANGE = "change"
    APPROVE = "approve"
    REJECT = "reject"
    CANCEL = "cancel"
    SKIP = "skip"
    PUT_BACK = "put_back"
    ARRIVE = "arrive"
    LEAVE = "leave"
    NO_SHOW = "no_show"
    UNDO = "undo"


STEP_NAMES = {
    Step.BOOK: "预约",
    Step.CHANGE: "变更",
    Step.APPROVE: "审批通过",
    Step.REJECT: "驳回",
    Step.CANCEL: "取消",
    Step.SKIP: "跳过",
    Step.PUT_BACK: "恢复",
    Step.ARRIVE: "签到使用",
    Step.LEAVE: "使用结束",
    Step.NO_SHOW: "登记未到",
    Step.UNDO: "撤销",
}

S = BookingState
_MOVES: dict[Step, dict[BookingState, BookingState]] = {
    Step.CHANGE: {S.ASKED: S.ASKED, S.BOOKED: S.BOOKED, S.IN_USE: S.IN_USE},
    Step.APPROVE: {S.ASKED: S.BOOKED},
    Step.REJECT: {S.ASKED: S.REJECTED},
    Step.CANCEL: {S.ASKED: S.CANCELLED, S.BOOKED: S.CANCELLED},
    Step.SKIP: {S.ASKED: S.SKIPPED, S.BOOKED: S.SKIPPED},
    Step.PUT_BACK: {S.SKIPPED: S.BOOKED, S.CANCELLED: S.BOOKED, S.NO_SHOW: S.BOOKED},
    Step.ARRIVE: {S.BOOKED: S.IN_USE},
    Step.LEAVE: {S.IN_USE: S.DONE},
    Step.NO_SHOW: {S.BOOKED: S.NO_SHOW},
}

TAKES_ROOM = frozenset({S.ASKED, S.BOOKED, S.IN_USE, S.DONE})
"""States in which the room is (or was) taken. A finished use stays in the relation: it happened there."""

NEEDS_REASON = frozenset({Step.REJECT, Step.CANCEL, Step.SKIP, Step.NO_SHOW})


def after(state: BookingState, step: Step) -> BookingState:
    """The state that a step leads to.

    Raises:
        RuleBroken: the step is not possible from there; the sentence says so.
    """
    found = _MOVES[step].get(state)
    if found is None:
        raise RuleBroken(f"这个预约{STATE_NAMES[state]}，不能{STEP_NAMES[step]}。")
    return found


def possible(state: BookingState) -> tuple[Step, ...]:
    """Every step that is possible from a state, in the order of the buttons."""
    return tuple(step for step, moves in _MOVES.items() if state in moves)
