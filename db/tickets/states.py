"""The states of a ticket and the moves between them, with a sentence for every move that is refused."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from db.errors import RuleBroken


class TicketState(StrEnum):
    """Where a ticket is. The first five are open, the last three final."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    PARKED = "parked"
    SKIPPED = "skipped"
    DONE = "done"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Step(StrEnum):
    """What moves a ticket. `TAKE` begins its life and has no state before it; `UNDO` goes back by one step."""

    TAKE = "take"
    CALL = "call"
    RECALL = "recall"
    START = "start"
    SKIP = "skip"
    PARK = "park"
    UNPARK = "unpark"
    TRANSFER = "transfer"
    REQUEUE = "requeue"
    FINISH = "finish"
    CANCEL = "cancel"
    EXPIRE = "expire"
    UNDO = "undo"


STATE_NAMES: Final = MappingProxyType(
    {
        TicketState.WAITING: "等候",
        TicketState.CALLED: "已呼叫",
        TicketState.SERVING: "办理中",
        TicketState.PARKED: "已挂起",
        TicketState.SKIPPED: "已过号",
        TicketState.DONE: "已完成",
        TicketState.CANCELLED: "已取消",
        TicketState.EXPIRED: "已过期",
    }
)

STEP_NAMES: Final = MappingProxyType(
    {
        Step.TAKE: "取号",
        Step.CALL: "叫号",
        Step.RECALL: "重呼",
        Step.START: "开始办理",
        Step.SKIP: "过号",
        Step.PARK: "挂起",
        Step.UNPARK: "恢复",
        Step.TRANSFER: "转窗口",
        Step.REQUEUE: "重新排队",
        Step.FINISH: "完成",
        Step.CANCEL: "取消",
        Step.EXPIRE: "过期",
        Step.UNDO: "撤销",
    }
)

OPEN_STATES: Final = frozenset(
    {TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.PARKED, TicketState.SKIPPED}
)
AT_COUNTER: Final = frozenset({TicketState.CALLED, TicketState.SERVING})
"""States in which a ticket occupies a counter; a counter has at most one of them."""

_S = TicketState
_MOVES: Final = MappingProxyType(
    {
        Step.CALL: (frozenset({_S.WAITING}), _S.CALLED),
        Step.RECALL: (frozenset({_S.CALLED}), _S.CALLED),
        Step.START: (frozenset({_S.CALLED}), _S.SERVING),
        Step.SKIP: (frozenset({_S.CALLED}), _S.SKIPPED),
        Step.PARK: (frozenset({_S.SERVING}), _S.PARKED),
        Step.UNPARK: (frozenset({_S.PARKED}), _S.SERVING),
        Step.TRANSFER: (frozenset({_S.WAITING, _S.CALLED, _S.SERVING, _S.PARKED}), _S.WAITING),
        Step.REQUEUE: (frozenset({_S.SKIPPED}), _S.WAITING),
        Step.FINISH: (frozenset({_S.SERVING}), _S.DONE),
        Step.CANCEL: (frozenset({_S.WAITING, _S.CALLED, _S.PARKED, _S.SKIPPED}), _S.CANCELLED),
        Step.EXPIRE: (OPEN_STATES, _S.EXPIRED),
    }
)

UNDOABLE: Final = frozenset(
    {Step.CALL, Step.START, Step.SKIP, Step.PARK, Step.UNPARK, Step.TRANSFER, Step.REQUEUE, Step.FINISH, Step.CANCEL}
)

# What the clerk can do instead, by the state the ticket is in.
_ADVICE: Final = MappingProxyType(
    {
        _S.WAITING: "它还在等候，请先叫号。",
        _S.CALLED: "它已呼叫、人还未到：到了请开始办理，没来请过号。",
        _S.SERVING: "它正在办理：请先完成或挂起。",
        _S.PARKED: "它已挂起：请先恢复。",
        _S.SKIPPED: "它已过号：请先重新排队。",
        _S.DONE: "它已完成：刚按错的可以撤销，否则请重新取号。",
        _S.CANCELLED: "它已取消：刚按错的可以撤销，否则请重新取号。",
        _S.EXPIRED: "它是往日的号，已过期：请重新取号。",
    }
)


def move(number: str, state: TicketState, step: Step) -> TicketState:
    """Return the state after `step`, or raise RuleBroken with what to do instead."""
    before, after = _MOVES[step]
    if state in before:
        return after
    raise RuleBroken(f"{number} 不能{STEP_NAMES[step]}：{_ADVICE[state]}")


def can(state: TicketState, step: Step) -> bool:
    """Whether `step` is a move from `state` (to grey out a button; the action decides)."""
    return state in _MOVES[step][0]
