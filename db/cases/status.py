"""The words of a case: status, clock and outcome are three things, and what the counter says of a paper.

Source: shared domain notes (收件 → 补正 → 受理 | 不予受理 → 办理/审核 → 挂起 → 办结 → 送达, besides 撤回, 退件, 转报).
The stored codes are short because every index of a million cases carries them.
"""

from enum import StrEnum


class Status(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    CORRECTING = "correcting"
    ACCEPTED = "accepted"
    HANDLING = "handling"
    SUSPENDED = "suspended"
    TRANSFERRED = "transferred"
    FINISHED = "finished"
    DELIVERED = "delivered"
    REFUSED = "refused"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


STATUS_TITLES = {
    Status.RECEIVED: "已收件",
    Status.CORRECTING: "待补正",
    Status.ACCEPTED: "已受理",
    Status.HANDLING: "办理中",
    Status.SUSPENDED: "已挂起",
    Status.TRANSFERRED: "已转报",
    Status.FINISHED: "已办结",
    Status.DELIVERED: "已送达",
    Status.REFUSED: "不予受理",
    Status.RETURNED: "已退件",
    Status.WITHDRAWN: "已撤回",
}

OPEN = frozenset(
    {
        Status.RECEIVED, Status.CORRECTING, Status.ACCEPTED, Status.HANDLING, Status.SUSPENDED, Status.TRANSFERRED,
    }
)  # fmt: skip
"""Statuses in which somebody still owes the applicant something other than handing over the result."""


class Clock(StrEnum):
    """The clock of the promised limit. 即办件 have none."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    NONE = "none"


CLOCK_TITLES = {
    Clock.NOT_STARTED: "未起算",
    Clock.RUNNING: "计时中",
    Clock.PAUSED: "已暂停",
    Clock.STOPPED: "已停止",
    Clock.NONE: "不计时（即办件）",
}


class Outcome(StrEnum):
    """What came of it; empty while nothing has."""

    PENDING = ""
    GRANTED = "granted"
    DENIED = "denied"
    REFUSED = "refused"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


OUTCOME_TITLES = {
    Outcome.PENDING: "",
    Outcome.GRANTED: "准予（办成）",
    Outcome.DENIED: "不准",
    Outcome.REFUSED: "不予受理",
    Outcome.RETURNED: "退件",
    Outcome.WITHDRAWN: "申请人撤回",
}


class MaterialState(StrEnum):
    """What the clerk found of one paper on the checklist; empty while nobody has looked."""

    UNCHECKED = ""
    OK = "合格"
    MISSING = "缺"
    BAD = "不合格"
    TOLERATED = "容缺"


class Necessity(StrEnum):
    """必要性 of a paper."""

    REQUIRED = "必要"
    OPTIONAL = "非必要"
    TOLERABLE = "容缺"


class CentreRole(StrEnum):
    """本中心权限: what this centre may do with an item."""

    DIRECT = "直办"
    RECEIVE = "收件"
    PROXY = "代办"
    GUIDE = "导办"


INSTANT = "即办件"


class Verb(StrEnum):
    """What can be done with a case; the value is kept in the timeline."""

    RECEIVE = "receive"
    CORRECT = "correct"
    SUPPLEMENT = "supplement"
    ACCEPT = "accept"
    TOLERATE = "tolerate"
    REFUSE = "refuse"
    INSTANT = "instant"
    REFER = "refer"
    ADVANCE = "advance"
    PAUSE = "pause"
    RESUME = "resume"
    FINISH = "finish"
    DELIVER = "deliver"
    WITHDRAW = "withdraw"
    RETURN = "return"
    TRANSFER = "transfer"
    RECTIFY = "rectify"


VERB_TITLES = {
    Verb.RECEIVE: "收件",
    Verb.CORRECT: "补正告知",
    Verb.SUPPLEMENT: "登记补交",
    Verb.ACCEPT: "受理",
    Verb.TOLERATE: "容缺受理",
    Verb.REFUSE: "不予受理",
    Verb.INSTANT: "即办",
    Verb.REFER: "导办",
    Verb.ADVANCE: "转入办理",
    Verb.PAUSE: "挂起",
    Verb.RESUME: "恢复计时",
    Verb.FINISH: "办结",
    Verb.DELIVER: "送达",
    Verb.WITHDRAW: "撤回",
    Verb.RETURN: "退件",
    Verb.TRANSFER: "转报",
    Verb.RECTIFY: "更正",
}


class ProxyStep(StrEnum):
    """How far a 代办 has come; empty where the applicant runs the errand alone."""

    NONE = ""
    COMMISSIONED = "委托"
    COLLECTED = "材料交接"
    UNDERWAY = "代办中"
    GIVEN_BACK = "交回签收"


SIDE_TITLES = {"numbers": "登记外部编号", "owner": "首问责任交接", "proxy": "代办", "redate": "补算期限"}
"""Steps of the timeline that change neither status nor clock."""


class Lamp(StrEnum):
    """The light in front of a case."""

    NONE = "none"
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    PAUSED = "paused"


LAMP_TITLES = {
    Lamp.NONE: "无期限",
    Lamp.GREEN: "期限内",
    Lamp.YELLOW: "将到期",
    Lamp.RED: "已超期",
    Lamp.PAUSED: "已暂停",
}
