"""The states of a plan, a duty and a reception, and which step leads where. Plain values."""

from enum import StrEnum

from db.errors import RuleBroken


class PlanState(StrEnum):
    """拟定 → 已公示 → 已归档."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class DutyState(StrEnum):
    """拟定 → 已公示 → (调班 / 请假 / 替班) → 已到岗 / 缺席.

    SWAPPED and COVERING are duties that stand (somebody changed places, somebody covers); ON_LEAVE and ABSENT are duties
    of somebody who does not come. REPLACED is what a change left behind, kept so that the history can be read.
    """

    DRAFT = "draft"
    PUBLISHED = "published"
    SWAPPED = "swapped"
    ON_LEAVE = "on_leave"
    COVERING = "covering"
    ARRIVED = "arrived"
    LEFT = "left"
    ABSENT = "absent"
    REPLACED = "replaced"


class ChangeKind(StrEnum):
    """Why a published plan was changed."""

    SWAP = "swap"  # 调班
    LEAVE = "leave"  # 请假, 替班
    REPAIR = "repair"  # 重排
    MOVE = "move"  # another room or time
    CANCEL = "cancel"
    UNDO = "undo"


class SignMethod(StrEnum):
    """How somebody signed in."""

    HAND = "hand"
    CARD = "card"
    PHONE = "phone"


class ReceptionState(StrEnum):
    """登记 → 转办 → 已反馈; 涉法涉诉 is redirected and ends there."""

    OPEN = "open"
    PASSED = "passed"
    TOLD = "told"
    REDIRECTED = "redirected"


PLAN_NAMES = {PlanState.DRAFT: "拟定", PlanState.PUBLISHED: "已公示", PlanState.ARCHIVED: "已归档"}
DUTY_NAMES = {
    DutyState.DRAFT: "拟定",
    DutyState.PUBLISHED: "已公示",
    DutyState.SWAPPED: "调班",
    DutyState.ON_LEAVE: "请假",
    DutyState.COVERING: "替班",
    DutyState.ARRIVED: "已到岗",
    DutyState.LEFT: "已离岗",
    DutyState.ABSENT: "缺席",
    DutyState.REPLACED: "已调整",
}
CHANGE_NAMES = {
    ChangeKind.SWAP: "调班",
    ChangeKind.LEAVE: "请假替班",
    ChangeKind.REPAIR: "重排",
    ChangeKind.MOVE: "改时间地点",
    ChangeKind.CANCEL: "取消班次",
    ChangeKind.UNDO: "撤销调整",
}
METHOD_NAMES = {SignMethod.HAND: "现场登记", SignMethod.CARD: "扫码", SignMethod.PHONE: "电话"}
RECEPTION_NAMES = {
    ReceptionState.OPEN: "已登记",
    ReceptionState.PASSED: "已转办",
    ReceptionState.TOLD: "已反馈",
    ReceptionState.REDIRECTED: "已引导",
}

COMING = frozenset(
    {DutyState.DRAFT, DutyState.PUBLISHED, DutyState.SWAPPED, DutyState.COVERING, DutyState.ARRIVED, DutyState.LEFT}
)
"""Duties that fill their place."""
EXPECTED = frozenset({DutyState.PUBLISHED, DutyState.SWAPPED, DutyState.COVERING})
"""Duties of people who have not come yet."""
COUNTS = frozenset(COMING - {DutyState.DRAFT})
"""Duties that count as done or to be done for whoever sits in them; a covering one counts for the one who covers."""


def must_be(state: DutyState, allowed: frozenset[DutyState], doing: str) -> None:
    """Refuse a step that the state does not allow.

    Raises:
        RuleBroken: with what the duty is now.
    """
    if state not in allowed:
        raise RuleBroken(f"这一班现在是“{DUTY_NAMES[state]}”，不能{doing}。")
